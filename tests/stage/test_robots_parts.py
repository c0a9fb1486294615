"""What the robots' loop is made of: its flag, its pace, its follower, its tapes, and the process as a whole."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stage.robots_hall import ADILET, SKY, hall
from tests.stage.robots_parts import laid_out, loaded, part_of, swinging

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.lines import PlainClient
from temirbek.robots import default_stage
from temirbek.robots.dancer import CONTROL_STEP_S
from temirbek.stage.robots import PoseReader, StopFlag, read_part, write_part
from temirbek.stage.robots.blending import blended, passage
from temirbek.stage.robots.bodies import standing
from temirbek.stage.robots.music import Follower
from temirbek.stage.robots.pace import MOST_LATE_S, Pace
from temirbek.stage.robots.planar import Planar, Stance, apart, stance_of
from temirbek.stage.robots.poses import PoseWriter
from temirbek.stage.robots.tape import Tape
from temirbek.store import to_json

STANCES = st.builds(Stance, st.floats(-4, 4), st.floats(-4, 4), st.floats(-3.1, 3.1, allow_nan=False))


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Tape:
    """A swinging arm, ready for the loop."""
    folder = laid_out(part_of((SKY,), [swinging(SKY, 6.0)]), tmp_path_factory.mktemp("tape"))
    dances = loaded(folder).dances
    assert dances is not None
    return dances["sky"].tape


def test_a_stop_flag_is_seen_by_others_and_stays(tmp_path: Path) -> None:
    with pytest.raises(DeviceLost):
        StopFlag.open(tmp_path / "stop.shm")
    with StopFlag.create(tmp_path / "stop.shm") as mine, StopFlag.open(tmp_path / "stop.shm") as other:
        assert not other.is_raised()
        mine.raise_(12.5)
        mine.raise_(13.5)
        assert other.is_raised()
        assert other.raised_at_s() == 13.5
        with StopFlag.create(tmp_path / "stop.shm") as third:
            assert third.is_raised(), "whoever starts while it is raised starts stopped"
        other.clear()
        other.clear()
        assert not mine.is_raised()


def test_poses_come_over_as_they_were_written(tmp_path: Path) -> None:
    writer = PoseWriter(tmp_path, (SKY, ADILET))
    with PoseReader(tmp_path) as reader:
        assert reader.read() == b"", "nothing was written yet"
        sizes = [7 + len(one["joints"]) for one in reader.layout["robots"]]
        poses = {p.id: np.arange(n) + k for k, (p, n) in enumerate(zip((SKY, ADILET), sizes, strict=True))}
        writer.write(3.0, 1.5, poses)
        block = reader.read()
        assert np.frombuffer(block, "<f8", 2, 8).tolist() == [3.0, 1.5]
        for one, size in zip(reader.layout["robots"], sizes, strict=True):
            read = np.frombuffer(block, "<f4", size, one["offset"])
            assert read.tolist() == poses[one["id"]].tolist()
        assert reader.is_current
        second = PoseWriter(tmp_path, (SKY,))
        assert not reader.is_current, "a writer that was started again begins a new block"
        second.close()
    writer.close()


def test_pace_catches_up_and_says_what_it_gives_up() -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    pace = Pace(CONTROL_STEP_S, lambda: now[0], sleep, lambda: 0.0)
    due = [pace.next() for _ in range(5)]
    assert np.diff(due) == pytest.approx(CONTROL_STEP_S)
    now[0] += 0.02
    due = [pace.next() for _ in range(10)]
    assert np.diff(due) == pytest.approx(CONTROL_STEP_S), "a short delay costs no step"
    assert pace.given_up_s == 0.0
    now[0] += 0.5
    jumped = pace.next()
    assert now[0] - jumped < MOST_LATE_S
    report = pace.report()
    assert report.given_up_s == pytest.approx(0.5, abs=2 * CONTROL_STEP_S)
    assert report.missed >= 4
    assert report.late_max_ms == pytest.approx(500.0, abs=10.0)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.9, 1.1), st.floats(-0.05, 0.05))
def test_the_follower_arrives_gently(rate: float, error: float) -> None:
    follower = Follower(0.08)
    follower.follow(10.0, 1.0, CONTROL_STEP_S)
    told, speeds = 10.0 + error, []
    for _ in range(250):
        told += rate * CONTROL_STEP_S
        follower.follow(told, rate, CONTROL_STEP_S)
        speeds.append(follower.speed)
    assert follower.epoch == 1
    assert follower.position == pytest.approx(told, abs=1e-4)
    assert max(abs(s - rate) for s in speeds) < 0.26
    follower.follow(told + 1.0, rate, CONTROL_STEP_S)
    assert follower.epoch == 2


@settings(max_examples=50, deadline=None)
@given(STANCES, STANCES)
def test_a_move_brings_one_stance_onto_another(a: Stance, b: Stance) -> None:
    soles = np.array([[0.0, 0.1, 0.0, 0.0], [0.0, -0.1, 0.0, 0.0]])
    at_a = Planar.between(Stance(0.0, 0.0, 0.0), a).soles(soles)
    metres, radians = apart(stance_of(at_a), a)
    assert metres < 1e-9
    assert radians < 1e-9
    metres, radians = apart(stance_of(Planar.between(a, b).soles(at_a)), b)
    assert metres < 1e-8
    assert radians < 1e-8


def test_rows_that_are_moved_keep_their_speeds_and_levels(tape: Tape) -> None:
    row = tape.at(300.4, 1.0)
    moved = row.copy()
    Planar(0.3, -0.2, 0.7).move(moved, tape.layout)
    for name in ("qvel", "qacc", "com_m_s", "foot_m_s"):
        columns = tape.layout.columns(name)
        assert np.linalg.norm(moved[columns]) == pytest.approx(np.linalg.norm(row[columns]))
    z = tape.layout.columns("com_m").start + 2
    assert moved[z] == row[z]
    Planar.between(Stance(0.3, -0.2, 0.7), Stance(0.0, 0.0, 0.0)).move(moved, tape.layout)
    assert moved == pytest.approx(row, abs=1e-9)


def test_a_tape_has_every_instant_at_every_speed(tape: Tape) -> None:
    motion = swinging(SKY, 6.0)
    for time_s in (1.0, 2.3456, 4.999):
        row, point = tape.at(tape.position(time_s), 0.5), motion.at(time_s)
        assert row[tape.layout.columns("qpos")] == pytest.approx(point.qpos, abs=2e-5)
        assert row[tape.layout.columns("qvel")] == pytest.approx(0.5 * point.qvel, abs=2e-3)
    assert tape.position(-5.0) == 0.0
    assert tape.position(99.0) == tape.last


def test_a_passage_is_as_fast_as_its_places_say(tape: Tape) -> None:
    layout, duration_s, dt = tape.layout, 0.5, 1e-4
    q, v = layout.columns("qpos"), layout.columns("qvel")

    def at(share: float) -> np.ndarray:
        seconds = share * duration_s
        old, new = (tape.at(start + seconds / CONTROL_STEP_S, 1.0) for start in (200.0, 700.0))
        Planar(0.02, 0.01, 0.1).move(new, layout)
        return blended(old, new, layout, share, duration_s)

    assert passage(0.0) == (0.0, 0.0, 0.0)
    assert passage(1.0) == (1.0, 0.0, 0.0)
    for share in (0.3, 0.6):
        before, here, after = (at(share + k * dt / duration_s) for k in (-1, 0, 1))
        speed = (after[q] - before[q]) / (2 * dt)
        assert here[v][6:] == pytest.approx(speed[7:], abs=2e-2)
        assert here[v][:3] == pytest.approx(speed[:3], abs=2e-2)


def test_a_part_comes_back_from_its_file(tmp_path: Path) -> None:
    part = part_of((SKY,), [swinging(SKY, 2.0, start_s=3.0)], loop_beats=(1.0, 3.0))
    write_part(tmp_path / "part.npz", part)
    again = read_part(tmp_path / "part.npz")
    assert again.loop_beats == (1.0, 3.0)
    assert again.accents == part.accents
    assert again.trajectories["sky"].start_s == 3.0
    assert again.trajectories["sky"].qpos == pytest.approx(part.trajectories["sky"].qpos, abs=1e-6)
    with pytest.raises(InvalidInput, match="is no part"):
        read_part(tmp_path / "nothing.npz")
    with pytest.raises(InvalidInput, match="no name"):
        part_of((SKY,), [swinging(SKY, 2.0)], name="../up")


def test_everybody_stands_as_dances_begin() -> None:
    for performer in (SKY, ADILET):
        stand = standing(performer, default_stage())
        assert np.abs(stand.qvel).max() < 1e-6
        assert stand.contacts.all()


def test_a_robot_in_physics_dances_on_the_beat_and_folds_at_a_stop(tmp_path: Path) -> None:
    part = part_of((SKY,), [swinging(SKY, 6.0, swing_rad=0.8)])
    with hall(tmp_path, (SKY,), "simulated") as stage:
        stage.company._take_in(loaded(laid_out(part, tmp_path)))
        stage.ask("arm", scope="rehearsal")
        stage.run(0.5)
        stage.play(0.0)
        stage.ask("start", part="part")
        stage.run(6.0)
        stage.silence()
        stage.run(0.5)
        assert stage.states() == {"sky": "waiting"}
        told = stage.measured("part")["robots"]["sky"]
        assert told["fell"] == ""
        assert told["coverage"] > 0.9
        assert told["mean_ms"] <= 10.0
        assert told["p95_ms"] <= 20.0
        height_m = stage.robots._bodies.pose("sky", np.zeros(0))[2]
        stage.robots._flag.raise_(stage.now_s)
        stage.run(1.5)
        assert stage.states() == {"sky": "damped"}
        assert stage.robots._bodies.pose("sky", np.zeros(0))[2] < height_m - 0.2, "it went down"
        stage.robots._flag.clear()
        stage.ask("arm", scope="rehearsal")
        assert stage.ask("ready", robot="sky")["ok"]
        stage.run(1.0)
        assert stage.states() == {"sky": "standing"}
        assert stage.robots._bodies.pose("sky", np.zeros(0))[2] == pytest.approx(height_m, abs=0.02)


def _begin(run: Path) -> "tuple[subprocess.Popen[bytes], PlainClient]":
    cast = json.dumps([to_json(SKY)])
    command = [sys.executable, "-m", "temirbek.stage.robots", str(run), "--cast", cast, "--body", "fake"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until_s = time.monotonic() + 120.0
    while True:
        try:
            return process, PlainClient(run / "robots.sock")
        except DeviceLost:
            if time.monotonic() > until_s or process.poll() is not None:
                raise
            time.sleep(0.05)


def test_a_killed_process_comes_back_standing_and_resumes_nothing(tmp_path: Path) -> None:
    first, client = _begin(tmp_path)
    with client:
        assert client.ask({"do": "arm", "scope": "rehearsal"}, 60.0)["ok"]
        first.send_signal(signal.SIGKILL)
        first.wait(30.0)
    second, client = _begin(tmp_path)
    try:
        with client:
            state = client.ask({"do": "state"}, 60.0)
            assert state["scope"] == "none", "whoever starts is not armed"
            assert [r["state"] for r in state["robots"]] == ["standing"]
            refused = client.ask({"do": "dance"}, 60.0)
            assert not refused["ok"]
        with PoseReader(tmp_path) as poses:
            until_s = time.monotonic() + 60.0
            while not (block := poses.read()) and time.monotonic() < until_s:
                time.sleep(0.02)
            assert len(block) == poses.layout["bytes"]
    finally:
        second.terminate()
        assert second.wait(60.0) == 0
