"""From one motion into another while all feet stand: a minimum-jerk passage, with the velocities that belong to it."""

from math import atan2, sqrt

import numpy as np
from numpy.typing import NDArray

from temirbek.stage.robots.tape import Layout

Floats = NDArray[np.float64]


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
    change = new - old
    mixed: Floats = old + w * change
    speeds, accelerations, places = layout.rates
    way = change[places]
    way[layout.turning] = _turn(old[3:7].tolist(), new[3:7].tolist())
    mixed[speeds] += dw * way
    mixed[accelerations] += 2.0 * dw * change[speeds] + ddw * way
    if old[3:7] @ new[3:7] < 0.0:  # the same posture, written the other way round
        mixed[3:7] = old[3:7] - w * (new[3:7] + old[3:7])
    mixed[3:7] /= sqrt(mixed[3:7] @ mixed[3:7])
    return mixed


def _turn(old: list[float], new: list[float]) -> tuple[float, float, float]:
    """The rotation vector from one posture to another, in the body's own axes [rad]; quaternions are w, x, y, z."""
    a, b, c, d = old
    e, f, g, h = new
    w = a * e + b * f + c * g + d * h
    x = a * f - b * e - c * h + d * g
    y = a * g + b * h - c * e - d * f
    z = a * h - b * g + c * f - d * e
    sine = sqrt(x * x + y * y + z * z)
    angle = 2.0 * atan2(sine, w) if w >= 0.0 else -2.0 * atan2(sine, -w)
    scale = angle / sine if sine > 1e-12 else 2.0
    return scale * x, scale * y, scale * z
