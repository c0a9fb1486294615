"""Loudness and true peak against BS.1770's own figures, pyloudnorm, and themselves in blocks."""

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.audio import LoudnessMeter, TruePeakMeter, integrated_lufs, short_term_lufs, true_peak_dbtp

PYLOUDNORM_TOLERANCE_LU = 0.06  # its filters differ from the printed ones by 0.04 LU


def sine(frequency_hz: float, rate_hz: int, seconds: float, phase: float = 0.0) -> np.ndarray:
    t = np.arange(int(rate_hz * seconds)) / rate_hz
    return np.sin(2 * np.pi * frequency_hz * t + phase).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [44100, 48000, 96000])
def test_full_scale_997_hz_on_one_side_is_minus_3_01(rate_hz: int) -> None:
    tone = sine(997, rate_hz, 5)
    stereo = np.stack([tone, np.zeros_like(tone)])
    assert integrated_lufs(stereo, rate_hz) == pytest.approx(-3.01, abs=0.02)
    assert integrated_lufs(tone[None], rate_hz) == pytest.approx(
        0.0, abs=0.02
    )  # mono is played on both sides


def test_agrees_with_pyloudnorm(rng: np.random.Generator) -> None:
    sound = (0.1 * rng.standard_normal((2, 48000 * 6))).astype(np.float32)
    sound[:, 48000 * 3 :] *= 0.01  # below the gate
    second = pyloudnorm.Meter(48000).integrated_loudness(sound.T)
    assert integrated_lufs(sound, 48000) == pytest.approx(second, abs=PYLOUDNORM_TOLERANCE_LU)


@settings(max_examples=10)
@given(sizes=st.lists(st.integers(700, 30000), min_size=1, max_size=6))
def test_in_blocks_equals_whole(sizes: list[int]) -> None:
    sound = (0.2 * np.random.default_rng(3).standard_normal((2, 22050 * 4))).astype(np.float32)
    loudness, peak = LoudnessMeter(22050), TruePeakMeter()
    start = 0
    while start < sound.shape[1]:
        for size in sizes:
            loudness.add(sound[:, start : start + size])
            peak.add(sound[:, start : start + size])
            start += size
    assert loudness.integrated_lufs() == integrated_lufs(sound, 22050)
    np.testing.assert_array_equal(loudness.short_term_lufs(), short_term_lufs(sound, 22050))
    assert peak.dbtp() == pytest.approx(true_peak_dbtp(sound), abs=1e-4)


def test_true_peak_between_samples() -> None:
    # a quarter of the sample rate, sampled 45° off its crests: samples reach −3.01 dB, the wave 0 dB
    tone = sine(12000, 48000, 1, phase=np.pi / 4)
    assert 20 * np.log10(np.abs(tone).max()) == pytest.approx(-3.01, abs=0.01)
    assert true_peak_dbtp(tone[None]) == pytest.approx(0.0, abs=0.3)
    steady = tone.copy()
    steady[:2000] *= np.linspace(0, 1, 2000)
    steady[-2000:] *= np.linspace(1, 0, 2000)
    assert true_peak_dbtp(steady[None]) == pytest.approx(0.0, abs=0.05)


def test_silence_has_finite_figures() -> None:
    silence = np.zeros((2, 48000), dtype=np.float32)
    assert integrated_lufs(silence, 48000) == -120 and true_peak_dbtp(silence) == -120
