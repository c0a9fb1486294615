"""Laws of the guard: whatever comes in, what goes out is safe."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.robots import robot_model
from temirbek.robots.guard import guard
from temirbek.robots.robot import motor_torques
from temirbek.types import RobotCommand, RobotReadings

MODEL = robot_model("go2")
J = len(MODEL.joint_names)
wild = st.floats(-1e4, 1e4) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0])


def readings(host_s: float = 1.0, joints_rad_s: float = 0.0) -> RobotReadings:
    return RobotReadings(
        host_s=host_s,
        angular_rad_s=np.zeros(3),
        acceleration_m_s2=np.array([0.0, 0.0, 9.81]),
        joints_rad=MODEL.stand_rad,
        joints_rad_s=np.full(J, joints_rad_s),
        torques_nm=np.zeros(J),
    )


def command(**changes: object) -> RobotCommand:
    fields = {
        "joints_rad": MODEL.stand_rad,
        "joints_rad_s": np.zeros(J),
        "torques_nm": np.zeros(J),
        "kp": MODEL.kp,
        "kd": MODEL.kd,
        "expires_s": 2.0,
    }
    return RobotCommand(**(fields | changes))  # type: ignore[arg-type]


@given(
    joints=st.lists(wild, min_size=J, max_size=J),
    speeds=st.lists(wild, min_size=J, max_size=J),
    torques=st.lists(wild, min_size=J, max_size=J),
    gains=st.lists(st.floats(-100, 500), min_size=J, max_size=J),
    moving=st.floats(-20, 20),
    now=st.floats(0, 4),
)
@settings(max_examples=60)
def test_what_leaves_the_guard_is_safe(
    joints: list[float],
    speeds: list[float],
    torques: list[float],
    gains: list[float],
    moving: float,
    now: float,
) -> None:
    asked = command(
        joints_rad=np.array(joints),
        joints_rad_s=np.array(speeds),
        torques_nm=np.array(torques),
        kp=np.array(gains),
    )
    seen = readings(now, moving)
    sent = guard(asked, seen, MODEL).command
    assert np.isfinite(motor_torques(sent, seen)).all()
    assert (np.abs(motor_torques(sent, seen)) <= MODEL.torque_limit_nm + 1e-6).all()
    assert (np.abs(sent.joints_rad_s) <= MODEL.velocity_limit_rad_s).all()
    assert (sent.joints_rad >= MODEL.lower_rad - 1e-9).all()
    assert (sent.joints_rad <= MODEL.upper_rad + 1e-9).all()
    assert (sent.kp >= 0).all() and (sent.kd >= 0).all()
    assert seen.host_s <= sent.expires_s


def test_guarding_twice_changes_nothing_more() -> None:
    asked = command(torques_nm=np.full(J, 500.0), joints_rad=np.full(J, 9.0))
    once = guard(asked, readings(), MODEL)
    twice = guard(once.command, readings(), MODEL)
    assert once.changes == ("reach", "torque")
    assert twice.changes == ()
    np.testing.assert_array_equal(once.command.torques_nm, twice.command.torques_nm)


def test_a_safe_command_passes_untouched() -> None:
    asked = command()
    guarded = guard(asked, readings(), MODEL)
    assert guarded.command is asked
    assert guarded.changes == ()


@pytest.mark.parametrize(
    ("asked", "seen", "change"),
    [
        (command(), readings(2.5), "stale"),
        (command(torques_nm=np.full(J, np.nan)), readings(), "not finite"),
    ],
)
def test_what_cannot_be_trusted_becomes_damping(
    asked: RobotCommand, seen: RobotReadings, change: str
) -> None:
    guarded = guard(asked, seen, MODEL)
    assert guarded.changes == (change,)
    assert not guarded.command.kp.any()
    assert not guarded.command.torques_nm.any()
    np.testing.assert_array_equal(guarded.command.kd, MODEL.kd)


def test_damping_never_asks_for_more_than_the_motors_have() -> None:
    sent = guard(command(), readings(5.0, joints_rad_s=1000.0), MODEL).command
    assert (np.abs(motor_torques(sent, readings(5.0, 1000.0))) <= MODEL.torque_limit_nm).all()
