"""The robot's answer: the person's own phrase, in a form that a body can dance."""

from itertools import pairwise

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.battle import DancePhrase, answer, measure_turn
from temirbek.battle.animal import bars_of
from temirbek.battle.answer import MOVE
from temirbek.battle.retarget import arm_angles
from temirbek.battle.variation import VARIATIONS, varied
from temirbek.choreography import load_moves
from temirbek.choreography.vocabulary import CHANNELS
from temirbek.demo.dancers import Dancer, seen_dance
from temirbek.robots import robot_model, robot_physics
from temirbek.stage.battle_dances import answer_part, robot_points
from temirbek.types import BeatGrid, Performer, Place, RobotKind, travel_of

MOVES = load_moves()


def danced(n_beats: int = 16, **how: object) -> DancePhrase:
    beats = 5.0 + np.arange(n_beats + 1) * 0.5
    times_s, points = seen_dance(Dancer(**how), beats)  # type: ignore[arg-type]
    phrase = measure_turn(points, times_s, beats, latency_s=0.0).phrase
    assert phrase is not None
    return phrase


PHRASE = danced(skill=0.9, seed=5)


def test_variations_are_as_long_and_undo_themselves() -> None:
    for variation in VARIATIONS:
        assert varied(PHRASE, variation).n_beats == PHRASE.n_beats
    twice = varied(varied(PHRASE, "mirror"), "mirror")
    assert np.allclose(twice.poses, PHRASE.poses) and np.allclose(twice.along, PHRASE.along)
    back = varied(PHRASE, "retrograde")
    assert np.allclose(back.beat_poses, PHRASE.beat_poses[::-1])
    slow = varied(PHRASE, "augmentation")
    assert np.allclose(slow.beat_poses[::2], PHRASE.beat_poses[:8])
    assert np.allclose(varied(PHRASE, "repetition").beat_poses[8:], PHRASE.beat_poses[:8])


@pytest.mark.parametrize("robot", ["g1", "go2"])
def test_all_variations_come_before_one_comes_again(robot: RobotKind) -> None:
    history: tuple[str, ...] = ()
    found = []
    for _ in range(8):
        said = answer(
            PHRASE, performer="x", robot=robot, moves=MOVES, tempo_bpm=120.0, history=history, seed=1
        )
        history, found = said.history, [*found, said.variation]
    assert set(found[:4]) == set(VARIATIONS) == set(found[4:])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 40))
def test_a_g1_stays_within_what_moves_may_ask(seed: int, n_beats: int) -> None:
    rng = np.random.default_rng(seed)
    n = 4 * n_beats
    wild = DancePhrase(
        skeleton=PHRASE.skeleton,
        n_beats=n_beats,
        poses=rng.uniform(-np.pi, np.pi, (n, 8)),
        speed=rng.uniform(0.0, 5.0, n),
        along=rng.normal(0.0, 2.0, n),
        low=rng.normal(0.0, 2.0, n),
    )
    move = answer(wild, performer="x", robot="g1", moves=MOVES, tempo_bpm=110.0, seed=seed).moves[MOVE]
    for layer, keys in move.layers.items():
        assert np.all(np.diff(keys.beats) > 0) and keys.beats[-1] < move.length_beats
        for channel, values in keys.targets.items():
            low, high = CHANNELS["g1"][layer][channel]
            assert np.all(values >= low) and np.all(values <= high), channel


def test_no_pose_has_a_g1_touch_itself() -> None:
    physics, body = robot_physics("g1"), robot_model("g1")
    data = mujoco.MjData(physics)
    rng, n_beats = np.random.default_rng(4), 150
    wild = DancePhrase(
        skeleton=PHRASE.skeleton,
        n_beats=n_beats,
        poses=rng.uniform(-np.pi, np.pi, (4 * n_beats, 8)),
        speed=np.ones(4 * n_beats),
    )
    move = answer(wild, performer="x", robot="g1", moves=MOVES, tempo_bpm=110.0, seed=1).moves[MOVE]
    for beat in range(n_beats):
        data.qpos[2], data.qpos[3], data.qpos[7:] = 2.0, 1.0, body.stand_rad
        for layer in ("torso", "left_arm", "right_arm"):
            for channel, values in move.layers[layer].targets.items():  # type: ignore[index]
                data.qpos[physics.jnt_qposadr[physics.joint(f"{channel}_joint").id]] = values[beat]
        mujoco.mj_forward(physics, data)
        assert data.ncon == 0, f"beat {beat}"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 1.0), st.floats(85.0, 140.0), st.sampled_from([8, 16, 30]))
