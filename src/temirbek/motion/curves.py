"""Smooth curves through key poses that stop exactly on the beat.

Between two keys a channel follows a polynomial of degree seven whose velocity is zero at both ends. Acceleration and
jerk at a key are the *same on both sides*, and chosen so that a channel leaves a key as it arrived:

- it turns back (arrives from one side and leaves to the same side): acceleration like that of a cosine, jerk zero;
- it goes on in its direction: acceleration zero, jerk like that of the minimum-jerk curve (Flash & Hogan 1985);
- it rests before or after: both zero, so that it sets off and arrives too softly to be seen near the beat.

The speed is then an even function around every key up to third order, and so is every sum of speeds over the body.
Its minimum falls on the key and stays there under any symmetric smoothing: an accent is exact by construction. (A pose
that is *held* after the beat would pull the minimum of a smoothed speed into the hold, by tens of milliseconds.)

**Passing poses.** Recorded motion has more to say between two stops than a straight way. Poses that are only passed are
kept as *offsets* from the curve that would go straight from stop to stop: whoever draws the stops together (limits,
strength) takes the way between them along. Between two stops the channel is then a spline of degree seven through the
passed poses, six times continuously differentiable, whose velocity is zero at both stops. Acceleration and jerk there
follow the same rule of agreement as above, read from how the passed poses nearest to the stop arrive and leave, so the
speed around a stop is as even as without them. A spline may swing a little beyond the poses that it passes.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import BSpline, make_interp_spline

Floats = NDArray[np.float64]

COSINE = np.pi**2 / 2  # second derivative of a half cosine of unit height and length, at its ends
MINIMUM_JERK = 60.0  # third derivative of the minimum-jerk curve of unit height and length, at its ends
PEAK_SPEED = 2.19  # greatest speed of any of these curves for unit height and length
PEAK_ACCELERATION = 7.6  # and greatest acceleration
_SAME_S = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passing:
    """Poses that are passed on the way from one stop to the next.

    Attributes:
        at: When each is passed, shape (m,), increasing, within its span; beats or seconds, like the stops' own.
        offsets: How far each lies from the curve that would go straight from stop to stop, shape (m, c).
        spans: The stops before and after each, shape (m, 2). A pose counts only while both are neighbors: where
            somebody put a key between them or took one away, the way from one to the other has changed.
    """

    at: Floats
    offsets: Floats
    spans: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Channels over time.

    Attributes:
        times_s: Instants of the keys [s], shape (k,), increasing.
        values: Key poses, shape (k, c).
        accelerations, jerks: Second and third derivatives at the keys, shape (k, c).
        ways: Index of a key → the spline from it to the next, where poses are passed between them.
    """

    times_s: Floats
    values: Floats
    accelerations: Floats
    jerks: Floats
    ways: tuple[tuple[int, BSpline], ...] = ()

    def at(self, time_s: ArrayLike) -> Floats:
        """Values at the given instants [s], shape (n,) → (n, c); held before the first and after the last key."""
        t = np.clip(np.asarray(time_s, dtype=float), self.times_s[0], self.times_s[-1])
        if len(self.times_s) == 1:
            return np.repeat(self.values, len(t), axis=0)
        i = np.clip(np.searchsorted(self.times_s, t, side="right") - 1, 0, len(self.times_s) - 2)
        length = (self.times_s[i + 1] - self.times_s[i])[:, None]
        s = (t - self.times_s[i])[:, None] / length
        rise, acc, jerk = _basis(s)
        acc_end, jerk_end = _basis(1.0 - s)[1:]
        answer = np.asarray(
            self.values[i]
            + (self.values[i + 1] - self.values[i]) * rise
            + length**2 * (self.accelerations[i] * acc + self.accelerations[i + 1] * acc_end)
            + length**3 * (self.jerks[i] * jerk - self.jerks[i + 1] * jerk_end)
        )
        for key, spline in self.ways:
            rows = i == key
            answer[rows] = spline(t[rows])
        return answer


def _basis(s: Floats) -> tuple[Floats, Floats, Floats]:
    """Degree-seven Hermite functions on [0, 1]: unit rise, unit acceleration at 0, unit jerk at 0."""
    rise = s**4 * (35.0 - 84.0 * s + 70.0 * s**2 - 20.0 * s**3)
    acceleration = s**2 * (1.0 - s) ** 4 * (0.5 + 2.0 * s)
    jerk = s**3 * (1.0 - s) ** 4 / 6.0
    return rise, acceleration, jerk


def stops_and_ways(
    at: Floats, poses: Floats, stops: NDArray[np.bool_]
) -> tuple[Floats, Floats, Passing | None]:
    """Stops as they are, passed poses as offsets from the way that would go straight from stop to stop.

    Args:
        at: Instants of all poses, shape (k,), increasing; beats or seconds.
        poses: Shape (k, c).
        stops: Which are stops, shape (k,); the first and the last must be.

    Returns:
        Instants and poses of the stops; what is passed between them, None where nothing is.
    """
    own, stand = at[stops], poses[stops]
    if stops.all():
        return own, stand, None
    passed = at[~stops]
    after = np.searchsorted(own, passed)
    spans = np.column_stack([own[after - 1], own[after]])
    offsets = poses[~stops] - _straight(own, stand).at(passed)
    return own, stand, Passing(at=passed, offsets=offsets, spans=spans)


