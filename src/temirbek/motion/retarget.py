"""A human's recorded body becomes the channels of a G1.

People have other proportions, so *directions* are taken over, not places: where the trunk leans and turns, where upper
arms, forearms and hands point. Lengths matter for the pelvis alone: its height and sway shrink by the ratio of the legs.

- **Pelvis**: its left is the line of the hips, its up goes to the lowest joint of the spine; that joint lies behind or
  before the hips by a habit of the skeleton, so the median pitch counts as upright.
- **Trunk**: its left is the line of the shoulders, its up goes from the spine to the neck. The waist's yaw, roll and pitch
  are what lies between the two (the order of a G1's waist).
- **Arms**: shoulder and elbow are those four angles under which the robot's upper arm and forearm point as the human's do,
  seen from the trunk; found for all frames at once by damped least squares (Levenberg 1944). A raised arm can point the
  same way in two postures; those are taken that together change least. A last round asks for angles that change little
  from frame to frame, so the twist of a straight arm and an arm at the shoulder's singular direction,
  where directions do not say all, go on smoothly instead of jumping. The joints' limits are kept by projection.
- **Hands**: wrist pitch and yaw from where the hand points, seen from the forearm. How it is rolled cannot be read from
  places of joints: the wrist's roll rests.

Limits: shrugs are lost (a G1 has no collarbones), and so is the head.
"""

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded
from scipy.spatial.transform import Rotation

from temirbek.motion.clip import STANDING_PERCENTILE, Clip, Floor, clip_of_channels
from temirbek.types import RobotModel
from temirbek.types.capture import BodyCapture

Floats = NDArray[np.float64]

_ARM = ("shoulder_pitch", "shoulder_roll", "shoulder_yaw", "elbow")
_HANGING = (0.1, 0.25, 0.0, 0.7)  # mirrored on the right
_ITERATIONS = 30
_LARGEST_RAD = 0.5  # in one iteration
_MISS_COST = 100.0  # of directions, against angles that change
_SMOOTHNESS = 0.02  # of angles from frame to frame, against directions of unit length
_DAMPING = 1e-3
_FINITE_RAD = 1e-6


def clip_of_body(body: BodyCapture, robot: RobotModel, physics: mujoco.MjModel) -> Clip:
    """A recorded human as channels of a G1.

    Args:
        body: z up, metres.
        robot, physics: The robot that is to dance.
    """
    p = body.points_m
    hips_m = 0.5 * (p["left_hip"] + p["right_hip"])
    pelvis = _upright_again(_frame(p["left_hip"] - p["right_hip"], p["spine"] - hips_m))
    trunk = _frame(p["left_shoulder"] - p["right_shoulder"], p["neck"] - p["spine"])
    waist = (pelvis.inv() * trunk).as_euler("ZXY")
    scale = _leg_m(robot, physics) / _human_leg_m(body)
    floor = _floor(body)
    columns = {
        **floor.pelvis(hips_m, pelvis),
        **dict(zip(("waist_yaw", "waist_roll", "waist_pitch"), waist.T, strict=True)),
    }
    columns |= {name: scale * columns[name] for name in ("sway_x_m", "sway_y_m")}
    columns["pelvis_z_m"] = scale * (hips_m[:, 2] - np.percentile(hips_m[:, 2], STANDING_PERCENTILE))
    for side in ("left", "right"):
        columns |= _arm_angles(body, side, trunk, robot, physics)
    for i, joint in enumerate(robot.joint_names):
        name = joint.removesuffix("_joint")
        if name in columns:
            columns[name] = np.clip(columns[name], robot.lower_rad[i], robot.upper_rad[i])
    return clip_of_channels(body.source, columns, floor, robot, physics)


def _frame(left: Floats, up: Floats) -> Rotation:
    """Attitudes whose y axis is ``left`` and whose z axis is as near to ``up`` as that allows."""
    y = _unit(left)
    z = _unit(up - np.sum(up * y, axis=1, keepdims=True) * y)
    return Rotation.from_matrix(np.stack([np.cross(y, z), y, z], axis=2))


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))


