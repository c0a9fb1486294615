"""The simulated hall as pictures, for whoever looks at pixels: people of plain limbs before a wall, bibs on their chests.

So that finders that need no network (movement, markers) and the whole way from a picture to a track can be tried and measured
without a camera; a network trained on people sees none in these.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.seeing.body_model import Array, placed
from temirbek.seeing.extras import opencv
from temirbek.seeing.pinhole import Pinhole
from temirbek.seeing.source import Pixels
from temirbek.seeing.synthetic import SyntheticPeople

LIMBS = (
    (5, 7),
    (7, 9),
    (6, 8),
    (8, 10),
    (11, 13),
    (13, 15),
    (12, 14),
    (14, 16),
)
TORSO = (5, 6, 12, 11)
LIMB_M, HEAD_M = 0.11, 0.12
BIB_SIDE_M, BIB_MIDDLE_M, BIB_BEFORE_M = 0.24, 1.32, 0.14
MARKER_PX = 60
GRAIN = 3.0
"""Standard deviation of a pixel's noise, of 255."""


def draw(
    people: SyntheticPeople, host_s: float, *, height_px: int = 480, bibs: dict[str, int] | None = None
) -> Pixels:
    """What the simulated camera sees at an instant, (height, width, 3), blue green red.

    Args:
        people: The simulated hall.
        host_s: When [host s].
        height_px: Of the picture [pixels].
        bibs: Name of a guest → number of the marker (0–49) on their chest.
    """
    cv2 = opencv("drawing the simulated hall")
    camera = people.camera
    picture = _room(cv2, camera, height_px)
    eye = np.array(camera.position_m)
    bodies = sorted(people.bodies_at(host_s), key=lambda one: -np.linalg.norm(one[1][0] - eye))
    for number, (guest, points) in enumerate(bodies):
        _draw_body(cv2, picture, camera, points, shade=60 + 50 * (number % 4))
        if bibs is not None and guest.name in bibs:
            _draw_bib(cv2, picture, camera, guest.place_at(host_s), bibs[guest.name])
    random = np.random.default_rng(int(host_s * 1e4) & 0xFFFFFFFF)
    grainy = picture + random.normal(0.0, GRAIN, picture.shape)
    return np.asarray(np.clip(grainy, 0, 255), dtype=np.uint8)


def _room(cv2: Any, camera: Pinhole, height_px: int) -> NDArray[np.float64]:
    """A wall and a floor with large soft spots, always the same."""
    width_px = round(camera.aspect * height_px)
    spots = np.random.default_rng(11).uniform(90, 200, (9, 16, 3)).astype(np.float32)
    return np.asarray(cv2.resize(spots, (width_px, height_px), interpolation=cv2.INTER_CUBIC), dtype=float)


def _draw_body(cv2: Any, picture: Array, camera: Pinhole, points: Array, *, shade: int) -> None:
    height_px = picture.shape[0]
    seen = camera.project(points)
    if not np.isfinite(seen).all():
        return
    at_px = np.round(seen * height_px).astype(int)
    away_m = float(np.linalg.norm(points[0] - np.array(camera.position_m)))
    per_m = camera.focal * height_px / away_m
    thick = max(2, round(LIMB_M * per_m))
    colour = (shade, 40, 235 - shade)
    cv2.fillConvexPoly(picture, at_px[list(TORSO)], colour)
    for one, other in LIMBS:
        cv2.line(picture, tuple(map(int, at_px[one])), tuple(map(int, at_px[other])), colour, thick)
    head = at_px[[3, 4]].mean(axis=0)
    cv2.circle(picture, (int(head[0]), int(head[1])), max(2, round(HEAD_M * per_m)), (150, 170, 205), -1)


def _draw_bib(
    cv2: Any, picture: Array, camera: Pinhole, place: tuple[float, float, float], number: int
) -> None:
    """A marker with its white edge on a chest; nothing where the chest faces away."""
    x, y, heading = place
    to_camera = np.arctan2(camera.position_m[1] - y, camera.position_m[0] - x)
    if np.cos(heading - to_camera) < 0.2:
        return
    half = BIB_SIDE_M / 2.0 * (MARKER_PX + 20) / MARKER_PX
    low, high = BIB_MIDDLE_M - half, BIB_MIDDLE_M + half
    # Seen from before, the bib's left edge is on its wearer's right.
    corners = [(-half, high), (half, high), (half, low), (-half, low)]
    body = np.array([[BIB_BEFORE_M, side, up] for side, up in corners])
    quad = camera.project(placed(body, x, y, heading)) * picture.shape[0]
    if not np.isfinite(quad).all():
        return
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    marker = np.pad(cv2.aruco.generateImageMarker(dictionary, number, MARKER_PX), 10, constant_values=255)
    side_px = MARKER_PX + 20
    flat = np.array([[0, 0], [side_px, 0], [side_px, side_px], [0, side_px]], dtype=np.float32)
    warp = cv2.getPerspectiveTransform(flat, quad.astype(np.float32))
    size = (picture.shape[1], picture.shape[0])
    drawn = cv2.warpPerspective(marker.astype(np.float32), warp, size, flags=cv2.INTER_AREA)
    covers = cv2.warpPerspective(np.ones_like(marker, dtype=np.float32), warp, size)[..., None]
    picture[:] = covers * drawn[..., None] + (1.0 - covers) * picture
