"""Curves through key poses stop on the key, symmetrically, and never overshoot."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d

from temirbek.motion.curves import PEAK_ACCELERATION, PEAK_SPEED, curve_through

values = st.lists(st.floats(-1.0, 1.0), min_size=3, max_size=8)


@settings(max_examples=40, deadline=None)
@given(poses=values, length_s=st.floats(0.2, 1.0))
def test_passes_through_the_keys_at_rest_within_their_range(poses: list[float], length_s: float) -> None:
    keys_s = length_s * np.arange(len(poses))
    curve = curve_through(keys_s, np.array(poses)[:, None])
    assert np.allclose(curve.at(keys_s)[:, 0], poses)
    step = 1e-5
    speed = (curve.at(keys_s + step) - curve.at(keys_s - step)) / (2 * step)
    assert np.abs(speed).max() < 1e-3
    dense = curve.at(np.linspace(0.0, keys_s[-1], 2000))
    assert dense.min() >= min(poses) - 1e-9
    assert dense.max() <= max(poses) + 1e-9


@settings(max_examples=40, deadline=None)
@given(poses=values, length_s=st.floats(0.2, 1.0))
def test_speeds_and_accelerations_stay_below_the_constants(poses: list[float], length_s: float) -> None:
    keys_s = length_s * np.arange(len(poses))
    x = np.linspace(0.0, keys_s[-1], 4001)
    y = curve_through(keys_s, np.array(poses)[:, None]).at(x)[:, 0]
    speed = np.gradient(y, x)
    largest = np.abs(np.diff(poses)).max() + 1e-9
    assert np.abs(speed).max() <= PEAK_SPEED * largest / length_s * 1.01
    assert np.abs(np.gradient(speed, x)).max() <= PEAK_ACCELERATION * largest / length_s**2 * 1.05


def test_a_limb_that_turns_back_unevenly_still_has_its_minimum_on_the_key() -> None:
    """A wide arrival and a narrow departure: the smoothed speed must not lean to the slower side."""
    rate = 1000.0
    x = np.arange(0.0, 1.0, 1.0 / rate)
    y = curve_through(np.array([0.0, 0.5, 1.0]), np.array([[0.0], [1.0], [0.3]])).at(x)[:, 0]
    smooth = gaussian_filter1d(np.abs(np.gradient(y) * rate), 0.03 * rate)
    window = slice(400, 600)
    assert abs(0.4 + np.argmin(smooth[window]) / rate - 0.5) <= 0.003


def test_held_outside_the_keys() -> None:
    curve = curve_through(np.array([1.0, 2.0]), np.array([[0.5], [1.5]]))
    assert curve.at(np.array([0.0, 3.0]))[:, 0].tolist() == [0.5, 1.5]
