"""From calls of moves to key poses of layers, in mix beats.

A call strings the key poses of its move along its length, repeating the move as often as needed. The last pose of a
call leads straight to the first pose of the next call on the same layer; where none follows, the layer returns to rest
on the beat at which the call ends. In a gap it rests, and sets off a beat or two before the next call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import MotionInfeasible
from temirbek.motion.channels import Rest, is_odd, mirrored_channel, mirrored_layer
from temirbek.types import LAYERS, Layer, Move, MoveCall, RobotKind, scale_of

Floats = NDArray[np.float64]

UPBEAT_BEATS = 2.0  # how long before a call a resting layer sets off at the earliest
_SAME_BEAT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayerKeys:
    """Key poses of one layer over a whole dance.

    Attributes:
        channels: Names of the columns.
        beats: Mix beats, shape (k,), increasing.
        poses: Values, shape (k, c).
    """

    channels: tuple[str, ...]
    beats: Floats
    poses: Floats


def layer_keys(
    calls: Sequence[MoveCall],
    moves: Mapping[str, Move],
    robot: RobotKind,
    rest_pose: Rest,
    *,
    start_beat: float,
    end_beat: float,
) -> dict[Layer, LayerKeys]:
    """Key poses of every layer, for the calls of one performer.

    Args:
        calls: All of one performer.
        moves: The vocabulary.
        robot: Its body.
        rest_pose: Layer → channel → value where nothing is called, from which intensity scales.
        start_beat, end_beat: The stretch of the mix that is danced; at both ends the robot rests.

    Raises:
        MotionInfeasible: A call names a move that does not exist or is for another body, or two calls overlap on a
            layer; the message says where.
    """
    return {
        layer: _one_layer(calls, moves, robot, rest_pose, layer, start_beat, end_beat) for layer in LAYERS
    }


def _one_layer(
    calls: Sequence[MoveCall],
    moves: Mapping[str, Move],
    robot: RobotKind,
    rest_pose: Rest,
    layer: Layer,
    start_beat: float,
    end_beat: float,
) -> LayerKeys:
    rest = np.array(list(rest_pose[layer].values()))
    channels = tuple(rest_pose[layer])
    on_layer = sorted((c for c in calls if layer in _layers_of(c, moves, robot)), key=lambda c: c.start_beat)
    _require_no_overlap(on_layer, layer)
    keys: list[tuple[float, Floats]] = [(start_beat, rest)]
    for i, call in enumerate(on_layer):
        before = keys[-1][0]
        if call.start_beat - before > UPBEAT_BEATS:
            keys.append((call.start_beat - UPBEAT_BEATS, rest))
        keys += _poses_of(call, moves[call.move], layer, channels, rest)
        end = call.start_beat + call.length_beats
        follows = i + 1 < len(on_layer) and on_layer[i + 1].start_beat - end < 1.0
        if not follows:
            keys.append((end, rest))
    keys.append((end_beat, rest))
    return _tidied(channels, keys, start_beat, end_beat)


def _layers_of(call: MoveCall, moves: Mapping[str, Move], robot: RobotKind) -> set[Layer]:
    """The layers of the body that a call moves (after mirroring)."""
    move = moves.get(call.move)
    if move is None:
        raise MotionInfeasible(
            f"{call.performer}: no move {call.move!r} at beat {call.start_beat:g}; there are {', '.join(moves)}"
        )
    if move.robot != robot:
        raise MotionInfeasible(
            f"{call.performer}: the move {call.move!r} at beat {call.start_beat:g} is for a {move.robot}, "
            f"not for a {robot}"
        )
    taken = set(call.layers or LAYERS)
    return {(mirrored_layer(layer) if call.mirrored else layer) for layer in move.layers} & taken


def _require_no_overlap(on_layer: Sequence[MoveCall], layer: Layer) -> None:
    for a, b in pairwise(on_layer):
        if b.start_beat < a.start_beat + a.length_beats - _SAME_BEAT:
            raise MotionInfeasible(
                f"{a.performer}: {a.move!r} (from beat {a.start_beat:g}) and {b.move!r} (from beat "
                f"{b.start_beat:g}) overlap on {layer}"
            )


def _poses_of(
    call: MoveCall, move: Move, layer: Layer, channels: tuple[str, ...], rest: Floats
) -> list[tuple[float, Floats]]:
    """The key poses of one call on one layer of the body, from its start to before its end."""
    source = move.layers[mirrored_layer(layer) if call.mirrored else layer]
    poses = np.tile(rest, (len(source.beats), 1))
    for column, channel in enumerate(channels):
        written = mirrored_channel(channel) if call.mirrored else channel
        if written in source.targets:
            target = source.targets[written]
            if call.mirrored and is_odd(channel):
                target = -target
            share = call.intensity * scale_of(call, move, written)
            poses[:, column] = rest[column] + share * (target - rest[column])
    keys = []
    cycle = move.length_beats * call.tempo_rule
    for repeat in range(int(np.ceil(call.length_beats / cycle - _SAME_BEAT))):
        for beat, pose in zip(source.beats, poses, strict=True):
            at = repeat * cycle + beat * call.tempo_rule
            if at < call.length_beats - _SAME_BEAT:
                keys.append((call.start_beat + at, pose))
    return keys


def _tidied(
    channels: tuple[str, ...], keys: list[tuple[float, Floats]], start_beat: float, end_beat: float
) -> LayerKeys:
    """Keys in order, one a beat, inside the dance, at rest at both ends."""
    first, last = keys[0], keys[-1]
    inside = [k for k in keys[1:-1] if start_beat + 1.0 <= k[0] <= end_beat - 1.0]
    merged: list[tuple[float, Floats]] = [first]
    for key in [*inside, last]:
        if key[0] - merged[-1][0] < _SAME_BEAT:
            merged[-1] = key
        else:
            merged.append(key)
    return LayerKeys(
        channels=channels,
        beats=np.array([beat for beat, _ in merged]),
        poses=np.array([pose for _, pose in merged]),
    )
