"""One band of a sound, at no higher a sample rate than the band needs."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfiltfilt

Floats = NDArray[np.float64]

RATE_TO_BAND = 5.0
"""Samples a second per hertz of the band's upper edge, at least."""


def band_of(sound: Floats, rate_hz: int, band_hz: tuple[float, float]) -> tuple[Floats, float]:
    """A band without delay: Butterworth of second order, forwards and backwards.

    Args:
        sound: Mono, shape (n,), n ≥ 1; sample 0 stays where it is.
        rate_hz: Samples a second [Hz].
        band_hz: Lower and upper edge [Hz].

    Returns:
        The band, and its samples a second [Hz]: a whole share of ``rate_hz``.
    """
    high_hz = min(band_hz[1], 0.45 * rate_hz)
    share = max(1, int(rate_hz / (RATE_TO_BAND * high_hz)))
    thinned = resample_poly(sound, 1, share) if share > 1 else sound
    sos = butter(2, (band_hz[0], high_hz), "bandpass", fs=rate_hz / share, output="sos")
    return np.asarray(sosfiltfilt(sos, thinned)), rate_hz / share
