"""Short-time spectra of a whole recording as mel bands and fine chroma, computed in chunks of bounded memory.

Everything here is on a mono mix at 22.05 kHz. The mel bands (Slaney's spacing) tell changes of timbre; the fine
chroma sums spectral *peaks* at their interpolated frequency, ten bins a semitone, so that the tuning can be
estimated afterwards (Gómez 2006, without its harmonic weighting).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.fft
import soxr
from numpy.typing import NDArray

Frames = NDArray[np.float32]

RATE_HZ = 22050
HOP = 512
WINDOW = 2048
N_MELS = 40
CHROMA_HOP = 2048
CHROMA_WINDOW = 4096
BINS_PER_SEMITONE = 10
CHROMA_BINS = 12 * BINS_PER_SEMITONE
CHROMA_RANGE_HZ = (80.0, 2000.0)
CHUNK_S = 20
DYNAMIC_RANGE_DB = 60.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spectrum:
    """What the room's later steps hear.

    Attributes:
        mel_db: Mel band levels [dB], floored 60 dB under the loudest, shape (n, 40).
        mel_rate_hz: Frames per second of ``mel_db``; frame i is centred on i / rate.
        chroma: Fine chroma, shape (m, 120); bin 0 is C at A = 440 Hz.
        chroma_rate_hz: Frames per second of ``chroma``.
    """

    mel_db: Frames
    mel_rate_hz: float
    chroma: Frames
    chroma_rate_hz: float


def spectrum(samples: NDArray[np.float32], sample_rate_hz: int) -> Spectrum:
    """Measures mel bands and fine chroma of ``samples``, shape (channels, n)."""
    mel_weights = _mel_weights()
    mels: list[Frames] = []
    chromas: list[Frames] = []
    for sound in _overlapping(_mono_chunks(samples, sample_rate_hz), WINDOW, HOP):
        power = _power(sound, WINDOW, HOP)
        mels.append(power @ mel_weights)
    for sound in _overlapping(_mono_chunks(samples, sample_rate_hz), CHROMA_WINDOW, CHROMA_HOP):
        chromas.append(_fine_chroma(_power(sound, CHROMA_WINDOW, CHROMA_HOP)))
    mel = np.concatenate(mels)
    level = 10 * np.log10(mel + 1e-10)
    return Spectrum(
        mel_db=np.maximum(level, level.max() - DYNAMIC_RANGE_DB),
        mel_rate_hz=RATE_HZ / HOP,
        chroma=np.concatenate(chromas),
        chroma_rate_hz=RATE_HZ / CHROMA_HOP,
    )


def _mono_chunks(samples: NDArray[np.float32], sample_rate_hz: int) -> Iterator[Frames]:
    """The mono mix at 22.05 kHz, some seconds at a time."""
    resampler = soxr.ResampleStream(sample_rate_hz, RATE_HZ, 1, dtype="float32", quality="MQ")
    step = CHUNK_S * sample_rate_hz
    for start in range(0, samples.shape[1], step):
        mono = samples[:, start : start + step].mean(axis=0, dtype=np.float32)
        is_last = start + step >= samples.shape[1]
        yield resampler.resample_chunk(mono, last=is_last)


def _overlapping(chunks: Iterator[Frames], window: int, hop: int) -> Iterator[Frames]:
    """Chunks that overlap so that their frames are those of the whole, the first centred on 0 s."""
    rest: Frames = np.zeros(window // 2, dtype=np.float32)
    for chunk in chunks:
        sound = np.concatenate([rest, chunk])
        n_frames = 1 + (len(sound) - window) // hop if len(sound) >= window else 0
        if n_frames > 0:
            yield sound[: (n_frames - 1) * hop + window]
        rest = sound[n_frames * hop :]
    last = np.concatenate([rest, np.zeros(window, dtype=np.float32)])
    yield last[: window + (len(rest) // hop) * hop // 2]


def _power(sound: Frames, window: int, hop: int) -> Frames:
    frames = np.lib.stride_tricks.sliding_window_view(sound, window)[::hop]
    shape = np.hanning(window + 1)[:-1].astype(np.float32)
    return np.asarray(np.abs(scipy.fft.rfft(frames * shape, axis=1)) ** 2)


def _mel_weights() -> Frames:
    """Triangular filters from 30 Hz to 10 kHz, shape (bins, 40), each of unit height."""
    mel = np.linspace(_hz_to_mel(30.0), _hz_to_mel(10000.0), N_MELS + 2)
    edges_hz = 700 * (10 ** (mel / 2595) - 1)
    frequencies_hz = np.fft.rfftfreq(WINDOW, 1 / RATE_HZ)
    low, mid, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    up, down = (frequencies_hz - low) / (mid - low), (high - frequencies_hz) / (high - mid)
    weights = np.maximum(0.0, np.minimum(up, down))
    nearest = np.abs(frequencies_hz[None, :] - mid).argmin(axis=1)
    weights[np.arange(N_MELS), nearest] = np.maximum(weights[np.arange(N_MELS), nearest], 0.5)
    return np.ascontiguousarray(weights.T, dtype=np.float32)


def _hz_to_mel(frequency_hz: float) -> float:
    return float(2595 * np.log10(1 + frequency_hz / 700))


def _fine_chroma(power: Frames) -> Frames:
    """Magnitudes of spectral peaks by pitch class, shape (frames, 120)."""
    resolution_hz = RATE_HZ / CHROMA_WINDOW
    first, last = (int(f / resolution_hz) for f in CHROMA_RANGE_HZ)
    level = np.log(power[:, first - 1 : last + 2] + 1e-12)
    before, here, after = level[:, :-2], level[:, 1:-1], level[:, 2:]
    frame, peak = np.nonzero(
        (here > before) & (here >= after) & (here > here.max(axis=1, keepdims=True) - 7.0)
    )
    a, b, c = before[frame, peak], here[frame, peak], after[frame, peak]
    offset = 0.5 * (a - c) / np.minimum(a - 2 * b + c, -1e-9)
    frequency_hz = (first + peak + offset) * resolution_hz
    midi = 69 + 12 * np.log2(frequency_hz / 440.0)
    bins = np.round(midi * BINS_PER_SEMITONE).astype(int) % CHROMA_BINS
    magnitude = np.exp(0.5 * b)
    chroma = np.bincount(
        frame * CHROMA_BINS + bins, weights=magnitude, minlength=len(power) * CHROMA_BINS
    ).reshape(len(power), CHROMA_BINS)
    return chroma.astype(np.float32)
