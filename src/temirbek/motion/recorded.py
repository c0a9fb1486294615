"""Makes the key poses of a recorded dance such that a robot can dance them on planted feet.

Three things are asked, each answered by making the motion smaller, never by moving it in time:

- **range**: every channel is scaled about its middle until it fits into what the vocabulary allows;
- **speed and acceleration** at the fastest tempo for which the move is meant: where a channel is too fast, poses around
  are drawn towards their local mean, as far as needed;
- **strength** (from outside, see :func:`weaker`): where waist or arms would need too much torque, all of them are.

How much of each channel's amplitude is left is told. Pelvis and height may be reduced to nothing, since a recording
that steps sways wider than planted feet allow. Of a joint above the hips, at least ``LEAST_SHARE`` must be left: what
would be cut more than that is refused with the joint and the beat, for it would be another dance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from temirbek.errors import MotionInfeasible
from temirbek.motion.channels import CHANNEL_ORDER, rest_of
from temirbek.motion.clip import planted_postures
from temirbek.motion.even import evened
from temirbek.motion.limits import allowed
from temirbek.motion.loop import KEYS_PER_BEAT, Loop
from temirbek.motion.smooth import Motion, smooth_motion
from temirbek.types import LAYERS, Accent, Layer, MoveKeys, RobotModel

Floats = NDArray[np.float64]
Ranges = Mapping[str, tuple[float, float]]

LEAST_SHARE = 0.4
_SMALL_RAD = 0.15  # a joint that hardly moves may be cut without anyone missing it
_ROUNDS = 40
_SLOW_AND_EVEN = 3
_OPENED_RAD = 0.06  # in one round
_OPEN_BEATS = 0.5
_PAD = 8  # rows before and after a lap, so that its ends are no ends
_MOST_A_ROUND = 0.8
_LOCAL_BEATS = 1.0
_RATE = 32  # instants a beat at which speeds are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was taken from a channel.

    Attributes:
        channel: Which.
        share_left: Its amplitude (standard deviation) over what was recorded, 0–1.
        why: "range", "speed" or "strength": what took most.
    """

    channel: str
    share_left: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feasible:
    """Key poses that a robot can dance, and what was changed.

    Attributes:
        loop: With its poses made feasible.
        recorded: The poses as they were recorded, shape (k, c).
        shares: What is left of each channel after range, speed and strength, shape (3, c).
        outward_rad: By how much a shoulder was opened at the most so that arms keep clear of the body [rad].
    """

    loop: Loop
    recorded: Floats
    shares: Floats
    outward_rad: float = 0.0

    @property
    def changes(self) -> tuple[Change, ...]:
        """The channels of which more than a twentieth was taken, most first."""
        found = [
            Change(
                channel=channel,
                share_left=float(np.prod(self.shares[:, column])),
                why=("range", "speed", "strength")[int(np.argmin(self.shares[:, column]))],
            )
            for column, channel in enumerate(CHANNEL_ORDER["g1"])
        ]
        return tuple(sorted((c for c in found if c.share_left < 0.95), key=lambda c: c.share_left))


def feasible_loop(
    loop: Loop,
    ranges: Ranges,
    robot: RobotModel,
    physics: mujoco.MjModel,
    *,
    tempo_bpm: tuple[float, float],
    source: str,
) -> Feasible:
    """The same loop within ranges, speeds and accelerations, even around its accents.

    Args:
        loop: As recorded.
        ranges: Channel → (lowest, highest) that the vocabulary allows.
        robot, physics: The body.
        tempo_bpm: The slowest and the fastest tempo at which it is to be danced [BPM].
        source: What messages call the recording.

    Raises:
        MotionInfeasible: Too little of a joint's motion would be left; the message names joint, limit and beat.
    """
    poses = loop.poses.copy()
    for column, channel in enumerate(CHANNEL_ORDER["g1"]):
        poses[:, column] = _in_range(poses[:, column], *ranges[channel])
    fitted = replace(loop, poses=poses)
    by_range = _left(loop.poses, poses)
    limits = np.array([ranges[channel] for channel in CHANNEL_ORDER["g1"]])
    excess = _excess(loop.poses, limits)
    _require_enough(fitted, loop.poses, by_range, excess, "its range", source)
    slower = fitted
    for _ in range(_SLOW_AND_EVEN):  # to even a pose out may make it fast again, a little less each time
        slower = replace(slower, poses=_slow_enough(slower, robot, tempo_bpm[1]))
        slower = evened(slower, robot, physics, bpm=float(np.sqrt(tempo_bpm[0] * tempo_bpm[1])))
        slower = replace(slower, poses=np.clip(slower.poses, limits[:, 0], limits[:, 1]))
    by_speed = _left(fitted.poses, slower.poses)
    worst = _rush(fitted, robot, tempo_bpm[1])
    words = f"its speed and acceleration limits at {tempo_bpm[1]:g} BPM"
    _require_enough(slower, loop.poses, by_range * by_speed, worst, words, source)
    shares = np.vstack([by_range, by_speed, np.ones(len(by_range))])
    return Feasible(loop=slower, recorded=loop.poses, shares=shares)


