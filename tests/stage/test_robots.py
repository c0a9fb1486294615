"""Robots in real time, on a time of the test's own: what they dance, when they begin, and what never happens by itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.stage.robots_hall import ADILET, SKY, Hall, hall
from tests.stage.robots_parts import BPM, laid_out, loaded, part_of, swinging

from temirbek.robots.dancer import CONTROL_STEP_S
from temirbek.stage.robots.parts import write_part
from temirbek.stage.robots.recorder import Recorder
from temirbek.stage.robots.sources import GrooveSource, PartSource

BEAT_S, BAR_S = 60.0 / BPM, 240.0 / BPM
CAST = (SKY, ADILET)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Parts that all tests share, each robot in every one of them."""
    folder = tmp_path_factory.mktemp("parts")
    dances = {
        "part": [swinging(p, 10.0) for p in CAST],
        "later": [swinging(p, 6.0, start_s=4.0) for p in CAST],
        "stepping": [swinging(p, 9.0, steps=[(2.2, 5.1)]) for p in CAST],
        "far": [swinging(p, 6.0, shift_m=0.5) for p in CAST],
        "wave": [swinging(p, 2.0) for p in CAST],
        "groove": [swinging(p, 8.0) for p in CAST],
    }
    made = {}
    for name, trajectories in dances.items():
        loop = (4.0, 12.0) if name == "groove" else None
        programme = "" if name == "wave" else "mix"
        part = part_of(CAST, trajectories, name=name, loop_beats=loop, programme=programme)
        made[name] = laid_out(part, folder)
    return made


@pytest.fixture
def stage(tmp_path: Path, parts: dict[str, Path]) -> Iterator[Hall]:
    """Two robots without weight that are armed and know all parts."""
    with hall(tmp_path, CAST) as made:
        for path in parts.values():
            made.company._take_in(loaded(path))
        made.ask("arm", scope="rehearsal")
        made.run(0.1)
        yield made


def position_s(stage: Hall, name: str) -> float:
    """Where on its tape a robot is [s]."""
    now = stage.company.dancers[name].course.now
    return now.tape.start_s + now.position * CONTROL_STEP_S


def test_a_number_begins_with_its_music_and_ends_with_it(stage: Hall) -> None:
    assert stage.ask("start", part="part")["ok"]
    stage.run(0.1)
    assert set(stage.states().values()) == {"waiting"}
    stage.play(0.0)
    stage.run(1.0)
    assert set(stage.states().values()) == {"dancing"}
    for name in stage.states():
        assert position_s(stage, name) == pytest.approx(stage.mix_s(), abs=1e-6)
    stage.run(10.5)
    assert set(stage.states().values()) == {"waiting"}
    assert "over" in stage.company.dancers["sky"].course.why


def test_who_comes_late_begins_on_a_bar(stage: Hall) -> None:
    stage.play(3.3)
    stage.ask("start", part="part")
    began: list[float] = []

    def watch() -> None:
        if not began and stage.states()["sky"] == "dancing":
            began.append(stage.mix_s())

    stage.run(3.0, watch)
    assert began[0] == pytest.approx(2 * BAR_S, abs=0.01)
    assert position_s(stage, "sky") == pytest.approx(stage.mix_s(), abs=1e-6)


def test_nobody_takes_over_while_a_foot_is_in_the_air(stage: Hall) -> None:
    stage.play(2.5)
    stage.ask("start", part="stepping")
    began: list[float] = []

    def watch() -> None:
        if not began and stage.states()["sky"] == "dancing":
            began.append(stage.mix_s())

    stage.run(6.0, watch)
    assert began[0] == pytest.approx(3 * BAR_S, abs=0.01), "the bar at 4 s has a foot in the air"


def test_nobody_jumps_to_a_place_where_it_does_not_stand(stage: Hall) -> None:
    stage.play(1.0)
    stage.ask("start", part="far")
    stage.run(3.5)
    assert stage.states()["sky"] == "waiting"
    assert "stands 0.50 m" in stage.company.dancers["sky"].course.why


def test_passages_are_smooth(stage: Hall) -> None:
    stage.play(1.1)
    stage.ask("start", part="part")
    rows: list[Any] = []
    stage.run(3.0, lambda: rows.append(stage.company.dancers["sky"].numbers[:36].copy()))
    stage.ask("rest")
    stage.run(3.0, lambda: rows.append(stage.company.dancers["sky"].numbers[:36].copy()))
    assert stage.states()["sky"] == "standing"
    speeds = np.diff(np.array(rows), axis=0) / CONTROL_STEP_S
    assert np.abs(speeds).max() < 4.0
    assert np.abs(np.diff(speeds, axis=0)).max() < 0.5, "no joint changes its speed by a jerk"


