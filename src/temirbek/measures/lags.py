"""By how much one sound lags behind another of the same music, over and over along the way.

Both sounds are reduced to the rise of their log energy in nine bands, every millisecond (the onset detection function
of Bello et al. 2005): that survives equalisers, faders, limiters and a pitch that was kept or moved. Around each node
the two are cross-correlated over a few seconds, and the peak is placed between two hops by a parabola. How much higher
the peak is than what chance gives says how far it may be trusted.
"""

import itertools
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOP_S = 0.001
WINDOW_S = 0.012
BAND_EDGES_HZ = (40.0, 120.0, 250.0, 500.0, 1000.0, 2000.0, 3500.0, 6000.0, 9000.0, 14000.0)
RISE_HOPS = 4
FLOOR_DB = 25.0
CHUNK = 8192


def onset_bands(sound: Floats, rate_hz: int) -> Floats:
    """Rise of the log energy per band, each of unit variance, shape (9, n); value k is the instant k · ``HOP_S``."""
    hop, window = HOP_S * rate_hz, round(WINDOW_S * rate_hz / 2) * 2
    n = int(len(sound) / hop)
    shape = np.hanning(window + 1)[:-1].astype(np.float32)
    padded = np.pad(sound.astype(np.float32), window)
    edges = np.searchsorted(np.fft.rfftfreq(window, 1 / rate_hz), BAND_EDGES_HZ)
    energy = np.empty((len(edges) - 1, n))
    for first in range(0, n, CHUNK):
        at = np.round(np.arange(first, min(n, first + CHUNK)) * hop).astype(int) + window // 2
        frames = padded[at[:, None] + np.arange(window)] * shape
        power = np.abs(scipy.fft.rfft(frames, axis=1)) ** 2
        for band, (a, b) in enumerate(itertools.pairwise(edges)):
            energy[band, first : first + len(at)] = power[:, a : max(b, a + 1)].sum(axis=1)
    loud = np.maximum(np.percentile(energy, 95, axis=1, keepdims=True), 1e-9)
    level = np.log(energy / loud + 10 ** (-FLOOR_DB / 10))
    rise = np.zeros_like(level)
    half = RISE_HOPS // 2
    rise[:, half:-half] = np.maximum(0.0, level[:, RISE_HOPS:] - level[:, :-RISE_HOPS])
    rise -= rise.mean(axis=1, keepdims=True)
    return np.asarray(rise / np.maximum(rise.std(axis=1, keepdims=True), 1e-9))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lags:
    """Lags along the way.

    Attributes:
        at_s: Nodes [s], shape (n,).
        lag_s: How much later the heard sound is than the expected one [s], shape (n,).
        likeness: Correlation at the peak, 0–1, shape (n,).
        distinct: Height of the peak above the others, in robust deviations of the correlation, shape (n,).
    """

    at_s: Floats
    lag_s: Floats
    likeness: Floats
    distinct: Floats


def lags_between(
    heard: Floats, expected: Floats, *, start_s: float, at_s: Floats, half_s: float, most_s: float
) -> Lags:
    """Lags of one onset picture behind another.

    Args:
        heard, expected: As :func:`onset_bands` gives them, over the same stretch, shapes (9, n).
        start_s: Instant of their first value [s].
        at_s: Nodes [s], shape (m,).
        half_s: How much is compared on either side of a node [s].
        most_s: The largest lag that is looked for [s].
    """
    half, most = round(half_s / HOP_S), round(most_s / HOP_S)
    n = heard.shape[1]
    lag, likeness, distinct = (np.full(len(at_s), np.nan) for _ in range(3))
    for i, instant in enumerate(at_s):
        middle = round((instant - start_s) / HOP_S)
        first, last = max(middle - half, most), min(middle + half, n - most)
        if last - first < half // 2:
            continue
        piece = expected[:, first:last]
        around = heard[:, first - most : last + most]
        size = scipy.fft.next_fast_len(around.shape[1])
        spectrum = np.conj(scipy.fft.rfft(piece, size, axis=1)) * scipy.fft.rfft(around, size, axis=1)
        correlation = scipy.fft.irfft(spectrum.sum(axis=0), size)[: 2 * most + 1]
        norm = np.sqrt(np.sum(piece**2) * np.sum(heard[:, first:last] ** 2)) + 1e-9
        correlation = correlation / norm
        peak = int(np.argmax(correlation))
        inside = min(max(peak, 1), 2 * most - 1)
        a, b, c = correlation[inside - 1 : inside + 2]
        bend = min(a - 2 * b + c, -1e-12)
        lag[i] = (inside - most + float(np.clip(0.5 * (a - c) / bend, -0.5, 0.5))) * HOP_S
        likeness[i] = correlation[peak]
        spread = 1.4826 * float(np.median(np.abs(correlation - np.median(correlation)))) + 1e-9
        distinct[i] = (correlation[peak] - float(np.median(correlation))) / spread
    return Lags(at_s=np.asarray(at_s, dtype=float), lag_s=lag, likeness=likeness, distinct=distinct)
