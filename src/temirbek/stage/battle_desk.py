"""The battle on the live stage: joins the round machine with eyes, robots, phones, screen and music.

It decides nothing: :func:`temirbek.battle.take` does. Here bars are counted from the shared clock, key points gathered while
somebody dances, work handed to a :class:`~temirbek.stage.battle_workshop.Workshop`, and effects passed through *doors*.

While the person dances and while the answer is made, the robot grooves. The answer is made for a bar some seconds ahead
(:data:`AHEAD_S`); where it is not there by then, or nothing was seen, the robot grooves through its turn instead: its dance is
then not measured, and the verdict says so. Music that is about to end is begun anew before a turn that it would not last for.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from temirbek.battle import (
    CARDS,
    BattleEffect,
    BattleEvent,
    Calibration,
    DancePhrase,
    Measured,
    may,
    new_battle,
    points_of,
    round_lines,
    take,
    verdict_line,
)
from temirbek.battle.states import FINAL, EventKind
from temirbek.stage.battle_workshop import LEAD_BEATS, AnswerWish, Turn, TurnDone, Workshop
from temirbek.stage.clock import ClockReading
from temirbek.store import to_json
from temirbek.types import BattleRules, BeatGrid, BodyTrack, DanceScore, Language, Move, Performer, RobotKind

Floats = NDArray[np.float64]

LANGUAGES: tuple[Language, ...] = ("kk", "ru", "en")
AHEAD_S: Mapping[RobotKind, float] = {"go2": 7.0, "g1": 14.0}
"""An answer is made for the first bar that is so far away: making, laying out and loading it takes less."""
KEPT_S = 60.0
HERE_S, GONE_S = 1.0, 1.0
"""Somebody is there when seen for so long, and gone when not seen for so long."""
AROUND_S = 0.6
"""Of the pictures around a turn so much is looked at."""
MUSIC_AGAIN_S = 5.0


class Doors(Protocol):
    """What a battle asks of the others on the stage; none of it waits."""

    def tell(self, fact: str, payload: Mapping[str, Any]) -> None:
        """A fact for the show: "battle", "started", "done", "failed"."""
        ...

    def music(self) -> None:
        """The cue's music from its beginning."""
        ...

    def watch(self, on: bool, track: str) -> None:
        """The eyes tell key points of this track ("": whoever is largest), or no more."""
        ...

    def load(self, part: str, path: Path) -> None:
        """The robots load a part; :meth:`BattleDesk.hear_part` tells that they know it."""
        ...

    def dance(self, part: str, from_mix_s: float) -> None:
        """The robot takes up a part at a mix time [s]."""
        ...

    def groove(self) -> None:
        """The robot grooves to what sounds."""
        ...

    def gesture(self, name: str) -> None:
        """The robot makes a gesture: "invite" or "bow"."""
        ...

    def rest(self) -> None:
        """The robot comes to rest."""
        ...

    def poll(self, on: bool, seconds: float) -> None:
        """The phones ask who was better, or no more; :meth:`BattleDesk.hear_votes` tells what they say."""
        ...

    def card(self, words: Mapping[Language, str]) -> None:
        """A card on the screen; empty: none."""
        ...

    def note(self, words: str) -> None:
        """A line for the record."""
        ...


@dataclass(slots=True, kw_only=True)
class _Prepared:
    """An answer on its way: for which turn and beat, and how far it is."""

    turn: int
    beat: float
    part: str
    path: Path
    is_loaded: bool = False


