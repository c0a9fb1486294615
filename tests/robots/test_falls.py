"""A fall is seen before it happens; nothing else is; and a folding robot stays within its limits."""

from dataclasses import replace

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.robots import robot_model, robot_physics
from temirbek.robots.bodies.spec import BODIES
from temirbek.robots.falls import (
    AHEAD_S,
    ALARMING,
    FOLD_RAD_S,
    HELD_STEPS,
    LYING_S,
    RUNS_S,
    FallWatch,
    Fold,
)
from temirbek.robots.guard import guard
from temirbek.robots.reference import Reference, make_reference
from temirbek.types import RobotKind, RobotReadings, RobotState

from .makers import arm_waving, performer

KINDS: tuple[RobotKind, ...] = ("g1", "go2")
PHYSICS = {kind: robot_physics(kind) for kind in KINDS}
STEP_S = 0.004


def standing(kind: RobotKind, rows: int = 300) -> Reference:
    trajectory = arm_waving(performer(kind), robot_model(kind), seconds=1.5)
    return make_reference(trajectory, PHYSICS[kind], BODIES[kind], start_s=2.0, step_s=STEP_S, rows=rows)


REFERENCES = {kind: standing(kind) for kind in KINDS}


def state_of(
    qpos: np.ndarray, qvel: np.ndarray | None = None, *, moved_m: tuple[float, float, float] = (0, 0, 0)
) -> RobotState:
    qvel = np.zeros(len(qpos) - 1) if qvel is None else qvel
    return RobotState(
        host_s=0.0,
        base_position_m=qpos[:3] + moved_m,
        base_quat_wxyz=qpos[3:7].copy(),
        base_velocity_m_s=qvel[:3].copy(),
        base_angular_rad_s=qvel[3:6].copy(),
        joints_rad=qpos[7:].copy(),
        joints_rad_s=qvel[6:].copy(),
    )


def toppled(kind: RobotKind, angle_rad: float, rad_s: float, towards_rad: float) -> RobotState:
    """The whole body turned stiffly about the middle between its feet."""
    qpos = REFERENCES[kind].qpos[0].copy()
    pivot = np.array([*REFERENCES[kind].foot_m[0, :, :2].mean(axis=0), 0.0])
    axis = np.array([-np.sin(towards_rad), np.cos(towards_rad), 0.0])
    turn, inverse, spin = np.zeros(4), np.zeros(4), np.zeros(3)
    mujoco.mju_axisAngle2Quat(turn, axis, angle_rad)
    offset = np.zeros(3)
    mujoco.mju_rotVecQuat(offset, qpos[:3] - pivot, turn)
    quat = np.zeros(4)
    mujoco.mju_mulQuat(quat, turn, qpos[3:7])
    mujoco.mju_negQuat(inverse, quat)
    mujoco.mju_rotVecQuat(spin, rad_s * axis, inverse)
    qpos[:3], qpos[3:7] = pivot + offset, quat
    qvel = np.zeros(len(qpos) - 1)
    qvel[:3], qvel[3:6] = np.cross(rad_s * axis, offset), spin
    return state_of(qpos, qvel)


@pytest.mark.parametrize("kind", KINDS)
def test_a_robot_that_does_what_it_should_is_not_falling(kind: RobotKind) -> None:
    watch, reference = FallWatch(BODIES[kind], PHYSICS[kind]), REFERENCES[kind]
    assert not any(
        watch.update(state_of(reference.qpos[row], reference.qvel[row]), reference, row) for row in range(300)
    )


@settings(max_examples=15, deadline=None)
@given(towards=st.floats(0, 2 * np.pi), kind=st.sampled_from(KINDS))
def test_toppling_any_way_is_seen_long_before_it_lies(towards: float, kind: RobotKind) -> None:
    """An inverted pendulum that starts slowly; it must be seen before it has turned by 30°."""
    watch, reference = FallWatch(BODIES[kind], PHYSICS[kind]), REFERENCES[kind]
    omega = np.sqrt(9.81 / robot_model(kind).stand_height_m)
    for row in range(300):
        angle = 0.02 * np.exp(omega * row * STEP_S)
        if watch.update(toppled(kind, angle, omega * angle, towards), reference, row):
            break
    assert angle < np.radians(30)


