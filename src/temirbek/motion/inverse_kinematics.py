"""Whole-body postures on planted and stepping feet, with mink (differential inverse kinematics on MuJoCo).

A humanoid is told where its centre of mass is to be (x, y), how high and how turned its pelvis, what its upper joints
do, and where its hands go if they have work; its legs are what is left. A quadruped is told the pose of its trunk and
where its feet are. Each instant starts from an extrapolation of the last two, so one or two Gauss-Newton steps are
exact to hundredths of a millimetre. Everything happens in the frame of the place where the robot starts: that is the
origin, x ahead.
"""

from dataclasses import dataclass, replace

import mink
import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.motion.channels import CHANNEL_ORDER
from temirbek.types import RobotModel

Floats = NDArray[np.float64]

_FIRST_STEPS, _STEPS, _STEPS_WITH_HANDS = 60, 2, 3
_SOLVER = "daqp"
HAND_POINT_M = (0.10, 0.0, -0.03)  # in the frame of the wrist's last link
HAND_TILT = (
    -0.2
)  # fingers point down by so much (sine), so that they touch and the wrist stays clear of the table
HAND_COST, TILT_COST = 60.0, 8.0
LIMIT_MARGIN_RAD = 0.005  # what splines through postures may overshoot
ARM_COST, WAIST_COST = 3.0, 20.0  # a reaching arm gives way, the chest dances on


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HandTarget:
    """A place for a hand.

    Attributes:
        side: "left" or "right".
        position_m: Where the underside of the hand is to be, shape (n, 3).
        weight: 0 (the arm dances) to 1 (the hand is there), shape (n,).
        arm_rad: The posture of the arm that brings the hand about there when the body stands still, shape (n, 7).
    """

    side: str
    position_m: Floats
    weight: Floats
    arm_rad: Floats

    def at(self, own_s: Floats, times_s: Floats) -> "HandTarget":
        """The same target at other instants, which must be among its own."""
        rows = np.searchsorted(own_s, times_s - 1e-9).clip(max=len(own_s) - 1)
        return replace(
            self, position_m=self.position_m[rows], weight=self.weight[rows], arm_rad=self.arm_rad[rows]
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BodyTargets:
    """What a body is told, instant by instant.

    Attributes:
        base_m: Humanoid: x, y of the centre of mass, z of the pelvis; quadruped: the trunk's origin; shape (n, 3).
        base_rpy_rad: Roll, pitch, yaw of the pelvis or trunk, shape (n, 3).
        upper_rad: Angles of the joints that dance freely, shape (n, u).
        feet_m: Where the soles are, shape (n, feet, 3).
        feet_yaw_rad: Which way flat feet point, shape (n, feet); None: ahead.
        feet_roll_rad: How far they stand on an edge, shape (n, feet); None: flat.
        hands: Hands with work to do.
    """

    base_m: Floats
    base_rpy_rad: Floats
    upper_rad: Floats
    feet_m: Floats
    feet_yaw_rad: Floats | None = None
    feet_roll_rad: Floats | None = None
    hands: tuple[HandTarget, ...] = ()


class BodySolver:
    """Inverse kinematics of one body.

    Attributes:
        model: Its physics.
        robot: Its facts.
        stand_qpos: Standing on its mark with the soles on the ground, shape (7 + j,).
        stand_feet_m: Where its soles are then, shape (feet, 3).
        stand_com_m: Where its centre of mass is best: over the middle of its feet; height as it stands.
        upper: Indices, among the joints, of those that dance freely.
    """

    def __init__(self, model: mujoco.MjModel, robot: RobotModel) -> None:
        self.model, self.robot = model, robot
        names = [joint.removesuffix("_joint") for joint in robot.joint_names]
        self.upper = np.array(
            [i for i, name in enumerate(names) if name in CHANNEL_ORDER[robot.kind]], dtype=int
        )
        self._is_humanoid = len(self.upper) > 0
        self._arms = {
            side: np.array(
                [names.index(c) for c in CHANNEL_ORDER[robot.kind] if c in names and c.startswith(side)]
            )
            for side in ("left", "right")
        }
        self._scratch = mujoco.MjData(model)
        self._stand()
        self._make_tasks()

    def _stand(self) -> None:
        data = mujoco.MjData(self.model)
        data.qpos[:7] = (0, 0, self.robot.stand_height_m, 1, 0, 0, 0)
        data.qpos[7:] = self.robot.stand_rad
        mujoco.mj_kinematics(self.model, data)
        mujoco.mj_comPos(self.model, data)
        soles = np.array([data.site(f"{foot}_sole").xpos for foot in self.robot.foot_names])
        soles[:, 2] = soles[:, 2].min()
        self.stand_qpos = np.array(data.qpos)
        self.stand_feet_m = soles
        middle = soles[:, :2].mean(axis=0)
        self.stand_com_m = np.array([middle[0], middle[1], data.subtree_com[1][2]])

    def _make_tasks(self) -> None:
        turn = 20.0 if self._is_humanoid else 0.0
        self._feet = [
            mink.FrameTask(f"{foot}_sole", "site", position_cost=50.0, orientation_cost=turn)
            for foot in self.robot.foot_names
        ]
        root = self.model.body(self.model.jnt_bodyid[0]).name
        if self._is_humanoid:
            self._base = mink.FrameTask(root, "body", position_cost=[0.0, 0.0, 20.0], orientation_cost=10.0)
        else:
            self._base = mink.FrameTask(root, "body", position_cost=10.0, orientation_cost=10.0)
        self._com = mink.ComTask(cost=[20.0, 20.0, 0.0])
        cost = np.full(self.model.nv, 1e-3)
        cost[:6] = 0.0
        cost[6 + self.upper] = [
            WAIST_COST if "waist" in self.robot.joint_names[i] else ARM_COST for i in self.upper
        ]
        self._posture = mink.PostureTask(self.model, cost=cost)
        self._limits = [mink.ConfigurationLimit(self.model, min_distance_from_limits=LIMIT_MARGIN_RAD)]

    def solve(self, targets: BodyTargets) -> Floats:
        """Postures for all instants, shape (n, 7 + j)."""
        configuration = mink.Configuration(self.model)
        answer = np.empty((len(targets.base_m), self.model.nq))
        for k in range(len(answer)):
            guess = _extrapolated(answer[:k], self.stand_qpos)
            dancing = guess.copy()
            dancing[7 + self.upper] = targets.upper_rad[k]
            hands = [self._hand_task(h, k, dancing) for h in targets.hands if h.weight[k] > 0.0]
            configuration.update(guess if hands and k else dancing)
            tasks = [*self._aim(configuration, targets, k), *hands]
            for _ in range(_steps(k, bool(hands))):
                velocity = mink.solve_ik(
                    configuration, tasks, 1.0, _SOLVER, damping=1e-8, limits=self._limits
                )
                configuration.integrate_inplace(velocity, 1.0)
            answer[k] = configuration.q
        return answer

    def _aim(self, configuration: mink.Configuration, targets: BodyTargets, k: int) -> list[mink.Task]:
        for foot, task in enumerate(self._feet):
            yaw = 0.0 if targets.feet_yaw_rad is None else targets.feet_yaw_rad[k, foot]
            roll = 0.0 if targets.feet_roll_rad is None else targets.feet_roll_rad[k, foot]
            turned = mink.SO3.from_rpy_radians(roll, 0.0, yaw)
            task.set_target(mink.SE3.from_rotation_and_translation(turned, targets.feet_m[k, foot]))
        turn = mink.SO3.from_rpy_radians(*targets.base_rpy_rad[k])
        self._base.set_target(mink.SE3.from_rotation_and_translation(turn, targets.base_m[k]))
        posture = configuration.q.copy()
        posture[7 + self.upper] = targets.upper_rad[k]
        self._posture.set_target(posture)
        tasks: list[mink.Task] = [*self._feet, self._base, self._posture]
        if self._is_humanoid:
            self._com.set_target(targets.base_m[k])
            tasks.append(self._com)
        return tasks

    def _hand_task(self, hand: HandTarget, k: int, dancing: Floats) -> mink.Task:
        """Takes up what the arm's own posture misses because the body moves, in proportion to the weight.

        The miss is small and smooth, so a hand comes and goes without a jolt.
        """
        link, arm = f"{hand.side}_wrist_yaw_link", self._arms[hand.side]
        at_work = dancing.copy()
        at_work[7 + arm] = hand.arm_rad[k]
        data = self._scratch
        data.qpos[:] = at_work
        mujoco.mj_kinematics(self.model, data)
        miss = hand.position_m[k] - hand_point_m(data, link)
        turn = np.array([HAND_TILT, 0.0]) - _tilt(data, link)
        data.qpos[:] = dancing
        mujoco.mj_kinematics(self.model, data)
        weight = hand.weight[k]
        return _PointTask(link, hand_point_m(data, link) + weight * miss, _tilt(data, link) + weight * turn)


def _extrapolated(answers: Floats, stand_qpos: Floats) -> Floats:
    """Where the body will be if it goes on as in the last two answers."""
    if len(answers) == 0:
        return np.array(stand_qpos)
    guess: Floats = answers[-1].copy()
    if len(answers) >= 2:
        guess[:3] += answers[-1, :3] - answers[-2, :3]
        guess[7:] += answers[-1, 7:] - answers[-2, 7:]
    return guess


def _steps(k: int, has_hands: bool) -> int:
    if k == 0:
        return _FIRST_STEPS
    return _STEPS_WITH_HANDS if has_hands else _STEPS


def _tilt(data: mujoco.MjData, link: str) -> Floats:
    """How far a hand's fingers point up, and how far it is rolled: the heights of its x and y axes."""
    return np.array(data.body(link).xmat.reshape(3, 3)[2, :2])


class _PointTask(mink.Task):  # type: ignore[misc]  # mink is not typed for us
    """Brings the underside of a hand to a place at a tilt, turned about the vertical to wherever it likes."""

    def __init__(self, link: str, place_m: Floats, tilt: Floats) -> None:
        super().__init__(cost=np.array([HAND_COST] * 3 + [TILT_COST] * 2), gain=1.0)
        self._link, self._place_m, self._wanted_tilt = link, place_m, tilt

    def compute_error(self, configuration: mink.Configuration) -> Floats:
        away = hand_point_m(configuration.data, self._link) - self._place_m
        return np.concatenate([away, _tilt(configuration.data, self._link) - self._wanted_tilt])

    def compute_jacobian(self, configuration: mink.Configuration) -> Floats:
        move, turn = np.zeros((3, configuration.nv)), np.zeros((3, configuration.nv))
        point = hand_point_m(configuration.data, self._link)
        body = configuration.model.body(self._link).id
        mujoco.mj_jac(configuration.model, configuration.data, move, turn, point, body)
        axes = configuration.data.body(self._link).xmat.reshape(3, 3)
        tilt = [axes[1, i] * turn[0] - axes[0, i] * turn[1] for i in (0, 1)]  # (ω × axis)·z
        return np.vstack([move, *tilt])


def hand_point_m(data: mujoco.MjData, link: str) -> Floats:
    """The middle of the underside of a hand, world frame, shape (3,)."""
    body = data.body(link)
    return np.asarray(body.xpos + body.xmat.reshape(3, 3) @ np.array(HAND_POINT_M))


def upper_channels(robot: RobotModel) -> tuple[int, ...]:
    """Columns of a score that are joint angles, in the order of the joints that dance freely."""
    order = CHANNEL_ORDER[robot.kind]
    names = (joint.removesuffix("_joint") for joint in robot.joint_names)
    return tuple(order.index(name) for name in names if name in order)
