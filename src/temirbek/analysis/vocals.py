"""Where somebody sings or speaks: a chance per bar, without trained weights.

Syllables come three to eight times a second in speech and song (Houtgast & Steeneken 1985), and a voice sounds
between 200 and 4000 Hz: the share that this modulation has of all modulation there is the evidence.
"""

import itertools

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from temirbek.analysis.spectrum import Spectrum

Floats = NDArray[np.float64]

VOICE_MELS = slice(6, 30)
SYLLABLES_HZ = (3.0, 8.0)
EVEN_SHARE, SURE_SHARE = 0.4, 0.7


def vocal_activity(sounds: Spectrum, bounds_s: Floats) -> Floats:
    """The chance that somebody sings or speaks between neighbouring ``bounds_s``, shape (len(bounds_s) − 1,)."""
    level = sounds.mel_db[:, VOICE_MELS].mean(axis=1).astype(float)
    every = _modulation(level, (0.5, 16.0), sounds.mel_rate_hz)
    syllables = _modulation(level, SYLLABLES_HZ, sounds.mel_rate_hz)
    frames = np.round(bounds_s * sounds.mel_rate_hz).astype(int)
    chances = []
    for first, last in itertools.pairwise(frames):
        part = slice(min(first, len(level) - 1), max(last, first + 1))
        share = syllables[part].sum() / max(every[part].sum(), 1e-9)
        chances.append(np.clip((share - EVEN_SHARE) / (SURE_SHARE - EVEN_SHARE), 0.0, 1.0))
    return np.array(chances)


def _modulation(level_db: Floats, band_hz: tuple[float, float], rate_hz: float) -> Floats:
    sos = scipy.signal.butter(2, band_hz, btype="bandpass", fs=rate_hz, output="sos")
    return np.asarray(scipy.signal.sosfiltfilt(sos, level_db) ** 2)
