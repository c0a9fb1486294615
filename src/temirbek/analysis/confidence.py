"""From cues to chances: small logistic regressions, fitted on music whose beats are known.

A confidence of 0.9 shall mean that nine in ten such answers are right. So the cues of each decision (how clear the
pulse is, by how much the best place in the bar leads, in how many parts of the piece it does) are mapped to a chance
by a logistic regression, whose few weights are written here. ``python benchmarks/fit_confidence.py`` fits them anew
and prints how they do on music left out of the fit, style by style. Every cue is limited to the range that was seen,
so that nothing unheard of makes an answer certain.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """A chance as a function of cues: 1 / (1 + exp(−(bias + Σ weight · cue))).

    Attributes:
        bias: Log odds where all cues are zero.
        weights: Log odds per unit of each cue, by its name.
        limits: Lowest and highest value at which a cue is taken, by its name.
    """

    bias: float
    weights: Mapping[str, float]
    limits: Mapping[str, tuple[float, float]]

    def log_odds(self, cues: Mapping[str, float]) -> float:
        """Log odds of cues; all that have weights must be given."""
        return self.bias + sum(
            weight * float(np.clip(cues[name], *self.limits[name])) for name, weight in self.weights.items()
        )

    def chance(self, cues: Mapping[str, float]) -> float:
        """Chance of cues, 0–1."""
        return float(1 / (1 + np.exp(-self.log_odds(cues))))


OCTAVE = Logistic(
    bias=-16.1,
    weights={
        "tempo": -7.35,
        "high sixteenths": 3.66,
        "mid sixteenths": -2.66,
        "kick returns": 2.19,
        "snare returns": 6.32,
        "evenness": 39.1,
    },
    limits={
        "tempo": (-0.58, 0.15),
        "high sixteenths": (-1.5, -0.3),
        "mid sixteenths": (-1.41, -0.01),
        "kick returns": (-0.3, 0.6),
        "snare returns": (-0.4, 0.5),
        "evenness": (0.3, 0.5),
    },
)
"""That the faster of two tempi is the beat; cues of :func:`temirbek.analysis.octave.octave_cues`."""

GRID = Logistic(
    bias=-1.0,
    weights={"octave": 3.0, "half beat": 2.0, "half beat throughout": 2.0, "pulse": 1.0, "agreement": 2.0},
    limits={
        "octave": (-0.7, 0.0),
        "half beat": (0.0, 3.0),
        "half beat throughout": (0.0, 1.0),
        "pulse": (0.0, 1.4),
        "agreement": (0.0, 1.0),
    },
)
"""That beats are where the music's are, at the felt level; cues of :func:`temirbek.analysis.grid.read_meter`."""

DOWNBEAT = Logistic(
    bias=-1.0,
    weights={"lead": 1.0, "throughout": 2.0, "bars": 0.3},
    limits={"lead": (0.0, 4.0), "throughout": (0.0, 1.0), "bars": (1.0, 5.0)},
)
"""That the one is the one, given the beats; cues of :func:`temirbek.analysis.meter.choose_bars`."""
