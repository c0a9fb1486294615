"""Where exactly a beat is: the edge of the mean energy around all beats.

The attack envelope that finds the tempo has windows of 12 ms and sees a sharp attack two to four milliseconds early.
Here the log energy around every beat is averaged at 0.5 ms, in full and after pre-emphasis, and the steepest rise
is taken: with hundreds of beats that is exact to a fraction of a millisecond. Where two instruments are late against
each other (kick and hat often differ by 10–15 ms), the earlier clear rise is the beat, as for a listener.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FRAME_S = 0.0005
REACH_S = 0.02
EDGE_FRAMES = 4
CLEAR_SHARE = 0.5
FLOOR_SHARE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FineEnergy:
    """Log energy every half millisecond, in full and pre-emphasised, shape (2, n)."""

    levels: NDArray[np.float32]
    rate_hz: float

    def edges_around(self, times_s: Floats, reach_s: float = REACH_S) -> tuple[Floats, Floats]:
        """Mean rise of energy around instants: lags [s], shape (k,), and rise per lag, shape (k,)."""
        reach = round(reach_s * self.rate_hz)
        lags = np.arange(-reach, reach + 1)
        margin = reach + EDGE_FRAMES + 1
        # frame i begins at i / rate, so an edge *before* frame i lies at i / rate
        positions = times_s * self.rate_hz
        whole = np.round(positions).astype(int)
        inside = (whole >= margin) & (whole < self.levels.shape[1] - margin)
        if not inside.any():
            return lags / self.rate_hz, np.zeros(len(lags))
        index = whole[inside, None] + np.arange(-margin, margin + 1)
        mean = self.levels[:, index].mean(axis=1).astype(float)
        sums = np.cumsum(np.pad(mean, ((0, 0), (1, 0))), axis=1)
        center = np.arange(margin - reach, margin + reach + 1)
        after = sums[:, center + EDGE_FRAMES] - sums[:, center]
        before = sums[:, center] - sums[:, center - EDGE_FRAMES]
        rise = np.maximum(0.0, (after - before) / EDGE_FRAMES).sum(axis=0)
        shift_s = float((positions - whole)[inside].mean()) / self.rate_hz
        return lags / self.rate_hz - shift_s, rise


def fine_energy(samples: NDArray[np.float32], sample_rate_hz: int) -> FineEnergy:
    """Log energy of the mono mix of ``samples``, shape (channels, n), every half millisecond."""
    width = max(1, round(FRAME_S * sample_rate_hz))
    n_frames = samples.shape[1] // width
    levels = np.empty((2, n_frames), dtype=np.float32)
    chunk = 1 << 16
    previous = np.float32(0.0)
    for first in range(0, n_frames, chunk):
        last = min(n_frames, first + chunk)
        mono = samples[:, first * width : last * width].mean(axis=0, dtype=np.float32)
        steps = np.diff(mono, prepend=previous)
        previous = mono[-1]
        for row, sound in enumerate((mono, steps)):
            levels[row, first:last] = np.square(sound).reshape(-1, width).mean(axis=1)
    for row in levels:
        loud = float(np.percentile(row, 99))
        np.log10(row + np.float32(max(FLOOR_SHARE * loud, 1e-20)), out=row)
    return FineEnergy(levels=levels, rate_hz=sample_rate_hz / width)


def fine_offset_s(energy: FineEnergy, times_s: Floats, reach_s: float = REACH_S) -> float:
    """How much later than ``times_s`` the attacks there really are, on average [s]; 0 where there are none."""
    lags_s, rise = energy.edges_around(times_s, reach_s)
    inner = rise[1:-1]
    is_peak = (inner > rise[:-2]) & (inner >= rise[2:]) & (inner >= CLEAR_SHARE * rise.max())
    peaks = np.flatnonzero(is_peak) + 1
    if len(peaks) == 0 or rise.max() <= 0:
        return 0.0
    peak = peaks[0]
    a, b, c = rise[peak - 1], rise[peak], rise[peak + 1]
    offset = 0.5 * (a - c) / min(a - 2 * b + c, -1e-12)
    return float(lags_s[peak] + offset / energy.rate_hz)
