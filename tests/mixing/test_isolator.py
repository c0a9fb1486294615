"""The isolator is flat when flat, and deep when closed; the filter knob is open in the middle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.mixing.clock import SAMPLE_RATE_HZ
from temirbek.mixing.isolator import DELAY, isolated
from temirbek.mixing.sweep import STEP, Sweep

N = 8192
gains = st.floats(0.0, 1.0)


def tone(frequency_hz: float, n: int = N + 2 * DELAY) -> np.ndarray:
    wave = np.sin(2 * np.pi * frequency_hz * np.arange(n) / SAMPLE_RATE_HZ)
    return np.stack([wave, wave])


def level_db(sound: np.ndarray, reference: np.ndarray) -> float:
    return float(10 * np.log10((sound**2).mean() / (reference**2).mean() + 1e-20))


@settings(max_examples=15)
@given(gain=gains, seed=st.integers(0, 99))
def test_equal_gains_leave_the_sound_as_it_is(gain: float, seed: int) -> None:
    sound = np.random.default_rng(seed).standard_normal((2, N + 2 * DELAY))
    same = np.full(N, gain)
    assert np.allclose(isolated(sound, same, same, same), gain * sound[:, DELAY:-DELAY], atol=1e-9)


@pytest.mark.parametrize(("band", "frequency_hz"), [(0, 50.0), (0, 80.0), (1, 800.0), (2, 8000.0)])
def test_each_band_lets_its_own_through_and_stops_the_others(band: int, frequency_hz: float) -> None:
    sound = tone(frequency_hz)
    opened = [np.full(N, float(k == band)) for k in range(3)]
    killed = [np.full(N, float(k != band)) for k in range(3)]
    reference = sound[:, DELAY:-DELAY]
    assert abs(level_db(isolated(sound, *opened), reference)) < 0.2
    assert level_db(isolated(sound, *killed), reference) < -35


def test_the_knob_in_the_middle_changes_nothing() -> None:
    sound = tone(1000.0, N)
    assert Sweep()(sound, 0.0) is sound


@pytest.mark.parametrize(("knob", "stopped_hz", "passed_hz"), [(0.8, 100.0, 12000.0), (-0.8, 8000.0, 60.0)])
def test_the_knob_closes_to_either_side(knob: float, stopped_hz: float, passed_hz: float) -> None:
    turned = np.full(N, knob)
    late = slice(N // 2, None)
    assert level_db(Sweep()(tone(stopped_hz, N), turned)[:, late], tone(stopped_hz, N)) < -30
    assert level_db(Sweep()(tone(passed_hz, N), turned)[:, late], tone(passed_hz, N)) > -1.5


def test_the_knob_does_not_care_about_blocks() -> None:
    sound, knob = tone(440.0, N), np.linspace(-1, 1, N)
    whole, parts = Sweep(), Sweep()
    cut = 5 * STEP
    twin = np.concatenate([parts(sound[:, :cut], knob[:cut]), parts(sound[:, cut:], knob[cut:])], axis=1)
    assert np.array_equal(whole(sound, knob), twin)
