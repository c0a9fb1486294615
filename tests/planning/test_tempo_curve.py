"""The tempo curve: both maps exact, increasing, inverse to each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temirbek.types import TempoCurve

curves = st.lists(st.tuples(st.floats(1e-6, 64.0), st.floats(50.0, 220.0)), min_size=1, max_size=8).map(
    lambda points: TempoCurve(
        beats=np.cumsum([step for step, _ in points]) - 20.0, bpm=np.array([bpm for _, bpm in points])
    )
)


@given(curves, st.lists(st.floats(-50.0, 400.0), min_size=2, max_size=20, unique=True))
def test_beat_to_time_to_beat_returns_and_later_is_later(curve: TempoCurve, beats: list[float]) -> None:
    asked = np.sort(np.array(beats))
    seconds = curve.seconds_at(asked)
    assert np.all(np.diff(seconds)[np.diff(asked) > 1e-9] > 0)
    np.testing.assert_allclose(curve.beat_at(seconds), asked, atol=1e-7)


@given(curves)
def test_time_is_the_integral_of_the_tempo(curve: TempoCurve) -> None:
    fine = np.linspace(-30.0, 100.0, 26_001)
    middle = (fine[1:] + fine[:-1]) / 2
    summed = float(np.sum(60.0 / curve.bpm_at(middle)) * (fine[1] - fine[0]))
    exact = float(curve.seconds_at(fine[-1]) - curve.seconds_at(fine[0]))
    assert exact == pytest.approx(summed, rel=1e-3)


def test_a_known_ramp() -> None:
    curve = TempoCurve(beats=[0.0, 32.0], bpm=[120.0, 132.0])
    assert float(curve.seconds_at(32.0)) == pytest.approx(60 * 32 / 12 * np.log(132 / 120))
    assert float(curve.seconds_at(0.0)) == 0.0


def test_impossible_curves_are_refused() -> None:
    with pytest.raises(ValueError, match="strictly increasing"):
        TempoCurve(beats=[0.0, 0.0], bpm=[120.0, 100.0])
    with pytest.raises(ValueError, match="above 0 BPM"):
        TempoCurve(beats=[0.0], bpm=[0.0])
