"""A three-band isolator whose bands add up to the sound itself.

Two linear-phase low-passes split low | rest and the rest into mid | high by subtraction from the equally delayed
sound: with all gains at one the output *is* the input, and no band is shifted against another, so a kick keeps its
attack. The filters are short (13 ms) and pass from band to band over some 200 Hz around 190 Hz and about an octave
around 2.5 kHz.
"""

from functools import cache

import numpy as np
import scipy.fft
import scipy.signal
from numpy.typing import NDArray

from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, Samples
from temirbek.mixing.lanes import Gain

TAPS = 641
DELAY = TAPS // 2
LOW_HZ = 190.0
HIGH_HZ = 2500.0
HIGH_TAPS = 81
KAISER_BETA = 4.5


def _low_pass(cutoff_hz: float, taps: int) -> Floats:
    short = scipy.signal.firwin(taps, cutoff_hz, window=("kaiser", KAISER_BETA), fs=SAMPLE_RATE_HZ)
    return np.pad(np.asarray(short, dtype=float), (TAPS - taps) // 2)


LOW_PASS = _low_pass(LOW_HZ, TAPS)
LOW_AND_MID_PASS = _low_pass(HIGH_HZ, HIGH_TAPS)


def isolated(sound: Samples, low: Gain, mid: Gain, high: Gain) -> Samples:
    """Applies band gains.

    Args:
        sound: Samples with :data:`DELAY` more on either side, shape (2, n + 2 DELAY).
        low, mid, high: Linear gains: one for all samples, or shape (n,).

    Returns:
        Sound, shape (2, n).
    """
    # low·L + mid·(LM − L) + high·(1 − LM): a filter between two bands that are moved alike need not be computed
    out = sound[:, DELAY:-DELAY]
    if not _is(high, 1.0):
        out = out * high
    size = scipy.fft.next_fast_len(sound.shape[1], real=True)
    spectrum = None
    for k, (lower, upper) in enumerate(((low, mid), (mid, high))):
        if isinstance(lower, float) and isinstance(upper, float) and lower == upper:
            continue
        if spectrum is None:
            spectrum = scipy.fft.rfft(sound, size, axis=1)
        passed = scipy.fft.irfft(spectrum * _responses(size)[k], size, axis=1)[:, 2 * DELAY : sound.shape[1]]
        out = out + (lower - upper) * passed
    return np.asarray(out)


def _is(gain: Gain, value: float) -> bool:
    return isinstance(gain, float) and gain == value


@cache
def _responses(size: int) -> NDArray[np.complex64]:
    """Spectra of both low-passes, shape (2, size // 2 + 1)."""
    return np.asarray(scipy.fft.rfft(np.stack([LOW_PASS, LOW_AND_MID_PASS]), size, axis=1))
