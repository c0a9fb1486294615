"""Steps of the humanoid: on the beat, on the ground, in balance, round and round, and refused where they cannot be."""

from dataclasses import replace
from functools import cache

import mujoco
import numpy as np
import pytest

from temirbek.choreography import load_moves
from temirbek.errors import MotionInfeasible
from temirbek.motion import realize
from temirbek.motion.balance import moved_corners, support_corners, zero_moment_point
from temirbek.motion.footsteps import LONGEST_SWING_S, FeetRows
from temirbek.motion.inverse_kinematics import BodySolver
from temirbek.motion.reach import Legs
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.robots.support import support_margin
from temirbek.types import (
    BeatGrid,
    Choreography,
    Footstep,
    Move,
    MoveCall,
    MoveKeys,
    MoveStep,
    Performer,
    Trajectory,
    footsteps_of,
    place_at,
)

STAGE, ROBOT, PHYSICS = default_stage(), robot_model("g1"), robot_physics("g1")
GRID = BeatGrid(beats_s=0.1 + np.arange(80) * 60.0 / 110.0)
START = 4.0
ROW_S = 0.005
DANCER = Performer(
    id="solo",
    name="Solo",
    robot="g1",
    role="dancer",
    mark_m=(0.0, 0.0),
    wings_m=(1.6, 0.3),
    facing_rad=3.0,
)


def step(beat: float, foot: str, x: float = 0.0, y: float = 0.0, turn: float = 0.0) -> MoveStep:
    return MoveStep(beat=beat, foot=foot, to=(x, y, turn), height_m=0.045)


def steps_move(name: str, length: float, *steps: MoveStep) -> Move:
    keys = MoveKeys(beats=np.zeros(1), targets={"pelvis_z_m": np.array([-0.03])})
    return Move(
        name=name,
        family="steps",
        title=name,
        robot="g1",
        length_beats=length,
        layers={"legs": keys},
        accents=(),
        steps=steps,
    )


