"""Keeps the zero-moment point of the reference inside the feet.

The zero-moment point (Vukobratović & Borovac 2004) of the *whole body* follows from inverse dynamics, so swinging arms
count. Where it comes nearer to the edge of the support polygon than a margin, the centre of mass is shifted: a shift
c(t) moves the point by c − (z/g) c″, an equation whose bounded solution is a two-sided exponential filter (the dynamics
filter of Kagami et al. 2002, in continuous time). Sway that is too wide shrinks, arms that throw the body are countered
ahead of time. For a sway A cos(ωt) this is the rule A (1 + ω² z / g) < half-width − margin.
"""

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import lfilter
from scipy.spatial import ConvexHull

from temirbek.types import RobotModel

Floats = NDArray[np.float64]

GRAVITY_M_S2 = 9.81
MARGIN_M = 0.03
_ROUNDS = 4
_ROUNDING_S = 0.03


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
    """The points on which each foot stands, in the robot's own frame, shape (p, 2) each."""
    data = mujoco.MjData(model)
    data.qpos[:] = stand_qpos
    mujoco.mj_kinematics(model, data)
    names = [model.geom(g).name for g in range(model.ngeom)]
    return tuple(
        np.array([data.geom_xpos[g, :2] for g, name in enumerate(names) if name.startswith(f"{foot}_sole_")])
        for foot in robot.foot_names
    )


def pulled_inside(point: Floats, corners: Floats, margin_m: float) -> Floats:
    """Points moved into a convex polygon less a margin.

    Args:
        point: Shape (n, 2).
        corners: Points that span the polygon, shape (p, 2).
        margin_m: Least distance from its edges; less where the polygon is too small for it.
    """
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


def centre_of_mass_shift(
    point: Floats, corners: tuple[Floats, ...], contacts: NDArray[np.bool_], height_m: float, rate_hz: float
) -> Floats:
    """How to shift the centre of mass so that the zero-moment point stays inside.

    Args:
        point: The zero-moment point, shape (n, 2).
        corners: Support points of each foot.
        contacts: Which feet carry, shape (n, feet).
        height_m: Of the centre of mass.
        rate_hz: Rows a second.

    Returns:
        The shift, shape (n, 2) [m].
    """
    omega = np.sqrt(GRAVITY_M_S2 / height_m)
    patterns, which = np.unique(contacts, axis=0, return_inverse=True)
    polygons = [np.vstack([c for c, on in zip(corners, p, strict=True) if on]) for p in patterns]
    shift = np.zeros_like(point)
    for _ in range(_ROUNDS):  # rounding off leaves a little outside, which the next round moves
        acceleration = np.gradient(np.gradient(shift, axis=0), axis=0) * rate_hz**2
        moved = point + shift - acceleration / omega**2
        wanted = moved.copy()
        for i, polygon in enumerate(polygons):
            rows = which.ravel() == i
            wanted[rows] = pulled_inside(moved[rows], polygon, MARGIN_M)
        shift = shift + _filtered(wanted - moved, omega / rate_hz, rate_hz)
    return shift


def _filtered(move: Floats, omega: float, rate_hz: float) -> Floats:
    """Solves c − c″/ω² = move (ω per row) by a two-sided exponential, then rounds off its kinks."""
    pole = np.exp(-omega)
    gain = (1 - pole) / (1 + pole)
    forward = lfilter([gain], [1.0, -pole], move, axis=0)
    backward = lfilter([gain], [1.0, -pole], move[::-1], axis=0)[::-1]
    return np.asarray(gaussian_filter1d(forward + backward - gain * move, _ROUNDING_S * rate_hz, axis=0))