def curve_through(times_s: Floats, values: Floats, passing: Passing | None = None) -> Curve:
    """The curve through key poses, stopping at each.

    Args:
        times_s: Instants of the keys [s], shape (k,), increasing.
        values: Poses, shape (k, c).
        passing: Poses passed between them, on the same time.
    """
    straight = _straight(times_s, values)
    return straight if passing is None else _by_the_ways(straight, passing)


def _straight(times_s: Floats, values: Floats) -> Curve:
    """From stop to stop without ways between."""
    accelerations, jerks = np.zeros_like(values), np.zeros_like(values)
    if len(times_s) > 2:
        length = np.diff(times_s)[:, None]
        rise = np.diff(values, axis=0)
        arrives, leaves = -COSINE * rise[:-1] / length[:-1] ** 2, COSINE * rise[1:] / length[1:] ** 2
        accelerations[1:-1] = _agreement(arrives, leaves)
        jerks[1:-1] = _agreement(
            MINIMUM_JERK * rise[:-1] / length[:-1] ** 3, MINIMUM_JERK * rise[1:] / length[1:] ** 3
        )
    return Curve(times_s=times_s, values=values, accelerations=accelerations, jerks=jerks)


def _agreement(a: Floats, b: Floats) -> Floats:
    """The harmonic mean of two numbers of the same sign, else zero: never beyond twice the smaller."""
    product = a * b
    safe = np.where(product > 0, a + b, 1.0)
    return np.where(product > 0, 2.0 * product / safe, 0.0)


def _by_the_ways(straight: Curve, passing: Passing) -> Curve:
    """The same stops, with poses passed between them."""
    places = _places_between(straight, passing)
    if not places:
        return straight
    arrives, leaves = _straight_ends(straight)
    for key, (times_s, values) in places.items():
        inner = {"k": 5, "axis": 0}
        bent = make_interp_spline(times_s, values, bc_type=_ends(values, (1, 4)), **inner)
        even = make_interp_spline(times_s, values, bc_type=_ends(values, (1, 2)), **inner)
        leaves[key] = bent(times_s[0], 2), even(times_s[0], 3)
        arrives[key + 1] = bent(times_s[-1], 2), even(times_s[-1], 3)
    accelerations, jerks = straight.accelerations.copy(), straight.jerks.copy()
    touched = {k for key in places for k in (key, key + 1)} & set(range(1, len(straight.times_s) - 1))
    for key in sorted(touched):
        accelerations[key] = _agreement(arrives[key][0], leaves[key][0])
        jerks[key] = np.where(accelerations[key] == 0, _agreement(arrives[key][1], leaves[key][1]), 0.0)
    ways = tuple(
        (key, _way(times_s, values, accelerations[key : key + 2], jerks[key : key + 2]))
        for key, (times_s, values) in sorted(places.items())
    )
    return replace(straight, accelerations=accelerations, jerks=jerks, ways=ways)


def _places_between(straight: Curve, passing: Passing) -> dict[int, tuple[Floats, Floats]]:
    """Index of a key → instants and poses from it, over those passed, to the next."""
    places = {}
    starts = np.searchsorted(straight.times_s, passing.spans[:, 0] - _SAME_S)
    for key in np.unique(starts[starts < len(straight.times_s) - 1]):
        edges = straight.times_s[key : key + 2]
        mine = (starts == key) & (np.abs(passing.spans - edges).max(axis=1) < _SAME_S)
        if mine.any():
            passed = straight.at(passing.at[mine]) + passing.offsets[mine]
            times_s = np.concatenate([edges[:1], passing.at[mine], edges[1:]])
            places[int(key)] = times_s, np.vstack([straight.values[key], passed, straight.values[key + 1]])
    return places


def _straight_ends(
    straight: Curve,
) -> tuple[dict[int, tuple[Floats, Floats]], dict[int, tuple[Floats, Floats]]]:
    """Key → acceleration and jerk with which a straight way arrives there, and with which one leaves."""
    length, rise = np.diff(straight.times_s)[:, None], np.diff(straight.values, axis=0)
    bend, push = COSINE * rise / length**2, MINIMUM_JERK * rise / length**3
    arrives = {key + 1: (-bend[key], push[key]) for key in range(len(rise))}
    return arrives, {key: (bend[key], push[key]) for key in range(len(rise))}


def _ends(
    values: Floats, orders: tuple[int, ...]
) -> tuple[list[tuple[int, Floats]], list[tuple[int, Floats]]]:
    """These derivatives are zero at both ends of a spline."""
    still = [(order, np.zeros(values.shape[1])) for order in orders]
    return still, still


def _way(times_s: Floats, values: Floats, accelerations: Floats, jerks: Floats) -> BSpline:
    """The spline of degree seven from one stop to the next."""
    start, end = (
        [(1, np.zeros(values.shape[1])), (2, accelerations[side]), (3, jerks[side])] for side in (0, 1)
    )
    return make_interp_spline(times_s, values, k=7, bc_type=(start, end), axis=0)
