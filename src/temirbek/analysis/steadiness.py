"""Does one tempo hold from the first bar to the last?

The recording is heard through windows of twelve seconds. In each, attacks vote for a phase at the pulse's harmonics;
a steady recording gives every window the same phase, and no neighbouring tempo fits a window much better than the
pulse does. Where windows are clear in themselves but disagree with each other, the tempo varies; where they
are not even clear in themselves, there is no beat to be found.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.onsets import Onsets

Floats = NDArray[np.float64]

WINDOW_S = 12.0
STEP_S = 6.0
HARMONICS = (1, 2, 4)
LOCAL_SHARE = 0.05
LOCAL_TEMPI = 41
FEWEST_ONSETS = 8
CHANCE_OF_BEST = 2.4
"""The largest of some six independent votes without order, in mean squared votes: ln 6 + γ."""
CLEAR_DEVIATIONS = 2.5
"""Standard deviations of votes without order from which a window's vote for the common phase is clear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """How a pulse fares window by window.

    Attributes:
        agreement: Strength found at the common phase, relative to the best tempo and phase of each window, 0–1.
        support: Share of the windows with attacks that clearly vote for the common phase, 0–1.
    """

    agreement: float
    support: float


def steadiness(onsets: Onsets, pulse_bpm: float, duration_s: float) -> Steadiness:
    """Measures how steadily a recording keeps a pulse [BPM]."""
    windows = [window for _, window in windows_of(onsets, duration_s)]
    if not windows:
        return Steadiness(agreement=0.0, support=0.0)
    votes, best, chance = (
        np.array(part) for part in zip(*(_votes(w, pulse_bpm) for w in windows), strict=True)
    )
    common = votes.mean(axis=0)
    possible = np.maximum(0.0, best - CHANCE_OF_BEST * chance[:, None]).mean(axis=0)
    agreement = np.sqrt((np.abs(common) ** 2).sum() / max(float(possible.sum()), 1e-12))
    direction = common / np.maximum(np.abs(common), 1e-12)
    in_phase = (votes * direction.conj()).real.sum(axis=1)
    deviations = in_phase / np.sqrt(0.5 * len(HARMONICS) * chance)
    return Steadiness(
        agreement=float(min(1.0, agreement)),
        support=float((deviations > CLEAR_DEVIATIONS).mean()),
    )


def windows_of(onsets: Onsets, duration_s: float) -> list[tuple[float, Onsets]]:
    """The attacks of every window that has enough of them, with the window's middle [s]."""
    starts_s = np.arange(0.0, max(duration_s - WINDOW_S, 0.0) + 1e-9, STEP_S)
    windows = [(float(s) + WINDOW_S / 2, onsets.between(s, s + WINDOW_S)) for s in starts_s]
    return [window for window in windows if len(window[1].times_s) >= FEWEST_ONSETS]


def votes_of(window: Onsets, frequencies_hz: Floats) -> NDArray[np.complex128]:
    """What the attacks say together of the phase at each frequency: all at one phase are 1 long, all over it 0."""
    angles = 2j * np.pi * np.outer(frequencies_hz, window.times_s)
    return np.asarray(np.exp(angles) @ (window.strengths / window.strengths.sum()))


def _votes(window: Onsets, pulse_bpm: float) -> tuple[NDArray[np.complex128], Floats, float]:
    """Per harmonic the vote for a phase at the pulse and the largest squared vote at any tempo nearby.

    The third value is the mean squared vote of attacks without any order.
    """
    tempi_bpm = pulse_bpm * (1 + np.linspace(-LOCAL_SHARE, LOCAL_SHARE, LOCAL_TEMPI))
    strengths = window.strengths / window.strengths.sum()
    votes, best = [], []
    for harmonic in HARMONICS:
        sums = votes_of(window, harmonic * tempi_bpm / 60)
        votes.append(sums[LOCAL_TEMPI // 2])
        best.append(float((np.abs(sums) ** 2).max()))
    return np.array(votes), np.array(best), float((strengths**2).sum())
