"""A quadruped's dance as motion: its trunk by channels, its feet by steps, its legs in closed form.

The trunk goes where the feet go and dances on top of that: channels are displacements and attitudes in the frame of
the trunk's place. A dance that its legs cannot reach is made smaller there; the beat stays. Then the centre of mass is
shifted until the feet on the ground carry the motion (:mod:`~temirbek.motion.footing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, minimum_filter1d
from scipy.spatial.transform import Rotation

from temirbek.motion.balance import zero_moment_point
from temirbek.motion.channels import CHANNEL_ORDER
from temirbek.motion.footing import carried_shift, height_of_mass_m
from temirbek.motion.legs import QuadrupedLegs
from temirbek.motion.paws import PawCourse, moved, paw_course, swings_by_foot, turned
from temirbek.motion.score import Score
from temirbek.motion.smooth import Motion, smooth_motion
from temirbek.types import Footstep, Performer, RobotModel, start_place

Floats = NDArray[np.float64]

LIFTED_M = 5e-4  # a foot this high no longer carries
POSITION_MARGIN_RAD = 0.02
ROLLS_BELOW_M = 0.03  # a foot lifted higher has nothing to roll on
KNEE_CLEARANCE_M = 0.045  # of a knee's axis above the ground: its flesh is 3 cm thick
_BALANCE_ROUNDS = 3
_SOFTER_ROUNDS = 4  # balance moves the trunk, and may take it out of the legs' reach again
_ROUNDING_S = 0.015
_ROLLING_ROUNDS = 3
_REACH_ROUNDS = 14
_SMALLER = 0.9
_AROUND_S = 0.6  # so far on both sides of a place out of reach the dance gets smaller
_PAWS = (("left", "FL", 1.0), ("right", "FR", -1.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrunkAndFeet:
    """What a quadruped is told, in its own frame.

    Attributes:
        base_m: Origin of the trunk, shape (n, 3).
        base_matrix: Its attitude, shape (n, 3, 3).
        feet_m: Middles of the ball feet, shape (n, feet, 3).
        carries: Which feet are on the ground, shape (n, feet).
    """

    base_m: Floats
    base_matrix: Floats
    feet_m: Floats
    carries: NDArray[np.bool_]


class QuadrupedDance:
    """One quadruped's dance, at even instants.

    Args:
        robot, physics: The body.
        performer: Whose dance.
        footsteps: Its footsteps [mix beats, stage frame].
        score: Its channels.
        times_s: Instants [s], shape (n,), evenly spaced, n ≥ 6.
    """

    def __init__(
        self,
        robot: RobotModel,
        physics: mujoco.MjModel,
        performer: Performer,
        footsteps: Sequence[Footstep],
        score: Score,
        times_s: Floats,
    ) -> None:
        self._robot, self._physics, self._times_s = robot, physics, times_s
        self._legs = QuadrupedLegs(physics, robot)
        self._stance_m = self._standing_feet_m()
        upright, ahead = np.eye(3)[None], np.zeros((1, len(robot.foot_names)))
        self._stands_rolled_m = self._legs.rolled_m(upright, robot.stand_rad[None], ahead)
        swings = swings_by_foot(footsteps, robot.foot_names, start_place(performer), score.beat_grid)
        self._course = paw_course(swings, times_s)
        self._score = score

    def motion(self) -> tuple[Motion, NDArray[np.bool_]]:
        """The motion in the frame of the place where it starts, and which feet carry, shape (n, feet)."""
        score, shift = self._score, np.zeros((len(self._times_s), 2))
        for _ in range(_SOFTER_ROUNDS):
            score = self._within_reach(score, shift)
            told = self._told(score)
            shift = self._balancing(told, shift)
            if not self._out_of_reach(told, shift).any():
                break
        return self._moving(told, shift), told.carries

    def _balancing(self, told: TrunkAndFeet, shift: Floats) -> Floats:
        """The shift of the trunk with which the feet carry the motion, from a first guess."""
        step_s = float(self._times_s[1] - self._times_s[0])
        for _ in range(_BALANCE_ROUNDS):
            moving = self._moving(told, shift)
            height_m = height_of_mass_m(self._physics, moving.qpos)
            point = zero_moment_point(self._physics, moving.qpos, moving.qvel, moving.qacc)
            more = carried_shift(point, told.feet_m[..., :2], told.carries, height_m, step_s)
            shift = shift + gaussian_filter1d(more, _ROUNDING_S / step_s, axis=0)
        return shift

    def _standing_feet_m(self) -> Floats:
        data = mujoco.MjData(self._physics)
        data.qpos[:7] = (0, 0, self._robot.stand_height_m, 1, 0, 0, 0)
        data.qpos[7:] = self._robot.stand_rad
        mujoco.mj_kinematics(self._physics, data)
        feet = np.array([data.site(f"{foot}_sole").xpos for foot in self._robot.foot_names])
        feet[:, 2] = feet[:, 2].min()
        return feet

    def _told(self, score: Score) -> TrunkAndFeet:
        values = score.at(self._times_s)
        channels = {name: values[:, i] for i, name in enumerate(CHANNEL_ORDER[score.robot])}
        return quadruped_targets(channels, self._course, self._stance_m, self._robot)

    def _postures(self, told: TrunkAndFeet, shift: Floats) -> tuple[Floats, Floats]:
        """Shape (n, 7 + j), and how far each leg is from reaching, shape (n, feet) [m]."""
        base = told.base_m + np.pad(shift, ((0, 0), (0, 1)))
        joints, short = self._legs.joints_rad(base, told.base_matrix, told.feet_m)
        up = np.clip((told.feet_m[..., 2] - self._stance_m[:, 2]) / ROLLS_BELOW_M, 0.0, 1.0)
        on_ground = (1.0 - up**2 * (3.0 - 2.0 * up))[..., None]
        for _ in range(_ROLLING_ROUNDS):
            rolled = self._legs.rolled_m(told.base_matrix, joints, self._course.places[..., 2])
            feet = told.feet_m + turned(self._course.places, on_ground * (rolled - self._stands_rolled_m))
            joints, short = self._legs.joints_rad(base, told.base_matrix, feet)
        quat = Rotation.from_matrix(told.base_matrix).as_quat()[:, [3, 0, 1, 2]]
        return np.hstack([base, quat, joints]), short

    def _moving(self, told: TrunkAndFeet, shift: Floats) -> Motion:
        return smooth_motion(self._times_s, self._postures(told, shift)[0], self._times_s)

    def _within_reach(self, score: Score, shift: Floats) -> Score:
        """The same dance, smaller where legs would have to be longer, shorter or more bent than they can be, or would kneel."""
        step_s = float(self._times_s[1] - self._times_s[0])
        around = 2 * round(_AROUND_S / step_s) + 1
        for _ in range(_REACH_ROUNDS):
            out = self._out_of_reach(self._told(score), shift)
            if not out.any():
                break
            score = _smaller(score, self._times_s, minimum_filter1d(np.where(out, _SMALLER, 1.0), around))
        return score

    def _out_of_reach(self, told: TrunkAndFeet, shift: Floats) -> NDArray[np.bool_]:
        """At which instants a leg cannot, shape (n,)."""
        postures, short = self._postures(told, shift)
        joints = postures[:, 7:]
        beyond = np.maximum(self._robot.lower_rad - joints, joints - self._robot.upper_rad)
        knees = self._legs.knee_heights_m(postures[:, :3], told.base_matrix, joints)
        return np.asarray(
            (beyond.max(axis=1) > -POSITION_MARGIN_RAD)
            | (np.abs(short).max(axis=1) > 0.0)
            | (knees.min(axis=1) < KNEE_CLEARANCE_M)
        )


def quadruped_targets(
    channels: dict[str, Floats], course: PawCourse, stance_m: Floats, robot: RobotModel
) -> TrunkAndFeet:
    """Trunk and feet from channels and steps.

    Args:
        channels: Channel → values, shape (n,) each.
        course: Where the steps bring feet and trunk.
        stance_m: Where the feet are when the robot stands at the origin, shape (feet, 3).
        robot: The body.
    """
    sway = np.column_stack([channels["sway_x_m"], channels["sway_y_m"], channels["trunk_z_m"]])
    base = moved(course.trunk, sway + np.array([0.0, 0.0, robot.stand_height_m]))
    yaw = course.trunk[:, 2] + channels["yaw_rad"]
    turn = Rotation.from_euler("ZYX", np.column_stack([yaw, channels["pitch_rad"], channels["roll_rad"]]))
    feet_at, heights = np.tile(stance_m, (len(base), 1, 1)), course.heights_m.copy()
    carries = course.carries.copy()
    for side, foot, outwards in _PAWS:
        i = robot.foot_names.index(foot)
        lift = channels[f"{side}_lift_m"]
        feet_at[:, i, 0] += channels[f"{side}_forward_m"]
        feet_at[:, i, 1] += outwards * channels[f"{side}_out_m"]
        heights[:, i] += lift
        carries[:, i] &= lift < LIFTED_M
    feet = moved(course.places, feet_at)
    feet[..., 2] += heights
    return TrunkAndFeet(base_m=base, base_matrix=turn.as_matrix(), feet_m=feet, carries=carries)


def _smaller(score: Score, times_s: Floats, size: Floats) -> Score:
    """Key poses drawn towards rest: by nothing where size is 1. A quadruped's channels rest at zero."""
    keys = dict(score.keys)
    for layer, old in score.keys.items():
        here = np.interp(score.beat_grid.time_at(old.beats), times_s, size)
        keys[layer] = replace(old, poses=old.poses * here[:, None])
    return replace(score, keys=keys)
