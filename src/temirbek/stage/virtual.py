"""A whole evening without sound, robots or waiting: on a clock of its own, given GO by a stage manager who is none.

For rehearsing a running order at many times real time, and for proof: the same show file and the same seed lead to the
same record, byte by byte.
"""

import heapq
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from temirbek.errors import InvalidInput
from temirbek.show.kinds import is_at_once, is_of_people, moves_robots, reaches
from temirbek.show.snapshot import snapshot_of
from temirbek.show.timing import planned_starts
from temirbek.stage.desk import ShowDesk
from temirbek.stage.opening import Opening
from temirbek.stage.run_folder import RunFolder
from temirbek.store.event_log import EventLog
from temirbek.types import (
    AnnouncementCue,
    ChecklistCue,
    Cue,
    Effect,
    Evening,
    Fault,
    MusicView,
    Performer,
    RobotLiveState,
    RobotView,
)

TICK_S = 0.1
OPENS_BEFORE_S = 60.0
LONGEST_S = 24 * 3600.0
SEEN_AFTER_S = 0.08
USUAL_LENGTH_S: Mapping[str, float] = {
    "act": 240.0,
    "speech": 120.0,
    "track": 180.0,
    "dj_set": 900.0,
    "robot_number": 180.0,
    "robot_gesture": 6.0,
    "announcement": 30.0,
}
"""How long a cue lasts whose file does not say it [s]."""
LENGTH_SPREAD = 0.06
"""Standard deviation of how much longer or shorter than planned people take."""
GO_DELAY_S = (0.5, 3.0)
"""Between the end of one cue and the GO of the next [s]."""


class VirtualClock:
    """Time that passes when it is told to.

    Args:
        utc_s: What the wall says at the beginning [UTC epoch seconds].
    """

    def __init__(self, utc_s: float) -> None:
        self._now_s, self._utc_s = 0.0, utc_s

    def host_s(self) -> float:
        """Since the beginning [s]."""
        return self._now_s

    def utc_s(self) -> float:
        """Of the wall [UTC epoch seconds]."""
        return self._utc_s + self._now_s

    def pass_time(self, seconds: float) -> None:
        """Lets time pass."""
        self._now_s = round(self._now_s + seconds, 6)


@dataclass(order=True, slots=True)
class _Due:
    host_s: float
    order: int
    tell: Callable[[], None] = field(compare=False)


