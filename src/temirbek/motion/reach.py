"""How far legs reach: a pelvis that stays up while a foot goes far would need a leg longer than it is."""

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from temirbek.motion.footsteps import FeetRows
from temirbek.motion.inverse_kinematics import BodySolver

Floats = NDArray[np.float64]

STRAIGHTEST_KNEE_RAD = 0.35  # a straighter leg could not follow a disturbance
ANKLE_MARGIN_RAD = 0.05
_AROUND_S, _ROUNDING_S = 0.3, 0.12
_SOFT_RAD = 0.02


class Legs:
    """The legs of a humanoid, each as a rod from hip to ankle that is at most so long.

    Args:
        solver: The body.
    """

    def __init__(self, solver: BodySolver) -> None:
        robot, data = solver.robot, mujoco.MjData(solver.model)
        data.qpos[:] = solver.stand_qpos
        knees = [i for i, name in enumerate(robot.joint_names) if "knee" in name]
        data.qpos[7 + np.array(knees)] = STRAIGHTEST_KNEE_RAD
        mujoco.mj_kinematics(solver.model, data)
        self._length_m = np.linalg.norm(
            _links(data, robot.foot_names, "hip_roll") - _links(data, robot.foot_names, "ankle_pitch"), axis=1
        )
        data.qpos[:] = solver.stand_qpos
        mujoco.mj_kinematics(solver.model, data)
        self._hips_m = _links(data, robot.foot_names, "hip_roll") - data.qpos[:3]
        self._ankles_m = _links(data, robot.foot_names, "ankle_pitch") - solver.stand_feet_m
        ankles = [i for i, name in enumerate(robot.joint_names) if "ankle_roll" in name]
        self._ankle_rad = float(robot.upper_rad[ankles].min()) - ANKLE_MARGIN_RAD
        self._com_m = solver.stand_com_m[:2] - data.qpos[:2]

    def lowered_m(
        self, height_m: Floats, weight_m: Floats, heading_rad: Floats, feet: FeetRows, step_s: float
    ) -> Floats:
        """By how much the pelvis has to come down so that both legs reach, smooth, never positive, shape (n,).

        Args:
            height_m: Of the pelvis as the dance wants it, shape (n,).
            weight_m: Centre of mass, shape (n, 2).
            heading_rad: Which way the body faces, shape (n,).
            feet: Where the feet are.
            step_s: Between rows [s].
        """
        apart = np.linalg.norm(self._across_m(weight_m, heading_rad, feet), axis=2)
        rises = np.sqrt(np.maximum(self._length_m**2 - apart**2, 0.0))
        highest = (feet.soles_m[:, :, 2] + self._ankles_m[:, 2] + rises - self._hips_m[:, 2]).min(axis=1)
        short = np.minimum(highest - height_m, 0.0)
        if not short.any():
            return np.zeros_like(height_m)
        lowest = minimum_filter1d(short, 2 * round(_AROUND_S / step_s) + 1, mode="nearest")
        return np.asarray(gaussian_filter1d(lowest, _ROUNDING_S / step_s, mode="nearest"))

    def rolled_rad(self, height_m: Floats, weight_m: Floats, heading_rad: Floats, feet: FeetRows) -> Floats:
        """How far each foot that is free to do so stands on its edge, because its ankle turns no further.

        Arguments as for :meth:`lowered_m`, with the pelvis where it will be. Returns shape (n, feet).
        """
        across = self._across_m(weight_m, heading_rad, feet)
        c, s = np.cos(feet.yaw_rad), np.sin(feet.yaw_rad)
        sideways = c * across[..., 1] - s * across[..., 0]
        up = height_m[:, None] + self._hips_m[:, 2] - feet.soles_m[:, :, 2] - self._ankles_m[:, 2]
        lean = np.arctan2(sideways, up)  # positive: the hip is to the left of the ankle
        excess = _SOFT_RAD * np.logaddexp(0.0, (np.abs(lean) - self._ankle_rad) / _SOFT_RAD)
        return np.asarray(-np.sign(lean) * excess * feet.free)

    def _across_m(self, weight_m: Floats, heading_rad: Floats, feet: FeetRows) -> Floats:
        """Along the floor from each ankle to its hip, shape (n, feet, 2)."""
        pelvis = weight_m - _turned(self._com_m[None], heading_rad[:, None])[:, 0]
        hips = pelvis[:, None] + _turned(self._hips_m[:, :2], heading_rad[:, None])
        return np.asarray(hips - feet.soles_m[:, :, :2] - _turned(self._ankles_m[:, :2], feet.yaw_rad))


def _links(data: mujoco.MjData, sides: tuple[str, ...], link: str) -> Floats:
    return np.array([data.body(f"{side}_{link}_link").xpos for side in sides])


def _turned(points_m: Floats, yaw_rad: Floats) -> Floats:
    """Points turned about the vertical, shapes (k, 2) and (n, k or 1) → (n, k, 2)."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    x, y = points_m[:, 0], points_m[:, 1]
    return np.asarray(np.stack([c * x - s * y, s * x + c * y], axis=-1))
