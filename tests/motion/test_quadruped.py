"""A quadruped's legs, paws and balance, and every move of Adilet as motion."""

from functools import cache

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from temirbek.choreography import load_moves
from temirbek.choreography.accents import planned_accents
from temirbek.measures.beat_error import errors_at, executed_accents, mean_speed
from temirbek.motion import realize
from temirbek.motion.balance import GRAVITY_M_S2
from temirbek.motion.footing import drawn_onto, pendulum_shift
from temirbek.motion.legs import QuadrupedLegs
from temirbek.motion.paws import SHORTEST_SWING_S, TOUCH_SPEED_M_S, Swing, paw_course, swings_by_foot
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.types import (
    BeatGrid,
    Choreography,
    Footstep,
    Move,
    MoveCall,
    Performer,
    Place,
    Trajectory,
    footsteps_of,
    place_at,
    start_place,
)

ROBOT, PHYSICS, STAGE = robot_model("go2"), robot_physics("go2"), default_stage()
LEGS = QuadrupedLegs(PHYSICS, ROBOT)
MOVES = {name: move for name, move in load_moves().items() if move.robot == "go2"}
STEPPING = [name for name, move in MOVES.items() if move.steps]
ADILET = Performer(id="a", name="A", robot="go2", role="animal", mark_m=(1.0, 0.5), facing_rad=0.4)
START_BEAT = 4.0


def grid_at(bpm: float) -> BeatGrid:
    return BeatGrid(beats_s=0.1 + np.arange(40) * 60.0 / bpm)


def rule_at(move: Move, bpm: float) -> float:
    low, high = move.tempo_bpm
    return next(rule for rule in (1.0, *move.tempo_rules) if low <= bpm / rule <= high)


@cache
def danced(name: str, bpm: float) -> tuple[Trajectory, tuple[Footstep, ...], MoveCall, BeatGrid]:
    move = MOVES[name]
    rule = rule_at(move, bpm)
    call = MoveCall(
        performer="a",
        move=name,
        start_beat=START_BEAT,
        length_beats=move.length_beats * rule * max(1, round(4 / (move.length_beats * rule))),
        intensity=1.0,
        tempo_rule=rule,
    )
    grid = grid_at(bpm)
    steps = footsteps_of(ADILET, [call], MOVES)
    dance = Choreography(performers=(ADILET,), calls=(call,), footsteps={"a": steps})
    end_s = float(grid.time_at(START_BEAT + call.length_beats + 2.0))
    return realize(dance, ADILET, grid, MOVES, ROBOT, PHYSICS, STAGE, (), end_s=end_s), steps, call, grid


def feet_m(trajectory: Trajectory, times_s: np.ndarray) -> np.ndarray:
    data = mujoco.MjData(PHYSICS)
    feet = []
    for time_s in times_s:
        data.qpos[:] = trajectory.at(float(time_s)).qpos
        mujoco.mj_kinematics(PHYSICS, data)
        feet.append([data.site(f"{foot}_sole").xpos.copy() for foot in ROBOT.foot_names])
    return np.array(feet)


angle = st.floats(-0.35, 0.35)


@settings(max_examples=40, deadline=None)
@given(st.lists(angle, min_size=12, max_size=12), st.lists(angle, min_size=3, max_size=3))
def test_legs_find_the_angles_that_brought_the_feet_there(away: list[float], turn: list[float]) -> None:
    data = mujoco.MjData(PHYSICS)
    matrix = Rotation.from_rotvec(turn)
    data.qpos[:3], data.qpos[3:7] = (0.3, -0.2, 0.3), matrix.as_quat()[[3, 0, 1, 2]]
    data.qpos[7:] = ROBOT.stand_rad + np.array(away)
    mujoco.mj_kinematics(PHYSICS, data)
    feet = np.array([data.site(f"{foot}_sole").xpos for foot in ROBOT.foot_names])
    base, turned = data.qpos[None, :3].copy(), matrix.as_matrix()[None]
    joints, short = LEGS.joints_rad(base, turned, feet[None])
    np.testing.assert_allclose(joints[0], data.qpos[7:], atol=1e-9)
    assert not short.any()
    knees = [data.body(f"{foot}_calf").xpos[2] for foot in ROBOT.foot_names]
    np.testing.assert_allclose(LEGS.knee_heights_m(base, turned, joints)[0], knees, atol=1e-9)


