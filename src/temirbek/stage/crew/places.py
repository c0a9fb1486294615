"""Where robots are, as their own process writes it into shared memory, and who stands in which zone."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from temirbek.errors import DeviceLost
from temirbek.stage.robots.poses import PoseReader
from temirbek.types import BodyTrack, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a robot stands and looks: stage frame [m, rad]."""

    position_m: tuple[float, float]
    heading_rad: float


class RobotPlaces:
    """Reads places.

    Args:
        folder: Of the run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reader: PoseReader | None = None

    def read(self) -> dict[str, Place]:
        """Robot → where it is; empty while nobody tells."""
        if self._reader is not None and not self._reader.is_current:
            self.close()
        if self._reader is None:
            try:
                self._reader = PoseReader(self._folder)
            except DeviceLost:
                return {}
        block = self._reader.read()
        if not block:
            return {}
        places = {}
        for robot in self._reader.layout["robots"]:
            x, y, _, w, qx, qy, qz = np.frombuffer(
                block, dtype="<f4", count=7, offset=robot["offset"]
            ).tolist()
            heading_rad = math.atan2(2 * (w * qz + qx * qy), 1 - 2 * (qy * qy + qz * qz))
            places[str(robot["id"])] = Place(position_m=(x, y), heading_rad=heading_rad)
        return places

    def close(self) -> None:
        """Lets go."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None


def is_inside(zone: Zone, track: BodyTrack) -> bool:
    """Whether somebody stands in a convex zone; one whose place is not known may be anywhere."""
    if track.position_m is None:
        return True
    corners = np.array(zone.corners_m)
    edges, to = np.roll(corners, -1, axis=0) - corners, np.array(track.position_m) - corners
    turns = edges[:, 0] * to[:, 1] - edges[:, 1] * to[:, 0]
    return bool((turns >= 0).all() or (turns <= 0).all())
