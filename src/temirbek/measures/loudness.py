"""Does the loudness hold its line through a transition?

The 3 s short-term loudness (ITU-R BS.1770-4, EBU Tech 3341) is compared with the straight line from the mean power of
the 8 bars before the transition to that of the 8 bars after it. What rises above the line is a bump, what falls below
it a hole; the largest distance is the *loudness deviation* [LU].
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.audio import LoudnessMeter, TruePeakMeter
from temirbek.types import BeatGrid

Floats = NDArray[np.float64]

BARS_BESIDE = 8
SHORT_TERM_S = 3.0
SHORT_TERM_STEP_S = 0.1
BLOCK = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """Loudness of a whole file.

    Attributes:
        integrated_lufs, true_peak_dbtp: Of the file.
        short_term_s, short_term_lufs: Middles of the 3 s windows [s] and their loudness [LUFS], shape (k,).
    """

    integrated_lufs: float
    true_peak_dbtp: float
    short_term_s: Floats
    short_term_lufs: Floats


def levels_of_file(path: Path) -> Levels:
    """Loudness and true peak of a file, read in blocks."""
    with soundfile.SoundFile(path) as file:
        loudness, peak = LoudnessMeter(file.samplerate), TruePeakMeter()
        for block in file.blocks(blocksize=BLOCK, dtype="float32", always_2d=True):
            loudness.add(block.T)
            peak.add(block.T)
    short_term = loudness.short_term_lufs()
    return Levels(
        integrated_lufs=loudness.integrated_lufs(),
        true_peak_dbtp=peak.dbtp(),
        short_term_s=middles_s(len(short_term)),
        short_term_lufs=short_term,
    )


def middles_s(n: int, start_s: float = 0.0) -> Floats:
    """Middles of the first ``n`` short-term windows of a sound that begins at ``start_s`` [s]."""
    return start_s + SHORT_TERM_S / 2 + SHORT_TERM_STEP_S * np.arange(n, dtype=float)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoudnessLine:
    """The line that the loudness of a transition is held against: its ends [mix s] and the loudness there [LUFS]."""

    start_s: float
    end_s: float
    start_lufs: float
    end_lufs: float

    def at(self, time_s: Floats) -> Floats:
        """Loudness of the line [LUFS] at instants [mix s]; any shape."""
        return np.interp(time_s, [self.start_s, self.end_s], [self.start_lufs, self.end_lufs])


def loudness_line(
    time_s: Floats, lufs: Floats, start_s: float, end_s: float, beside_s: tuple[float, float]
) -> LoudnessLine | None:
    """The line through a transition; None where less than a window lies on one side.

    Args:
        time_s, lufs: Middles of the short-term windows [mix s] and their loudness [LUFS], shape (k,).
        start_s, end_s: Of the transition [mix s].
        beside_s: From where before it to where after it the loudness counts [mix s].
    """
    half = SHORT_TERM_S / 2
    before = lufs[(time_s >= beside_s[0] + half) & (time_s <= start_s - half)]
    after = lufs[(time_s >= end_s + half) & (time_s <= beside_s[1] - half)]
    if not len(before) or not len(after):
        return None
    first, last = (float(10 * np.log10(np.mean(10 ** (x / 10)))) for x in (before, after))
    return LoudnessLine(start_s=start_s, end_s=end_s, start_lufs=first, end_lufs=last)


def beside_s(beat_grid: BeatGrid, start_s: float, end_s: float) -> tuple[float, float]:
    """Eight bars before a transition and eight after it [mix s]."""
    beats = BARS_BESIDE * beat_grid.beats_per_bar
    first, last = beat_grid.beat_at([start_s, end_s])
    return float(beat_grid.time_at(first - beats)), float(beat_grid.time_at(last + beats))


def above_line(
    time_s: Floats, lufs: Floats, beat_grid: BeatGrid, start_s: float, end_s: float
) -> tuple[Floats, Floats] | None:
    """How far the loudness in a transition is from its line.

    Args:
        time_s, lufs: Middles of the short-term windows [mix s] and their loudness [LUFS], shape (k,).
        beat_grid: Of the mix.
        start_s, end_s: Of the transition [mix s].

    Returns:
        Instants in the transition [mix s] and the loudness above the line there [LU]; None where less than a window
        lies on one side of the transition, or none in it.
    """
    line = loudness_line(time_s, lufs, start_s, end_s, beside_s(beat_grid, start_s, end_s))
    inside = (time_s >= start_s) & (time_s <= end_s)
    if line is None or not np.any(inside):
        return None
    return time_s[inside], lufs[inside] - line.at(time_s[inside])


def loudness_deviation(levels: Levels, beat_grid: BeatGrid, start_s: float, end_s: float) -> float:
    """Largest distance of the short-term loudness in a transition from its line [LU]; NaN where it cannot be said."""
    above = above_line(levels.short_term_s, levels.short_term_lufs, beat_grid, start_s, end_s)
    return float("nan") if above is None else float(np.max(np.abs(above[1])))