def weaker(made: Feasible, sizes: Floats, *, source: str) -> Feasible:
    """The same, with everything above the hips smaller where asked.

    Args:
        made: Key poses within limits.
        sizes: What may be left around each pose, 0–1, shape (k,).
        source: What messages call the recording.

    Raises:
        MotionInfeasible: Too little of a joint's motion would be left.
    """
    upper = np.array([c for c, name in enumerate(CHANNEL_ORDER["g1"]) if not name.endswith(("_m", "_rad"))])
    poses = made.loop.poses.copy()
    poses[:, upper] = _drawn(poses[:, upper], sizes[:, None])
    shares = made.shares.copy()
    shares[2] *= _left(made.loop.poses, poses)
    loop = replace(made.loop, poses=poses)
    excess = np.repeat(1.0 - sizes[:, None], poses.shape[1], axis=1)
    _require_enough(
        loop, made.recorded, np.prod(shares, axis=0), excess, "the strength of waist and arms", source
    )
    return replace(made, loop=loop, shares=shares)


def opened(made: Feasible, touching: Mapping[str, Floats], ranges: Ranges) -> Feasible:
    """The same, with shoulders opened where an arm touches the body.

    Args:
        made: Key poses within limits.
        touching: Side → beats at which that arm touches something; may be empty.
        ranges: Channel → (lowest, highest) that the vocabulary allows.
    """
    if not touching:
        return made
    poses = made.loop.poses.copy()
    length = made.loop.length_beats
    for side, beats in touching.items():
        away = np.abs(made.loop.beats[:, None] - np.asarray(beats)[None, :])
        away = np.minimum(away, length - away).min(axis=1)
        near = np.cos(np.pi / 2 * np.clip((away - _OPEN_BEATS) / _OPEN_BEATS, 0.0, 1.0)) ** 2
        channel = f"{side}_shoulder_roll"
        column = CHANNEL_ORDER["g1"].index(channel)
        outward = _OPENED_RAD if side == "left" else -_OPENED_RAD
        poses[:, column] = np.clip(poses[:, column] + outward * near, *ranges[channel])
    loop = replace(made.loop, poses=poses)
    return replace(made, loop=loop, outward_rad=made.outward_rad + _OPENED_RAD)


def loop_motion(loop: Loop, robot: RobotModel, *, bpm: float, instants_a_beat: int) -> Motion:
    """One lap of many as motion of the whole body, legs as they stand: what waist and arms need does not depend on them.

    Args:
        loop: A recorded dance.
        robot: Its body.
        bpm: The tempo [BPM].
        instants_a_beat: Rows.
    """
    lap = loop.danced(bpm, instants_a_beat)
    postures = planted_postures(np.vstack([lap[-_PAD:], lap, lap[:_PAD]]), robot)
    times_s = np.arange(len(postures)) * 60.0 / bpm / instants_a_beat
    return smooth_motion(times_s, postures, times_s[_PAD:-_PAD])


