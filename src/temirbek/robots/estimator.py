"""Where a robot is and how it moves, from what it can feel itself: inertial unit, encoders, motors.

An error-state Kalman filter after Bloesch et al. (*State estimation for legged robots: consistent fusion of leg
kinematics and IMU*, RSS 2012), with the heading of flat feet after Rotella et al. (*State estimation for a humanoid
robot*, IROS 2014) and errors in the stage's frame as in Hartley et al. (*Contact-aided invariant extended Kalman
filtering*, arXiv 1904.09251). Gyroscope and accelerometer carry position, speed and attitude from step to step; every
foot that carries the robot is a place that does not move, and its leg says where that place is, seen from the base.

Which feet carry is felt (:mod:`~temirbek.robots.felt`). A foothold is learned at touchdown, forgotten while the foot
swings, and learned anew where the leg disagrees with it so much that the foot must have slipped. A ball foot rolls on
its ground by its radius.

What it cannot know: the place on the stage is what the start said plus the errors of all footholds since; the heading
likewise. Level is gravity's: a floor that is tilted appears so. New footholds are believed to lie, within two
centimetres, at the height of the first ones, which keeps the height from wandering.
"""

from math import cos, isfinite, sin, sqrt

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dposv

from temirbek.robots.bodies.body import Body
from temirbek.robots.felt import FeltForces
from temirbek.types import RobotModel, RobotReadings, RobotState

Floats = NDArray[np.float64]

P, V, TURN, GYRO_BIAS, ACCELERATION_BIAS, FEET = (slice(i, i + 3) for i in (0, 3, 6, 9, 12, 15))
"""Where the errors of position, velocity, attitude, biases and the first foothold lie in the filter's vector."""
ACCELERATION_M_S2, GYRO_RAD_S = 0.3, 0.01
"""Errors of one reading; larger than the sensors' own, because a reading stands for four milliseconds."""
ACCELERATION_WALK, GYRO_WALK = 2e-3, 3e-5
LEG_M, HEADING_RAD = 0.0015, 0.004
"""What a leg's chain of encoders is wrong by."""
CREEP_M, CREEP_RAD = 0.004, 0.01
"""How far a planted foot creeps and turns in a second (as a random walk)."""
SETTLING_M, SETTLING_S = 0.01, 0.02
"""A foot that has just touched down is not yet where it will stand."""
SETTLED_S = 20.0 * SETTLING_S
"""From then on nothing is left of that."""
LEVEL_M = 0.02
"""How far new footholds may lie above or below the first."""
UNKNOWN = 1e6
"""Variance of what a foot in the air says."""
SLIPPED = 16.3
"""χ² of three degrees of freedom at 0.999: a leg that disagrees more has slipped."""
TOUCHES, LEAVES, INSISTS = 0.08, 0.04, 0.2
"""Shares of the weight from which a foot is felt to carry, no longer to carry, to carry although it should not."""
EYE = np.eye(3)
SKEW = np.cross(np.eye(3)[:, None], np.eye(3)).swapaxes(1, 2).reshape(3, 9)
"""Vectors times this are their cross-product matrices, row by row."""
ONES = np.ones(3)
GRAVITY = np.array([0.0, 0.0, -9.81])
START_M, START_M_S, START_LEVEL_RAD, START_HEADING_RAD = 0.001, 0.02, 0.03, 0.001
START_GYRO_RAD_S, START_ACCELERATION_M_S2 = 0.004, 0.08
"""How well the start is known; level hardly, so that a tilted floor is noticed at once."""


