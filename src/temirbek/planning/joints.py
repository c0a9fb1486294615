"""What a transition between two tracks costs, and which evidence spoke for its style.

Everything that two tracks do to each other is foreseen in :mod:`temirbek.planning.together`; here it is weighed, for
each style by what the style does about it. Where the harmonies clash or the mids of both are full, a filter sweep takes
the outgoing track's body away and pays less for it; an echo-out and a cut pay nothing, but cost more to begin with.
"""

import numpy as np
from numpy.typing import NDArray

from temirbek.planning.material import Material
from temirbek.planning.places import is_among
from temirbek.planning.shapes import Shape
from temirbek.planning.together import hear_together, step_deviation_lu

Floats = NDArray[np.float64]

CLASH_COST = 2.0
CLEAR_CLASH = 0.45
"""Below this, two tracks go together; above, it is heard."""

DENSITY_COST = 0.8
DENSE = 0.6
SWEPT = 0.35
"""A sweep leaves so much of what harmonies and mids of the outgoing track do."""

VOICE_BAR_COST = 0.35
DEVIATION_COST = 0.2
TRIM_REACH_LU = 3.5
BEYOND_TRIM_COST = 0.6
STEP_REACH_LU = 1.2
"""Where nothing overlaps nothing can be trimmed."""
MOST_DEVIATION_LU = 9.0
RISK_BAR_COST = 0.1
"""A bar together costs so much, times how uncertain the beats are."""

DROP_SWAP_GAIN = 1.2


def pair_scores(a: Material, b: Material, shape: Shape, leaves: Floats, starts: Floats) -> Floats:
    """Worth (≤ 0, but for a drop swap) of a transition of one shape, for all places, shape (leaves, starts)."""
    if shape.together_bars == 0:
        deviation = np.minimum(step_deviation_lu(a, b, leaves, starts), MOST_DEVIATION_LU)
        return -(DEVIATION_COST * deviation + BEYOND_TRIM_COST * np.maximum(0.0, deviation - STEP_REACH_LU))
    heard = hear_together(a, b, shape, leaves, starts)
    body = CLASH_COST * np.maximum(0.0, heard.clash - CLEAR_CLASH) / (1 - CLEAR_CLASH)
    body = body + DENSITY_COST * np.maximum(0.0, heard.density - DENSE) / (1 - DENSE)
    if shape.style == "filter_sweep":
        body = SWEPT * body
    deviation = np.minimum(heard.deviation_lu, MOST_DEVIATION_LU)
    cost = (
        body * np.sqrt(shape.together_bars / 16.0)
        + VOICE_BAR_COST * heard.voices_bars
        + DEVIATION_COST * deviation
        + BEYOND_TRIM_COST * np.maximum(0.0, deviation - TRIM_REACH_LU)
        + RISK_BAR_COST * shape.together_bars * _risk(a, b)
    )
    if shape.style == "drop_swap":
        bar = a.analysis.beat_grid.beats_per_bar
        lands = is_among(starts + shape.lead_in_bars * bar, b.built_drops)
        cost = np.where(lands[None, :], cost - DROP_SWAP_GAIN, np.inf)
    return np.asarray(-cost)


def _risk(a: Material, b: Material) -> float:
    """How uncertain the beats of the less certain track are, 0–1, where that is worth a thought."""
    sure = min(min(m.analysis.confidence.grid, m.analysis.confidence.downbeat) for m in (a, b))
    return max(0.0, 0.9 - sure)
