"""True peak after ITU-R BS.1770-4, annex 2: the largest magnitude after four-fold oversampling.

The interpolator is a Kaiser-windowed sinc of 24 taps a phase (the annex allows any; its own has 12). Samples are taken in
rows, and all instants between the samples of a row come from one product of matrices; rows that cannot hold a new peak
are left out. The meter keeps the last samples of each block, so block-wise equals whole-file.
"""

import numpy as np
from numpy.typing import NDArray

OVERSAMPLING = 4
TAPS_PER_PHASE = 24
SILENCE_DBTP = -120.0
ROW = 32
"""Samples in a row."""
BATCH = 48
"""Rows in one product: always as many, so that each comes out the same, and so few that BLAS wakes no other threads."""

Samples = NDArray[np.float32]


def _phases() -> Samples:
    """Filters between two samples, at 1/4, 2/4 and 3/4 of the way, shape (3, taps), each of sum one."""
    taps = np.arange(TAPS_PER_PHASE) - TAPS_PER_PHASE / 2 + 1
    rows = []
    for quarter in range(1, OVERSAMPLING):
        x = taps - quarter / OVERSAMPLING
        window = np.i0(8.0 * np.sqrt(np.maximum(0.0, 1 - (x / (TAPS_PER_PHASE / 2)) ** 2))) / np.i0(8.0)
        row = np.sinc(x) * window
        rows.append(row / row.sum())
    return np.array(rows, dtype=np.float32)


def _row_matrix(phases: Samples) -> Samples:
    """Turns a row's samples and their neighbours into its instants, shape (ROW + taps − 1, 3 · ROW)."""
    matrix = np.zeros((ROW + TAPS_PER_PHASE - 1, len(phases), ROW), dtype=np.float32)
    for k in range(ROW):
        matrix[k : k + TAPS_PER_PHASE, :, k] = phases.T
    return matrix.reshape(len(matrix), -1)


_PHASES = _phases()
_MATRIX = _row_matrix(_PHASES)
BETWEEN = TAPS_PER_PHASE // 2 - 1
"""Samples that :func:`peaks_between` needs before the first, and one fewer than it needs after the last."""
MOST_BETWEEN = float(np.abs(_PHASES).sum(axis=1).max())
"""No instant between samples is louder than this times the loudest sample around it."""


def peaks_between(sound: Samples, floor: float = 0.0) -> Samples:
    """The largest magnitude from each sample up to, but without, the next one, over all channels.

    Args:
        sound: Shape (channels, n + 23): the n samples asked for have 11 before and 12 after them.
        floor: Only instants above this are wanted: where none can be, the samples' own magnitude is given.

    Returns:
        Shape (n,).
    """
    n = sound.shape[1] - TAPS_PER_PHASE + 1
    n_rows = -(-n // ROW)
    padded = np.zeros((len(sound), n_rows * ROW + TAPS_PER_PHASE - 1), dtype=np.float32)
    padded[:, : sound.shape[1]] = sound
    magnitude = np.abs(padded).max(axis=0)
    peaks = magnitude[BETWEEN : BETWEEN + n_rows * ROW].reshape(n_rows, ROW).copy()
    around = np.maximum.reduceat(magnitude, np.arange(0, n_rows * ROW, ROW))
    around = np.maximum(around, np.append(around[1:], magnitude[n_rows * ROW :].max()))
    rows = np.flatnonzero(around * MOST_BETWEEN > floor)
    for channel in padded if len(rows) else ():
        peaks[rows] = np.maximum(peaks[rows], _row_peaks(channel, rows))
    return np.asarray(peaks.ravel()[:n])


def _row_peaks(channel: Samples, rows: NDArray[np.intp]) -> Samples:
    """The largest magnitudes after each sample of some rows, shape (rows, ROW)."""
    whole = np.resize(rows, -(-len(rows) // BATCH) * BATCH)
    windows = np.lib.stride_tricks.sliding_window_view(channel, len(_MATRIX))[whole * ROW]
    between = (windows.reshape(-1, BATCH, len(_MATRIX)) @ _MATRIX).reshape(len(whole), -1)[: len(rows)]
    np.abs(between, out=between)
    halves = np.maximum(between[:, :ROW], between[:, ROW : 2 * ROW])
    return np.asarray(np.maximum(halves, between[:, 2 * ROW :]))


class TruePeakMeter:
    """Measures a stream: ``add`` its blocks, then ask."""

    def __init__(self) -> None:
        self._tail: Samples | None = None
        self._peak = 0.0

    def add(self, block: Samples) -> None:
        """Hears the next block, shape (channels, n); an empty one changes nothing."""
        if block.shape[1] == 0:
            return
        if self._tail is None:
            self._tail = np.zeros((block.shape[0], TAPS_PER_PHASE - 1), dtype=np.float32)
        sound = np.concatenate([self._tail, block], axis=1)
        self._peak = max(self._peak, _largest_between(sound, self._peak), float(np.abs(block).max()))
        self._tail = sound[:, -(TAPS_PER_PHASE - 1) :].copy()

    def dbtp(self) -> float:
        """True peak of all that was heard [dBTP]; −120 for silence."""
        peak = self._peak
        if self._tail is not None:  # the recording's end, followed by silence
            ended = np.pad(self._tail, ((0, 0), (0, TAPS_PER_PHASE - 1)))
            peak = max(peak, _largest_between(ended, peak))
        return float(20 * np.log10(peak)) if peak > 10 ** (SILENCE_DBTP / 20) else SILENCE_DBTP


def true_peak_dbtp(samples: Samples) -> float:
    """True peak of a whole recording [dBTP]; ``samples`` of shape (channels, n)."""
    meter = TruePeakMeter()
    block = 1 << 18
    for start in range(0, samples.shape[1], block):
        meter.add(samples[:, start : start + block])
    return meter.dbtp()


def _largest_between(sound: Samples, floor: float) -> float:
    """The largest magnitude between samples, wherever all taps lie inside ``sound``; ``floor`` or less if below it."""
    if sound.shape[1] < TAPS_PER_PHASE:
        return 0.0
    return float(peaks_between(sound, floor).max())
