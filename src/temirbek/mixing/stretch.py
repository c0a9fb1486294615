"""Changes speed and keeps the pitch: a phase vocoder that follows any time map exactly.

Output frame m lies at mix sample t and shows the source at position p(t) of the time map, so no error of time can
add up. Its phases continue those of the frame before as the source itself does over one hop: with X(p) and X(p − H) the
spectra of the source there and one hop H earlier, the new frame is

    Y_m = X(p) · u,    u = unit( Σ_near Y_{m−1} · conj X(p − H) ),

where the sum runs over neighbouring bins and both channels: that is loose phase locking (Puckette 1995; Laroche &
Dolson 1999), weighted by energy, and it keeps the stereo image. At unit speed X(p − H) *is* the frame before and the
sound comes back unchanged.
"""

import numpy as np
import scipy.fft

from temirbek.audio import AudioReader
from temirbek.mixing.clock import Floats, SourceMap

WINDOW = 2048
HOP = WINDOW // 4
NEAR_BINS = 2
BATCH = 32
TINY = 1e-12


class TimeStretch:
    """The sound of one play, stretched; samples come out one after the other from ``start``."""

    def __init__(self, reader: AudioReader, source: SourceMap, start: int) -> None:
        self._reader = reader
        self._source = source
        self._shape = np.sqrt(np.hanning(WINDOW + 1)[:-1])  # squared, four of these a window add to two
        self._next = start - WINDOW // 2  # centre of the next frame
        self._skip = WINDOW  # of the first frames, what lies before ``start``
        self._tail = np.zeros((2, WINDOW - HOP))
        self._ready = np.zeros((2, 0))
        self._last: np.ndarray | None = None

    def read(self, n: int) -> Floats:
        """The next ``n`` samples on the mix's timeline, shape (2, n)."""
        while self._ready.shape[1] < n:
            self._add_batch()
        sound, self._ready = self._ready[:, :n], self._ready[:, n:]
        return sound

    def _add_batch(self) -> None:
        now, before = self._spectra(self._next + HOP * np.arange(BATCH))
        turned = np.empty_like(now)
        for m in range(BATCH):
            turned[:, m] = self._continued(now[:, m], before[:, m])
        frames = scipy.fft.irfft(turned, WINDOW, axis=2) * (self._shape / 2.0)
        sound = np.zeros((2, BATCH * HOP + WINDOW - HOP))
        sound[:, : WINDOW - HOP] = self._tail
        for m in range(BATCH):
            sound[:, m * HOP : m * HOP + WINDOW] += frames[:, m]
        done = BATCH * HOP
        self._tail = sound[:, done:]
        self._ready = np.concatenate([self._ready, sound[:, self._skip : done]], axis=1)
        self._skip = 0
        self._next += done

    def _spectra(self, centers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Spectra of the source at frames and one hop before them, each (2, frames, bins)."""
        position = np.round(self._source.source_at(centers)).astype(np.int64) - WINDOW // 2
        low = int(position[0]) - HOP
        sound = self._reader.read(low, int(position[-1]) + WINDOW - low).astype(np.float64)
        windows = np.lib.stride_tricks.sliding_window_view(sound, WINDOW, axis=1)
        now = scipy.fft.rfft(windows[:, position - low] * self._shape, axis=2)
        before = scipy.fft.rfft(windows[:, position - HOP - low] * self._shape, axis=2)
        return now, before

    def _continued(self, now: np.ndarray, before: np.ndarray) -> np.ndarray:
        if self._last is None:
            self._last = now
            return now
        turn = (self._last * np.conj(before)).sum(axis=0)
        near = turn.copy()
        for shift in range(1, NEAR_BINS + 1):
            near[shift:] += turn[:-shift]
            near[:-shift] += turn[shift:]
        size = np.abs(near)
        unit = np.where(size > TINY, near / np.maximum(size, TINY), 1.0)
        self._last = now * unit
        return self._last