class BattleDesk:
    """One battle, from its invitation to its bow.

    Args:
        cue, run: Whose battle it is: id of the cue, and which firing of it.
        rules: Of the battle.
        performer: The robot that answers.
        moves: The vocabulary.
        grid: Beats of the cue's music [mix s].
        folder: Where answers are written.
        doors: The others.
        workshop: Does the work.
        seed: Of the answers.
        is_in_zone: Whether a person stands where one dances; None: anybody who is seen does.
    """

    def __init__(
        self,
        cue: str,
        run: int,
        *,
        rules: BattleRules,
        performer: Performer,
        moves: Mapping[str, Move],
        grid: BeatGrid,
        folder: Path,
        doors: Doors,
        workshop: Workshop,
        seed: int,
        is_in_zone: Callable[[BodyTrack], bool] | None = None,
    ) -> None:
        self._cue, self._run, self._performer, self._moves = cue, run, performer, moves
        self._grid, self._folder, self._doors, self._workshop, self._seed = (
            grid,
            folder,
            doors,
            workshop,
            seed,
        )
        self._is_in_zone = is_in_zone
        self._state = new_battle(rules)
        self._now_s = 0.0
        self._reading: ClockReading | None = None
        self._bar: int | None = None
        self._music_asked_s = -np.inf
        self._seen: deque[BodyTrack] = deque()
        self._track, self._here_since_s, self._last_here_s = "", 0.0, -np.inf
        self._turn_beat = 0.0
        self._clap: tuple[int, float, float] | None = None
        self._danced: list[DancePhrase] = []
        self._by_robot: DancePhrase | None = None
        self._by_person: DancePhrase | None = None
        self._history: tuple[str, ...] = ()
        self._prepared: _Prepared | None = None
        self._told: Mapping[str, Any] = {}
        self._n_parts = 0

    @property
    def is_over(self) -> bool:
        """Nothing more happens."""
        return self._state.phase in FINAL

    @property
    def phase(self) -> str:
        """Where the battle stands."""
        return self._state.phase

    # what is asked

    def begin(self, now_s: float) -> None:
        """The robot invites.

        Args:
            now_s: Host time [s].
        """
        self._now_s = now_s
        self._workshop.begin()
        self._doors.music()
        self._music_asked_s = now_s
        self._doors.watch(True, "")
        self._doors.tell("started", {"cue": self._cue, "run": self._run})
        self._take("begin")
        self._doors.gesture("invite")

    def ask(self, asked: Mapping[str, Any], now_s: float) -> None:
        """What the stage manager wants: ``do`` one of :data:`~temirbek.types.hall_views.BATTLE_DEEDS`, and what belongs to it."""
        self._now_s = now_s
        match asked.get("do"):
            case "jury":
                for name, slider in asked["points"].items():
                    self._take("jury", name=str(name), slider=float(slider))
            case "consent":
                is_minor, has_guardian = bool(asked.get("is_minor")), bool(asked.get("has_guardian"))
                self._take("consent", is_minor=is_minor, has_guardian=has_guardian)
            case "guardian" | "decline" | "next" | "skip" | "again" | "end" as deed:
                self._take(deed)

    def end(self, now_s: float) -> None:
        """The cue is to come to its end."""
        self.ask({"do": "end"}, now_s)

    def stop(self, now_s: float) -> None:
        """The show's stop."""
        self._now_s = now_s
        self._take("stop")

    def close(self) -> None:
        """Lets go of everybody."""
        self._workshop.close()
        self._seen.clear()

    # what is told

    def hear_keypoints(self, track: BodyTrack) -> None:
        """One picture of the person."""
        if not len(track.keypoints) or (self._track and track.id != self._track):
            return
        self._seen.append(track)
        while self._seen and self._seen[0].host_s < track.host_s - KEPT_S:
            self._seen.popleft()

    def hear_people(self, tracks: Sequence[BodyTrack], now_s: float) -> None:
        """Who is there: somebody in the zone becomes the person of this battle."""
        self._now_s = now_s
        here = [t for t in tracks if self._is_in_zone is None or self._is_in_zone(t)]
        mine = next((t for t in here if t.id == self._track), None)
        if mine is None and here and now_s - self._last_here_s > GONE_S:
            mine = max(here, key=lambda t: t.confidence)
            self._track, self._here_since_s = mine.id, now_s
            self._doors.watch(True, mine.id)
        if mine is not None:
            self._last_here_s = now_s
            if not self._state.is_seen and now_s - self._here_since_s >= HERE_S:
                self._take("seen")

    def hear_part(self, part: str, now_s: float, *, is_loaded: bool = True) -> None:
        """The robots know a part, or cannot load it."""
        self._now_s = now_s
        one = self._prepared
        if one is None or one.part != part or one.turn != self._state.turn:
            return
        start_s, mix_s = float(self._grid.time_at(one.beat - LEAD_BEATS)), self._mix_s()
        if not is_loaded or mix_s is None or mix_s > start_s:
            self._without_answer("the answer came too late")
            return
        one.is_loaded = True
        self._doors.dance(part, start_s)

    def hear_votes(self, person: int, robot: int, now_s: float) -> None:
        """What the phones say so far."""
        self._now_s = now_s
        self._take("votes", votes_person=person, votes_robot=robot)

    def hear_failure(self, what: str, now_s: float, *, whose: Literal["eyes", "robot"] = "eyes") -> None:
        """A device is gone; it interrupts the round where it is needed just now.

        Args:
            what: Happened, in words.
            now_s: Host time [s].
            whose: The eyes are needed while the person claps or dances, the robot while it dances.
        """
        self._now_s = now_s
        self._doors.note(f"battle: {what}")
        needed = ("calibrate", "call") if whose == "eyes" else ("response",)
        if self._state.phase in needed:
            self._take("failed", reason=what)

    def look(self, now_s: float, reading: ClockReading | None) -> None:
        """Time has passed.

        Args:
            now_s: Host time [s].
            reading: What the shared clock says, or None.
        """
        self._now_s = now_s
        is_ours = reading is not None and reading.programme == self._cue and reading.is_playing
        self._reading = reading if is_ours else None
        self._workshop.look()
        if self.is_over:
            return
        if self._state.is_seen and now_s - self._last_here_s > GONE_S and self._state.lost_since_s is None:
            self._take("lost")
        self._look_at_bars()
        self._look_at_claps()
        self._take("tick")

    # bars

    def _mix_s(self) -> float | None:
        return None if self._reading is None else self._reading.mix_at(self._now_s)

    def _beat(self) -> float | None:
        mix_s = self._mix_s()
        return None if mix_s is None else float(self._grid.beat_at(mix_s))

    def _look_at_bars(self) -> None:
        beat, grid = self._beat(), self._grid
        if beat is None:
            self._bar = None
            self._ask_for_music()
            return
        bar = int(np.floor((beat - grid.first_downbeat) / grid.beats_per_bar))
        if self._bar is not None and bar == self._bar + 1:
            self._begin_bar(float(grid.bar_start_beat(bar)))
        elif self._bar is not None and bar != self._bar and self._state.is_dancing:
            self._take("failed", reason="the music went elsewhere in the middle of a turn")
        self._bar = bar

    def _begin_bar(self, beat: float) -> None:
        state = self._state
        if state.phase in ("calibrate", "call", "response") and not state.is_dancing:
            bars = state.rules.bars_per_turn + 2
            if beat + bars * self._grid.beats_per_bar > self._grid.n_beats:
                self._ask_for_music()
                return
        if state.phase == "calibrate" and self._clap is not None and self._clap[1] < 0.0:
            turn, _, length = self._clap
            self._clap = (turn, beat, length)
        if self._prepared is not None and state.phase == "response" and not state.is_dancing:
            if beat < self._prepared.beat - 1e-6:
                if beat >= self._prepared.beat - self._grid.beats_per_bar - 1e-6 and self._prepared.is_loaded:
                    self._take("answer_ready", turn=state.turn)
                return
            if not self._prepared.is_loaded:
                self._without_answer("the answer was not made in time")
        self._turn_beat = beat if not state.is_dancing else self._turn_beat
        self._take("bar")

    def _ask_for_music(self) -> None:
        wants = self._state.phase in ("calibrate", "call", "response")
        if wants and self._now_s - self._music_asked_s >= MUSIC_AGAIN_S:
            self._music_asked_s = self._now_s
            self._doors.music()

    def _turn_beats(self, bars: int, first: float) -> Floats:
        return first + np.arange(bars * self._grid.beats_per_bar + 1, dtype=float)

    def _host_s(self, beats: Floats) -> Floats | None:
        """When beats sound [host s], by the clock as it is now."""
        reading = self._reading
        if reading is None or reading.rate <= 0.0:
            return None
        return np.asarray(reading.host_s + (self._grid.time_at(beats) - reading.mix_s) / reading.rate)

    # the machine

    def _take(self, kind: EventKind, **about: Any) -> None:
        if self.is_over:
            return
        before = self._state.phase
        step = take(self._state, BattleEvent(kind=kind, host_s=self._now_s, **about))
        self._state = step.state
        for effect in step.effects:
            self._do(effect)
        self._tell_state()
        if self._state.phase == "over" != before:
            self._doors.watch(False, "")
            self._doors.card({})
            self._doors.tell("done", {"cue": self._cue, "run": self._run})

    def _tell_state(self) -> None:
        state = self._state
        person, robot = state.votes or (0, 0)
        told = {
            "cue": self._cue,
            "state": state.phase,
            "round": state.round,
            "may": list(may(state)),
            "votes_person": person,
            "votes_robot": robot,
            "why": state.reason,
        }
        if told != self._told:
            self._told = told
            self._doors.tell("battle", told)

    def _do(self, effect: BattleEffect) -> None:
        doors = self._doors
        match effect.verb:
            case "show_card":
                doors.card(CARDS.get(effect.phase, {}))
            case "clap_along":
                self._clap = (effect.turn, -1.0, float(effect.bars * self._grid.beats_per_bar))
            case "watch_person":
                doors.groove()
            case "measure_person":
                pass  # with the answer, in one piece of work
            case "make_answer":
                self._make_answer(effect)
            case "dance":
                if self._prepared is None:
                    doors.groove()
            case "measure_robot":
                self._measure_robot(effect)
            case "open_votes" | "close_votes":
                doors.poll(effect.verb == "open_votes", effect.seconds)
            case "show_round" if effect.round_verdict is not None:
                verdict = effect.round_verdict
                doors.card({name: "\n".join(round_lines(verdict, name)) for name in LANGUAGES})
                self._tell_verdict(to_json(verdict))
            case "show_verdict" if effect.verdict is not None:
                doors.card({name: verdict_line(effect.verdict, name) for name in LANGUAGES})
                self._tell_verdict(to_json(effect.verdict))
            case "bow":
                doors.gesture("bow")
            case "rest":
                self._prepared = None
                doors.poll(False, 0.0)
                doors.rest()

    def _tell_verdict(self, verdict: Mapping[str, Any]) -> None:
        told = {"cue": self._cue, "state": self._state.phase, "verdict": verdict}
        self._doors.tell("battle", told)

    # calibration

    def _look_at_claps(self) -> None:
        if self._clap is None or self._clap[1] < 0.0:
            return
        turn, first, length = self._clap
        beat = self._beat()
        if beat is None or beat < first + length + 1.0:
            return
        self._clap = None
        beats_s = self._host_s(first + np.arange(length + 1.0))
        if beats_s is None:
            return

        def done(found: Calibration) -> None:
            words = "not found" if found.latency_s is None else f"{1e3 * found.latency_s:.0f} ms"
            self._doors.note(f"battle: the camera's latency is {words}")
            self._take("calibrated", turn=turn, latency_s=found.latency_s)

        self._workshop.calibration(self._seen_in(beats_s), done, lambda why: self._uncalibrated(turn, why))

    def _uncalibrated(self, turn: int, why: str) -> None:
        self._doors.note(f"battle: no calibration: {why}")
        self._take("calibrated", turn=turn, latency_s=None)

    # turns

    def _seen_in(self, beats_s: Floats) -> Turn:
        around = [t for t in self._seen if beats_s[0] - AROUND_S <= t.host_s <= beats_s[-1] + AROUND_S]
        times_s, points = points_of(around)
        return Turn(
            times_s=times_s,
            keypoints=points,
            beats_s=beats_s,
            latency_s=self._state.latency_s,
            danced=tuple(self._danced),
            model=self._by_robot,
        )

    def _make_answer(self, effect: BattleEffect) -> None:
        """Measures what the person danced, and has the answer made for a bar that is far enough ahead."""
        self._doors.groove()
        turn, beat, grid = effect.turn, self._beat(), self._grid
        beats_s = self._host_s(self._turn_beats(effect.bars, self._turn_beat))
        if beat is None or beats_s is None or self._state.why_unmeasured == "skipped":
            self._without_answer("there was nothing to answer")
            return
        start = self._bar_after(beat, AHEAD_S[self._performer.robot])
        self._n_parts += 1
        name = f"battle-{self._cue}-{self._run}-{self._n_parts}"
        path = self._folder / f"{name}.npz"
        self._prepared = _Prepared(turn=turn, beat=start, part=name, path=path)
        wish = AnswerWish(
            performer=self._performer,
            moves=self._moves,
            grid=grid,
            start_beat=start,
            history=self._history,
            seed=self._seed,
            id=name,
            programme=self._cue,
            path=path,
        )
        self._workshop.turn(
            self._seen_in(beats_s),
            wish,
            lambda done: self._turn_done(turn, name, done),
            lambda why: self._turn_failed(turn, why),
        )

    def _bar_after(self, beat: float, seconds: float) -> float:
        """The first bar that begins so long after a beat."""
        grid = self._grid
        later = float(grid.beat_at(float(grid.time_at(beat)) + seconds))
        bar = int(np.ceil((later - grid.first_downbeat) / grid.beats_per_bar))
        return float(grid.bar_start_beat(bar))

    def _turn_done(self, turn: int, name: str, done: TurnDone) -> None:
        if turn != self._state.turn or self.is_over:
            return
        self._by_person = done.measured.phrase
        if done.measured.phrase is not None:
            self._danced.append(done.measured.phrase)
        self._take("measured", turn=turn, side="person", score=done.measured.score)
        if self._prepared is None or self._prepared.part != name:
            return
        if done.has_answer:
            self._history = done.history
            self._doors.load(name, self._prepared.path)
        else:
            self._without_answer(done.why)

    def _turn_failed(self, turn: int, why: str) -> None:
        if turn == self._state.turn:
            self._without_answer(why)

    def _without_answer(self, why: str) -> None:
        """The robot grooves through its turn."""
        self._prepared = None
        self._doors.note(f"battle: the robot grooves instead of answering: {why}")
        self._take("answer_ready", turn=self._state.turn)

    def _measure_robot(self, effect: BattleEffect) -> None:
        self._doors.groove()
        one, turn = self._prepared, effect.turn
        if one is None:
            self._take("measured", turn=turn, side="robot", score=_unmeasured())
            return
        beats = self._turn_beats(self._state.rules.bars_per_turn, one.beat)
        nobody = Turn(
            times_s=np.zeros(0),
            keypoints=np.zeros((0, 17, 3)),
            beats_s=beats,
            danced=tuple(self._danced),
            model=self._by_person,
        )

        def done(measured: Measured) -> None:
            if turn != self._state.turn:
                return
            self._by_robot = measured.phrase
            if measured.phrase is not None:
                self._danced.append(measured.phrase)
            self._take("measured", turn=turn, side="robot", score=measured.score)

        self._workshop.robot(
            one.path,
            self._performer,
            self._grid.time_at(beats),
            nobody,
            done,
            lambda why: self._doors.note(f"battle: the robot's dance was not measured: {why}"),
        )


def _unmeasured() -> DanceScore:
    names = ("groove", "variety", "execution", "copy", "originality")
    return DanceScore(coverage=0.0, missing=dict.fromkeys(names, "not_measured"))
