"""Every bar in numbers: how it sounds, how loud it is, how much energy a dancer feels in it."""

from dataclasses import dataclass

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from temirbek.analysis.slots import slots_on
from temirbek.analysis.spectrum import Spectrum
from temirbek.audio import AttackEnvelope
from temirbek.audio.loudness import k_weighting, lufs
from temirbek.types import BeatGrid

Floats = NDArray[np.float64]

LOW_MELS, MID_MELS = slice(0, 4), slice(4, 22)
"""Mel bands up to about 200 Hz and up to about 2 kHz; the rest is high."""

LOUDNESS_BLOCK = 1 << 18
QUIETEST_LUFS = -70.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BarFeatures:
    """One row per whole bar of the grid.

    Attributes:
        timbre: Mean mel levels [dB], shape (n, 40).
        chroma: Mean pitch classes, unit length, shape (n, 12).
        power: Mean power of all bands, linear, shape (n,).
        bands: Low, mid and high power relative to the track's own maximum, shape (n, 3), 0–1.
        attacks: Mean attack strength, relative to the track's mean, shape (n,).
        drums: Mean low attack strength on the strongest slots, relative to its maximum, shape (n,).
        energy: Perceived energy, shape (n,), 0–1.
    """

    timbre: Floats
    chroma: Floats
    power: Floats
    bands: Floats
    attacks: Floats
    drums: Floats
    energy: Floats


def bar_features(grid: BeatGrid, envelope: AttackEnvelope, spectrum: Spectrum) -> BarFeatures:
    """Measures each whole bar of the grid; at least one."""
    bounds_s = bar_bounds_s(grid)
    timbre_and_chroma = slots_on(bounds_s, envelope, spectrum)
    mel_power = 10 ** (_means(spectrum.mel_db, spectrum.mel_rate_hz, bounds_s) / 10)
    bands = np.stack(
        [
            mel_power[:, LOW_MELS].sum(axis=1),
            mel_power[:, MID_MELS].sum(axis=1),
            mel_power[:, MID_MELS.stop :].sum(axis=1),
        ],
        axis=1,
    )
    power = bands.sum(axis=1)
    strength = _means(envelope.combined()[:, None], envelope.rate_hz, bounds_s)[:, 0]
    attacks = strength / max(float(strength.mean()), 1e-9)
    low = _means(envelope.bands[:1].T, envelope.rate_hz, bounds_s)[:, 0]
    return BarFeatures(
        timbre=timbre_and_chroma.mel[:-1],
        chroma=timbre_and_chroma.chroma[:-1],
        power=power,
        bands=bands / np.maximum(bands.max(axis=0), 1e-12),
        attacks=attacks,
        drums=low / max(float(low.max()), 1e-9),
        energy=_energy(bands, attacks),
    )


def bar_bounds_s(grid: BeatGrid) -> Floats:
    """Where each whole bar of the grid begins and the last ends [s], shape (n_bars + 1,)."""
    return grid.time_at(grid.first_downbeat + np.arange(grid.n_bars + 1) * grid.beats_per_bar)


def bar_loudness_lufs(samples: NDArray[np.float32], sample_rate_hz: int, bounds_s: Floats) -> Floats:
    """K-weighted loudness between neighbouring bounds (BS.1770-4, without gates) [LUFS], −70 at least.

    Args:
        samples: Shape (1 or 2, n); mono is measured as it is played, on both sides.
        sample_rate_hz: Sample rate [Hz].
        bounds_s: Instants [s], shape (k + 1,), increasing; what lies outside the recording is silence.
    """
    edges = np.round(bounds_s * sample_rate_hz).astype(int)
    sections = k_weighting(sample_rate_hz)
    state = np.zeros((len(sections), len(samples), 2))
    energies = np.zeros(len(edges) - 1)
    for start in range(0, samples.shape[1], LOUDNESS_BLOCK):
        block = samples[:, start : start + LOUDNESS_BLOCK].astype(np.float64)
        weighted, state = scipy.signal.sosfilt(sections, block, axis=1, zi=state)
        sums = np.concatenate([[0.0], np.cumsum((weighted * weighted).sum(axis=0))])
        energies += np.diff(sums[np.clip(edges - start, 0, block.shape[1])])
    played_on = 2 / len(samples)
    return np.maximum(lufs(played_on * energies / np.diff(edges)), QUIETEST_LUFS)


def _energy(bands: Floats, attacks: Floats) -> Floats:
    """Loudness, bass and attack density, each between the track's own quiet and loud, averaged.

    Loudness is taken in dB over at most 24 dB, since a bar that is 24 dB quieter is as good as still.
    """
    loudness = _between(10 * np.log10(bands.sum(axis=1) + 1e-12), widest=24.0)
    bass = _between(10 * np.log10(bands[:, 0] + 1e-12), widest=24.0)
    activity = _between(attacks, widest=np.inf)
    return np.asarray(0.45 * loudness + 0.25 * bass + 0.30 * activity)


def _between(values: Floats, widest: float) -> Floats:
    """0 at the 5th percentile (but no more than ``widest`` below the top), 1 at the 95th."""
    low, high = np.percentile(values, [5, 95])
    low = max(low, high - widest)
    spread = high - low
    if spread < 1e-6:
        return np.ones(len(values))
    # a track that never changes is not stretched over the whole scale: 6 dB (or half its attacks) fill half of it
    least = 6.0 if np.isfinite(widest) else 0.5 * max(float(high), 1e-9)
    return np.asarray(np.clip(1 - (high - values) / max(spread, least), 0.0, 1.0))


def _means(rows: NDArray[np.float32], rate_hz: float, bounds_s: Floats) -> Floats:
    """Mean of ``rows`` between neighbouring bounds [s], shape (len(bounds) − 1, columns)."""
    edges = np.round(bounds_s * rate_hz).astype(int).clip(0, len(rows))
    sums = np.cumsum(np.vstack([np.zeros((1, rows.shape[1])), rows]), axis=0, dtype=float)
    first = np.minimum(edges[:-1], len(rows) - 1)
    last = np.maximum(edges[1:], first + 1)
    return np.asarray((sums[last] - sums[first]) / (last - first)[:, None])
