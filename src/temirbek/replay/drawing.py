"""A robot drawn by hand, as it were: meshes into a picture with nothing but numpy.

No window, no graphics card and no driver is needed, so pictures are the same everywhere and can be written in a test.
Triangles are filled pixel by pixel against a depth buffer (Catmull, 1974), lit by a key and a fill light, and outlined
where the depth jumps (Saito and Takahashi, 1990), which keeps an arm before a chest readable in a small picture.

Conventions: the stage frame; a camera looks along its azimuth (0: the audience looks at a robot that faces it). Colours
are sRGB values 0–1 and are mixed as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from temirbek.types import Figure

Floats = NDArray[np.float64]
Color = tuple[float, float, float]

FINER = 2
"""Samples a side of every pixel."""
KEY_LIGHT, FILL_LIGHT = np.array([0.55, -0.55, 0.75]), np.array([0.6, 0.8, 0.1])
AMBIENT, KEY, FILL = 0.42, 0.52, 0.16
CREASE_COS = 0.8
"""Faces that meet at a sharper angle show an edge."""
LINE_JUMP_M = 0.035
LINE_SHADE = 0.45
_SMALLEST_PX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """From where a picture is taken.

    Attributes:
        size_px: Width and height.
        look_at_m: What is in its middle, stage frame.
        height_m: How much of the upright plane through there is in the picture.
        distance_m: How far it is.
        azimuth_rad: How far it stands to the robot's left of straight ahead.
        elevation_rad: How far it looks down.
    """

    size_px: tuple[int, int]
    look_at_m: tuple[float, float, float]
    height_m: float
    distance_m: float = 5.0
    azimuth_rad: float = 0.0
    elevation_rad: float = 0.0

    @property
    def _axes(self) -> tuple[Floats, Floats, Floats]:
        """Towards the camera, to its right, and up."""
        c, s = np.cos(self.azimuth_rad), np.sin(self.azimuth_rad)
        ce, se = np.cos(self.elevation_rad), np.sin(self.elevation_rad)
        towards, right = np.array([c * ce, s * ce, se]), np.array([-s, c, 0.0])
        return towards, right, np.cross(towards, right)

    @property
    def place_m(self) -> Floats:
        """Where it stands, shape (3,)."""
        return np.asarray(np.array(self.look_at_m) + self.distance_m * self._axes[0])

    def project(self, points_m: Floats) -> Floats:
        """Columns, rows [px] and depths [m] of points; shape (…, 3) in and out."""
        towards, right, up = self._axes
        seen = np.asarray(points_m, dtype=float) - np.array(self.look_at_m)
        depth = self.distance_m - seen @ towards
        width, height = self.size_px
        px_per_m = height / self.height_m * self.distance_m / depth
        return np.stack(
            [width / 2 + px_per_m * (seen @ right), height / 2 - px_per_m * (seen @ up), depth], axis=-1
        )


class FigureDrawing:
    """Draws one kind of robot.

    Args:
        figure: Its bodies and meshes.
        colors: Body → its colour; others keep their meshes' own.
    """

    def __init__(self, figure: Figure, colors: dict[str, Color] | None = None) -> None:
        self._figure = figure
        self._columns = {body.joint: i for i, body in enumerate(figure.bodies) if body.joint}
        meshes = [m for m in figure.meshes if len(m.triangles)]
        corners = [np.asarray(m.vertices_m, dtype=float)[np.asarray(m.triangles, dtype=int)] for m in meshes]
        self._corners_m = np.concatenate(corners)
        self._normals = np.concatenate(
            [
                _corner_normals(c, np.asarray(m.triangles, dtype=int))
                for c, m in zip(corners, meshes, strict=True)
            ]
        )
        self._body = np.concatenate([np.full(len(m.triangles), m.body) for m in meshes])
        names = [figure.bodies[m.body].name for m in meshes]
        paint = [(colors or {}).get(n, m.rgba[:3]) for n, m in zip(names, meshes, strict=True)]
        self._color = np.concatenate(
            [np.tile(p, (len(m.triangles), 1)) for p, m in zip(paint, meshes, strict=True)]
        )

    def body_index(self, name: str) -> int:
        """Where a body stands in :meth:`poses`."""
        return next(i for i, body in enumerate(self._figure.bodies) if body.name == name)

    def poses(self, qpos: Floats, joint_names: Sequence[str]) -> tuple[Floats, Floats]:
        """Positions [m], shape (bodies, 3), and turns, shape (bodies, 3, 3), of all bodies.

        Args:
            qpos: Base position [m], quaternion wxyz, joints [rad], shape (7 + j,).
            joint_names: Names of the j joints.
        """
        angle = dict(zip(joint_names, np.asarray(qpos, dtype=float)[7:], strict=True))
        positions: list[Floats] = []
        turns: list[Floats] = []
        for body in self._figure.bodies:
            if body.parent < 0:
                position = np.asarray(qpos[:3], dtype=float)
                turn = Rotation.from_quat(np.roll(np.asarray(qpos[3:7], dtype=float), -1)).as_matrix()
            else:
                above = turns[body.parent]
                position = positions[body.parent] + above @ np.array(body.position_m)
                turn = above @ Rotation.from_quat(np.roll(body.quat_wxyz, -1)).as_matrix()
                if body.joint:
                    turn = turn @ Rotation.from_rotvec(angle[body.joint] * np.array(body.axis)).as_matrix()
            positions.append(position)
            turns.append(turn)
        return np.array(positions), np.array(turns)

    def draw(self, qpos: Floats, joint_names: Sequence[str], camera: Camera) -> Floats:
        """The robot in a posture, on nothing: shape (height, width, 4), colours and opacity 0–1.

        Args:
            qpos: As in :meth:`poses`.
            joint_names: Names of the j joints.
            camera: From where.
        """
        positions, turns = self.poses(qpos, joint_names)
        world = np.einsum("nij,ncj->nci", turns[self._body], self._corners_m) + positions[self._body][:, None]
        normals = np.einsum("nij,ncj->nci", turns[self._body], self._normals)
        fine = replace(camera, size_px=(camera.size_px[0] * FINER, camera.size_px[1] * FINER))
        triangle, weights, depth = _rasterized(fine.project(world), fine.size_px)
        face = np.cross(world[:, 1] - world[:, 0], world[:, 2] - world[:, 0])
        away = np.einsum("ni,ni->n", face, world[:, 0] - fine.place_m) > 0
        light = _lit(np.where(away[:, None, None], -normals, normals), fine)
        seen = triangle >= 0
        which = triangle[seen]
        shade = np.einsum("nc,nc->n", weights[seen], light[which])
        picture = np.zeros((*triangle.shape, 4))
        picture[seen, :3] = np.clip(self._color[which] * shade[:, None], 0.0, 1.0)
        picture[seen, 3] = 1.0
        picture[..., :3] *= (1.0 - LINE_SHADE * _lines(depth))[..., None]
        return _averaged(picture)


def _corner_normals(corners_m: Floats, triangles: NDArray[np.int64]) -> Floats:
    """Normals at the corners of triangles, shape (n, 3, 3): those of the neighbours that meet there softly, averaged."""
    face = np.cross(corners_m[:, 1] - corners_m[:, 0], corners_m[:, 2] - corners_m[:, 0])
    unit = face / np.maximum(np.linalg.norm(face, axis=1, keepdims=True), 1e-12)
    flat = triangles.ravel()
    order = np.argsort(flat, kind="stable")
    starts = np.searchsorted(flat[order], np.arange(flat.max() + 2))
    normals = np.empty((len(triangles), 3, 3))
    for vertex in range(len(starts) - 1):
        places = order[starts[vertex] : starts[vertex + 1]]
        meeting = places // 3
        soft = unit[meeting] @ unit[meeting].T > CREASE_COS
        normals[meeting, places % 3] = soft @ face[meeting]
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), 1e-12))


def _lit(normals: Floats, camera: Camera) -> Floats:
    """Brightness at the corners; the lamps stand beside the camera."""
    turn = Rotation.from_euler("z", camera.azimuth_rad).as_matrix()
    key, fill = (turn @ (lamp / np.linalg.norm(lamp)) for lamp in (KEY_LIGHT, FILL_LIGHT))
    return np.asarray(AMBIENT + KEY * np.clip(normals @ key, 0, 1) + FILL * np.clip(normals @ fill, 0, 1))


def _rasterized(corners: Floats, size_px: tuple[int, int]) -> tuple[NDArray[np.int64], Floats, Floats]:
    """What is seen in each pixel: triangle (−1: none), weights of its corners, depth [m] (infinite: none).

    Args:
        corners: Column, row and depth of the corners, shape (n, 3, 3).
        size_px: Width and height.
    """
    width, height = size_px
    low = np.ceil(corners[..., :2].min(1) - 0.5).astype(int)
    high = np.floor(corners[..., :2].max(1) - 0.5).astype(int)
    low, high = np.maximum(low, 0), np.minimum(high, [width - 1, height - 1])
    side = (high - low + 1).max(1)
    drawn = np.flatnonzero((high >= low).all(1) & (corners[..., 2].min(1) > 0.1))
    triangle = np.full(width * height, -1)
    weights = np.zeros((width * height, 3))
    depth = np.full(width * height, np.inf)
    step = _SMALLEST_PX
    while len(drawn):  # triangles of about the same size together
        now = drawn[side[drawn] <= step]
        drawn = drawn[side[drawn] > step]
        for some in np.array_split(now, max(1, len(now) * step * step // 2_000_000)):
            _fill(corners, low, some, step, width, height, triangle, weights, depth)
        step *= 2
    shape = (height, width)
    return triangle.reshape(shape), weights.reshape(*shape, 3), depth.reshape(shape)


def _fill(
    corners: Floats,
    low: NDArray[np.int64],
    some: NDArray[np.int64],
    step: int,
    width: int,
    height: int,
    triangle: NDArray[np.int64],
    weights: Floats,
    depth: Floats,
) -> None:
    """Fills some triangles, none larger than ``step`` pixels, into the buffers, which are changed."""
    offset = np.arange(step)
    column = low[some, 0, None] + offset
    row = low[some, 1, None] + offset
    x, y = column[:, None, :] + 0.5, row[:, :, None] + 0.5
    (ax, ay), (bx, by), (cx, cy) = (corners[some, k, :2].T[..., None, None] for k in range(3))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    area = np.where(np.abs(area) < 1e-9, np.inf, area)
    wb = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area
    wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
    wa = 1.0 - wb - wc
    inside = (wa >= 0) & (wb >= 0) & (wc >= 0) & np.isfinite(area)
    inside &= (x < width) & (y < height)
    which, i, j = np.nonzero(inside)
    place = row[which, i] * width + column[which, j]
    found = np.stack([w[which, i, j] for w in (wa, wb, wc)], axis=-1)
    far = np.einsum("nc,nc->n", found, corners[some[which], :, 2])
    order = np.lexsort((far, place))
    first = np.ones(len(order), dtype=bool)
    first[1:] = place[order][1:] != place[order][:-1]
    nearest = order[first]
    nearest = nearest[far[nearest] < depth[place[nearest]]]
    at = place[nearest]
    triangle[at], weights[at], depth[at] = some[which[nearest]], found[nearest], far[nearest]


def _lines(depth: Floats) -> Floats:
    """1 where what is behind begins beside something near, 0 elsewhere."""
    deep = np.where(np.isfinite(depth), depth, 1e3)
    lines = np.zeros(deep.shape)
    for axis in (0, 1):
        jump = np.diff(deep, axis=axis)
        before = np.zeros_like(deep)
        after = np.zeros_like(deep)
        ahead: list[slice] = [slice(None), slice(None)]
        behind = list(ahead)
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        before[tuple(behind)] = jump > LINE_JUMP_M
        after[tuple(ahead)] = -jump > LINE_JUMP_M
        lines = np.maximum(lines, np.maximum(before, after))
    return lines


def _averaged(picture: Floats) -> Floats:
    """A finer picture brought to size, colours weighed by their opacity."""
    height, width = (n // FINER for n in picture.shape[:2])
    parts = picture.reshape(height, FINER, width, FINER, 4)
    opacity = parts[..., 3].mean((1, 3))
    color = (parts[..., :3] * parts[..., 3:]).mean((1, 3)) / np.maximum(opacity, 1e-9)[..., None]
    return np.concatenate([color, opacity[..., None]], axis=-1)
