"""The reference: exact accents, planted feet, balance, limits, hands on controls."""

from dataclasses import replace
from functools import cache

import mujoco
import numpy as np
import pytest

from temirbek.choreography import load_moves
from temirbek.errors import MotionInfeasible
from temirbek.measures.beat_error import errors_at, executed_accents, mean_speed
from temirbek.motion import realize
from temirbek.motion.balance import pulled_inside, support_corners, zero_moment_point
from temirbek.motion.inverse_kinematics import hand_point_m
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.types import (
    Accent,
    Automation,
    BeatGrid,
    Choreography,
    MoveCall,
    Performer,
    Reach,
    RobotKind,
    Trajectory,
    footsteps_of,
)

MOVES = load_moves()
STAGE = default_stage()
GRID = BeatGrid(beats_s=0.1 + np.arange(80) * 60.0 / 120.0)
GROOVES: dict[RobotKind, str] = {"g1": "bounce", "go2": "cat_bounce"}
EXACT_MS = 3.0
DJ = Performer(id="dj", name="DJ", robot="g1", role="dj", mark_m=(-1.4, 0.0))


def solo(robot: RobotKind) -> Performer:
    return Performer(id="solo", name="Solo", robot=robot, role="dancer", mark_m=(1.0, 0.5), facing_rad=0.4)


def call(move: str, start: float, length: float, performer: str = "solo", **more: object) -> MoveCall:
    made = MoveCall(performer=performer, move=move, start_beat=start, length_beats=length, intensity=1.0)
    return replace(made, **more)  # type: ignore[arg-type]


def dance(performer: Performer, *calls: MoveCall, reaches: tuple[Reach, ...] = ()) -> Choreography:
    known = [c for c in calls if c.move in MOVES]
    steps = {performer.id: footsteps_of(performer, known, MOVES)}
    return Choreography(performers=(performer,), calls=calls, reaches=reaches, footsteps=steps)


def made(
    dance: Choreography, end_beat: float, automation: tuple[Automation, ...] = (), grid: BeatGrid = GRID
) -> Trajectory:
    (performer,) = dance.performers
    robot, physics = robot_model(performer.robot), robot_physics(performer.robot)
    end_s = float(grid.time_at(end_beat))
    return realize(dance, performer, grid, MOVES, robot, physics, STAGE, automation, end_s=end_s)


@cache
def one_move(name: str) -> Trajectory:
    move = MOVES[name]
    calls = [call(name, 4.0, 8.0)]
    if "legs" not in move.layers:
        calls.append(call(GROOVES[move.robot], 4.0, 8.0))
    return made(dance(solo(move.robot), *calls), 14.0)


def key_points_m(trajectory: Trajectory, robot: RobotKind) -> np.ndarray:
    model = robot_physics(robot)
    data = mujoco.MjData(model)
    points = []
    for time_s in np.arange(0.0, trajectory.end_s, 0.002):
        data.qpos[:] = trajectory.at(float(time_s)).qpos
        mujoco.mj_kinematics(model, data)
        points.append([data.body(name).xpos.copy() for name, _ in robot_model(robot).key_points])
    return np.array(points)


@pytest.mark.parametrize("name", sorted(MOVES)[::10])  # `temirbek moves check` tries them all
def test_every_move_hits_its_accents_within_limits_and_without_touching_itself(name: str) -> None:
    move, trajectory = MOVES[name], one_move(name)  # realize() itself checks positions and velocities
    if move.accents and not move.steps:  # of steps, the touchdowns are exact
        repeats = np.arange(np.ceil(8.0 / move.length_beats)) * move.length_beats
        beats = sorted(
            {
                4.0 + a.beat + r
                for r in repeats
                for a in move.accents
                if a.part == "whole" and 2.0 <= a.beat + r < 7.0
            }
        )
        executed = executed_accents(mean_speed(key_points_m(trajectory, move.robot), 500.0), 500.0, 0.0)
        errors = errors_at(executed, GRID.time_at(beats), GRID)
        assert np.abs(errors).max() <= EXACT_MS
    model = robot_physics(move.robot)
    data = mujoco.MjData(model)
    for qpos in trajectory.qpos[::10]:
        data.qpos[:] = qpos
        mujoco.mj_kinematics(model, data)
        mujoco.mj_collision(model, data)
        touching = {tuple(model.geom(int(g)).name for g in c.geom) for c in data.contact}
        assert all("floor" in pair for pair in touching), touching


