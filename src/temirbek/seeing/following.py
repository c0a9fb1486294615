"""Who in this picture is who in the last one: anonymous tracks under random ids that are forgotten.

Each picture's sightings are given to the tracks at hand so that the sum of distances is the least (the assignment problem;
Kuhn, 1955), where a distance is measured in body sizes from where the track would be by now, and none beyond a gate counts.
Nothing of how anybody looks is kept: no face, no colour, no measure of the body. That has a price which is meant: who was out
of sight for longer than three seconds comes back as somebody new, unless they wear a badge.

Places are smoothed by the 1 € filter (Casiez, Roussel and Vogel, CHI 2012), which is calm for who stands and quick for who
walks; headings by a plain exponential. Key points stay as they were seen: a filter would be late for who measures a dance.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from temirbek.seeing.floor import Floor
from temirbek.seeing.source import KEYPOINT_SEEN, Sighting
from temirbek.seeing.standing import heading_of, place_of, wrapped
from temirbek.types import BodyTrack

Array = NDArray[np.float64]
LOST_AFTER_S = 3.0
"""Who was not seen for so long comes back as somebody else."""
FORGET_AFTER_S = 60.0
"""Who wears a badge and was not seen for so long does, too."""
GATE_SIZES = 0.6
GATE_SIZES_PER_S = 1.0
WIDEST_GATE_SIZES = 1.5
"""How far, in body sizes, somebody may be from where they are expected; more with the time they were not seen."""
PRESENCE_S = 0.3
AT_FIRST = 0.4
VELOCITY_S = 0.15
HEADING_S = 0.25
CALM_HZ, QUICK_PER_M_S = 0.8, 1.5
"""Of the 1 € filter: its cut-off for who stands [Hz], and how much faster it is for each m/s of walking."""
MOTION_S = 0.3
"""Movement is measured over so long: over one picture the shaking of key points would be all of it."""
FASTER = 75
FORBIDDEN = 1e6


def ids_from(random: np.random.Generator) -> Callable[[], str]:
    """Ids that mean nothing: sixty-four random bits each; live they come from the ``secrets`` module instead."""
    return lambda: random.bytes(8).hex()


@dataclass(slots=True, eq=False)
class _Track:
    id: str
    sighting: Sighting
    seen_s: float
    presence: float = AT_FIRST
    velocity: Array = field(default_factory=lambda: np.zeros(2))
    place: Array | None = None
    walk: Array = field(default_factory=lambda: np.zeros(2))
    heading_rad: float | None = None
    past: deque[tuple[float, Sighting]] = field(default_factory=deque)

    def expected(self, host_s: float) -> Array:
        """How far it should have moved by now; nobody walks on for long without being seen."""
        return self.velocity * min(host_s - self.seen_s, 0.5)


class Following:
    """Gives each sighting the id of who it is.

    Args:
        new_id: Makes an id; ids that were ever used here are not used again.
        floor: Where the floor is; None: nobody has a place.
    """

    def __init__(self, new_id: Callable[[], str], floor: Floor | None) -> None:
        self._new_id, self._floor = new_id, floor
        self._tracks: list[_Track] = []
        self._host_s, self._since_s = -np.inf, 0.0

    @property
    def n_remembered(self) -> int:
        """How many are remembered, in sight or not."""
        return len(self._tracks)

    def follow(self, sightings: tuple[Sighting, ...], host_s: float) -> tuple[BodyTrack, ...]:
        """Who is in a picture that was taken at that time; a picture older than the last one tells nothing.

        Args:
            sightings: What was found in it.
            host_s: When it was taken [host s].
        """
        if host_s <= self._host_s:
            return ()
        self._since_s, self._host_s = host_s - self._host_s, host_s
        self._tracks = [track for track in self._tracks if not self._is_over(track)]
        seen: list[_Track] = []
        pairs = self._assign(sightings)
        for track in self._tracks:
            if track not in pairs.values():
                track.presence *= 1.0 - _share(self._since_s, PRESENCE_S)
        for number, sighting in enumerate(sightings):
            known = pairs.get(number)
            if known is None:
                known = _Track(id=self._new_id(), sighting=sighting, seen_s=host_s)
                self._tracks.append(known)
                self._settle(known, sighting, 0.0)
            else:
                self._settle(known, sighting, host_s - known.seen_s)
            seen.append(known)
        return tuple(self._told(track) for track in seen)

    def _is_over(self, track: _Track) -> bool:
        away_s = self._host_s - track.seen_s
        return away_s > (FORGET_AFTER_S if track.sighting.badge else LOST_AFTER_S)

    def _assign(self, sightings: tuple[Sighting, ...]) -> dict[int, _Track]:
        """Number of a sighting → its track, where it has one."""
        if not sightings or not self._tracks:
            return {}
        costs = np.array([[self._cost(track, one) for one in sightings] for track in self._tracks])
        rows, columns = linear_sum_assignment(costs)
        return {
            int(c): self._tracks[r] for r, c in zip(rows, columns, strict=True) if costs[r, c] < FORBIDDEN
        }

    def _cost(self, track: _Track, sighting: Sighting) -> float:
        """How far apart they are, in body sizes; :data:`FORBIDDEN` beyond the gate."""
        if track.sighting.badge or sighting.badge:
            return 0.0 if track.sighting.badge == sighting.badge else FORBIDDEN
        away_s = self._host_s - track.seen_s
        size = max(track.sighting.size, sighting.size, 1e-3)
        apart = _apart(track.sighting, sighting, track.expected(self._host_s)) / size
        gate = min(GATE_SIZES + GATE_SIZES_PER_S * away_s, WIDEST_GATE_SIZES)
        return apart if apart < gate else FORBIDDEN

    def _settle(self, track: _Track, sighting: Sighting, dt_s: float) -> None:
        """The track takes what was seen."""
        if dt_s > 0:
            moved = (np.array(sighting.center) - np.array(track.sighting.center)) / dt_s
            track.velocity = track.velocity + _share(dt_s, VELOCITY_S) * (moved - track.velocity)
            track.presence += _share(self._since_s, PRESENCE_S) * (1.0 - track.presence)
        if self._floor is not None:
            place = place_of(sighting, self._floor)
            if place is not None:
                self._stand(track, np.array(place), dt_s)
            heading = heading_of(sighting.keypoints, place, self._floor, track.heading_rad)
            if heading is not None:
                track.heading_rad = _turned(track.heading_rad, heading, _share(dt_s, HEADING_S))
        track.sighting, track.seen_s = sighting, self._host_s
        track.past.append((self._host_s, sighting))
        while len(track.past) > 2 and track.past[1][0] <= self._host_s - MOTION_S:
            track.past.popleft()

    def _stand(self, track: _Track, place: Array, dt_s: float) -> None:
        """The 1 € filter."""
        if track.place is None or dt_s <= 0:
            track.place = place
            return
        walk = (place - track.place) / dt_s
        track.walk = track.walk + _share(dt_s, VELOCITY_S) * (walk - track.walk)
        cutoff_hz = CALM_HZ + QUICK_PER_M_S * float(np.linalg.norm(track.walk))
        track.place = track.place + _share(dt_s, 1.0 / (2 * np.pi * cutoff_hz)) * (place - track.place)

    def _told(self, track: _Track) -> BodyTrack:
        place = None if track.place is None else (float(track.place[0]), float(track.place[1]))
        before_s, before = track.past[0]
        motion = track.sighting.motion
        if motion is None:
            motion = _motion(before, track.sighting, self._host_s - before_s)
        return BodyTrack(
            id=track.id,
            host_s=self._host_s,
            confidence=track.sighting.confidence * track.presence,
            position_m=place,
            heading_rad=track.heading_rad,
            keypoints=track.sighting.keypoints,
            motion=motion,
        )


def _share(dt_s: float, over_s: float) -> float:
    """Of the way to a new value after a time, by an exponential filter."""
    return float(1.0 - np.exp(-dt_s / over_s))


def _apart(before: Sighting, now: Sighting, moved: Array) -> float:
    """How far two sightings are apart: by the key points that both have, else by the middles of their boxes."""
    if len(before.keypoints) and len(now.keypoints):
        both = (before.keypoints[:, 2] >= KEYPOINT_SEEN) & (now.keypoints[:, 2] >= KEYPOINT_SEEN)
        if both.sum() >= 3:
            away = now.keypoints[both, :2] - before.keypoints[both, :2] - moved
            return float(np.median(np.linalg.norm(away, axis=1)))
    return float(np.linalg.norm(np.array(now.center) - np.array(before.center) - moved))


def _motion(before: Sighting, now: Sighting, dt_s: float) -> float:
    """How fast the faster quarter of a body moves, in body sizes per second, at most 1."""
    if dt_s <= 0:
        return 0.0
    moved = float(np.linalg.norm(np.array(now.center) - np.array(before.center)))
    if len(before.keypoints) and len(now.keypoints):
        both = (before.keypoints[:, 2] >= KEYPOINT_SEEN) & (now.keypoints[:, 2] >= KEYPOINT_SEEN)
        away = np.linalg.norm(now.keypoints[both, :2] - before.keypoints[both, :2], axis=1)
        moved = float(np.percentile(away, FASTER)) if both.any() else moved
    return float(np.clip(moved / dt_s / max(now.size, 1e-3), 0.0, 1.0))


def _turned(before_rad: float | None, now_rad: float, share: float) -> float:
    """A heading on its way to another, the short way round."""
    return now_rad if before_rad is None else wrapped(before_rad + share * wrapped(now_rad - before_rad))