def move_layers(loop: Loop) -> tuple[dict[Layer, MoveKeys], tuple[Accent, ...]]:
    """The layers of a move, flowing, and its accents."""
    order = list(CHANNEL_ORDER["g1"])
    layers: dict[Layer, MoveKeys] = {}
    for layer in LAYERS:
        names = list(rest_of("g1", "dancer")[layer])
        targets = {name: np.round(loop.poses[:, order.index(name)], 4) for name in names}
        layers[layer] = MoveKeys(beats=loop.beats, targets=targets, flows=True)
    return layers, tuple(Accent(beat=float(b)) for b in loop.beats[loop.stops])


def _in_range(values: Floats, low: float, high: float) -> Floats:
    """Values scaled about their middle until they fit; the middle is moved into the range first."""
    middle = float(np.clip(np.median(values), low + 0.1 * (high - low), high - 0.1 * (high - low)))
    moved = values - np.median(values)
    scale = min(
        1.0,
        (high - middle) / max(float(moved.max()), 1e-9),
        (middle - low) / max(float(-moved.min()), 1e-9),
    )
    return (
        np.asarray(np.clip(middle + scale * moved, low, high))
        if scale < 1.0 or middle != np.median(values)
        else values
    )


def _slow_enough(loop: Loop, robot: RobotModel, bpm: float) -> Floats:
    """Poses drawn towards their local mean until no channel is too fast."""
    poses = loop.poses
    for _ in range(_ROUNDS):
        rush = _rush(replace(loop, poses=poses), robot, bpm)
        if rush.max() <= 1.0:
            break
        poses = _drawn(poses, np.clip(1.0 / np.maximum(rush, 1e-9), _MOST_A_ROUND, 1.0))
    return poses


def _drawn(poses: Floats, sizes: Floats) -> Floats:
    """Poses drawn towards the mean of those around them: by nothing where the size is 1."""
    around = gaussian_filter1d(poses, _LOCAL_BEATS * KEYS_PER_BEAT, axis=0, mode="wrap")
    soft = gaussian_filter1d(np.broadcast_to(sizes, poses.shape), 0.5 * KEYS_PER_BEAT, axis=0, mode="wrap")
    return np.asarray(around + np.minimum(soft, 1.0) * (poses - around))


def _rush(loop: Loop, robot: RobotModel, bpm: float) -> Floats:
    """How far speed or acceleration go beyond their limits around each pose, as a ratio, shape (k, c)."""
    step_s = 60.0 / bpm / _RATE
    x = loop.danced(bpm, _RATE)
    x = np.vstack([x[-2:], x, x[:2]])
    speed = np.gradient(x, step_s, axis=0)
    acceleration = np.gradient(speed, step_s, axis=0)
    limits = np.array([allowed(channel, robot) for channel in CHANNEL_ORDER["g1"]])
    ratio = np.maximum(np.abs(speed) / limits[:, 0], np.abs(acceleration) / limits[:, 1])[2:-2]
    per_key = _RATE // KEYS_PER_BEAT
    return np.asarray(maximum_filter1d(ratio, 2 * per_key + 1, axis=0, mode="wrap")[::per_key])


def _excess(poses: Floats, ranges: Floats) -> Floats:
    """How far poses lie outside their ranges, shape (k, c)."""
    return np.maximum(ranges[:, 0] - poses, poses - ranges[:, 1])


def _left(before: Floats, after: Floats) -> Floats:
    """What is left of each channel's amplitude."""
    was = before.std(axis=0)
    return np.asarray(np.where(was > 1e-6, np.minimum(after.std(axis=0) / np.maximum(was, 1e-6), 1.0), 1.0))


def _require_enough(
    loop: Loop, recorded: Floats, shares: Floats, excess: Floats, limit: str, source: str
) -> None:
    for column, channel in enumerate(CHANNEL_ORDER["g1"]):
        if channel.endswith(("_m", "_rad")) or np.ptp(recorded[:, column]) < 2 * _SMALL_RAD:
            continue
        if shares[column] < LEAST_SHARE:
            beat = float(loop.beats[int(np.argmax(excess[:, column]))])
            raise MotionInfeasible(
                f"{source}: {channel}: only {shares[column]:.0%} of its motion would be left within {limit} (worst at "
                f"beat {beat:g} of the move, from {loop.start_s:.2f} s of the clip); expected {LEAST_SHARE:.0%} or "
                "more. A calmer stretch (--from, --to) may do"
            )
