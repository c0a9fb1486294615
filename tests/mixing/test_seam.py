"""Seams: nothing is heard of them, whatever meets there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.mixing.clock import SAMPLE_RATE_HZ
from temirbek.mixing.seam import LONG_SEAM, SEAM, cross_faded, has_attack, joined

T = np.arange(LONG_SEAM) / SAMPLE_RATE_HZ
CHORD_HZ = (110.0, 164.81, 220.0, 277.18, 440.0, 659.26)


def chord(seed: int, frequencies_hz: tuple[float, ...] = CHORD_HZ) -> np.ndarray:
    """Partials of even strength whose phases are anything, shape (2, LONG_SEAM)."""
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, len(frequencies_hz))
    wave = sum(0.1 * np.cos(2 * np.pi * f * T + p) for f, p in zip(frequencies_hz, phases, strict=True))
    return np.stack([wave, wave]).astype(np.float32)


@given(seed=st.integers(0, 50), likeness=st.floats(0.0, 1.0))
def test_a_short_seam_keeps_its_power(seed: int, likeness: float) -> None:
    rng = np.random.default_rng(seed)
    old, other = rng.standard_normal((2, 2, 20000))
    new = likeness * old + np.sqrt(1 - likeness**2) * other
    power = (cross_faded(old, new) ** 2).mean()
    assert abs(10 * np.log10(power)) < 0.4


def test_what_is_the_same_stays_the_same() -> None:
    sound = chord(1)
    assert np.array_equal(joined(sound, sound.copy()), sound)


@settings(max_examples=20, deadline=None)
@given(seeds=st.tuples(st.integers(0, 99), st.integers(100, 199)))
def test_no_partial_of_a_chord_is_lost(seeds: tuple[int, int]) -> None:
    together = joined(chord(seeds[0]), chord(seeds[1]))[0]
    window = np.hanning(4096)
    for frequency_hz in CHORD_HZ:
        tone = np.exp(-2j * np.pi * frequency_hz * T[:4096])
        levels = [
            np.abs((together[k : k + 4096] * window * tone).sum()) for k in range(0, LONG_SEAM - 4095, 256)
        ]
        assert (
            20 * np.log10(min(levels) / (0.05 * window.sum())) > -6.5
        )  # a plain fade: nothing is left at all


@settings(max_examples=20, deadline=None)
@given(seeds=st.tuples(st.integers(0, 99), st.integers(100, 199)), step=st.floats(0.9, 1.1))
def test_a_seam_begins_and_ends_as_its_sides_do(seeds: tuple[int, int], step: float) -> None:
    old, new = chord(seeds[0]), chord(seeds[1], tuple(f * step for f in CHORD_HZ))
    sound = joined(old, new)
    assert np.allclose(sound[:, :8], old[:, :8], atol=1e-4)
    assert np.allclose(sound[:, -8:], new[:, -8:], atol=1e-4)
    steepest = max(np.abs(np.diff(old)).max(), np.abs(np.diff(new)).max())
    assert np.abs(np.diff(sound)).max() < 1.5 * steepest


@pytest.mark.parametrize("at", [3000, 5000, 7900])
def test_where_something_sets_in_the_seam_is_short(at: int) -> None:
    burst = np.zeros(LONG_SEAM)
    burst[at:] = 0.5 * np.random.default_rng(3).standard_normal(LONG_SEAM - at)
    burst[at:] *= np.exp(-np.arange(LONG_SEAM - at) / 500)
    old, new = (chord(seed) + burst.astype(np.float32) for seed in (1, 2))
    assert has_attack(old)
    assert not has_attack(chord(1))
    assert np.array_equal(joined(old, new)[:, :-SEAM], old[:, :-SEAM])
