"""Attacks of one deck in one band: peaks of the rise of its level, each moved to the instant of the arrival.

The arrival is where the signal changes from before to after, by the criterion with which seismologists pick that of a
wave (Maeda 1985, Zisin 38): minimise k·log var(before) + (n − k)·log var(after).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from temirbek.measures.bands import band_of

Floats = NDArray[np.float64]

ENVELOPE_HOP_S = 0.001
PICK_REACH_S = 0.012
LOW_HZ = 100.0  # below it a period is longer than an attack: the level needs a slower look
RISE_DB = 6.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attacks:
    """Attacks of one band: instants [s], increasing, and strengths (rise of the level [dB]), both (a,)."""

    time_s: Floats
    strength: Floats


def attacks_of(sound: Floats, rate_hz: int, band_hz: tuple[float, float], start_s: float = 0.0) -> Attacks:
    """The attacks of a sound in one band.

    Args:
        sound: Mono, shape (n,).
        rate_hz: Samples a second [Hz].
        band_hz: Lower and upper edge of the band [Hz].
        start_s: Instant of the first sample [s].
    """
    if len(sound) < rate_hz // 4 or not np.any(sound):
        return Attacks(time_s=np.zeros(0), strength=np.zeros(0))
    band, band_rate_hz = band_of(sound, rate_hz, band_hz)
    hop = max(1, round(ENVELOPE_HOP_S * band_rate_hz))
    n = len(band) // hop
    slowness = 4 if band_hz[0] < LOW_HZ else 1
    power = np.square(band[: n * hop]).reshape(n, hop).mean(axis=1)
    floor = 10 ** (-1.5 if slowness > 1 else -3) * float(np.percentile(power, 95)) + 1e-14
    level_db = 10 * np.log10(gaussian_filter1d(power, 2.0 * slowness) + floor)
    rise, half = np.zeros(n), 3 * slowness
    rise[half:-half] = level_db[2 * half :] - level_db[: -2 * half]
    peaks, _ = find_peaks(rise, height=RISE_DB, distance=25 * slowness)
    rough = peaks * hop + hop // 2
    picked = _arrivals(band, rough, round(PICK_REACH_S * slowness * band_rate_hz))
    return Attacks(time_s=start_s + picked / band_rate_hz, strength=rise[peaks])


def _arrivals(band: Floats, rough: NDArray[np.int64], reach: int) -> Floats:
    """The sample, near each rough place, at which the variance changes most (Maeda's criterion)."""
    inside = np.clip(rough, reach, len(band) - reach - 1)
    if len(band) <= 2 * reach or not len(inside):
        return inside.astype(float)
    windows = np.square(band[inside[:, None] + np.arange(-reach, reach)])
    n = windows.shape[1]
    k = np.arange(8, n - 8)
    total = np.cumsum(windows, axis=1)
    before = total[:, k - 1] / k
    after = (total[:, -1:] - total[:, k - 1]) / (n - k)
    tiny = 1e-9 * total[:, -1:] / n + 1e-20
    criterion = k * np.log(before + tiny) + (n - k) * np.log(after + tiny)
    return np.asarray(inside - reach + k[np.argmin(criterion, axis=1)], dtype=float)
