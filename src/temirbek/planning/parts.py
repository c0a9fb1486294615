"""Which part of each track plays, and which shape each transition has: one dynamic programme over the whole set.

A track has four beats of its own: its start, the swap in, the swap out, its end::

    start      swap in                    swap out       end
      |  lead-in  | .... leads, owns bass .... |   tail   |

Two kinds of tables are scored. A track's own table (:mod:`temirbek.planning.places`) has a row for every way in (shape,
start) and a column for every way out (leave, shape): phrases, drops, what is lost, whether the best part is heard. The
table of a pair (:mod:`temirbek.planning.together`) says for every leave and start what the two will sound like at once.
The programme goes along the set and keeps the best path to each way out; lengths are whole bars, so that the bars of
the mix stay those of its tracks. Given a length, it also carries the seconds spent so far, in buckets, and weighs the
distance from the wished length at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.planning.compatibility import MAX_STRETCH, tempo_gap
from temirbek.planning.joints import pair_scores
from temirbek.planning.material import ON_BEAT, Material
from temirbek.planning.places import Entries, Exits, Loops, ways_in, ways_out, worth
from temirbek.planning.shapes import Shape

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MIN_LEAD_BARS = 4
ALONE_BARS = 4
"""A track that meets a neighbour only in the middle of their tempi needs so long alone, to ramp there and back; and one
that came in at once must be heard before the next comes."""

MOST_BUCKETS = 240
LEAST_BUCKET_S = 2.0
LONGEST = 1.25
"""Sets are followed up to so many times the wished length."""

SECONDS_PER_POINT = 8.0
SHARE_PER_POINT = 0.01
"""A set that misses the wished length by so much, whichever is more, loses one point of score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of one track: four deck beats, start ≤ swap in < swap out ≤ end, counted as if nothing were looped.

    Attributes:
        start, swap_in, swap_out, end: Deck beats.
        loops: What is heard again on the way out, and by how many beats that makes the part longer than its music.
    """

    start: float
    swap_in: float
    swap_out: float
    end: float
    loops: Loops | None = None

    @property
    def lead_beats(self) -> float:
        """How long the track owns the bass."""
        return self.swap_out - self.swap_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A part of each track and the shape of each transition between them."""

    parts: tuple[Part, ...]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItsWay:
    """A first track that sounds already. Deck beats.

    Attributes:
        start, swap_in, free: Where it came in, took the bass, and where the track before it fell silent.
        is_blend: Whether it came in over that one.
        is_first: Whether there was none.
        is_far_before: Whether the two met only in the middle of their tempi.
        leave_from, leave_to: Between which beats it may begin to leave; what a style does before that, too, comes
            after the first.
        loops_from: Nothing before this beat may be looped on the way out: it is held already.
    """

    start: float
    swap_in: float
    free: float
    is_blend: bool
    is_first: bool
    is_far_before: bool
    leave_from: float
    leave_to: float
    loops_from: float


@dataclass(frozen=True, kw_only=True, eq=False)
class _Stage:
    """A track in the order: its ways in and out, the worth of each pair of them, and how long it then leads."""

    material: Material
    entries: Entries
    exits: Exits
    worth: Floats
    buckets: Integers


@dataclass(frozen=True, kw_only=True, eq=False)
class _Steps:
    """The best score to each way out (rows) and bucket, and whence: indices into the stage's ways in and out before."""

    score: Floats
    entry: Integers
    before: Integers


