"""A three-band isolator whose bands add up to the sound itself.

Two linear-phase low-passes split low | rest and the rest into mid | high by subtraction from the equally delayed
sound: with all gains at one the output *is* the input, and no band is shifted against another, so a kick keeps its
attack. The filters are short (13 ms) and pass from band to band over some 200 Hz around 190 Hz and about an octave
around 2.5 kHz.
"""

import numpy as np
import scipy.signal

from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats

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


def isolated(sound: Floats, low: Floats, mid: Floats, high: Floats) -> Floats:
    """Applies band gains.

    Args:
        sound: Samples with :data:`DELAY` more on either side, shape (2, n + 2 DELAY).
        low, mid, high: Linear gains, shape (n,).

    Returns:
        Sound, shape (2, n).
    """
    whole = sound[:, DELAY:-DELAY]
    if all(np.all(gain == 1.0) for gain in (low, mid, high)):
        return whole
    lows = scipy.signal.oaconvolve(sound, LOW_PASS[None, :], mode="valid", axes=1)
    lows_and_mids = scipy.signal.oaconvolve(sound, LOW_AND_MID_PASS[None, :], mode="valid", axes=1)
    return np.asarray(low * lows + mid * (lows_and_mids - lows) + high * (whole - lows_and_mids))