class VirtualHands:
    """Hands that do everything at once and let it last as long as planned.

    Args:
        evening: What is to happen.
        clock: Whose time it is.
        tell: Takes facts: (type, payload).
        seed: From which is drawn how long things really take.
    """

    def __init__(
        self, evening: Evening, clock: VirtualClock, tell: Callable[[str, Mapping[str, Any]], None], seed: int
    ) -> None:
        self._cues = {cue.id: cue for cue in evening.cues}
        self._cast = evening.show.cast
        self._clock, self._tell = clock, tell
        self._rng = np.random.default_rng([seed, 5])
        self._due: list[_Due] = []
        self._order = 0
        self._running: dict[str, int] = {}
        self._robots: dict[str, RobotLiveState] = {p.id: "standing" for p in evening.show.cast}

    def present(self) -> None:
        """Tells that everybody is there."""
        for name, state in self._robots.items():
            self._tell("robot", {"robot": name, "state": state, "why": ""})

    def do(self, effect: Effect) -> None:
        """Begins or ends something; robots tell what becomes of them."""
        match effect.verb:
            case "fire":
                self._fire(effect)
            case "end" if effect.cue in self._running:
                self._later(0.5, effect.cue, "done")
            case "stop":
                self._running.clear()
                self._all_robots("damped")
            case "arm" if effect.payload.get("scope") in ("rehearsal", "live"):
                self._all_robots("standing")

    def _fire(self, effect: Effect) -> None:
        cue, run = self._cues[effect.cue], int(effect.payload["run"])
        if effect.target == "robots":
            for performer in self._of(cue):
                self._now(performer.id, "dancing")
            if cue.kind != "robot_gesture":
                return  # its sound leads
        if self._running.get(cue.id) == run:
            return
        self._running[cue.id] = run
        if is_of_people(cue):
            return
        self._later(SEEN_AFTER_S, cue.id, "started")
        if not is_at_once(cue):
            self._later(self.lasts_s(cue), cue.id, "done")

    def lasts_s(self, cue: Cue) -> float:
        """How long a cue takes tonight [s]: what machines play as planned, what people do about so."""
        length_s = cue.length_s or USUAL_LENGTH_S.get(cue.kind, 0.0)
        spread = LENGTH_SPREAD if is_of_people(cue) and cue.kind != "pause" else 0.0
        return float(round(max(1.0, length_s * (1.0 + spread * self._rng.standard_normal())), 1))

    def _of(self, cue: Cue) -> tuple[Performer, ...]:
        return tuple(p for p in self._cast if p.id in cue.robots or not cue.robots)

    def _later(self, seconds: float, cue: str, fact: str) -> None:
        run = self._running[cue]

        def tell() -> None:
            if self._running.get(cue) != run:
                return
            if fact == "done":
                del self._running[cue]
                if moves_robots(self._cues[cue]):
                    for performer in self._of(self._cues[cue]):
                        self._now(performer.id, "standing")
            self._tell(fact, {"cue": cue, "run": run})

        self._order += 1
        heapq.heappush(self._due, _Due(self._clock.host_s() + seconds, self._order, tell))

    def _all_robots(self, state: RobotLiveState) -> None:
        for name in self._robots:
            self._now(name, state)

    def _now(self, name: str, state: RobotLiveState) -> None:
        if self._robots[name] != state:
            self._robots[name] = state
            self._tell("robot", {"robot": name, "state": state, "why": ""})

    def look(self) -> None:
        """Tells what is due."""
        while self._due and self._due[0].host_s <= self._clock.host_s():
            heapq.heappop(self._due).tell()

    def music(self) -> MusicView:
        """Nothing sounds."""
        return MusicView()

    def robots(self) -> tuple[RobotView, ...]:
        """The cast, each as it was told to be."""
        return tuple(
            RobotView(
                id=p.id,
                name=p.name,
                robot=p.robot,
                color=p.accent_color,
                state=self._robots[p.id],
                heartbeat_age_s=0.0,
            )
            for p in self._cast
        )

    def faults(self) -> tuple[Fault, ...]:
        """None."""
        return ()

    def is_warm(self, cue_id: str) -> bool:
        """Always."""
        return True

    def card(self) -> Mapping[str, str]:
        """Nothing is shown."""
        return {}

    def why_not_ready(self, cue: str) -> str:
        """Nothing has to be made."""
        return ""


class VirtualOperator:
    """A stage manager who does what the running order says, a little late, as people are.

    Args:
        desk: The show.
        hands: Knows how long people's cues take tonight.
        clock: Whose time it is.
        seed: From which delays are drawn.
    """

    def __init__(self, desk: ShowDesk, hands: VirtualHands, clock: VirtualClock, seed: int) -> None:
        self._desk, self._hands, self._clock = desk, hands, clock
        self._rng = np.random.default_rng([seed, 6])
        self._keys = 0
        self._ready_s: float | None = None
        self._ends_s: dict[tuple[str, int], float] = {}

    def open(self) -> None:
        """Says that the robots are there, ticks what would stand in the way, arms the rehearsal and lets it run."""
        self._hands.present()
        for cue in self._desk.state.evening.cues:
            if isinstance(cue.payload, ChecklistCue) and any(
                reaches("rehearsal", s) for s in cue.payload.blocks
            ):
                for item in range(len(cue.payload.items)):
                    self._order("tick_item", {"cue": cue.id, "item": item, "is_done": True})
        self._order("arm", {"scope": "rehearsal"})
        self._order("resume", {})

    def look(self) -> None:
        """Does what a stage manager would do now."""
        state = self._desk.state
        if state.state == "hold":
            self._order("resume", {})
        for cue_id in state.of_state("running"):
            self._attend(cue_id)
        state = self._desk.state
        if not state.standby or state.pending is not None or self._is_stage_taken():
            self._ready_s = None
            return
        cue = state.cue(state.standby)
        if cue.start is not None and cue.start.is_hard and not state.now(cue.id).is_missed:
            return  # it begins by the clock
        now_s = self._clock.host_s()
        if self._ready_s is None:
            self._ready_s = now_s + float(self._rng.uniform(*GO_DELAY_S))
        elif now_s >= self._ready_s:
            self._ready_s = None
            self._order("go", {"cue": state.standby})

    def _attend(self, cue_id: str) -> None:
        """A running cue of people: its list is ticked off, and it is finished when they are."""
        state = self._desk.state
        cue, now = state.cue(cue_id), state.now(cue_id)
        if not is_of_people(cue) or cue.kind == "pause":
            return
        if isinstance(cue.payload, ChecklistCue):
            open_items = [i for i in range(len(cue.payload.items)) if i not in now.ticked]
            if open_items:
                self._order("tick_item", {"cue": cue_id, "item": open_items[0], "is_done": True})
            return
        ends_s = self._ends_s.setdefault((cue_id, now.run), self._clock.host_s() + self._hands.lasts_s(cue))
        if self._clock.host_s() >= ends_s:
            self._order("finish", {"cue": cue_id})

    def _is_stage_taken(self) -> bool:
        """Something runs that is waited for: everything but what lies under other things."""
        state = self._desk.state
        waited = [
            c
            for c in state.of_state("running", "pre_wait")
            if not (is_at_once(state.cue(c)) and not isinstance(state.cue(c).payload, AnnouncementCue))
        ]
        return bool(waited)

    def _order(self, command: str, payload: Mapping[str, Any]) -> None:
        self._keys += 1
        self._desk.command(command, payload, by="rehearsal", key=f"rehearsal-{self._keys}")


