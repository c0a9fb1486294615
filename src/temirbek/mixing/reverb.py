"""A hall of our own: noise that dies away, convolved with what is sent.

The response is seeded noise, another one for each side, in bands that die away the faster the higher they are (Schroeder
1962; Moorer 1979: late reverberation *is* decaying noise). It starts 18 ms after the sound, so that attacks stay clear,
and has nothing below 250 Hz. Convolution is done in equal partitions, one a frame (Stockham 1966), so that a frame costs
the same wherever it lies and depends on nothing but the frames before it.
"""

from functools import cache

import numpy as np
import scipy.fft
import scipy.signal
from numpy.typing import NDArray

from temirbek.mixing.clock import SAMPLE_RATE_HZ, Samples

LENGTH_S = 2.4
BEGINS_S = 0.018
BANDS = ((250.0, 1000.0, 2.2), (1000.0, 4000.0, 1.7), (4000.0, 12000.0, 1.0))
"""Edges of each band [Hz], and in which time it dies away by 60 dB [s]."""
ENERGY = 0.3
"""Of the whole response: steady sound comes back 5 dB softer."""
SEED = 20

Spectrum = NDArray[np.complex64]


def response() -> Samples:
    """The hall's answer to one click on each side, shape (2, n)."""
    n = round(LENGTH_S * SAMPLE_RATE_HZ)
    t = np.arange(n) / SAMPLE_RATE_HZ
    noise = np.random.default_rng(SEED).standard_normal((len(BANDS), 2, n))
    sound = np.zeros((2, n))
    for (low_hz, high_hz, dies_s), raw in zip(BANDS, noise, strict=True):
        band = scipy.signal.butter(2, (low_hz, high_hz), "band", fs=SAMPLE_RATE_HZ, output="sos")
        sound += scipy.signal.sosfilt(band, raw, axis=1) * 10 ** (-3 * t / dies_s)
    rise = np.clip(t / BEGINS_S, 0.0, 1.0)
    fall = np.clip((LENGTH_S - t) / 0.1, 0.0, 1.0)
    sound = np.roll(sound * rise * fall, round(BEGINS_S * SAMPLE_RATE_HZ), axis=1)
    sound[:, : round(BEGINS_S * SAMPLE_RATE_HZ)] = 0.0
    return np.asarray(sound * np.sqrt(ENERGY / (sound**2).sum(axis=1, keepdims=True)), dtype=np.float32)


@cache
def _partitions(frame: int) -> tuple[Spectrum, ...]:
    """Spectra of the response, cut into frames, each of shape (2, frame + 1)."""
    whole = response()
    cuts = [whole[:, k : k + frame] for k in range(0, whole.shape[1], frame)]
    return tuple(np.asarray(scipy.fft.rfft(cut, 2 * frame, axis=1)) for cut in cuts)


class Reverb:
    """One deck's hall; frames must follow each other and be as long as was said."""

    def __init__(self, frame: int) -> None:
        self._frame = frame
        self._last: Samples | None = None
        self._heard: list[Spectrum | None] = [None] * self.memory(frame)

    @staticmethod
    def memory(frame: int) -> int:
        """How many frames it rings on after the last sound that was sent."""
        return -(-round(LENGTH_S * SAMPLE_RATE_HZ) // frame) + 1

    def add_inplace(self, out: Samples, sent: Samples | None) -> None:
        """Takes what was sent in a frame, and adds what rings to ``out``, shape (2, frame)."""
        if sent is not None and not sent.any():
            sent = None
        spectrum = None
        if sent is not None or self._last is not None:
            silence = np.zeros_like(out)
            both = [silence if x is None else x for x in (self._last, sent)]
            spectrum = scipy.fft.rfft(np.concatenate(both, axis=1), axis=1)
        self._last = sent
        self._heard = [spectrum, *self._heard[:-1]]
        total = None
        for heard, partition in zip(self._heard, _partitions(self._frame), strict=False):
            if heard is not None:
                total = heard * partition if total is None else total + heard * partition
        if total is not None:
            out += scipy.fft.irfft(total, axis=1)[:, self._frame :]