class Estimator:
    """The state of one robot, kept up to date by its readings.

    Args:
        body: Data of the robot's kind.
        model: Its limits.
        physics: The robot alone, as it believes itself to be.
    """

    def __init__(self, body: Body, model: RobotModel, physics: mujoco.MjModel) -> None:
        self._physics, self._data = physics, mujoco.MjData(physics)
        self._feet = len(model.foot_names)
        self._links = [physics.body(f.link).id for f in body.feet]
        self._soles = np.array([physics.site(f"{f.name}_sole").id for f in body.feet])
        self._flat = len(body.feet[0].points_m) > 1
        self._radius_m = 0.0 if self._flat else body.feet[0].radius_m
        self._weight_n = float(physics.body_subtreemass[1]) * -GRAVITY[2]
        mujoco.mj_kinematics(physics, self._data)
        base = self._data.xmat[1].reshape(3, 3)
        self._arm = base.T @ (self._data.site("imu").xpos - self._data.xpos[1])
        self._across = -_skew(self._arm)
        """Times an angular velocity: what the unit moves by it."""
        self._qpos, self._qvel = self._data.qpos, self._data.qvel
        self._sole_m, self._sole_matrix = self._data.site_xpos, self._data.site_xmat
        self._felt = FeltForces(body, physics)
        self._size = FEET.start + self._feet * (4 if self._flat else 3)
        self._step = np.eye(TURN.stop, FEET.start)
        end = FEET.start + 3 * self._feet
        self._walk, self._jitter = np.zeros(self._size), np.zeros(self._size)
        self._walk[GYRO_BIAS], self._walk[ACCELERATION_BIAS] = GYRO_WALK**2, ACCELERATION_WALK**2
        self._walk[FEET.start : end], self._walk[end:] = CREEP_M**2, CREEP_RAD**2
        self._jitter[V], self._jitter[TURN] = ACCELERATION_M_S2**2, GYRO_RAD_S**2
        # The believed values lie as their errors do (but for the attitude), so that one sum corrects them all.
        self._believed = np.zeros(self._size)
        self._p, self._v = self._believed[P], self._believed[V]
        self._gyro_bias, self._acceleration_bias = (
            self._believed[GYRO_BIAS],
            self._believed[ACCELERATION_BIAS],
        )
        self._foothold = self._believed[FEET.start : end].reshape(-1, 3)
        self._heading = self._believed[end:] if self._flat else np.zeros(self._feet)
        self._cov = np.zeros((self._size, self._size))
        self._variances = self._cov.reshape(-1)[:: self._size + 1]
        feet = np.arange(self._feet)
        self._foot_of_row = np.r_[np.repeat(feet, 3), feet][: self._size - FEET.start]
        self._seen = np.zeros((self._size - FEET.start, self._size))
        self._seen[:, FEET.start :] = np.eye(self._size - FEET.start)
        self._seen[: 3 * self._feet, P] = np.tile(-EYE, (self._feet, 1))
        self._seen[3 * self._feet :, TURN.stop - 1] = -1.0
        self._seen_turn = self._seen[: 3 * self._feet, TURN].reshape(self._feet, 3, 3)
        self._dt = 0.0

    def reset(self, state: RobotState) -> None:
        """Starts anew from a known place: position, heading, speed and joints are taken, level is soon found itself."""
        turn, angular = _matrix(state.base_quat_wxyz), state.base_angular_rad_s
        self._turn = turn
        self._believed[:] = 0.0
        self._p[:] = state.base_position_m + turn @ self._arm
        self._v[:] = state.base_velocity_m_s + turn @ (self._across @ angular)
        self._cov[:] = 0.0
        start = (
            [START_M] * 3,
            [START_M_S] * 3,
            [START_LEVEL_RAD, START_LEVEL_RAD, START_HEADING_RAD],
            [START_GYRO_RAD_S] * 3,
            [START_ACCELERATION_M_S2] * 3,
        )
        self._variances[: FEET.start] = np.concatenate(start) ** 2
        self._place(state.joints_rad)
        self._ground_m = float(self._data.site_xpos[self._soles, 2].min())
        self._felt.reset()
        self._carries = np.zeros(self._feet, dtype=bool)
        self._carried_s = np.zeros(self._feet)
        self._variance, self._are_settled = np.zeros(len(self._seen)), False
        self._angular = angular
        self._joints, self._speeds = state.joints_rad, state.joints_rad_s
        self._acceleration = np.zeros(3)
        self._host_s = state.host_s

    def update(self, readings: RobotReadings, expected: NDArray[np.bool_], dt: float) -> RobotState:
        """Takes in readings.

        Args:
            readings: The newest.
            expected: Which feet should carry the robot, shape (feet,).
            dt: Time since the last readings [s].

        Returns:
            The state at the time of the readings; ``contacts`` and ``contact_force_n`` as they are felt. Readings that
            are not finite are passed over: the state goes on as it was.
        """
        self.take_in(readings, expected, dt)
        return self.ahead(readings.host_s - self._host_s)

    def take_in(self, readings: RobotReadings, expected: NDArray[np.bool_], dt: float) -> None:
        """Takes in readings as :meth:`update` does, for who asks :meth:`ahead` only."""
        if not _is_finite(readings):
            return
        self._host_s, self._joints, self._speeds = readings.host_s, readings.joints_rad, readings.joints_rad_s
        self._predict(readings, dt)
        self._place(readings.joints_rad)
        self._feel(readings, dt)
        self._choose_feet(expected, dt)
        self._correct()

    def ahead(self, seconds: float) -> RobotState:
        """The state some time after the last readings [s], as it will be if everything keeps its speed."""
        turn = self._turn @ _exp(self._angular * seconds)
        v = self._v + self._acceleration * seconds
        p = self._p + 0.5 * (self._v + v) * seconds
        quat = np.zeros(4)
        mujoco.mju_mat2Quat(quat, turn.ravel())
        return RobotState(
            host_s=self._host_s + seconds,
            base_position_m=p - turn @ self._arm,
            base_quat_wxyz=quat,
            base_velocity_m_s=v - turn @ (self._across @ self._angular),
            base_angular_rad_s=self._angular.copy(),
            joints_rad=self._joints + seconds * self._speeds,
            joints_rad_s=self._speeds.copy(),
            contacts=self._carries.copy(),
            contact_force_n=self._felt.force_n.copy(),
        )

    def _predict(self, readings: RobotReadings, dt: float) -> None:
        angular = readings.angular_rad_s - self._gyro_bias
        self._alpha = (angular - self._angular) / dt
        self._angular = angular
        felt = self._turn @ (readings.acceleration_m_s2 - self._acceleration_bias)
        acceleration = felt + GRAVITY
        self._acceleration = acceleration
        f = self._step
        if dt != self._dt:
            self._dt, f[P, V] = dt, dt * EYE
            self._spread = dt * (self._walk + dt * self._jitter)
        f[V, TURN] = _skew(-dt * felt)
        f[V, ACCELERATION_BIAS] = f[TURN, GYRO_BIAS] = -dt * self._turn
        change = dt * acceleration
        self._p += dt * (self._v + 0.5 * change)
        self._v += change
        self._turn = self._turn @ _exp(angular * dt)
        self._cov[: TURN.stop] = f @ self._cov[: FEET.start]
        self._cov[:, : TURN.stop] = self._cov[:, : FEET.start] @ f.T
        self._variances += self._spread

    def _place(self, joints_rad: Floats) -> None:
        """Puts the model where the robot is believed to be."""
        q = self._qpos
        q[:3] = self._p - self._turn @ self._arm
        mujoco.mju_mat2Quat(q[3:7], self._turn.ravel())
        q[7:] = joints_rad
        mujoco.mj_kinematics(self._physics, self._data)
        mujoco.mj_comPos(self._physics, self._data)
        self._leg = self._sole_m.take(self._soles, axis=0) - self._p

    def _feel(self, readings: RobotReadings, dt: float) -> None:
        v, angular, arm = self._qvel, self._angular, self._arm
        v[:3] = self._v - self._turn @ (self._across @ angular)
        v[3:6], v[6:] = angular, readings.joints_rad_s
        # ω × (ω × r) = ω (ω · r) − r (ω · ω)
        lever = self._across @ self._alpha + angular * (angular @ arm) - arm * (angular @ angular)
        self._felt.update(self._data, self._acceleration - self._turn @ lever, readings.torques_nm, dt)

    def _choose_feet(self, expected: NDArray[np.bool_], dt: float) -> None:
        """Which feet are places that do not move; new ones are learned."""
        carried = zip(
            self._felt.force_n.tolist(),
            self._carries.tolist(),
            expected.tolist(),
            self._carried_s.tolist(),
            strict=True,
        )
        weight_n, are_settled = self._weight_n, True
        for f, (force_n, carries, should, carried_s) in enumerate(carried):
            least = LEAVES if carries else TOUCHES if should else INSISTS
            if force_n <= least * weight_n:
                self._carries[f], self._carried_s[f], are_settled = False, 0.0, False
                continue
            self._carried_s[f] = carried_s + dt
            are_settled = are_settled and carried_s > SETTLED_S
            if not carries:
                self._learn(f)
                self._carries[f] = True
        self._are_settled = are_settled
        if self._radius_m:
            self._roll(dt)

    def _roll(self, dt: float) -> None:
        """Ball feet roll: their centres, which are their footholds, move on."""
        velocity = np.zeros(6)
        for f in np.flatnonzero(self._carries).tolist():
            mujoco.mj_objectVelocity(
                self._physics, self._data, mujoco.mjtObj.mjOBJ_BODY, self._links[f], velocity, 0
            )
            self._foothold[f, 0] += dt * self._radius_m * velocity[1]
            self._foothold[f, 1] -= dt * self._radius_m * velocity[0]

    def _learn(self, f: int) -> None:
        """Takes the place where a foot is now for its foothold."""
        self._foothold[f] = self._p + self._leg[f]
        at = self._at(f)
        spread = np.zeros((3, self._size))
        spread[:, P], spread[:, TURN] = EYE, -_skew(self._leg[f])
        self._replace(at, spread, SETTLING_M**2)
        if self._flat:
            self._heading[f] = self._leg_heading()[f]
            turn = np.zeros((1, self._size))
            turn[0, TURN.stop - 1] = 1.0
            self._replace(self._heading_at(f), turn, HEADING_RAD**2)
        self._expect_level(f)

    def _replace(self, at: slice, spread: Floats, variance: float) -> None:
        """A part of the vector becomes a function of the others."""
        self._cov[at], self._cov[:, at] = 0.0, 0.0
        spread[:, at] = 0.0
        rows = spread @ self._cov
        self._cov[at] = rows
        self._cov[:, at] = rows.T
        self._cov[at, at] = rows @ spread.T + variance * np.eye(len(spread))

    def _expect_level(self, f: int) -> None:
        """New footholds lie about as high as the first."""
        z = self._at(f).start + 2
        gain = self._cov[:, z] / (self._cov[z, z] + LEVEL_M**2)
        difference = self._ground_m - self._foothold[f, 2]
        self._cov -= np.outer(gain, self._cov[z])
        self._move(gain * difference)

    def _correct(self) -> None:
        """Corrects the prediction by the feet that carry; one that has slipped is learned anew."""
        if not self._carries.any():
            return
        self._seen_turn[:] = (self._leg @ SKEW).reshape(-1, 3, 3)
        along, spread, residual = self._innovation()
        places = 3 * self._feet
        surprise = residual[:places] ** 2 / spread.reshape(-1)[: places * len(spread) : len(spread) + 1]
        slipped = (surprise.reshape(-1, 3) @ ONES > SLIPPED) & self._carries
        if slipped.any():
            self._are_settled = False
            for f in np.flatnonzero(slipped).tolist():
                self._carried_s[f] = 0.0
                self._learn(f)
            along, spread, residual = self._innovation()
        _, weights, _ = dposv(spread, along)
        self._cov -= along.T @ weights
        self._cov[:] = 0.5 * (self._cov + self._cov.T)  # rounding must not add up over an hour
        self._move(residual @ weights)

    def _innovation(self) -> tuple[Floats, Floats, Floats]:
        """H P, H P Hᵀ + R and how far legs and footholds disagree; feet that do not carry know nothing."""
        places = 3 * self._feet
        residual = np.empty(len(self._seen))
        residual[:places].reshape(-1, 3)[:] = self._p + self._leg - self._foothold
        if self._flat:
            residual[places:] = _turned(self._leg_heading() - self._heading)
        variance = self._doubts()
        along = self._seen @ self._cov
        spread = along @ self._seen.T
        spread.ravel()[:: len(spread) + 1] += variance
        return along, spread, residual

    def _doubts(self) -> Floats:
        """Variances of what the legs say; those of feet that have long stood stay as they are."""
        if self._are_settled:
            return self._variance
        variance, places = self._variance, 3 * self._feet
        settling = SETTLING_M * np.exp(-self._carried_s / SETTLING_S)
        variance[:places].reshape(-1, 3)[:] = ((LEG_M + settling) ** 2)[:, None]
        variance[places:] = HEADING_RAD**2
        variance[~self._carries[self._foot_of_row]] = UNKNOWN
        return variance

    def _move(self, error: Floats) -> None:
        """Takes an error of the whole vector out of the estimate."""
        self._believed += error
        self._turn = _exp(error[TURN]) @ self._turn

    def _at(self, f: int) -> slice:
        start = FEET.start + 3 * f
        return slice(start, start + 3)

    def _heading_at(self, f: int) -> slice:
        start = FEET.start + 3 * self._feet + f
        return slice(start, start + 1)

    def _leg_heading(self) -> Floats:
        """Where the flat feet point, shape (feet,) [rad]."""
        matrices = self._sole_matrix.take(self._soles, axis=0)
        heading: Floats = np.arctan2(matrices[:, 3], matrices[:, 0])
        return heading


