"""Feet over time: where every sole is, which way it points and whether it carries.

A foot in the air travels and turns along minimum-jerk curves that end a little before it comes down, so that the last
it does is to sink straight to the floor. Its height leaves the ground softly and meets it again *on the beat* with a
small definite speed: a foot that only grazes the floor would be felt tens of milliseconds early or late, one that
comes down at 0.2 m/s is off by 5 ms for every millimetre of error.

Wide feet serve a dancer that sways, not one that steps: the weight would have to go from side to side by twice as much,
further than the ankles turn. So feet come nearer to each other with the first steps of a phrase, and go back to their
usual stance with the last.

Slow music makes no slow steps: a robot on one foot falls away from it as e^(ωt), so that the longer a foot is in the
air, the less a push may be. A foot leaves later than is written where it would be in the air for longer than
:data:`LONGEST_SWING_S`; it comes down on its beat all the same.

Everything here is in the frame of the place where the performer starts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import MotionInfeasible
from temirbek.types import BeatGrid, Footstep, Place

Floats = NDArray[np.float64]

TOUCH_SPEED_M_S = 0.2
LONGEST_SWING_S = 0.28
APEX = 0.45  # share of the swing after which a foot is highest
TRAVELS = (0.04, 0.92)  # the part of the swing in which it moves along the floor
ROLLS_OFF_S, ROLLS_ON_S = (
    0.2,
    0.15,
)  # so long before it leaves and after it meets the ground a foot may stand on its edge
STEPPING_WIDTH = 0.65  # of the usual stance: the legs of a G1 hang straight down then
REST_S = 2.5  # feet that stand for so long end a phrase of steps
_SAME_TIME_S = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FeetRows:
    """Feet at a row of instants.

    Attributes:
        soles_m: Middles of the soles, shape (n, feet, 3).
        yaw_rad: Which way they point; grows past π where a robot keeps turning; shape (n, feet).
        carries: Which of them are on the ground, shape (n, feet).
        free: 0 while they have to be flat, up to 1 where they may stand on an edge: in the air, shortly before
            and after; shape (n, feet).
    """

    soles_m: Floats
    yaw_rad: Floats
    carries: NDArray[np.bool_]
    free: Floats

    @property
    def heading_rad(self) -> Floats:
        """Which way the body faces: the mean of its feet, shape (n,)."""
        return np.asarray(self.yaw_rad.mean(axis=1))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swing:
    """A footstep in seconds.

    Attributes:
        foot: Index of the foot.
        lift_s, touch_s: When it leaves the ground and when it is back [s].
        touch_beat: The latter in mix beats, for messages.
        start, end: Its sole before and after: x, y [m], yaw [rad], shape (3,).
        inwards_m: From there to where it stands while steps go on, shape (3,).
        height_m: How high it is lifted.
    """

    foot: int
    lift_s: float
    touch_s: float
    touch_beat: float
    start: Floats
    end: Floats
    inwards_m: Floats
    height_m: float


class FeetCourse:
    """The feet of one performer over a whole dance.

    Args:
        performer: Whose, for messages.
        steps: Its footsteps, stage frame and mix beats.
        foot_names: Names of its feet, in order.
        stand_feet_m: Where its soles are when it stands at a place, in the frame of that place, shape (feet, 3).
        start: The place where it stands at first.
        grid: Turns beats into seconds.

    Raises:
        MotionInfeasible: A foot is to leave the ground before it has come down; the message names foot and beat.
    """

    def __init__(
        self,
        performer: str,
        steps: Sequence[Footstep],
        foot_names: Sequence[str],
        stand_feet_m: Floats,
        start: Place,
        grid: BeatGrid,
    ) -> None:
        self.foot_names, self.stand_feet_m = tuple(foot_names), stand_feet_m
        swings = [_swing(step, self.foot_names, stand_feet_m, start, grid) for step in steps]
        self.swings = _drawn_in(sorted(swings, key=lambda swing: swing.touch_s))
        feet = range(len(self.foot_names))
        self._by_foot = [[swing for swing in self.swings if swing.foot == foot] for foot in feet]
        for name, mine in zip(self.foot_names, self._by_foot, strict=True):
            for a, b in pairwise(mine):
                if b.lift_s < a.touch_s - _SAME_TIME_S:
                    raise MotionInfeasible(
                        f"{performer}: the {name} foot would leave the ground for its step to beat {b.touch_beat:g} before it has "
                        f"come down at beat {a.touch_beat:g}"
                    )

    def at(self, times_s: Floats, touch_speed_m_s: float = TOUCH_SPEED_M_S) -> FeetRows:
        """The feet at the given instants.

        Args:
            times_s: Increasing, shape (n,) [s].
            touch_speed_m_s: How fast they come down.
        """
        shape = (len(times_s), len(self.foot_names))
        soles, yaw = np.tile(self.stand_feet_m, (shape[0], 1, 1)), np.zeros(shape)
        carries, free = np.ones(shape, dtype=bool), np.zeros(shape)
        for foot, mine in enumerate(self._by_foot):
            landed = np.searchsorted([swing.touch_s - _SAME_TIME_S for swing in mine], times_s, side="right")
            places = np.array([[*self.stand_feet_m[foot, :2], 0.0], *(swing.end for swing in mine)])[landed]
            soles[:, foot, :2], yaw[:, foot] = places[:, :2], places[:, 2]
        for swing in self.swings:
            first, last = np.searchsorted(
                times_s, [swing.lift_s + _SAME_TIME_S, swing.touch_s - _SAME_TIME_S]
            )
            f, share = swing.foot, (times_s[first:last] - swing.lift_s) / (swing.touch_s - swing.lift_s)
            travelled = minimum_jerk((share - TRAVELS[0]) / (TRAVELS[1] - TRAVELS[0]))
            course = swing.start + travelled[:, None] * (swing.end - swing.start)
            soles[first:last, f, :2], yaw[first:last, f] = course[:, :2], course[:, 2]
            soles[first:last, f, 2] += _height(share, swing, touch_speed_m_s)
            carries[first:last, f] = False
            around = slice(
                *np.searchsorted(times_s, [swing.lift_s - ROLLS_OFF_S, swing.touch_s + ROLLS_ON_S])
            )
            leaves = (times_s[around] - swing.lift_s) / ROLLS_OFF_S + 1.0
            stands = (times_s[around] - swing.touch_s) / ROLLS_ON_S
            here = minimum_jerk(leaves) * (1.0 - minimum_jerk(stands))
            free[around, f] = np.maximum(free[around, f], here)
        return FeetRows(soles_m=soles, yaw_rad=yaw, carries=carries, free=free)


def _swing(
    step: Footstep, foot_names: tuple[str, ...], stand_feet_m: Floats, start: Place, grid: BeatGrid
) -> Swing:
    foot = foot_names.index(step.foot)
    lift_s, touch_s = (float(t) for t in grid.time_at([step.lift_beat, step.touch_beat]))
    end = step.end.seen_from(start)
    wide, narrow = (_sole_at(end, stand_feet_m[foot] * [1.0, width, 1.0]) for width in (1.0, STEPPING_WIDTH))
    return Swing(
        foot=foot,
        lift_s=max(lift_s, touch_s - LONGEST_SWING_S),
        touch_s=touch_s,
        touch_beat=step.touch_beat,
        start=_sole_at(step.start.seen_from(start), stand_feet_m[foot]),
        end=wide,
        inwards_m=narrow - wide,
        height_m=step.height_m,
    )


def _drawn_in(swings: Sequence[Swing]) -> tuple[Swing, ...]:
    """The same steps with feet nearer to each other, but for the last of each foot in a phrase."""
    drawn: list[Swing] = []
    stands = {swing.foot: swing.start for swing in reversed(swings)}
    for i, swing in enumerate(swings):
        end = swing.end + swing.inwards_m if _goes_on(swings[i:]) else swing.end
        drawn.append(replace(swing, start=stands[swing.foot], end=end))
        stands[swing.foot] = end
    return tuple(drawn)


def _goes_on(swings: Sequence[Swing]) -> bool:
    """Whether the foot that steps first steps again without a long rest before."""
    for a, b in pairwise(swings):
        if b.lift_s > a.touch_s + REST_S:
            return False
        if b.foot == swings[0].foot:
            return True
    return False


def _sole_at(place: Place, stand_m: Floats) -> Floats:
    """The sole of a foot at a place: x, y, yaw."""
    sole = place.then(Place(x_m=float(stand_m[0]), y_m=float(stand_m[1])))
    return np.array([sole.x_m, sole.y_m, sole.heading_rad])


def minimum_jerk(share: Floats) -> Floats:
    """0 up to 0, 1 from 1 on, minimum-jerk between."""
    s = np.clip(share, 0.0, 1.0)
    return np.asarray(s**3 * (10.0 - 15.0 * s + 6.0 * s * s))


def _height_basis() -> Floats:
    """Powers of the share of a swing that lift by one, and that come down at unit speed, shape (2, 8).

    Both begin at rest; the first is highest at the apex and ends at rest, the second vanishes at the apex.
    """
    powers = np.arange(8)

    def row(share: float, order: int) -> Floats:
        factor = np.prod([powers - k for k in range(order)], axis=0) if order else np.ones(8)
        return np.asarray(
            factor * np.where(powers >= order, float(share) ** np.maximum(powers - order, 0), 0.0)
        )

    conditions = np.array(
        [*(row(0.0, k) for k in range(3)), row(APEX, 0), row(APEX, 1), *(row(1.0, k) for k in range(3))]
    )
    lifts, falls = np.zeros(8), np.zeros(8)
    lifts[3], falls[6] = 1.0, -1.0
    basis: Floats = np.linalg.solve(conditions, np.column_stack([lifts, falls])).T
    return basis


_BASIS = _height_basis()


def _height(share: Floats, swing: Swing, touch_speed_m_s: float) -> Floats:
    """Height of a sole above the ground."""
    length_s = swing.touch_s - swing.lift_s
    falls = min(touch_speed_m_s * length_s, 2.0 * swing.height_m)
    coefficients = swing.height_m * _BASIS[0] + falls * _BASIS[1]
    return np.asarray(np.maximum(np.polynomial.polynomial.polyval(share, coefficients), 0.0))
