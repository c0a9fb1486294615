"""Balance on feet that come and go: the zero-moment point is kept where the feet on the ground can carry it.

Four feet span a quadrilateral, three a triangle, two a line, and while a trot goes they change several times a beat.
The point of the whole motion follows from inverse dynamics (:mod:`~temirbek.motion.balance`), legs and all; it is drawn
into what the feet span at that instant, less a margin, and the centre of mass shifted by the bounded solution of
c − (z/g) c″ = move: it leans over *before* a foot leaves the ground (Kajita et al. 2003).
"""

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_banded
from scipy.spatial import ConvexHull, QhullError

from temirbek.motion.balance import GRAVITY_M_S2

Floats = NDArray[np.float64]

MARGIN_M = 0.035
_SHARE_OF_SIZE = (
    0.6  # of a polygon too small for the margin, the margin is at most this share of its inner radius
)
_ROUNDS = 12
_POSTURES = 100  # looked at for the mean height


def drawn_onto(point: Floats, corners: Floats, margin_m: float) -> Floats:
    """Points drawn into what feet span, less a margin.

    Args:
        point: Shape (n, 2).
        corners: Where the feet are, shape (p, 2), p ≥ 1.
        margin_m: Least distance from edges, and from the ends of a line; less where there is no room for it.
    """
    if len(corners) == 1:
        return np.tile(corners[0], (len(point), 1))
    if len(corners) == 2:
        along = corners[1] - corners[0]
        length = float(np.linalg.norm(along))
        end = min(margin_m / max(length, 1e-9), 0.5)
        share = np.clip((point - corners[0]) @ along / max(length, 1e-9) ** 2, end, 1.0 - end)
        return np.asarray(corners[0] + share[:, None] * along)
    try:
        hull = ConvexHull(corners)
    except QhullError:  # all in one line
        ends = corners[
            [np.argmin(corners @ np.ptp(corners, axis=0)), np.argmax(corners @ np.ptp(corners, axis=0))]
        ]
        return drawn_onto(point, ends, margin_m)
    normals, offsets = hull.equations[:, :2], hull.equations[:, 2]
    middle = corners[hull.vertices].mean(axis=0)
    margin = min(margin_m, _SHARE_OF_SIZE * float(-(normals @ middle + offsets).max()))
    inside = point.copy()
    for _ in range(_ROUNDS):
        beyond = inside @ normals.T + offsets + margin
        worst = np.argmax(beyond, axis=1)
        excess = np.take_along_axis(beyond, worst[:, None], axis=1)
        if excess.max() < 1e-6:
            break
        inside -= np.maximum(excess, 0.0) * normals[worst]
    # Between two edges that meet sharply the way leads on and on: what is left of it goes straight to the middle.
    slack = np.maximum(-(normals @ middle + offsets + margin), 1e-12)
    beyond = np.maximum(inside @ normals.T + offsets + margin, 0.0)
    share = (slack / (slack + beyond)).min(axis=1, keepdims=True)
    return np.asarray(middle + share * (inside - middle))


def carried_shift(
    point: Floats, feet_m: Floats, carries: NDArray[np.bool_], height_m: float, step_s: float
) -> Floats:
    """How to shift the centre of mass so that the feet on the ground carry it.

    Args:
        point: The zero-moment point as it is, shape (n, 2).
        feet_m: Where the feet are, shape (n, feet, 2).
        carries: Which of them are on the ground, shape (n, feet).
        height_m: Of the centre of mass.
        step_s: Between rows.

    Returns:
        The shift, shape (n, 2) [m].
    """
    wanted = point.copy()
    changes = 1 + np.flatnonzero(np.any(np.diff(carries, axis=0), axis=1))
    for first, last in zip([0, *changes], [*changes, len(point)], strict=True):
        on = carries[first]
        if on.any():
            wanted[first:last] = drawn_onto(point[first:last], feet_m[(first + last) // 2, on], MARGIN_M)
    return pendulum_shift(wanted - point, height_m, step_s)


def pendulum_shift(move: Floats, height_m: float, step_s: float) -> Floats:
    """The bounded solution of c − (z/g) c″ = move with c = 0 at both ends, shape (n, 2)."""
    side = height_m / GRAVITY_M_S2 / step_s**2
    bands = np.zeros((3, len(move)))
    bands[0, 2:] = bands[2, :-2] = -side
    bands[1] = 1.0
    bands[1, 1:-1] += 2.0 * side
    aim = move.copy()
    aim[0] = aim[-1] = 0.0
    return np.asarray(solve_banded((1, 1), bands, aim))


def height_of_mass_m(model: mujoco.MjModel, qpos: Floats) -> float:
    """Mean height of the centre of mass in postures, shape (n, 7 + j) [m]."""
    data = mujoco.MjData(model)
    heights = []
    for posture in qpos[:: max(1, len(qpos) // _POSTURES)]:
        data.qpos[:] = posture
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        heights.append(data.subtree_com[1][2])
    return float(np.mean(heights))
