"""What the show is doing when the hall reacts: it decides which answers of robots are fitting."""

from temirbek.show.state import MachineState
from temirbek.types.evening import CueKind
from temirbek.types.hall import Moment

AFTER_S = 10.0
"""So long after its end people still applaud a number [s]."""
PERFORMED = ("act", "track", "dj_set", "robot_number", "battle")
MUSIC = ("act", "track", "dj_set", "robot_number")
SPOKEN = ("speech", "announcement")


def moment_of(state: MachineState, host_s: float) -> Moment:
    """The moment of the show at an instant.

    What is spoken comes before all else, then a battle; then guests who are greeted, whatever music plays them in; then
    music. After the end of a number its applause belongs to it, until something new begins.

    Args:
        state: The show as it stands.
        host_s: Now.
    """
    running = {state.cue(cue_id).kind for cue_id in state.of_state("running")}
    if running & set(SPOKEN):
        return "speech"
    if "battle" in running:
        return "battle"
    if _is_welcome(running):
        return "between"
    if running & set(MUSIC):
        return "mid_song"
    utc_s = state.utc_at(host_s)
    ended = [
        now.ended_utc_s
        for cue, now in zip(state.evening.cues, state.cues, strict=True)
        if cue.kind in PERFORMED and now.ended_utc_s is not None
    ]
    return "end_of_number" if ended and utc_s - max(ended) <= AFTER_S else "between"


def _is_welcome(running: set[CueKind]) -> bool:
    """Guests are greeted, and what sounds is only there for them to come in by."""
    return "greeting" in running and not running & {"act", "robot_number"}