@pytest.mark.parametrize("kind", KINDS)
def test_legs_that_give_way_are_seen(kind: RobotKind) -> None:
    watch, reference = FallWatch(BODIES[kind], PHYSICS[kind]), REFERENCES[kind]
    for row in range(300):
        t = row * STEP_S
        qvel = np.zeros(PHYSICS[kind].nv)
        qvel[2] = -4.0 * t
        if watch.update(state_of(reference.qpos[0], qvel, moved_m=(0, 0, -2.0 * t * t)), reference, row):
            break
    assert 2.0 * t * t < 0.5 * (robot_model(kind).stand_height_m - BODIES[kind].fallen_height_m)


@settings(max_examples=15, deadline=None)
@given(yaw=st.floats(-3, 3), x=st.floats(-3, 3), y=st.floats(-3, 3), kind=st.sampled_from(KINDS))
def test_signs_do_not_depend_on_where_on_the_stage_it_stands(
    yaw: float, x: float, y: float, kind: RobotKind
) -> None:
    """The estimate may drift over the floor; a fall does not care."""
    watch, reference = FallWatch(BODIES[kind], PHYSICS[kind]), REFERENCES[kind]
    qpos = reference.qpos[0].copy()
    here = watch.signs(state_of(qpos), reference, 0)
    turned = np.zeros(4)
    mujoco.mju_mulQuat(turned, np.array([np.cos(yaw / 2), 0, 0, np.sin(yaw / 2)]), qpos[3:7])
    qpos[3:7] = turned
    there = watch.signs(state_of(qpos, moved_m=(x, y, 0)), reference, 0)
    assert there.beyond_m == pytest.approx(here.beyond_m, abs=0.006)  # 128 directions, not all
    assert there.sinks_m == pytest.approx(here.sinks_m, abs=1e-9)
    assert there.tilts_rad == pytest.approx(here.tilts_rad, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    m_s=st.floats(-1.0, 1.0),
    m_s2=st.floats(-8.0, 8.0),
)
def test_signs_look_ahead_as_motion_goes_on(kind: RobotKind, m_s: float, m_s2: float) -> None:
    """A base that sinks at a steady acceleration will be where the sign says."""
    watch, reference = FallWatch(BODIES[kind], PHYSICS[kind]), REFERENCES[kind]
    for row in range(10):
        t = row * STEP_S
        qvel = np.zeros(PHYSICS[kind].nv)
        qvel[2] = m_s + m_s2 * t
        state = state_of(reference.qpos[0], qvel, moved_m=(0, 0, m_s * t + 0.5 * m_s2 * t * t))
        signs = watch.signs(replace(state, host_s=t), reference, row)
    later = t + AHEAD_S
    assert signs.sinks_m == pytest.approx(-m_s * later - 0.5 * m_s2 * later**2, abs=1e-9)
    again = watch.signs(replace(state, host_s=t), reference, row)
    assert again == signs  # who asks twice has not moved on


@pytest.mark.parametrize("kind", KINDS)
def test_the_capture_point_is_looked_ahead_by_its_own_speed(kind: RobotKind) -> None:
    watch, reference = FallWatch(BODIES[kind], PHYSICS[kind]), REFERENCES[kind]
    still = FallWatch(BODIES[kind], PHYSICS[kind])
    for row in range(10):
        t = row * STEP_S
        qvel = np.zeros(PHYSICS[kind].nv)
        qvel[1] = 2.0 + 10.0 * t
        state = state_of(reference.qpos[0], qvel)
        ahead, now = watch.signs(replace(state, host_s=t), reference, row), still.signs(state, reference, row)
    omega = np.sqrt(9.81 / robot_model(kind).stand_height_m)
    assert ahead.beyond_m - now.beyond_m == pytest.approx(RUNS_S * 10.0 / omega, rel=0.1)