def choose_parts(
    materials: Sequence[Material],
    shapes: Sequence[Sequence[Shape]],
    *,
    length_s: float | None,
    bar_beats: int,
    on_its_way: OnItsWay | None = None,
) -> Selection | None:
    """The best parts and shapes for tracks in a given order; None where a track has no room between its neighbours.

    Args:
        materials: The tracks, in order.
        shapes: The shapes in which each may follow the one before, one fewer than tracks.
        length_s: About how long the set should last [s]; None plays the tracks in full.
        bar_beats: Beats in a bar of the mix: tracks lead for whole bars of it.
        on_its_way: What cannot be chosen any more of the first track.
    """
    bucket_s = 0.0 if length_s is None else max(LEAST_BUCKET_S, LONGEST * length_s / MOST_BUCKETS)
    stages = [
        _stage(
            materials,
            shapes,
            k,
            is_short=length_s is not None,
            bar_beats=bar_beats,
            bucket_s=bucket_s,
            on_its_way=None if k else on_its_way,
        )
        for k in range(len(materials))
    ]
    n_buckets = 1 if length_s is None else int(LONGEST * length_s / bucket_s) + 1
    steps = [_first_steps(stages[0], n_buckets)]
    for before, here, between in zip(stages, stages[1:], shapes, strict=False):
        steps.append(_next_steps(steps[-1], before, here, between))
        if not np.isfinite(steps[-1].score).any():
            return None
    total = steps[-1].score
    if not np.isfinite(total).any():
        return None
    if length_s is not None:
        missed_s = np.abs(bucket_s * np.arange(n_buckets) - length_s)
        total = total - missed_s / max(SECONDS_PER_POINT, SHARE_PER_POINT * length_s)
    exit_index, bucket = divmod(int(np.argmax(total)), n_buckets)
    return _traced(stages, steps, exit_index, bucket, shapes)


def _stage(
    materials: Sequence[Material],
    shapes: Sequence[Sequence[Shape]],
    k: int,
    *,
    is_short: bool,
    bar_beats: int,
    bucket_s: float,
    on_its_way: OnItsWay | None,
) -> _Stage:
    material = materials[k]
    is_last = k + 1 == len(materials)
    if on_its_way is None:
        entries = ways_in(material, shapes[k - 1] if k else None, is_short=is_short)
        exits = ways_out(material, None if is_last else shapes[k], is_short=is_short)
    else:
        entries = _way_in(on_its_way)
        exits = ways_out(material, None if is_last else shapes[k], is_short=True)
        exits = _still_open(exits, on_its_way, None if is_last else shapes[k])
    lead = exits.swap_out[None, :] - entries.swap_in[:, None]
    bar = float(material.analysis.beat_grid.beats_per_bar)
    is_far_before = k > 0 and is_far(materials[k - 1], material)
    if on_its_way is not None:
        is_far_before = on_its_way.is_far_before
    is_far_after = not is_last and is_far(material, materials[k + 1])
    ramps = (entries.is_blend & is_far_before)[:, None] | (exits.is_blend & is_far_after)[None, :]
    is_reused = (
        entries.is_blend[:, None] & ~exits.is_blend[None, :]
    )  # the deck must be empty before it cuts in
    is_sudden = (~entries.is_blend & (entries.shape >= 0))[:, None] & exits.is_blend[None, :]
    alone = np.where(ramps | is_sudden, ALONE_BARS * bar, np.where(is_reused, bar, 0.0))
    fits = (exits.leave[None, :] >= entries.free[:, None] + alone - ON_BEAT) & (
        lead >= MIN_LEAD_BARS * bar - ON_BEAT
    )
    fits &= np.abs((lead + ON_BEAT) % bar_beats) <= 2 * ON_BEAT
    value = np.where(fits, worth(material, entries, exits, is_short=is_short), -np.inf)
    seconds = lead * 60.0 / material.tempo_bpm
    buckets = np.zeros(lead.shape) if bucket_s == 0.0 else np.round(seconds / bucket_s)
    return _Stage(
        material=material, entries=entries, exits=exits, worth=value, buckets=buckets.astype(np.int64)
    )


def _way_in(way: OnItsWay) -> Entries:
    """The only way in of a track that sounds."""
    return Entries(
        shape=np.array([-1 if way.is_first else 0]),
        start=np.array([way.start]),
        swap_in=np.array([way.swap_in]),
        free=np.array([way.free]),
        is_blend=np.array([way.is_blend]),
        own=np.zeros(1),
    )


def _still_open(exits: Exits, way: OnItsWay, shapes: Sequence[Shape] | None) -> Exits:
    """The ways out that a track that sounds can still take."""
    run_up = np.array([shapes[i].run_up_beats if shapes else 0.0 for i in exits.shape], dtype=float)
    is_open = (exits.leave - run_up >= way.leave_from - ON_BEAT) & (exits.leave <= way.leave_to + ON_BEAT)
    is_clear = [loop is None or loop.start >= way.loops_from - ON_BEAT for loop in exits.loops]
    kept = np.flatnonzero(is_open & np.array(is_clear, dtype=bool))
    return Exits(
        shape=exits.shape[kept],
        leave=exits.leave[kept],
        swap_out=exits.swap_out[kept],
        end=exits.end[kept],
        is_blend=exits.is_blend[kept],
        own=exits.own[kept],
        loops=tuple(exits.loops[i] for i in kept),
    )