@pytest.mark.parametrize("name", ["stomp", "sink"])
def test_feet_stay_planted(name: str) -> None:
    robot, trajectory = MOVES[name].robot, one_move(name)
    model = robot_physics(robot)
    data = mujoco.MjData(model)
    soles = []
    for qpos in trajectory.qpos[::5]:
        data.qpos[:] = qpos
        mujoco.mj_kinematics(model, data)
        soles.append([data.site(f"{foot}_sole").xpos.copy() for foot in trajectory.foot_names])
    assert np.ptp(np.array(soles), axis=0).max() < 1e-3


def test_a_lifted_paw_carries_nothing() -> None:
    trajectory = one_move("cat_paw")
    lifted = ~trajectory.contacts[:, trajectory.foot_names.index("FR")]
    assert 0.1 < lifted.mean() < 0.5
    assert trajectory.contacts[:, trajectory.foot_names.index("FL")].all()


def test_positions_velocities_and_accelerations_agree() -> None:
    trajectory = one_move("punches")
    model, h = robot_physics("g1"), 1.0 / trajectory.rate_hz
    for k in range(100, 1200, 37):
        velocity = np.zeros(model.nv)
        mujoco.mj_differentiatePos(model, velocity, 2 * h, trajectory.qpos[k - 1], trajectory.qpos[k + 1])
        assert np.abs(velocity - trajectory.qvel[k]).max() < 0.1
    acceleration = (trajectory.qvel[2:] - trajectory.qvel[:-2]) / (2 * h)
    assert np.abs(acceleration - trajectory.qacc[1:-1]).max() < 0.05 * np.abs(trajectory.qacc).max()


def test_begins_and_ends_standing_still_on_its_mark() -> None:
    trajectory = one_move("twist")
    for row in (0, -1):
        assert np.abs(trajectory.qvel[row]).max() < 1e-2
        assert np.allclose(trajectory.qpos[row, :2], (1.0, 0.5), atol=0.05)


def test_the_ground_can_carry_a_wide_sway_with_arms() -> None:
    trajectory = made(
        dance(
            replace(solo("g1"), mark_m=(0.0, 0.0), facing_rad=0.0), call("sway", 4, 8), call("punches", 4, 8)
        ),
        14.0,
    )
    model, robot = robot_physics("g1"), robot_model("g1")
    point = zero_moment_point(model, trajectory.qpos[::4], trajectory.qvel[::4], trajectory.qacc[::4])
    corners = np.vstack(support_corners(model, robot, trajectory.qpos[0]))
    assert np.abs(pulled_inside(point, corners, 0.02) - point).max() < 0.005


def test_a_mirror_image_is_one() -> None:
    plain = made(dance(replace(solo("g1"), facing_rad=0.0, mark_m=(0, 0)), call("points", 4, 8)), 14.0)
    mirror = made(
        dance(replace(solo("g1"), facing_rad=0.0, mark_m=(0, 0)), call("points", 4, 8, mirrored=True)), 14.0
    )
    names = plain.joint_names
    for i, name in enumerate(names):
        other = names.index(
            name.replace("left", "R").replace("right", "left").replace("R", "right") if "_" in name else name
        )
        sign = -1.0 if "roll" in name or "yaw" in name else 1.0
        assert np.abs(plain.qpos[:, 7 + i] - sign * mirror.qpos[:, 7 + other]).max() < 0.01, name