def turn(name: str, angle: float) -> Move:
    sides = ("left", "right")
    return steps_move(
        name, 6, *(step(k + 1.0, sides[k % 2], turn=angle * (k // 2 + 1) / 3) for k in range(6))
    )


MOVES = {
    **load_moves(),
    **{
        move.name: move
        for move in (
            steps_move("t_march", 2, step(1, "left"), step(2, "right")),
            steps_move("t_side", 2, step(1, "left", y=0.1), step(2, "right", y=0.1)),
            steps_move(
                "t_walk",
                4,
                step(1, "left", 0.12, 0.02, 0.1),
                step(2, "right", 0.24, 0.04, 0.2),
                step(3, "left", 0.36, 0.06, 0.3),
                step(4, "right", 0.36, 0.06, 0.3),
            ),
            turn("t_turn", np.pi / 2),
            steps_move("t_far", 2, step(1, "left", 0.5), step(2, "right", 0.5)),
            steps_move("t_wide", 2, step(1, "left", y=0.3), step(2, "right", y=0.3)),
            steps_move("t_crossed", 2, step(1, "left", y=-0.33), step(2, "right", y=-0.33)),
            steps_move("t_hop", 2, step(1.7, "left"), step(2, "right")),
            steps_move("t_swivel", 2, step(1, "left", turn=-1.9), step(2, "right", turn=-1.9)),
        )
    },
}


def number(*moves: tuple[str, float], mirrored: bool = False, arms: str = "") -> Choreography:
    calls, beat = [], START
    for name, length in moves:
        made = MoveCall(performer="solo", move=name, start_beat=beat, length_beats=length, intensity=1.0)
        calls.append(replace(made, mirrored=mirrored))
        beat += length
    if arms:
        calls.append(
            MoveCall(
                performer="solo",
                move=arms,
                start_beat=START,
                length_beats=beat - START,
                intensity=1.0,
                mirrored=mirrored,
                layers=("torso", "left_arm", "right_arm"),
            )
        )
    steps = footsteps_of(DANCER, calls, MOVES)
    return Choreography(performers=(DANCER,), calls=tuple(calls), footsteps={"solo": steps})


def danced(dance: Choreography) -> Trajectory:
    end_s = float(GRID.time_at(dance.footsteps["solo"][-1].touch_beat + 3.0))
    return realize(dance, DANCER, GRID, MOVES, ROBOT, PHYSICS, STAGE, (), end_s=end_s)


WALK = number(("t_march", 4), ("t_walk", 4), ("t_side", 4), arms="punches")
ROUND = number(("t_turn", 24))


@cache
def walk() -> Trajectory:
    return danced(WALK)


@cache
def round_and_round() -> Trajectory:
    return danced(ROUND)


def soles(trajectory: Trajectory) -> tuple[np.ndarray, np.ndarray]:
    """Places (n, feet, 3) and yaws (n, feet) of the soles."""
    data, places, yaws = mujoco.MjData(PHYSICS), [], []
    for qpos in trajectory.qpos:
        data.qpos[:] = qpos
        mujoco.mj_kinematics(PHYSICS, data)
        sites = [data.site(f"{foot}_sole") for foot in ROBOT.foot_names]
        places.append([site.xpos.copy() for site in sites])
        yaws.append([np.arctan2(site.xmat[3], site.xmat[0]) for site in sites])
    return np.array(places), np.array(yaws)


def yaw_of(trajectory: Trajectory) -> np.ndarray:
    w, x, y, z = trajectory.qpos[:, 3:7].T
    return np.unwrap(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)))


def swings(dance: Choreography) -> list[tuple[int, float, float, Footstep]]:
    return [
        (
            ROBOT.foot_names.index(s.foot),
            float(max(GRID.time_at(s.lift_beat), GRID.time_at(s.touch_beat) - LONGEST_SWING_S)),
            float(GRID.time_at(s.touch_beat)),
            s,
        )
        for s in dance.footsteps["solo"]
    ]


def test_no_foot_is_long_in_the_air_however_slow_the_music() -> None:
    for foot, _, touch_s, _ in swings(WALK):
        carries = walk().contacts[:, foot]
        last_s = np.flatnonzero(carries[: int(touch_s / ROW_S) - 1])[-1] * ROW_S
        assert touch_s - last_s <= LONGEST_SWING_S + 2 * ROW_S


def test_feet_come_down_on_the_beat_with_a_definite_speed() -> None:
    trajectory, (places, _) = walk(), soles(walk())
    floor = places[0, 0, 2]
    for foot, lift_s, touch_s, _ in swings(WALK):
        carries = trajectory.contacts[:, foot]
        row = int(np.ceil(touch_s / ROW_S - 1e-6))
        assert carries[row] and not carries[row - 1]
        assert not carries[int(np.ceil(lift_s / ROW_S)) + 1]
        height = places[:, foot, 2] - floor
        assert abs(height[row]) < 1.5e-3
        assert 0.1 < (height[row - 5] - height[row - 1]) / (4 * ROW_S) < 0.4
        assert height[int(0.5 * (lift_s + touch_s) / ROW_S)] > 0.03


def test_feet_stand_still_while_they_carry() -> None:
    trajectory, (places, _) = walk(), soles(walk())
    for foot in range(2):
        edges = np.flatnonzero(np.diff(trajectory.contacts[:, foot].astype(int))) + 1
        for rows in np.split(np.arange(len(places)), edges):
            if trajectory.contacts[rows[0], foot]:
                assert np.ptp(places[rows, foot, :2], axis=0).max() < 2e-3


def test_the_ground_carries_steps_with_arms() -> None:
    trajectory, (places, yaws) = walk(), soles(walk())
    stand = np.append(np.zeros(2), ROBOT.stand_height_m)
    qpos = np.concatenate([stand, [1.0, 0.0, 0.0, 0.0], ROBOT.stand_rad])
    data = mujoco.MjData(PHYSICS)
    data.qpos[:] = qpos
    mujoco.mj_kinematics(PHYSICS, data)
    feet = np.array([data.site(f"{foot}_sole").xpos for foot in ROBOT.foot_names])
    corners = moved_corners(support_corners(PHYSICS, ROBOT, qpos), feet, places, yaws)
    point = zero_moment_point(PHYSICS, trajectory.qpos, trajectory.qvel, trajectory.qacc)
    carries = np.repeat(trajectory.contacts, corners.shape[2], axis=1)
    margin = support_margin(corners.reshape(len(point), -1, 2), carries, point)
    assert np.percentile(margin, 5) > 0.01
    assert (margin < 0.0).mean() < 0.02  # the jolts of touchdowns


def test_a_robot_turns_round_and_round_without_a_jump() -> None:
    trajectory = round_and_round()
    yaw = yaw_of(trajectory)
    assert yaw[-1] - yaw[0] == pytest.approx(2 * np.pi, abs=0.02)
    assert np.abs(np.diff(yaw)).max() < 2.0 * ROW_S
    assert np.abs(np.gradient(yaw, ROW_S) - trajectory.qvel[:, 5])[2:-2].max() < 0.15
    assert np.abs(trajectory.qacc).max() < 1e3


@pytest.mark.parametrize("dance", [WALK, ROUND])
def test_the_robot_ends_where_paper_says(dance: Choreography) -> None:
    trajectory = walk() if dance is WALK else round_and_round()
    place = place_at(DANCER, dance.footsteps["solo"], 1e9)
    middle = soles(trajectory)[0][[0, -1], :, :2].mean(axis=1)
    c, s = np.cos(DANCER.facing_rad), np.sin(DANCER.facing_rad)
    from_place = np.array([[c, s], [-s, c]]) @ (middle[0] - np.array(DANCER.wings_m))
    c, s = np.cos(place.heading_rad), np.sin(place.heading_rad)
    expected = np.array([place.x_m, place.y_m]) + np.array([[c, -s], [s, c]]) @ from_place
    assert np.allclose(middle[1], expected, atol=2e-3)
    assert np.abs(trajectory.qvel[[0, -1]]).max() < 0.02


def test_a_mirrored_dance_is_a_mirrored_motion() -> None:
    mirrored = danced(number(("t_march", 4), ("t_walk", 4), ("t_side", 4), arms="punches", mirrored=True))
    names = ROBOT.joint_names
    for i, name in enumerate(names):
        side, _, rest = name.partition("_")
        other = {"left": f"right_{rest}", "right": f"left_{rest}"}.get(side, name)
        sign = -1.0 if "roll" in name or "yaw" in name else 1.0
        assert np.abs(walk().qpos[:, 7 + i] - sign * mirrored.qpos[:, 7 + names.index(other)]).max() < 0.02


def test_the_pelvis_comes_down_as_far_as_legs_need() -> None:
    solver = BodySolver(PHYSICS, ROBOT)
    legs, still = Legs(solver), np.zeros((200, 2))
    places = np.tile(solver.stand_feet_m, (200, 1, 1))
    flat = {"yaw_rad": still, "carries": np.ones((200, 2), dtype=bool), "free": still}
    height, weight = np.full(200, ROBOT.stand_height_m), still + solver.stand_com_m[:2]

    def lowered(feet_m: np.ndarray) -> np.ndarray:
        rows = FeetRows(soles_m=feet_m, **flat)
        return legs.lowered_m(height, weight, np.zeros(200), rows, 0.01)

    assert not lowered(places).any()
    ahead = places.copy()
    ahead[100:120, 0, 0] += 0.35
    down = lowered(ahead)
    assert -0.15 < down.min() < -0.02
    assert 100 <= np.argmin(down) < 120
    assert abs(down[0]) < 1e-3
    assert np.abs(np.diff(down, 2)).max() * 100.0**2 < 4.0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("t_far", r"solo: the \w+ foot would move at .* m/s, faster than 3 m/s, in its step to beat"),
        ("t_wide", r"solo: the \w+ foot (would meet the ground on its edge|asks too much of the \w+ leg)"),
        ("t_crossed", "solo: the left foot would come within -?0.* of the other"),
        (
            "t_hop",
            "solo: the right foot would leave the ground while the other is still in the air .* beat 6",
        ),
        ("t_swivel", "solo: the left foot"),
    ],
)
def test_steps_that_cannot_be_are_refused(name: str, message: str) -> None:
    with pytest.raises(MotionInfeasible, match=message):
        danced(number((name, 2)))


