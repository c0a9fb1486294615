"""Planned motion, bar by bar: what the key poses and footsteps of a dance on paper amount to.

Nothing is solved: channels run in straight lines from key pose to key pose, a layer without a call rests at zero, and
displacements count ten times (5 cm of a hip are as much to look at as half a radian of an arm). Speeds are per beat: paper
knows no seconds, and a tempo that rises is the music's doing. That is enough to compare
bars with bars and dances with dances, and it needs no body.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.types import (
    LAYERS,
    BeatGrid,
    Choreography,
    Layer,
    Move,
    MoveCall,
    Performer,
    place_at,
    scale_of,
)

Floats = NDArray[np.float64]
PER_BEAT = 8
"""Samples a beat: enough for key poses on sixteenths."""
PER_METRE = 10.0
STILL = 0.03
"""Slower than this [rad a beat] nobody is seen to move."""
_MIRRORED: dict[Layer, Layer] = {"left_arm": "right_arm", "right_arm": "left_arm"}
_SETS_OFF_BEATS = 2.0
_SAME_BEAT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PaperMotion:
    """The planned motion of one dancer, a row a bar.

    Attributes:
        speed: Mean speed of each layer [rad a beat; displacements as above], and of the feet, shape (bars, 6).
        still: Share of the time in which nothing moves, shape (bars,).
        size: Root mean square of arm and torso channels: how large the pictures are, shape (bars,) [rad].
        features: Mean pose and mean speed of every channel, steps and place, shape (bars, f).
    """

    speed: Floats
    still: Floats
    size: Floats
    features: Floats

    @property
    def energy(self) -> Floats:
        """How much is moved: the mean over layers, shape (bars,)."""
        return np.asarray(self.speed.mean(axis=1))


def paper_motion(
    dance: Choreography, performer: Performer, moves: Mapping[str, Move], grid: BeatGrid, n_bars: int
) -> PaperMotion:
    """The planned motion of one dancer.

    Args:
        dance: On paper.
        performer: Who.
        moves: The vocabulary.
        grid: Of the mix.
        n_bars: How many bars to look at, from the first.
    """
    first, bar_beats = grid.first_downbeat, grid.beats_per_bar
    beats = first + np.arange(n_bars * bar_beats * PER_BEAT + 1) / PER_BEAT
    calls = [c for c in dance.calls if c.performer == performer.id]
    speeds, poses, all_speeds, large = [], [], [], []
    moving = np.zeros(len(beats) - 1, dtype=bool)
    for layer in LAYERS:
        curve = _curves(calls, moves, layer, beats)
        moved = np.diff(curve, axis=0) * PER_BEAT
        speeds.append(_by_bar(np.linalg.norm(moved, axis=1), n_bars))
        moving |= np.any(np.abs(moved) > STILL, axis=1)
        poses.append(_by_bar(curve[:-1], n_bars))
        all_speeds.append(_by_bar(np.abs(moved), n_bars))
        if layer in ("torso", "left_arm", "right_arm"):
            large.append(curve[:-1])
    size = np.sqrt(_by_bar(np.mean(np.concatenate(large, axis=1) ** 2, axis=1), n_bars))
    feet, places = _feet(dance, performer, grid, n_bars)
    return PaperMotion(
        speed=np.stack([*speeds, feet], axis=1),
        still=np.where(feet > 0.0, 0.0, 1.0 - _by_bar(moving.astype(float), n_bars)),
        size=size,
        features=np.concatenate([*poses, *all_speeds, feet[:, None], places], axis=1),
    )


def layers_of(call: MoveCall, move: Move) -> tuple[Layer, ...]:
    """The layers of the body that a call drives."""
    written = {_MIRRORED.get(layer, layer) if call.mirrored else layer for layer in move.layers}
    return tuple(layer for layer in LAYERS if layer in written and (not call.layers or layer in call.layers))


def mirrored_channel(channel: str) -> tuple[str, float]:
    """The channel on the other side of the body, and the sign that its value takes there."""
    for side, other in (("left_", "right_"), ("right_", "left_")):
        if channel.startswith(side):
            channel = other + channel.removeprefix(side)
            break
    return channel, -1.0 if any(word in channel for word in ("roll", "yaw", "sway_y")) else 1.0


def _curves(calls: Sequence[MoveCall], moves: Mapping[str, Move], layer: Layer, beats: Floats) -> Floats:
    """The channels of one layer at some beats, shape (beats, channels); one column of zeros where nothing is called."""
    on_layer = sorted((c for c in calls if layer in layers_of(c, moves[c.move])), key=lambda c: c.start_beat)
    keys: dict[str, list[tuple[float, float]]] = {}
    rests: list[float] = [float(beats[0])]
    for i, call in enumerate(on_layer):
        before = on_layer[i - 1].start_beat + on_layer[i - 1].length_beats if i else -np.inf
        if call.start_beat > before + _SAME_BEAT:
            rests.append(max(before, call.start_beat - _SETS_OFF_BEATS))
        after = on_layer[i + 1].start_beat if i + 1 < len(on_layer) else np.inf
        if after > call.start_beat + call.length_beats + _SAME_BEAT:
            rests.append(call.start_beat + call.length_beats)
        for channel, points in _keys(call, moves[call.move], layer).items():
            keys.setdefault(channel, []).extend(points)
    starts = [(c.start_beat, c.start_beat + c.length_beats) for c in on_layer]
    columns = []
    for channel in sorted(keys):
        silent = [s for s, e in starts if not any(s - _SAME_BEAT <= b < e for b, _ in keys[channel])]
        value_at = {beat: 0.0 for beat in (*rests, *silent) if np.isfinite(beat)}
        value_at.update(keys[channel])
        at = np.array(sorted(value_at))
        values = np.array([value_at[b] for b in at]) * (PER_METRE if channel.endswith("_m") else 1.0)
        columns.append(np.interp(beats, at, values))
    return np.stack(columns, axis=1) if columns else np.zeros((len(beats), 1))


def _keys(call: MoveCall, move: Move, layer: Layer) -> dict[str, list[tuple[float, float]]]:
    """Channel of the body → (beat, value) of a call's key poses on one layer."""
    source = move.layers[_MIRRORED.get(layer, layer) if call.mirrored else layer]
    cycle = move.length_beats * call.tempo_rule
    found: dict[str, list[tuple[float, float]]] = {}
    for written, values in source.targets.items():
        channel, sign = mirrored_channel(written) if call.mirrored else (written, 1.0)
        share = sign * call.intensity * scale_of(call, move, written)
        points = []
        for repeat in range(int(np.ceil(call.length_beats / cycle - _SAME_BEAT))):
            at = repeat * cycle + source.beats * call.tempo_rule
            inside = at < call.length_beats - _SAME_BEAT
            points += list(
                zip((call.start_beat + at[inside]).tolist(), (share * values[inside]).tolist(), strict=True)
            )
        found[channel] = points
    return found


