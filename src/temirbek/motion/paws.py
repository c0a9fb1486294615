"""Where the feet of a quadruped are while it walks on the beat, and where its trunk is then.

Footsteps come as places on the stage (:mod:`temirbek.types.footsteps`): a foot stands at its place joined to its
position in the usual stance. In the air it goes over by minimum jerk (Flash & Hogan 1985) and is over its new place a
little before it comes down. It meets the ground exactly on the beat, at a small definite speed, and is then asked
to go a millimetre deeper and back: a foot that only crept up to the ground would meet it anywhere within fifty
milliseconds, and one that stopped dead would ask for a jolt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from temirbek.types import BeatGrid, Footstep, Place

Floats = NDArray[np.float64]

TOUCH_SPEED_M_S = 0.12
TOUCH_S = 0.06  # so long before and after a touchdown its definite speed is seen
LONGEST_RISE_S = 0.35
SHORTEST_SWING_S = 0.22
"""A paw that swings faster throws the trunk: at quick tempi it leaves earlier, if those before it have landed."""
LANDED_S = 0.02
OVER_BY = 0.9  # of a swing, when the foot is over its new place
TRUNK_SMOOTHING_S = 0.1
_SAME_S = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swing:
    """A footstep in seconds.

    Attributes:
        lift_s, touch_s: When the foot leaves the ground and meets it again [s].
        start, end: Its places (x, y, heading) before and after, in the robot's own frame [m, m, rad].
        height_m: How high it is lifted.
    """

    lift_s: float
    touch_s: float
    start: Floats
    end: Floats
    height_m: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PawCourse:
    """Feet and trunk over time, in the robot's own frame.

    Attributes:
        places: Place (x, y, heading) of each foot, shape (n, feet, 3).
        heights_m: Height of each foot above where it stands, shape (n, feet).
        carries: Which feet are on the ground, shape (n, feet).
        trunk: Place of the trunk: the middle of the feet's, smoothly; shape (n, 3).
    """

    places: Floats
    heights_m: Floats
    carries: NDArray[np.bool_]
    trunk: Floats


def moved(places: Floats, points_m: Floats) -> Floats:
    """Points as they lie seen from places: places (…, 3) as (x, y, heading), points (…, 3), together (…, 3)."""
    c, s = np.cos(places[..., 2]), np.sin(places[..., 2])
    x, y, z = (np.broadcast_to(points_m[..., i], c.shape) for i in range(3))
    return np.stack([places[..., 0] + c * x - s * y, places[..., 1] + s * x + c * y, z], axis=-1)


def turned(places: Floats, directions_m: Floats) -> Floats:
    """Level directions (…, 2) as they lie seen from places (…, 3), with no height: (…, 3)."""
    c, s = np.cos(places[..., 2]), np.sin(places[..., 2])
    x, y = directions_m[..., 0], directions_m[..., 1]
    return np.stack([c * x - s * y, s * x + c * y, np.zeros_like(c)], axis=-1)


def swings_by_foot(
    footsteps: Sequence[Footstep], feet: Sequence[str], home: Place, grid: BeatGrid
) -> dict[str, list[Swing]]:
    """Footsteps in seconds and in the robot's own frame, by foot and in order.

    Args:
        footsteps: Of one performer.
        feet: Names of its feet.
        home: Origin of its own frame on the stage.
        grid: The mix's beats.
    """
    swings: dict[str, list[Swing]] = {foot: [] for foot in feet}
    landings_s: list[float] = []
    for step in sorted(footsteps, key=lambda s: s.touch_beat):
        lift_s, touch_s = (float(t) for t in grid.time_at([step.lift_beat, step.touch_beat]))
        landed_s = max((t for t in landings_s if t < touch_s - _SAME_S), default=-np.inf) + LANDED_S
        landings_s.append(touch_s)
        lift_s = min(lift_s, max(touch_s - SHORTEST_SWING_S, landed_s))
        swings[step.foot].append(
            Swing(
                lift_s=lift_s,
                touch_s=touch_s,
                start=_as_array(step.start.seen_from(home)),
                end=_as_array(step.end.seen_from(home)),
                height_m=step.height_m,
            )
        )
    return swings


def _as_array(place: Place) -> Floats:
    return np.array([place.x_m, place.y_m, place.heading_rad])


def paw_course(swings: Mapping[str, Sequence[Swing]], times_s: Floats) -> PawCourse:
    """Feet and trunk at even instants.

    Args:
        swings: Foot → its footsteps; feet in the body's order.
        times_s: Instants [s], shape (n,), evenly spaced.
    """
    n = len(times_s)
    places = np.zeros((n, len(swings), 3))
    heights, carries = np.zeros((n, len(swings))), np.ones((n, len(swings)), dtype=bool)
    for f, steps in enumerate(swings.values()):
        for swing in steps:
            _swing(swing, times_s, places[:, f], heights[:, f], carries[:, f])
    step_s = float(times_s[1] - times_s[0])
    trunk = gaussian_filter1d(places.mean(axis=1), TRUNK_SMOOTHING_S / step_s, axis=0, mode="nearest")
    return PawCourse(places=places, heights_m=heights, carries=carries, trunk=trunk)


def _swing(swing: Swing, times_s: Floats, place: Floats, height: Floats, carries: NDArray[np.bool_]) -> None:
    """Writes one footstep into a foot's course."""
    length = swing.touch_s - swing.lift_s
    touch = min(TOUCH_S, 0.4 * length)
    first, last = np.searchsorted(times_s, [swing.lift_s, swing.touch_s + touch])
    rows = slice(first, last)
    t = times_s[rows]
    share = np.clip((t - swing.lift_s) / (OVER_BY * length), 0.0, 1.0)
    place[rows] = swing.start + _minimum_jerk(share)[:, None] * (swing.end - swing.start)
    place[last:] = swing.end
    rise = min(0.5 * length, LONGEST_RISE_S)
    up = _minimum_jerk(np.clip((t - swing.lift_s) / rise, 0.0, 1.0))
    down = _minimum_jerk(np.clip((swing.touch_s - t) / rise, 0.0, 1.0))
    since = (t - swing.touch_s) / touch
    press = TOUCH_SPEED_M_S * touch * since * np.maximum(1.0 - since**2, 0.0) ** 3
    height[rows] += swing.height_m * up * down - press
    carries[rows] &= (t < swing.lift_s + _SAME_S) | (t > swing.touch_s - _SAME_S)


def _minimum_jerk(share: Floats) -> Floats:
    return np.asarray(share**3 * (10.0 - 15.0 * share + 6.0 * share**2))
