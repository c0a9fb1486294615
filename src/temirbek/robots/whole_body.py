"""The whole-body controller: at each control step, the joint torques that follow the reference best.

An inverse-dynamics quadratic programme (the family of Herzog et al., arXiv 1410.7284, and TSID), solved with daqp
(:mod:`~temirbek.robots.programme`):

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
from math import cos, sin

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.robots.bodies.body import Body
from temirbek.robots.kinematics import Kinematics
from temirbek.robots.programme import NO_BOUND, Programme
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
GIVES_WAY = 0.003
"""What is left of the weight of a trunk as the dance has it when only its turning can still bring the balance back.
About the vertical, too: braking a turn takes friction all over the sole, and the force cannot go to its edge then."""
LEAVES_S, LEAVES_SHARE = 0.25, 0.4
"""A flat foot that lifts so soon and bears so little may roll over its edge: an ankle at its limit would else hold the
whole body back that leans away from it."""
ROLLS = 0.01
"""What is then left of the weight of its lying flat."""
MOST_TURNING_RAD_S2 = np.array([40.0, 40.0, 15.0])
"""No more is asked of the trunk to come back to where the dance has it: about the vertical friction holds no more, and
what is asked in vain keeps the ground's force from where the balance needs it."""
SLIDING_RAD_S = 0.1
"""Joint speed from which dry friction is fully compensated."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effort:
    """What the motors shall do.

    Attributes:
        torques_nm: Of the joints [N·m].
        solved: False where the last good ones were kept.
        follows: Which joints do what the reference has them do, shape (j,). The gains of the others would pull against
            the torques: a leg whose foot was called down early is elsewhere.
    """

    torques_nm: Floats
    solved: bool
    follows: NDArray[np.bool_]


class WholeBody:
    """Turns a state and a row of the reference into joint torques.

    Args:
        body: Data of the robot's kind.
        model: Its limits.
        physics: The robot alone, for its dynamics.
        kinematics: Of the same robot, where others look at it, too; None: its own.
    """

    def __init__(
        self,
        body: Body,
        model: RobotModel,
        physics: mujoco.MjModel,
        kinematics: Kinematics | None = None,
    ) -> None:
        self._kinematics = kinematics or Kinematics(physics)
        self._physics, self._data = physics, self._kinematics.data
        self._limits = model
        self._feet = np.array([physics.body(f.link).id for f in body.feet])
        self._soles = np.array([physics.site(f"{f.name}_sole").id for f in body.feet])
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
        self._legs = np.array([[n.startswith(f"{f.name}_") for n in model.joint_names] for f in body.feet])
        self._legs &= support
        self._every_joint = np.ones(len(model.joint_names), dtype=bool)
        self._last = np.zeros(len(model.joint_names))
        self._body, self._footing = body, Footing(body)
        self._allocate()

    def _allocate(self) -> None:
        nv, feet, data = self._physics.nv, len(self._feet), self._data
        edges = 4 * self._points.shape[1]
        self._programme = Programme(FORCE_WEIGHT, self._torque_nm)
        self._edges_per_foot = edges
        rows_per_foot = 6 if self._flat else 3
        self._task = np.zeros((3 + feet * rows_per_foot, nv))
        self._aim, self._weight = np.zeros(len(self._task)), np.zeros((len(self._task), 1))
        com_weight, height_weight = self._tuning.com_weight, self._tuning.com_height_weight
        self._weight[:3, 0] = com_weight, com_weight, height_weight
        self._foot_rows = self._task[3:].reshape(feet, rows_per_foot, nv)
        self._foot_aims = self._aim[3:].reshape(feet, rows_per_foot)
        self._foot_weights = self._weight[3:].reshape(feet, rows_per_foot)
        self._posture_weight = np.zeros(nv)
        self._posture_weight[3:6], self._posture_weight[6:] = (
            self._tuning.orientation_weight,
            self._joint_weight,
        )
        self._diagonal = self._posture_weight + REGULARISATION
        self._wanted = np.zeros(nv)
        self._inertia = np.zeros((nv, nv))
        # Flat soles' own motion is their task: no copy.
        self._jacobian = self._foot_rows if self._flat else np.zeros((feet, 6, nv))
        self._jacobian_rate = np.zeros((feet, 6, nv))
        self._soles_and_rates = [
            (link, j[:3], j[3:], r[:3], r[3:])
            for link, j, r in zip(self._feet.tolist(), self._jacobian, self._jacobian_rate, strict=True)
        ]
        self._boundless = np.full(feet * edges, NO_BOUND)
        side = FRICTION / np.sqrt(2.0)
        self._edges = np.array([(sx * side, sy * side, 1.0) for sx in (1, -1) for sy in (1, -1)]).T
        # Force d at arm r turns the link by r × d, which is linear in r: one matrix says it for all edges.
        self._turning = np.concatenate([np.cross(np.eye(3), d) for d in self._edges.T], axis=1)
        self._wrench = np.zeros((*self._points.shape[:2], 4, 6))
        self._wrench[..., :3] = self._edges.T
        self._trunk, self._turn, self._tilt = np.zeros(4), np.zeros(4), np.zeros(3)
        limits, t = self._limits, LIMIT_HORIZON_S
        self._reach_rad_s2 = 2.0 / t**2 * limits.lower_rad, 2.0 / t**2 * limits.upper_rad
        self._fastest_rad_s2 = limits.velocity_limit_rad_s / t
        self._q, self._v, self._com_m = data.qpos, data.qvel, data.subtree_com[1]
        self._body_m, self._sole_m = data.xpos, data.site_xpos
        self._body_matrix, self._sole_matrix = data.xmat, data.site_xmat
        self._qfrc_bias, self._qfrc_passive = data.qfrc_bias, data.qfrc_passive

    def begin_anew(self) -> None:
        """Another reference follows: feet count from where they stand then. All of them must stand."""
        self._footing = Footing(self._body)

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
        hessian, gradient = self._cost(reference, row, aim)
        follows = self._every_joint
        if aim.strays.any():
            follows = np.logical_not(np.logical_or.reduce(self._legs[aim.strays]))
        torques_nm = self._programme.torques(
            hessian,
            gradient,
            self._inertia,
            self._bias,
            self._edge_forces(),
            self._most_n(aim),
            self._reachable(),
        )
        if torques_nm is None:
            return Effort(torques_nm=self._last, solved=False, follows=follows)
        dry = self._dry_friction_nm * np.tanh(reference.qvel[row, 6:] / SLIDING_RAD_S)
        self._last = torques_nm + dry
        return Effort(torques_nm=self._last, solved=True, follows=follows)

    def _update_dynamics(self, state: RobotState) -> None:
        physics, data = self._physics, self._data
        self._kinematics.take(state)
        mujoco.mj_crb(physics, data)
        mujoco.mj_passive(physics, data)
        mujoco.mj_rne(physics, data, 0, self._qfrc_bias)
        mujoco.mj_fullM(physics, data, self._inertia)
        self._momentum_bias = self._qfrc_bias[:3] / self._mass_kg + GRAVITY_M_S2
        self._bias = self._qfrc_bias - self._qfrc_passive

    def _follow_feet(self, reference: Reference, k: int, felt: NDArray[np.bool_]) -> Aim:
        """Where the feet are, and how far the balance is from the reference's, decides what they do."""
        matrices = self._sole_matrix.take(self._soles, axis=0)
        soles = np.zeros((len(matrices), 4))
        self._places = soles[:, :3] = self._sole_m.take(self._soles, axis=0)
        if self._flat:
            soles[:, 3] = np.arctan2(matrices[:, 3], matrices[:, 0])
        slopes = -matrices[:, 2:6:3] / matrices[:, 8:]
        self._com_m_s = self._inertia[:3] @ self._v / self._mass_kg
        error = self._com_m - reference.com_m[k]
        error += (self._com_m_s - reference.com_m_s[k]) / reference.pendulum_rad_s
        return self._footing.update(reference, k, soles, slopes, felt, error[:2])

    def _set_tasks(self, reference: Reference, k: int, aim: Aim) -> None:
        np.divide(self._inertia[:3], self._mass_kg, out=self._task[:3])
        self._aim[:3] = (
            reference.com_m_s2[k]
            + aim.com_m_s2
            + COM_KP * (reference.com_m[k] + aim.com_m - self._com_m)
            + COM_KD * (reference.com_m_s[k] + aim.com_m_s - self._com_m_s)
            - self._momentum_bias
        )
        physics, data, places = self._physics, self._data, self._places
        for (link, linear, angular, linear_rate, angular_rate), point in zip(
            self._soles_and_rates, places, strict=True
        ):
            mujoco.mj_jac(physics, data, linear, angular, point, link)
            mujoco.mj_jacDot(physics, data, linear_rate, angular_rate, point, link)
        nv, feet = physics.nv, len(self._feet)
        velocity = (self._jacobian.reshape(-1, nv) @ self._v).reshape(feet, 6)
        brought = (self._jacobian_rate.reshape(-1, nv) @ self._v).reshape(feet, 6)
        standing = -brought - STANCE_KD * velocity
        if self._flat:
            self._foot_aims[:] = standing
        else:
            np.matmul(self._rolling, self._jacobian, out=self._foot_rows)
            np.matmul(standing, self._rolling.T, out=self._foot_aims)
        self._foot_weights[:] = self._tuning.stance_weight
        if self._flat:
            leaves = (reference.lift_row[k] - k) * reference.step_s < LEAVES_S
            leaves &= reference.share[k] < LEAVES_SHARE
            self._foot_weights[leaves, 3:5] *= ROLLS
        if aim.carries.all():
            return
        size = self._foot_rows.shape[1]
        for f in np.flatnonzero(~aim.carries).tolist():
            if not self._flat:
                self._foot_rows[f] = self._jacobian[f, :size]
            self._foot_aims[f] = self._swing_aim(f, reference, k, aim, velocity[f], brought[f])[:size]
            self._foot_weights[f] = self._tuning.swing_weight

    def _swing_aim(
        self, f: int, reference: Reference, k: int, aim: Aim, velocity: Floats, brought: Floats
    ) -> Floats:
        """Acceleration (linear, angular) that a sole in the air should have, less what the motion brings by itself."""
        sole = self._soles[f]
        wanted: Floats = -brought - SWING_KD * velocity
        wanted[:3] += reference.foot_m_s2[k, f] + aim.shift_rate2[f, :3]
        wanted[:3] += SWING_KD * (reference.foot_m_s[k, f] + aim.shift_rate[f, :3])
        wanted[:3] += SWING_KP * (reference.foot_m[k, f] + aim.shift[f, :3] - self._sole_m[sole])
        wanted[5] += SWING_KD * aim.shift_rate[f, 3] + aim.shift_rate2[f, 3]
        if self._flat:
            turning, turning_faster = _turning_of(reference, k, f)
            wanted[3:] += SWING_KD * turning + turning_faster
            laid = _laid(reference.foot_matrix[k, f], aim.shift[f, 3], aim.slope)
            wanted[3:] += SWING_KP * _rotation_error(laid, self._sole_matrix[sole].reshape(3, 3))
        return wanted

    def _cost(self, reference: Reference, k: int, aim: Aim) -> tuple[Floats, Floats]:
        """Hessian and gradient of the tasks in the accelerations, shapes (nv, nv) and (nv,)."""
        wanted, half = self._wanted, 0.5 * aim.turn_rad
        upright = self._tuning.orientation_weight * GIVES_WAY ** (1.0 - aim.calm)
        self._posture_weight[3:6], self._diagonal[3:6] = upright, upright + REGULARISATION
        self._turn[0], self._turn[3] = cos(half), sin(half)
        mujoco.mju_mulQuat(self._trunk, self._turn, reference.qpos[k, 3:7])
        mujoco.mju_subQuat(self._tilt, self._trunk, self._q[3:7])
        np.subtract(reference.qvel[k], self._v, out=wanted)
        wanted[3:6] *= ORIENTATION_KD
        wanted[3:6] += ORIENTATION_KP * self._tilt
        if self._flat:
            wanted[3:6] = np.minimum(np.maximum(wanted[3:6], -MOST_TURNING_RAD_S2), MOST_TURNING_RAD_S2)
        wanted[6:] *= self._joint_kd
        wanted[6:] += self._joint_kp * (reference.qpos[k, 7:] - self._q[7:])
        wanted += reference.qacc[k]
        wanted *= self._posture_weight
        weighted = (self._task * self._weight).T
        hessian = weighted @ self._task
        hessian.reshape(-1)[:: len(hessian) + 1] += self._diagonal
        return hessian, -(weighted @ self._aim) - wanted

    def _most_n(self, aim: Aim) -> Floats:
        """How much force each edge may bear."""
        if aim.carries.all() and aim.load.min() >= 1.0:
            return self._boundless
        limit = np.where(aim.load < 1.0, EDGE_LIMIT_N * aim.load, NO_BOUND)
        return np.repeat(np.where(aim.carries, limit, 0.0), self._edges_per_foot)

    def _edge_forces(self) -> Floats:
        """Generalised force of each edge of each friction pyramid, shape (edges, nv)."""
        matrices = self._body_matrix.take(self._feet, axis=0).reshape(-1, 3, 3)
        origins = self._body_m.take(self._feet, axis=0) - self._places - self._drop_m
        arms = self._points @ matrices.swapaxes(1, 2) + origins[:, None]
        # The power of each edge is d · (v + ω × r) = d · v + (r × d) · ω.
        self._wrench[..., 3:] = (arms @ self._turning).reshape(*arms.shape[:2], 4, 3)
        generalised: Floats = self._wrench.reshape(len(self._feet), -1, 6) @ self._jacobian
        return generalised.reshape(-1, self._physics.nv)

    def _reachable(self) -> tuple[Floats, Floats]:
        """Least and greatest accelerations that keep joints within reach and speed over the next instants."""
        t, fastest = LIMIT_HORIZON_S, self._fastest_rad_s2
        speed = self._v[6:] / t
        ahead = 2.0 / t**2 * self._q[7:] + 2.0 * speed
        up = np.minimum(self._reach_rad_s2[1] - ahead, fastest - speed)
        down = np.maximum(self._reach_rad_s2[0] - ahead, -fastest - speed)
        middle = 0.5 * (up + down)
        return np.minimum(down, middle), np.maximum(up, middle)


def _turning_of(reference: Reference, k: int, f: int) -> tuple[Floats, Floats]:
    """Angular velocity and acceleration of a sole in the reference, from its rows around row ``k``."""
    before, after = max(k - 1, 0), min(k + 1, len(reference.foot_matrix) - 1)
    now = reference.foot_matrix[k, f]
    came = _rotation_error(now, reference.foot_matrix[before, f])
    goes = _rotation_error(reference.foot_matrix[after, f], now)
    step_s = reference.step_s
    return (came + goes) * (0.5 / step_s), (goes - came) / step_s**2


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
