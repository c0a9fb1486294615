"""What an instrument is told, and the few shapes that all instruments are made of."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

SAMPLE_RATE_HZ = 44100
Floats = NDArray[np.float64]
Filter = Literal["lowpass", "highpass", "bandpass"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One note for one instrument.

    Attributes:
        pitch_hz: Fundamental frequency [Hz].
        length_s: How long the key is held [s]; the sound may ring on.
        velocity: 0–1.
        variant: Which of a few takes of the same note (0, 1, 2, …).
    """

    pitch_hz: float
    length_s: float
    velocity: float
    variant: int = 0


Voice = Callable[[Strike], Floats]
"""An instrument: a strike in, sound out; shape (n,) mono or (2, n) stereo, about ±1 at velocity 1."""


def seconds(length_s: float) -> Floats:
    """Sample instants of a sound that lasts ``length_s`` [s], shape (n,)."""
    return np.arange(int(length_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ


def noise(name: str, variant: int, n: int) -> Floats:
    """White noise of an instrument's own, ±1, shape (n,)."""
    seed = zlib.crc32(f"{name}/{variant}".encode())
    return np.random.default_rng(seed).uniform(-1.0, 1.0, n)


def decay(t: Floats, time_s: float) -> Floats:
    """An exponential decay that falls to 1/e in ``time_s``."""
    return np.exp(-t / time_s)


def envelope(t: Floats, *, attack_s: float, hold_s: float, release_s: float, sustain: float = 1.0) -> Floats:
    """A smooth rise, a slide to the sustain level until ``hold_s``, and an exponential release after it."""
    rise = np.clip(t / attack_s, 0.0, 1.0)
    body = sustain + (1.0 - sustain) * np.exp(-np.maximum(t - attack_s, 0.0) / max(0.25 * hold_s, 0.03))
    fall = np.exp(-np.maximum(t - hold_s, 0.0) / release_s)
    return np.asarray(rise * body * fall)


def filtered(x: Floats, kind: Filter, cutoff_hz: float | tuple[float, float], order: int = 2) -> Floats:
    """A Butterworth filter ("lowpass", "highpass", "bandpass") over the last axis."""
    return np.asarray(sosfilt(_sections(kind, cutoff_hz, order), x))


@lru_cache(maxsize=512)
def _sections(kind: Filter, cutoff_hz: float | tuple[float, float], order: int) -> Floats:
    return np.asarray(butter(order, np.asarray(cutoff_hz), kind, fs=SAMPLE_RATE_HZ, output="sos"))


def faded(x: Floats, fade_s: float = 0.004) -> Floats:
    """The sound with its last milliseconds faded out, so that it ends without a click."""
    n = min(x.shape[-1], int(fade_s * SAMPLE_RATE_HZ))
    out = x.copy()
    out[..., out.shape[-1] - n :] *= np.cos(np.linspace(0.0, np.pi / 2, n)) ** 2
    return out
