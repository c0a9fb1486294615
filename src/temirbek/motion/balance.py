"""Keeps the zero-moment point of the reference inside what carries the robot.

The zero-moment point (Vukobratović & Borovac 2004) of the *whole body* follows from inverse dynamics, so swinging arms
and legs count. Where it comes nearer to the edge of the support polygon than a margin, the centre of mass is shifted: a
shift c(t) moves the point by c − (z/g) c″. Read the other way round this is a boundary value problem with one bounded
answer, which leans *before* the hard moment (Kajita et al. 2003 find it by preview control, Kagami et al. 2002 call it
the dynamics filter): :func:`pendulum`. Sway that is too wide shrinks, arms that throw the body are countered ahead of
time. For a sway A cos(ωt) this is the rule A (1 + ω² z / g) < half-width − margin.

The support may change from row to row: feet come and go, and stand where they have come down. It may be a polygon, a
line (the diagonal of a trot) or a point.
"""

from collections.abc import Iterator
from itertools import pairwise

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_banded
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import ConvexHull

from temirbek.types import RobotModel

Floats = NDArray[np.float64]

GRAVITY_M_S2 = 9.81
MARGIN_M = 0.03
_ROUNDS = 4
_ROUNDING_S = 0.03
_SAME_PLACE_M = 1e-4


def pendulum(zmp_m: Floats, height_m: float, rate_hz: float) -> Floats:
    """The centre of mass whose zero-moment point is the given one: c − (z/g) c″ = p, at rest at both ends.

    Args:
        zmp_m: The zero-moment point, shape (n, 2), n ≥ 2 [m].
        height_m: Of the centre of mass above the ground.
        rate_hz: Rows a second.

    Returns:
        The centre of mass, shape (n, 2) [m].
    """
    stiffness = rate_hz**2 * height_m / GRAVITY_M_S2
    bands = np.empty((3, len(zmp_m)))
    bands[0], bands[1], bands[2] = -stiffness, 1.0 + 2.0 * stiffness, -stiffness
    bands[1, [0, -1]] = 1.0
    bands[0, 1] = bands[2, -2] = 0.0
    return np.asarray(solve_banded((1, 1), bands, zmp_m))


def zero_moment_point(model: mujoco.MjModel, qpos: Floats, qvel: Floats, qacc: Floats) -> Floats:
    """Where the ground would have to push, at height 0, shape (n, 2) [m].

    Args:
        model: The body.
        qpos, qvel, qacc: Motion, shapes (n, 7 + j), (n, 6 + j), (n, 6 + j).
    """
    data = mujoco.MjData(model)
    flags = int(model.opt.disableflags)
    point = np.empty((len(qpos), 2))
    model.opt.disableflags = flags | int(mujoco.mjtDisableBit.mjDSBL_CONSTRAINT)
    try:
        for k in range(len(qpos)):
            data.qpos[:], data.qvel[:], data.qacc[:] = qpos[k], qvel[k], qacc[k]
            mujoco.mj_inverse(model, data)
            force = data.qfrc_inverse[:3]
            turn = data.xmat[model.jnt_bodyid[0]].reshape(3, 3) @ data.qfrc_inverse[3:6]
            moment = turn + np.cross(qpos[k, :3], force)
            point[k] = -moment[1] / force[2], moment[0] / force[2]
    finally:
        model.opt.disableflags = flags
    return point


def support_corners(model: mujoco.MjModel, robot: RobotModel, stand_qpos: Floats) -> tuple[Floats, ...]:
    """The points on which each foot stands in a posture, shape (p, 2) each."""
    data = mujoco.MjData(model)
    data.qpos[:] = stand_qpos
    mujoco.mj_kinematics(model, data)
    names = [model.geom(g).name for g in range(model.ngeom)]
    return tuple(
        np.array([data.geom_xpos[g, :2] for g, name in enumerate(names) if name.startswith(f"{foot}_sole_")])
        for foot in robot.foot_names
    )


