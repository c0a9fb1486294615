"""The support margin against known answers and against scipy's hull."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from temirbek.robots.support import support_margin

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def margin(points: np.ndarray, at: tuple[float, float], carries: list[bool] | None = None) -> float:
    carrying = np.ones(len(points), dtype=bool) if carries is None else np.array(carries)
    return float(support_margin(points[None], carrying[None], np.array([at]))[0])


@pytest.mark.parametrize(
    ("at", "expected"), [((0.5, 0.5), 0.5), ((0.1, 0.4), 0.1), ((1.0, 0.3), 0.0), ((1.2, 0.5), -0.2)]
)
def test_a_square(at: tuple[float, float], expected: float) -> None:
    assert margin(SQUARE, at) == pytest.approx(expected)


def test_points_that_carry_nothing_do_not_count() -> None:
    assert margin(SQUARE, (0.3, 0.2), [True, True, False, True]) == pytest.approx(0.2)
    assert margin(SQUARE, (0.5, 0.4), [True, True, False, True]) == pytest.approx(0.1 / np.sqrt(2))


def test_without_contact_there_is_no_margin() -> None:
    assert np.isnan(margin(SQUARE, (0.5, 0.5), [False] * 4))


@given(seed=st.integers(0, 10**6))
def test_agrees_with_a_convex_hull(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(8, 2))
    at = 0.1 * rng.normal(size=2) + points.mean(axis=0)
    hull = ConvexHull(points)
    inside = -(hull.equations[:, :2] @ at + hull.equations[:, 2]).max()
    assert margin(points, (at[0], at[1])) == pytest.approx(inside, abs=1e-9)
