"""Where a track may come in and where it may leave, and what each pair of places is worth to the track itself.

Worth is counted in points. Starts, swaps and ends belong on phrases; best of all, the bass arrives with a drop or a new
section. In a set that plays its tracks in full, as little as possible is lost, least of all a chorus; in a short one the
best section must be heard. A person's own cues outweigh our taste. Where an ending is too short for a blend, its last
calm bars may be looped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.planning.cues import human_cue
from temirbek.planning.material import ON_BEAT, Material
from temirbek.planning.shapes import Shape

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_STARTS = 8
MOST_LEAVES = 12
"""A track played in full comes in within its first phrases, and leaves within its last."""

OFF_PHRASE = 2.0
EARLY = 1.0
"""A blend whose start is off the phrase, but whose swap is on it."""

ON_DROP = 0.8
ON_SECTION = 0.4
DROP_HEARD = 2.0
LOST_DROP = 1.0
LOST_BEAT = 0.02
LOST_ENERGY = 0.06
"""A lost beat costs the first, and so much more the livelier it is: at the track's height 0.08."""

OVERLAPPED_BEAT = 0.02
HUMAN_CUE = 8.0
"""Where a person says that one comes in or leaves outweighs everything that we would rather do."""

CUT_VOICE = 1.2
CUT_LOUD = 0.8
"""A hard cut belongs where the music is calm."""

LOOP_BARS = (4, 2, 1)
LOOP_TIME = 0.06
LOOP_VOICE = 2.0
LOOP_ENERGY = 0.6
MOST_LOOPS = 6
LOOP_FLOOR = 0.1
"""A bar whose power lies farther below the track's (10 dB) fades away: repeated, it would be a hole with a beat."""
LOOP_SLOPE = 0.4
"""Nor may a loop's last bar be much softer than its first (4 dB), or each repeat would jump."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loops:
    """A stretch that is heard again: where it begins, its length, how often again, all in deck beats."""

    start: float
    length: float
    times: int

    @property
    def extra_beats(self) -> float:
        """How many beats longer the part sounds."""
        return self.length * self.times


@dataclass(frozen=True, kw_only=True, eq=False)
class Entries:
    """Ways in, one a row: shape (index, −1 for none), deck beats of start, swap and of the other's silence, worth."""

    shape: NDArray[np.int64]
    start: Floats
    swap_in: Floats
    free: Floats
    is_blend: Flags
    own: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Exits:
    """Ways out, one a row: shape (index, −1 for none), deck beats of leaving, swap and silence, loops, worth."""

    shape: NDArray[np.int64]
    leave: Floats
    swap_out: Floats
    end: Floats
    is_blend: Flags
    own: Floats
    loops: tuple[Loops | None, ...]


def ways_in(material: Material, shapes: Sequence[Shape] | None, *, is_short: bool) -> Entries:
    """Every start in every shape; None opens the set."""
    starts = material.phrases if is_short else material.phrases[:MOST_STARTS]
    starts = _with_cue(material, "mix_in", starts)
    if shapes is None:
        n = len(starts)
        return Entries(
            shape=np.full(n, -1),
            start=starts,
            swap_in=starts,
            free=starts,
            is_blend=np.zeros(n, dtype=bool),
            own=np.zeros(n),
        )
    bar = material.analysis.beat_grid.beats_per_bar
    every = [starts - bar * s.early_bars for s in shapes]
    every = [places[places >= -ON_BEAT] for places in every]
    shape = np.repeat(np.arange(len(shapes)), [len(places) for places in every])
    start = np.concatenate(every)
    swap = start + bar * np.array([s.lead_in_bars for s in shapes])[shape]
    free = swap + bar * np.array([0 if s.is_step else s.tail_bars for s in shapes])[shape]
    is_blend = ~np.array([s.is_step for s in shapes])[shape]
    own = ON_SECTION * is_among(swap, material.section_starts) + ON_DROP * is_among(swap, material.drops)
    own -= OFF_PHRASE * (_off(material, swap) + (is_blend & (free > swap)) * _off(material, free))
    own -= EARLY * (swap > start) * _off(material, start)
    own += HUMAN_CUE * _is_human(material, "mix_in", start)
    own -= CUT_VOICE * ~is_blend * _upbeat(material, start)
    return Entries(shape=shape, start=start, swap_in=swap, free=free, is_blend=is_blend, own=own)


