"""How far the centre of pressure is from the edge of what carries the robot."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROWS_AT_ONCE = 256
TOO_CLOSE_M = 1e-6


def support_margin(points_m: Floats, carries: NDArray[np.bool_], pressure_m: Floats) -> Floats:
    """Signed distance of a point from the edge of the convex hull of others, row by row.

    The distance to a convex hull's edge from inside is the smallest of h(u) − u·c over the outward normals u of its
    edges, h the hull's extent along u; every edge joins two of the points, and any further direction gives a larger
    value, so all pairs are tried at once.

    Args:
        points_m: Points on the ground, shape (n, k, 2) [m].
        carries: Which of them count, shape (n, k).
        pressure_m: The centre of pressure, shape (n, 2) [m].

    Returns:
        The margins, positive inside, NaN where fewer than two points count, shape (n,) [m].
    """
    parts = [
        _margin(
            points_m[i : i + ROWS_AT_ONCE], carries[i : i + ROWS_AT_ONCE], pressure_m[i : i + ROWS_AT_ONCE]
        )
        for i in range(0, len(points_m), ROWS_AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def _margin(points: Floats, carries: NDArray[np.bool_], pressure: Floats) -> Floats:
    edge = points[:, None] - points[:, :, None]
    length = np.linalg.norm(edge, axis=-1)
    valid = (length > TOO_CLOSE_M) & carries[:, None] & carries[:, :, None]
    normal = np.stack([edge[..., 1], -edge[..., 0]], axis=-1) / np.maximum(length, TOO_CLOSE_M)[..., None]
    along = np.einsum("nijd,nkd->nijk", normal, points - pressure[:, None])
    extent = np.where(carries[:, None, None], along, -np.inf).max(axis=-1)
    margin = np.where(valid, extent, np.inf).min(axis=(1, 2))
    return np.where(valid.any(axis=(1, 2)), margin, np.nan)
