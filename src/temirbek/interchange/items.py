"""A play as items on an editor's timeline: pieces of the original file with stretch markers.

Between two neighbouring beats of either grid, and between the points of a nudge, mix time → track time is a straight line,
so markers on those places reproduce :class:`temirbek.types.DeckMap` exactly; those on one line with their neighbours are
left away. A loop goes back in the file, which no marker can, so a play with loops is several items.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.interchange.lines import corners
from temirbek.types import BeatGrid, Play, Track

Floats = NDArray[np.float64]
EDGE_S = 0.006
"""A part fades in over this time before its first beat and out after its last, as it is rendered."""
STRAIGHT_S = 2e-5
"""Markers are left away where the line passes as near as this."""
ROUNDS = 6
"""Of a fixed-point iteration that a nudge of a few milliseconds shrinks a hundredfold each time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item:
    """A piece of a file on the mix's timeline.

    Attributes:
        start_s, end_s: Where it lies, fades included [mix s].
        fade_in_s, fade_out_s: Linear, inside it.
        markers: Place in the item [s] and in the file [s], shape (n, 2), n ≥ 2, both columns increasing; the first
            is the item's beginning, the last its end.
    """

    start_s: float
    end_s: float
    fade_in_s: float
    fade_out_s: float
    markers: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Between two seams: from a mix beat to another, beginning with a track beat."""

    from_beat: float
    to_beat: float
    track_beat: float


def items_of(play: Play, track: Track, track_grid: BeatGrid, mix_grid: BeatGrid) -> tuple[Item, ...]:
    """The items of a play, in order; neighbours cross-fade over a loop's seam.

    Args:
        play, track: What is played.
        track_grid: The track's beats.
        mix_grid: The mix's beats.
    """
    pieces = _pieces(play)
    found = []
    for k, piece in enumerate(pieces):
        from_s, to_s = _sounds_at(np.array([piece.from_beat, piece.to_beat]), play, mix_grid).tolist()
        fade_in = (from_s - EDGE_S, from_s) if k == 0 else (from_s - EDGE_S / 2, from_s + EDGE_S / 2)
        fade_out = (to_s, to_s + EDGE_S) if piece is pieces[-1] else (to_s - EDGE_S / 2, to_s + EDGE_S / 2)
        mix_s, track_s = _course(piece, play, track_grid, mix_grid, max(0.0, fade_in[0]), fade_out[1])
        mix_s, track_s = _inside(mix_s, track_s, track.duration_s)
        if len(mix_s) >= 2:
            found.append(_item(mix_s, track_s, fade_in[1], fade_out[0]))
    return tuple(found)


def _item(mix_s: Floats, track_s: Floats, faded_in_s: float, fades_out_s: float) -> Item:
    """An item; where the file itself begins or ends there is no more fade than is left."""
    kept = corners(mix_s, track_s, STRAIGHT_S)
    start_s, end_s = float(mix_s[0]), float(mix_s[-1])
    return Item(
        start_s=start_s,
        end_s=end_s,
        fade_in_s=max(0.0, faded_in_s - start_s),
        fade_out_s=max(0.0, end_s - fades_out_s),
        markers=np.column_stack([mix_s[kept] - start_s, track_s[kept]]),
    )


def _pieces(play: Play) -> list[_Piece]:
    pieces: list[_Piece] = []
    mix_beat, track_beat = play.mix_from_beat, play.track_from_beat
    jumps = [(loop.end_beat, loop.start_beat) for loop in play.loops for _ in range(loop.times)]
    for until, next_beat in [*jumps, (play.track_to_beat, play.track_to_beat)]:
        to_beat = mix_beat + (until - track_beat) / play.beat_ratio
        pieces.append(_Piece(from_beat=mix_beat, to_beat=to_beat, track_beat=track_beat))
        mix_beat, track_beat = to_beat, next_beat
    return [piece for piece in pieces if piece.to_beat > piece.from_beat]


def _course(
    piece: _Piece, play: Play, track_grid: BeatGrid, mix_grid: BeatGrid, first_s: float, last_s: float
) -> tuple[Floats, Floats]:
    """Mix seconds and the track seconds that sound there, at every place where the line may bend."""
    beats = np.arange(np.floor(piece.from_beat) - 1, np.ceil(piece.to_beat) + 2)
    track_beats = piece.track_beat + (beats[[0, -1]] - piece.from_beat) * play.beat_ratio
    own_beats = np.arange(np.floor(track_beats[0]), np.ceil(track_beats[1]) + 1)
    bends = np.concatenate([beats, piece.from_beat + (own_beats - piece.track_beat) / play.beat_ratio])
    nudged = np.array([beat for beat, _ in play.nudge])
    mix_s = np.concatenate(
        [_sounds_at(bends, play, mix_grid), mix_grid.time_at(nudged), mix_grid.time_at(beats)]
    )
    inside = mix_s[(mix_s > first_s) & (mix_s < last_s)]
    mix_s = _apart(np.concatenate([[first_s], np.sort(inside), [last_s]]))
    mix_beats = mix_grid.beat_at(mix_s - play.nudge_s_at(mix_grid.beat_at(mix_s)))
    return mix_s, track_grid.time_at(piece.track_beat + (mix_beats - piece.from_beat) * play.beat_ratio)


def _sounds_at(beats: Floats, play: Play, mix_grid: BeatGrid) -> Floats:
    """Mix seconds at which a deck plays what belongs to mix beats: later by the nudge that holds *there*."""
    at_s = mix_grid.time_at(beats)
    later_s = np.zeros(beats.shape)
    for _ in range(ROUNDS):
        later_s = play.nudge_s_at(mix_grid.beat_at(at_s + later_s))
    return np.asarray(at_s + later_s)


def _apart(times_s: Floats) -> Floats:
    """Leaves away what lies within a microsecond of its neighbour, but neither end."""
    is_kept = np.concatenate([[True], np.diff(times_s[:-1]) > 1e-6, [True]])
    if len(times_s) > 2 and times_s[-1] - times_s[-2] <= 1e-6:
        is_kept[-2] = False
    return np.asarray(times_s[is_kept])


def _inside(mix_s: Floats, track_s: Floats, duration_s: float) -> tuple[Floats, Floats]:
    """Cut where the file begins and ends."""
    low, high = max(0.0, float(track_s[0])), min(duration_s, float(track_s[-1]))
    if high <= low:
        return np.zeros(0), np.zeros(0)
    cut_s = np.interp([low, high], track_s, mix_s)
    is_in = (track_s > low) & (track_s < high)
    return (
        np.concatenate([cut_s[:1], mix_s[is_in], cut_s[1:]]),
        np.concatenate([[low], track_s[is_in], [high]]),
    )
