"""How well one track follows another, for every pair at once.

The cost of playing ``b`` right after ``a`` is the sum of (about 1 is a passable match, 3 needs a cut):

- **tempo**: (gap / 5 %)², at most 4 and a little; Kim et al. (2020) found, in 20,765 transitions of 1,557 DJ mixes, a
  change of tempo below 5 % in 86 % and below 10 % in 94.5 %. Falling costs more, the
  deeper the more: a set climbs more gladly;
- **harmony**: how much the last bars of ``a`` in which it may leave and the first bars of ``b`` in which it may come in
  clash in tonal interval space, backed by the named keys as an expectation over the best and second-best key, and by
  the tunings (:mod:`temirbek.planning.harmony`);
- **energy**: steps of more than a tenth;
- **artist and timbre**: no artist twice in a row; a sound not too near to the last one, and not too far from it;
- **voices**: both sung where they meet;
- **no blend**: different metres, uncertain beats, tempi that do not meet;
- **never after**: a person's wish, which no set may break.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from temirbek.planning.harmony import FAR_KEY_STEPS, clash_of, key_distances, tuning_clashes
from temirbek.planning.material import Material, Measured

Floats = NDArray[np.float64]

MAX_STRETCH = 0.058
"""The most by which a deck may leave its track's tempo; under 6 %, so that rounding stays inside."""

MAX_TEMPO_GAP = 0.11
"""The largest gap (log ratio) across which two decks meet in the middle, each within its stretch."""

TEMPO_SCALE = 0.05
MOST_TEMPO_COST = 4.0
CLASH_COST = 1.2
ENERGY_COST = 0.8
FREE_ENERGY_STEP = 0.1
NO_BLEND_COST = 3.0
FALLING_COST, DEEP_FALL_COST = 0.3, 3.0
FALL = 0.01
SAME_ARTIST_COST = 1.5
VOICES_COST = 0.6
TIMBRE_NEAR, TIMBRE_FAR = 0.35, 1.2
"""Unrelated tracks lie about 1 apart; nearer than a third is the same sound again."""

TIMBRE_COST = 0.5
NEVER_COST = 1e4
"""More than any set can save elsewhere."""

MEETING_BARS = 16
"""So many bars at either end are where tracks meet."""


def tempo_gap(a_bpm: float, b_bpm: float) -> float:
    """How far two tempi lie apart: the absolute log of their ratio (0.05 is about 5 %)."""
    return float(abs(np.log(b_bpm / a_bpm)))


def why_no_blend(a: Material, b: Material) -> str:
    """Why two tracks may not sound together, in plain words; "" where they may."""
    metre_a, metre_b = (m.analysis.beat_grid.beats_per_bar for m in (a, b))
    if metre_a != metre_b:
        return f"{metre_a} beats a bar do not go with {metre_b}"
    unsure = [m.title for m in (a, b) if not m.is_grid_sure]
    if unsure:
        return f"the beats of {' and '.join(unsure)} are not certain"
    gap = tempo_gap(a.tempo_bpm, b.tempo_bpm)
    if gap > MAX_TEMPO_GAP:
        return f"{a.tempo_bpm:.1f} and {b.tempo_bpm:.1f} BPM do not meet within 6 % of each"
    return ""


def pair_costs(materials: Sequence[Material], never_after: Sequence[tuple[str, str]] = ()) -> Floats:
    """Cost of each track (column) after each other (row), shape (n, n), ≥ 0; 0 on the diagonal.

    Args:
        materials: The tracks.
        never_after: Pairs of ids (first, second) of which the second may not directly follow the first.
    """
    cost: Floats = (
        _tempo_costs(materials)
        + CLASH_COST * clashes(materials)
        + _energy_costs(materials)
        + _variety_costs(materials)
        + VOICES_COST * _voices_together(materials)
    )
    place = {m.id: i for i, m in enumerate(materials)}
    for first, second in never_after:
        if first in place and second in place:
            cost[place[first], place[second]] += NEVER_COST
    np.fill_diagonal(cost, 0.0)
    return np.asarray(cost)


def _tempo_costs(materials: Sequence[Material]) -> Floats:
    """Tempo, and what forbids a blend."""
    log_bpm = np.log([m.tempo_bpm for m in materials])
    metre = np.array([m.analysis.beat_grid.beats_per_bar for m in materials])
    is_sure = np.array([m.is_grid_sure for m in materials])
    change = log_bpm[None, :] - log_bpm[:, None]
    gap = np.abs(change)
    cost = np.minimum((gap / TEMPO_SCALE) ** 2, MOST_TEMPO_COST + gap)
    cost += (change < np.log(1 - FALL)) * (FALLING_COST + DEEP_FALL_COST * gap)
    may_blend = (metre[:, None] == metre) & is_sure[:, None] & is_sure & (gap <= MAX_TEMPO_GAP)
    return np.asarray(cost + NO_BLEND_COST * ~may_blend)


def clashes(materials: Sequence[Material]) -> Floats:
    """How much the end of each track (row) clashes with the beginning of each other (column), 0–1."""
    last = np.stack([_meeting_chroma(m, is_end=True) for m in materials])
    first = np.stack([_meeting_chroma(m, is_end=False) for m in materials])
    estimates = [m.analysis.key for m in materials]
    return clash_of(last, first, key_distances(estimates) / FAR_KEY_STEPS, tuning_clashes(estimates))


def _meeting_chroma(material: Material, *, is_end: bool) -> Floats:
    return np.asarray(_meeting_bars(material, "chroma", is_end=is_end).mean(axis=0))


def _meeting_bars(material: Material, what: Measured, *, is_end: bool) -> Floats:
    """What was measured in the bars in which a track meets the one after it (or before it)."""
    bar = material.bar_beats
    start = material.end_beat - MEETING_BARS * bar if is_end else float(material.phrases[0])
    return np.asarray(material.over_bars(what, np.array([start]), MEETING_BARS, bar)[0])


def _energy_costs(materials: Sequence[Material]) -> Floats:
    energy = np.array([m.peak_energy for m in materials])
    step = np.abs(energy[None, :] - energy[:, None])
    return np.asarray(ENERGY_COST * np.maximum(0.0, step - FREE_ENERGY_STEP))


def _variety_costs(materials: Sequence[Material]) -> Floats:
    """The same artist again, and a timbre too near or too far; what is not known costs nothing."""
    names = np.array([m.analysis.track.artist.casefold() for m in materials])
    cost = SAME_ARTIST_COST * ((names[:, None] == names) & (names != ""))
    timbre = np.stack([m.analysis.timbre for m in materials])
    is_known = np.any(timbre != 0, axis=1)
    squares = (timbre**2).sum(axis=1)
    apart = np.sqrt(np.maximum(0.0, squares[:, None] + squares - 2 * timbre @ timbre.T))
    too = np.maximum(0.0, TIMBRE_NEAR - apart) / TIMBRE_NEAR + np.maximum(0.0, apart - TIMBRE_FAR)
    return np.asarray(cost + TIMBRE_COST * too * (is_known[:, None] & is_known))


def _voices_together(materials: Sequence[Material]) -> Floats:
    """Chance that both are sung where they meet, 0–1: bar by bar, the less sure of the two."""
    leaving = np.stack([_meeting_bars(m, "vocals", is_end=True) for m in materials])
    coming = np.stack([_meeting_bars(m, "vocals", is_end=False) for m in materials])
    together = np.zeros((len(materials), len(materials)))
    for bar in range(MEETING_BARS):
        together += np.minimum(leaving[:, bar, None], coming[None, :, bar])
    return np.asarray(together / MEETING_BARS)
