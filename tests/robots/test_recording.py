"""The record of a dance: what slides, what rolls, and what warms the motors."""

import mujoco
import numpy as np
import pytest

from temirbek.robots import SimulatedRobot, build_scene, default_stage, robot_model
from temirbek.robots.recording import ContactReader, Recording
from temirbek.types import ExecutedMotion, RobotKind

from .makers import arm_waving, performer

STEPS = 50
STAGE = default_stage()


def moved(kind: RobotKind, velocity: np.ndarray, sink_m: float, torque_share: float = 0.0) -> ExecutedMotion:
    """The record of a robot that is carried through the scene for a tenth of a second, pressed into the ground.

    Args:
        velocity: Of its base, linear and angular.
        sink_m: How deep its soles are in the ground.
        torque_share: What all motors do meanwhile, as a share of their limits, with changing sign.
    """
    who = performer(kind)
    model = robot_model(kind)
    scene = build_scene(STAGE, [who])
    data = mujoco.MjData(scene)
    robot = SimulatedRobot(scene, data, who)
    still = arm_waving(who, model, seconds=0.2)
    start = still.qpos[0].copy()
    start[2] -= sink_m
    recording = Recording(scene, who, robot, still, STAGE, start_s=still.start_s, steps=STEPS)
    reader = ContactReader(scene)
    for step in range(STEPS):
        robot.place(start, np.r_[velocity, np.zeros(len(model.joint_names))])
        data.ctrl[robot.motors] = (-1.0) ** step * torque_share * model.torque_limit_nm
        recording.before(step, data)
        mujoco.mj_forward(scene, data)
        recording.after(step, data, reader.read(data))
    return recording.finish(fell_at_s=None, guard_interventions=0, solver_failures=0, fall_seen_at_s=2.05)


@pytest.mark.parametrize("kind", ["g1", "go2"])
def test_feet_that_are_dragged_slide_as_far_as_they_are_dragged(kind: RobotKind) -> None:
    motion = moved(kind, np.array([0.3, -0.4, 0.0, 0.0, 0.0, 0.0]), 0.008)
    assert (motion.foot_force_n > 20.0).all()
    np.testing.assert_allclose(motion.foot_slip_m, 0.5 * 0.1, rtol=1e-3)


def test_feet_in_the_air_do_not_slide() -> None:
    motion = moved("g1", np.array([0.3, -0.4, 0.0, 0.0, 0.0, 0.0]), -0.05)
    assert not motion.foot_slip_m.any()


def test_balls_that_roll_do_not_slide() -> None:
    # The whole body turns about the axis through the points where its feet touch: their centres move, the points rest.
    height_m = robot_model("go2").stand_height_m - 0.004
    turning_rad_s = 0.8
    motion = moved("go2", np.array([turning_rad_s * height_m, 0.0, 0.0, 0.0, turning_rad_s, 0.0]), 0.004)
    assert (motion.foot_force_n > 20.0).any()
    np.testing.assert_allclose(motion.foot_slip_m, 0.0, atol=4e-4)


def test_the_motors_warmth_is_a_root_mean_square() -> None:
    motion = moved("g1", np.zeros(6), 0.0, torque_share=0.25)
    np.testing.assert_allclose(motion.torque_rms_share, 0.25, rtol=1e-5)
    np.testing.assert_allclose(motion.torque_share_peak, 0.25, rtol=1e-5)


def test_a_fall_seen_coming_is_kept() -> None:
    assert moved("g1", np.zeros(6), 0.0).fall_seen_at_s == 2.05
