"""The show in one process: the machine, its record on disk, and the order between the two.

Whatever comes in is taken by the pure machine, written down, and only then done. What was written and not seen to happen
is told to the operator after a restart, and never done a second time.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from temirbek.errors import InvalidInput
from temirbek.show.machine import advance, new_state, take
from temirbek.show.state import MachineState
from temirbek.store import from_json, to_json
from temirbek.store.event_log import DuplicateEvent, EventLog
from temirbek.types import Answer, Effect, Evening, Event, Fact

logger = logging.getLogger(__name__)

STATE_FORMAT = 1
KEEP_EVERY = 100
"""So many events apart is the whole state kept, so that a restart reads little."""


class Clock(Protocol):
    """Tells the time; a show may be run on one that is not the machine's."""

    def host_s(self) -> float:
        """Monotonic [s]."""
        ...

    def utc_s(self) -> float:
        """Of the wall [UTC epoch seconds]."""
        ...


class HostClock:
    """The machine's own clocks."""

    def host_s(self) -> float:
        """CLOCK_MONOTONIC [s]."""
        return time.monotonic()

    def utc_s(self) -> float:
        """The machine's wall clock [UTC epoch seconds]."""
        return time.time()


class ShowDesk:
    """Takes events; whoever does things hears effects.

    Args:
        evening: What is to happen; where the log holds a show already, that one goes on.
        day: Its date.
        log: Where it is recorded.
        clock: What time it is.
        on_effect: Does what is to be done; called when it is on disk. Must not raise.

    Attributes:
        state: The show as it stands.
        was_running: The log held a show that had begun: somebody is to be told by a "recovered" event.
    """

    def __init__(
        self,
        evening: Evening,
        day: date,
        log: EventLog,
        clock: Clock,
        on_effect: Callable[[Effect], None],
    ) -> None:
        self._log, self._clock, self._on_effect = log, clock, on_effect
        self.state, self._sequence = _remembered(evening, day, log)
        self.was_running = self._sequence > 0
        self._kept = self._sequence
        self._trouble = ""
        self._owed: tuple[Event, ...] = ()
        """Stops that were carried out while the record could not be written: they are written first when it can."""

    @property
    def trouble(self) -> str:
        """Why the record cannot be written just now, in words; "" while it can."""
        return self._trouble

    def submit(self, event: Event) -> Answer:
        """Takes an event; when the answer comes, what it led to is on disk and has been passed on.

        A command that cannot be written down is refused: nothing happens that the record does not know. A show stop is
        carried out in any case.
        """
        stamped = replace(event, utc_s=self._clock.utc_s(), host_s=self._clock.host_s())
        taken = take(self.state, stamped)
        if taken.events:
            try:
                self._sequence = self._log.append((*self._owed, *taken.events))[-1]
                self._trouble, self._owed = "", ()
            except DuplicateEvent:
                return Answer(is_accepted=False, reason="this was taken already", sequence=self._sequence)
            except (InvalidInput, OSError, sqlite3.Error) as error:
                self._trouble = f"the record cannot be written: {error}"
                logger.error("%s", self._trouble)
                if event.type != "stop":
                    return Answer(is_accepted=False, reason=self._trouble, sequence=self._sequence)
                self._owed = (*self._owed, *taken.events)
        self.state = taken.state
        for effect in taken.effects:
            self._on_effect(effect)
        if self._sequence - self._kept >= KEEP_EVERY and not self._trouble:
            self.keep()
        return replace(taken.answer, sequence=self._sequence)

    def tell(self, fact: Fact, **payload: Any) -> Answer:
        """A part of the machine tells what happened."""
        return self.submit(Event(type=fact, payload=payload, by="machine"))

    def command(
        self, event_type: str, payload: Mapping[str, Any], *, by: str = "machine", key: str = ""
    ) -> Answer:
        """The stage manager's word, given by a part of the machine: a rehearsal that runs by itself."""
        return self.submit(
            Event(type=event_type, payload=payload, by=by, role="stage_manager", key=key)  # type: ignore[arg-type]
        )

    def note(self, text: str) -> None:
        """A part of the machine writes a line into the record."""
        self.command("note", {"text": text})

    def tick(self) -> None:
        """Time has passed."""
        self.tell("tick")

    def keep(self) -> None:
        """Keeps the whole state, so that reading the record from its beginning is not needed."""
        try:
            self._log.keep(self._sequence, to_json(self.state), STATE_FORMAT)
            self._kept = self._sequence
        except (InvalidInput, OSError, sqlite3.Error) as error:
            logger.warning("the state was not kept: %s", error)


def _remembered(evening: Evening, day: date, log: EventLog) -> tuple[MachineState, int]:
    """The state that the log leads to, and the newest sequence number; nothing is done again."""
    state, sequence = new_state(evening, day), 0
    if (kept := log.kept(STATE_FORMAT)) is not None:
        try:
            state, sequence = from_json(MachineState, kept[1]), kept[0]
        except ValueError as error:
            logger.warning("the kept state is not read, the record from its beginning is: %s", error)
    for logged in log.read(sequence):
        state, _, _ = advance(state, logged.event)
        sequence = logged.sequence
    return state, sequence
