"""Hands that do everything at once, and let it last about as long as planned."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from temirbek.show.kinds import is_of_people, is_timed, moves_robots
from temirbek.stage.virtual.battle import VirtualBattle
from temirbek.stage.virtual.clock import Agenda, VirtualClock
from temirbek.types import Cue, Effect, Evening, Fault, MusicView, Performer, RobotLiveState, RobotView

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


class VirtualHands:
    """Hands that do everything at once and let it last as long as planned.

    Args:
        evening: What is to happen.
        clock: Whose time it is.
        tell: Takes facts: (type, payload).
        seed: From which is drawn how long things really take.
        phones: So many people in the hall may vote in a battle.
    """

    def __init__(
        self,
        evening: Evening,
        clock: VirtualClock,
        tell: Callable[[str, Mapping[str, Any]], None],
        seed: int,
        *,
        phones: int = 0,
    ) -> None:
        self._cues = {cue.id: cue for cue in evening.cues}
        self._cast = evening.show.cast
        self._clock, self._tell = clock, tell
        self._rng = np.random.default_rng([seed, 5])
        self._seed, self._phones = seed, phones
        self._agenda = Agenda()
        self._battle: VirtualBattle | None = None
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
            case "end" if effect.target == "battle":
                if self._battle is not None:
                    self._battle.end()
            case "end" if effect.cue in self._running:
                self._later(0.5, effect.cue, "done")
            case "battle_do" if self._battle is not None:
                self._battle.ask(effect.payload)
            case "stop":
                self._running.clear()
                self._battle = None
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
        if cue.kind == "battle":
            self._begin_battle(cue, run)
        elif not is_timed(cue):
            self._later(self.lasts_s(cue), cue.id, "done")

    def _begin_battle(self, cue: Cue, run: int) -> None:
        for performer in self._of(cue):
            self._now(performer.id, "dancing")
        self._battle = VirtualBattle(
            cue, run, self._clock, self._tell_of_battle, seed=self._seed, phones=self._phones
        )
        self._battle.begin()

    def _tell_of_battle(self, fact: str, payload: Mapping[str, Any]) -> None:
        if fact == "done":
            self._later(0.0, str(payload["cue"]), "done")
        else:
            self._tell(fact, payload)

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

        self._agenda.put(self._clock.host_s() + seconds, tell)

    def _all_robots(self, state: RobotLiveState) -> None:
        for name in self._robots:
            self._now(name, state)

    def _now(self, name: str, state: RobotLiveState) -> None:
        if self._robots[name] != state:
            self._robots[name] = state
            self._tell("robot", {"robot": name, "state": state, "why": ""})

    def look(self) -> None:
        """Tells what is due."""
        self._agenda.look(self._clock.host_s())
        if self._battle is not None:
            self._battle.look()

    def robot_states(self) -> Mapping[str, RobotLiveState]:
        """What each robot does."""
        return self._robots

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

    def caption(self) -> Mapping[str, str]:
        """Nothing is heard."""
        return {}

    def why_mute(self) -> tuple[str, ...]:
        """Nothing is heard, so no voice is needed."""
        return ()

    def why_not_ready(self, cue: str) -> str:
        """Nothing has to be made."""
        return ""
