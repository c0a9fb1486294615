"""The battle on the live stage: from a clock, key points and robots that take their time, to a verdict."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from temirbek.choreography import load_moves
from temirbek.demo.dancers import Camera, Dancer, seen_clapping, seen_dance, tracks_of
from temirbek.stage.battle_desk import BattleDesk
from temirbek.stage.battle_work import work_on_calibration, work_on_robot, work_on_turn
from temirbek.stage.battle_workshop import Turn, Workshop
from temirbek.stage.clock import ClockReading, DeviceTime, Span
from temirbek.stage.robots.parts import read_part
from temirbek.types import BattleRules, BeatGrid, BodyTrack, Performer

MOVES = load_moves()
ADILET = Performer(id="adilet", name="Adilet", robot="go2", role="animal", mark_m=(1.0, 0.0))
GRID = BeatGrid(beats_s=1.0 + np.arange(400) * 60.0 / 116.0)
STEP_S = 0.05


class Bench(Workshop):
    """The same work, done on the spot, told at a later look."""

    def __init__(self, takes_s: float = 0.0) -> None:
        super().__init__("go2")
        self.takes_s = takes_s
        self.now_s = 0.0
        self._due: list[tuple[float, Callable[[], None]]] = []

    def begin(self) -> None:
        pass

    def turn(self, turn: Any, wish: Any, done: Any, failed: Any) -> None:
        self._later(lambda: done(work_on_turn(turn, wish)))

    def calibration(self, turn: Any, done: Any, failed: Any) -> None:
        self._later(lambda: done(work_on_calibration(turn)))

    def robot(self, path: Any, performer: Any, beats_mix_s: Any, turn: Any, done: Any, failed: Any) -> None:
        self._later(lambda: done(work_on_robot(path, performer.id, performer.robot, beats_mix_s, turn)))

    def _later(self, do: Callable[[], None]) -> None:
        self._due.append((self.now_s + self.takes_s, do))

    def look(self) -> None:
        ready = [do for at_s, do in self._due if at_s <= self.now_s]
        self._due = [one for one in self._due if one[0] > self.now_s]
        for do in ready:
            do()


class Stage:
    """Everybody behind the doors, with a person before the camera."""

    def __init__(
        self, folder: Path, rules: BattleRules, *, makes_in_s: float = 0.5, loads_in_s: float = 1.0
    ) -> None:
        self.now_s = 1000.0
        self.music_from_s: float | None = None
        self.told: list[tuple[str, Mapping[str, Any]]] = []
        self.done: list[str] = []
        self.cards: list[Mapping[str, str]] = []
        self.danced: list[tuple[str, float, float]] = []
        self.parts: list[tuple[float, str, Path]] = []
        self.polling = False
        self.loads_in_s = loads_in_s
        self.bench = Bench(makes_in_s)
        self.frames: list[BodyTrack] = []
        self.is_here = True
        self.desk = BattleDesk(
            "fight", 1, rules=rules, performer=ADILET, moves=MOVES, grid=GRID, folder=folder, doors=self,
            workshop=self.bench, seed=3,
        )  # fmt: skip
        self.desk.begin(self.now_s)

    # doors

    def tell(self, fact: str, payload: Mapping[str, Any]) -> None:
        self.told.append((fact, payload))

    def music(self) -> None:
        self.done.append("music")
        self.music_from_s = self.now_s + 0.3

    def watch(self, on: bool, track: str) -> None:
        self.done.append(f"watch {on}")

    def load(self, part: str, path: Path) -> None:
        self.parts.append((self.now_s + self.loads_in_s, part, path))

    def dance(self, part: str, from_mix_s: float) -> None:
        self.danced.append((part, from_mix_s, self.mix_s()))

    def groove(self) -> None:
        self.done.append("groove")

    def gesture(self, name: str) -> None:
        self.done.append(name)

    def rest(self) -> None:
        self.done.append("rest")

    def poll(self, on: bool, seconds: float) -> None:
        self.polling = on

    def card(self, words: Mapping[Any, str]) -> None:
        self.cards.append(words)

    def note(self, words: str) -> None:
        self.done.append(words)

    # time

    def mix_s(self) -> float:
        assert self.music_from_s is not None
        return self.now_s - self.music_from_s

    def reading(self) -> ClockReading | None:
        if self.music_from_s is None or self.mix_s() < 0 or self.mix_s() > GRID.beats_s[-1]:
            return None
        device = DeviceTime(frame=0.0, host_s=self.music_from_s)
        spans = (Span(frame=0.0, mix_s=0.0, programme="fight"),)
        return ClockReading(
            host_s=self.now_s, mix_s=self.mix_s(), rate=1.0, programme="fight", is_playing=True,
            latency_s=0.0, age_s=0.0, device=device, spans=spans,
        )  # fmt: skip

    def go_on(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            self.now_s += STEP_S
            self.bench.now_s = self.now_s
            if self.is_here:
                self.desk.hear_people([BodyTrack(id="guest", host_s=self.now_s, confidence=0.9)], self.now_s)
            for frame in [f for f in self.frames if f.host_s <= self.now_s]:
                self.desk.hear_keypoints(frame)
            self.frames = [f for f in self.frames if f.host_s > self.now_s]
            for due in [one for one in self.parts if one[0] <= self.now_s]:
                self.parts.remove(due)
                self.desk.hear_part(due[1], self.now_s)
            if self.polling:
                self.desk.hear_votes(40, 20, self.now_s)
            self.desk.look(self.now_s, self.reading())

    def until(self, phase: str, at_most_s: float = 90.0) -> None:
        end_s = self.now_s + at_most_s
        while self.desk.phase != phase:
            assert self.now_s < end_s, f"{self.desk.phase} instead of {phase}: {self.done[-5:]}"
            self.go_on(STEP_S)

    def ask(self, deed: str, **about: Any) -> None:
        self.desk.ask({"do": deed, **about}, self.now_s)

    def films(self, seen: tuple[np.ndarray, np.ndarray]) -> None:
        self.frames += tracks_of(*seen, id="guest")

    def beats_ahead(self, n: int) -> np.ndarray:
        """Beats from the next but one bar on [host s]; the machine's turn begins with the next."""
        assert self.music_from_s is not None
        return self.music_from_s + GRID.beats_s[int(np.ceil(float(GRID.beat_at(self.mix_s())) / 4)) * 4 :][:n]


