"""Makes the speed around the accents of a loop even, so that each is seen exactly on its beat.

A stop is even by construction to the third order (:mod:`~temirbek.motion.curves`). A spectator, and the measures, see
30 ms to both sides, where a limb that arrived fast and leaves slowly is still slower after the stop than before: the
smoothed speed has its minimum late. Nothing has to be added against that: the poses next to the stop are read a little
later (or earlier) from the same motion, by as much as brings the minimum onto the beat. Each part of the body is
evened by a key point of its own, in rounds, since arms ride on the trunk.
"""

from dataclasses import replace

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline
from scipy.ndimage import gaussian_filter1d

from temirbek.motion.channels import CHANNEL_ORDER, rest_of
from temirbek.motion.clip import planted_points_m, upper_points
from temirbek.motion.loop import Loop
from temirbek.motion.warp import SMOOTHING_S
from temirbek.types import Layer, RobotModel

Floats = NDArray[np.float64]

_ROUNDS = 8
_GAIN = 1.0
_FARTHEST_BEATS = 0.1  # a pose is read so much later or earlier at the most
_WINDOW_BEATS = 0.2  # around a hit the minimum is looked for
_REACH_BEATS = 0.6  # poses so near to a hit are read later
_INSTANTS_A_BEAT = 96
_SEEN_BY: tuple[tuple[tuple[Layer, ...], tuple[str, ...]], ...] = (
    (("legs", "pelvis"), ("pelvis",)),
    (("torso",), ("mid360_link", "torso_link")),
    (("left_arm",), ("left_wrist_yaw_link", "left_elbow_link")),
    (("right_arm",), ("right_wrist_yaw_link", "right_elbow_link")),
)
"""Layers, and the key points by which they are evened."""


def evened(loop: Loop, robot: RobotModel, physics: mujoco.MjModel, *, bpm: float) -> Loop:
    """The same loop with even speeds around its accents.

    Args:
        loop: A recorded dance.
        robot, physics: The body.
        bpm: The tempo at which the accents are looked at [BPM].
    """
    order = list(CHANNEL_ORDER["g1"])
    columns = [
        np.array([order.index(name) for layer in layers for name in rest_of("g1", "dancer")[layer]])
        for layers, _ in _SEEN_BY
    ]
    later = np.zeros((len(loop.beats), len(_SEEN_BY)))
    read = make_interp_spline(*_around(loop), k=5)
    done = loop
    for _ in range(_ROUNDS):
        later = np.clip(
            later + _GAIN * _spread(loop, _lateness(done, robot, physics, bpm)),
            -_FARTHEST_BEATS,
            _FARTHEST_BEATS,
        )
        poses = loop.poses.copy()
        for part, mine in enumerate(columns):
            poses[:, mine] = read(loop.beats + later[:, part])[:, mine]
        poses[loop.stops] = loop.poses[loop.stops]
        done = replace(loop, poses=poses)
    return done


def _around(loop: Loop) -> tuple[Floats, Floats]:
    """Beats and channels of one lap, and a beat on both sides of it."""
    fine = loop.danced(120.0, _INSTANTS_A_BEAT)
    beats = np.arange(-_INSTANTS_A_BEAT, len(fine) + _INSTANTS_A_BEAT) / _INSTANTS_A_BEAT
    return beats, np.vstack([fine[-_INSTANTS_A_BEAT:], fine, fine[:_INSTANTS_A_BEAT]])


def _lateness(loop: Loop, robot: RobotModel, physics: mujoco.MjModel, bpm: float) -> Floats:
    """How late each part of the body is slowest around each accent [beats], shape (accents, parts)."""
    names = upper_points(robot)
    points = planted_points_m(loop.danced(bpm, _INSTANTS_A_BEAT), robot, physics)
    rate_hz = _INSTANTS_A_BEAT * bpm / 60.0
    away = round(_WINDOW_BEATS * _INSTANTS_A_BEAT)
    found = np.zeros((int(loop.stops.sum()), len(_SEEN_BY)))
    for part, (_, links) in enumerate(_SEEN_BY):
        path = points[:, [names.index(link) for link in links]]
        speed = np.linalg.norm(np.roll(path, -1, axis=0) - path, axis=2).mean(axis=1) * rate_hz
        speed = gaussian_filter1d(speed, SMOOTHING_S * rate_hz, mode="wrap")
        for k, beat in enumerate(loop.beats[loop.stops]):
            around = (round(beat * _INSTANTS_A_BEAT) + np.arange(-away, away + 1)) % len(speed)
            found[k, part] = (_lowest(speed[around]) - away + 0.5) / _INSTANTS_A_BEAT
    return found


def _lowest(speed: Floats) -> float:
    """Where a curve is lowest, refined by a parabola; in steps."""
    i = int(np.clip(np.argmin(speed), 1, len(speed) - 2))
    before, at, after = speed[i - 1 : i + 2]
    bend = before - 2 * at + after
    return float(i + np.clip(0.5 * (before - after) / bend, -1.0, 1.0)) if bend > 0 else float(i)


def _spread(loop: Loop, lateness: Floats) -> Floats:
    """For each pose what its accents ask for, fading with the distance, shape (k, parts)."""
    away = loop.beats[:, None] - loop.beats[loop.stops][None, :]
    away = np.abs((away + loop.length_beats / 2) % loop.length_beats - loop.length_beats / 2)
    near = np.cos(np.pi / 2 * np.minimum(away / _REACH_BEATS, 1.0)) ** 2
    return np.asarray(near @ lateness)