def test_one_wrong_estimate_among_right_ones_is_no_fall() -> None:
    watch, reference = FallWatch(BODIES["go2"], PHYSICS["go2"]), REFERENCES["go2"]
    fast = np.zeros(PHYSICS["go2"].nv)
    fast[:3] = 1.0, 1.0, -2.0
    for row in range(20):
        right = state_of(reference.qpos[0], fast if row == 9 else None)
        assert not watch.update(replace(right, host_s=row * STEP_S), reference, row)


def test_one_wrong_estimate_is_no_fall_and_a_recognised_one_stays() -> None:
    watch, reference = FallWatch(BODIES["g1"], PHYSICS["g1"]), REFERENCES["g1"]
    wrong, right = state_of(reference.qpos[0], moved_m=(0, 0, -0.3)), state_of(reference.qpos[0])
    assert not watch.update(wrong, reference, 0)
    assert not watch.update(right, reference, 1)
    seen = [watch.update(wrong, reference, 2 + k) for k in range(HELD_STEPS)]
    assert seen == [False] * (HELD_STEPS - 1) + [True]
    assert watch.update(right, reference, 10)


def test_a_base_that_comes_late_does_not_sink() -> None:
    rows = np.arange(300)
    reference = REFERENCES["g1"]
    qpos, qvel = reference.qpos.copy(), reference.qvel.copy()
    omega = 2 * np.pi * 2.0
    qpos[:, 2] += 0.05 * np.cos(omega * rows * STEP_S)
    qvel[:, 2] = -0.05 * omega * np.sin(omega * rows * STEP_S)
    bouncing = Reference(
        **{f: getattr(reference, f) for f in Reference.__slots__} | {"qpos": qpos, "qvel": qvel}
    )
    watch = FallWatch(BODIES["g1"], PHYSICS["g1"])
    late = [watch.signs(state_of(qpos[r - 20], qvel[r - 20]), bouncing, r).sinks_m for r in range(60, 240)]
    assert max(late) < 0.01 < ALARMING["g1"].sinks_m


def readings(kind: RobotKind, joints: np.ndarray, host_s: float) -> RobotReadings:
    zeros = np.zeros(len(joints))
    return RobotReadings(
        host_s=host_s,
        angular_rad_s=np.zeros(3),
        acceleration_m_s2=np.zeros(3),
        joints_rad=joints,
        joints_rad_s=zeros,
        torques_nm=zeros,
    )


@settings(max_examples=20, deadline=None)
@given(kind=st.sampled_from(KINDS), seed=st.integers(0, 999))
def test_folding_leads_every_joint_to_the_same_posture_no_faster_than_allowed(
    kind: RobotKind, seed: int
) -> None:
    model = robot_model(kind)
    joints = np.random.default_rng(seed).uniform(model.lower_rad, model.upper_rad)
    fold, last = Fold(BODIES[kind], model), joints
    for k in range(round(LYING_S / STEP_S)):
        command = fold.command(readings(kind, last, k * STEP_S))
        assert np.abs(command.joints_rad - last).max() <= FOLD_RAD_S * STEP_S + 1e-9
        assert "reach" not in guard(command, readings(kind, last, k * STEP_S), model).changes
        last = command.joints_rad
    other = Fold(BODIES[kind], model)
    other.command(readings(kind, model.stand_rad, 0.0))
    end = other.command(readings(kind, model.stand_rad, LYING_S))
    np.testing.assert_allclose(last, end.joints_rad, atol=1e-9)
    lying = fold.command(readings(kind, last, LYING_S + STEP_S))
    assert not lying.kp.any() and not lying.torques_nm.any() and (lying.kd > 0).all()
