"""Answers to people: they begin at once, keep the hall's beat, end standing, and never come in the way of a number."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.stage.robots_hall import ADILET, SKY, Hall, hall
from tests.stage.robots_parts import laid_out, loaded, part_of, swinging

from temirbek.choreography import load_moves
from temirbek.errors import InvalidInput
from temirbek.manners import gestures_for
from temirbek.robots.dancer import CONTROL_STEP_S
from temirbek.stage.robots import gestures as making
from temirbek.stage.robots.gestures import make_gestures, score_of
from temirbek.stage.robots.parts import read_part
from temirbek.stage.robots.reactions import slower_rule

CAST = (SKY, ADILET)
SOME = ("wave_right", "clap", "nod", "glance_left", "glance_right", "paw", "play_bow")
SOON_S = 0.2


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Some gestures of both, and a dance."""
    folder = tmp_path_factory.mktemp("gestures")
    made: dict[str, Path] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "gestures_for", lambda p: [g for g in gestures_for(p) if g.name in SOME])
        for performer in CAST:
            part = make_gestures(performer, load_moves())
            made[performer.id] = laid_out(part, folder)
    made["part"] = laid_out(part_of(CAST, [swinging(p, 10.0) for p in CAST], name="part"), folder)
    yield made


@pytest.fixture
def stage(tmp_path: Path, parts: dict[str, Path]) -> Iterator[Hall]:
    """Two robots without weight that are armed and know their gestures."""
    with hall(tmp_path, CAST) as made:
        for path in parts.values():
            made.company._take_in(loaded(path))
        made.ask("arm", scope="rehearsal")
        made.run(0.1)
        yield made


def told(stage: Hall) -> list[tuple[str, str, str]]:
    return [(e["robot"], e["gesture"], e["state"]) for e in stage.events if e["event"] == "reaction"]


def test_an_answer_begins_at_once_and_ends_standing(stage: Hall) -> None:
    assert stage.ask("react", robot="sky", gesture="wave_right", cause="applause")["ok"]
    before = stage.company.dancers["sky"].numbers.copy()
    stage.run(SOON_S)
    assert told(stage) == [("sky", "wave_right", "begun")]
    begun = next(e for e in stage.events if e["event"] == "reaction")
    assert begun["host_s"] - begun["asked_host_s"] <= SOON_S
    stage.run(0.3)
    moved = np.abs(stage.company.dancers["sky"].numbers - before)[7:36].max()
    assert moved > 0.05, "half a second later everybody sees it"
    assert stage.states() == {"sky": "dancing", "adilet": "standing"}
    stage.run(7.0)  # it is over after five seconds and a half
    assert told(stage)[1:] == [("sky", "wave_right", "over")]
    assert {e["cause"] for e in stage.events if e["event"] == "reaction"} == {"applause"}
    assert stage.states()["sky"] == "standing"
    assert stage.company.dancers["sky"].part == ""
    assert stage.ask("react", robot="sky", gesture="nod", cause="applause")["ok"]
    stage.run(SOON_S)
    assert told(stage)[2:] == [("sky", "nod", "begun")], "the next one waits for nothing either"


def test_answers_are_smooth(stage: Hall) -> None:
    rows: list[Any] = []
    stage.ask("react", robot="sky", gesture="clap", tempo_bpm=118.0, beat_host_s=stage.now_s)
    stage.run(9.0, lambda: rows.append(stage.company.dancers["sky"].numbers[:36].copy()))
    speeds = np.diff(np.array(rows), axis=0) / CONTROL_STEP_S
    assert np.abs(speeds).max() < 8.0
    assert np.abs(np.diff(speeds, axis=0)).max() < 0.8, "no joint changes its speed by a jerk"


@pytest.mark.parametrize("bpm", [50.0, 84.0, 118.0, 160.0])
def test_claps_fall_on_the_beat_of_the_hall(stage: Hall, bpm: float) -> None:
    beat_s = stage.now_s + 0.23
    assert stage.ask("react", robot="sky", gesture="clap", tempo_bpm=bpm, beat_host_s=beat_s)["ok"]
    stage.run(3.0)
    course = stage.company.dancers["sky"].course
    assert course.gestures is not None
    grid, tape = course.gestures.about.grid, course.gestures.tape
    clap_beat = float(grid.beat_at(tape.start_s + course.now.position * CONTROL_STEP_S))
    per_clap = 1.0 / slower_rule(bpm / 100.0)
    hall_beat = (stage.now_s - beat_s) * bpm / 60.0
    off = (hall_beat - per_clap * clap_beat + 0.5) % 1.0 - 0.5
    assert abs(off) * 60.0 / bpm < 0.01


