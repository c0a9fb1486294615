"""Peaks: the same as SciPy finds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import find_peaks

from temirbek.battle.peaks import peaks_of


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 120), st.floats(0.0, 2.0))
def test_as_scipy(seed: int, n: int, prominence: float) -> None:
    course = np.cumsum(np.random.default_rng(seed).standard_normal(n))
    at, facts = find_peaks(course, prominence=prominence)
    found = peaks_of(course, prominence)
    assert [p.at for p in found] == at.tolist()
    assert np.allclose([p.prominence for p in found], facts["prominences"])
    assert [p.base for p in found] == facts["left_bases"].tolist()


def test_a_level_top_is_one_peak() -> None:
    assert [p.at for p in peaks_of(np.array([0.0, 1.0, 1.0, 1.0, 0.0]), 0.5)] == [1]
    assert peaks_of(np.array([0.0, 1.0, 1.0, 2.0]), 0.1) == (), "on the way up nothing is a peak"
