"""Who comes too close to whom: swept envelopes against zones of people and against each other.

Against a zone of people three things cross, the gravest first: a *body* inside it; a body nearer than the way in which
its robot could *stop*; a robot so near that it could *fall* into it while it goes on (fall radius and stopping way
together). Between robots, at the same instants: *bodies* that touch, and bodies nearer than both robots need to *stop*.
That a robot could fall onto another is told as a share of the time (:func:`within_fall`), for no two dancers who face
each other could dance out of each other's length.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from temirbek.robots.capsules import polygon_distance, segment_distance
from temirbek.types import Approach, Crossing, CrossingKind, Envelope, Zone

Floats = NDArray[np.float64]

AT_ONCE = 128
"""Instants compared at once: what they need stays in the cache."""
KINDS: tuple[CrossingKind, ...] = ("body", "stopping", "fall")
"""Gravest first."""
ONE_CROSSING_BEATS = 1.0
"""Crossings closer together than this are told as one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Course:
    """Distances of one robot from another thing over time: those of its nearest bodies, and who they are.

    Attributes:
        distance_m: Between surfaces, shape (t,).
        body, other_body: Which capsules are that near, shape (t,).
    """

    distance_m: Floats
    body: NDArray[np.int_]
    other_body: NDArray[np.int_]


def approaches(envelopes: Sequence[Envelope], zones: Sequence[Zone] = ()) -> tuple[Approach, ...]:
    """The least distance of each robot from each zone and of each two robots, at the same instants.

    Args:
        envelopes: Of the cast, all on the same instants.
        zones: Where people are.

    Raises:
        ValueError: Envelopes are not on the same instants.
    """
    _require_same_instants(envelopes)
    found = []
    for envelope in envelopes:
        for zone in zones:
            found.append(_closest(envelope, zone.id, _course_to_zone(envelope, zone), None))
    for first, second in combinations(envelopes, 2):
        found.append(_closest(first, second.performer, _course_to_robot(first, second), second))
    return tuple(found)


def crossings(envelopes: Sequence[Envelope], zones: Sequence[Zone] = ()) -> tuple[Crossing, ...]:
    """Where robots come, or could come, where they must not be; by beat.

    One crossing is told for each stay too near, with the gravest kind in it and the instant at which that is worst.

    Args:
        envelopes: Of the cast, all on the same instants.
        zones: Where people are.

    Raises:
        ValueError: Envelopes are not on the same instants.
    """
    _require_same_instants(envelopes)
    found: list[Crossing] = []
    for envelope in envelopes:
        for zone in zones:
            course = _course_to_zone(envelope, zone)
            base = polygon_distance(envelope.base_m, envelope.base_m, np.array(zone.corners_m))
            checks: list[tuple[Floats, Floats]] = [
                (course.distance_m, np.zeros(len(base))),
                (course.distance_m, envelope.stopping_m),
                (base, envelope.fall_radius_m + envelope.stopping_m),
            ]
            found += _stays(envelope, zone.id, True, course, checks)
    for first, second in combinations(envelopes, 2):
        course = _course_to_robot(first, second)
        stopping = first.stopping_m + second.stopping_m
        checks = [(course.distance_m, np.zeros(len(stopping))), (course.distance_m, stopping)]
        found += _stays(first, second.performer, False, course, checks)
    return tuple(sorted(found, key=lambda c: c.from_beat))


def within_fall(envelopes: Sequence[Envelope]) -> Mapping[tuple[str, str], float]:
    """For each ordered pair of robots, the share of the time in which the first, falling, could reach the second."""
    shares = {}
    for first in envelopes:
        for second in envelopes:
            if first is not second:
                base = first.base_m[:, None]
                gap = segment_distance(base, base, second.start_m[..., :2], second.end_m[..., :2])
                nearest = (gap - second.radius_m).min(axis=1)
                shares[first.performer, second.performer] = float(np.mean(nearest < first.fall_radius_m))
    return shares


def _course_to_zone(envelope: Envelope, zone: Zone) -> _Course:
    corners = np.array(zone.corners_m)
    gap = polygon_distance(envelope.start_m[..., :2], envelope.end_m[..., :2], corners) - envelope.radius_m
    body = gap.argmin(axis=1)
    return _Course(distance_m=gap.min(axis=1), body=body, other_body=np.zeros_like(body))


