"""A state in work during one event: what changes, what is to be done, what is told. It never outlives the event."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from temirbek.show.kinds import Target, targets_of
from temirbek.show.state import CueNow, MachineState
from temirbek.types.evening import Cue
from temirbek.types.live import Answer, Effect, Event, Fault, LogLine

MAX_LINES = 60
"""So many lines of the record are kept at hand; the log has all."""
MAX_FAULTS = 40


class Refused(Exception):
    """A command that cannot be; the words are for the operator. Never leaves the machine."""


class Draft:
    """The next state, its effects and its answer, while they are made.

    Attributes:
        state: As changed so far.
        event: What came.
        effects: In the order in which they are to happen.
        answer: What the operator is told if the command is not refused.
    """

    def __init__(self, state: MachineState, event: Event) -> None:
        self.state = state
        self.event = event
        self.effects: list[Effect] = []
        self.answer = Answer(is_accepted=True)

    @property
    def host_s(self) -> float:
        """When the event is."""
        return self.event.host_s

    @property
    def utc_s(self) -> float:
        """The same on the show's clock."""
        return self.state.utc_at(self.event.host_s)

    def set(self, **changes: Any) -> None:
        """Changes fields of the state."""
        self.state = replace(self.state, **changes)

    def change(self, cue_id: str, **changes: Any) -> CueNow:
        """Changes fields of one cue."""
        index = self.state.index(cue_id)
        assert index is not None
        cues = list(self.state.cues)
        cues[index] = replace(cues[index], **changes)
        self.set(cues=tuple(cues))
        return cues[index]

    def emit(
        self, target: Target, verb: str, cue: str = "", payload: Mapping[str, Any] | None = None
    ) -> None:
        """Something is to be done."""
        self.effects.append(Effect(target=target, verb=verb, cue=cue, payload=payload or {}))

    def emit_to_all_of(self, cue: Cue, verb: str, payload: Mapping[str, Any]) -> bool:
        """Tells everybody who does this cue, in this scope; False: nobody has to do anything."""
        targets = targets_of(cue, self.state.scope)
        for target in targets:
            self.emit(target, verb, cue.id, payload)
        return bool(targets)

    def told_cue(self) -> str:
        """The cue that the event names.

        Raises:
            Refused: None is named, or none of that id is in the running order.
        """
        cue_id = self.event.payload.get("cue")
        if self.state.index(cue_id) is None:
            raise Refused(f"there is no cue “{cue_id}” tonight")
        return str(cue_id)

    def title(self, cue_id: str) -> str:
        """A cue in words."""
        return f"“{self.state.cue(cue_id).title or cue_id}”"

    def line(self, what: str) -> None:
        """Writes a line of the record."""
        by = self.event.by or (self.event.role or "machine")
        line = LogLine(sequence=self.state.sequence + 1, utc_s=self.utc_s, by=by, what=what)
        self.set(lines=(*self.state.lines, line)[-MAX_LINES:])

    def fault(self, fault_id: str, severity: str, what: str) -> None:
        """Something is wrong from now on; a fault of the same id is replaced."""
        others = tuple(f for f in self.state.faults if f.id != fault_id)
        new = Fault(id=fault_id, severity=severity, what=what, since_utc_s=self.utc_s)  # type: ignore[arg-type]
        self.set(faults=(*others, new)[-MAX_FAULTS:])
        self.line(what)

    def mended(self, fault_id: str) -> None:
        """What was wrong is over."""
        self.set(faults=tuple(replace(f, is_over=True) if f.id == fault_id else f for f in self.state.faults))