def test_nobody_steps_off_the_riser() -> None:
    dj = replace(DANCER, role="dj", wings_m=None, mark_m=(-1.0, 0.0), facing_rad=0.0)
    calls = [MoveCall(performer="solo", move="t_walk", start_beat=4, length_beats=8, intensity=1.0)]
    dance = Choreography(
        performers=(dj,), calls=tuple(calls), footsteps={"solo": footsteps_of(dj, calls, MOVES)}
    )
    with pytest.raises(MotionInfeasible, match=r"foot would step over the edge of the riser in its step to"):
        realize(dance, dj, GRID, MOVES, ROBOT, PHYSICS, STAGE, (), end_s=10.0)


@pytest.mark.physics
@pytest.mark.parametrize(
    "dance", [number(("t_march", 8), arms="punches"), number(("t_walk", 4), ("t_turn", 6))]
)
def test_physics_comes_down_on_the_beat(dance: Choreography) -> None:
    motion = perform({"solo": danced(dance)}, (DANCER,), STAGE)["solo"]
    assert motion.fell_at_s is None
    assert motion.self_collisions == 0
    late_s = []
    for foot, lift_s, touch_s, _ in swings(dance):
        force = motion.foot_force_n[:, foot]
        first = int(0.5 * (lift_s + touch_s) * motion.rate_hz)
        late_s.append((first + int(np.argmax(force[first:] > 20.0))) / motion.rate_hz - touch_s)
    assert np.mean(np.abs(late_s)) < 0.012
