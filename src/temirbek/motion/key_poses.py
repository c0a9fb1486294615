"""From calls of moves to key poses of layers, in mix beats.

A call strings the key poses of its move along its length, repeating the move as often as needed. The last pose of a
call leads straight to the first pose of the next call on the same layer; where none follows, the layer returns to rest
on the beat at which the call ends. In a gap it rests, and sets off a beat or two before the next call.

Every key is a stop, unless the layer *flows*: then only keys on the move's accents stop, and the others are passed. Near
the border to another call, passed poses are left out, so that there is time to get from one dance into the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import MotionInfeasible
from temirbek.motion.channels import Rest, is_odd, mirrored_channel, mirrored_layer
from temirbek.motion.curves import Passing, stops_and_ways
from temirbek.types import LAYERS, Accent, BeatGrid, Layer, Move, MoveCall, RobotKind, scale_of

Floats = NDArray[np.float64]

UPBEAT_BEATS = 2.0  # how long before a call a resting layer sets off at the earliest
CROSSING_BEATS = 0.9  # on both sides of a border between calls no poses are passed
_SAME_BEAT = 1e-6
_STOPPED_BY = {
    "hands": ("left_arm", "right_arm"),
    "left_hand": ("left_arm",),
    "right_hand": ("right_arm",),
    "head": ("torso",),
    "pelvis": ("legs", "pelvis"),
    "feet": ("legs", "pelvis"),
    "left_foot": ("legs", "pelvis"),
    "right_foot": ("legs", "pelvis"),
}
"""Part of the body → the layers that stop where it has an accent; "whole" stops all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayerKeys:
    """Key poses of one layer over a whole dance.

    Attributes:
        channels: Names of the columns.
        beats: Mix beats of the stops, shape (k,), increasing.
        poses: Values there, shape (k, c).
        passing: What flows between the stops [mix beats]; None where nothing does.
    """

    channels: tuple[str, ...]
    beats: Floats
    poses: Floats
    passing: Passing | None = None

    def passing_s(self, beat_grid: BeatGrid) -> Passing | None:
        """What flows between the stops, on mix time [s]."""
        if self.passing is None:
            return None
        return replace(
            self.passing, at=beat_grid.time_at(self.passing.at), spans=beat_grid.time_at(self.passing.spans)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Key:
    """A pose of a call, or of rest (``of`` is None)."""

    beat: float
    pose: Floats
    stops: bool = True
    of: MoveCall | None = None


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
    keys = [_Key(beat=start_beat, pose=rest)]
    for i, call in enumerate(on_layer):
        before = keys[-1].beat
        if call.start_beat - before > UPBEAT_BEATS:
            keys.append(_Key(beat=call.start_beat - UPBEAT_BEATS, pose=rest))
        keys += _poses_of(call, moves[call.move], layer, channels, rest)
        end = call.start_beat + call.length_beats
        follows = i + 1 < len(on_layer) and on_layer[i + 1].start_beat - end < 1.0
        if not follows:
            keys.append(_Key(beat=end, pose=rest))
    keys.append(_Key(beat=end_beat, pose=rest))
    return _stops_and_ways(channels, _tidied(keys, start_beat, end_beat))


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
) -> list[_Key]:
    """The key poses of one call on one layer of the body, from its start to before its end."""
    written_layer = mirrored_layer(layer) if call.mirrored else layer
    source = move.layers[written_layer]
    poses = np.tile(rest, (len(source.beats), 1))
    for column, channel in enumerate(channels):
        written = mirrored_channel(channel) if call.mirrored else channel
        if written in source.targets:
            target = source.targets[written]
            if call.mirrored and is_odd(channel):
                target = -target
            share = call.intensity * scale_of(call, move, written)
            poses[:, column] = rest[column] + share * (target - rest[column])
    stops = _stops(source.beats, move.accents, written_layer) | (not source.flows)
    keys = []
    cycle = move.length_beats * call.tempo_rule
    for repeat in range(int(np.ceil(call.length_beats / cycle - _SAME_BEAT))):
        for beat, pose, is_stop in zip(source.beats, poses, stops, strict=True):
            at = repeat * cycle + beat * call.tempo_rule
            if at < call.length_beats - _SAME_BEAT:
                keys.append(_Key(beat=call.start_beat + at, pose=pose, stops=bool(is_stop), of=call))
    return keys


def _stops(beats: Floats, accents: Sequence[Accent], layer: Layer) -> NDArray[np.bool_]:
    """Which keys of a layer lie on accents that stop it."""
    hits = [a.beat for a in accents if layer in _STOPPED_BY.get(a.part, LAYERS)]
    return np.array([any(abs(beat - hit) < _SAME_BEAT for hit in hits) for beat in beats], dtype=bool)


def _tidied(keys: list[_Key], start_beat: float, end_beat: float) -> list[_Key]:
    """Keys in order, one a beat, inside the dance, at rest at both ends; nothing is passed near a border."""
    first, last = keys[0], keys[-1]
    inside = [k for k in keys[1:-1] if start_beat + 1.0 <= k.beat <= end_beat - 1.0]
    merged: list[_Key] = [first]
    for key in [*inside, last]:
        if key.beat - merged[-1].beat < _SAME_BEAT:
            merged[-1] = key
        else:
            merged.append(key)
    foreign = [(k.beat, k.of) for k in merged if k.stops]
    return [k for k in merged if k.stops or not _crosses(k, foreign)]


def _crosses(key: _Key, stops: Sequence[tuple[float, MoveCall | None]]) -> bool:
    """Whether a passed pose is too near to a stop of another dance than its own."""
    return any(
        abs(beat - key.beat) < CROSSING_BEATS - _SAME_BEAT and not _goes_on(key.of, call)
        for beat, call in stops
    )


def _goes_on(a: MoveCall | None, b: MoveCall | None) -> bool:
    """Whether two calls are one dance in two pieces."""
    if a is None or b is None:
        return a is b
    return replace(a, start_beat=0.0, length_beats=0.0) == replace(b, start_beat=0.0, length_beats=0.0)


def _stops_and_ways(channels: tuple[str, ...], keys: Sequence[_Key]) -> LayerKeys:
    """Stops as they are, passed poses as offsets from the way that would go straight from stop to stop."""
    beats, poses, passing = stops_and_ways(
        np.array([k.beat for k in keys]), np.array([k.pose for k in keys]), np.array([k.stops for k in keys])
    )
    return LayerKeys(channels=channels, beats=beats, poses=poses, passing=passing)
