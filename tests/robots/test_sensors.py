"""Readings come exactly as late as they should, and as wrong."""

import mujoco
import numpy as np
import pytest

from temirbek.robots import SimulatedRobot, build_scene, default_stage, robot_model
from temirbek.robots.disturbances import Disturbances
from temirbek.robots.sensors import (
    ACCELERATION_M_S2,
    ANGLE_RAD,
    GYRO_RAD_S,
    SPEED_RAD_S,
    TORQUE_NM,
)
from temirbek.types import RobotReadings

from .makers import performer


def falling(steps: int, name: str = "sky", **disturbances: float) -> list[tuple[RobotReadings, float, float]]:
    """Readings of a G1 that falls freely for some steps, with the true time and the true angle of one joint."""
    who = performer("g1", name)
    scene = build_scene(default_stage(), [who])
    data = mujoco.MjData(scene)
    robot = SimulatedRobot(scene, data, who, Disturbances(**disturbances))
    model = robot_model("g1")
    speeds = np.r_[np.zeros(6), np.linspace(-1, 1, len(model.joint_names))]
    robot.place(np.r_[0, 0, 3.0, 1, 0, 0, 0, model.stand_rad], speeds)
    mujoco.mj_forward(scene, data)
    seen = []
    for _ in range(steps):
        robot.drive()
        seen.append((robot.read(), data.time, float(robot.truth().joints_rad[0])))
        mujoco.mj_step(scene, data)
    return seen


@pytest.mark.parametrize("steps_late", [0, 1, 3, 4])
def test_a_delay_delays_exactly(steps_late: int) -> None:
    seen = falling(12, delay_s=0.002 * steps_late)
    for k in range(steps_late, 12):
        readings, now_s, _ = seen[k]
        assert now_s - readings.host_s == pytest.approx(0.002 * steps_late)
        assert readings.joints_rad[0] == seen[k - steps_late][2]
    assert len({readings.host_s for readings, _, _ in seen[: steps_late + 1]}) == 1


def test_without_disturbances_sensors_tell_the_truth() -> None:
    for readings, now_s, joint_rad in falling(3):
        assert readings.host_s == now_s
        assert readings.joints_rad[0] == joint_rad


def test_noise_is_seeded_and_no_two_robots_share_it() -> None:
    first, again, other_seed, other_name = (
        np.concatenate([r.joints_rad for r, _, _ in falling(5, name, noise=1.0, seed=seed)])
        for name, seed in (("sky", 1), ("sky", 1), ("sky", 2), ("gold", 1))
    )
    assert first.tobytes() == again.tobytes()
    for other in (other_seed, other_name):
        assert np.abs(first - other).mean() > 0.5 * ANGLE_RAD


@pytest.mark.parametrize("noise", [1.0, 3.0])
def test_noise_is_as_strong_as_said(noise: float) -> None:
    true, noisy = (falling(250, noise=n) for n in (0.0, noise))
    for name, rms in (
        ("angular_rad_s", GYRO_RAD_S),
        ("acceleration_m_s2", ACCELERATION_M_S2),
        ("joints_rad", ANGLE_RAD),
        ("joints_rad_s", SPEED_RAD_S),
        ("torques_nm", TORQUE_NM),
    ):
        error = np.array(
            [getattr(a, name) - getattr(b, name) for (a, _, _), (b, _, _) in zip(noisy, true, strict=True)]
        )
        white = np.diff(error, axis=0) / np.sqrt(2.0)  # constant errors and slow walks fall out
        assert np.sqrt((white**2).mean()) == pytest.approx(noise * rms, rel=0.1)
