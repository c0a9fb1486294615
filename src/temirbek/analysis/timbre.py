"""How a track sounds as a whole, as a point: near points sound alike, whatever their key, tempo or loudness.

Ten cosine components of the mean mel spectrum (the cepstrum's shape without its level, Davis & Mermelstein 1980),
five of its spread from bar to bar, and five of rhythm: how dense attacks are, how uneven, and how loud lows and highs
are against the middle. Each is divided by its spread over music of many kinds, so that none outvotes the rest, and all by √40, so
that two tracks drawn at random lie about 1 apart.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temirbek.analysis.bars import BarFeatures
from temirbek.types import N_TIMBRE

Floats = NDArray[np.float64]

N_SHAPE, N_SPREAD = 10, 5
SOUNDING_DB = 20.0
"""Bars further below the median than this say nothing of how the track sounds."""
SHAPE_SCALES_DB = 12.0 / np.arange(1, N_SHAPE + 1) ** 0.75
SPREAD_SCALES_DB = 8.0 / np.arange(1, N_SPREAD + 1) ** 0.9
RHYTHM_SCALES = np.array([0.06, 0.09, 0.06, 0.27, 0.15])
"""Standard deviations of the components over recordings of many kinds, smoothed: finer shapes vary less."""


def track_timbre(bars: BarFeatures) -> Floats:
    """The timbre of a track with at least one bar, shape (20,); unrelated tracks lie about 1 apart."""
    level_db = 10 * np.log10(np.maximum(bars.power, 1e-12))
    sounding = level_db >= np.median(level_db) - SOUNDING_DB
    levels = bars.timbre[sounding]
    shape = scipy.fft.dct(levels.mean(axis=0), norm="ortho")[1 : N_SHAPE + 1]
    spread = scipy.fft.dct(levels.std(axis=0), norm="ortho")[:N_SPREAD]
    lows, mids, highs = (levels[:, part].mean() for part in (slice(0, 4), slice(4, 22), slice(22, None)))
    attacks = bars.attacks[sounding]
    rhythm = np.array(
        [
            attacks.std(),
            bars.drums[sounding].mean(),
            bars.drums[sounding].std(),
            (lows - mids) / 20,
            (highs - mids) / 20,
        ]
    )
    point = np.concatenate([shape / SHAPE_SCALES_DB, spread / SPREAD_SCALES_DB, rhythm / RHYTHM_SCALES])
    return np.asarray(point / np.sqrt(2 * N_TIMBRE))