class VirtualEvening:
    """An evening on a clock of its own.

    Args:
        desk: The show, on ``clock``.
        hands, operator, clock: Who takes part.
    """

    def __init__(
        self, desk: ShowDesk, hands: VirtualHands, operator: VirtualOperator, clock: VirtualClock
    ) -> None:
        self._desk, self._hands, self._operator, self._clock = desk, hands, operator, clock

    @property
    def is_over(self) -> bool:
        """The last cue has been played."""
        state = self._desk.state
        return not state.standby and not state.pending and not state.of_state("running", "pre_wait")

    def step(self) -> None:
        """A tenth of a second passes."""
        self._clock.pass_time(TICK_S)
        self._hands.look()
        self._desk.tick()
        self._operator.look()


def run_virtual(run: RunFolder, evening: Evening, opening: Opening, *, speed: float | None) -> str:
    """Runs a whole evening on a clock of its own and keeps its record in the run's folder.

    Args:
        run: Where to.
        evening: What is to happen.
        opening: Its date.
        speed: So many times real time; None: as fast as can be.

    Returns:
        What came of it, in words.

    Raises:
        InvalidInput: The evening does not come to its end: something waits for what never comes; the message says what.
    """
    seed = evening.show.seed
    clock = VirtualClock(planned_starts(evening, opening.date)[0] - OPENS_BEFORE_S)
    to_do: list[VirtualHands] = []
    with EventLog.open(run.log) as log:
        desk = ShowDesk(evening, opening.date, log, clock, lambda effect: to_do[0].do(effect))
        hands = VirtualHands(evening, clock, lambda fact, payload: desk.tell(fact, **payload), seed)  # type: ignore[arg-type]
        to_do.append(hands)
        operator = VirtualOperator(desk, hands, clock, seed)
        desk.tell("opened", date=opening.day, scope="none")
        operator.open()
        show = VirtualEvening(desk, hands, operator, clock)
        began_s = time.monotonic()
        while not show.is_over:
            show.step()
            if clock.host_s() > LONGEST_S:
                waits = ", ".join(desk.state.of_state("running", "pre_wait")) or desk.state.standby
                raise InvalidInput(
                    f"the evening does not end: after {LONGEST_S / 3600:g} h it waits for {waits!r}"
                )
            if speed is not None:
                time.sleep(max(0.0, began_s + clock.host_s() / speed - time.monotonic()))
        desk.tell("closed")
        desk.keep()
        took_s = time.monotonic() - began_s
    shown = snapshot_of(desk.state, clock.utc_s(), host_s=clock.host_s())
    done = sum(line.state == "done" for line in shown.cues)
    minutes = clock.host_s() / 60
    return (
        f"{shown.title}: {done} of {len(shown.cues)} cues in {minutes:.0f} minutes, "
        f"{clock.host_s() / max(took_s, 1e-3):.0f} times real time; over by {shown.over_s / 60:+.1f} minutes"
    )
