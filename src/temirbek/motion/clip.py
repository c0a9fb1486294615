"""A recorded motion of a humanoid in the words of the house: channels over clip time, on feet that stay planted.

Waist and arms are taken as they were. The feet of a recording step and turn; here they stay, so the pelvis is seen
from the ground between them: its height against its own highest usual one, its attitude against the heading of the
feet, the centre of mass against the middle of the feet, each with the slow part of the feet's own travel taken out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from temirbek.motion.channels import CHANNEL_ORDER
from temirbek.types import RobotModel
from temirbek.types.capture import RobotCapture

Floats = NDArray[np.float64]

SMOOTHING_S = 0.03  # below what a body can follow, above the jitter of cameras
GROUND_SMOOTHING_S = 0.4  # the ground under a dancer that steps moves slowly
STANDING_PERCENTILE = 80.0  # of the pelvis's height: standing, not on tiptoe


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clip:
    """A recorded dance.

    Attributes:
        source: What messages call it.
        rate_hz: Rows a second [Hz].
        values: Channels, columns as in ``CHANNEL_ORDER["g1"]``, shape (n, c).
        points_m: Upper key points of the body that dances so on planted feet, shape (n, k, 3).
        travel_m: Length of the way that the recording's pelvis went over the floor [m].
    """

    source: str
    rate_hz: float
    values: Floats
    points_m: Floats
    travel_m: float

    @property
    def length_s(self) -> float:
        """From the first row to the last [s]."""
        return (len(self.values) - 1) / self.rate_hz

    def at(self, time_s: Floats) -> Floats:
        """All channels at clip times [s], shape (n,) → (n, c); linear between rows, held outside."""
        own_s = np.arange(len(self.values)) / self.rate_hz
        return np.column_stack([np.interp(time_s, own_s, column) for column in self.values.T])


def clip_of(capture: RobotCapture, robot: RobotModel, physics: mujoco.MjModel) -> Clip:
    """A capture of a robot as channels.

    Args:
        capture: Of a humanoid.
        robot, physics: Its body.
    """
    feet_m, feet_yaw, com_m = _on_the_floor(capture, robot, physics)
    floor = Floor(feet_m=feet_m, heading_rad=feet_yaw, rate_hz=capture.rate_hz)
    names = [joint.removesuffix("_joint") for joint in robot.joint_names]
    columns = {
        **floor.pelvis(com_m, Rotation.from_quat(capture.qpos[:, [4, 5, 6, 3]])),
        "pelvis_z_m": capture.qpos[:, 2] - np.percentile(capture.qpos[:, 2], STANDING_PERCENTILE),
        **{name: capture.qpos[:, 7 + i] for i, name in enumerate(names)},
    }
    return clip_of_channels(capture.source, columns, floor, robot, physics)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Floor:
    """Where the feet of a recording are: their middle (n, 3) [m] and heading without jumps (n,) [rad]."""

    feet_m: Floats
    heading_rad: Floats
    rate_hz: float

    def pelvis(self, centre_m: Floats, attitude: Rotation) -> dict[str, Floats]:
        """Sway and attitude seen from the ground between the feet, which moves slowly with them.

        Args:
            centre_m: Centre of mass, or what stands for it, shape (n, 3) [m].
            attitude: Of the pelvis, n rotations.
        """
        smooth = GROUND_SMOOTHING_S * self.rate_hz
        ground_m = gaussian_filter1d(self.feet_m, smooth, axis=0, mode="nearest")
        heading = gaussian_filter1d(self.heading_rad, smooth, mode="nearest")
        turned = Rotation.from_rotvec(np.outer(-heading, (0.0, 0.0, 1.0)))
        yaw_pitch_roll = (turned * attitude).as_euler("ZYX")
        sway = turned.apply(centre_m - ground_m)[:, :2]
        sway -= np.median(sway, axis=0)
        return {
            "sway_x_m": sway[:, 0],
            "sway_y_m": sway[:, 1],
            "roll_rad": yaw_pitch_roll[:, 2],
            "pitch_rad": yaw_pitch_roll[:, 1],
            "yaw_rad": yaw_pitch_roll[:, 0],
        }

    @property
    def travel_m(self) -> float:
        """Length of the way over the floor [m]."""
        smooth = gaussian_filter1d(
            self.feet_m[:, :2], GROUND_SMOOTHING_S * self.rate_hz, axis=0, mode="nearest"
        )
        return float(np.linalg.norm(np.diff(smooth, axis=0), axis=1).sum())


def clip_of_channels(
    source: str, columns: Mapping[str, Floats], floor: Floor, robot: RobotModel, physics: mujoco.MjModel
) -> Clip:
    """A clip of channels as they were recorded, smoothed.

    Args:
        source: What messages call it.
        columns: All channels of a G1, shape (n,) each.
        floor: Where the recording's feet were.
        robot, physics: The body that is to dance.
    """
    values = np.column_stack([columns[name] for name in CHANNEL_ORDER["g1"]])
    values = gaussian_filter1d(values, SMOOTHING_S * floor.rate_hz, axis=0, mode="nearest")
    return Clip(
        source=source,
        rate_hz=floor.rate_hz,
        values=values,
        points_m=planted_points_m(values, robot, physics),
        travel_m=floor.travel_m,
    )


def _on_the_floor(
    capture: RobotCapture, robot: RobotModel, physics: mujoco.MjModel
) -> tuple[Floats, Floats, Floats]:
    """Middle of the feet (n, 3), their mean heading without jumps (n,), centre of mass (n, 3)."""
    data = mujoco.MjData(physics)
    middle, heading, com = (
        np.empty((len(capture.qpos), 3)),
        np.empty(len(capture.qpos)),
        np.empty((len(capture.qpos), 3)),
    )
    for row, qpos in enumerate(capture.qpos):
        data.qpos[:] = qpos
        mujoco.mj_kinematics(physics, data)
        mujoco.mj_comPos(physics, data)
        soles = [data.site(f"{foot}_sole") for foot in robot.foot_names]
        middle[row] = np.mean([s.xpos for s in soles], axis=0)
        ahead = np.sum([s.xmat.reshape(3, 3)[:2, 0] for s in soles], axis=0)
        heading[row] = np.arctan2(ahead[1], ahead[0])
        com[row] = data.subtree_com[1]
    return middle, np.unwrap(heading), com


def upper_points(robot: RobotModel) -> tuple[str, ...]:
    """The links above the hips that are key points of the body, in the order of :func:`planted_points_m`."""
    below = ("ankle", "knee", "hip")
    return tuple(name for name, _ in robot.key_points if not any(word in name for word in below))


def planted_postures(values: Floats, robot: RobotModel) -> Floats:
    """Postures of a body that dances these channels with its legs as they stand, shape (n, 7 + j)."""
    order = list(CHANNEL_ORDER["g1"])
    columns = [order.index(f"{axis}_rad") for axis in ("yaw", "pitch", "roll")]
    postures = np.empty((len(values), 7 + len(robot.joint_names)))
    postures[:, :3] = values[:, [order.index(name) for name in ("sway_x_m", "sway_y_m", "pelvis_z_m")]]
    postures[:, 2] += robot.stand_height_m
    postures[:, 3:7] = Rotation.from_euler("ZYX", values[:, columns]).as_quat()[:, [3, 0, 1, 2]]
    for i, joint in enumerate(robot.joint_names):
        name = joint.removesuffix("_joint")
        postures[:, 7 + i] = values[:, order.index(name)] if name in order else robot.stand_rad[i]
    return postures


def planted_points_m(values: Floats, robot: RobotModel, physics: mujoco.MjModel) -> Floats:
    """Key points above the hips of a body that dances these channels, shape (n, k, 3) [m]."""
    points = upper_points(robot)
    data = mujoco.MjData(physics)
    found = np.empty((len(values), len(points), 3))
    for row, posture in enumerate(planted_postures(values, robot)):
        data.qpos[:] = posture
        mujoco.mj_kinematics(physics, data)
        found[row] = [data.body(name).xpos for name in points]
    return found
