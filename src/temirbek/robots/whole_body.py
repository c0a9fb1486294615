"""The whole-body controller: at each control step, the joint torques that follow the reference best.

An inverse-dynamics quadratic programme (the family of Herzog et al., arXiv 1410.7284, and TSID), solved with daqp:

    minimise over x = [q̈, λ]    Σ w ‖J q̈ + J̇ q̇ − a*‖²  +  ε ‖λ‖²
    such that                   the free base's six rows of  M q̈ + h = S τ + Jcᵀ G λ
                                |τ| ≤ margin · limit,   λ ≥ 0,   joint limits and speeds ahead

Tasks: centre of mass, base orientation, joint postures (the arms are free to dance, the legs serve the balance),
planted soles that do not move, swinging soles that follow the reference. Each a* is the reference's acceleration plus
feedback. Contact forces are sums of the edges of a friction pyramid at the points of each sole, G λ, so that friction
needs bounds only and the programme stays small. The joints' dry friction, by which light limbs would come late, is added
along the reference's speed. One class serves both bodies: only the data differ.

Which feet carry, where the swinging ones go and how the centre of mass follows the feet that really stand is decided
in :mod:`~temirbek.robots.stepping`.
"""

from dataclasses import dataclass

import daqp
import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.robots.bodies.body import Body
from temirbek.robots.reference import GRAVITY_M_S2, Reference
from temirbek.robots.stepping import Aim, Footing
from temirbek.types import RobotModel, RobotState

Floats = NDArray[np.float64]

FRICTION = 0.55
TORQUE_MARGIN = 0.97
COM_KP, COM_KD = 100.0, 20.0
ORIENTATION_KP, ORIENTATION_KD = 200.0, 28.0
FREE_KP, SUPPORT_KP = 400.0, 100.0
STANCE_KD = 20.0
SWING_KP, SWING_KD = 400.0, 40.0
FORCE_WEIGHT, REGULARISATION = 1e-4, 1e-5
LIMIT_HORIZON_S = 0.05
EDGE_LIMIT_N = 200.0
"""Force along one edge of a friction pyramid when a foot takes its full share."""
SLIDING_RAD_S = 0.1
"""Joint speed from which dry friction is fully compensated."""
NO_BOUND = 1e30
EQUALITY = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effort:
    """Joint torques [N·m]; ``solved`` is False where the last good ones were kept."""

    torques_nm: Floats
    solved: bool