def test_a_go2_stays_on_the_spot_and_fills_the_turn(
    seed: int, skill: float, tempo_bpm: float, n_beats: int
) -> None:
    phrase = danced(n_beats, skill=skill, seed=seed % 5)
    calls = answer(
        phrase, performer="x", robot="go2", moves=MOVES, tempo_bpm=tempo_bpm, seed=seed, start_beat=64.0
    ).calls
    assert calls[0].start_beat == 64.0
    assert sum(c.length_beats for c in calls) == 4 * (n_beats // 4)
    for a, b in pairwise(calls):
        assert b.start_beat == a.start_beat + a.length_beats and b.move != a.move
    for call in calls:
        move = MOVES[call.move]
        low, high = move.tempo_bpm
        assert move.robot == "go2" and travel_of(call, move) == Place()
        assert low <= tempo_bpm / call.tempo_rule <= high
        assert (call.length_beats / (move.length_beats * call.tempo_rule)) % 1.0 == pytest.approx(0.0)


def test_a_go2_answers_the_side_and_the_energy() -> None:
    rows = 4 * 16
    poses = np.zeros((rows, 8))
    poses[: rows // 2, 0] = np.sin(np.arange(rows // 2))  # the left elbow, then the right knee
    poses[rows // 2 :, 5] = np.sin(np.arange(rows // 2))
    speed = np.repeat([1.0, 1.0, 0.1, 0.1], rows // 4)
    phrase = DancePhrase(skeleton=PHRASE.skeleton, n_beats=16, poses=poses, speed=speed)
    bars = bars_of(phrase)
    assert [b.side > 0 for b in bars] == [True, True, False, False]
    assert bars[0].energy > 5 * bars[3].energy


@pytest.mark.parametrize(("robot", "role"), [("go2", "animal"), ("g1", "dancer")])
def test_an_answer_can_be_danced(robot: RobotKind, role: str) -> None:
    phrase = danced(8, skill=0.9, seed=5)
    performer = Performer(id="x", name="X", robot=robot, role=role, mark_m=(1.0, 0.5))  # type: ignore[arg-type]
    grid = BeatGrid(beats_s=3.0 + np.arange(60) * 60.0 / 118.0)
    said = answer(phrase, performer="x", robot=robot, moves=MOVES, tempo_bpm=118.0, seed=2, start_beat=24.0)
    part = answer_part(said, performer, MOVES, grid, id="answer", start_s=float(grid.time_at(20.0)))
    motion = part.trajectories["x"]
    assert motion.start_s == pytest.approx(float(grid.time_at(20.0)))
    assert motion.end_s >= float(grid.time_at(32.0))
    assert all(24.0 <= a.beat < 32.0 for a in part.accents["x"]) and len(part.accents["x"]) >= 4
    turn_s = grid.time_at(np.arange(24.0, 33.0))
    at_s = np.arange(turn_s[0] - 0.2, turn_s[-1] + 0.2, 0.02)
    skeleton, points = robot_points(motion, robot, at_s)
    seen = measure_turn(points, at_s, turn_s, latency_s=0.0, skeleton=skeleton)
    assert seen.score.groove is not None and seen.score.groove > 0.3 and seen.phrase is not None
    if robot == "g1":
        wanted, shown = (np.stack(arm_angles(p)) for p in (said.phrase, seen.phrase))
        apart = np.abs((wanted - shown + np.pi) % (2 * np.pi) - np.pi)
        assert np.median(apart) < 0.15, "the arms show what the person showed"