def moved_corners(corners: tuple[Floats, ...], stand_m: Floats, soles_m: Floats, yaw_rad: Floats) -> Floats:
    """The points on which feet stand, wherever they are.

    Args:
        corners: Those of each foot as the robot stands at the origin, shape (p, 2) each.
        stand_m: Where the soles are then, shape (feet, 2 or 3).
        soles_m: Where they are, shape (n, feet, 2 or 3).
        yaw_rad: Which way they point, shape (n, feet).

    Returns:
        Shape (n, feet, p, 2).
    """
    arms = np.array(corners) - stand_m[:, None, :2]
    c, s = np.cos(yaw_rad)[..., None], np.sin(yaw_rad)[..., None]
    x, y = c * arms[..., 0] - s * arms[..., 1], s * arms[..., 0] + c * arms[..., 1]
    return np.asarray(soles_m[:, :, None, :2] + np.stack([x, y], axis=-1))


def pulled_inside(point: Floats, corners: Floats, margin_m: float) -> Floats:
    """Points moved into a convex polygon, or onto a line or a point, less a margin.

    Args:
        point: Shape (n, 2).
        corners: Points that span the support, shape (p, 2).
        margin_m: Least distance from its edges (of a line: from its ends); less where it is too small for that.
    """
    middle = corners.mean(axis=0)
    _, widths, axes = np.linalg.svd(corners - middle)
    if len(corners) < 3 or widths[1] < _SAME_PLACE_M:
        along = (corners - middle) @ axes[0]
        low, high = along.min(), along.max()
        margin = min(margin_m, 0.35 * (high - low))
        place = np.clip((point - middle) @ axes[0], low + margin, high - margin)
        return np.asarray(middle + place[:, None] * axes[0])
    hull = ConvexHull(corners)
    normals, offsets = hull.equations[:, :2], hull.equations[:, 2]
    middle = corners[hull.vertices].mean(axis=0)
    margin = min(margin_m, 0.7 * float(-(normals @ middle + offsets).max()))
    inside = point.copy()
    for _ in range(_ROUNDS):
        for normal, offset in zip(normals, offsets, strict=True):
            beyond = inside @ normal + offset + margin
            inside -= np.maximum(beyond, 0.0)[:, None] * normal
    return inside


def held_inside(point: Floats, corners: Floats, carries: NDArray[np.bool_], margin_m: float) -> Floats:
    """Points moved into a support that changes from row to row.

    Args:
        point: Shape (n, 2).
        corners: Points on which feet stand, shape (n, feet, p, 2).
        carries: Which feet carry, shape (n, feet); at least one in each row.
        margin_m: As in :func:`pulled_inside`.
    """
    inside = np.empty_like(point)
    for rows in _unchanged(corners, carries):
        standing = corners[rows.start][carries[rows.start]].reshape(-1, 2)
        inside[rows] = pulled_inside(point[rows], standing, margin_m)
    return inside


def _unchanged(corners: Floats, carries: NDArray[np.bool_]) -> Iterator[slice]:
    """Stretches of rows in which the same feet stand in the same places."""
    standing = np.where(carries[..., None, None], corners, 0.0)
    moves = np.abs(np.diff(standing, axis=0)).max(axis=(1, 2, 3)) > _SAME_PLACE_M
    moves |= (carries[1:] != carries[:-1]).any(axis=1)
    edges = [0, *(np.flatnonzero(moves) + 1), len(corners)]
    for first, last in pairwise(edges):
        yield slice(int(first), int(last))


def centre_of_mass_shift(
    point: Floats, corners: Floats, carries: NDArray[np.bool_], height_m: float, rate_hz: float
) -> Floats:
    """How to shift the centre of mass so that the zero-moment point stays inside.

    Args:
        point: The zero-moment point, shape (n, 2).
        corners: Points on which feet stand, shape (n, feet, p, 2).
        carries: Which feet carry, shape (n, feet).
        height_m: Of the centre of mass.
        rate_hz: Rows a second.

    Returns:
        The shift, shape (n, 2) [m].
    """
    shift, moved = np.zeros_like(point), point
    for _ in range(_ROUNDS):  # rounding off leaves a little outside, which the next round moves
        wanted = held_inside(moved, corners, carries, MARGIN_M)
        move = gaussian_filter1d(wanted - moved, _ROUNDING_S * rate_hz, axis=0)
        shift, moved = shift + pendulum(move, height_m, rate_hz), moved + move
    return shift
