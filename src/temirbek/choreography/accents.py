"""What the dance promises to hit.

An accent of a move is promised only where the *whole* body can keep it: every layer in motion has a key pose on that
beat. A limb in full swing would smear the stop of the others, and with it both the picture and its measure. So would a
foot that swings before it or after: within half a beat of a foot in the air, the body promises only what the move that
steps says itself, and nothing in mid-swing. Feet keep their own accents: they are touchdowns, as the footsteps are. A layer that flows stops at the accents of its own
move and nowhere else.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from temirbek.choreography.layers import layers_of, source_layer
from temirbek.types import Accent, Footstep, Move, MoveCall, MoveKeys, Reach, steps_of

NEAR_BEATS = 0.5
"""A foot that swings so near to an accent is seen in the stop of the whole body."""
_SAME_BEAT = 1e-6


def planned_accents(
    calls: Sequence[MoveCall],
    reaches: Sequence[Reach],
    moves: Mapping[str, Move],
    footsteps: Sequence[Footstep] = (),
) -> tuple[Accent, ...]:
    """Accents of one performer in mix beats, in order.

    Args:
        calls: All calls of the performer.
        reaches: All reaches of the performer: hands at work promise nothing of their own.
        moves: The vocabulary.
        footsteps: Of the performer.
    """
    found: dict[tuple[float, str], Accent] = {}
    for call in calls:
        near = [c for c in calls if c is call or _touch(c, call)]
        for accent in _accents_of(call, moves[call.move]):
            at_work = any(r.start_beat - 2.0 < accent.beat < r.end_beat + 2.0 for r in reaches)
            if accent.part == "hands" and at_work:
                continue
            if accent.part in ("left_foot", "right_foot"):
                found[(round(accent.beat, 6), accent.part)] = accent
                continue
            if not _feet_allow(accent, near, moves, footsteps):
                continue
            if all(_is_key(other, moves[other.move], accent.beat) for other in near):
                found[(round(accent.beat, 6), accent.part)] = accent
    return tuple(found[key] for key in sorted(found))


def _touch(a: MoveCall, b: MoveCall) -> bool:
    """Whether two calls sound at one beat."""
    return (
        a.start_beat <= b.start_beat + b.length_beats + _SAME_BEAT
        and b.start_beat <= a.start_beat + a.length_beats + _SAME_BEAT
    )


def _accents_of(call: MoveCall, move: Move) -> list[Accent]:
    """Accents of one call, on mix beats."""
    cycle = move.length_beats * call.tempo_rule
    accents = []
    for repeat in range(int(np.ceil(call.length_beats / cycle - _SAME_BEAT))):
        for accent in move.accents:
            at = repeat * cycle + accent.beat * call.tempo_rule
            if at < call.length_beats - _SAME_BEAT:
                accents.append(Accent(beat=call.start_beat + at, part=accent.part))
    return accents


def _feet_allow(
    accent: Accent, calls: Sequence[MoveCall], moves: Mapping[str, Move], footsteps: Sequence[Footstep]
) -> bool:
    """Whether no foot is in the air at an accent, and a move that steps there names it too."""
    if any(s.lift_beat + _SAME_BEAT < accent.beat < s.touch_beat - _SAME_BEAT for s in footsteps):
        return False
    steps = [c for c in calls if _sounds(c, accent.beat) and steps_of(c, moves[c.move])]
    if not steps and any(
        s.lift_beat - NEAR_BEATS <= accent.beat <= s.touch_beat + NEAR_BEATS for s in footsteps
    ):
        return False
    for call in steps:
        named = (a.beat for a in _accents_of(call, moves[call.move]) if a.part == "whole")
        if not any(abs(beat - accent.beat) < _SAME_BEAT for beat in named):
            return False
    return True


def _sounds(call: MoveCall, beat: float) -> bool:
    return call.start_beat - _SAME_BEAT <= beat < call.start_beat + call.length_beats - _SAME_BEAT


def _is_key(call: MoveCall, move: Move, beat: float) -> bool:
    """Whether a call rests or has a key pose on every layer at a beat; calls that do not sound there do not matter."""
    if not _sounds(call, beat):
        return True
    inside = ((beat - call.start_beat) / call.tempo_rule) % move.length_beats
    return all(
        _near(inside, _stops(move, move.layers[source_layer(call, layer)]), move.length_beats)
        for layer in layers_of(call, move)
    )


def _stops(move: Move, keys: MoveKeys) -> Sequence[float] | np.ndarray:
    """Move beats at which a layer stands still for an instant, whatever else the body does."""
    return [a.beat for a in move.accents if a.part == "whole"] if keys.flows else keys.beats


def _near(beat: float, keys: Sequence[float] | np.ndarray, length: float) -> bool:
    distance = np.abs(np.asarray(keys, dtype=float) - beat)
    return bool(np.any(np.minimum(distance, length - distance) < 1e-4))
