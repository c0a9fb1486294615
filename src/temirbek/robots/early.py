"""Paws that come down before their beat, because the balance needs them.

A quadruped with one paw in the air stands on a triangle. While its capture point (the divergent component of its
motion, Hof 2008; Takenaka et al. 2009) is over the triangle, the paws on the ground can bring it back; beyond the edge
that faces the paw in the air they cannot, and what is beyond grows as e^(ωt). A paw that swings for a few tenths of a
second lands in time by itself; one that waves or is frozen in the air for beats does not: the leopard fell over it
under pushes of 60 N. Such a paw goes down at once, by the smoothest way (least jerk), to where it would have landed, or
further out where the capture point will be by then. There it stands until its beat, as if it had come down on it.
"""

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CALLS_M = 0.008
"""A paw is called when the capture point is this far beyond the edge, and this much further than the dance has it."""
QUICKEST_S, QUICK_M_S = 0.12, 1.0
"""How long a called paw takes at least, and how fast it goes on average where the way is long."""
MEETS_M_S = 0.12
"""Speed at which it meets the ground."""
SEEKS_M_S = 0.25
"""Speed at which it looks for the ground afterwards."""
REACHES_M = 0.06
"""How far beyond its own landing it may be sent."""
INSIDE_M = 0.03
"""How far inside the new edge the capture point shall be when the paw has landed."""
IN_TIME_SHARE = 0.5
"""A paw lands in time if the capture point will have gone less than this share of the way from the edge to its landing."""
FACES_M = 0.05
"""A paw whose landing is less than this beyond an edge cannot help there."""


def beyond_edge(standing_m: Floats, lands_m: Floats, point_m: Floats) -> tuple[float, float, Floats]:
    """How far a point is beyond the edge of a triangle that faces a fourth place.

    Args:
        standing_m: The triangle, shape (3, 2) [m].
        lands_m: The fourth place, shape (2,) [m].
        point_m: The point, shape (2,) [m].

    Returns:
        How far the point is beyond that edge (negative: before it), how far the fourth place is [m], and the edge's
        normal, which points outwards, shape (2,).
    """
    nearest, facing = (-np.inf, -np.inf, np.zeros(2)), -np.inf
    for k in range(3):
        a, b, opposite = standing_m[k], standing_m[(k + 1) % 3], standing_m[(k + 2) % 3]
        along = b - a
        normal = np.array([along[1], -along[0]]) / max(float(np.hypot(along[0], along[1])), 1e-9)
        if normal @ (opposite - a) > 0.0:
            normal = -normal
        lies = float(normal @ (lands_m - a))
        if lies > facing:
            facing, nearest = lies, (float(normal @ (point_m - a)), lies, normal)
    return nearest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Target:
    """Where a called paw shall be in one control step, stage frame: place [m], speed, acceleration; shape (3,) each."""

    place_m: Floats
    speed_m_s: Floats
    acceleration_m_s2: Floats


class EarlyLanding:
    """The way down of one called paw, from control step to control step.

    Args:
        row: Control step in which it is called.
        step_s: Between control steps [s].
        place_m, speed_m_s, acceleration_m_s2: How it moves then, shape (3,).
        lands_m: Where it shall land, shape (3,).
    """

    def __init__(
        self,
        *,
        row: int,
        step_s: float,
        place_m: Floats,
        speed_m_s: Floats,
        acceleration_m_s2: Floats,
        lands_m: Floats,
    ) -> None:
        self._p, self._v, self._a = place_m.copy(), speed_m_s.copy(), acceleration_m_s2.copy()
        self._lands_m, self._step_s = lands_m, step_s
        self.due_row = row + round(landing_takes_s(place_m, lands_m) / step_s)

    def follow(self, row: int) -> Target:
        """Where the paw shall be one control step later.

        Args:
            row: The present control step.
        """
        left_s, step_s = (self.due_row - row) * self._step_s, self._step_s
        if left_s < 3.0 * step_s:
            speed = -MEETS_M_S if left_s > 0.0 else -SEEKS_M_S
            self._v, self._a = np.array([0.0, 0.0, speed]), np.zeros(3)
            self._p = self._p + step_s * self._v
        else:
            end = np.array([0.0, 0.0, -MEETS_M_S])
            p, v, a = self._p, self._v, self._a
            jerk = (
                60.0 * (self._lands_m - p) / left_s**3
                - (36.0 * v + 24.0 * end) / left_s**2
                - 9.0 * a / left_s
            )
            self._p = p + step_s * v + step_s**2 / 2.0 * a + step_s**3 / 6.0 * jerk
            self._v = v + step_s * a + step_s**2 / 2.0 * jerk
            self._a = a + step_s * jerk
        return Target(place_m=self._p, speed_m_s=self._v, acceleration_m_s2=self._a)


def landing_takes_s(place_m: Floats, lands_m: Floats) -> float:
    """How long a called paw needs to its landing [s]."""
    return max(QUICKEST_S, float(np.linalg.norm(lands_m - place_m)) / QUICK_M_S)


def lands_in_time(beyond_m: float, lies_m: float, rate: float, left_s: float) -> bool:
    """Whether a paw need not be called: when it lands by itself, the capture point is still well before it.

    Args:
        beyond_m: How far the capture point is beyond the edge now.
        lies_m: How far the paw's landing is.
        rate: ω of the pendulum [rad/s].
        left_s: Until it lands.
    """
    return beyond_m * exp(rate * left_s) < IN_TIME_SHARE * lies_m


def further_out_m(beyond_m: float, lies_m: float, rate: float, takes_s: float) -> float:
    """How far beyond its own landing a called paw has to come down [m].

    Args:
        beyond_m: How far the capture point is beyond the edge now.
        lies_m: How far the paw's own landing is.
        rate: ω of the pendulum [rad/s].
        takes_s: Until the paw has landed.
    """
    will_be_m = beyond_m * exp(rate * takes_s) + INSIDE_M
    return min(max(will_be_m - lies_m, 0.0), REACHES_M)