def test_a_leg_too_short_says_by_how_much() -> None:
    base, level = np.array([[0.0, 0.0, 0.6]]), np.eye(3)[None]
    feet = np.array([[[0.19, 0.14, 0.02], [0.19, -0.14, 0.02], [-0.19, 0.14, 0.02], [-0.19, -0.14, 0.02]]])
    _, short = LEGS.joints_rad(base, level, feet)
    assert np.all((short > 0.15) & (short < 0.25))


def test_ball_feet_roll_by_their_radius_times_the_angle() -> None:
    ahead = np.zeros((1, 4))
    joints = np.tile([0.0, 0.8, -1.5], 4)[None]
    tipped = Rotation.from_euler("y", 0.3).as_matrix()[None]
    moved = LEGS.rolled_m(tipped, joints, ahead) - LEGS.rolled_m(np.eye(3)[None], joints, ahead)
    np.testing.assert_allclose(moved[0, :, 0], 0.3 * 0.022, atol=1e-9)
    np.testing.assert_allclose(moved[0, :, 1], 0.0, atol=1e-9)


def test_a_paw_meets_the_ground_on_its_beat_going_down_and_over_its_place() -> None:
    swing = Swing(lift_s=1.0, touch_s=1.3, start=np.zeros(3), end=np.array([0.1, 0.02, 0.3]), height_m=0.06)
    times_s = np.arange(0.0, 2.0, 0.005)
    course = paw_course({"FL": [swing], "FR": [], "RL": [], "RR": []}, times_s)
    height = course.heights_m[:, 0]
    touch = round(1.3 / 0.005)
    assert height[touch] == pytest.approx(0.0, abs=1e-9)
    assert (height[touch + 1] - height[touch - 1]) / 0.01 == pytest.approx(-TOUCH_SPEED_M_S, rel=0.1)
    assert height.max() == pytest.approx(0.06, rel=0.1)
    assert height[times_s < 1.0].max() == 0.0
    assert height.min() > -0.003
    np.testing.assert_allclose(course.places[touch, 0], swing.end, atol=1e-9)
    on = course.carries[:, 0]
    assert on[touch]
    assert not on[touch - 1]
    assert not on[round(1.0 / 0.005) + 1]
    assert course.carries[:, 1:].all()
    np.testing.assert_allclose(course.trunk[-1], swing.end / 4, atol=1e-6)


points = st.lists(st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)), min_size=1, max_size=4)


@settings(max_examples=30, deadline=None)
@given(points, st.tuples(st.floats(-1, 1), st.floats(-1, 1)))
def test_balance_is_drawn_onto_what_the_feet_span(
    feet: list[tuple[float, float]], at: tuple[float, float]
) -> None:
    corners = np.array(feet)
    drawn = drawn_onto(np.array([at]), corners, 0.03)[0]
    assert np.all(drawn >= corners.min(axis=0) - 5e-3)
    assert np.all(drawn <= corners.max(axis=0) + 5e-3)


def test_three_feet_carry_inside_their_triangle_and_two_on_their_line() -> None:
    corners = np.array([[0.2, 0.15], [0.2, -0.15], [-0.2, 0.15]])
    inside = drawn_onto(np.array([[-0.3, -0.3]]), corners, 0.03)[0]
    assert (ConvexHull(corners).equations @ [*inside, 1.0]).max() <= -0.02
    line = drawn_onto(np.array([[0.1, 0.1]]), np.array([[0.2, -0.15], [-0.2, 0.15]]), 0.03)[0]
    assert np.linalg.det([[0.4, -0.3], line - [-0.2, 0.15]]) == pytest.approx(0.0, abs=1e-12)