def _feet(dance: Choreography, performer: Performer, grid: BeatGrid, n_bars: int) -> tuple[Floats, Floats]:
    """Mean speed of the feet of each bar, shape (bars,), and where the dancer stands, shape (bars, 2) [× PER_METRE]."""
    steps = dance.footsteps.get(performer.id, ())
    starts = grid.first_downbeat + np.arange(n_bars + 1) * grid.beats_per_bar
    ways = np.zeros(n_bars)
    for step in steps:
        bar = int(np.searchsorted(starts, step.touch_beat - _SAME_BEAT, side="right")) - 1
        if 0 <= bar < n_bars:
            over = float(np.hypot(step.end.x_m - step.start.x_m, step.end.y_m - step.start.y_m))
            ways[bar] += over + 2.0 * step.height_m
    places = [place_at(performer, steps, float(b)) for b in starts[1:]] if steps else []
    xy = np.array([(p.x_m, p.y_m) for p in places]) if places else np.zeros((n_bars, 2))
    return PER_METRE * ways / grid.beats_per_bar, PER_METRE * (xy - xy[0])


def _by_bar(rows: Floats, n_bars: int) -> Floats:
    """Mean of each bar's samples."""
    return np.asarray(rows.reshape(n_bars, -1, *rows.shape[1:]).mean(axis=1))
