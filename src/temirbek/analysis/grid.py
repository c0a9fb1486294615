"""Attacks → a grid of beats and bars over the whole recording."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.meter import SLOTS_PER_BEAT, choose_bars, choose_octave, possible_tempi
from temirbek.analysis.phase import FineEnergy, fine_offset_s
from temirbek.analysis.pulse import Pulse
from temirbek.analysis.slots import slots_on
from temirbek.analysis.spectrum import Spectrum
from temirbek.audio import AttackEnvelope
from temirbek.types import BeatGrid

Floats = NDArray[np.float64]

EARLY_S = 0.003
"""How much early the attack envelope sees a sharp attack, about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A beat grid, and how far each decision behind it may be trusted (0–1)."""

    grid: BeatGrid
    octave_confidence: float
    half_beat_confidence: float
    downbeat_confidence: float


def constant_grid(
    pulse: Pulse, envelope: AttackEnvelope, spectrum: Spectrum, energy: FineEnergy, duration_s: float
) -> Heard:
    """The grid of a recording whose tempo never changes."""
    tempi_bpm = possible_tempi(pulse.bpm)
    fast_period_s = 60 / tempi_bpm[-1]
    anchor_s = strongest_phase_s(envelope, fast_period_s)
    lattice = _lattice(anchor_s, fast_period_s / SLOTS_PER_BEAT, duration_s)
    octave = choose_octave(slots_on(lattice, envelope, spectrum), tempi_bpm)
    period_s = 60 / octave.bpm
    if octave.bpm < tempi_bpm[-1]:
        anchor_s = strongest_phase_s(
            envelope, period_s, near_s=anchor_s, step_s=fast_period_s / SLOTS_PER_BEAT
        )
    lattice = _lattice(anchor_s, period_s / SLOTS_PER_BEAT, duration_s)
    bars = choose_bars(slots_on(lattice, envelope, spectrum))
    one_s = lattice[bars.slot]
    beats_s = _lattice(one_s, period_s, duration_s)
    one_s += fine_offset_s(energy, beats_s)
    beats_s = _lattice(one_s, period_s, duration_s)
    first = round((one_s - beats_s[0]) / period_s) % bars.beats_per_bar
    grid = BeatGrid(beats_s=beats_s, first_downbeat=first, beats_per_bar=bars.beats_per_bar)
    return Heard(
        grid=grid,
        octave_confidence=octave.confidence,
        half_beat_confidence=bars.half_beat_confidence,
        downbeat_confidence=bars.downbeat_confidence,
    )


def _lattice(anchor_s: float, step_s: float, duration_s: float) -> Floats:
    """All instants anchor + k · step within the recording [s]."""
    first = np.ceil(-anchor_s / step_s - 1e-9)
    last = np.floor((duration_s - anchor_s) / step_s + 1e-9)
    return np.clip(anchor_s + np.arange(first, last + 1) * step_s, 0.0, duration_s)


def strongest_phase_s(
    envelope: AttackEnvelope, period_s: float, near_s: float | None = None, step_s: float = 0.0
) -> float:
    """Where in the period attacks are strongest [s], 0 ≤ phase < period.

    With ``near_s`` only that phase plus multiples of ``step_s`` are considered.
    """
    profile = folded_profile(envelope, period_s)
    n = len(profile)
    if near_s is None:
        best = int(profile.argmax())
        return ((best + 0.5) / n * period_s + EARLY_S) % period_s
    phases_s = (near_s + np.arange(round(period_s / step_s)) * step_s) % period_s
    values = profile[((phases_s - EARLY_S) / period_s * n).astype(int) % n]
    return float(phases_s[values.argmax()])


def folded_profile(envelope: AttackEnvelope, period_s: float) -> Floats:
    """Mean attack strength over the period in bins of about 1 ms, smoothed over 6 ms, the kick counted twice."""
    n = max(16, round(period_s * 1000))
    frames = np.arange(envelope.bands.shape[1]) / envelope.rate_hz
    bins = ((frames % period_s) / period_s * n).astype(int) % n
    counts = np.maximum(1, np.bincount(bins, minlength=n))
    strength = envelope.combined((2.0, 0.5, 0.5))
    profile = np.bincount(bins, weights=strength, minlength=n) / counts
    kernel = np.hanning(15)[1:-1]
    padded = np.concatenate([profile[-6:], profile, profile[:6]])
    return np.asarray(np.convolve(padded, kernel / kernel.sum(), mode="valid"))


def extended(heard: Heard, grid: BeatGrid) -> Heard:
    """The same trust in another grid."""
    return replace(heard, grid=grid)