def test_the_pendulum_solves_its_equation() -> None:
    step_s, height_m = 0.005, 0.3
    move = 0.03 * np.sin(np.linspace(0, 9, 400))[:, None] * [1.0, -0.5]
    by = pendulum_shift(move, height_m, step_s)
    bent = np.diff(by, 2, axis=0) / step_s**2
    np.testing.assert_allclose((by[1:-1] - height_m / GRAVITY_M_S2 * bent), move[1:-1], atol=1e-9)


@pytest.mark.parametrize("name", MOVES)
def test_every_move_keeps_its_limits_its_paws_and_its_place(name: str) -> None:
    trajectory, steps, _, _ = danced(name, 110.0)
    joints = trajectory.qpos[:, 7:]
    assert np.all(joints >= ROBOT.lower_rad)
    assert np.all(joints <= ROBOT.upper_rad)
    assert trajectory.qpos[:, 2].min() > 0.12
    rows_s = np.arange(len(trajectory.qpos)) / trajectory.rate_hz
    feet = feet_m(trajectory, rows_s)
    start = feet[0, :, 2]
    deep = (feet[..., 2] - start)[trajectory.contacts]
    assert np.abs(deep).max() < 0.004, "a paw that carries is on the ground"
    sliding = np.linalg.norm(np.diff(feet[..., :2], axis=0), axis=2) * trajectory.rate_hz
    both = trajectory.contacts[1:] & trajectory.contacts[:-1]
    assert sliding[both].max() < 0.12, "a paw that carries rolls, it does not slide"
    place, end = place_at(ADILET, steps, 1e6), trajectory.qpos[-1]
    np.testing.assert_allclose(end[:2], [place.x_m, place.y_m], atol=0.01)
    heading = Rotation.from_quat(end[[4, 5, 6, 3]]).as_euler("ZYX")[0]
    away = (heading - place.heading_rad + np.pi) % (2 * np.pi) - np.pi
    assert away == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("name", ["cat_wiggle", "cat_bow", "cat_rest"])
def test_planted_paws_roll_and_do_nothing_else(name: str) -> None:
    trajectory, *_ = danced(name, 110.0)
    rows = trajectory.qpos[::20]
    feet = feet_m(trajectory, np.arange(len(rows)) * 20 / trajectory.rate_hz)
    turn = Rotation.from_quat(rows[:, [4, 5, 6, 3]]).as_matrix()
    heading = ADILET.facing_rad
    rolled = LEGS.rolled_m(turn, rows[:, 7:], np.full((len(rows), 4), heading))
    c, s = np.cos(heading), np.sin(heading)
    stays = feet[..., :2] - rolled @ np.array([[c, s], [-s, c]])
    assert np.ptp(stays, axis=0).max() < 1e-3
    assert np.ptp(feet[..., 2], axis=0).max() < 1e-3


@pytest.mark.parametrize("name", STEPPING)
def test_paws_touch_down_on_their_beats(name: str) -> None:
    trajectory, steps, _, grid = danced(name, 110.0)
    ground = feet_m(trajectory, np.zeros(1))[0, :, 2]
    for step in steps:
        f = ROBOT.foot_names.index(step.foot)
        touch_s = float(grid.time_at(step.touch_beat))
        before, at, after = feet_m(trajectory, touch_s + np.array([-0.02, 0.0, 0.005]))[:, f, 2] - ground[f]
        assert abs(at) < 1e-3
        assert before > 1.5e-3
        assert after < at
        row = int(np.ceil(touch_s * trajectory.rate_hz - 1e-6))
        assert trajectory.contacts[row, f]
        assert not trajectory.contacts[row - 1, f]


