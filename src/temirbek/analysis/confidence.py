"""From cues to chances: small logistic regressions, fitted on music whose beats are known.

A confidence of 0.9 shall mean that nine in ten such answers are right. So the cues of each decision (how clear the
pulse is, by how much the best place in the bar leads, in how many parts of the piece it does) are mapped to a chance
by a logistic regression, whose few weights are written here. ``python benchmarks/fit_confidence.py`` fits them anew
and prints how they do on music left out of the fit. The weights here come from 31 styles of the box, three pieces each,
eleven recordings altered in eight ways, and, counting little, a hundred pieces of game music rendered from MIDI. Every cue is limited to the range that was seen,
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
    bias=-16.11,
    weights={
        "tempo": -7.07,
        "high sixteenths": 3.46,
        "mid sixteenths": -2.51,
        "kick returns": 2.22,
        "snare returns": 5.64,
        "evenness": 38.68,
    },
    limits={
        "tempo": (-0.58, 0.15),
        "high sixteenths": (-1.5, -0.3),
        "mid sixteenths": (-1.4, -0.01),
        "kick returns": (-0.3, 0.6),
        "snare returns": (-0.4, 0.5),
        "evenness": (0.3, 0.5),
    },
)
"""That the faster of two tempi is the beat; cues of :func:`temirbek.analysis.octave.octave_cues`.

Left out of the fit (113 groups), of those at least 0.9 sure of either octave 95 % were right (116 of 234).
"""

GRID = Logistic(
    bias=-7.6,
    weights={
        "octave": 4.08,
        "half beat": 0.47,
        "half beat throughout": 1.77,
        "pulse": 1.57,
        "agreement": 5.11,
    },
    limits={
        "octave": (-0.63, 0.0),
        "half beat": (0.0, 10.0),
        "half beat throughout": (0.0, 1.0),
        "pulse": (0.3, 1.39),
        "agreement": (0.0, 1.0),
    },
)
"""That beats are where the music's are, at the felt level; cues of ``find_tempo`` and ``read_meter`` together.

Left out of the fit, of the grids given at least 0.9, 98 % of the box's (48) and of the recordings (65) were right, and
94 % (147) counting game music rendered from MIDI, whose quarter is often not the felt beat.
"""

DOWNBEAT = Logistic(
    bias=-1.61,
    weights={"lead": 0.57, "throughout": 4.29},
    limits={"lead": (0.0, 10.0), "throughout": (0.0, 1.0)},
)
"""That the one is the one, given the beats; cues of :func:`temirbek.analysis.meter.choose_bars`.

Left out of the fit, of the downbeats given at least 0.9, 98 % were right (199 of 215).
"""
