"""The floor: where everybody stands, which ways are open, and how near two may come.

Two dancers' places keep :data:`APART_M` at every beat, on the way too: the outstretched arm of one does not reach the
other's body. A place keeps :data:`CLEAR_M` from every artist's zone: not even a robot that topples comes down in it. Zones are
kept free over the whole mix, since an artist also comes and goes. Places come from footsteps, known on paper.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from temirbek.choreography.layers import SAME_BEAT, end_of, overlaps
from temirbek.types import (
    Move,
    MoveCall,
    Performer,
    Place,
    Zone,
    footsteps_of,
    place_at,
    start_place,
    steps_of,
    travel_of,
)

APART_M = 1.2
OTHERS_M = 1.5  # from those who do not dance with them and may stray from their marks
CLEAR_M = (
    2.0  # a G1 with its arms up comes down within 1.85 m of its place; the rest is the way it needs to stop
)
_WATCH_BEATS = 0.5  # places are compared so often


def distance_to_zone(x_m: float, y_m: float, corners_m: Sequence[tuple[float, float]]) -> float:
    """Distance of a point from a convex polygon [m]; zero inside."""
    corners = np.array(corners_m, dtype=float)
    point = np.array([x_m, y_m])
    edges = np.roll(corners, -1, axis=0) - corners
    to_point = point - corners
    turns = edges[:, 0] * to_point[:, 1] - edges[:, 1] * to_point[:, 0]
    if np.all(turns >= 0) or np.all(turns <= 0):
        return 0.0
    along = np.clip(np.sum(to_point * edges, axis=1) / np.maximum(np.sum(edges**2, axis=1), 1e-12), 0.0, 1.0)
    return float(np.min(np.linalg.norm(to_point - along[:, None] * edges, axis=1)))


@dataclass(slots=True, kw_only=True)
class Floor:
    """Where dancers are at a beat, while the dance is being composed.

    Attributes:
        dancers: Who moves on it.
        others_m: Marks of those who do not dance with them.
        zones: Floor of artists.
        moves: The vocabulary.
        steps: Dancer → calls that step, in any order.
    """

    dancers: Sequence[Performer]
    others_m: Sequence[tuple[float, float]]
    zones: Sequence[Zone]
    moves: Mapping[str, Move]
    steps: dict[str, list[MoveCall]] = field(default_factory=dict)

    def add(self, calls: Iterable[MoveCall]) -> None:
        """Takes note of calls; those without steps are left out."""
        for call in calls:
            if steps_of(call, self.moves[call.move]):
                self.steps.setdefault(call.performer, []).append(call)

    def place(self, dancer: Performer, beat: float) -> Place:
        """Where a dancer stands once all calls that end by a beat are done."""
        at = start_place(dancer)
        for call in sorted(self.steps.get(dancer.id, ()), key=lambda c: c.start_beat):
            if end_of(call) > beat + SAME_BEAT:
                break
            move = self.moves[call.move]
            for _ in range(round(call.length_beats / (move.length_beats * call.tempo_rule))):
                at = at.then(travel_of(call, move))
        return at

    def ways(
        self, start_beat: float, end_beat: float, more: Sequence[MoveCall] = ()
    ) -> dict[str, NDArray[np.float64]]:
        """Dancer → its places (x, y) through a stretch, every half beat, shape (k, 2) [m]."""
        beats = np.arange(start_beat, end_beat + SAME_BEAT, _WATCH_BEATS)
        return {d.id: self._way(d, beats, more) for d in self.dancers}

    def is_open(self, start_beat: float, end_beat: float, more: Sequence[MoveCall]) -> bool:
        """Whether everybody keeps apart, and out of zones, while some calls are danced as well."""
        ways = self.ways(start_beat, end_beat, more)
        for a, b in combinations(ways.values(), 2):
            if np.min(np.linalg.norm(a - b, axis=1)) < APART_M - 1e-6:
                return False
        moving = {call.performer for call in more}
        return all(self._clear_of_the_rest(ways[d.id]) for d in self.dancers if d.id in moving)

    def clearance(self, places: Sequence[Place]) -> float:
        """How far dancers at some places may stray before one comes too near to another, or to a zone [m]."""
        room = [
            float(np.hypot(a.x_m - b.x_m, a.y_m - b.y_m)) / 2 - APART_M / 2
            for a, b in combinations(places, 2)
        ]
        for place in places:
            room += [distance_to_zone(place.x_m, place.y_m, z.corners_m) - CLEAR_M for z in self.zones]
            room += [float(np.hypot(place.x_m - x, place.y_m - y)) - OTHERS_M for x, y in self.others_m]
        return min(room, default=float("inf"))

    def _clear_of_the_rest(self, way: NDArray[np.float64]) -> bool:
        for x, y in way:
            if any(distance_to_zone(x, y, zone.corners_m) < CLEAR_M - 1e-6 for zone in self.zones):
                return False
            if any(np.hypot(x - ox, y - oy) < OTHERS_M - 1e-6 for ox, oy in self.others_m):
                return False
        return True

    def _way(
        self, dancer: Performer, beats: NDArray[np.float64], more: Sequence[MoveCall]
    ) -> NDArray[np.float64]:
        first = float(beats[0])
        mine = [*self.steps.get(dancer.id, ()), *(c for c in more if c.performer == dancer.id)]
        sounding = [c for c in mine if overlaps(c, first, float(beats[-1])) and end_of(c) > first]
        begins = min([first, *(c.start_beat for c in sounding)])
        at = self.place(dancer, begins)
        here = replace(dancer, mark_m=(at.x_m, at.y_m), facing_rad=at.heading_rad, wings_m=None)
        steps = footsteps_of(here, sounding, self.moves)
        places = [place_at(here, steps, float(beat)) for beat in beats]
        return np.array([(p.x_m, p.y_m) for p in places])
