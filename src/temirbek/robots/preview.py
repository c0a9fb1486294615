"""Balance by preview: a centre of mass that the ground can carry.

A reference may ask for more than its feet can give: where its zero-moment point leaves the soles, following it means
to tip over half a second later, and no feedback brings a robot back whose capture point is outside. So the point is
drawn back inside before the dance, and the centre of mass moved by the shift δ that this needs,

    δ − (z/g) δ̈ = clipped − asked,    δ = 0 at both ends,

which is the linear inverted pendulum solved as a boundary value problem: the only bounded answer, and it leans *before*
the hard moment (Kajita et al., *Biped walking pattern generation by preview control of zero-moment point*, ICRA 2003).
A balanced reference is left exactly as it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_banded

Floats = NDArray[np.float64]
GRAVITY = 9.81
EDGE_M = 0.015
"""The zero-moment point stays this far inside the soles' box."""
FAR_M = 1e3
LEAST_PRESSURE = 0.2
"""Share of the weight below which the feet hardly press, and the point means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shift:
    """By how much the centre of mass moves: position, speed and acceleration, shape (n, 2)."""

    by_m: Floats
    by_m_s: Floats
    by_m_s2: Floats


def zero_moment_point(base_m: Floats, force_n: Floats, torque_nm: Floats, ground_m: float) -> Floats:
    """Where the ground's force must act, stage frame.

    Args:
        base_m: Where the force and torque are taken, shape (n, 3) [m].
        force_n: Whole force that moves the robot and bears its weight, stage frame, shape (n, 3) [N].
        torque_nm: Its torque about ``base_m``, stage frame, shape (n, 3) [N·m].
        ground_m: Height of the ground [m].

    Returns:
        The points, shape (n, 2) [m].
    """
    height = base_m[:, 2] - ground_m
    x = base_m[:, 0] - (torque_nm[:, 1] + height * force_n[:, 0]) / force_n[:, 2]
    y = base_m[:, 1] - (height * force_n[:, 1] - torque_nm[:, 0]) / force_n[:, 2]
    return np.stack([x, y], axis=1)


def carried_shift(
    asked_m: Floats,
    corners_m: Floats,
    carries: NDArray[np.bool_],
    heading_rad: float,
    height_m: float,
    step_s: float,
) -> Shift:
    """The shift of the centre of mass that keeps the zero-moment point over the soles.

    Args:
        asked_m: Zero-moment point of the reference, shape (n, 2) [m]; NaN where the feet hardly press.
        corners_m: Points of the soles, shape (n, k, 2) [m].
        carries: Which of them carry, shape (n, k).
        heading_rad: Which way the feet point.
        height_m: Of the centre of mass above the ground [m].
        step_s: Between rows [s].
    """
    c, s = np.cos(heading_rad), np.sin(heading_rad)
    turn = np.array([[c, -s], [s, c]])
    corners, asked = corners_m @ turn, asked_m @ turn
    low = np.where(carries[..., None], corners, np.inf).min(axis=1)
    high = np.where(carries[..., None], corners, -np.inf).max(axis=1)
    flies = ~carries.any(axis=1)
    low[flies], high[flies] = -FAR_M, FAR_M
    edge = np.minimum(EDGE_M, 0.5 * (high - low))
    excess = np.clip(asked, low + edge, high - edge) - asked
    excess = np.where(np.isfinite(excess), excess, 0.0) @ turn.T
    return _pendulum(excess, height_m / GRAVITY, step_s)


def _pendulum(excess_m: Floats, stiffness_s2: float, step_s: float) -> Shift:
    n = len(excess_m)
    if n < 3 or not excess_m.any():
        nothing = np.zeros((n, 2))
        return Shift(by_m=nothing, by_m_s=nothing, by_m_s2=nothing)
    side = stiffness_s2 / step_s**2
    bands = np.zeros((3, n))
    bands[0, 2:] = bands[2, :-2] = -side
    bands[1] = 1.0
    bands[1, 1:-1] += 2.0 * side
    aim = excess_m.copy()
    aim[0] = aim[-1] = 0.0
    by = solve_banded((1, 1), bands, aim)
    return Shift(by_m=by, by_m_s=np.gradient(by, step_s, axis=0), by_m_s2=(by - aim) / stiffness_s2)
