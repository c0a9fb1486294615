"""Where the crew stands: what every hand needs to know, and where it tells what happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from temirbek.show.kinds import moves_robots
from temirbek.show.state import MachineState
from temirbek.stage.desk import Clock
from temirbek.stage.made import Made, needs_making
from temirbek.stage.now_playing import NowPlaying
from temirbek.stage.run_folder import RunFolder
from temirbek.types import Cue, Evening, Event, Fault, Scope

Tell = Callable[..., Any]
Answered = Callable[[dict[str, Any]], None]
MOVING: tuple[Scope, ...] = ("rehearsal", "live")


@dataclass(slots=True, kw_only=True)
class Wings:
    """What the crew shares.

    Attributes:
        evening: What is to happen.
        run: Where its processes meet.
        clock: What time it is.
        state: Gives the show as it stands.
        tell: Takes facts: (type, payload by name).
        note: Writes a line into the record.
        hold: Holds the show, for a reason in words.
        submit: Takes what somebody asks for by another way than a console.
        now: What sounds.
        made: Cue → what was made for it.
        unmade: Cue → why nothing could be.
        parts: Dances that the robots know.
        faults: What is wrong, by name.
    """

    evening: Evening
    run: RunFolder
    clock: Clock
    state: Callable[[], MachineState]
    tell: Tell
    note: Callable[[str], None]
    hold: Callable[[str], None]
    submit: Callable[[Event], None]
    now: NowPlaying
    made: dict[str, Made] = field(default_factory=dict)
    unmade: dict[str, str] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    faults: dict[str, Fault] = field(default_factory=dict)
    cues: dict[str, Cue] = field(init=False)

    def __post_init__(self) -> None:
        self.cues = {cue.id: cue for cue in self.evening.cues}

    def run_of(self, cue_id: str) -> int:
        """The newest run of a cue."""
        return self.state().now(cue_id).run

    def done(self, cue_id: str) -> None:
        """Tells that a cue is over."""
        self.tell("done", cue=cue_id, run=self.run_of(cue_id))

    def answer_of(self, cue: Cue, run: int, answer: Mapping[str, Any], *, is_started: bool = False) -> None:
        """Tells what a process said when it was asked to begin a cue."""
        if not answer.get("ok"):
            self.tell("failed", cue=cue.id, run=run, reason=str(answer.get("reason", "no reason was given")))
        elif is_started:
            if note := answer.get("note"):
                self.fault(f"note:{cue.id}", "note", f"“{cue.title}”: {note}")
            self.tell("started", cue=cue.id, run=run)

    def moves(self, cue: Cue) -> bool:
        """Whether robots move in a cue, as the show is armed."""
        return self.state().scope in MOVING and moves_robots(cue)

    def why_not_ready(self, cue_id: str) -> str:
        """Why a cue cannot begin yet, in words; "" when it can."""
        about = self.cues.get(cue_id)
        if about is None or not needs_making(about):
            return ""
        if cue_id in self.unmade:
            return f"it cannot be made: {self.unmade[cue_id]}"
        if cue_id not in self.made:
            return "its sound and dance are still being made"
        if self.made[cue_id].part and cue_id not in self.parts and self.moves(about):
            return "the robots are still loading its dance"
        return ""

    def fault(self, name: str, severity: Literal["note", "warning", "error"], what: str) -> None:
        """Something is wrong; a fault of the same name is replaced."""
        self.faults[name] = Fault(id=name, severity=severity, what=what, since_utc_s=self.clock.utc_s())

    def mend(self, name: str) -> None:
        """It is no longer wrong."""
        self.faults.pop(name, None)
