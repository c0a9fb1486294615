"""Which part of each track plays, and which shape each transition has: one dynamic programme over the whole set.

Between two tracks A and B a transition has a *shape*: a lead-in (B sounds without bass while A leads), the swap (B
takes the bass), and a tail (A sounds without bass). A track therefore has four beats of its own: its start, the swap in,
the swap out, its end::

    start      swap in                    swap out       end
      |  lead-in  | .... leads, owns bass .... |   tail   |

Starts lie on phrases of both tracks by construction; swaps are drawn to phrases, drops and section boundaries by the
score; lengths are whole bars, so that the bars of the mix stay those of its tracks. Given a length, the programme
also carries the seconds spent so far, in buckets, and weighs the distance from the wished length at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.planning.compatibility import MAX_STRETCH, tempo_gap, why_no_blend
from temirbek.planning.material import ON_BEAT, Material
from temirbek.types import TransitionStyle

Floats = NDArray[np.float64]

ECHO_BARS = 2
CUT_BEATS = 1.0
MIN_LEAD_BARS = 4
RAMP_ROOM_BARS = 4
"""A track that meets a neighbour only in the middle of their tempi needs so long alone, to ramp there and back."""

BUCKET_S = 2.0
SECONDS_PER_POINT = 8.0
"""A set that misses the wished length by this many seconds loses one point of score."""

LOST_BEAT = 0.05
SWAP_OFF_PHRASE = 1.5
SWAP_ON_DROP = 0.8
SWAP_ON_SECTION = 0.4
DROP_HEARD = 2.0
OVERLAPPED_BEAT = 0.03
"""Cost of a beat shared with another track, times its energy: overlaps belong where the music is calm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Lengths of a transition in bars of the mix (of the tracks' metre), its style, and what choosing it costs."""

    style: TransitionStyle
    lead_in_bars: float
    tail_bars: float
    cost: float


LONG_SHAPES = (
    Shape(style="blend", lead_in_bars=8, tail_bars=8, cost=0.0),
    Shape(style="blend", lead_in_bars=16, tail_bars=8, cost=0.3),
    Shape(style="blend", lead_in_bars=8, tail_bars=4, cost=0.1),
    Shape(style="blend", lead_in_bars=8, tail_bars=0, cost=0.3),
    Shape(style="blend", lead_in_bars=4, tail_bars=4, cost=0.5),
    Shape(style="short_blend", lead_in_bars=4, tail_bars=0, cost=0.8),
)
SHORT_SHAPES = (
    Shape(style="blend", lead_in_bars=8, tail_bars=4, cost=0.0),
    Shape(style="blend", lead_in_bars=8, tail_bars=0, cost=0.1),
    Shape(style="blend", lead_in_bars=4, tail_bars=4, cost=0.3),
    Shape(style="short_blend", lead_in_bars=4, tail_bars=0, cost=0.5),
)
ECHO_OUT = Shape(style="echo_out", lead_in_bars=0, tail_bars=ECHO_BARS, cost=6.0)
CUT = Shape(style="cut", lead_in_bars=0, tail_bars=0, cost=6.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of one track: four deck beats, start ≤ swap in < swap out ≤ end."""

    start: float
    swap_in: float
    swap_out: float
    end: float

    @property
    def lead_beats(self) -> float:
        """How long the track owns the bass."""
        return self.swap_out - self.swap_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A part of each track and the shape of each transition between them."""

    parts: tuple[Part, ...]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    score: float
    part: Part


@dataclass(frozen=True, slots=True)
class _Path:
    score: float
    parts: tuple[Part, ...]
    shapes: tuple[Shape, ...]


_Paths = dict[tuple[Shape | None, int], _Path]
"""The best path for every shape in which it ends and every bucket of seconds that it lasts."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Place:
    """A track in the order, and whether its neighbours' tempi lie beyond what a deck may be stretched."""

    material: Material
    is_far_before: bool
    is_far_after: bool
    is_short_set: bool
    bar_beats: int


def shapes_for(a: Material, b: Material, *, is_short_set: bool, may_blend: bool) -> tuple[Shape, ...]:
    """The shapes in which ``b`` may follow ``a``; hard ones last."""
    if a.analysis.beat_grid.beats_per_bar != b.analysis.beat_grid.beats_per_bar:
        return (CUT,)
    hard = (ECHO_OUT, CUT) if a.is_grid_sure else (CUT,)
    if not may_blend or why_no_blend(a, b):
        return hard
    return (*(SHORT_SHAPES if is_short_set else LONG_SHAPES), *hard)


def choose_parts(
    materials: Sequence[Material], blends: Sequence[bool], *, length_s: float | None, bar_beats: int
) -> Selection | None:
    """The best parts and shapes for tracks in a given order; None where a track has no room between its neighbours.

    Args:
        materials: The tracks, in order.
        blends: Whether each pair of neighbours may blend, one fewer than tracks.
        length_s: About how long the set should last [s]; None plays the tracks in full.
        bar_beats: Beats in a bar of the mix: tracks lead for whole bars of it.
    """
    paths: _Paths = {(None, 0): _Path(0.0, (), ())}
    for k, material in enumerate(materials):
        following: tuple[Shape | None, ...] = (None,)
        if k + 1 < len(materials):
            following = shapes_for(
                material, materials[k + 1], is_short_set=length_s is not None, may_blend=blends[k]
            )
        place = _Place(
            material=material,
            is_far_before=k > 0 and _is_far(materials[k - 1], material),
            is_far_after=k + 1 < len(materials) and _is_far(material, materials[k + 1]),
            is_short_set=length_s is not None,
            bar_beats=bar_beats,
        )
        paths = _extended(paths, place, following, length_s)
    if not paths:
        return None
    best = max(
        paths.items(), key=lambda item: (item[1].score - _length_cost(item[0][1], length_s), -item[0][1])
    )
    return Selection(parts=best[1].parts, shapes=best[1].shapes)


def _is_far(a: Material, b: Material) -> bool:
    return tempo_gap(a.tempo_bpm, b.tempo_bpm) > MAX_STRETCH


def _extended(
    paths: _Paths, place: _Place, following: Sequence[Shape | None], length_s: float | None
) -> _Paths:
    """Every path, longer by one track."""
    grown: _Paths = {}
    tables: dict[tuple[Shape | None, Shape | None], dict[float, _Choice]] = {}
    for (shape_in, bucket), path in paths.items():
        for shape_out in following:
            if (shape_in, shape_out) not in tables:
                tables[shape_in, shape_out] = _choices(place, shape_in, shape_out)
            for lead_beats, choice in tables[shape_in, shape_out].items():
                longer = _next_bucket(bucket, lead_beats, place.material, length_s)
                _grow(grown, path, shape_out, choice, longer)
    return grown


def _grow(
    grown: dict[tuple[Shape | None, int], _Path],
    path: _Path,
    shape: Shape | None,
    choice: _Choice,
    bucket: int,
) -> None:
    """Keeps the longer path if it is the best that ends in this shape and bucket."""
    score = path.score + choice.score - (shape.cost if shape else 0.0)
    known = grown.get((shape, bucket))
    if known is None or score > known.score:
        shapes = (*path.shapes, shape) if shape else path.shapes
        grown[shape, bucket] = _Path(score, (*path.parts, choice.part), shapes)


def _next_bucket(bucket: int, lead_beats: float, material: Material, length_s: float | None) -> int:
    if length_s is None:
        return 0
    seconds = lead_beats * 60.0 / material.tempo_bpm
    return min(bucket + round(seconds / BUCKET_S), int(2 * length_s / BUCKET_S))


def _length_cost(bucket: int, length_s: float | None) -> float:
    return 0.0 if length_s is None else abs(bucket * BUCKET_S - length_s) / SECONDS_PER_POINT


def _choices(place: _Place, shape_in: Shape | None, shape_out: Shape | None) -> dict[float, _Choice]:
    """The best part for every length of lead that the track offers between two shapes."""
    material = place.material
    bar = material.analysis.beat_grid.beats_per_bar
    lead_in = shape_in.lead_in_bars * bar if shape_in else 0.0
    tail_in = shape_in.tail_bars * bar if shape_in else 0.0
    lead_out = shape_out.lead_in_bars * bar if shape_out else 0.0
    tail_out = shape_out.tail_bars * bar if shape_out and shape_out is not ECHO_OUT else 0.0
    starts = material.phrases
    exits = np.append(material.phrases, material.end_beat) if lead_out == 0 else material.phrases
    start, leave = np.meshgrid(starts, exits, indexing="ij")
    swap_in, swap_out = start + lead_in, leave + lead_out
    end = swap_out + tail_out
    lead = swap_out - swap_in
    off_bar = np.abs((lead + ON_BEAT) % place.bar_beats) > 2 * ON_BEAT
    ramps = (place.is_far_before and _is_blend(shape_in)) or (place.is_far_after and _is_blend(shape_out))
    alone = RAMP_ROOM_BARS * bar if ramps else 0.0
    fits = (leave >= swap_in + tail_in + alone - ON_BEAT) & (end <= material.end_beat + ON_BEAT) & ~off_bar
    fits &= lead >= MIN_LEAD_BARS * bar - ON_BEAT
    if not fits.any():
        return {}
    score = _swap_scores(material, swap_in, swap_out, shape_in, shape_out)
    score += (
        _short_scores(material, swap_in, swap_out)
        if place.is_short_set
        else _full_scores(material, start, swap_in, leave, end)
    )
    return _best_by_length(fits, score, start, swap_in, swap_out, end)


def _is_blend(shape: Shape | None) -> bool:
    return shape is not None and shape.style not in ("cut", "echo_out")


def _best_by_length(
    fits: NDArray[np.bool_], score: Floats, start: Floats, swap_in: Floats, swap_out: Floats, end: Floats
) -> dict[float, _Choice]:
    best: dict[float, _Choice] = {}
    for i, j in np.argwhere(fits):
        length = round(float(swap_out[i, j] - swap_in[i, j]), 3)
        if length not in best or score[i, j] > best[length].score:
            part = Part(
                start=float(start[i, j]),
                swap_in=float(swap_in[i, j]),
                swap_out=float(swap_out[i, j]),
                end=float(end[i, j]),
            )
            best[length] = _Choice(float(score[i, j]), part)
    return best


def _swap_scores(
    material: Material, swap_in: Floats, swap_out: Floats, shape_in: Shape | None, shape_out: Shape | None
) -> Floats:
    """Swaps belong on phrases; best of all, the bass arrives with a drop or a new section."""
    score = np.zeros_like(swap_in)
    if shape_in is not None:
        score -= SWAP_OFF_PHRASE * ~_is_among(swap_in, material.boundaries)
        score += SWAP_ON_SECTION * _is_among(swap_in, material.section_starts)
        score += SWAP_ON_DROP * _is_among(swap_in, material.starts_of("drop"))
    if shape_out is not None:
        score -= SWAP_OFF_PHRASE * ~_is_among(swap_out, material.boundaries)
        ends = np.append(material.section_starts, material.end_beat)
        score += SWAP_ON_SECTION * _is_among(swap_out, ends)
    return score


def _short_scores(material: Material, swap_in: Floats, swap_out: Floats) -> Floats:
    """In a short set the best section must be heard: energy, and a drop from its first beat."""
    score = 2.0 * material.mean_energy(swap_in, swap_out)
    drops = material.starts_of("drop")
    heard = np.zeros(swap_in.shape, dtype=bool)
    for drop in drops:
        heard |= (drop >= swap_in - ON_BEAT) & (drop < swap_out - ON_BEAT)
    return np.asarray(score + DROP_HEARD * heard)


def _full_scores(material: Material, start: Floats, swap_in: Floats, leave: Floats, end: Floats) -> Floats:
    """In a full set as little as possible is lost, and overlaps lie where the music is calm."""
    lost = (start - material.phrases[0]) + (material.end_beat - end)
    under = (swap_in - start) * material.mean_energy(start, swap_in)
    over = (end - leave) * material.mean_energy(leave, end)
    return np.asarray(-LOST_BEAT * lost - OVERLAPPED_BEAT * (under + over))


def _is_among(values: Floats, choices: Floats) -> NDArray[np.bool_]:
    if len(choices) == 0:
        return np.zeros(values.shape, dtype=bool)
    return np.asarray(np.abs(values[..., None] - choices).min(axis=-1) < ON_BEAT)
