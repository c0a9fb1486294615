"""What the dance promises to hit.

An accent of a move is promised only where the *whole* body can keep it: every layer in motion has a key pose on that
beat. A limb in full swing would smear the stop of the others, and with it both the picture and its measure.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from temirbek.types import LAYERS, Accent, Layer, Move, MoveCall, Reach

_SAME_BEAT = 1e-6


def planned_accents(
    calls: Sequence[MoveCall], reaches: Sequence[Reach], moves: Mapping[str, Move]
) -> tuple[Accent, ...]:
    """Accents of one performer in mix beats, in order.

    Args:
        calls: All calls of the performer.
        reaches: All reaches of the performer: hands at work promise nothing of their own.
        moves: The vocabulary.
    """
    found: dict[tuple[float, str], Accent] = {}
    for call in calls:
        for accent in _accents_of(call, moves[call.move]):
            at_work = any(r.start_beat - 2.0 < accent.beat < r.end_beat + 2.0 for r in reaches)
            if accent.part == "hands" and at_work:
                continue
            if all(_is_key(other, moves[other.move], accent.beat) for other in calls):
                found[(round(accent.beat, 6), accent.part)] = accent
    return tuple(found[key] for key in sorted(found))


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


def _is_key(call: MoveCall, move: Move, beat: float) -> bool:
    """Whether a call rests or has a key pose on every layer at a beat; calls that do not sound there do not matter."""
    at = beat - call.start_beat
    if at < -_SAME_BEAT or at > call.length_beats - _SAME_BEAT:
        return True
    inside = (at / call.tempo_rule) % move.length_beats
    return all(_near(inside, move.layers[layer].beats, move.length_beats) for layer in _layers(call, move))


def _near(beat: float, keys: Sequence[float] | np.ndarray, length: float) -> bool:
    distance = np.abs(np.asarray(keys) - beat)
    return bool(np.any(np.minimum(distance, length - distance) < 1e-4))


def _layers(call: MoveCall, move: Move) -> list[Layer]:
    return [layer for layer in LAYERS if layer in move.layers and (not call.layers or layer in call.layers)]
