"""The three-band attack envelope: how strongly sound sets in, every 1.45 ms.

Band energies of short Hann windows (11.6 ms), log-compressed relative to the band's own loud level, their rise over
four hops kept (Masri 1996; Bello et al. 2005). Windows and hops are given for 44.1 kHz and scaled to other rates.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

Envelope = NDArray[np.float32]

BANDS_HZ = ((0.0, 180.0), (180.0, 2000.0), (2000.0, 9000.0))
HOP_S = 64 / 44100
WINDOW_HOPS = 8
RISE_HOPS = 4
CHUNK_FRAMES = 4096
FAINT_SHARE = 1e-4
"""A band is not amplified as if it were loud when its loud level lies 40 dB or more below that of all bands."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AttackEnvelope:
    """Attack strength per band; frame i is the instant i / ``rate_hz`` of the sound.

    Attributes:
        bands: Rise of log energy in the low, mid and high band, ≥ 0, shape (3, n).
        rate_hz: Frames per second.
    """

    bands: Envelope
    rate_hz: float

    def combined(self, weights: tuple[float, float, float] = (1.0, 0.5, 0.5)) -> Envelope:
        """The weighted sum of the bands, each relative to its own mean, shape (n,)."""
        total = np.zeros(self.bands.shape[1], dtype=np.float32)
        for band, weight in zip(self.bands, weights, strict=True):
            mean = float(band.mean())
            if mean > 0:
                total += np.float32(weight / mean) * band
        return total


def attack_envelope(samples: NDArray[np.float32], sample_rate_hz: int) -> AttackEnvelope:
    """Measures where sound sets in.

    Args:
        samples: Sound, shape (channels, n) or (n,); channels are averaged.
        sample_rate_hz: Sample rate [Hz].
    """
    hop = max(1, round(HOP_S * sample_rate_hz))
    energies = _band_energies(samples, sample_rate_hz, hop)
    faint = FAINT_SHARE * float(np.percentile(energies.sum(axis=0), 99))
    bands = np.stack([_rise(energy, faint) for energy in energies])
    return AttackEnvelope(bands=bands, rate_hz=sample_rate_hz / hop)


def _band_energies(samples: NDArray[np.float32], sample_rate_hz: int, hop: int) -> Envelope:
    """Energy per band of windows centred on multiples of the hop, shape (3, n)."""
    window = WINDOW_HOPS * hop
    n_frames = 1 + samples.shape[-1] // hop
    shape = np.hanning(window + 1)[:-1].astype(np.float32)  # periodic: its centre is a sample
    frequencies_hz = np.fft.rfftfreq(window, 1 / sample_rate_hz)
    energies = np.zeros((len(BANDS_HZ), n_frames), dtype=np.float32)
    for first in range(0, n_frames, CHUNK_FRAMES):
        last = min(n_frames, first + CHUNK_FRAMES)
        sound = _mono_slice(samples, first * hop - window // 2, (last - 1) * hop + window // 2)
        frames = np.lib.stride_tricks.sliding_window_view(sound, window)[::hop]
        power = np.abs(scipy.fft.rfft(frames * shape, axis=1)) ** 2
        for band, (low_hz, high_hz) in enumerate(BANDS_HZ):
            inside = (frequencies_hz >= low_hz) & (frequencies_hz < high_hz)
            energies[band, first:last] = power[:, inside].sum(axis=1)
    return energies


def _mono_slice(samples: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Samples start … stop, the mean of channels, with silence outside the recording."""
    n = samples.shape[-1]
    inside = samples[..., max(0, start) : min(n, stop)]
    mono = inside if inside.ndim == 1 else inside.mean(axis=0, dtype=np.float32)
    return np.pad(mono, (max(0, -start), max(0, stop - max(n, start))))


def _rise(energy: Envelope, faint: float) -> Envelope:
    """Half-wave rectified slope of compressed energy over a few hops, centred."""
    loud = max(float(np.percentile(energy, 99)), faint)
    rise = np.zeros_like(energy)
    if loud <= 0 or len(energy) <= RISE_HOPS:
        return rise
    level = np.log1p(1e3 * energy / loud)
    half = RISE_HOPS // 2
    rise[half:-half] = np.maximum(0.0, level[RISE_HOPS:] - level[:-RISE_HOPS])
    return rise