def _is_finite(readings: RobotReadings) -> bool:
    """Whether all readings are numbers: the sum of their squares is none as soon as one is none."""
    return isfinite(
        readings.angular_rad_s.dot(readings.angular_rad_s)
        + readings.acceleration_m_s2.dot(readings.acceleration_m_s2)
        + readings.joints_rad.dot(readings.joints_rad)
        + readings.joints_rad_s.dot(readings.joints_rad_s)
        + readings.torques_nm.dot(readings.torques_nm)
    )


def _matrix(quat_wxyz: Floats) -> Floats:
    matrix = np.zeros(9)
    mujoco.mju_quat2Mat(matrix, np.asarray(quat_wxyz, dtype=float))
    return matrix.reshape(3, 3)


def _exp(rotation_rad: Floats) -> Floats:
    """Rotation matrix of a rotation vector (Rodrigues)."""
    x, y, z = rotation_rad.tolist()
    half = 0.5 * sqrt(x * x + y * y + z * z)
    share = 1.0 if half < 1e-8 else sin(half) / half
    s, c = share * cos(half), 0.5 * share * share
    return np.array(
        [
            [1.0 - c * (y * y + z * z), c * x * y - s * z, c * x * z + s * y],
            [c * x * y + s * z, 1.0 - c * (x * x + z * z), c * y * z - s * x],
            [c * x * z - s * y, c * y * z + s * x, 1.0 - c * (x * x + y * y)],
        ]
    )


def _skew(vector: Floats) -> Floats:
    x, y, z = vector.tolist()
    return np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])


def _turned(angle_rad: Floats) -> Floats:
    """The same angles within ±π."""
    return (angle_rad + np.pi) % (2.0 * np.pi) - np.pi
