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
from temirbek.types import BeatGrid, Transition

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


def above_line(
    time_s: Floats, lufs: Floats, beat_grid: BeatGrid, transition: Transition
) -> tuple[Floats, Floats] | None:
    """How far the loudness in a transition is from its line.

    Args:
        time_s, lufs: Middles of the short-term windows [mix s] and their loudness [LUFS], shape (k,).
        beat_grid: Of the mix.
        transition: Which one.

    Returns:
        Instants in the transition [mix s] and the loudness above the line there [LU]; None where less than a window
        lies on one side of the transition, or none in it.
    """
    line = line_of(time_s, lufs, beat_grid, transition)
    if line is None:
        return None
    (start_s, end_s), ends = line
    inside = (time_s >= start_s) & (time_s <= end_s)
    if not np.any(inside):
        return None
    return time_s[inside], lufs[inside] - np.interp(time_s[inside], [start_s, end_s], ends)


def line_of(
    time_s: Floats, lufs: Floats, beat_grid: BeatGrid, transition: Transition
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The line through a transition: its start and end [mix s], and the loudness at both [LUFS]."""
    beside = BARS_BESIDE * beat_grid.beats_per_bar
    marks = [
        transition.start_beat - beside,
        transition.start_beat,
        transition.end_beat,
        transition.end_beat + beside,
    ]
    a, b, c, d = (float(t) for t in beat_grid.time_at(marks))
    half = SHORT_TERM_S / 2
    before = lufs[(time_s >= a + half) & (time_s <= b - half)]
    after = lufs[(time_s >= c + half) & (time_s <= d - half)]
    if not len(before) or not len(after):
        return None
    first, last = (float(10 * np.log10(np.mean(10 ** (x / 10)))) for x in (before, after))
    return (b, c), (first, last)


def loudness_deviation(levels: Levels, beat_grid: BeatGrid, transition: Transition) -> float:
    """Largest distance of the short-term loudness in a transition from its line [LU]; NaN where it cannot be said."""
    above = above_line(levels.short_term_s, levels.short_term_lufs, beat_grid, transition)
    return float("nan") if above is None else float(np.max(np.abs(above[1])))
