"""True peak after ITU-R BS.1770-4, annex 2: the largest magnitude after four-fold oversampling.

The interpolator is a Kaiser-windowed sinc of 24 taps a phase (the annex allows any; its own has 12). The meter
keeps the last samples of each block, so block-wise equals whole-file.
"""

import numpy as np
import scipy.signal
from numpy.typing import NDArray

OVERSAMPLING = 4
TAPS_PER_PHASE = 24
SILENCE_DBTP = -120.0


def _phases() -> NDArray[np.float32]:
    """Filters between two samples, at 1/4, 2/4 and 3/4 of the way, shape (3, taps), each of sum one."""
    taps = np.arange(TAPS_PER_PHASE) - TAPS_PER_PHASE / 2 + 1
    rows = []
    for quarter in range(1, OVERSAMPLING):
        x = taps - quarter / OVERSAMPLING
        window = np.i0(8.0 * np.sqrt(np.maximum(0.0, 1 - (x / (TAPS_PER_PHASE / 2)) ** 2))) / np.i0(8.0)
        row = np.sinc(x) * window
        rows.append(row / row.sum())
    return np.array(rows, dtype=np.float32)


_PHASES = _phases()


class TruePeakMeter:
    """Measures a stream: ``add`` its blocks, then ask."""

    def __init__(self) -> None:
        self._tail: NDArray[np.float32] | None = None
        self._peak = 0.0

    def add(self, block: NDArray[np.float32]) -> None:
        """Hears the next block, shape (channels, n); an empty one changes nothing."""
        if block.shape[1] == 0:
            return
        if self._tail is None:
            self._tail = np.zeros((block.shape[0], TAPS_PER_PHASE - 1), dtype=np.float32)
        sound = np.concatenate([self._tail, block], axis=1)
        self._peak = max(self._peak, _largest_between(sound), float(np.abs(block).max(initial=0.0)))
        self._tail = sound[:, -(TAPS_PER_PHASE - 1) :].copy()

    def dbtp(self) -> float:
        """True peak of all that was heard [dBTP]; −120 for silence."""
        peak = self._peak
        if self._tail is not None:  # the recording's end, followed by silence
            ended = np.pad(self._tail, ((0, 0), (0, TAPS_PER_PHASE - 1)))
            peak = max(peak, _largest_between(ended))
        return float(20 * np.log10(peak)) if peak > 10 ** (SILENCE_DBTP / 20) else SILENCE_DBTP


def true_peak_dbtp(samples: NDArray[np.float32]) -> float:
    """True peak of a whole recording [dBTP]; ``samples`` of shape (channels, n)."""
    meter = TruePeakMeter()
    block = 1 << 18
    for start in range(0, samples.shape[1], block):
        meter.add(samples[:, start : start + block])
    return meter.dbtp()


def _largest_between(sound: NDArray[np.float32]) -> float:
    """The largest magnitude between samples, wherever all taps lie inside ``sound``."""
    if sound.shape[1] < TAPS_PER_PHASE:
        return 0.0
    largest = 0.0
    for channel in sound:
        for phase in _PHASES:
            between = scipy.signal.oaconvolve(channel, phase[::-1], mode="valid")
            largest = max(largest, float(np.abs(between).max()))
    return largest
