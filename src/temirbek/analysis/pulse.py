"""The tempo class: which pulse runs through the whole recording, up to factors of two.

A *pulse* is a tempo between 60 and 120 BPM whose doublings (eighths, sixteenths …) carry the attacks. Which of its
octaves is felt as the beat is another question (:mod:`temirbek.analysis.meter`). Candidates come from a comb over
the autocorrelation of the attack envelope; each is refined by the periodogram of the attacks of the *whole* track,
which resolves tempo to parts per million because phase accumulates over hundreds of beats.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temirbek.analysis.onsets import Onsets
from temirbek.audio import AttackEnvelope

Floats = NDArray[np.float64]

SLOWEST_BPM, FASTEST_BPM = 60.0, 200.0
HARMONICS = ((1, 0.7), (2, 1.0), (4, 1.0), (8, 0.7))
"""Multiples of the pulse on which attacks are expected, and what each is worth."""
CANDIDATES = 4
SEARCH_SHARE = 0.012
SNAP_DRIFT_S = 0.012
"""A round tempo is taken when over the whole recording it drifts less than this from the one measured [s]."""
SNAP_LOSS = 0.02
BLOCK_ONSETS = 1 << 14
"""So many attacks are summed at once, for the memory's sake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """A tempo class and how much of the attacks' strength agrees with it (0–1 per harmonic, weighted)."""

    bpm: float
    score: float


def find_pulses(envelope: AttackEnvelope, onsets: Onsets) -> list[Pulse]:
    """Candidate pulses, best first; each between 60 and 120 BPM."""
    pulses: list[Pulse] = []
    refined = [refine_pulse(onsets, bpm) for bpm in coarse_pulses(envelope)]
    for pulse in sorted(refined, key=lambda pulse: -pulse.score):
        if all(_octave_distance(pulse.bpm, other.bpm) > SEARCH_SHARE for other in pulses):
            pulses.append(pulse)
    return pulses


def _octave_distance(one_bpm: float, other_bpm: float) -> float:
    """How far two pulses are apart, octaves aside [octaves], 0–0.5."""
    octaves = abs(float(np.log2(one_bpm / other_bpm))) % 1
    return min(octaves, 1 - octaves)


def coarse_pulses(envelope: AttackEnvelope) -> list[float]:
    """Candidate pulses [BPM], 60–120, within about 1 %, the most likely first."""
    correlation, rate_hz = autocorrelation(envelope.combined(), envelope.rate_hz, longest_s=17.0)
    tempi_bpm = SLOWEST_BPM * 2 ** np.arange(0, 1, 1 / 400)
    lags = 60 / tempi_bpm * rate_hz
    score = np.zeros(len(tempi_bpm))
    positions = np.arange(len(correlation))
    for beats, weight in ((0.5, 0.7), (1, 1.0), (2, 1.0), (4, 1.0), (8, 0.7), (16, 0.4)):
        score += weight * np.interp(beats * lags, positions, correlation, right=0.0)
    candidates: list[float] = []
    for index in np.argsort(-score, kind="stable"):
        bpm = float(tempi_bpm[index])
        if all(_octave_distance(bpm, other) > SEARCH_SHARE for other in candidates):
            candidates.append(bpm)
        if len(candidates) == CANDIDATES:
            break
    return candidates


def autocorrelation(
    strength: NDArray[np.float32], rate_hz: float, longest_s: float, coarse_hz: float = 100.0
) -> tuple[Floats, float]:
    """Autocorrelation of an envelope at about 100 Hz up to ``longest_s``, 1 at lag 0; and its rate [Hz]."""
    step = max(1, int(rate_hz / coarse_hz))
    coarse = strength[: len(strength) // step * step].reshape(-1, step).mean(axis=1).astype(float)
    coarse -= coarse.mean()
    size = scipy.fft.next_fast_len(2 * len(coarse), real=True)
    correlation = scipy.fft.irfft(np.abs(scipy.fft.rfft(coarse, size)) ** 2, size)
    correlation = correlation[: int(longest_s * rate_hz / step)]
    return correlation / max(correlation[0], 1e-12), rate_hz / step


def refine_pulse(onsets: Onsets, bpm: float, share: float = SEARCH_SHARE) -> Pulse:
    """The best pulse within ± ``share`` of ``bpm``, resolved to parts per million."""
    span_s = max(1.0, float(onsets.times_s[-1] - onsets.times_s[0]))
    step_bpm = 60 / span_s / 24
    for _ in range(3):
        tempi_bpm = np.arange(bpm * (1 - share), bpm * (1 + share), step_bpm)
        scores = pulse_score(onsets, tempi_bpm)
        bpm = float(tempi_bpm[scores.argmax()])
        share, step_bpm = 1.5 * step_bpm / bpm, step_bpm / 12
    best = float(scores.max())
    return Pulse(bpm=_snapped(onsets, bpm, best, span_s), score=best)


def _snapped(onsets: Onsets, bpm: float, best: float, span_s: float) -> float:
    """The round number that was typed into a sequencer, where it costs nothing."""
    for grain_bpm in (0.5, 0.25):  # of the pulse: 1 and 0.5 BPM of the octave above
        rounded = round(bpm / grain_bpm) * grain_bpm
        drift_s = abs(rounded / bpm - 1) * span_s
        if drift_s < SNAP_DRIFT_S:
            if pulse_score(onsets, np.array([rounded]))[0] > (1 - SNAP_LOSS) * best:
                return rounded
            return bpm
    return bpm


def pulse_score(onsets: Onsets, tempi_bpm: Floats) -> Floats:
    """How far the attacks agree on one phase at the pulse's harmonics, shape of ``tempi_bpm``."""
    total = np.zeros(len(tempi_bpm))
    for multiple, weight in HARMONICS:
        total += weight * _concentration(onsets, multiple * tempi_bpm / 60)
    return total


def _concentration(onsets: Onsets, frequencies_hz: Floats) -> Floats:
    """|Σ s e^{2πift}| / Σ s for each of evenly spaced frequencies.

    With f = f₀ + (aB + b)·δ the exponential is a product of two, so a square root of the angles is worked out and the rest
    is one product of matrices: a recording of forty minutes costs little more a minute than one of four.
    """
    strengths = onsets.strengths / max(float(onsets.strengths.sum()), 1e-12)
    n = len(frequencies_hz)
    step_hz = float(frequencies_hz[1] - frequencies_hz[0]) if n > 1 else 0.0
    fine = max(1, round(n**0.5))
    total = np.zeros((-(-n // fine), fine), dtype=complex)
    for first in range(0, len(strengths), BLOCK_ONSETS):
        times_s = onsets.times_s[first : first + BLOCK_ONSETS]
        coarse_hz = frequencies_hz[0] + step_hz * fine * np.arange(len(total))
        rows = np.exp(2j * np.pi * np.outer(coarse_hz, times_s)) * strengths[first : first + BLOCK_ONSETS]
        total += rows @ np.exp(2j * np.pi * np.outer(times_s, step_hz * np.arange(fine)))
    return np.asarray(np.abs(total).ravel()[:n])
