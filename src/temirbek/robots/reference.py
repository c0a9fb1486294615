"""What a controller follows: a trajectory on the control's own time steps, with its centre of mass and its feet.

Everything is computed once before the dance, from the reference's own positions, velocities and accelerations: the
rates of the centre of mass follow from rigid-body dynamics (the free base's first three rows of M q̈ + h are the total
force, m (c̈ − g)), so that nothing is differentiated numerically.
"""

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import lfilter
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
HANDOVER_S = 0.1
"""Time in which the balance passes from foot to foot."""
LEAST_SHARE = 1e-6
"""Keeps shares defined where no foot carries."""
NEVER = 1 << 30
"""The row in which a foot leaves that does not: motion that ends on both feet unloads neither."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """Rows of a trajectory at even steps of mix time.

    Attributes:
        start_s, step_s: Mix time of the first row and between rows [s].
        qpos, qvel, qacc, contacts: As in :class:`~temirbek.types.Trajectory`.
        com_m, com_m_s, com_m_s2: Centre of mass and its rates, shape (n, 3).
        foot_m, foot_m_s, foot_m_s2: Soles and their rates, shape (n, feet, 3).
        foot_matrix: Orientation of the soles, shape (n, feet, 3, 3).
        soles: Places of the soles: x, y, z [m] and heading [rad], shape (n, feet, 4).
        touch_row, lift_row: For each row and foot, the next row (this one, too) at which it carries, at which it does
            not, shape (n, feet). Where there is none: the last row, to come down by; :data:`NEVER`, to leave.
        share: What part of the balance rests on each foot, shape (n, feet).
        coming_share: The same, over the time to come: Σ share · e^(−ω t), shape (n, feet).
        pendulum_rad_s: ω of the inverted pendulum.
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
    soles: Floats
    touch_row: NDArray[np.int64]
    lift_row: NDArray[np.int64]
    share: Floats
    coming_share: Floats
    pendulum_rad_s: float


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
    course = _Course(physics, body, rows)
    for k in range(rows):
        course.note(k, qpos[k], qvel[k], qacc[k])
        if not contacts[k].all():
            course.note_feet_rates(k)
    mass_kg = float(physics.body_subtreemass[1])
    com_m_s2 = course.force[:, :3] / mass_kg + GRAVITY_M_S2
    shift = _balance(body, course, qpos, contacts, mass_kg, step_s)
    heading = np.arctan2(course.foot_matrix[..., 1, 0], course.foot_matrix[..., 0, 0])
    if len(body.feet[0].points_m) == 1:  # a ball has no heading, whatever the calf above it does
        heading[:] = 0.0
    soles = np.concatenate([course.foot_m, heading[..., None]], axis=-1)
    height_m = float((course.com_m[:, 2] - course.foot_m[..., 2].min(axis=1)).mean()) + body.feet[0].radius_m
    pendulum_rad_s = float(np.sqrt(GRAVITY / height_m))
    share = shares(contacts, step_s)
    return Reference(
        start_s=start_s,
        step_s=step_s,
        qpos=qpos,
        qvel=qvel,
        qacc=qacc,
        contacts=contacts,
        com_m=_moved(course.com_m, shift.by_m),
        com_m_s=_moved(course.com_m_s, shift.by_m_s),
        com_m_s2=_moved(com_m_s2, shift.by_m_s2),
        foot_m=course.foot_m,
        foot_m_s=course.foot_m_s,
        foot_m_s2=course.foot_m_s2,
        foot_matrix=course.foot_matrix,
        soles=soles,
        touch_row=next_rows(contacts),
        lift_row=next_rows(~contacts, otherwise=NEVER),
        share=share,
        coming_share=coming_shares(share, pendulum_rad_s * step_s),
        pendulum_rad_s=pendulum_rad_s,
    )


def shares(contacts: NDArray[np.bool_], step_s: float) -> Floats:
    """What part of the balance rests on each foot: all of it on a foot that stands alone, passed on within HANDOVER_S.

    Args:
        contacts: Which feet carry, shape (n, feet).
        step_s: Between rows [s].
    """
    size = 2 * round(HANDOVER_S / step_s / 2.0) + 1
    inner = minimum_filter1d(contacts.astype(float), size, axis=0, mode="nearest")
    soft = uniform_filter1d(inner, size, axis=0, mode="nearest") * contacts + LEAST_SHARE * (
        contacts + LEAST_SHARE
    )
    share: Floats = soft / soft.sum(axis=1, keepdims=True)
    return share