def _upright_again(pelvis: Rotation) -> Rotation:
    """The same attitudes with the median pitch taken out."""
    angles = pelvis.as_euler("ZYX")
    angles[:, 1] -= np.median(angles[:, 1])
    return Rotation.from_euler("ZYX", angles)


def _floor(body: BodyCapture) -> Floor:
    p = body.points_m
    if "left_toe" in p and "right_toe" in p:
        ahead = _unit(p["left_toe"] - p["left_ankle"]) + _unit(p["right_toe"] - p["right_ankle"])
    else:
        ahead = np.cross(p["left_hip"] - p["right_hip"], (0.0, 0.0, 1.0))
    return Floor(
        feet_m=0.5 * (p["left_ankle"] + p["right_ankle"]),
        heading_rad=np.unwrap(np.arctan2(ahead[:, 1], ahead[:, 0])),
        rate_hz=body.rate_hz,
    )


def _human_leg_m(body: BodyCapture) -> float:
    """From hip over knee to ankle, both sides' mean [m]."""
    p = body.points_m
    bones = [
        np.median(np.linalg.norm(p[f"{side}_{a}"] - p[f"{side}_{b}"], axis=1))
        for side in ("left", "right")
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    return float(np.sum(bones) / 2)


def _leg_m(robot: RobotModel, physics: mujoco.MjModel) -> float:
    """The robot's, in the same way [m]."""
    data = mujoco.MjData(physics)
    data.qpos[7:] = robot.stand_rad
    data.qpos[3] = 1.0
    mujoco.mj_kinematics(physics, data)
    hip, knee, ankle = (data.body(f"left_{link}_link").xpos for link in ("hip_pitch", "knee", "ankle_roll"))
    return float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Arm:
    """Shoulder and elbow of the robot as a chain of turns: before each joint, and about its axis."""

    before: tuple[Rotation, ...]
    axes: tuple[Floats, ...]
    lower: Floats
    upper: Floats

    def directions(self, angles: Floats) -> Floats:
        """Where upper arm and forearm point, seen from the trunk, shape (n, 6)."""
        turn = self.turn(angles[:, :3])
        upper_arm = turn.apply((0.0, 0.0, -1.0))
        return np.hstack([upper_arm, (turn * self._joint(3, angles[:, 3])).apply((1.0, 0.0, 0.0))])

    def turn(self, angles: Floats) -> Rotation:
        """Of the link behind the joints given, seen from the trunk."""
        turn = self._joint(0, angles[:, 0])
        for k in range(1, angles.shape[1]):
            turn = turn * self._joint(k, angles[:, k])
        return turn

    def turned_over(self, angles: Floats) -> Floats:
        """Other angles under which the arm points the same: shoulder pitch and yaw turned by half, roll over the top."""
        tilt = float(self.before[0].as_rotvec()[0])
        other = angles.copy()
        other[:, [0, 2]] -= np.pi * np.sign(angles[:, [0, 2]])
        other[:, 1] = np.sign(tilt) * np.pi + 2 * tilt - angles[:, 1]
        return np.clip(other, self.lower, self.upper)

    def _joint(self, k: int, angle: Floats) -> Rotation:
        return self.before[k] * Rotation.from_rotvec(np.outer(angle, self.axes[k]))


def _arm_of(side: str, robot: RobotModel, physics: mujoco.MjModel) -> _Arm:
    joints = [physics.joint(f"{side}_{joint}_joint") for joint in _ARM]
    rows = [robot.joint_names.index(f"{side}_{joint}_joint") for joint in _ARM]
    quats = [physics.body_quat[int(joint.bodyid[0])] for joint in joints]
    return _Arm(
        before=tuple(Rotation.from_quat(quat[[1, 2, 3, 0]]) for quat in quats),
        axes=tuple(np.array(joint.axis) for joint in joints),
        lower=robot.lower_rad[rows],
        upper=robot.upper_rad[rows],
    )


def _arm_angles(
    body: BodyCapture, side: str, trunk: Rotation, robot: RobotModel, physics: mujoco.MjModel
) -> dict[str, Floats]:
    """The angles of one arm, by channel."""
    p = body.points_m
    arm = _arm_of(side, robot, physics)
    upper_arm = trunk.inv().apply(_unit(p[f"{side}_elbow"] - p[f"{side}_shoulder"]))
    forearm = trunk.inv().apply(_unit(p[f"{side}_wrist"] - p[f"{side}_elbow"]))
    angles = _fitted(arm, np.hstack([upper_arm, forearm]), 1.0 if side == "left" else -1.0)
    columns = {f"{side}_{joint}": angles[:, k] for k, joint in enumerate(_ARM)}
    wrist = dict.fromkeys(("wrist_roll", "wrist_pitch", "wrist_yaw"), np.zeros(len(angles)))
    if f"{side}_hand" in p:
        hand = trunk.inv().apply(_unit(p[f"{side}_hand"] - p[f"{side}_wrist"]))
        points = arm.turn(angles).inv().apply(hand)
        wrist["wrist_yaw"] = np.arcsin(np.clip(points[:, 1], -1.0, 1.0))
        wrist["wrist_pitch"] = np.arctan2(-points[:, 2], np.maximum(points[:, 0], 1e-3))
    return columns | {f"{side}_{joint}": values for joint, values in wrist.items()}


def _fitted(arm: _Arm, wanted: Floats, sign: float) -> Floats:
    """The angles under which the arm points as wanted, shape (n, 4)."""
    hanging = np.tile(np.array([1.0, sign, sign, 1.0]) * _HANGING, (len(wanted), 1))
    one = _descended(arm, wanted, hanging, smoothness=0.0)
    other = _descended(arm, wanted, arm.turned_over(one), smoothness=0.0)
    return _descended(arm, wanted, _steadiest(arm, wanted, np.stack([one, other])), smoothness=_SMOOTHNESS)


def _steadiest(arm: _Arm, wanted: Floats, choices: Floats) -> Floats:
    """Of two postures for each frame those that together change least (Viterbi 1967), shape (2, n, 4) → (n, 4)."""
    miss = np.array([np.square(arm.directions(angles) - wanted).sum(axis=1) for angles in choices])
    cost = _MISS_COST * miss
    before = np.zeros(miss.shape, dtype=int)
    for row in range(1, miss.shape[1]):
        way = np.square(choices[:, None, row] - choices[None, :, row - 1]).sum(axis=2) + cost[:, row - 1]
        before[:, row] = way.argmin(axis=1)
        cost[:, row] += way.min(axis=1)
    answer: Floats = np.empty_like(choices[0])
    best = int(cost[:, -1].argmin())
    for row in range(len(answer) - 1, -1, -1):
        answer[row] = choices[best, row]
        best = before[best, row]
    return answer


def _descended(arm: _Arm, wanted: Floats, angles: Floats, *, smoothness: float) -> Floats:
    """Damped least squares over all frames at once; the normal matrix has a band of four beside its diagonal."""
    n, c = angles.shape
    smooth = smoothness * np.full(n, 2.0)
    smooth[[0, -1]] = smoothness
    for _ in range(_ITERATIONS):
        here = arm.directions(angles)
        slopes = np.stack(
            [(arm.directions(angles + _FINITE_RAD * step) - here) / _FINITE_RAD for step in np.eye(c)], axis=2
        )
        normal = np.einsum("nri,nrj->nij", slopes, slopes)
        pull = np.einsum("nri,nr->ni", slopes, wanted - here)
        change = np.diff(angles, axis=0)
        pull[:-1] += smoothness * change
        pull[1:] -= smoothness * change
        band = np.zeros((c + 1, n * c))
        for i in range(c):
            for j in range(i, c):
                band[c - (j - i), j::c] = normal[:, i, j]
        band[c] += np.repeat(smooth + _DAMPING, c)
        band[0, c:] -= smoothness
        step = solveh_banded(band, pull.ravel()).reshape(n, c)
        angles = np.clip(angles + np.clip(step, -_LARGEST_RAD, _LARGEST_RAD), arm.lower, arm.upper)
    return angles
