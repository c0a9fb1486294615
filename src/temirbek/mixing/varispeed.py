"""Changes speed as a turntable does, pitch and all: band-limited interpolation along the time map.

A Kaiser-windowed sinc of 32 taps in 512 phases with linear interpolation between them (Smith, *Digital Audio
Resampling*, 2002). At unit speed and whole positions it returns the samples as they are.
"""

import numpy as np

from temirbek.audio import AudioReader
from temirbek.mixing.clock import Floats, SourceMap

TAPS = 32
PHASES = 512
KAISER_BETA = 9.0
CHUNK = 1 << 12


def _table() -> Floats:
    """Filters by phase, shape (PHASES + 1, TAPS), each of sum one."""
    phase = np.arange(PHASES + 1)[:, None] / PHASES
    x = np.arange(TAPS)[None, :] - (TAPS // 2 - 1) - phase
    window = np.i0(KAISER_BETA * np.sqrt(np.maximum(0.0, 1 - (x / (TAPS / 2)) ** 2))) / np.i0(KAISER_BETA)
    rows = np.sinc(x) * window
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


_TABLE = _table()


class Varispeed:
    """The sound of one play, resampled; samples come out one after the other from ``start``."""

    def __init__(self, reader: AudioReader, source: SourceMap, start: int) -> None:
        self._reader = reader
        self._source = source
        self._at = start

    def read(self, n: int) -> Floats:
        """The next ``n`` samples on the mix's timeline, shape (2, n)."""
        sound = np.empty((2, n))
        for first in range(0, n, CHUNK):
            count = min(CHUNK, n - first)
            sound[:, first : first + count] = self._chunk(count)
        return sound

    def _chunk(self, n: int) -> Floats:
        position = self._source.source_at(self._at + np.arange(n))
        self._at += n
        whole = np.floor(position).astype(np.int64)
        place = (position - whole) * PHASES
        phase = np.minimum(place.astype(np.int64), PHASES - 1)
        share = (place - phase)[:, None]
        filters = _TABLE[phase] * (1 - share) + _TABLE[phase + 1] * share
        origin = int(whole[0]) - (TAPS // 2 - 1)
        sound = self._reader.read(origin, int(whole[-1]) - int(whole[0]) + TAPS).astype(np.float64)
        windows = np.lib.stride_tricks.sliding_window_view(sound, TAPS, axis=1)[:, whole - whole[0]]
        return np.asarray(np.einsum("cnt,nt->cn", windows, filters))