@pytest.mark.parametrize(("speed", "rule"), [(0.3, 1.0), (1.0, 1.0), (1.3, 1.0), (1.5, 0.5), (3.0, 0.25)])
def test_who_cannot_clap_so_fast_leaves_claps_out_and_never_adds_any(speed: float, rule: float) -> None:
    assert slower_rule(speed) == rule


def test_who_dances_refuses_and_the_record_says_why(stage: Hall) -> None:
    stage.play(0.0)
    stage.ask("start", part="part", robots=["sky"])
    stage.run(2.0)
    answer = stage.ask("react", robot="sky", gesture="wave_right", cause="applause")
    assert "it dances" in answer["reason"]
    assert told(stage) == [("sky", "wave_right", "refused")]
    assert "it dances" in stage.events[-1]["why"]
    assert not stage.ask("glance", robot="sky", yaw_rad=0.2, seconds=1.0)["ok"]


def test_what_makes_no_sense_is_refused_in_words(stage: Hall) -> None:
    assert "no gesture 'fly'" in stage.ask("react", robot="sky", gesture="fly")["reason"]
    assert (
        "keeps no beat"
        in stage.ask("react", robot="sky", gesture="wave_right", tempo_bpm=100.0, beat_host_s=0.0)["reason"]
    )
    assert (
        "30 to 260"
        in stage.ask("react", robot="sky", gesture="clap", tempo_bpm=1.0, beat_host_s=0.0)["reason"]
    )
    assert stage.ask("react", robot="sky", gesture="clap")["ok"]
    stage.run(0.1)
    assert "another answer" in stage.ask("react", robot="sky", gesture="nod")["reason"]
    assert "at most 3 s" in stage.ask("glance", robot="adilet", yaw_rad=0.1, seconds=60.0)["reason"]
    stage.ask("damp", robot="adilet")
    assert "damped" in stage.ask("react", robot="adilet", gesture="paw")["reason"]
    assert "damped" in stage.ask("glance", robot="adilet", yaw_rad=0.1, seconds=1.0)["reason"]


def test_nobody_answers_before_it_is_armed_or_after_a_stop(tmp_path: Path, parts: dict[str, Path]) -> None:
    with hall(tmp_path, CAST) as stage:
        stage.company._take_in(loaded(parts["sky"]))
        assert "not armed" in stage.ask("react", robot="sky", gesture="nod")["reason"]
        stage.ask("arm", scope="rehearsal")
        stage.run(0.1)
        stage.ask("react", robot="sky", gesture="nod")
        stage.run(0.5)
        stage.robots._flag.raise_(stage.now_s)
        stage.run(0.1)
        assert stage.states()["sky"] == "damped"
        assert "stopped" in stage.ask("react", robot="sky", gesture="nod")["reason"]
        assert [state for _, _, state in told(stage)] == ["refused", "begun", "over", "refused"]


def test_a_number_that_begins_takes_over_from_an_answer(stage: Hall) -> None:
    stage.ask("start", part="part")
    stage.ask("react", robot="sky", gesture="clap", cause="clapping along")
    stage.run(2.0)
    stage.play(0.0)
    stage.run(1.0)
    assert stage.company.dancers["sky"].course.now.name == "part"
    assert told(stage) == [("sky", "clap", "begun"), ("sky", "clap", "over")]


def test_who_comes_to_rest_answers_as_soon_as_it_stands(stage: Hall) -> None:
    stage.play(0.0)
    stage.ask("start", part="part", robots=["sky"])
    stage.run(4.0)
    stage.ask("rest")
    stage.run(0.3)
    assert stage.ask("react", robot="sky", gesture="nod", cause="applause")["ok"]
    stage.run(1.4)
    assert told(stage) == [("sky", "nod", "begun")]