def is_far(a: Material, b: Material) -> bool:
    """Whether two tracks meet only where both leave their own tempo."""
    return tempo_gap(a.tempo_bpm, b.tempo_bpm) > MAX_STRETCH


def _first_steps(stage: _Stage, n_buckets: int) -> _Steps:
    arrived = np.full((len(stage.entries.start), n_buckets), -np.inf)
    arrived[:, 0] = 0.0
    return _led(stage, arrived, np.zeros(arrived.shape, dtype=np.int64))


def _next_steps(steps: _Steps, before: _Stage, here: _Stage, shapes: Sequence[Shape]) -> _Steps:
    """From every way out of a track over every way into the next to every way out of that."""
    n_buckets = steps.score.shape[1]
    arrived = np.full((len(here.entries.start), n_buckets), -np.inf)
    origin = np.zeros(arrived.shape, dtype=np.int64)
    for index, shape in enumerate(shapes):
        out = np.flatnonzero(before.exits.shape == index)
        into = np.flatnonzero(here.entries.shape == index)
        if len(out) == 0 or len(into) == 0:
            continue
        joint = pair_scores(
            before.material, here.material, shape, before.exits.leave[out], here.entries.start[into]
        )
        total = steps.score[out][:, None, :] + joint[:, :, None]
        best = total.argmax(axis=0)
        arrived[into] = np.take_along_axis(total, best[None], axis=0)[0] - shape.cost
        origin[into] = out[best]
    return _led(here, arrived, origin)


def _led(stage: _Stage, arrived: Floats, origin: Integers) -> _Steps:
    """From the ways in of one track to its ways out: its own worth, and the buckets for which it leads."""
    n_buckets = arrived.shape[1]
    n_exits = len(stage.exits.leave)
    score = np.full((n_exits, n_buckets), -np.inf)
    entry = np.zeros((n_exits, n_buckets), dtype=np.int64)
    before = np.zeros((n_exits, n_buckets), dtype=np.int64)
    at = np.arange(n_buckets)
    for x in range(n_exits):
        rows = np.flatnonzero(np.isfinite(stage.worth[:, x]))
        if len(rows) == 0:
            continue
        came = at[None, :] - stage.buckets[rows, x][:, None]
        total = np.where(
            came >= 0, arrived[rows[:, None], np.maximum(came, 0)] + stage.worth[rows, x][:, None], -np.inf
        )
        best = total.argmax(axis=0)
        score[x] = total[best, at]
        entry[x] = rows[best]
        before[x] = origin[entry[x], np.maximum(came[best, at], 0)]
    return _Steps(score=score, entry=entry, before=before)


def _traced(
    stages: Sequence[_Stage],
    steps: Sequence[_Steps],
    exit_index: int,
    bucket: int,
    shapes: Sequence[Sequence[Shape]],
) -> Selection:
    """The path that ends in a way out and a bucket."""
    parts: list[Part] = []
    chosen: list[Shape] = []
    for k in range(len(stages) - 1, -1, -1):
        stage, entry = stages[k], int(steps[k].entry[exit_index, bucket])
        parts.append(
            Part(
                start=float(stage.entries.start[entry]),
                swap_in=float(stage.entries.swap_in[entry]),
                swap_out=float(stage.exits.swap_out[exit_index]),
                end=float(stage.exits.end[exit_index]),
                loops=stage.exits.loops[exit_index],
            )
        )
        if k:
            chosen.append(shapes[k - 1][int(stage.entries.shape[entry])])
            came_from = int(steps[k].before[exit_index, bucket])
            bucket = max(0, bucket - int(stage.buckets[entry, exit_index]))
            exit_index = came_from
    return Selection(parts=tuple(reversed(parts)), shapes=tuple(reversed(chosen)))
