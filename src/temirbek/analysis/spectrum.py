"""Short-time spectra of a whole recording as mel bands and fine chroma, computed in chunks of bounded memory.

Everything here is on half the sum of the channels at 22.05 kHz; only the search for voices also asks for their
difference. The mel bands (Slaney's spacing) tell changes of timbre; the fine
chroma sums spectral *peaks* at their interpolated frequency, ten bins a semitone, so that the tuning can be
estimated afterwards (Gómez 2006, without its harmonic weighting).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.fft
import soxr
from numpy.typing import NDArray

from temirbek.analysis.vocals import VoiceListener

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
        voice: Evidence of voices (:mod:`temirbek.analysis.vocals`), at ``mel_rate_hz``, shape (n, 3).
    """

    mel_db: Frames
    mel_rate_hz: float
    chroma: Frames
    chroma_rate_hz: float
    voice: Frames


def spectrum(samples: NDArray[np.float32], sample_rate_hz: int) -> Spectrum:
    """Measures mel bands, fine chroma and evidence of voices in ``samples``, shape (1 or 2, n)."""
    mel_weights = _mel_weights()
    voices = VoiceListener(RATE_HZ / WINDOW)
    short, long = _Framer(len(samples), WINDOW, HOP), _Framer(1, CHROMA_WINDOW, CHROMA_HOP)
    mels: list[Frames] = []
    chromas: list[Frames] = []
    for sound in _mid_side_chunks(samples, sample_rate_hz):
        power = _power(short.add(sound))
        mels.append(power[0] @ mel_weights)
        voices.add(power[0], power[1] if len(power) > 1 else None)
        chromas.append(_fine_chroma(_power(long.add(sound[:1]))[0]))
    mel = np.concatenate(mels)
    level = 10 * np.log10(mel + 1e-10)
    return Spectrum(
        mel_db=np.maximum(level, level.max() - DYNAMIC_RANGE_DB),
        mel_rate_hz=RATE_HZ / HOP,
        chroma=np.concatenate(chromas),
        chroma_rate_hz=RATE_HZ / CHROMA_HOP,
        voice=voices.finish(),
    )


def _mid_side_chunks(samples: NDArray[np.float32], sample_rate_hz: int) -> Iterator[Frames]:
    """Half the sum and, in stereo, half the difference of the channels at 22.05 kHz, some seconds at a time.

    Half a window of silence follows the last, so that the last frame is centred on the end.
    """
    n_channels = len(samples)
    resampler = soxr.ResampleStream(sample_rate_hz, RATE_HZ, n_channels, dtype="float32", quality="MQ")
    step = CHUNK_S * sample_rate_hz
    for start in range(0, samples.shape[1], step):
        chunk = samples[:, start : start + step]
        mid = chunk.mean(axis=0, dtype=np.float32)
        mid_side = np.stack([mid, mid - chunk[1]], axis=1) if n_channels > 1 else mid[:, None]
        is_last = start + step >= samples.shape[1]
        sound = resampler.resample_chunk(mid_side, last=is_last).T
        yield np.pad(sound, ((0, 0), (0, CHROMA_WINDOW // 2))) if is_last else sound


class _Framer:
    """Cuts a stream into overlapping frames that are those of the whole, the first centred on 0 s."""

    def __init__(self, n_channels: int, window: int, hop: int) -> None:
        self._window, self._hop = window, hop
        self._rest: Frames = np.zeros((n_channels, window // 2), dtype=np.float32)

    def add(self, sound: Frames) -> Frames:
        """The frames that ``sound``, shape (channels, n), completes: shape (channels, frames, window)."""
        sound = np.concatenate([self._rest, sound], axis=1)
        n_frames = max(0, 1 + (sound.shape[1] - self._window) // self._hop)
        self._rest = sound[:, n_frames * self._hop :]
        if n_frames == 0:
            return np.zeros((len(sound), 0, self._window), dtype=np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(sound, self._window, axis=1)
        return frames[:, : n_frames * self._hop : self._hop]


def _power(frames: Frames) -> Frames:
    """Power spectra of frames, shape (channels, frames, window) → (channels, frames, bins)."""
    shape = np.hanning(frames.shape[-1] + 1)[:-1].astype(np.float32)
    spectra = scipy.fft.rfft(frames * shape, axis=-1)
    return np.asarray(spectra.real**2 + spectra.imag**2)


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
