"""From the picture to the floor: four marks make a homography, and with it mostly the whole camera.

The four marks give the homography between picture and floor (the direct linear transform; Hartley and Zisserman, chapter
4). With square pixels and the optical axis in the middle, its two columns must be perpendicular and of one length once the
focal length is taken out of them, which tells the focal length (Zhang, 2000), and so where the camera stands. Then a point
of known height above the floor has a place, too: hips, where feet are hidden, and bibs. A camera that looks straight down,
or marks that were measured badly, give no camera: then only what touches the floor has a place, and nobody a heading.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.types import FloorPoint

Array = NDArray[np.float64]
FOCAL_RANGE = (0.3, 6.0)
"""Focal lengths of real cameras, in picture heights (118° to 10°); what lies outside is a bad measurement."""
FARTHEST_M = 100.0
TOO_FLAT = 1e-9
LEAST_ABOVE_M = 0.1
SIDE_BY_SIDE = "expected picture and stage of the same mark side by side, y to the performers' left"


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """Where the floor is in the picture; made by :func:`floor_of`.

    Attributes:
        to_stage: Homography, picture (shares of its height) → stage [m], (3, 3).
        camera: Projection, stage (x, y, z, 1) [m] → picture, (3, 4); None where the marks do not tell it.
        camera_m: Where the camera is (x, y, z) [m], or None.
    """

    to_stage: Array
    camera: Array | None
    camera_m: tuple[float, float, float] | None

    def place(self, x: float, y: float, *, height_m: float = 0.0) -> tuple[float, float] | None:
        """The place below a point that is so high above the floor and seen there; None where there is none.

        There is none at and above the horizon, farther than 100 m, and above the floor without a known camera.
        """
        to_stage = self.to_stage
        if height_m:
            if self.camera is None or self.camera_m is None or self.camera_m[2] - height_m < LEAST_ABOVE_M:
                return None
            plane = np.column_stack([self.camera[:, :2], self.camera[:, 3] + height_m * self.camera[:, 2]])
            to_stage = np.asarray(np.linalg.inv(plane), dtype=np.float64)
        # A homography that maps places before the camera to a positive depth has an inverse whose third row is 1/depth.
        px, py, nearness = to_stage @ np.array([x, y, 1.0])
        if not nearness > TOO_FLAT:
            return None
        place = (float(px / nearness), float(py / nearness))
        return place if np.hypot(*place) < FARTHEST_M else None


def floor_of(points: tuple[FloorPoint, ...], aspect: float) -> Floor:
    """The floor of four marks.

    Args:
        points: Four marks, no three of them on a line.
        aspect: The picture's width over its height.

    Raises:
        InvalidInput: The marks do not make a floor.
    """
    picture = np.array([point.picture for point in points])
    stage = np.array([point.stage for point in points])
    if len(points) != 4:
        raise InvalidInput(f"{len(points)} floor marks; expected four")
    to_picture = _homography(stage, picture)
    depths = to_picture[2, :2] @ stage.T + to_picture[2, 2]
    if not (np.all(depths > 0) or np.all(depths < 0)):
        raise InvalidInput(f"the four floor marks do not belong together; {SIDE_BY_SIDE}")
    to_picture = to_picture * np.sign(depths[0])
    if np.linalg.det(to_picture) > 0:
        raise InvalidInput(f"the four floor marks are seen as if in a mirror; {SIDE_BY_SIDE}")
    camera, camera_m = _camera(to_picture, aspect)
    return Floor(np.linalg.inv(to_picture), camera, camera_m)


def _homography(of: Array, to: Array) -> Array:
    """The (3, 3) that maps four points to four others, both (4, 2)."""
    rows = []
    for (x, y), (u, v) in zip(of, to, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, -u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, -v])
    *_, right = np.linalg.svd(np.array(rows, dtype=float))
    return np.asarray(right[-1].reshape(3, 3))


def _camera(to_picture: Array, aspect: float) -> tuple[Array | None, tuple[float, float, float] | None]:
    """The projection and the place of the camera whose view of the floor that is."""
    centred = np.array([[1, 0, -aspect / 2], [0, 1, -0.5], [0, 0, 1.0]]) @ to_picture
    (ax, ay, az), (bx, by, bz) = centred[:, 0], centred[:, 1]
    # a·b = 0 and |a| = |b| once x and y are divided by the focal length: two equations for 1/f², by least squares.
    factor = np.array([ax * bx + ay * by, ax * ax + ay * ay - bx * bx - by * by])
    wanted = np.array([-az * bz, bz * bz - az * az])
    inverse_square = float(factor @ wanted / max(factor @ factor, 1e-300))
    if not 1.0 / FOCAL_RANGE[1] ** 2 <= inverse_square <= 1.0 / FOCAL_RANGE[0] ** 2:
        return None, None
    focal = inverse_square**-0.5
    rays = np.diag([1 / focal, 1 / focal, 1.0]) @ centred
    rays = rays / np.sqrt(np.linalg.norm(rays[:, 0]) * np.linalg.norm(rays[:, 1]))
    x_axis = rays[:, 0] / np.linalg.norm(rays[:, 0])
    y_axis = rays[:, 1] - (rays[:, 1] @ x_axis) * x_axis
    y_axis = y_axis / np.linalg.norm(y_axis)
    turn = np.column_stack([x_axis, y_axis, np.cross(x_axis, y_axis)])
    camera_m = -turn.T @ rays[:, 2]
    if camera_m[2] <= 0:
        return None, None
    lens = np.array([[focal, 0, aspect / 2], [0, focal, 0.5], [0, 0, 1.0]])
    camera = lens @ np.column_stack([turn, rays[:, 2]])
    return camera, (float(camera_m[0]), float(camera_m[1]), float(camera_m[2]))
