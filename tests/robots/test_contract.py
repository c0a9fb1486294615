"""The contract that every robot keeps: fake and simulated pass the same tests."""

from collections.abc import Callable

import mujoco
import numpy as np
import pytest

from temirbek.robots import FakeRobot, Robot, SimulatedRobot, build_scene, default_stage, robot_model
from temirbek.types import RobotCommand

from .makers import performer

Passing = Callable[[float], None]


@pytest.fixture(params=["fake g1", "fake go2", "simulated g1", "simulated go2"])
def stood(request: pytest.FixtureRequest) -> tuple[Robot, Passing]:
    """A robot that stands, and a way to let time pass."""
    manner, kind = request.param.split()
    model = robot_model(kind)
    if manner == "fake":
        fake = FakeRobot(model)
        return fake, fake.pass_time
    who = performer(kind)
    scene = build_scene(default_stage(), [who])
    data = mujoco.MjData(scene)
    robot = SimulatedRobot(scene, data, who)
    robot.place(
        np.r_[0.0, 0.0, model.stand_height_m + 0.3, 1, 0, 0, 0, model.stand_rad],
        np.zeros(6 + len(model.joint_names)),
    )

    def let_pass(seconds: float) -> None:
        for _ in range(round(seconds / scene.opt.timestep)):
            robot.drive()
            mujoco.mj_step(scene, data)

    return robot, let_pass


def hold(robot: Robot, *, life_s: float = 1.0, joints_rad: np.ndarray | None = None) -> RobotCommand:
    model = robot.model
    nothing = np.zeros(len(model.joint_names))
    return RobotCommand(
        joints_rad=model.stand_rad if joints_rad is None else joints_rad,
        joints_rad_s=nothing,
        torques_nm=nothing,
        kp=model.kp,
        kd=model.kd,
        expires_s=robot.read().host_s + life_s,
    )


def test_it_reports_its_joints_and_what_its_inertial_unit_feels(stood: tuple[Robot, Passing]) -> None:
    robot, _ = stood
    read = robot.read()
    assert read.joints_rad.shape == read.torques_nm.shape == (len(robot.model.joint_names),)
    assert read.angular_rad_s.shape == read.acceleration_m_s2.shape == (3,)


def test_time_goes_forward(stood: tuple[Robot, Passing]) -> None:
    robot, let_pass = stood
    before = robot.read().host_s
    let_pass(0.02)
    assert robot.read().host_s == pytest.approx(before + 0.02)


def test_states_are_copies(stood: tuple[Robot, Passing]) -> None:
    robot, _ = stood
    robot.read().joints_rad[:] = 7.0
    assert (np.abs(robot.read().joints_rad) < 6.0).all()


def test_a_safe_command_is_sent_as_it_is(stood: tuple[Robot, Passing]) -> None:
    robot, _ = stood
    command = hold(robot)
    assert robot.write(command) is command


def test_an_impossible_command_is_changed_and_counted(stood: tuple[Robot, Passing]) -> None:
    robot, _ = stood
    sent = robot.write(hold(robot, joints_rad=np.full(len(robot.model.joint_names), 100.0)))
    assert (sent.joints_rad <= robot.model.upper_rad).all()
    assert robot.interventions == 1


def test_it_goes_where_it_is_told(stood: tuple[Robot, Passing]) -> None:
    robot, let_pass = stood
    target = robot.model.stand_rad.copy()
    target[0] += 0.1
    robot.write(hold(robot, joints_rad=target))
    let_pass(0.2)
    assert robot.read().joints_rad[0] == pytest.approx(target[0], abs=0.06)


def test_an_expired_command_damps(stood: tuple[Robot, Passing]) -> None:
    robot, let_pass = stood
    robot.write(hold(robot, life_s=0.01))
    let_pass(0.1)
    assert not robot.command.kp.any()


def test_leaving_damps_even_after_an_error(stood: tuple[Robot, Passing]) -> None:
    robot, _ = stood
    with pytest.raises(RuntimeError, match="curtain"), robot:
        robot.write(hold(robot))
        raise RuntimeError("curtain")
    assert not robot.command.kp.any()


@pytest.mark.parametrize("kind", ["g1", "go2"])
def test_a_robot_that_was_put_elsewhere_is_measured_by_nothing_that_it_was_told_before(kind: str) -> None:
    """One that had begun to fold and was set back on its mark was held near the folded posture, and fell."""
    model = robot_model(kind)  # type: ignore[arg-type]
    who = performer(kind)  # type: ignore[arg-type]
    scene = build_scene(default_stage(), [who])
    data = mujoco.MjData(scene)
    robot = SimulatedRobot(scene, data, who)
    stand = np.r_[0.0, 0.0, model.stand_height_m, 1, 0, 0, 0, model.stand_rad]
    still = np.zeros(len(model.joint_names))

    def told(joints_rad: np.ndarray) -> RobotCommand:
        return robot.write(
            RobotCommand(
                joints_rad=joints_rad,
                joints_rad_s=still,
                torques_nm=still,
                kp=model.kp,
                kd=model.kd,
                expires_s=data.time + 0.02,
            )
        )

    robot.place(stand, np.zeros(6 + len(still)))
    told(np.clip(model.stand_rad + 1.0, model.lower_rad, model.upper_rad))
    interventions = robot.interventions
    robot.place(stand, np.zeros(6 + len(still)))
    assert robot.command.expires_s < data.time, "the old command moves nothing any more"
    np.testing.assert_allclose(told(model.stand_rad).joints_rad, model.stand_rad)
    assert robot.interventions == interventions
