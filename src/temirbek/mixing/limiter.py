"""A look-ahead limiter with four-fold oversampled detection.

The largest magnitude in and between the samples (ITU-R BS.1770-4, annex 2) of every hop of 32 samples asks for a gain
a; the edge between two hops takes the lower of the two. Ahead of a peak the gain falls along a raised cosine of L hops,
after it it recovers exponentially::

    r[k] = min(a[k] … a[k + L − 1])       what the near future asks
    e[k] = min(r[k], 1 − ρ (1 − e[k−1]))  recovery
    g[k] = Σ w[i] e[k − i], i < L         smoothing; every term is ≤ a[k], so g[k] ≤ a[k]

Between edges the gain is drawn straight. Detection runs in chunks on the stream's own grid, so blocks of any size give
the same samples.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temirbek.mixing.clock import RATE_HZ
from temirbek.mixing.varispeed import Sound

Floats = NDArray[np.float64]

HOP = 32
AHEAD_HOPS = 8
"""Look-ahead: 5.3 ms."""

RELEASE_S = 0.12
OVERSAMPLING = 4
TAPS = 16
"""Taps of the interpolator on each side of a point."""

CHUNK = 512 * HOP
FFT_SIZE = scipy.fft.next_fast_len(CHUNK + 4 * TAPS, real=True)
_RECOVERY = float(np.exp(-HOP / (RELEASE_S * RATE_HZ)))
_FALL = np.hanning(AHEAD_HOPS + 2)[1:-1]
_FALL /= _FALL.sum()


def _interpolators() -> NDArray[np.complex64]:
    """Spectra of windowed sincs that give the sound 1/4, 2/4 and 3/4 of a sample later."""
    taps = np.arange(2 * TAPS) - TAPS + 1
    rows = []
    for quarter in range(1, OVERSAMPLING):
        x = taps - quarter / OVERSAMPLING
        row = np.sinc(x) * np.i0(8.0 * np.sqrt(np.maximum(0.0, 1 - (x / TAPS) ** 2)))
        rows.append(row[::-1] / row.sum())
    return np.asarray(scipy.fft.rfft(np.array(rows, dtype=np.float32), FFT_SIZE, axis=1))


_INTERPOLATORS = _interpolators()


class Limiter:
    """Keeps a stream below a ceiling; ``process`` its blocks, then ``finish``: as many samples come out as went in."""

    def __init__(self, ceiling_dbtp: float) -> None:
        self._ceiling = 10 ** (ceiling_dbtp / 20)
        self._heard: Sound = np.zeros((2, TAPS), dtype=np.float32)
        self._asked: Floats = np.ones(1)
        self._recent: Floats = np.ones(AHEAD_HOPS - 1)
        self._edges: Floats = np.zeros(0)
        self._waiting: Sound = np.zeros((2, 0), dtype=np.float32)
        self._owed = 0

    def process(self, block: Sound) -> Sound:
        """Limits the next block, shape (2, n); gives what is ready, shape (2, m)."""
        self._owed += block.shape[1]
        self._heard = np.concatenate([self._heard, block], axis=1)
        ready: list[Sound] = []
        while self._heard.shape[1] >= CHUNK + 2 * TAPS:
            ready.append(self._chunk(self._heard[:, : CHUNK + 2 * TAPS]))
            self._heard = self._heard[:, CHUNK:]
        out = np.concatenate(ready, axis=1) if ready else np.zeros((2, 0), dtype=np.float32)
        self._owed -= out.shape[1]
        return out

    def finish(self) -> Sound:
        """What is left, after the last block."""
        owed = self._owed
        silence = np.zeros((2, owed + CHUNK + 2 * TAPS), dtype=np.float32)
        return self.process(silence)[:, :owed]

    def _chunk(self, sound: Sound) -> Sound:
        """Listens to one chunk (with TAPS samples on both sides) and lets out what is settled by it."""
        asked = np.minimum(1.0, self._ceiling / np.maximum(_hop_peaks(sound), 1e-9))
        self._waiting = np.concatenate([self._waiting, sound[:, TAPS:-TAPS]], axis=1)
        self._edges = np.concatenate([self._edges, self._settled(asked)])
        hops = len(self._edges) - 1
        at = np.arange(hops * HOP) / HOP
        gain = np.interp(at, np.arange(hops + 1), self._edges).astype(np.float32)
        out, self._waiting = self._waiting[:, : hops * HOP] * gain, self._waiting[:, hops * HOP :]
        self._edges = self._edges[-1:]
        return np.asarray(out)

    def _settled(self, asked: Floats) -> Floats:
        """The gains at hop edges that the newly asked ones settle."""
        self._asked = np.concatenate([self._asked, asked])
        at_edges = np.minimum(self._asked[:-1], self._asked[1:])
        ahead = np.lib.stride_tricks.sliding_window_view(at_edges, AHEAD_HOPS).min(axis=1)
        recovering = np.empty(len(ahead))
        gain = float(self._recent[-1])
        for k, lowest in enumerate(ahead.tolist()):
            gain = min(lowest, 1.0 - _RECOVERY * (1.0 - gain))
            recovering[k] = gain
        with_past = np.concatenate([self._recent, recovering])
        self._asked = self._asked[len(ahead) :]
        self._recent = with_past[-(AHEAD_HOPS - 1) :]
        return np.convolve(with_past, _FALL, mode="valid")


def _hop_peaks(sound: Sound) -> Floats:
    """Largest magnitude in and between the samples of each hop of a chunk, shape (CHUNK / HOP,)."""
    peaks = np.abs(sound[:, TAPS : TAPS + CHUNK])
    spectrum = scipy.fft.rfft(sound, FFT_SIZE, axis=1)
    for interpolator in _INTERPOLATORS:
        between = scipy.fft.irfft(spectrum * interpolator, FFT_SIZE, axis=1)
        # Tap TAPS − 1 of the 2 · TAPS is the sample itself: the point after sample i stands at i + TAPS.
        np.maximum(peaks, np.abs(between[:, 2 * TAPS : 2 * TAPS + CHUNK]), out=peaks)
    return np.asarray(peaks.max(axis=0).reshape(-1, HOP).max(axis=1), dtype=np.float64)
