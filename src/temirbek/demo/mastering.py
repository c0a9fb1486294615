"""The last room of the studio: every piece leaves it equally loud, with its peaks in hand."""

import numpy as np
import pyloudnorm
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import resample_poly

from temirbek.demo.instruments.strike import SAMPLE_RATE_HZ, Floats, filtered

TARGET_LUFS = -14.0
CEILING_DBTP = -1.3  # a little under −1, because sixteen bits and a decoder's filter add some
LOOKAHEAD_S = 0.0025


def mastered(x: Floats) -> Floats:
    """The piece at −14 LUFS with true peaks below −1 dBTP, shape (2, n) like ``x``."""
    x = filtered(x, "highpass", 28.0)
    x = x * 10 ** ((TARGET_LUFS - loudness_lufs(x)) / 20)
    for _ in range(4):
        limited = _limited(x)
        miss_db = TARGET_LUFS - loudness_lufs(limited)
        if abs(miss_db) < 0.05:
            break
        x = x * 10 ** (miss_db / 20)
    return limited


def loudness_lufs(x: Floats) -> float:
    """Integrated loudness (ITU-R BS.1770-4) [LUFS] of a sound of shape (2, n)."""
    return float(pyloudnorm.Meter(SAMPLE_RATE_HZ).integrated_loudness(x.T))


def _limited(x: Floats) -> Floats:
    """A limiter that looks ahead: the gain is down when the peak comes, not after it."""
    ceiling = 10 ** (CEILING_DBTP / 20)
    peaks = np.max(np.abs(resample_poly(x, 4, 1, axis=1)), axis=0)
    peaks = np.max(peaks[: 4 * x.shape[1]].reshape(-1, 4), axis=1)
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    half = int(LOOKAHEAD_S * SAMPLE_RATE_HZ)
    gain = minimum_filter1d(wanted, 4 * half + 1)
    for _ in range(2):
        gain = uniform_filter1d(gain, 2 * half + 1)
    return np.asarray(x * np.minimum(gain, 1.0))
