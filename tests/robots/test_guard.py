"""Laws of the guard: whatever comes in, what goes out is safe."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from temirbek.robots import robot_model
from temirbek.robots.guard import COMMAND_STEP_S, LONGEST_LIFE_S, LONGEST_SILENCE_S, guard
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
        "expires_s": 1.05,
    }
    return RobotCommand(**(fields | changes))  # type: ignore[arg-type]


@st.composite
def orders(draw: st.DrawFn) -> RobotCommand:
    """Anything that a broken program could ask for, wrong joint counts and all."""

    def column(numbers: st.SearchStrategy[float]) -> np.ndarray:
        count = draw(st.sampled_from([J] * 12 + [0, 1, J - 1, J + 1]))
        return np.array(draw(st.lists(numbers, min_size=count, max_size=count)), dtype=float)

    return RobotCommand(
        joints_rad=column(wild),
        joints_rad_s=column(wild),
        torques_nm=column(wild),
        kp=column(st.floats(-100, 500)),
        kd=column(st.floats(-5, 20)),
        expires_s=draw(st.floats(0, 4) | st.sampled_from([np.nan, np.inf, -np.inf])),
    )


def require_safe(sent: RobotCommand, seen: RobotReadings) -> None:
    wanted = motor_torques(sent, seen)
    assert all(
        v.shape == (J,) for v in (sent.joints_rad, sent.joints_rad_s, sent.torques_nm, sent.kp, sent.kd)
    )
    assert np.isfinite(wanted).all()
    assert (np.abs(wanted) <= MODEL.torque_limit_nm + 1e-6).all()
    assert (np.abs(sent.joints_rad_s) <= MODEL.velocity_limit_rad_s).all()
    assert (sent.kp >= 0).all() and (sent.kd >= 0).all()
    stiff = sent.kp > 0
    assert (sent.joints_rad >= MODEL.lower_rad - 1e-9)[stiff].all()
    assert (sent.joints_rad <= MODEL.upper_rad + 1e-9)[stiff].all()
    assert seen.host_s <= sent.expires_s
    if stiff.any() or sent.torques_nm.any():
        assert sent.expires_s <= seen.host_s + LONGEST_LIFE_S + 1e-6


@given(asked=orders(), moving=st.floats(-20, 20), now=st.floats(0, 4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_leaves_the_guard_is_safe(asked: RobotCommand, moving: float, now: float) -> None:
    seen = readings(now, moving)
    require_safe(guard(asked, seen, MODEL).command, seen)


@given(
    asked=st.lists(orders(), min_size=2, max_size=4),
    pauses=st.lists(st.floats(0, 0.05), min_size=4, max_size=4),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_joint_leaps_from_what_was_sent_before(asked: list[RobotCommand], pauses: list[float]) -> None:
    before, now = None, 0.0
    for order, pause in zip(asked, pauses, strict=False):
        now += pause
        seen = readings(now)
        guarded = guard(order, seen, MODEL, before)
        require_safe(guarded.command, seen)
        if before is not None:
            both = (before.command.kp > 0) & (guarded.command.kp > 0)
            leap = np.abs(guarded.command.joints_rad - before.command.joints_rad)
            since_s = min(max(pause, COMMAND_STEP_S), LONGEST_SILENCE_S)
            assert (leap <= MODEL.velocity_limit_rad_s * since_s + 1e-6)[both].all()
        before = guarded


def test_a_leap_is_led_there_at_the_fastest_speed_of_the_joint() -> None:
    far = np.array(MODEL.stand_rad)
    far[1] += 0.5
    before, seen, steps = guard(command(), readings(), MODEL), readings(), 0
    while not np.array_equal(before.command.joints_rad, far):
        steps += 1
        seen = readings(1.0 + 0.004 * steps)
        before = guard(command(joints_rad=far, expires_s=2.0, kp=np.ones(J)), seen, MODEL, before)
        assert steps < 50
    assert steps == np.ceil(0.5 / (0.004 * MODEL.velocity_limit_rad_s[1]))


def test_a_joint_without_stiffness_leaps_nowhere() -> None:
    before = guard(command(), readings(), MODEL)
    asked = command(joints_rad=MODEL.stand_rad + 0.5, kp=np.zeros(J))
    assert guard(asked, readings(), MODEL, before).changes == ()


def test_a_command_that_never_ends_ends() -> None:
    guarded = guard(command(expires_s=np.inf), readings(), MODEL)
    assert guarded.changes == ("life",)
    assert guarded.command.expires_s == pytest.approx(1.0 + LONGEST_LIFE_S)


def test_damping_may_last() -> None:
    asked = command(expires_s=np.inf, kp=np.zeros(J))
    assert guard(asked, readings(), MODEL).changes == ()


@pytest.mark.parametrize("field", ["joints_rad", "joints_rad_s"])
@pytest.mark.parametrize("bad", [np.full(J, np.nan), np.zeros(J - 1), np.full(J, np.inf)])
def test_a_robot_that_cannot_feel_its_joints_is_damped(field: str, bad: np.ndarray) -> None:
    guarded = guard(command(), replace(readings(), **{field: bad}), MODEL)
    assert guarded.changes == ("blind",)
    require_safe(guarded.command, readings())


@pytest.mark.parametrize("field", ["joints_rad", "joints_rad_s", "torques_nm", "kp", "kd"])
def test_a_command_for_another_body_is_damped(field: str) -> None:
    guarded = guard(command(**{field: np.zeros(29)}), readings(), MODEL)
    assert guarded.changes == ("count",)
    assert not guarded.command.kp.any()


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
