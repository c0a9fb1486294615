"""From postures at a coarse rate to positions, velocities and accelerations that belong together.

Every coordinate becomes a spline of degree five (four continuous derivatives), the base's attitude as a rotation
vector. Velocities and accelerations are derivatives of *that* curve, never filtered, so the three agree exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline
from scipy.spatial.transform import Rotation

Floats = NDArray[np.float64]

_DEGREE = 5
_STEP_S = 1e-4  # for the derivative of the angular velocity


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
    turn = Rotation.from_quat(postures[:, [4, 5, 6, 3]]).as_rotvec()
    spline = make_interp_spline(knots_s, np.hstack([postures[:, :3], turn, postures[:, 7:]]), k=_DEGREE)
    first, second = spline.derivative(1), spline.derivative(2)
    x, v, a = spline(times_s), first(times_s), second(times_s)
    quat = Rotation.from_rotvec(x[:, 3:6]).as_quat()[:, [3, 0, 1, 2]]
    before = _angular_velocity(spline(times_s - _STEP_S)[:, 3:6], first(times_s - _STEP_S)[:, 3:6])
    after = _angular_velocity(spline(times_s + _STEP_S)[:, 3:6], first(times_s + _STEP_S)[:, 3:6])
    v[:, 3:6] = _angular_velocity(x[:, 3:6], v[:, 3:6])
    a[:, 3:6] = (after - before) / (2 * _STEP_S)
    return Motion(qpos=np.hstack([x[:, :3], quat, x[:, 6:]]), qvel=v, qacc=a)


def _angular_velocity(turn: Floats, rate: Floats) -> Floats:
    """Angular velocity in the body frame of a changing rotation vector (the right Jacobian of SO(3))."""
    angle = np.linalg.norm(turn, axis=1, keepdims=True)
    small = angle < 1e-6
    safe = np.where(small, 1.0, angle)
    one = np.where(small, 0.5, (1 - np.cos(safe)) / safe**2)
    two = np.where(small, 1 / 6, (safe - np.sin(safe)) / safe**3)
    once = np.cross(turn, rate)
    return np.asarray(rate - one * once + two * np.cross(turn, once))


def placed(motion: Motion, mark_m: tuple[float, float], height_m: float, facing_rad: float) -> Motion:
    """The same motion on a mark of the stage: turned about the vertical, then moved."""
    turn = Rotation.from_euler("z", facing_rad)
    qpos, qvel, qacc = motion.qpos.copy(), motion.qvel.copy(), motion.qacc.copy()
    qpos[:, :3] = turn.apply(qpos[:, :3]) + np.array([mark_m[0], mark_m[1], height_m])
    qpos[:, 3:7] = (turn * Rotation.from_quat(qpos[:, [4, 5, 6, 3]])).as_quat()[:, [3, 0, 1, 2]]
    qvel[:, :3], qacc[:, :3] = turn.apply(qvel[:, :3]), turn.apply(qacc[:, :3])
    return Motion(qpos=qpos, qvel=qvel, qacc=qacc)
