"""A lattice of half beats → beats and bars over the whole recording."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.drift import Drift
from temirbek.analysis.meter import choose_bars, possible_tempi
from temirbek.analysis.octave import choose_octave
from temirbek.analysis.phase import FineEnergy, fine_offset_s, followed_s
from temirbek.analysis.slots import SLOTS_PER_BEAT, slots_on
from temirbek.analysis.spectrum import Spectrum
from temirbek.analysis.votes import Votes
from temirbek.audio import AttackEnvelope
from temirbek.types import BeatGrid

Floats = NDArray[np.float64]

EARLY_S = 0.003
"""How much early the attack envelope sees a sharp attack, about."""
EVEN_SHARE = 1e-6
KICK_TWICE = (2.0, 0.5, 0.5)
"""Weights of the bands where the beat is told from what lies between beats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A beat grid, and the cues of how far it may be trusted (:mod:`temirbek.analysis.confidence`)."""

    grid: BeatGrid
    grid_cues: dict[str, float]
    downbeat_cues: dict[str, float]


def held_lattice(
    pulse_bpm: float, envelope: AttackEnvelope, duration_s: float, drift: Drift | None = None
) -> Floats:
    """Half beats of the fastest tempo of a pulse, phase from the strongest attacks; instants [s].

    With a drift the lattice is straight before it and bent by it, as the attacks are.
    """
    period_s = 60 / possible_tempi(pulse_bpm)[-1]
    half_beats_s = lattice(
        strongest_phase_s(envelope, period_s, drift), period_s / SLOTS_PER_BEAT, duration_s
    )
    if drift is None:
        return half_beats_s
    bent_s = half_beats_s + np.interp(half_beats_s, *drift)
    return np.asarray(bent_s[(bent_s >= 0) & (bent_s <= duration_s)])


def read_meter(
    half_beats_s: Floats,
    tempi_bpm: list[float],
    envelope: AttackEnvelope,
    spectrum: Spectrum,
    energy: FineEnergy,
    duration_s: float,
    votes: Votes | None = None,
) -> Heard:
    """Chooses octave, bar and downbeat on a lattice, then moves the grid onto the exact attacks.

    Args:
        half_beats_s: Half beats of the fastest tempo considered [s], shape (n,), increasing.
        tempi_bpm: The tempi considered, slowest first.
        envelope, spectrum, energy: Of the same recording.
        duration_s: Its length [s]; no beat lies outside it.
        votes: Someone else's beats, which count where the level is chosen and place nothing.
    """
    every = slots_on(half_beats_s, envelope, spectrum)
    octave = choose_octave(every, tempi_bpm, votes)
    stride = round(tempi_bpm[-1] / octave.bpm)
    strength = every.attacks.sum(axis=0)
    first = int(np.argmax([strength[start::stride].mean() for start in range(stride)]))
    slots_s = half_beats_s[first::stride]
    bars = choose_bars(slots_on(slots_s, envelope, spectrum) if stride > 1 else every, votes)
    phase = bars.slot % SLOTS_PER_BEAT
    beats_s = slots_s[phase::SLOTS_PER_BEAT]
    one = bars.slot // SLOTS_PER_BEAT
    moved_s = beats_s + fine_offset_s(energy, beats_s)
    if not is_even(beats_s):
        moved_s = followed_s(energy, moved_s)
    beats_s, added = _filled(moved_s, duration_s)
    return Heard(
        grid=BeatGrid(
            beats_s=beats_s,
            first_downbeat=(one + added) % bars.beats_per_bar,
            beats_per_bar=bars.beats_per_bar,
        ),
        grid_cues={
            "octave": float(np.log(octave.confidence)),
            "half beat": bars.half_beat_lead,
            "half beat throughout": bars.half_beat_throughout,
        },
        downbeat_cues={"lead": bars.one_lead, "throughout": bars.one_throughout},
    )


def is_even(beats_s: Floats) -> bool:
    """Whether beats lie on one straight line, as those of a constant tempo do."""
    steps_s = np.diff(beats_s)
    return bool(np.ptp(steps_s) < EVEN_SHARE * steps_s.mean())


def _filled(beats_s: Floats, duration_s: float) -> tuple[Floats, int]:
    """Beats from the first that the recording has room for to the last; and how many were put before."""
    before_s, after_s = beats_s[1] - beats_s[0], beats_s[-1] - beats_s[-2]
    n_before = int(np.floor(beats_s[0] / before_s + 1e-6))
    n_after = int(np.floor((duration_s - beats_s[-1]) / after_s + 1e-6))
    head = beats_s[0] - np.arange(max(n_before, 0), 0, -1) * before_s
    tail = beats_s[-1] + np.arange(1, max(n_after, 0) + 1) * after_s
    every = np.concatenate([head, beats_s, tail])
    outside = int((every < -1e-6 * before_s).sum())
    every = every[(every >= -1e-6 * before_s) & (every <= duration_s + 1e-6 * after_s)]
    return np.clip(every, 0.0, duration_s), len(head) - outside


def lattice(anchor_s: float, step_s: float, duration_s: float) -> Floats:
    """All instants anchor + k · step within the recording [s]."""
    first, last = np.ceil(-anchor_s / step_s), np.floor((duration_s - anchor_s) / step_s)
    return np.asarray(anchor_s + np.arange(first, last + 1) * step_s)


def strongest_phase_s(envelope: AttackEnvelope, period_s: float, drift: Drift | None = None) -> float:
    """Where in the period attacks are strongest [s], 0 ≤ phase < period."""
    profile = folded_profile(envelope, period_s, drift)
    return float(((profile.argmax() + 0.5) / len(profile) * period_s + EARLY_S) % period_s)


def folded_profile(envelope: AttackEnvelope, period_s: float, drift: Drift | None = None) -> Floats:
    """Mean attack strength over the period in bins of about 1 ms, smoothed over 12 ms."""
    n = max(16, round(period_s * 1000))
    frames = np.arange(envelope.bands.shape[1]) / envelope.rate_hz
    if drift is not None:
        frames = frames - np.interp(frames, *drift)
    bins = ((frames % period_s) / period_s * n).astype(int) % n
    counts = np.maximum(1, np.bincount(bins, minlength=n))
    profile = np.bincount(bins, weights=envelope.combined(KICK_TWICE), minlength=n) / counts
    kernel = np.hanning(15)[1:-1]
    padded = np.concatenate([profile[-6:], profile, profile[:6]])
    return np.asarray(np.convolve(padded, kernel / kernel.sum(), mode="valid"))
