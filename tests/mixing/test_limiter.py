"""No peak passes the limiter, and nothing below the ceiling is touched."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.audio import true_peak_dbtp
from temirbek.mixing.limiter import MARGIN, Limiter

CEILING = 10 ** (-1.15 / 20)


def limited(sound: np.ndarray, frame: int = 4096) -> np.ndarray:
    n = sound.shape[1]
    padded = np.pad(sound, ((0, 0), (MARGIN, MARGIN + frame)))
    limiter = Limiter(CEILING)
    out = [limiter.frame(padded[:, s : s + frame + 2 * MARGIN]) for s in range(0, n, frame)]
    return np.concatenate(out, axis=1)[:, :n]


@settings(max_examples=20)
@given(seed=st.integers(0, 1000), level=st.floats(0.01, 6.0), bend=st.floats(0.0, 0.95))
def test_no_true_peak_passes_the_ceiling(seed: int, level: float, bend: float) -> None:
    rng = np.random.default_rng(seed)
    sound = level * rng.standard_normal((2, 12000)) * (rng.random((1, 12000)) > bend)
    assert true_peak_dbtp(limited(sound).astype(np.float32)) <= -1.05


def test_peaks_between_samples_count() -> None:
    wave = np.cos(np.pi / 2 * np.arange(8192) + np.pi / 4)  # at a quarter of the rate, samples miss the peaks
    out = limited(np.stack([wave, wave]) * 1.2)
    assert np.abs(out[:, 2000:6000]).max() < 0.63


def test_quiet_sound_is_untouched() -> None:
    sound = 0.3 * np.random.default_rng(1).standard_normal((2, 9000)).clip(-1, 1)
    assert np.array_equal(limited(sound), sound)


@settings(max_examples=10)
@given(frame=st.integers(700, 9000))
def test_frames_do_not_matter(frame: int) -> None:
    rng = np.random.default_rng(3)
    sound = rng.standard_normal((2, 20000)) * np.exp(-((np.arange(20000) - 9000) ** 2) / 3e6)
    assert np.allclose(limited(sound, frame), limited(sound, 4096), atol=1e-9)
