"""What the kinds of cues have in common, and who does them."""

from collections.abc import Iterable
from typing import Literal

from temirbek.types.evening import SCOPES, AnnouncementCue, Cue, DjSetCue, Scope

Target = Literal[
    "sound", "dj", "robots", "lights", "screen", "osc", "midi", "hall", "phones", "battle", "people", "all"
]

_BLOCKING = ("act", "speech", "track", "dj_set", "robot_number", "battle", "pause")
_OF_PEOPLE = ("act", "speech", "checklist", "pause")
_AT_ONCE = ("light", "card", "osc", "midi")
_TIMED = ("pause", "greeting", "poll")
_LED = ("greeting", "battle")  # who leads them moves the robots
_LEAVING = ("card", "announcement", "greeting", "poll")


def is_blocking(cue: Cue) -> bool:
    """It has the stage to itself: what had it before ends. Others are played over what runs."""
    return cue.kind in _BLOCKING


def is_of_people(cue: Cue) -> bool:
    """No device does it, so none tells that it began or ended."""
    return cue.kind in _OF_PEOPLE


def is_at_once(cue: Cue) -> bool:
    """It is over when it was begun, or after its length."""
    return cue.kind in _AT_ONCE or (isinstance(cue.payload, AnnouncementCue) and not cue.payload.is_spoken)


def is_timed(cue: Cue) -> bool:
    """The machine itself ends it after its length."""
    return cue.kind in _TIMED or is_at_once(cue)


def leaves_something(cue: Cue) -> bool:
    """When its time is over something is to be taken away: a card, a vote, robots that greet."""
    return cue.kind in _LEAVING


def moves_robots(cue: Cue) -> bool:
    """Robots take part, if the scope lets them."""
    if isinstance(cue.payload, DjSetCue):
        return cue.payload.dances and bool(cue.robots)
    return cue.kind in ("robot_number", "robot_gesture", "greeting", "battle")


def targets_of(cue: Cue, scope: Scope) -> tuple[Target, ...]:
    """Who has to do something for a cue, in this scope; empty where nobody has."""
    targets: tuple[Target, ...] = {
        "act": ("people",),
        "speech": ("people",),
        "checklist": ("people",),
        "pause": ("people",),
        "track": ("sound",),
        "dj_set": ("dj",),
        "robot_number": ("sound",),
        "robot_gesture": (),
        "announcement": ("sound", "screen")
        if isinstance(cue.payload, AnnouncementCue) and cue.payload.is_spoken
        else ("screen",),
        "light": ("lights",),
        "card": ("screen",),
        "osc": ("osc",),
        "midi": ("midi",),
        "greeting": ("hall",) if reaches(scope, "rehearsal") else (),
        "battle": ("battle",),
        "poll": ("phones", "screen"),
    }[cue.kind]  # type: ignore[assignment]
    if moves_robots(cue) and cue.kind not in _LED and reaches(scope, "rehearsal"):
        targets = (*targets, "robots")
    return targets


def reaches(scope: Scope, least: Scope) -> bool:
    """A scope allows all that ``least`` does."""
    return SCOPES.index(scope) >= SCOPES.index(least)


def lower_of(*scopes: Scope) -> Scope:
    """The one that allows least."""
    return min(scopes, key=SCOPES.index)


def words(names: Iterable[str]) -> str:
    """Names as people list them."""
    return ", ".join(names)