class WholeBody:
    """Turns a state and a row of the reference into joint torques.

    Args:
        body: Data of the robot's kind.
        model: Its limits.
        physics: The robot alone, for its dynamics.
    """

    def __init__(self, body: Body, model: RobotModel, physics: mujoco.MjModel) -> None:
        self._physics, self._data = physics, mujoco.MjData(physics)
        self._limits = model
        self._feet = [physics.body(f.link).id for f in body.feet]
        self._soles = [physics.site(f"{f.name}_sole").id for f in body.feet]
        self._flat = len(body.feet[0].points_m) > 1
        self._points = np.array([f.points_m for f in body.feet])
        self._drop_m = np.array([0.0, 0.0, body.feet[0].radius_m])
        # A ball that stands rolls: what does not move is its lowest point, v − r ω × z.
        self._rolling = np.eye(3, 6)
        self._rolling[0, 4], self._rolling[1, 3] = -body.feet[0].radius_m, body.feet[0].radius_m
        self._mass_kg = float(physics.body_subtreemass[1])
        self._tuning = body.tuning
        self._dry_friction_nm = physics.dof_frictionloss[6:].copy()
        self._torque_nm = TORQUE_MARGIN * model.torque_limit_nm - self._dry_friction_nm
        support = np.array([any(word in name for word in body.support_joints) for name in model.joint_names])
        self._joint_weight = np.where(
            support, body.tuning.support_joint_weight, body.tuning.free_joint_weight
        )
        self._joint_kp = np.where(support, SUPPORT_KP, FREE_KP)
        self._joint_kd = 2.0 * np.sqrt(self._joint_kp)
        self._last = np.zeros(len(model.joint_names))
        self._footing = Footing(body)
        self._allocate()

    def _allocate(self) -> None:
        nv, feet = self._physics.nv, len(self._feet)
        edges = 4 * self._points.shape[1]
        self._nx = nv + feet * edges
        rows_per_foot = 6 if self._flat else 3
        self._task = np.zeros((3 + feet * rows_per_foot, nv))
        self._aim, self._weight = np.zeros(len(self._task)), np.zeros(len(self._task))
        self._hessian = np.zeros((self._nx, self._nx))
        self._hessian[range(nv, self._nx), range(nv, self._nx)] = FORCE_WEIGHT
        self._gradient = np.zeros(self._nx)
        self._rows = np.zeros((nv, self._nx))
        self._upper = np.full(self._nx + nv, NO_BOUND)
        self._lower = np.full(self._nx + nv, -NO_BOUND)
        self._lower[nv : self._nx] = 0.0
        self._sense = np.zeros(self._nx + nv, dtype=np.int32)
        self._sense[self._nx : self._nx + 6] = EQUALITY
        self._inertia = np.zeros((nv, nv))
        self._jacobian = np.zeros((feet, 6, nv))
        self._jacobian_rate = np.zeros((6, nv))
        side = FRICTION / np.sqrt(2.0)
        self._edges = np.array([(sx * side, sy * side, 1.0) for sx in (1, -1) for sy in (1, -1)]).T
        self._arm = np.zeros((*self._points.shape[:2], 3, 3))
        self._wrench = np.zeros((*self._points.shape[:2], 4, 6))
        self._wrench[..., :3] = self._edges.T

    def solve(
        self, state: RobotState, reference: Reference, row: int, felt: NDArray[np.bool_] | None = None
    ) -> Effort:
        """The torques for this instant.

        Args:
            state: What the robot reports.
            reference: What it is to follow.
            row: Which row of it.
            felt: Which feet press the ground, shape (feet,); None: those that are to carry.
        """
        self._update_dynamics(state)
        aim = self._follow_feet(reference, row, reference.contacts[row] if felt is None else felt)
        self._set_tasks(reference, row, aim)
        self._set_cost(reference, row, aim)
        self._set_constraints(aim)
        x, _, flag, _ = daqp.solve(
            self._hessian, self._gradient, self._rows, self._upper, self._lower, self._sense
        )
        if flag < 1:
            return Effort(torques_nm=self._last, solved=False)
        dry = self._dry_friction_nm * np.tanh(reference.qvel[row, 6:] / SLIDING_RAD_S)
        self._last = (self._rows @ x + self._bias)[6:] + dry
        return Effort(torques_nm=self._last, solved=True)

    def _update_dynamics(self, state: RobotState) -> None:
        physics, data = self._physics, self._data
        data.qpos[:3], data.qpos[3:7], data.qpos[7:] = (
            state.base_position_m,
            state.base_quat_wxyz,
            state.joints_rad,
        )
        data.qvel[:3], data.qvel[3:6], data.qvel[6:] = (
            state.base_velocity_m_s,
            state.base_angular_rad_s,
            state.joints_rad_s,
        )
        mujoco.mj_kinematics(physics, data)
        mujoco.mj_comPos(physics, data)
        mujoco.mj_crb(physics, data)
        mujoco.mj_comVel(physics, data)
        mujoco.mj_passive(physics, data)
        mujoco.mj_rne(physics, data, 0, data.qfrc_bias)
        mujoco.mj_fullM(physics, data, self._inertia)
        self._momentum_bias = data.qfrc_bias[:3] / self._mass_kg + GRAVITY_M_S2
        self._bias = data.qfrc_bias - data.qfrc_passive

    def _follow_feet(self, reference: Reference, k: int, felt: NDArray[np.bool_]) -> Aim:
        """Where the feet are, and how far the balance is from the reference's, decides what they do."""
        data = self._data
        matrices = data.site_xmat[self._soles]
        heading = np.arctan2(matrices[:, 3], matrices[:, 0]) if self._flat else np.zeros(len(matrices))
        soles = np.column_stack([data.site_xpos[self._soles], heading])
        slopes = -matrices[:, [2, 5]] / matrices[:, 8:]
        self._com_m_s = self._inertia[:3] @ data.qvel / self._mass_kg
        error = data.subtree_com[1] - reference.com_m[k]
        error += (self._com_m_s - reference.com_m_s[k]) / reference.pendulum_rad_s
        return self._footing.update(reference, k, soles, slopes, felt, error[:2])

    def _set_tasks(self, reference: Reference, k: int, aim: Aim) -> None:
        data = self._data
        self._task[:3] = self._inertia[:3] / self._mass_kg
        self._aim[:3] = (
            reference.com_m_s2[k]
            + aim.com_m_s2
            + COM_KP * (reference.com_m[k] + aim.com_m - data.subtree_com[1])
            + COM_KD * (reference.com_m_s[k] + aim.com_m_s - self._com_m_s)
            - self._momentum_bias
        )
        tuning = self._tuning
        self._weight[:3] = (tuning.com_weight, tuning.com_weight, tuning.com_height_weight)
        size = 6 if self._flat else 3
        for f in range(len(self._feet)):
            rows = slice(3 + f * size, 3 + (f + 1) * size)
            self._aim[rows] = self._foot_aim(f, reference, k, aim)[:size]
            if aim.carries[f] and not self._flat:
                np.matmul(self._rolling, self._jacobian[f], out=self._task[rows])
            else:
                self._task[rows] = self._jacobian[f, :size]
            self._weight[rows] = tuning.stance_weight if aim.carries[f] else tuning.swing_weight

    def _foot_aim(self, f: int, reference: Reference, k: int, aim: Aim) -> Floats:
        """Acceleration (linear, angular) that a sole should have, less what the motion brings by itself."""
        data, v = self._data, self._data.qvel
        point, jacobian, rate = data.site_xpos[self._soles[f]], self._jacobian[f], self._jacobian_rate
        mujoco.mj_jac(self._physics, data, jacobian[:3], jacobian[3:], point, self._feet[f])
        mujoco.mj_jacDot(self._physics, data, rate[:3], rate[3:], point, self._feet[f])
        velocity: Floats = jacobian @ v
        wanted: Floats = -rate @ v
        if aim.carries[f]:
            wanted -= STANCE_KD * velocity
            return wanted if self._flat else self._rolling @ wanted
        wanted -= SWING_KD * velocity
        wanted[:3] += reference.foot_m_s2[k, f] + aim.shift_rate2[f, :3]
        wanted[:3] += SWING_KD * (reference.foot_m_s[k, f] + aim.shift_rate[f, :3])
        wanted[:3] += SWING_KP * (reference.foot_m[k, f] + aim.shift[f, :3] - point)
        wanted[5] += SWING_KD * aim.shift_rate[f, 3] + aim.shift_rate2[f, 3]
        matrix = data.site_xmat[self._soles[f]].reshape(3, 3)
        wanted[3:] += SWING_KP * _rotation_error(
            _laid(reference.foot_matrix[k, f], aim.shift[f, 3], aim.slope), matrix
        )
        return wanted

    def _set_cost(self, reference: Reference, k: int, aim: Aim) -> None:
        nv, data = self._physics.nv, self._data
        weighted = self._task * self._weight[:, None]
        hessian, gradient = self._hessian, self._gradient
        hessian[:nv, :nv] = weighted.T @ self._task
        gradient[:nv] = -(weighted.T @ self._aim)
        tilt = np.zeros(3)
        half = 0.5 * aim.turn_rad
        trunk = np.zeros(4)
        mujoco.mju_mulQuat(trunk, np.array([np.cos(half), 0.0, 0.0, np.sin(half)]), reference.qpos[k, 3:7])
        mujoco.mju_subQuat(tilt, trunk, data.qpos[3:7])
        turn = (
            reference.qacc[k, 3:6]
            + ORIENTATION_KP * tilt
            + ORIENTATION_KD * (reference.qvel[k, 3:6] - data.qvel[3:6])
        )
        posture = (
            reference.qacc[k, 6:]
            + self._joint_kp * (reference.qpos[k, 7:] - data.qpos[7:])
            + self._joint_kd * (reference.qvel[k, 6:] - data.qvel[6:])
        )
        diagonal = np.full(nv, REGULARISATION)
        diagonal[3:6] += self._tuning.orientation_weight
        diagonal[6:] += self._joint_weight
        hessian[range(nv), range(nv)] += diagonal
        gradient[3:6] -= self._tuning.orientation_weight * turn
        gradient[6:nv] -= self._joint_weight * posture

    def _set_constraints(self, aim: Aim) -> None:
        nv, nx, data = self._physics.nv, self._nx, self._data
        self._rows[:, :nv] = self._inertia
        self._rows[:, nv:] = -self._edge_jacobian()
        self._lower[nx : nx + 6] = self._upper[nx : nx + 6] = -self._bias[:6]
        self._upper[nx + 6 :] = self._torque_nm - self._bias[6:]
        self._lower[nx + 6 :] = -self._torque_nm - self._bias[6:]
        edges = (nx - nv) // len(self._feet)
        limit = np.where(aim.load < 1.0, EDGE_LIMIT_N * aim.load, NO_BOUND)
        self._upper[nv:nx] = np.repeat(np.where(aim.carries, limit, 0.0), edges)
        self._limit_acceleration(data.qpos[7:], data.qvel[6:])

    def _edge_jacobian(self) -> Floats:
        """Generalised force of each edge of each friction pyramid, shape (nv, edges)."""
        data = self._data
        matrices = data.xmat[self._feet].reshape(-1, 3, 3)
        origins = data.xpos[self._feet] - data.site_xpos[self._soles]
        arms = self._points @ matrices.swapaxes(1, 2) + origins[:, None] - self._drop_m
        # Force d at arm r turns the link by r × d: the power of each edge is d · (v + ω × r).
        self._arm[..., 0, 1], self._arm[..., 0, 2] = -arms[..., 2], arms[..., 1]
        self._arm[..., 1, 0], self._arm[..., 1, 2] = arms[..., 2], -arms[..., 0]
        self._arm[..., 2, 0], self._arm[..., 2, 1] = -arms[..., 1], arms[..., 0]
        self._wrench[..., 3:] = (self._arm @ self._edges).swapaxes(-1, -2)
        generalised = self._wrench.reshape(len(self._feet), -1, 6) @ self._jacobian
        return generalised.reshape(-1, self._physics.nv).T

    def _limit_acceleration(self, q: Floats, v: Floats) -> None:
        """Accelerations that keep joints within reach and speed over the next instants."""
        limits, t = self._limits, LIMIT_HORIZON_S
        nv = self._physics.nv
        up = np.minimum(2.0 * (limits.upper_rad - q - v * t) / t**2, (limits.velocity_limit_rad_s - v) / t)
        down = np.maximum(2.0 * (limits.lower_rad - q - v * t) / t**2, (-limits.velocity_limit_rad_s - v) / t)
        middle = 0.5 * (up + down)
        self._upper[6:nv] = np.maximum(up, middle)
        self._lower[6:nv] = np.minimum(down, middle)


def _laid(matrix: Floats, angle_rad: float, slope: Floats) -> Floats:
    """An orientation turned about the vertical and laid on a gentle slope (rise along x and y)."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    laid: Floats = np.array([[c, -s, -slope[0]], [s, c, -slope[1]], [0.0, 0.0, 1.0]])
    laid[2, :2] = slope @ laid[:2, :2]
    return laid @ matrix


def _rotation_error(target: Floats, current: Floats) -> Floats:
    """Small rotation from the current orientation to the target, stage frame [rad]."""
    relative = target @ current.T
    return 0.5 * np.array(
        [
            relative[2, 1] - relative[1, 2],
            relative[0, 2] - relative[2, 0],
            relative[1, 0] - relative[0, 1],
        ]
    )
