"""Both decks → the master: one gain for the whole mix, then the limiter.

The gain is found by listening: the sum of the decks is measured, limited once with the gain that would bring it to the
target, and the little that the limiter took is given back in the pass that is written.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from temirbek.audio import LoudnessMeter, TruePeakMeter
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats
from temirbek.mixing.deck import FRAME
from temirbek.mixing.limiter import MARGIN, Limiter
from temirbek.mixing.spool import Spool

TARGET_LUFS = -14.0
CLOSE_ENOUGH_LU = 0.05
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


def find_gain_db(decks: tuple[Spool, Spool]) -> float:
    """The gain before the limiter that brings the master to :data:`TARGET_LUFS` [dB]."""
    meter = LoudnessMeter(SAMPLE_RATE_HZ)
    for start in range(0, decks[0].n_samples, FRAME):
        meter.add(_sum(decks, start, min(FRAME, decks[0].n_samples - start)).astype(np.float32))
    gain_db = TARGET_LUFS - meter.integrated_lufs()
    for _ in range(MOST_PASSES):
        gain_db = float(np.clip(gain_db, -MOST_GAIN_DB, MOST_GAIN_DB))
        missing = TARGET_LUFS - listen(decks, gain_db).loudness_lufs
        if abs(missing) < CLOSE_ENOUGH_LU:
            break
        gain_db += missing
    return float(np.clip(gain_db, -MOST_GAIN_DB, MOST_GAIN_DB))


def listen(
    decks: tuple[Spool, Spool], gain_db: float, write: Callable[[Floats], None] | None = None
) -> Level:
    """Limits the whole mix once, measures it and hands every frame to ``write``."""
    loudness, peak = LoudnessMeter(SAMPLE_RATE_HZ), TruePeakMeter()
    for frame in limited(decks, gain_db):
        sound = frame.astype(np.float32)
        loudness.add(sound)
        if write is not None:
            peak.add(sound)
            write(frame)
    return Level(gain_db=gain_db, loudness_lufs=loudness.integrated_lufs(), true_peak_dbtp=peak.dbtp())


def limited(decks: tuple[Spool, Spool], gain_db: float) -> Iterator[Floats]:
    """Frames of the master, the last one as short as need be."""
    limiter = Limiter(10 ** (CEILING_DBTP / 20))
    gain = 10 ** (gain_db / 20)
    n_samples = decks[0].n_samples
    for start in range(0, n_samples, FRAME):
        frame = limiter.frame(_sum(decks, start - MARGIN, FRAME + 2 * MARGIN) * gain)
        yield frame[:, : n_samples - start]


def _sum(decks: tuple[Spool, Spool], start: int, n: int) -> Floats:
    return np.asarray(decks[0].read(start, n) + decks[1].read(start, n))