def coming_shares(share: Floats, decay: float) -> Floats:
    """∫ ω e^{−ω(s−t)} share(s) ds from each row on; after the last row it stays as it is."""
    keep = np.exp(-decay)
    backwards = share[::-1]
    coming: Floats = lfilter([1.0 - keep], [1.0, -keep], backwards, axis=0, zi=keep * backwards[:1])[0][::-1]
    return coming


def next_rows(flags: NDArray[np.bool_], otherwise: int | None = None) -> NDArray[np.int64]:
    """For each row the next one, from it on, whose flag is set; ``otherwise``, or the last row, where there is none."""
    none = len(flags) - 1 if otherwise is None else otherwise
    rows = np.where(flags, np.arange(len(flags))[:, None], none)
    found: NDArray[np.int64] = np.minimum.accumulate(rows[::-1], axis=0)[::-1]
    return found


class _Course:
    """What follows row by row from the robot's kinematics and dynamics."""

    def __init__(self, physics: mujoco.MjModel, body: Body, rows: int) -> None:
        self._physics, self._data = physics, mujoco.MjData(physics)
        self._sites = [physics.site(f"{f.name}_sole").id for f in body.feet]
        self._links = [physics.body(f.link).id for f in body.feet]
        self._jacobian, self._rate = np.zeros((3, physics.nv)), np.zeros((3, physics.nv))
        feet = len(body.feet)
        self.com_m, self.com_m_s = np.zeros((rows, 3)), np.zeros((rows, 3))
        self.force = np.zeros((rows, physics.nv))
        self.foot_m, self.foot_matrix = np.zeros((rows, feet, 3)), np.zeros((rows, feet, 3, 3))
        self.foot_m_s, self.foot_m_s2 = np.zeros((rows, feet, 3)), np.zeros((rows, feet, 3))

    def note(self, k: int, qpos: Floats, qvel: Floats, qacc: Floats) -> None:
        physics, data = self._physics, self._data
        data.qpos[:], data.qvel[:], data.qacc[:] = qpos, qvel, qacc
        mujoco.mj_kinematics(physics, data)
        mujoco.mj_comPos(physics, data)
        mujoco.mj_comVel(physics, data)
        mujoco.mj_subtreeVel(physics, data)
        mujoco.mj_rne(physics, data, 1, self.force[k])
        self.com_m[k], self.com_m_s[k] = data.subtree_com[1], data.subtree_linvel[1]
        self.foot_m[k] = data.site_xpos[self._sites]
        self.foot_matrix[k] = data.site_xmat[self._sites].reshape(-1, 3, 3)

    def note_feet_rates(self, k: int) -> None:
        """Speeds and accelerations of the soles, for the row just noted."""
        physics, data = self._physics, self._data
        for f, link in enumerate(self._links):
            mujoco.mj_jac(physics, data, self._jacobian, None, self.foot_m[k, f], link)
            mujoco.mj_jacDot(physics, data, self._rate, None, self.foot_m[k, f], link)
            self.foot_m_s[k, f] = self._jacobian @ data.qvel
            self.foot_m_s2[k, f] = self._jacobian @ data.qacc + self._rate @ data.qvel


def _moved(rows: Floats, horizontally: Floats) -> Floats:
    return rows + np.pad(horizontally, ((0, 0), (0, 1)))


def _balance(
    body: Body, course: _Course, qpos: Floats, contacts: NDArray[np.bool_], mass_kg: float, step_s: float
) -> Shift:
    """What the centre of mass must change so that the soles can carry the motion."""
    arms = np.array([[np.subtract(p, f.sole_m) for p in f.points_m] for f in body.feet])
    points = course.foot_m[:, :, None] + arms @ course.foot_matrix.swapaxes(-1, -2)
    ground_m = float(points[0, ..., 2].min()) - body.feet[0].radius_m
    turns = Rotation.from_quat(np.roll(qpos[:, 3:7], -1, axis=1))
    presses = course.force[:, 2] > LEAST_PRESSURE * mass_kg * GRAVITY
    force = np.where(presses[:, None], course.force[:, :3], np.nan)
    asked = zero_moment_point(qpos[:, :3], force, turns.apply(course.force[:, 3:6]), ground_m)
    return carried_shift(
        asked,
        points[..., :2].reshape(len(qpos), -1, 2),
        np.repeat(contacts, points.shape[2], axis=1),
        float(turns[0].as_euler("ZYX")[0]),
        float(course.com_m[0, 2]) - ground_m,
        step_s,
    )
