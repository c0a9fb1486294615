"""A battle of a virtual evening: the real round machine, a challenger who is drawn, and the real measuring of both.

Challenger and robot are drawn dancers, seen by a drawn camera that is late: nothing here has a body. What is measured of
them, how late the camera is found to be and how a round is decided comes from :mod:`temirbek.battle`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.battle import (
    BattleEffect,
    BattleEvent,
    DancePhrase,
    calibrate,
    may,
    measure_turn,
    new_battle,
    take,
)
from temirbek.battle.states import FINAL
from temirbek.demo.dancers import Camera, Dancer, seen_clapping, seen_dance
from temirbek.stage.virtual.clock import Agenda, VirtualClock
from temirbek.store import to_json
from temirbek.types import BattleCue, Cue

TEMPO_BPM = 112.0
BEATS_PER_BAR = 4
SOMEBODY_COMES_S = (6.0, 20.0)
CAMERA_LATENCY_S = (0.05, 0.2)
ROBOT_SKILL = 0.75
MEASURES_IN_S, ANSWERS_IN_S = 0.6, 2.0
SHARE_VOTING = (0.45, 0.65)
VOTES_EVERY_S = 4.0


class VirtualBattle:
    """One battle, from its invitation to its bow.

    Args:
        cue: Of the kind "battle".
        run: Which firing of it.
        clock: Whose time it is.
        tell: Takes facts: (type, payload).
        seed: From which the challenger, the camera and the votes are drawn.
        phones: So many may vote.
    """

    def __init__(
        self,
        cue: Cue,
        run: int,
        clock: VirtualClock,
        tell: Callable[[str, Mapping[str, Any]], None],
        *,
        seed: int,
        phones: int,
    ) -> None:
        assert isinstance(cue.payload, BattleCue)
        self._cue, self._run, self._clock, self._tell = cue, run, clock, tell
        self._rng = np.random.default_rng([seed, 8, run])
        self._phones = phones
        self._state = new_battle(cue.payload.rules)
        self._agenda = Agenda()
        self._skill = float(self._rng.uniform(0.2, 0.95))
        self._latency_s = float(self._rng.uniform(*CAMERA_LATENCY_S))
        self._next_bar_s = clock.host_s()
        self._turn_from_s = 0.0
        self._danced: list[DancePhrase] = []
        self._told: Mapping[str, Any] = {}

    @property
    def is_over(self) -> bool:
        """Nothing more happens."""
        return self._state.phase in FINAL

    def begin(self) -> None:
        """The robot invites; somebody comes after a while."""
        self._take("begin")
        self._later(self._draw(SOMEBODY_COMES_S), lambda: self._take("seen"))

    def look(self) -> None:
        """Time has passed: bars begin, what is due happens."""
        now_s = self._clock.host_s()
        self._agenda.look(now_s)
        while self._next_bar_s <= now_s:
            self._next_bar_s += self._bar_s
            self._take("bar")
        self._take("tick")

    def ask(self, asked: Mapping[str, Any]) -> None:
        """What the stage manager wants."""
        deed = str(asked.get("do"))
        if deed == "jury":
            for name, slider in asked["points"].items():
                self._take("jury", name=name, slider=slider)
        elif deed == "consent":
            self._take("consent", is_minor=asked["is_minor"], has_guardian=asked["has_guardian"])
        else:
            self._take(deed)

    def end(self) -> None:
        """The cue is to come to its end."""
        self._take("end")

    @property
    def _bar_s(self) -> float:
        return BEATS_PER_BAR * 60.0 / TEMPO_BPM

    def _take(self, kind: Any, **about: Any) -> None:
        if self.is_over:
            return
        step = take(self._state, BattleEvent(kind=kind, host_s=self._clock.host_s(), **about))
        self._state = step.state
        for effect in step.effects:
            self._do(effect)
        self._tell_state()
        if self._state.phase == "over":
            self._tell("done", {"cue": self._cue.id, "run": self._run})

    def _tell_state(self) -> None:
        state = self._state
        votes = state.votes or (0, 0)
        told = {
            "cue": self._cue.id,
            "state": state.phase,
            "round": state.round,
            "may": list(may(state)),
            "votes_person": votes[0],
            "votes_robot": votes[1],
            "why": state.reason,
        }
        if told != self._told:
            self._told = told
            self._tell("battle", told)

    # what it asks for

    def _do(self, effect: BattleEffect) -> None:
        turn = effect.turn
        match effect.verb:
            case "clap_along":
                self._later(
                    effect.bars * self._bar_s + MEASURES_IN_S, lambda: self._calibrate(turn, effect.bars)
                )
            case "watch_person" | "dance":
                self._turn_from_s = self._clock.host_s()
            case "measure_person":
                self._measure("person", turn)
            case "measure_robot":
                self._measure("robot", turn)
            case "make_answer":
                self._later(ANSWERS_IN_S, lambda: self._take("answer_ready", turn=turn))
            case "open_votes":
                self._open_votes(turn, effect.seconds)
            case "show_round" if effect.round_verdict is not None:
                self._show(to_json(effect.round_verdict))
            case "show_verdict" if effect.verdict is not None:
                self._show(to_json(effect.verdict))

    def _show(self, verdict: Mapping[str, Any]) -> None:
        self._tell("battle", {"cue": self._cue.id, "state": self._state.phase, "verdict": verdict})

    def _calibrate(self, turn: int, bars: int) -> None:
        beats_s = self._beats(self._clock.host_s() - bars * self._bar_s, bars)
        times_s, points = seen_clapping(self._dancer(self._skill), beats_s, self._camera())
        found = calibrate(points, times_s, beats_s)
        self._take("calibrated", turn=turn, latency_s=found.latency_s)

    def _measure(self, side: str, turn: int) -> None:
        """Both are seen by the same camera; the robot has the person's phrase to copy, and the other way round."""
        skill = self._skill if side == "person" else ROBOT_SKILL
        beats_s = self._beats(self._turn_from_s, self._state.rules.bars_per_turn)
        times_s, points = seen_dance(self._dancer(skill, turn), beats_s, self._camera(turn))
        measured = measure_turn(
            points,
            times_s,
            beats_s,
            latency_s=self._state.latency_s,
            model=self._danced[-1] if self._danced else None,
            earlier=tuple(self._danced),
        )
        if measured.phrase is not None:
            self._danced.append(measured.phrase)
        self._later(MEASURES_IN_S, lambda: self._take("measured", turn=turn, side=side, score=measured.score))

    def _open_votes(self, turn: int, seconds: float) -> None:
        """Whom the hall likes better, by chance and a little by skill; votes come as long as they may."""
        voters = round(self._phones * self._draw(SHARE_VOTING))
        likes = float(
            np.clip(0.5 + 0.3 * (self._skill - ROBOT_SKILL) + 0.1 * self._rng.standard_normal(), 0.1, 0.9)
        )
        person = int(self._rng.binomial(voters, likes))
        steps = max(1, int((seconds - 1.0) / VOTES_EVERY_S))
        for step in range(1, steps + 1):
            votes = (person * step // steps, (voters - person) * step // steps)
            self._later(
                step * (seconds - 1.0) / steps,
                lambda votes=votes: self._take(  # type: ignore[misc]
                    "votes", turn=turn, votes_person=votes[0], votes_robot=votes[1]
                ),
            )

    def _beats(self, from_s: float, bars: int) -> NDArray[np.float64]:
        beats = np.arange(bars * BEATS_PER_BAR + 1, dtype=np.float64)
        return np.asarray(from_s + beats * (60.0 / TEMPO_BPM))

    def _dancer(self, skill: float, turn: int = 0) -> Dancer:
        return Dancer(skill=skill, seed=int(self._rng.integers(1 << 31)) + turn)

    def _camera(self, turn: int = 0) -> Camera:
        return Camera(latency_s=self._latency_s, seed=turn)

    def _draw(self, between: tuple[float, float]) -> float:
        return float(self._rng.uniform(*between))

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        self._agenda.put(self._clock.host_s() + seconds, do)
