"""Balance: the pendulum's law, and supports that come and go."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.motion.balance import (
    GRAVITY_M_S2,
    MARGIN_M,
    centre_of_mass_shift,
    held_inside,
    pendulum,
    pulled_inside,
)

SQUARE = np.array([[-0.1, -0.1], [0.1, -0.1], [0.1, 0.1], [-0.1, 0.1]])
few = settings(max_examples=15, deadline=None)


@few
@given(height_m=st.floats(0.2, 1.0), beat_s=st.floats(0.4, 1.2))
def test_a_pendulum_sways_less_than_its_zero_moment_point(height_m: float, beat_s: float) -> None:
    times_s = np.arange(0.0, 20 * beat_s, 0.005)
    omega = np.pi / beat_s
    zmp = 0.1 * np.stack([np.sin(omega * times_s), np.cos(omega * times_s)], axis=1)
    com = pendulum(zmp, height_m, 200.0)
    inside = slice(len(com) // 4, -len(com) // 4)
    expected = zmp / (1.0 + omega**2 * height_m / GRAVITY_M_S2)
    assert np.abs(com - expected)[inside].max() < 1e-3


@few
@given(seed=st.integers(0, 999))
def test_a_pendulum_obeys_its_equation_and_leans_ahead(seed: int) -> None:
    zmp = np.cumsum(np.random.default_rng(seed).normal(0.0, 0.002, (400, 2)), axis=0)
    com = pendulum(zmp, 0.7, 100.0)
    acceleration = np.diff(com, 2, axis=0) * 100.0**2
    assert np.allclose(com[1:-1] - 0.7 / GRAVITY_M_S2 * acceleration, zmp[1:-1], atol=1e-9)
    step = np.where(np.arange(400)[:, None] < 200, 0.0, 0.1) * [[1.0, 0.0]]
    assert 0.04 < pendulum(step, 0.7, 100.0)[199, 0] < 0.06


@pytest.mark.parametrize(
    ("corners", "point", "expected"),
    [
        (SQUARE, (0.3, 0.0), (0.07, 0.0)),
        (SQUARE, (0.02, 0.01), (0.02, 0.01)),
        (SQUARE[[0, 2]], (0.05, -0.05), (0.0, 0.0)),
        (SQUARE[[0, 2]], (0.5, 0.5), (0.1 - 0.03 / np.sqrt(2), 0.1 - 0.03 / np.sqrt(2))),
        (SQUARE[:1], (0.5, 0.5), (-0.1, -0.1)),
    ],
)
def test_points_are_pulled_onto_polygons_lines_and_points(
    corners: np.ndarray, point: tuple[float, float], expected: tuple[float, float]
) -> None:
    assert np.allclose(pulled_inside(np.array([point]), corners, 0.03), [expected], atol=1e-9)


def test_the_weight_follows_feet_that_come_and_go() -> None:
    feet = np.array([SQUARE * 0.4 + [0.0, 0.15], SQUARE * 0.4 - [0.0, 0.15]])
    corners = np.tile(feet, (300, 1, 1, 1))
    carries = np.ones((300, 2), dtype=bool)
    carries[100:150, 1], carries[200:250, 0] = False, False
    shift = centre_of_mass_shift(np.zeros((300, 2)), corners, carries, 0.7, 100.0)
    point = shift[1:-1] - 0.7 / GRAVITY_M_S2 * np.diff(shift, 2, axis=0) * 100.0**2
    assert point[105:145, 1].min() > 0.15 - 0.04 + 0.5 * MARGIN_M
    assert point[205:245, 1].max() < -0.15 + 0.04 - 0.5 * MARGIN_M
    assert np.abs(held_inside(point, corners[1:-1], carries[1:-1], 0.005) - point).max() < 0.02
