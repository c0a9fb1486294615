"""The last room of the studio: every piece leaves it equally loud, with its peaks in hand."""

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import resample_poly

from temirbek.audio import integrated_lufs
from temirbek.demo.instruments.strike import SAMPLE_RATE_HZ, Floats, filtered

TARGET_LUFS = -14.0
CEILING_DBTP = -1.3  # a little under −1, because sixteen bits and a decoder's filter add some
LOOKAHEAD_S = 0.0025


def mastered(x: Floats) -> Floats:
    """The piece at −14 LUFS with true peaks below −1 dBTP, shape (2, n) like ``x``."""
    x = filtered(x, "highpass", 28.0)
    peaks = _peaks(x)
    gain = 10 ** ((TARGET_LUFS - loudness_lufs(x)) / 20)
    for _ in range(5):
        limited = x * (gain * limiter_gain(gain * peaks))
        miss_db = TARGET_LUFS - loudness_lufs(limited)
        if abs(miss_db) < 0.05:
            break
        gain *= 10 ** (miss_db / 20)
    return limited


def loudness_lufs(x: Floats) -> float:
    """Integrated loudness (ITU-R BS.1770-4) [LUFS] of a sound of shape (2, n)."""
    return integrated_lufs(x.astype(np.float32), SAMPLE_RATE_HZ)


def _peaks(x: Floats) -> Floats:
    """Magnitude of the louder channel around each sample at four times oversampling, shape (n,)."""
    n = x.shape[1]
    peaks = np.zeros(n)
    for channel in x.astype(np.float32):
        fine = np.abs(resample_poly(channel, 4, 1))[: 4 * n].reshape(n, 4)
        peaks = np.maximum(peaks, fine.max(axis=1))
    return peaks


def limiter_gain(peaks: Floats) -> Floats:
    """The gain of a limiter that looks ahead: it is down when the peak comes, not after it, shape (n,)."""
    ceiling = 10 ** (CEILING_DBTP / 20)
    half = int(LOOKAHEAD_S * SAMPLE_RATE_HZ)
    gain = minimum_filter1d(np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)), 4 * half + 1)
    for _ in range(2):
        gain = uniform_filter1d(gain, 2 * half + 1)
    return np.asarray(np.minimum(gain, 1.0))
