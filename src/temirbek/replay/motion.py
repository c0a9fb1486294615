"""Executed motion, made light: from the physics' rate to the page's."""

import numpy as np
from numpy.typing import NDArray

from temirbek.types import ExecutedMotion

Floats = NDArray[np.float64]

PAGE_RATE_HZ = 60.0


def resample_qpos(motion: ExecutedMotion, rate_hz: float = PAGE_RATE_HZ) -> Floats:
    """Poses at an even rate, from the first row to the last that the motion reaches.

    Positions and joints lie on straight lines between the physics' rows; quaternions go the same way after their
    signs are made continuous, and are normalised.

    Args:
        motion: What the robot did; must have at least one row.
        rate_hz: Rows a second that are wanted [Hz].

    Returns:
        Base position [m], quaternion wxyz, joints [rad], shape (m, 7 + j).

    Raises:
        ValueError: The motion has no rows.
    """
    if len(motion.qpos) == 0:
        raise ValueError(f"{motion.performer}: no rows of executed motion")
    qpos = np.array(motion.qpos, dtype=float)
    qpos[:, 3:7] = continuous(qpos[:, 3:7])
    duration_s = (len(qpos) - 1) / motion.rate_hz
    row = np.arange(int(duration_s * rate_hz + 1e-9) + 1) * motion.rate_hz / rate_hz
    before = np.minimum(row.astype(int), len(qpos) - 1)
    after = np.minimum(before + 1, len(qpos) - 1)
    share = (row - before)[:, None]
    resampled = qpos[before] * (1 - share) + qpos[after] * share
    resampled[:, 3:7] /= np.linalg.norm(resampled[:, 3:7], axis=1, keepdims=True)
    return np.asarray(resampled)


def continuous(quaternions: Floats) -> Floats:
    """The same rotations with signs such that neighbours lie in one half-space, shape (n, 4)."""
    turns = np.sum(quaternions[1:] * quaternions[:-1], axis=1) < 0
    signs = np.where(np.cumsum(turns) % 2 == 1, -1.0, 1.0)
    result = np.array(quaternions)
    result[1:] *= signs[:, None]
    return result
