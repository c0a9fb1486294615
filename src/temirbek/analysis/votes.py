"""A second opinion on the metre: someone else's beats, which vote and place nothing.

Whoever listens to beats (a neural network, a person tapping) is asked for beats and downbeats. Frames of a network
last 20 ms, taps scatter by 30: too rough for a grid. But they may know better which octave is the beat, which half
of the beat is on, and which beat is "the one"; so each hypothesis is asked how many of the voter's beats it
explains, and that share is weighed with the evidence of the sound (:mod:`temirbek.analysis.meter`). Votes without
order explain no hypothesis better than another, and change nothing.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NEAR_S = 0.05
"""How near a vote must lie to a beat to mean it [s]; less than half of the half beats of 200 BPM."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Votes:
    """Beats and downbeats as a voter hears them: track time [s], shapes (n,) and (m,), increasing."""

    beats_s: Floats
    downbeats_s: Floats


class Voter(Protocol):
    """Whoever can say where beats are."""

    def __call__(self, samples: NDArray[np.float32], sample_rate_hz: int) -> Votes:
        """Listens to ``samples``, shape (channels, n)."""


def agreement(votes_s: Floats, beats_s: Floats) -> float:
    """How well instants explain votes: the F-measure of matches within 50 ms, 0–1; 0 where either has none.

    Args:
        votes_s: What was voted for [s], increasing.
        beats_s: A hypothesis [s], increasing; only the stretch in which there are votes is judged.
    """
    if len(votes_s) < 2:
        return 0.0
    inside = beats_s[(beats_s > votes_s[0] - NEAR_S) & (beats_s < votes_s[-1] + NEAR_S)]
    if len(inside) == 0:
        return 0.0
    met = int((_distance(inside, votes_s) < NEAR_S).sum())
    explained = int((_distance(votes_s, inside) < NEAR_S).sum())
    precision, recall = met / len(inside), explained / len(votes_s)
    return 2 * precision * recall / (precision + recall) if met and explained else 0.0


def _distance(from_s: Floats, to_s: Floats) -> Floats:
    """From each instant to the nearest of the others [s], shape of ``from_s``."""
    after = np.searchsorted(to_s, from_s).clip(1, max(1, len(to_s) - 1))
    nearest = np.minimum(
        np.abs(from_s - to_s[after - 1]), np.abs(from_s - to_s[after.clip(max=len(to_s) - 1)])
    )
    return np.asarray(nearest, dtype=float)
