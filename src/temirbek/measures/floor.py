"""The floor that robots need: what they sweep, how near they come to each other and to people, whether anything crosses.

Measured on the swept envelopes of the executed motion (:class:`~temirbek.types.Envelope`). The floor that is swept is the
union of all bodies at all instants seen from above, not its convex hull, counted in cells of a centimetre.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from temirbek.measures.figures import Bar, Measured
from temirbek.measures.plain import finite_or_none
from temirbek.types import Approach, Crossing, Envelope, Performer, Zone

Floats = NDArray[np.float64]

CELL_M = 0.01
MARGIN_M = 0.3
NONE_AT_ALL = Bar(at_most=0.0)
PATH_EVERY_S = 0.2
"""The path in the report has a point that often."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swept:
    """Cells of the floor over which any body came.

    Attributes:
        origin_m: The middle of the first cell, stage frame (x, y) [m].
        cells: Whether it was swept, shape (along x, along y).
    """

    origin_m: tuple[float, float]
    cells: NDArray[np.bool_]

    @property
    def area_m2(self) -> float:
        """The floor swept [m²]."""
        return float(self.cells.sum() * CELL_M**2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FloorMeasures:
    """Everything about the room of a cast.

    Attributes:
        envelopes: Of each robot.
        approaches: The nearest of each two, and of each to each zone.
        crossings: What came, or could have come, where it must not be; by beat.
        within_fall: (first, second) → share of the time in which the first, falling, could reach the second.
        zones: Where people are.
    """

    envelopes: tuple[Envelope, ...]
    approaches: tuple[Approach, ...]
    crossings: tuple[Crossing, ...]
    within_fall: Mapping[tuple[str, str], float]
    zones: tuple[Zone, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it stands in ``report.json``: lengths in metres, places in the stage frame."""
        return {
            "performers": [_robot_json(e) for e in self.envelopes],
            "approaches": [
                {
                    "performer": a.performer,
                    "body": body_in_words(a.body),
                    "other": a.other,
                    "other_body": body_in_words(a.other_body),
                    "distance_m": finite_or_none(a.distance_m, 3),
                    "beat": finite_or_none(a.beat, 2),
                    "time_s": finite_or_none(a.time_s, 2),
                }
                for a in self.approaches
            ],
            "crossings": [
                {
                    "performer": c.performer,
                    "body": body_in_words(c.body),
                    "other": c.other,
                    "is_zone": c.is_zone,
                    "kind": c.kind,
                    "from_beat": finite_or_none(c.from_beat, 2),
                    "to_beat": finite_or_none(c.to_beat, 2),
                    "beat": finite_or_none(c.beat, 2),
                    "distance_m": finite_or_none(c.distance_m, 3),
                    "needed_m": finite_or_none(c.needed_m, 3),
                }
                for c in self.crossings
            ],
            "within_fall": [
                {"performer": first, "other": second, "share": finite_or_none(share, 3)}
                for (first, second), share in self.within_fall.items()
            ],
        }


def swept_floor(envelope: Envelope) -> Swept:
    """The cells over which any body of a robot came."""
    ends = np.concatenate([envelope.start_m, envelope.end_m])[..., :2]
    most = float(envelope.radius_m.max()) + MARGIN_M
    low, high = ends.min(axis=(0, 1)) - most, ends.max(axis=(0, 1)) + most
    shape = tuple(int(n) for n in np.ceil((high - low) / CELL_M).astype(int) + 1)
    cells = np.zeros(shape, dtype=bool)
    for radius_m in np.unique(envelope.radius_m):
        axes = np.zeros(shape, dtype=bool)
        for b in np.flatnonzero(envelope.radius_m == radius_m):
            at = np.round((_along(envelope.start_m[:, b], envelope.end_m[:, b]) - low) / CELL_M).astype(int)
            axes[at[:, 0], at[:, 1]] = True
        cells |= distance_transform_edt(~axes) * CELL_M <= radius_m
    return Swept(origin_m=(float(low[0]), float(low[1])), cells=cells)


def _along(start_m: Floats, end_m: Floats) -> Floats:
    """Points along segments, as close together as cells, shape (…, 2)."""
    longest = float(np.linalg.norm((end_m - start_m)[:, :2], axis=1).max())
    share = np.linspace(0.0, 1.0, 2 + int(longest / CELL_M))[:, None, None]
    return ((1 - share) * start_m[:, :2] + share * end_m[:, :2]).reshape(-1, 2)


def floor_figures(floor: FloorMeasures, performers: Sequence[Performer]) -> tuple[Measured, ...]:
    """The figures of the floor against their bars."""
    names = {p.id: p.name for p in performers} | {z.id: z.title for z in floor.zones}
    zones = {z.id for z in floor.zones}
    found = []
    for name, chosen, whom in (
        ("nearest_robots", [a for a in floor.approaches if a.other not in zones], "robots"),
        (
            "nearest_people",
            [a for a in floor.approaches if a.other in zones],
            "a robot and the room of people",
        ),
    ):
        if chosen:
            least = min(chosen, key=lambda a: a.distance_m)
            found.append(
                Measured(
                    name=name,
                    value=least.distance_m,
                    unit="m",
                    words=f"The least distance between {whom} is {100 * least.distance_m:.0f} cm, at beat "
                    f"{least.beat:.0f}: {_whose(least, names)}.",
                )
            )
    found.append(
        Measured(
            name="crossings",
            value=float(len(floor.crossings)),
            unit="",
            bar=NONE_AT_ALL,
            words=" ".join(crossing_in_words(c, names) for c in floor.crossings[:3])
            or "Nobody comes, stops or could fall where somebody else is.",
        )
    )
    for envelope in floor.envelopes:
        found.append(
            Measured(
                name=f"swept_{envelope.performer}",
                value=swept_floor(envelope).area_m2,
                unit="m²",
                words=f"{names[envelope.performer]} sweeps this much floor; if it fell, it would reach "
                f"{envelope.fall_radius_m.max():.1f} m around it, and to stop it needs "
                f"{100 * envelope.stopping_m.max():.0f} cm.",
            )
        )
    return tuple(found)


def floor_in_words(floor: FloorMeasures, performers: Sequence[Performer]) -> list[str]:
    """What a person must know of the floor: the nearest approaches, and what crosses."""
    told = ("nearest_robots", "nearest_people", "crossings")
    return [f.words for f in floor_figures(floor, performers) if f.name in told]


def crossing_in_words(crossing: Crossing, names: Mapping[str, str]) -> str:
    """One crossing as a sentence, with the beat and the body.

    Args:
        crossing: What crosses.
        names: Ids of performers and zones → as people read them.
    """
    who = f"{names.get(crossing.performer, crossing.performer)}'s {body_in_words(crossing.body)}"
    other = names.get(crossing.other, crossing.other)
    where = f"At beat {crossing.beat:.0f} "
    if crossing.kind == "body":
        into = "enters the room of" if crossing.is_zone else "touches"
        return f"{where}{who} {into} {other} by {-100 * crossing.distance_m:.0f} cm."
    room = f"it is {100 * crossing.distance_m:.0f} cm away and needs {100 * crossing.needed_m:.0f} cm"
    if crossing.kind == "stopping":
        return f"{where}{who} could not stop before {other}: {room}."
    return f"{where}{names.get(crossing.performer, crossing.performer)} could fall into the room of {other}: {room}."


def robot_in_words(envelope: Envelope, floor: FloorMeasures, names: Mapping[str, str]) -> str:
    """What one robot needs, in a line: floor swept, reach of a fall, way to stop, and whom it came nearest.

    Args:
        envelope: The robot's.
        floor: What was measured.
        names: Ids of performers and zones → as people read them.
    """
    mine = [a for a in floor.approaches if envelope.performer in (a.performer, a.other)]
    said = (
        f"sweeps {swept_floor(envelope).area_m2:.2f} m², falls {envelope.fall_radius_m.max():.2f} m far, "
        f"stops within {100 * envelope.stopping_m.max():.0f} cm"
    )
    if not mine:
        return said
    near = min(mine, key=lambda a: a.distance_m)
    is_first = near.performer == envelope.performer
    other = near.other if is_first else near.performer
    body = body_in_words(near.body if is_first else near.other_body)
    return f"{said}; nearest to {names.get(other, other)}: {near.distance_m:.2f} m ({body}, beat {near.beat:.0f})"


_LINKS = {
    "wrist_yaw": "hand",
    "elbow": "forearm",
    "shoulder_yaw": "upper arm",
    "ankle_roll": "foot",
    "knee": "shin",
    "hip_yaw": "thigh",
    "torso": "chest",
    "calf": "shin",
    "base": "trunk",
    "foot": "paw",
}
_SIDES = {
    "left": "left",
    "right": "right",
    "FL": "front left",
    "FR": "front right",
    "RL": "hind left",
    "RR": "hind right",
}


def body_in_words(link: str) -> str:
    """A link as people say it: "left_wrist_yaw_link" is the left hand."""
    name = link.removesuffix("_link")
    side, _, rest = name.partition("_")
    if side in _SIDES:
        return f"{_SIDES[side]} {_LINKS.get(rest, rest.replace('_', ' '))}"
    return _LINKS.get(name, name.replace("_", " "))


def _whose(approach: Approach, names: Mapping[str, str]) -> str:
    first = f"{names.get(approach.performer, approach.performer)}'s {body_in_words(approach.body)}"
    second = names.get(approach.other, approach.other)
    return f"{first} and {second}" + (
        f"'s {body_in_words(approach.other_body)}" if approach.other_body else ""
    )


def _robot_json(envelope: Envelope) -> dict[str, Any]:
    step_s = float(np.median(np.diff(envelope.times_s)))
    every = max(1, round(PATH_EVERY_S / step_s))
    return {
        "performer": envelope.performer,
        "swept_m2": finite_or_none(swept_floor(envelope).area_m2, 3),
        "hull_m": _places(envelope.hull_m),
        "path_every_s": finite_or_none(every * step_s, 3),
        "path_m": _places(envelope.base_m[::every]),
        "fall_radius_m": finite_or_none(float(envelope.fall_radius_m.max()), 3),
        "stopping_m": finite_or_none(float(envelope.stopping_m.max()), 3),
        "speed_m_s": finite_or_none(float(envelope.speed_m_s.max()), 3),
    }


def _places(points_m: Floats) -> list[list[float]]:
    return [[round(float(x), 3), round(float(y), 3)] for x, y in points_m]
