"""What a controller follows: a trajectory on the control's own time steps, with its centre of mass and its feet.

Everything is computed once before the dance, from the reference's own positions, velocities and accelerations: the
rates of the centre of mass follow from rigid-body dynamics (the free base's first three rows of M q̈ + h are the total
force, m (c̈ − g)), so that nothing is differentiated numerically.
"""

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from temirbek.robots.bodies.body import Body
from temirbek.robots.preview import (
    GRAVITY,
    LEAST_PRESSURE,
    Shift,
    carried_shift,
    zero_moment_point,
)
from temirbek.types import Trajectory

Floats = NDArray[np.float64]
GRAVITY_M_S2 = np.array([0.0, 0.0, -GRAVITY])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """Rows of a trajectory at even steps of mix time.

    Attributes:
        start_s, step_s: Mix time of the first row and between rows [s].
        qpos, qvel, qacc, contacts: As in :class:`~temirbek.types.Trajectory`.
        com_m, com_m_s, com_m_s2: Centre of mass and its rates, shape (n, 3).
        foot_m, foot_m_s, foot_m_s2: Soles and their rates, shape (n, feet, 3).
        foot_matrix: Orientation of the soles, shape (n, feet, 3, 3).
    """

    start_s: float
    step_s: float
    qpos: Floats
    qvel: Floats
    qacc: Floats
    contacts: NDArray[np.bool_]
    com_m: Floats
    com_m_s: Floats
    com_m_s2: Floats
    foot_m: Floats
    foot_m_s: Floats
    foot_m_s2: Floats
    foot_matrix: Floats

    def row_at(self, mix_s: float) -> int:
        """Index of the row at a mix time, held at the ends."""
        row = round((mix_s - self.start_s) / self.step_s)
        return min(max(row, 0), len(self.qpos) - 1)


def sample(trajectory: Trajectory, times_s: Floats) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """The trajectory at many mix times at once: what ``trajectory.at`` answers, as arrays."""
    x = (times_s - trajectory.start_s) * trajectory.rate_hz
    last = len(trajectory.qpos) - 1
    i = np.clip(np.floor(x).astype(int), 0, last - 1)
    u = np.clip(x - i, 0.0, 1.0)[:, None]
    qpos = (1 - u) * trajectory.qpos[i] + u * trajectory.qpos[i + 1]
    quat_i, quat_j = trajectory.qpos[i, 3:7], trajectory.qpos[i + 1, 3:7]
    sign = np.where((quat_i * quat_j).sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
    quat = (1 - u) * quat_i + u * sign * quat_j
    qpos[:, 3:7] = quat / np.linalg.norm(quat, axis=1, keepdims=True)
    inside = ((x >= 0) & (x <= last))[:, None]
    qvel = np.where(inside, (1 - u) * trajectory.qvel[i] + u * trajectory.qvel[i + 1], 0.0)
    qacc = np.where(inside, (1 - u) * trajectory.qacc[i] + u * trajectory.qacc[i + 1], 0.0)
    contacts = trajectory.contacts[i + (u[:, 0] >= 0.5)]
    return qpos, qvel, qacc, contacts


def make_reference(
    trajectory: Trajectory, physics: mujoco.MjModel, body: Body, *, start_s: float, step_s: float, rows: int
) -> Reference:
    """Samples a trajectory and works out where its centre of mass and its soles are.

    Args:
        trajectory: Of a robot of this body.
        physics: The robot alone (:func:`~temirbek.robots.robot_physics`).
        body: Its data.
        start_s: Mix time of the first row [s].
        step_s: Between rows [s].
        rows: How many.
    """
    qpos, qvel, qacc, contacts = sample(trajectory, start_s + step_s * np.arange(rows, dtype=np.float64))
    n, feet = rows, len(body.feet)
    com, com_v, com_a = np.zeros((n, 3)), np.zeros((n, 3)), np.zeros((n, 3))
    foot, foot_v, foot_a = np.zeros((n, feet, 3)), np.zeros((n, feet, 3)), np.zeros((n, feet, 3))
    matrix = np.zeros((n, feet, 3, 3))
    data = mujoco.MjData(physics)
    sites = [physics.site(f"{f.name}_sole").id for f in body.feet]
    links = [physics.body(f.link).id for f in body.feet]
    mass = float(physics.body_subtreemass[1])
    forces = np.zeros((n, physics.nv))
    jacobian, rate = np.zeros((3, physics.nv)), np.zeros((3, physics.nv))
    flying = np.logical_not(contacts.all(axis=1))
    for k in range(n):
        data.qpos[:], data.qvel[:], data.qacc[:] = qpos[k], qvel[k], qacc[k]
        mujoco.mj_kinematics(physics, data)
        mujoco.mj_comPos(physics, data)
        mujoco.mj_comVel(physics, data)
        mujoco.mj_subtreeVel(physics, data)
        mujoco.mj_rne(physics, data, 1, forces[k])
        com[k], com_v[k] = data.subtree_com[1], data.subtree_linvel[1]
        com_a[k] = forces[k, :3] / mass + GRAVITY_M_S2
        foot[k], matrix[k] = data.site_xpos[sites], data.site_xmat[sites].reshape(feet, 3, 3)
        if flying[k]:
            for f in range(feet):
                point = foot[k, f]
                mujoco.mj_jac(physics, data, jacobian, None, point, links[f])
                mujoco.mj_jacDot(physics, data, rate, None, point, links[f])
                foot_v[k, f] = jacobian @ qvel[k]
                foot_a[k, f] = jacobian @ qacc[k] + rate @ qvel[k]
    shift = _balance(body, qpos, forces, com, foot, matrix, contacts, mass, step_s)
    com[:, :2] += shift.by_m
    com_v[:, :2] += shift.by_m_s
    com_a[:, :2] += shift.by_m_s2
    return Reference(
        start_s=start_s,
        step_s=step_s,
        qpos=qpos,
        qvel=qvel,
        qacc=qacc,
        contacts=contacts,
        com_m=com,
        com_m_s=com_v,
        com_m_s2=com_a,
        foot_m=foot,
        foot_m_s=foot_v,
        foot_m_s2=foot_a,
        foot_matrix=matrix,
    )


def _balance(
    body: Body,
    qpos: Floats,
    forces: Floats,
    com_m: Floats,
    foot_m: Floats,
    foot_matrix: Floats,
    contacts: NDArray[np.bool_],
    mass_kg: float,
    step_s: float,
) -> Shift:
    """What the centre of mass must change so that the soles can carry the motion."""
    arms = np.array([[np.subtract(p, f.sole_m) for p in f.points_m] for f in body.feet])
    points = foot_m[:, :, None] + arms @ foot_matrix.swapaxes(-1, -2)
    ground_m = float(points[0, ..., 2].min()) - body.feet[0].radius_m
    turns = Rotation.from_quat(np.roll(qpos[:, 3:7], -1, axis=1))
    presses = forces[:, 2] > LEAST_PRESSURE * mass_kg * GRAVITY
    force = np.where(presses[:, None], forces[:, :3], np.nan)
    asked = zero_moment_point(qpos[:, :3], force, turns.apply(forces[:, 3:6]), ground_m)
    return carried_shift(
        asked,
        points[..., :2].reshape(len(qpos), -1, 2),
        np.repeat(contacts, points.shape[2], axis=1),
        float(turns[0].as_euler("ZYX")[0]),
        float(com_m[0, 2]) - ground_m,
        step_s,
    )
