"""From postures at a coarse rate to positions, velocities and accelerations that belong together.

Every coordinate becomes a spline of degree five (four continuous derivatives), the base's attitude as a quaternion, so
that it may turn round and round. Velocities and accelerations are derivatives of *that* curve, never filtered, so the
three agree exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline
from scipy.spatial.transform import Rotation

Floats = NDArray[np.float64]

_DEGREE = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Motion:
    """Rows of one body: ``qpos`` (n, 7 + j), ``qvel`` (n, 6 + j), ``qacc`` (n, 6 + j), MuJoCo's conventions."""

    qpos: Floats
    qvel: Floats
    qacc: Floats


def smooth_motion(knots_s: Floats, postures: Floats, times_s: Floats) -> Motion:
    """The motion through postures.

    Args:
        knots_s: Instants of the postures [s], shape (k,), increasing, k ≥ 6.
        postures: Shape (k, 7 + j).
        times_s: Instants of the rows asked for [s], shape (n,).
    """
    quat = _continuous(postures[:, 3:7])
    spline = make_interp_spline(knots_s, np.hstack([postures[:, :3], quat, postures[:, 7:]]), k=_DEGREE)
    x, v, a = spline(times_s), spline.derivative(1)(times_s), spline.derivative(2)(times_s)
    turn, turn_rate = _rotation_rates(x[:, 3:7], v[:, 3:7], a[:, 3:7])
    x[:, 3:7] /= np.linalg.norm(x[:, 3:7], axis=1, keepdims=True)
    return Motion(
        qpos=x,
        qvel=np.hstack([v[:, :3], turn, v[:, 7:]]),
        qacc=np.hstack([a[:, :3], turn_rate, a[:, 7:]]),
    )


def _continuous(quat: Floats) -> Floats:
    """Quaternions with their signs chosen so that neighbours are near each other."""
    flips = np.where((quat[1:] * quat[:-1]).sum(axis=1) < 0.0, -1.0, 1.0)
    return np.asarray(quat * np.concatenate([[1.0], np.cumprod(flips)])[:, None])


def _rotation_rates(p: Floats, rate: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Angular velocity and acceleration in the body frame of a quaternion that need not be of unit length.

    With p = |p| q, the vector part of p* ṗ / |p|² is that of q* q̇, half the angular velocity: a change of length only
    shows in the scalar part. Its derivative follows by the product rule, for ṗ* ṗ is a scalar.
    """
    square = (p * p).sum(axis=1, keepdims=True)
    turn = 2.0 * _vector_of_product(p, rate) / square
    growth = 2.0 * (p * rate).sum(axis=1, keepdims=True) / square
    return turn, 2.0 * _vector_of_product(p, second) / square - growth * turn


def _vector_of_product(p: Floats, r: Floats) -> Floats:
    """Vector part of p* r, quaternions w first, shape (n, 3)."""
    return np.asarray(p[:, :1] * r[:, 1:] - r[:, :1] * p[:, 1:] - np.cross(p[:, 1:], r[:, 1:]))


def placed(motion: Motion, mark_m: tuple[float, float], height_m: float, facing_rad: float) -> Motion:
    """The same motion on a mark of the stage: turned about the vertical, then moved."""
    turn = Rotation.from_euler("z", facing_rad)
    qpos, qvel, qacc = motion.qpos.copy(), motion.qvel.copy(), motion.qacc.copy()
    qpos[:, :3] = turn.apply(qpos[:, :3]) + np.array([mark_m[0], mark_m[1], height_m])
    qpos[:, 3:7] = (turn * Rotation.from_quat(qpos[:, [4, 5, 6, 3]])).as_quat()[:, [3, 0, 1, 2]]
    qvel[:, :3], qacc[:, :3] = turn.apply(qvel[:, :3]), turn.apply(qacc[:, :3])
    return Motion(qpos=qpos, qvel=qvel, qacc=qacc)
