"""A camera as a point and a plane: how places become places in a picture (Hartley and Zisserman, *Multiple View Geometry*).

Picture coordinates are shares of the picture's height, x to the right, y down, from the upper left corner; the optical
axis meets the picture in its middle, pixels are square, and lenses bend nothing. A real lens that bends much wants its
four floor marks near to where people stand.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.types import FloorPoint

NEAREST_M = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinhole:
    """A camera on the stage.

    Attributes:
        position_m: Where it is, stage frame [m].
        heading_rad: Where it looks: 0 along x, to the audience.
        pitch_rad: How far it looks down.
        focal: Focal length in picture heights; 1: it sees 53° from top to bottom.
        aspect: Width of its pictures over their height.
    """

    position_m: tuple[float, float, float] = (-1.0, 0.0, 2.4)
    heading_rad: float = 0.0
    pitch_rad: float = 0.28
    focal: float = 1.0
    aspect: float = 16.0 / 9.0

    def project(self, points_m: ArrayLike) -> NDArray[np.float64]:
        """Where points of the stage frame (…, 3) are seen, (…, 2); not a number for what lies behind the camera."""
        away = np.asarray(points_m, dtype=float) - np.array(self.position_m)
        ch, sh = np.cos(self.heading_rad), np.sin(self.heading_rad)
        cp, sp = np.cos(self.pitch_rad), np.sin(self.pitch_rad)
        depth = away @ np.array([cp * ch, cp * sh, -sp])
        right = away @ np.array([sh, -ch, 0.0])
        down = away @ np.array([-sp * ch, -sp * sh, -cp])
        depth = np.where(depth > NEAREST_M, depth, np.nan)
        seen = np.stack([right, down], axis=-1) * (self.focal / depth)[..., None]
        return np.asarray(seen + np.array([self.aspect / 2.0, 0.5]))

    def shows(self, seen: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of such points lie in the picture."""
        with np.errstate(invalid="ignore"):
            inside = (seen >= 0.0) & (seen <= np.array([self.aspect, 1.0]))
        return np.asarray(inside.all(axis=-1))

    def floor_points(self, corners_m: ArrayLike) -> tuple[FloorPoint, ...]:
        """Marks on the floor as this camera sees them: places (x, y) [m] → the venue's floor points."""
        corners = np.asarray(corners_m, dtype=float)
        seen = self.project(np.column_stack([corners, np.zeros(len(corners))]))
        return tuple(
            FloorPoint(picture=(float(px), float(py)), stage=(float(x), float(y)))
            for (px, py), (x, y) in zip(seen, corners, strict=True)
        )