@pytest.mark.parametrize("name", [n for n, m in MOVES.items() if len(m.accents) > 1 and not m.steps])
def test_the_reference_hits_its_accents(name: str) -> None:
    trajectory, steps, call, grid = danced(name, 110.0)
    data, points = mujoco.MjData(PHYSICS), []
    for time_s in np.arange(0.0, trajectory.end_s, 0.002):
        data.qpos[:] = trajectory.at(float(time_s)).qpos
        mujoco.mj_kinematics(PHYSICS, data)
        points.append([data.body(n).xpos.copy() for n, _ in ROBOT.key_points])
    accents = planned_accents([call], [], MOVES, steps)
    beats = [
        a.beat for a in accents if call.start_beat + 0.5 < a.beat < call.start_beat + call.length_beats - 1.5
    ]
    speed = mean_speed(np.array(points), 500.0)
    error = errors_at(executed_accents(speed, 500.0, 0.0), grid.time_at(np.array(beats)), grid)
    assert np.nanmean(np.abs(error)) < 4.0
    assert np.isfinite(error).mean() >= 0.9


@pytest.mark.parametrize("bpm", [90.0, 128.0, 140.0])
def test_moves_are_possible_at_other_tempi(bpm: float) -> None:
    for name in ("cat_trot", "cat_prowl", "cat_spin", "cat_bow"):
        trajectory, _, call, grid = danced(name, bpm)
        assert trajectory.end_s >= float(grid.time_at(call.start_beat + call.length_beats))


def first_force_s(force_n: np.ndarray, rate_hz: float, from_s: float, to_s: float) -> float:
    rows = slice(round(from_s * rate_hz), round(to_s * rate_hz))
    on = np.flatnonzero(force_n[rows] > 20.0)
    return float((rows.start + on[0]) / rate_hz) if len(on) else float("nan")


@pytest.mark.parametrize("name", ["cat_trot", "cat_prowl", "cat_stalk"])
def test_in_physics_it_stays_up_and_its_paws_hit_their_beats(name: str) -> None:
    trajectory, steps, _, grid = danced(name, 110.0)
    motion = perform({"a": trajectory}, [ADILET], STAGE)["a"]
    assert motion.fell_at_s is None
    assert motion.self_collisions == 0
    assert motion.torque_share_peak.max() < 0.8
    errors = []
    for step in steps:
        lift_s, touch_s = grid.time_at([step.lift_beat, step.touch_beat])
        force = motion.foot_force_n[:, ROBOT.foot_names.index(step.foot)]
        errors.append(first_force_s(force, motion.rate_hz, (lift_s + touch_s) / 2, touch_s + 0.15) - touch_s)
    assert np.mean(np.abs(errors)) <= 0.012
    assert np.percentile(np.abs(errors), 95) <= 0.030
    assert start_place(ADILET).x_m == pytest.approx(motion.qpos[0, 0], abs=0.01)


def step_of(foot: str, lift_beat: float, touch_beat: float) -> Footstep:
    place = Place(x_m=0.0, y_m=0.0, heading_rad=0.0)
    return Footstep(
        foot=foot, lift_beat=lift_beat, touch_beat=touch_beat, start=place, end=place, height_m=0.05
    )


@given(bpm=st.floats(70.0, 200.0), swing=st.floats(0.2, 0.45))
@settings(max_examples=20, deadline=None)
def test_paws_swing_no_quicker_than_a_trunk_bears_unless_others_have_yet_to_land(
    bpm: float, swing: float
) -> None:
    steps = [step_of(foot, beat - swing, beat) for beat, foot in ((4.0, "FL"), (4.0, "RR"), (5.0, "FR"))]
    home = Place(x_m=0.0, y_m=0.0, heading_rad=0.0)
    swings = swings_by_foot(steps, ("FL", "FR", "RR"), home, grid_at(bpm))
    beat_s = 60.0 / bpm
    first, second = swings["FL"][0], swings["FR"][0]
    assert first.touch_s - first.lift_s == pytest.approx(max(swing * beat_s, SHORTEST_SWING_S))
    assert swings["RR"][0].lift_s == first.lift_s  # a pair leaves together
    assert second.lift_s > first.touch_s
    assert second.touch_s == pytest.approx(0.1 + 5.0 * beat_s)  # landings stay on the beat