RULES = BattleRules(robot="adilet", rounds=1, bars_per_turn=4, vote_s=3.0)


def to_call(stage: Stage, latency_s: float) -> None:
    """Somebody comes, agrees and claps."""
    stage.until("consent")
    assert "consent" in stage.told[-1][1]["may"]
    stage.ask("consent")
    while stage.reading() is None:
        stage.go_on(STEP_S)
    beats = stage.beats_ahead(14)
    stage.films(seen_clapping(Dancer(skill=0.9, seed=1, late_s=0.0), beats, Camera(latency_s=latency_s)))
    stage.until("call")


def test_a_round_with_an_answer(tmp_path: Path) -> None:
    stage = Stage(tmp_path, RULES)
    to_call(stage, latency_s=0.12)
    latency_ms = next(float(d.split(" is ")[1][:-3]) for d in stage.done if "latency is" in d)
    assert latency_ms == pytest.approx(120.0, abs=45.0)
    beats = stage.beats_ahead(18)
    stage.films(seen_dance(Dancer(skill=1.0, seed=4), beats, Camera(latency_s=0.12)))
    stage.until("response")
    stage.until("score")
    part, from_mix_s, asked_mix_s = stage.danced[0]
    about = read_part(tmp_path / f"{part}.npz")
    assert about.programme == "fight" and asked_mix_s < from_mix_s == pytest.approx(about.valid_from_s)
    first = min(a.beat for a in about.accents["adilet"])
    assert float(GRID.beat_at(from_mix_s)) + 4.0 <= first + 1e-6 and stage.mix_s() > float(
        GRID.time_at(first)
    )
    stage.until("over")
    verdicts = [p["verdict"] for fact, p in stage.told if fact == "battle" and "verdict" in p]
    one = verdicts[0]
    values = {c["criterion"]: c for c in one["comparisons"]}
    assert values["groove"]["person"] > 0.6 and values["groove"]["robot"] is not None
    assert values["copy"]["robot"] is not None and values["copy"]["reason"] == "nothing_to_copy"
    assert {p["source"]: p["weight"] for p in one["parts"]} == pytest.approx(
        {"measured": 0.5, "audience": 0.5, "jury": 0.0}
    )
    assert verdicts[-1]["winner"] in ("person", "robot", "draw")
    assert stage.told[0][0] == "started" and stage.told[-1][0] == "done"
    assert not stage.polling and "bow" in stage.done and stage.cards[-1] == {}


