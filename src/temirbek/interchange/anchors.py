"""Beats ⇄ tempo anchors, as DJ programs keep them: a place, a tempo from there on, and the beat's number in the bar.

A grid becomes as few anchors as describe it to :data:`EXACT_S`: one for a constant tempo, one a beat for a drummer who
drifts. Anchors become beats over the whole track, before the first anchor and after the last as well, as the programs
draw them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from temirbek.interchange.lines import corners
from temirbek.types import BeatGrid

EXACT_S = 2e-7
"""Beats between two anchors lie this near the straight line."""
ROUNDED_S = 1e-3
ROUNDED_BPM = 0.005
"""Programs write places to the millisecond and tempi to 0.01 BPM; what rounding explains is not a change of tempo."""
LONGEST_S = 24 * 3600.0
"""Nothing that is a track is longer."""
BPM_RANGE = (5.0, 1000.0)
"""Outside it a number is not a tempo."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """From ``time_s`` [track s] on, beats come at ``bpm``; the first of them is number ``bar_beat`` (from 1) of its bar.

    Raises:
        ValueError: A number is out of range; the message names the field.
    """

    time_s: float
    bpm: float
    bar_beat: int = 1
    beats_per_bar: int = 4

    def __post_init__(self) -> None:
        if not abs(self.time_s) <= LONGEST_S:
            raise ValueError(f"time_s is {self.time_s:g}; expected seconds within a day")
        if not BPM_RANGE[0] <= self.bpm <= BPM_RANGE[1]:
            raise ValueError(f"bpm is {self.bpm:g}; expected {BPM_RANGE[0]:g} to {BPM_RANGE[1]:g}")
        if not 2 <= self.beats_per_bar <= 12:
            raise ValueError(f"beats_per_bar is {self.beats_per_bar}; expected 2 to 12")
        if not 1 <= self.bar_beat <= self.beats_per_bar:
            raise ValueError(f"bar_beat is {self.bar_beat}; expected 1 to {self.beats_per_bar}")


def anchors_of(grid: BeatGrid) -> tuple[Anchor, ...]:
    """The fewest anchors, each on a beat, from which the grid's beats return to within :data:`EXACT_S`."""
    beats_s = grid.beats_s
    kept = corners(np.arange(len(beats_s), dtype=float), beats_s, EXACT_S)
    return tuple(
        Anchor(
            time_s=float(beats_s[start]),
            bpm=float(60.0 * (end - start) / (beats_s[end] - beats_s[start])),
            bar_beat=int(start - grid.first_downbeat) % grid.beats_per_bar + 1,
            beats_per_bar=grid.beats_per_bar,
        )
        for start, end in pairwise(kept)
    )


def grid_of(anchors: Sequence[Anchor], until_s: float) -> BeatGrid:
    """Beats from the beginning of a track to ``until_s`` [track s].

    Args:
        anchors: At least one. Between two of them the tempo is the first one's; what rounding in the file explains
            is spread evenly, so that the next anchor is met.
        until_s: How far beats are wanted; at least one bar after the last anchor is given.

    Returns:
        The grid. Where anchors disagree about the bar, those that govern more beats decide.

    Raises:
        ValueError: There is no anchor, or two different ones lie in one place.
    """
    ordered = sorted(set(anchors), key=lambda a: a.time_s)
    if not ordered:
        raise ValueError("there is no anchor")
    if any(b.time_s - a.time_s < ROUNDED_S for a, b in pairwise(ordered)):
        raise ValueError("two anchors lie in one place")
    pieces = [_before(ordered[0])]
    pieces += [_between(a, b) for a, b in pairwise(ordered)]
    pieces.append(_after(ordered[-1], until_s))
    firsts = np.cumsum([len(piece) for piece in pieces])[:-1]
    beats_per_bar, first_downbeat = _bars(ordered, firsts.tolist(), [len(piece) for piece in pieces[1:]])
    return BeatGrid(
        beats_s=np.concatenate(pieces), first_downbeat=first_downbeat, beats_per_bar=beats_per_bar
    )


def grid_over(grid: BeatGrid, duration_s: float) -> BeatGrid:
    """A grid made to cover a recording and nothing else: beats are added at the ends' tempo, or left away there.

    Args:
        grid: Any grid of the recording.
        duration_s: Length of the recording [s], > 0.

    Raises:
        ValueError: Fewer than two beats would lie in the recording.
    """
    first = int(np.ceil(float(grid.beat_at(-ROUNDED_S))))
    last = int(np.floor(float(grid.beat_at(duration_s))))
    beats_s = grid.time_at(np.arange(first, last + 1))
    downbeat = (grid.first_downbeat - first) % grid.beats_per_bar
    return BeatGrid(beats_s=beats_s, first_downbeat=downbeat, beats_per_bar=grid.beats_per_bar)


def agree_on_bars(anchors: Sequence[Anchor]) -> bool:
    """Do all anchors count the same bars?"""
    ordered = sorted(set(anchors), key=lambda a: a.time_s)
    counted = ordered[0].bar_beat - 1
    for a, b in pairwise(ordered):
        counted += len(_between(a, b))
        if b.beats_per_bar != a.beats_per_bar or (counted - b.bar_beat + 1) % b.beats_per_bar:
            return False
    return True


def _before(anchor: Anchor) -> Floats:
    """Beats from the beginning of the track to the first anchor, without it."""
    period_s = 60.0 / anchor.bpm
    steps = max(0, int(np.floor((anchor.time_s + ROUNDED_S) / period_s)))
    return np.asarray(anchor.time_s - period_s * np.arange(steps, 0, -1))


def _between(anchor: Anchor, following: Anchor) -> Floats:
    gap_s = following.time_s - anchor.time_s
    period_s = 60.0 / anchor.bpm
    n = max(1, round(gap_s / period_s))
    if abs(gap_s - n * period_s) <= ROUNDED_S + gap_s * ROUNDED_BPM / anchor.bpm:
        period_s = gap_s / n
    return np.asarray(anchor.time_s + period_s * np.arange(n))


def _after(anchor: Anchor, until_s: float) -> Floats:
    period_s = 60.0 / anchor.bpm
    steps = int(np.floor((until_s - anchor.time_s) / period_s))
    return np.asarray(anchor.time_s + period_s * np.arange(max(anchor.beats_per_bar, steps) + 1))


def _bars(anchors: Sequence[Anchor], firsts: Sequence[int], weights: Sequence[int]) -> tuple[int, int]:
    """Beats in a bar and the first downbeat, by what most beats are under."""
    votes: Counter[tuple[int, int]] = Counter()
    for anchor, first, weight in zip(anchors, firsts, weights, strict=True):
        per_bar = anchor.beats_per_bar
        votes[per_bar, (first - anchor.bar_beat + 1) % per_bar] += weight
    return max(votes, key=lambda vote: votes[vote])
