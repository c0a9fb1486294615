"""Which way the triangles of a mesh face: a picture leaves out what faces away.

A mesh that was merged and decimated is no closed surface any more, so that winding cannot be carried from neighbour to
neighbour. What counts is what is seen: a triangle's front is the side from which more rays leave the mesh without
hitting it (Möller and Trumbore, 1997).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[Any]

TILT = 0.7
"""Of the four rays around the normal [tangent of the angle]."""
CLEARANCE_M = 2e-4
TESTS_AT_ONCE = 400_000
PARALLEL = 1e-12


def facing_outwards(vertices_m: NDArray[np.float64], faces: Indices) -> Indices:
    """The same triangles, turned over where their back is more in the open than their front.

    Args:
        vertices_m: Shape (v, 3).
        faces: Shape (f, 3).

    Returns:
        Shape (f, 3); a triangle as open on both sides stays as it is.
    """
    corners = np.asarray(vertices_m, dtype=np.float32)[faces]
    first = corners[:, 1] - corners[:, 0]
    second = corners[:, 2] - corners[:, 0]
    normals = np.cross(first, second)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals /= np.maximum(length, np.float32(PARALLEL))
    along = first / np.maximum(np.linalg.norm(first, axis=1, keepdims=True), np.float32(PARALLEL))
    across = np.cross(normals, along)
    centers = corners.mean(axis=1)
    balance = np.zeros(len(faces), dtype=np.int64)
    for side in (1.0, -1.0):
        for a, b in ((0.0, 0.0), (TILT, 0.0), (-TILT, 0.0), (0.0, TILT), (0.0, -TILT)):
            rays = np.float32(side) * normals + np.float32(a) * along + np.float32(b) * across
            starts = centers + np.float32(side * CLEARANCE_M) * normals
            balance += int(side) * _is_hit(starts, rays, corners[:, 0], first, second)
    turned = np.array(faces, copy=True)
    turned[balance > 0] = turned[balance > 0][:, ::-1]
    return turned


def _is_hit(starts: Floats, rays: Floats, origin: Floats, first: Floats, second: Floats) -> NDArray[np.int64]:
    """1 for each ray that hits any of the triangles, else 0."""
    hit = np.zeros(len(starts), dtype=np.int64)
    step = max(1, TESTS_AT_ONCE // len(origin))
    for i in range(0, len(starts), step):
        part = slice(i, i + step)
        hit[part] = _any_crossing(starts[part, None], rays[part, None], origin, first, second)
    return hit


def _any_crossing(
    start: Floats, ray: Floats, origin: Floats, first: Floats, second: Floats
) -> NDArray[np.bool_]:
    p = np.cross(ray, second)
    determinant = np.einsum("rtk,tk->rt", p, first)
    inverse = 1.0 / np.where(np.abs(determinant) < PARALLEL, np.inf, determinant)
    to_start = start - origin
    u = np.einsum("rtk,rtk->rt", to_start, p) * inverse
    q = np.cross(to_start, first)
    v = np.einsum("rzk,rtk->rt", ray, q) * inverse
    distance = np.einsum("tk,rtk->rt", second, q) * inverse
    inside = (u > 0) & (v > 0) & (u + v < 1) & (distance > CLEARANCE_M)
    crossed: NDArray[np.bool_] = inside.any(axis=1)
    return crossed
