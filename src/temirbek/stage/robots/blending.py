"""From one motion into another while all feet stand: a minimum-jerk passage, with the velocities that belong to it."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from temirbek.stage.robots.tape import Layout

Floats = NDArray[np.float64]
_BLOCKS = (("com_m", "com_m_s", "com_m_s2"), ("foot_m", "foot_m_s", "foot_m_s2"))


def passage(share: float) -> tuple[float, float, float]:
    """How much of the new motion there is, and its first and second derivatives by the share of the time (0–1)."""
    s = min(1.0, max(0.0, share))
    return (
        s**3 * (10.0 - 15.0 * s + 6.0 * s * s),
        30.0 * s**2 * (1.0 - s) ** 2,
        60.0 * s * (1.0 - s) * (1.0 - 2.0 * s),
    )


def blended(old: Floats, new: Floats, layout: Layout, share: float, duration_s: float) -> Floats:
    """The numbers of an instant between two motions.

    Args:
        old, new: What each of them would do now.
        layout: Of both.
        share: How much of the passage has gone by, 0–1.
        duration_s: How long it takes [s].
    """
    w, dw, ddw = passage(share)
    dw, ddw = dw / duration_s, ddw / duration_s**2
    mixed: Floats = old + w * (new - old)
    for place, speed, acceleration in _BLOCKS:
        p, v, a = (layout.columns(name) for name in (place, speed, acceleration))
        mixed[v] += dw * (new[p] - old[p])
        mixed[a] += 2.0 * dw * (new[v] - old[v]) + ddw * (new[p] - old[p])
    q, v, a = (layout.columns(name) for name in ("qpos", "qvel", "qacc"))
    way = _way(old[q], new[q])
    mixed[v] += dw * way
    mixed[a] += 2.0 * dw * (new[v] - old[v]) + ddw * way
    quat = old[q][3:7] + w * (np.sign(old[q][3:7] @ new[q][3:7]) * new[q][3:7] - old[q][3:7])
    mixed[q][3:7] = quat / np.linalg.norm(quat)
    return mixed


def _way(old: Floats, new: Floats) -> Floats:
    """From one posture to another in the terms of velocities, shape (6 + j,)."""
    turn = Rotation.from_quat(np.roll(old[3:7], -1)).inv() * Rotation.from_quat(np.roll(new[3:7], -1))
    return np.concatenate([new[:3] - old[:3], turn.as_rotvec(), new[7:] - old[7:]])
