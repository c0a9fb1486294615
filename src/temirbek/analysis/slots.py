"""What happens on each slot of a lattice: the evidence from which metre is read.

A *slot* is half a beat of the fastest tempo considered. For each slot: attack strength per band, and how much
timbre, harmony and bass differ between the music just before and just after it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.spectrum import CHROMA_BINS, Spectrum
from temirbek.audio import AttackEnvelope

Floats = NDArray[np.float64]

SLOTS_PER_BEAT = 2
N_BASS_MELS = 6
PUNCH_MELS = (slice(0, 4), slice(6, 16), slice(22, None))
"""Mel bands below 200 Hz (kick), 300–1200 Hz (snare, voices) and above 2 kHz (snare, hats)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slots:
    """Evidence on a lattice of instants.

    Attributes:
        times_s: Instants [s], shape (n,).
        attacks: Low, mid and high attack strength relative to its mean, shape (3, n).
        attacks_between: The same half way from each slot to the next, shape (3, n).
        punch: Rise of amplitude in the low, mid and high mel bands (not compressed: who hits hard), shape (3, n).
        mel: Mean mel levels from each slot to the next [dB], shape (n, 40).
        chroma: Mean chroma from each slot to the next, unit length, shape (n, 12).
    """

    times_s: Floats
    attacks: Floats
    attacks_between: Floats
    punch: Floats
    mel: Floats
    chroma: Floats

    def change(self, what: str, reach: int) -> Floats:
        """Distance between the ``reach`` slots before and after each slot, shape (n,); NaN near the ends."""
        rows = {"mel": self.mel, "chroma": self.chroma, "bass": self.mel[:, :N_BASS_MELS]}[what]
        sums = np.cumsum(np.vstack([np.zeros((1, rows.shape[1])), rows]), axis=0)
        n = len(rows)
        out = np.full(n, np.nan)
        if n > 2 * reach:
            at = np.arange(reach, n - reach + 1)
            before = (sums[at] - sums[at - reach]) / reach
            after = (sums[at + reach] - sums[at]) / reach
            out[at[at < n]] = np.linalg.norm(after - before, axis=1)[at < n]
        return out


def slots_on(times_s: Floats, envelope: AttackEnvelope, spectrum: Spectrum) -> Slots:
    """Gathers the evidence on instants [s], shape (n,), increasing, n ≥ 2."""
    chroma = spectrum.chroma.reshape(len(spectrum.chroma), 12, CHROMA_BINS // 12).sum(axis=2)
    means = _means_between(np.sqrt(chroma), spectrum.chroma_rate_hz, times_s)
    norm = np.linalg.norm(means, axis=1, keepdims=True)
    return Slots(
        times_s=times_s,
        attacks=_strongest_near(envelope, times_s),
        attacks_between=_strongest_near(envelope, times_s + 0.5 * np.diff(times_s, append=times_s[-1])),
        punch=_punch(spectrum, times_s),
        mel=_means_between(spectrum.mel_db, spectrum.mel_rate_hz, times_s),
        chroma=means / np.maximum(norm, 1e-9),
    )


def folded(values: Floats, period: int) -> Floats:
    """Mean of ``values`` at each place of the period, NaN left out, shape (period,)."""
    out = np.zeros(period)
    for place in range(period):
        here = values[place::period]
        here = here[np.isfinite(here)]
        out[place] = here.mean() if len(here) else 0.0
    return out


def _strongest_near(envelope: AttackEnvelope, times_s: Floats) -> Floats:
    """The largest attack from 15 ms before to 25 ms after each instant, per band."""
    first, last = round(-0.015 * envelope.rate_hz), round(0.025 * envelope.rate_hz)
    frames = np.round(times_s * envelope.rate_hz).astype(int)[:, None] + np.arange(first, last + 1)
    frames = frames.clip(0, envelope.bands.shape[1] - 1)
    mean = envelope.bands.mean(axis=1, keepdims=True)
    return np.asarray(envelope.bands[:, frames].max(axis=2) / np.maximum(mean, 1e-9), dtype=float)


def _punch(spectrum: Spectrum, times_s: Floats) -> Floats:
    """Largest amplitude just after each instant less the smallest just before it, per band, ≥ 0."""
    amplitude = 10 ** (spectrum.mel_db / 20)
    frames = np.round(times_s * spectrum.mel_rate_hz).astype(int)
    after = (frames[:, None] + np.arange(0, 3)).clip(0, len(amplitude) - 1)
    before = (frames[:, None] - np.arange(1, 4)).clip(0, len(amplitude) - 1)
    rows = []
    for mels in PUNCH_MELS:
        level = amplitude[:, mels].sum(axis=1)
        rows.append(np.maximum(0.0, level[after].max(axis=1) - level[before].min(axis=1)))
    return np.array(rows, dtype=float)


def _means_between(rows: NDArray[np.float32], rate_hz: float, times_s: Floats) -> Floats:
    """Mean of ``rows`` from each instant to the next (the last lasts as long as the one before)."""
    ends_s = np.append(times_s, 2 * times_s[-1] - times_s[-2])
    edges = np.round(ends_s * rate_hz).astype(int).clip(0, len(rows) - 1)
    sums = np.cumsum(np.vstack([np.zeros((1, rows.shape[1])), rows]), axis=0, dtype=float)
    first, last = edges[:-1], np.maximum(edges[1:], edges[:-1] + 1)
    return np.asarray((sums[last] - sums[first]) / (last - first)[:, None])
