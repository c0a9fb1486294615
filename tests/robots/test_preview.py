"""Balance by preview: laws of the zero-moment point and of the shift."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from temirbek.robots.preview import EDGE_M, GRAVITY, Shift, carried_shift, zero_moment_point

STEP_S, HEIGHT_M = 0.004, 0.65
CORNERS = np.array([[-0.05, 0.2], [0.12, 0.2], [-0.05, -0.2], [0.12, -0.2]])


def shift_of(asked: np.ndarray, heading_rad: float = 0.0) -> Shift:
    c, s = np.cos(heading_rad), np.sin(heading_rad)
    corners = np.tile(CORNERS @ np.array([[c, s], [-s, c]]), (len(asked), 1, 1))
    carries = np.ones(corners.shape[:2], dtype=bool)
    return carried_shift(asked, corners, carries, heading_rad, HEIGHT_M, STEP_S)


def test_weight_alone_acts_below_the_base() -> None:
    base, force = np.array([[0.3, -0.2, 0.75]]), np.array([[0.0, 0.0, 330.0]])
    np.testing.assert_allclose(zero_moment_point(base, force, np.zeros((1, 3)), 0.0), [[0.3, -0.2]])


@given(x=st.floats(-0.3, 0.3), y=st.floats(-0.3, 0.3), fx=st.floats(-80, 80), fy=st.floats(-80, 80))
def test_a_force_at_a_point_is_found_there(x: float, y: float, fx: float, fy: float) -> None:
    base, force = np.array([0.1, 0.05, 0.9]), np.array([fx, fy, 300.0])
    torque = np.cross(np.array([x, y, 0.2]) - base, force)
    found = zero_moment_point(base[None], force[None], torque[None], 0.2)
    np.testing.assert_allclose(found, [[x, y]], atol=1e-9)


@given(x=st.floats(-0.03, 0.1), y=st.floats(-0.18, 0.18))
def test_what_the_feet_can_carry_is_left_alone(x: float, y: float) -> None:
    assert not shift_of(np.tile([x, y], (50, 1))).by_m.any()


@given(push=st.floats(0.15, 0.5), heading=st.floats(-3, 3), length=st.integers(5, 100))
def test_the_shifted_centre_obeys_the_pendulum_and_begins_early(
    push: float, heading: float, length: int
) -> None:
    asked = np.zeros((1500, 2))
    asked[700 : 700 + length] = push * np.array([np.cos(heading), np.sin(heading)])
    shift = shift_of(asked, heading)
    moved = asked + shift.by_m - HEIGHT_M / GRAVITY * shift.by_m_s2
    ahead = moved @ np.array([np.cos(heading), np.sin(heading)])
    assert ahead.max() <= 0.12 - EDGE_M + 1e-9
    assert np.abs(shift.by_m[650]).max() > 0.0
    assert np.abs(shift.by_m[[0, -1]]).max() < 1e-12
    curvature = np.diff(shift.by_m, 2, axis=0) / STEP_S**2
    np.testing.assert_allclose(shift.by_m_s2[1:-1], curvature, atol=1e-6)


def test_rows_without_pressure_ask_for_nothing() -> None:
    asked = np.full((40, 2), np.nan)
    assert not shift_of(asked).by_m.any()


def test_a_robot_in_flight_asks_for_nothing() -> None:
    corners = np.tile(CORNERS, (40, 1, 1))
    carries = np.ones((40, 4), dtype=bool)
    carries[10:20] = False
    assert not carried_shift(np.zeros((40, 2)), corners, carries, 0.0, HEIGHT_M, STEP_S).by_m.any()