def test_an_answer_that_comes_too_late_is_left(stage: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    course = stage.company.dancers["sky"].course
    monkeypatch.setattr(course.now, "is_planted", lambda _: False)
    assert stage.ask("react", robot="sky", gesture="nod")["ok"]
    stage.run(2.0)
    assert told(stage) == [("sky", "nod", "refused")]


def test_disarming_ends_an_answer_by_standing(stage: Hall) -> None:
    stage.ask("react", robot="sky", gesture="clap", tempo_bpm=60.0, beat_host_s=stage.now_s)
    stage.run(3.0)
    stage.ask("arm", scope="none")
    stage.run(1.3)
    assert stage.states()["sky"] == "standing"


@pytest.mark.parametrize(
    ("robot", "yaw_rad"), [("sky", 0.3), ("sky", -0.45), ("adilet", 0.2), ("adilet", -0.3)]
)
def test_a_glance_turns_so_far_and_back(stage: Hall, robot: str, yaw_rad: float) -> None:
    dancer = stage.company.dancers[robot]

    def chest_rad() -> float:
        w, x, y, z = dancer.numbers[3:7]
        base = np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
        return float(base + (dancer.numbers[7 + 12] if robot == "sky" else 0.0))

    still, seen = chest_rad(), []
    assert stage.ask("glance", robot=robot, yaw_rad=yaw_rad, seconds=0.8)["ok"]
    assert not stage.ask("glance", robot=robot, yaw_rad=-yaw_rad, seconds=0.8)["ok"]
    stage.run(2.5, lambda: seen.append(chest_rad() - still))
    extreme = max(seen, key=abs)
    assert extreme == pytest.approx(yaw_rad, abs=0.03)
    assert seen[-1] == pytest.approx(0.0, abs=1e-3)
    assert np.abs(np.diff(seen)).max() / CONTROL_STEP_S < 2.0
    assert stage.states()[robot] == "standing"
    assert stage.ask("react", robot=robot, gesture="nod" if robot == "sky" else "paw")["ok"]


def test_all_gestures_lie_apart_and_stand_between() -> None:
    moves = load_moves()
    for performer in CAST:
        score = score_of(performer, moves)
        spans = sorted(score.spans.values(), key=lambda s: s.first_beat)
        assert {g.name for g in gestures_for(performer)} == set(score.spans)
        for a, b in pairwise(spans):
            assert a.first_beat < a.stroke_beat < a.last_beat < b.first_beat
    with pytest.raises(InvalidInput, match="needs the move"):
        score_of(SKY, {k: m for k, m in moves.items() if k != "bow"})
    with pytest.raises(InvalidInput, match="needs the move"):
        score_of(SKY, {**moves, "bow": replace(moves["bow"], robot="go2")})


def test_a_part_of_gestures_is_read_as_it_was_written(parts: dict[str, Path]) -> None:
    part = read_part(parts["sky"].parent / "gestures-sky.npz")
    assert set(part.gestures) == {"wave_right", "clap", "nod", "glance_left", "glance_right"}
    assert part.gestures["clap"].keeps_beat
    motion = part.trajectories["sky"]
    for span in part.gestures.values():
        for beat in (span.first_beat, span.last_beat):
            row = round((float(part.grid.time_at(beat)) - motion.start_s) * motion.rate_hz)
            assert motion.qpos[row] == pytest.approx(motion.qpos[0], abs=0.02)


def test_a_passage_up_from_a_low_posture_is_no_fall(tmp_path: Path, parts: dict[str, Path]) -> None:
    """A robot that leaves a bow for standing is lower than standing lets expect, and yet it does not fall."""
    with hall(tmp_path, (ADILET,), "simulated", seed=2) as stage:
        stage.company._take_in(loaded(parts["adilet"]))
        stage.ask("arm", scope="rehearsal")
        stage.run(0.3)
        stage.ask("react", robot="adilet", gesture="play_bow")
        stage.run(2.6)
        lowest = stage.company.dancers["adilet"].numbers[2]
        stage.ask("arm", scope="none")
        risks: list[float] = []
        stage.run(1.4, lambda: risks.append(stage.company.dancers["adilet"].mind.fall_risk))
        assert stage.states() == {"adilet": "standing"}
        assert stage.company.dancers["adilet"].numbers[2] - lowest > 0.05
        assert max(risks) < 0.6


def test_claps_land_on_the_beat_and_everybody_stays_up_in_physics(
    tmp_path: Path, parts: dict[str, Path]
) -> None:
    with hall(tmp_path, CAST, "simulated", seed=4) as stage:
        for path in parts.values():
            stage.company._take_in(loaded(path))
        stage.ask("arm", scope="rehearsal")
        stage.run(0.4)
        beat_s, bpm = stage.now_s + 0.31, 112.0
        stage.ask("react", robot="sky", gesture="clap", tempo_bpm=bpm, beat_host_s=beat_s)
        stage.ask("react", robot="adilet", gesture="paw")
        bodies: Any = stage.robots._bodies
        hands = [bodies._scene.body(f"sky/{s}_wrist_yaw_link").id for s in ("left", "right")]
        rows: list[tuple[float, float]] = []

        def watch() -> None:
            between = bodies._data.xpos[hands[0]] - bodies._data.xpos[hands[1]]
            rows.append((stage.now_s, float(np.linalg.norm(between))))

        stage.run(6.0, watch)
        stage.ask("glance", robot="sky", yaw_rad=0.4, seconds=0.5)
        stage.ask("glance", robot="adilet", yaw_rad=-0.3, seconds=0.5)
        stage.run(2.0)
        assert set(stage.states().values()) == {"standing"}
    at_s, apart = np.array(rows).T
    inner = range(50, len(apart) - 50)
    claps_s = at_s[[k for k in inner if apart[k] == apart[k - 50 : k + 50].min() < apart.min() + 0.05]]
    beats = (claps_s - beat_s) * bpm / 60.0
    off_s = (beats - np.round(beats)) * 60.0 / bpm
    assert len(claps_s) >= 5
    assert np.abs(off_s).max() <= 0.05
