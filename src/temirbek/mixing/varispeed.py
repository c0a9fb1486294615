"""Changes speed as a turntable does, pitch and all: band-limited interpolation along the time map.

Where the speed is one number, soxr resamples (HQ, linear phase). Where it moves, a Kaiser-windowed sinc of 32 taps in 4096
phases follows it, the nearest of which is taken (Smith, *Digital Audio Resampling*, 2002): a position is at most an
eight-thousandth of a sample off, 80 dB below the sound even at 15 kHz. At unit speed the samples come back as they are.
"""

import numpy as np
import soxr
from numpy.typing import NDArray

from temirbek.audio import AudioReader
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, Samples

TAPS = 32
PHASES = 4096
KAISER_BETA = 9.0
CHUNK = 1 << 10
SETTLE = 2048
"""Samples that the resampler hears before and after what is wanted of it."""
STEADY = 0.3
"""Where positions stay as near as that to a straight line [samples], the speed is one number, and soxr is fast."""
NEAR = 0.8
"""Samples (17 µs) by which a sound may be early or late to be left as it is."""


def _table() -> NDArray[np.float32]:
    """Filters by phase, shape (PHASES, TAPS), each of sum one."""
    phase = np.arange(PHASES)[:, None] / PHASES
    x = np.arange(TAPS)[None, :] - (TAPS // 2 - 1) - phase
    window = np.i0(KAISER_BETA * np.sqrt(np.maximum(0.0, 1 - (x / (TAPS / 2)) ** 2))) / np.i0(KAISER_BETA)
    rows = np.sinc(x) * window
    return np.asarray(rows / rows.sum(axis=1, keepdims=True), dtype=np.float32)


_TABLE = _table()


def read_along(reader: AudioReader, position: Floats) -> Samples:
    """The sound of a recording at sample positions (fractional, increasing), float32, shape (2, n); silence outside.

    Where the positions go on by one sample each, all but :data:`NEAR`, the recording's own samples are given.
    """
    steps = np.arange(len(position))
    own = int(np.round((position[0] + position[-1] - steps[-1]) / 2))
    if np.abs(position - own - steps).max() < NEAR:
        return reader.read(own, len(position))
    speed = float(position[-1] - position[0]) / max(1, steps[-1])
    if len(position) > CHUNK and np.abs(position - position[0] - speed * steps).max() < STEADY:
        return _resampled(reader, float(position[0]), speed, len(position))
    parts = [_read_part(reader, position[k : k + CHUNK]) for k in range(0, len(position), CHUNK)]
    return np.concatenate(parts, axis=1)


def _resampled(reader: AudioReader, start: float, speed: float, n: int) -> Samples:
    """``n`` samples at one speed, the first of them within half a sample of ``start``."""
    settled = round(SETTLE / speed)
    first = round(start - settled * speed)
    sound = reader.read(first, int(np.ceil((n + 2 * settled) * speed)) + 2)
    resampled = soxr.resample(
        np.ascontiguousarray(sound.T), speed * SAMPLE_RATE_HZ, SAMPLE_RATE_HZ, quality="HQ"
    )
    return np.ascontiguousarray(resampled[settled : settled + n].T)


def _read_part(reader: AudioReader, position: Floats) -> Samples:
    whole, phase = np.divmod(np.round(position * PHASES).astype(np.int64), PHASES)
    first = int(whole[0])
    sound = reader.read(first - (TAPS // 2 - 1), int(whole[-1]) - first + TAPS)
    windows = np.lib.stride_tricks.sliding_window_view(sound, TAPS, axis=1)[:, whole - first]
    return np.asarray(np.einsum("cnt,nt->cn", windows, _TABLE[phase]))