def ways_out(material: Material, shapes: Sequence[Shape] | None, *, is_short: bool) -> Exits:
    """Every place to leave in every shape that the rest of the track, looped if need be, is long enough for."""
    ends = np.union1d(material.phrases, [material.end_beat])
    if shapes is None:
        return _exits(material, -1, None, ends, [None] * len(ends))
    leaves = _with_cue(material, "mix_out", ends if is_short else ends[-MOST_LEAVES:])
    return _joined([_ways_out_in(material, index, shape, leaves) for index, shape in enumerate(shapes)])


def _ways_out_in(material: Material, index: int, shape: Shape, leaves: Floats) -> Exits:
    bar = material.analysis.beat_grid.beats_per_bar
    needed = bar * shape.together_bars
    if shape.style == "loop_extend":
        loops = [loop_for(material, float(leave), needed) for leave in leaves]
        kept = [k for k, loop in enumerate(loops) if loop is not None]
        return _exits(material, index, shape, leaves[kept], [loops[k] for k in kept])
    if shape.style == "drop_swap":
        leaves = leaves[is_among(leaves + needed, material.built_drops)]
    leaves = leaves - bar * shape.early_bars
    leaves = leaves[
        (leaves >= material.phrases[0] - ON_BEAT) & (leaves + needed <= material.end_beat + ON_BEAT)
    ]
    return _exits(material, index, shape, leaves, [None] * len(leaves))


def _exits(
    material: Material, index: int, shape: Shape | None, leave: Floats, loops: Sequence[Loops | None]
) -> Exits:
    """Ways out in one shape, with what they are worth."""
    bar = material.analysis.beat_grid.beats_per_bar
    is_blend = shape is not None and not shape.is_step
    swap = leave + bar * (shape.lead_in_bars if shape else 0)
    end = swap + bar * (shape.tail_bars if shape and is_blend else 0)
    own = np.zeros(len(leave))
    if shape is not None:
        is_music = np.array([loop is None for loop in loops], dtype=bool)
        is_off = np.array(
            [_breaks_count(material, *way) for way in zip(leave, loops, strict=True)], dtype=bool
        )
        own -= (
            2 * OFF_PHRASE * is_off
        )  # through a loop phrases are counted on, and swap and end would both be off
        own -= OFF_PHRASE * _off(material, leave)
        own -= (
            OFF_PHRASE
            * is_music
            * ((swap > leave) * _off(material, swap) + (end > swap) * _off(material, end))
        )
        own += ON_SECTION * is_among(swap, np.append(material.section_starts, material.end_beat))
        own += HUMAN_CUE * _is_human(material, "mix_out", leave)
        own -= np.array([_loop_cost(material, loop) if loop else 0.0 for loop in loops])
        if not is_blend:
            own -= CUT_VOICE * _held_voice(material, leave)
        if shape.style == "hard_cut":
            own -= CUT_LOUD * material.over_bars("energy", leave - bar, 1, bar)[:, 0]
    return Exits(
        shape=np.full(len(leave), index),
        leave=leave,
        swap_out=swap,
        end=end,
        is_blend=np.full(len(leave), is_blend),
        own=own,
        loops=tuple(loops),
    )


def _joined(parts: Sequence[Exits]) -> Exits:
    return Exits(
        shape=np.concatenate([p.shape for p in parts]),
        leave=np.concatenate([p.leave for p in parts]),
        swap_out=np.concatenate([p.swap_out for p in parts]),
        end=np.concatenate([p.end for p in parts]),
        is_blend=np.concatenate([p.is_blend for p in parts]),
        own=np.concatenate([p.own for p in parts]),
        loops=tuple(loop for p in parts for loop in p.loops),
    )


def loop_for(material: Material, leave: float, needed_beats: float) -> Loops | None:
    """The calmest stretch whose repeats make the music after ``leave`` last ``needed_beats``; None where none does."""
    missing = needed_beats - (material.end_beat - leave)
    if missing <= ON_BEAT or not material.analysis.is_constant_tempo:
        return None
    bar = material.analysis.beat_grid.beats_per_bar
    found: list[Loops] = []
    for bars in LOOP_BARS:
        times = missing / (bars * bar)
        if abs(times - round(times)) > ON_BEAT or not 1 <= round(times) <= MOST_LOOPS:
            continue
        first = max(leave - bars * bar, float(material.phrases[0]))
        stops = np.arange(material.end_beat, first + bars * bar - ON_BEAT, -bar)
        loops = [
            Loops(start=float(e - bars * bar), length=float(bars * bar), times=round(times)) for e in stops
        ]
        found += [loop for loop in loops if _has_body(material, loop, bars, bar)]
    return min(found, key=lambda loop: _loop_cost(material, loop), default=None)


