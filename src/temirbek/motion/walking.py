"""Where a robot that steps has its weight: a zero-moment point planned from its feet, and the pendulum above it.

While a foot is in the air the point rests in the middle of what carries; while all feet stand it goes smoothly from
where it was to where it must be next. In a longer rest it comes back to the middle between the feet, where the sway of
the dance takes over; in a phrase of steps the steps decide, for a sway of its own would fight with them.

A robot on one foot is pushed over that foot's outer edge the more easily, the nearer its balance is to it. So the weight
leaves a foot as soon as the other is down, however slow the music: then the balance already falls inwards while the
foot stands alone, and a push outwards has farther to go.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from temirbek.motion.balance import pendulum
from temirbek.motion.footsteps import FeetCourse, minimum_jerk

Floats = NDArray[np.float64]

SHIFT_S = 0.25  # in which the weight goes from the middle to a foot and back, where there is time: the sooner it comes
# back, the farther from the foot's outer edge the balance is while the foot stands alone
STILL_S = 0.5  # around steps the dance's own sway comes and goes within this time
INWARDS_M = 0.016  # a foot carries best a little on the side of the other, where a push can still be caught
TURNING_S = (
    0.25  # sd of the time over which the body turns with its feet: a foot's friction turns it only gently
)
PLAN_RATE_HZ = 200.0
AROUND_S = 1.5  # planned beyond both ends of the dance, where the robot stands


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stance:
    """A stretch of time with a foot or more in the air.

    Attributes:
        start_s, end_s: When.
        weight_m: Where the weight is to be meanwhile, shape (2,).
    """

    start_s: float
    end_s: float
    weight_m: Floats


class WeightCourse:
    """Where the centre of mass goes because of the steps.

    Args:
        feet: The feet.
        height_m: Of the centre of mass.
        end_s: Length of the dance [s].
    """

    def __init__(self, feet: FeetCourse, height_m: float, end_s: float) -> None:
        self._stances = _stances(feet)
        self._times_s = np.arange(-AROUND_S, end_s + AROUND_S, 1.0 / PLAN_RATE_HZ)
        rows = feet.at(self._times_s)
        middle = rows.soles_m[:, :, :2].mean(axis=1)
        self.zmp_m = _planned(self._stances, middle, self._times_s)
        self._course = CubicSpline(self._times_s, pendulum(self.zmp_m, height_m, PLAN_RATE_HZ))
        yaw = gaussian_filter1d(rows.heading_rad, TURNING_S * PLAN_RATE_HZ, mode="nearest")
        self._heading = CubicSpline(self._times_s, yaw)

    def at(self, times_s: Floats) -> Floats:
        """The centre of mass at the given instants [s], shape (n, 2)."""
        return np.asarray(self._course(np.clip(times_s, self._times_s[0], self._times_s[-1])))

    def heading_rad(self, times_s: Floats) -> Floats:
        """Which way the body faces at the given instants [s], shape (n,)."""
        return np.asarray(self._heading(np.clip(times_s, self._times_s[0], self._times_s[-1])))

    def planted_share(self, times_s: Floats) -> Floats:
        """1 where the dance may sway as it likes, 0 where steps decide, shape (n,)."""
        starts = np.array([*(stance.start_s for stance in self._stances), np.inf])
        ends = np.array([-np.inf, *(stance.end_s for stance in self._stances)])
        to_next = starts[np.searchsorted(ends, times_s, side="right") - 1] - times_s
        since_last = times_s - ends[np.searchsorted(starts, times_s, side="right")]
        return minimum_jerk(np.maximum(np.minimum(to_next, since_last), 0.0) / STILL_S - 0.5)


def _stances(feet: FeetCourse) -> tuple[_Stance, ...]:
    """Stretches between instants at which a foot leaves or comes down, with a foot or more in the air."""
    edges = sorted({round(t, 9) for swing in feet.swings for t in (swing.lift_s, swing.touch_s)})
    spans = [(a, b) for a, b in pairwise(edges) if b - a > 1e-6]
    rows = feet.at(np.array([0.5 * (a + b) for a, b in spans]))
    found = []
    for (start_s, end_s), soles, carries in zip(spans, rows.soles_m[:, :, :2], rows.carries, strict=True):
        if carries.all():
            continue
        weight = soles[carries].mean(axis=0)
        inwards = soles.mean(axis=0) - weight
        distance = float(np.linalg.norm(inwards))
        if distance > INWARDS_M:
            weight = weight + inwards * (INWARDS_M / distance)
        found.append(_Stance(start_s=start_s, end_s=end_s, weight_m=weight))
    return tuple(found)


def _planned(stances: tuple[_Stance, ...], middle: Floats, times_s: Floats) -> Floats:
    """The zero-moment point at all instants."""
    point = middle.copy()
    for stance in stances:
        point[slice(*np.searchsorted(times_s, [stance.start_s, stance.end_s]))] = stance.weight_m
    lasts: list[tuple[float, Floats | None]] = [(-np.inf, None), *((s.end_s, s.weight_m) for s in stances)]
    nexts: list[tuple[float, Floats | None]] = [*((s.start_s, s.weight_m) for s in stances), (np.inf, None)]
    for (start_s, before), (end_s, after) in zip(lasts, nexts, strict=True):
        between = slice(*np.searchsorted(times_s, [start_s, end_s]))
        shift_s = min(SHIFT_S, end_s - start_s)
        t, rest = times_s[between], middle[between]
        if before is not None:
            point[between] += (before - rest) * (1.0 - minimum_jerk((t - start_s) / shift_s))[:, None]
        if after is not None:
            point[between] += (after - rest) * minimum_jerk((t - end_s) / shift_s + 1.0)[:, None]
    return point
