"""Distances between capsules, and between capsules and parts of the floor; many at once."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TINY = 1e-12


def segment_distance(a0: Floats, a1: Floats, b0: Floats, b1: Floats) -> Floats:
    """Least distance between segments, pair by pair.

    The closest points p = a0 + s (a1 − a0), q = b0 + t (b1 − b0) minimise a convex quadratic over the unit square: the
    unconstrained s is cut to [0, 1], the best t for it as well, and s is found anew for that t (Ericson, *Real-Time
    Collision Detection*, 2005, section 5.1.9).

    Args:
        a0, a1, b0, b1: Ends, shapes that broadcast to (…, d) [m].

    Returns:
        Distances, shape (…,) [m].
    """
    along_a, along_b, between = a1 - a0, b1 - b0, a0 - b0
    aa, bb = (along_a**2).sum(axis=-1), (along_b**2).sum(axis=-1)
    ab = (along_a * along_b).sum(axis=-1)
    a_between, b_between = (along_a * between).sum(axis=-1), (along_b * between).sum(axis=-1)
    spread = aa * bb - ab * ab
    s = np.clip((ab * b_between - a_between * bb) / np.maximum(spread, TINY), 0.0, 1.0)
    s = np.where(spread > TINY, s, 0.0)
    t = np.clip((ab * s + b_between) / np.maximum(bb, TINY), 0.0, 1.0)
    s = np.clip((ab * t - a_between) / np.maximum(aa, TINY), 0.0, 1.0)
    gap = between + s[..., None] * along_a - t[..., None] * along_b
    return np.asarray(np.sqrt((gap**2).sum(axis=-1)))


def polygon_distance(start_m: Floats, end_m: Floats, corners_m: Floats) -> Floats:
    """Distance of segments on the floor from a convex polygon, negative for what lies inside.

    Args:
        start_m, end_m: Ends, shape (…, 2) [m]; equal for points.
        corners_m: In order around it, either way, shape (c, 2) [m].

    Returns:
        Outside the least distance to its edge; for a segment with an end inside minus the depth of its deeper end; 0
        for one that only passes through, shape (…,) [m].
    """
    following = np.roll(corners_m, -1, axis=0)
    edges = segment_distance(start_m[..., None, :], end_m[..., None, :], corners_m, following).min(axis=-1)
    depth = np.maximum(_depth(start_m, corners_m), _depth(end_m, corners_m))
    return np.where(depth > 0, -depth, edges)


def _depth(points_m: Floats, corners_m: Floats) -> Floats:
    """How deep points are inside a convex polygon; negative outside."""
    along = np.roll(corners_m, -1, axis=0) - corners_m
    x, y = corners_m.T
    area = (x * np.roll(y, -1) - np.roll(x, -1) * y).sum()
    inward = np.sign(area) * np.stack([-along[:, 1], along[:, 0]], axis=1)
    inward /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), TINY)
    offsets = points_m[..., None, :] - corners_m
    return np.asarray((offsets * inward).sum(axis=-1).min(axis=-1))