def test_a_new_part_takes_over_from_its_mix_time(stage: Hall) -> None:
    stage.play(0.0)
    stage.ask("start", part="part")
    stage.run(1.0)
    stage.ask("replace", part="later", from_mix_s=5.0)
    stage.run(3.5)
    dances = [d.course.now.name for d in stage.company.dancers.values()]
    assert dances == ["part", "part"]
    stage.run(2.0)
    dances = [d.course.now.name for d in stage.company.dancers.values()]
    assert dances == ["later", "later"]
    assert position_s(stage, "sky") == pytest.approx(stage.mix_s(), abs=1e-6)


@pytest.mark.parametrize("bpm", [85.0, 104.0, 140.0])
def test_grooves_are_on_the_beat_at_any_tempo(stage: Hall, bpm: float) -> None:
    stage.lead(bpm, beat=0.25)
    stage.ask("dance")
    stage.run(8.0)
    now = stage.company.dancers["sky"].course.now
    assert isinstance(now, GrooveSource)
    beat = 0.25 + (stage.now_s - stage._human.host_s) * bpm / 60.0  # type: ignore[union-attr]
    loop_beat = 4.0 + (now.rule * beat) % 8.0
    assert position_s(stage, "sky") == pytest.approx(loop_beat * BEAT_S, abs=0.004)
    assert now.speed == pytest.approx(now.rule * bpm / BPM, rel=0.01)


def test_a_change_of_tempo_is_followed_without_a_jump(stage: Hall) -> None:
    stage.play(0.0)
    stage.ask("start", part="part")
    stage.run(3.0)
    stage.play(stage.mix_s(), rate=1.04)
    speeds: list[float] = []
    stage.run(2 * BAR_S, lambda: speeds.append(stage.company.dancers["sky"].course.now.speed))
    assert max(speeds) <= 1.05
    assert min(speeds) >= 0.99
    assert speeds[-1] == pytest.approx(1.04, abs=1e-4)
    assert position_s(stage, "sky") == pytest.approx(stage.mix_s(), abs=1e-4)
    now = stage.company.dancers["sky"].course.now
    row, nominal = now.numbers(), now.tape.at(now.position, 1.0)
    joints = now.tape.layout.columns("qvel")
    assert row[joints] == pytest.approx(1.04 * nominal[joints], abs=1e-3)
    joints = now.tape.layout.columns("qacc")
    assert row[joints] == pytest.approx(1.04**2 * nominal[joints], abs=1e-2)


def test_music_that_jumps_is_joined_again_on_a_line(stage: Hall) -> None:
    stage.play(0.0)
    stage.ask("start", part="part")
    stage.run(2.2)
    stage.play(stage.mix_s() + 3.3)
    positions: list[float] = []
    stage.run(2 * BAR_S, lambda: positions.append(position_s(stage, "sky")))
    assert positions[-1] == pytest.approx(stage.mix_s(), abs=1e-4)
    now = stage.company.dancers["sky"].course.now
    assert isinstance(now, PartSource)
    assert now.is_current(stage.robots._music.at(stage.now_s, 0.0))


def test_silence_of_the_conductor_brings_everybody_to_rest_until_told(stage: Hall) -> None:
    stage.play(0.0)
    stage.ask("start", part="part")
    stage.run(2.0)
    stage.is_conducted = False
    stage.run(0.7)
    assert set(stage.states().values()) == {"dancing"}
    stage.run(1.8)
    assert set(stage.states().values()) == {"standing"}
    stage.is_conducted = True
    stage.run(3.0)
    assert set(stage.states().values()) == {"standing"}


def test_a_stop_damps_in_the_same_step_and_nothing_resumes(stage: Hall) -> None:
    stage.play(0.0)
    stage.ask("start", part="part")
    stage.run(2.0)
    stage.robots._flag.raise_(stage.now_s)
    stage.run(CONTROL_STEP_S)
    for dancer in stage.company.dancers.values():
        assert dancer.state == "damped"
        assert not dancer.robot.command.kp.any(), "it holds nothing any more"
    assert not stage.ask("arm", scope="rehearsal")["ok"]
    stage.robots._flag.clear()
    stage.run(2.0)
    assert set(stage.states().values()) == {"damped"}
    assert not stage.ask("ready", robot="sky")["ok"], "not before it is armed"
    assert not stage.ask("start", part="part")["ok"]
    stage.ask("arm", scope="rehearsal")
    stage.run(2.0)
    assert set(stage.states().values()) == {"damped"}
    assert stage.ask("ready", robot="sky")["ok"]
    stage.run(1.0)
    assert stage.states() == {"sky": "standing", "adilet": "damped"}
    assert "mark" in stage.company.dancers["sky"].why