def _course_to_robot(first: Envelope, second: Envelope) -> _Course:
    """Capsule against capsule, where they may be nearer than the nearest and than what is needed to stop; elsewhere a
    lower bound from circles around both."""
    around = [_circle_m(e) for e in (first, second)]
    course = _Course(
        distance_m=np.linalg.norm(first.base_m - second.base_m, axis=1) - sum(around),
        body=np.zeros(len(first.times_s), dtype=int),
        other_body=np.zeros(len(first.times_s), dtype=int),
    )
    bound, nearest = course.distance_m.copy(), np.inf
    needed = float((first.stopping_m + second.stopping_m).max())
    order = np.argsort(bound, kind="stable")
    for k in range(0, len(order), AT_ONCE):
        rows = order[k : k + AT_ONCE]
        if bound[rows[0]] > max(nearest, needed):
            break
        gap = segment_distance(
            first.start_m[rows, :, None],
            first.end_m[rows, :, None],
            second.start_m[rows, None],
            second.end_m[rows, None],
        )
        gap -= first.radius_m[:, None] + second.radius_m
        flat = gap.reshape(len(rows), -1)
        closest = flat.argmin(axis=1)
        course.distance_m[rows] = flat[np.arange(len(rows)), closest]
        course.body[rows], course.other_body[rows] = np.divmod(closest, gap.shape[2])
        nearest = min(nearest, float(course.distance_m[rows].min()))
    return course


def _circle_m(envelope: Envelope) -> Floats:
    """Radius around the base's place that holds all of a robot, shape (t,) [m]."""
    ends = np.stack([envelope.start_m, envelope.end_m])[..., :2] - envelope.base_m[:, None]
    return np.asarray((np.linalg.norm(ends, axis=-1) + envelope.radius_m).max(axis=(0, 2)))


def _closest(envelope: Envelope, other: str, course: _Course, robot: Envelope | None) -> Approach:
    k = int(course.distance_m.argmin())
    return Approach(
        performer=envelope.performer,
        body=envelope.body_names[course.body[k]],
        other=other,
        other_body="" if robot is None else robot.body_names[course.other_body[k]],
        time_s=float(envelope.times_s[k]),
        beat=float(envelope.beats[k]),
        distance_m=float(course.distance_m[k]),
    )


def _stays(
    envelope: Envelope, other: str, is_zone: bool, course: _Course, checks: Sequence[tuple[Floats, Floats]]
) -> list[Crossing]:
    """Crossings from pairs of (distance, needed), gravest kind first; the nearest body is the one that crosses."""
    too_near = np.array([distance < needed for distance, needed in checks])
    rows = np.flatnonzero(too_near.any(axis=0))
    if not len(rows):
        return []
    found = []
    breaks = np.flatnonzero(np.diff(envelope.beats[rows]) > ONE_CROSSING_BEATS) + 1
    for stay in np.split(rows, breaks):
        gravest = int(np.flatnonzero(too_near[:, stay].any(axis=1))[0])
        distance, needed = checks[gravest]
        worst = stay[(distance - needed)[stay].argmin()]
        found.append(
            Crossing(
                performer=envelope.performer,
                body=envelope.body_names[course.body[worst]],
                other=other,
                is_zone=is_zone,
                kind=KINDS[gravest],
                from_beat=float(envelope.beats[stay[0]]),
                to_beat=float(envelope.beats[stay[-1]]),
                beat=float(envelope.beats[worst]),
                time_s=float(envelope.times_s[worst]),
                distance_m=float(distance[worst]),
                needed_m=float(needed[worst]),
            )
        )
    return found


def _require_same_instants(envelopes: Sequence[Envelope]) -> None:
    for other in envelopes[1:]:
        first = envelopes[0]
        if len(other.times_s) != len(first.times_s) or np.abs(other.times_s - first.times_s).max() > 1e-6:
            raise ValueError(
                f"the envelopes of {first.performer} and {other.performer} are of other instants"
            )
