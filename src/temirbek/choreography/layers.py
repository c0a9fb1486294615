"""Which layers of a body a call takes, and what remains of it beside others."""

from collections.abc import Iterable

from temirbek.types import LAYERS, Layer, Move, MoveCall

SAME_BEAT = 1e-6
_MIRRORED: dict[Layer, Layer] = {"left_arm": "right_arm", "right_arm": "left_arm"}


def mirrored_layer(layer: Layer) -> Layer:
    """The layer on the other side of the body."""
    return _MIRRORED.get(layer, layer)


def layers_of(call: MoveCall, move: Move) -> tuple[Layer, ...]:
    """The layers of the body that a call drives, in order."""
    written = {mirrored_layer(layer) if call.mirrored else layer for layer in move.layers}
    return tuple(layer for layer in LAYERS if layer in written and (not call.layers or layer in call.layers))


def source_layer(call: MoveCall, layer: Layer) -> Layer:
    """Under which layer the move's file writes what a call does on a layer of the body."""
    return mirrored_layer(layer) if call.mirrored else layer


def end_of(call: MoveCall) -> float:
    """Where a call ends [mix beats]."""
    return call.start_beat + call.length_beats


def overlaps(call: MoveCall, start_beat: float, end_beat: float) -> bool:
    """Whether a call sounds anywhere in a stretch."""
    return call.start_beat < end_beat - SAME_BEAT and end_of(call) > start_beat + SAME_BEAT


def free_stretches(
    start_beat: float, end_beat: float, taken: Iterable[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """What is left of a stretch beside others, in order."""
    free: list[tuple[float, float]] = []
    at = start_beat
    for a, b in sorted(taken):
        if a > at + SAME_BEAT and a < end_beat - SAME_BEAT:
            free.append((at, a))
        at = max(at, b)
    if at < end_beat - SAME_BEAT:
        free.append((at, end_beat))
    return tuple((a, min(b, end_beat)) for a, b in free)