def test_an_answer_that_comes_too_late_becomes_a_groove(tmp_path: Path) -> None:
    stage = Stage(tmp_path, RULES, makes_in_s=0.2, loads_in_s=30.0)
    to_call(stage, latency_s=0.0)
    stage.films(seen_dance(Dancer(skill=1.0, seed=4), stage.beats_ahead(18)))
    stage.until("score")
    assert not stage.danced and any("grooves instead" in d for d in stage.done)
    stage.until("over")
    one = next(p["verdict"] for fact, p in stage.told if fact == "battle" and "verdict" in p)
    measured = next(p for p in one["parts"] if p["source"] == "measured")
    assert measured["reason"] == "not_measured" and measured["weight"] == 0.0


def test_a_person_who_was_not_seen_is_not_measured(tmp_path: Path) -> None:
    stage = Stage(tmp_path, RULES)
    stage.until("consent")
    stage.ask("consent")
    stage.until("call", 40.0)
    stage.until("over", 120.0)
    one = next(p["verdict"] for fact, p in stage.told if fact == "battle" and "verdict" in p)
    measured = next(p for p in one["parts"] if p["source"] == "measured")
    assert measured["reason"] == "not_seen" and one["winner"] == "person", "the hall alone decides"


def test_who_goes_away_ends_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path, RULES)
    to_call(stage, latency_s=0.0)
    stage.is_here = False
    stage.until("bow", 15.0)
    assert stage.told[-1][1]["why"] == "person_gone"
    stage.until("over")


def test_stop_brings_everything_to_rest(tmp_path: Path) -> None:
    stage = Stage(tmp_path, RULES)
    to_call(stage, latency_s=0.0)
    stage.films(seen_dance(Dancer(skill=1.0, seed=4), stage.beats_ahead(18)))
    stage.until("response")
    stage.desk.stop(stage.now_s)
    assert stage.desk.is_over and stage.done[-1] == "rest"
    n_done, n_danced = len(stage.done), len(stage.danced)
    stage.go_on(30.0)
    stage.ask("again")
    assert len(stage.done) == n_done and len(stage.danced) == n_danced


def test_a_failure_is_danced_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path, RULES)
    to_call(stage, latency_s=0.0)
    stage.go_on(3.0)
    stage.desk.hear_failure("the camera is gone", stage.now_s)
    assert stage.desk.phase == "interrupted" and "again" in stage.told[-1][1]["may"]
    stage.ask("again")
    assert stage.desk.phase == "call"


def test_the_work_is_done_by_a_process_of_its_own(tmp_path: Path) -> None:
    shop = Workshop("go2")
    found: list[Any] = []
    beats = 50.0 + np.arange(9) * 0.5
    times_s, points = seen_clapping(Dancer(skill=0.9, seed=1, late_s=0.0), beats, Camera(latency_s=0.1))
    try:
        shop.begin()
        shop.calibration(
            Turn(times_s=times_s, keypoints=points, beats_s=beats),
            found.append,
            lambda why: found.append(why),
        )
        end_s = time.monotonic() + 60.0
        while not found and time.monotonic() < end_s:
            time.sleep(0.05)
            shop.look()
    finally:
        shop.close()
    assert found and found[0].latency_s == pytest.approx(0.1, abs=0.045)