def _breaks_count(material: Material, leave: float, loop: Loops | None) -> bool:
    """Whether a phrase begins between leaving and the loop's end, so that eights counted from leaving are off."""
    if loop is None:
        return False
    inside = (material.phrases > leave + ON_BEAT) & (material.phrases < loop.start + loop.length - ON_BEAT)
    return bool(np.any(inside))


def _has_body(material: Material, loop: Loops, bars: int, bar_beats: float) -> bool:
    """Whether a stretch sounds on, so that it may be repeated; where loudness was not measured, it is taken to."""
    if not material.analysis.bar_loudness_lufs.any():
        return True
    power = material.over_bars("power", np.array([loop.start]), bars, bar_beats)[0]
    return bool(power.min() >= LOOP_FLOOR and power[-1] >= LOOP_SLOPE * power[0])


def _loop_cost(material: Material, loop: Loops) -> float:
    """Voices, liveliness and too many repeats make a loop heard."""
    here = np.array([loop.start])
    voices = material.over_bars("vocals", here, 1, loop.length)[0, 0]
    energy = float(material.mean_energy(loop.start, loop.start + loop.length)) / max(
        material.peak_energy, ON_BEAT
    )
    return float(LOOP_VOICE * voices + LOOP_ENERGY * min(energy, 1.0) + LOOP_TIME * loop.times)


def worth(material: Material, entries: Entries, exits: Exits, *, is_short: bool) -> Floats:
    """What each way in (row) with each way out (column) is worth to the track."""
    own = entries.own[:, None] + exits.own[None, :]
    swap_in, swap_out = entries.swap_in[:, None], exits.swap_out[None, :]
    drops = material.drops
    is_heard = (drops >= swap_in[..., None] - ON_BEAT) & (drops < swap_out[..., None] - ON_BEAT)
    if is_short:
        return np.asarray(
            own + 2.0 * material.mean_energy(swap_in, swap_out) + DROP_HEARD * is_heard.any(axis=-1)
        )
    height = max(material.peak_energy, ON_BEAT)
    begins, ends = float(material.phrases[0]), material.end_beat
    start, leave = entries.start, exits.leave
    stop = np.minimum(exits.end, ends)
    lost_in = _livened(material, np.full(len(start), begins), start, height)
    lost_out = _livened(material, stop, np.full(len(stop), ends), height)
    under = (entries.swap_in - start) * material.mean_energy(start, entries.swap_in)
    over = (stop - leave) * material.mean_energy(leave, stop)
    lost = (lost_in + OVERLAPPED_BEAT * under)[:, None] + (lost_out + OVERLAPPED_BEAT * over)[None, :]
    return np.asarray(own - lost - LOST_DROP * (~is_heard).sum(axis=-1))


def _livened(material: Material, start: Floats, end: Floats, height: float) -> Floats:
    """What the beats between are worth."""
    beats = np.maximum(end - start, 0.0)
    return np.asarray(
        beats * (LOST_BEAT + LOST_ENERGY * np.minimum(material.mean_energy(start, end) / height, 1.0))
    )


def is_among(values: Floats, choices: Floats) -> Flags:
    """Which values are (to a thousandth of a beat) among the choices."""
    if len(choices) == 0:
        return np.zeros(values.shape, dtype=bool)
    return np.asarray(np.abs(values[..., None] - choices).min(axis=-1) < ON_BEAT)


def _off(material: Material, beats: Floats) -> Flags:
    """Which beats lie on no phrase."""
    return ~is_among(beats, material.phrase_points)


def _with_cue(material: Material, kind: str, places: Floats) -> Floats:
    """Places, and where a person set a cue of a kind."""
    cue = human_cue(material, kind)
    return places if cue is None else np.union1d(places, [cue])


def _is_human(material: Material, kind: str, beats: Floats) -> Flags:
    """Which beats are where a person set a cue to come in or to leave."""
    cue = human_cue(material, kind)
    return np.zeros(beats.shape, dtype=bool) if cue is None else is_among(beats, np.array([cue]))


def _upbeat(material: Material, starts: Floats) -> Floats:
    """How surely a voice begins in the bar before a start: a cut there would cut its first word."""
    bar = material.bar_beats
    voices = material.over_bars("vocals", starts - 2 * bar, 3, bar)
    return np.asarray(np.clip(voices[:, 1] - voices[:, 0], 0.0, 1.0) * voices[:, 2])


def _held_voice(material: Material, leaves: Floats) -> Floats:
    """How surely a voice goes on across a place to leave."""
    bar = material.bar_beats
    return np.asarray(material.over_bars("vocals", leaves - bar, 2, bar).min(axis=1))