def test_a_lost_robot_leaves_the_others_dancing(stage: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.play(0.0)
    stage.ask("start", part="part")
    stage.run(2.0)

    def fail(*_: object) -> None:
        raise ZeroDivisionError("a fault in its loop")

    monkeypatch.setattr(stage.company.dancers["sky"].mind, "decide", fail)
    stage.run(1.0)
    assert stage.states() == {"sky": "lost", "adilet": "dancing"}
    assert "fault" in stage.company.dancers["sky"].why
    monkeypatch.undo()
    stage.run(1.0)
    assert stage.states()["sky"] == "lost"


def test_one_robot_can_be_damped_alone(stage: Hall) -> None:
    stage.play(0.0)
    stage.ask("start", part="part")
    stage.run(2.0)
    stage.ask("damp", robot="adilet")
    stage.run(1.0)
    assert stage.states() == {"sky": "dancing", "adilet": "damped"}


def test_nothing_moves_before_it_is_armed(tmp_path: Path, parts: dict[str, Path]) -> None:
    with hall(tmp_path, CAST) as stage:
        stage.company._take_in(loaded(parts["part"]))
        stage.play(0.0)
        for do in ("start", "dance", "gesture"):
            answer = stage.ask(do, part="part")
            assert not answer["ok"]
            assert "not armed" in answer["reason"]


def test_a_gesture_comes_and_goes_and_is_told(stage: Hall) -> None:
    assert stage.ask("gesture", part="wave", robots=["sky"])["ok"]
    stage.run(1.5)
    assert stage.states() == {"sky": "dancing", "adilet": "standing"}
    stage.run(3.0)
    assert stage.states()["sky"] == "standing"
    over = [e for e in stage.events if e["event"] == "gesture"]
    assert [e["part"] for e in over] == ["wave"]


def test_beats_of_a_mix_are_told_and_a_gesture_tells_none(stage: Hall) -> None:
    stage.play(0.0, programme="other")
    stage.ask("dance")
    stage.run(3.0)
    assert set(stage.states().values()) == {"waiting"}
    assert "no beat" in stage.company.dancers["sky"].course.why
    assert stage.ask("beats", programme="other", beats_s=[0.6 * k for k in range(40)])["ok"]
    stage.run(3.0)
    assert set(stage.states().values()) == {"dancing"}
    now = stage.company.dancers["sky"].course.now
    assert now.speed == pytest.approx(100.0 / BPM, rel=0.01)


def test_questions_that_make_no_sense_are_answered_in_words(stage: Hall) -> None:
    assert "unknown 'fly'" in stage.ask("fly")["reason"]
    assert "not loaded" in stage.ask("start", part="nothing")["reason"]
    assert "no robot 'bob'" in stage.ask("damp", robot="bob")["reason"]
    assert "part" in stage.ask("start")["reason"]
    assert "no scope" in stage.ask("arm", scope="all")["reason"]


def test_a_part_that_is_none_is_told(stage: Hall, tmp_path: Path) -> None:
    (tmp_path / "broken.npz").write_bytes(b"nothing")
    stage.ask("load", part="broken", path=str(tmp_path / "broken.npz"))
    with pytest.raises(AssertionError, match="is no part of a dance"):
        stage.load("broken", tmp_path / "broken.npz")
    write_part(tmp_path / "good.npz", part_of((SKY,), [swinging(SKY, 2.0)], name="good"))
    stage.load("good", tmp_path / "good.npz")
    stage.play(0.0)
    assert stage.ask("start", part="good")["ok"]
    stage.run(1.0)
    assert stage.states() == {"sky": "dancing", "adilet": "standing"}


def test_a_full_disk_ends_the_record_and_not_the_dance(stage: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Recorder, "note", full)
    stage.play(0.0)
    stage.ask("start", part="part")
    stage.run(2.0)
    assert set(stage.states().values()) == {"dancing"}
    assert [e["why"] for e in stage.events if e["event"] == "trouble"] != []


def test_nobody_steps_to_where_another_lies(stage: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.play(0.0)
    stage.ask("start", part="part")
    stage.run(2.0)
    stage.ask("damp", robot="adilet")
    stage.run(1.0)
    assert stage.states()["sky"] == "dancing", "it stays where it is, far enough away"
    course = stage.company.dancers["sky"].course
    ahead = course.now.soles_ahead(2.5)
    ahead[5:] += np.array(ADILET.mark_m) - np.array(SKY.mark_m)
    monkeypatch.setattr(course.now, "soles_ahead", lambda _: ahead)
    stage.run(2.0)
    assert stage.states()["sky"] == "standing"
    assert "adilet lies" in stage.company.dancers["sky"].why


def test_what_is_loaded_already_is_told_at_once(stage: Hall, tmp_path: Path) -> None:
    path = tmp_path / "good.npz"
    write_part(path, part_of((SKY,), [swinging(SKY, 2.0)], name="good"))
    stage.load("good", path)
    stage.events.clear()
    stage.ask("load", part="good", path=str(path))
    assert [e["part"] for e in stage.events if e["event"] == "part"] == ["good"]
    assert not stage.company.state(stage.now_s)["is_loading"]