def test_follows_a_tempo_ramp() -> None:
    beats = 0.1 + np.concatenate([[0.0], np.cumsum(60.0 / np.linspace(100.0, 130.0, 40))])
    grid = BeatGrid(beats_s=beats)
    trajectory = made(dance(solo("g1"), call("bounce", 4, 24), call("claps", 4, 24)), 30.0, grid=grid)
    executed = executed_accents(mean_speed(key_points_m(trajectory, "g1"), 500.0), 500.0, 0.0)
    assert np.abs(errors_at(executed, grid.time_at(np.arange(6.0, 28.0)), grid)).max() <= EXACT_MS


def test_hands_are_on_their_controls_and_follow_them() -> None:
    fade = Automation(deck="A", control="fader", beats=[9.0, 15.0], values=[1.0, 0.0])
    reaches = (
        Reach(
            performer="dj",
            hand="left",
            start_beat=8.0,
            end_beat=16.0,
            target="fader_A",
            automation_deck="A",
            automation_control="fader",
        ),
        Reach(performer="dj", hand="right", start_beat=10.0, end_beat=12.0, target="low_B"),
    )
    calls = (call("bounce", 4, 16, "dj", intensity=0.5), call("dj_nod", 4, 16, "dj"))
    trajectory = made(dance(DJ, *calls, reaches=reaches), 22.0, (fade,))
    model = robot_physics("g1")
    data = mujoco.MjData(model)
    for reach in reaches:
        for beat in np.arange(reach.start_beat, reach.end_beat + 0.01, 0.25):
            data.qpos[:] = trajectory.at(float(GRID.time_at(beat))).qpos
            mujoco.mj_kinematics(model, data)
            value = float(fade.at(beat)) if reach.automation_deck else 0.5
            place = STAGE.desk.controls[reach.target].position_at(value)
            hand = hand_point_m(data, f"{reach.hand}_wrist_yaw_link")
            assert np.linalg.norm(hand - place) < 0.03, (reach.target, beat)


def test_too_fast_a_dance_shrinks_and_keeps_its_beat() -> None:
    fast = BeatGrid(beats_s=0.1 + np.arange(80) * 60.0 / 200.0)
    trajectory = made(
        dance(solo("g1"), call("bounce", 4, 8), call("arms_up_alternate", 4, 8)), 16.0, grid=fast
    )
    shoulder = 7 + trajectory.joint_names.index("left_shoulder_pitch_joint")
    assert np.ptp(trajectory.qpos[:, shoulder]) < np.ptp(one_move("arms_up_alternate").qpos[:, shoulder])


@pytest.mark.parametrize(
    ("calls", "message"),
    [
        ((call("jump", 4, 8),), "no move 'jump' at beat 4"),
        ((call("cat_bow", 4, 8),), "'cat_bow' at beat 4 is for a go2, not for a g1"),
        ((call("bounce", 4, 8), call("sway", 8, 8)), "'bounce' .* and 'sway' .* overlap on legs"),
    ],
)
def test_what_cannot_be_danced_is_named(calls: tuple[MoveCall, ...], message: str) -> None:
    with pytest.raises(MotionInfeasible, match=message):
        made(dance(solo("g1"), *calls), 20.0)


def test_a_reach_beyond_the_desk_is_named() -> None:
    reach = Reach(performer="dj", hand="left", start_beat=8.0, end_beat=10.0, target="fader_C")
    with pytest.raises(MotionInfeasible, match=r"no control 'fader_C' on the desk .* fader_A"):
        made(dance(DJ, reaches=(reach,)), 14.0)


@pytest.mark.physics
def test_physics_hits_the_accents() -> None:
    number = dance(solo("g1"), call("hips", 4, 8), call("side_reach", 4, 8))
    trajectory = made(number, 14.0)
    motion = perform({"solo": trajectory}, number.performers, STAGE)["solo"]
    assert motion.fell_at_s is None
    assert motion.self_collisions == 0
    executed = executed_accents(mean_speed(motion.key_points_m.astype(float), 500.0), 500.0, 0.0)
    planned = [Accent(beat=float(b)) for b in range(6, 12)]
    errors = errors_at(executed, GRID.time_at([a.beat for a in planned]), GRID)
    assert np.mean(np.abs(errors)) < 8.0
