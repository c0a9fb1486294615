"""Both decks → the master: one gain for the whole mix, then the limiter.

The gain is found by listening: the sum of the decks was measured as it was played, it is limited once with the gain that
would bring it to the target, and the little that the limiter took is given back in the pass that is written.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from temirbek.audio import LoudnessMeter, TruePeakMeter
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Samples
from temirbek.mixing.deck import FRAME
from temirbek.mixing.limiter import MARGIN, Limiter
from temirbek.mixing.spool import Spool

TARGET_LUFS = -14.0
SMALL_LU = 0.3
"""A loss in the limiter this small is given back without listening again: what that costs is smaller by far."""
MOST_PASSES = 3
MOST_GAIN_DB = 30.0
CEILING_DBTP = -1.15
"""Below the −1.0 dBTP that is promised, for rounding to 24 bits and meters that interpolate differently."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What was measured of a master.

    Attributes:
        gain_db: Gain before the limiter [dB].
        loudness_lufs: Integrated loudness [LUFS].
        true_peak_dbtp: True peak [dBTP].
    """

    gain_db: float
    loudness_lufs: float
    true_peak_dbtp: float


def find_gain_db(decks: tuple[Spool, Spool], loudness_lufs: float) -> float:
    """The gain before the limiter that brings the master to :data:`TARGET_LUFS` [dB].

    Args:
        decks: What was played.
        loudness_lufs: Of the sum of both, as it is [LUFS].
    """
    gain_db = float(np.clip(TARGET_LUFS - loudness_lufs, -MOST_GAIN_DB, MOST_GAIN_DB))
    if max(decks[0].peak, decks[1].peak) == 0:
        return gain_db
    for _ in range(MOST_PASSES):
        meter = LoudnessMeter(SAMPLE_RATE_HZ)
        for frame in limited(decks, gain_db):
            meter.add(frame)
        missing = TARGET_LUFS - meter.integrated_lufs()
        gain_db = float(np.clip(gain_db + missing, -MOST_GAIN_DB, MOST_GAIN_DB))
        if abs(missing) < SMALL_LU:
            break
    return gain_db


def listen(decks: tuple[Spool, Spool], gain_db: float, write: Callable[[Samples], None]) -> Level:
    """Limits the whole mix once, measures it and hands every frame to ``write``."""
    loudness, peak = LoudnessMeter(SAMPLE_RATE_HZ), TruePeakMeter()
    for frame in limited(decks, gain_db):
        loudness.add(frame)
        peak.add(frame)
        write(frame)
    return Level(gain_db=gain_db, loudness_lufs=loudness.integrated_lufs(), true_peak_dbtp=peak.dbtp())


def limited(decks: tuple[Spool, Spool], gain_db: float) -> Iterator[Samples]:
    """Frames of the master, the last one as short as need be."""
    limiter = Limiter(10 ** (CEILING_DBTP / 20))
    gain = np.float32(10 ** (gain_db / 20))
    n_samples = decks[0].n_samples
    for start in range(0, n_samples, FRAME):
        place = (start - MARGIN, FRAME + 2 * MARGIN)
        frame = limiter.frame((decks[0].read(*place) + decks[1].read(*place)) * gain)
        yield frame[:, : n_samples - start]
