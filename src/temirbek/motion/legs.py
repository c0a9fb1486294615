"""The legs of a quadruped in closed form: where a foot is to be gives three joint angles, for all instants at once.

A leg is a hip that rolls about the trunk's long axis, and a thigh and a calf that pitch in one plane beside it. The
plane's roll follows from where the foot lies across; thigh and calf from the triangle of their lengths, the knee
bending back. No iteration, no drift: the same places give the same angles.
"""

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.types import RobotModel

Floats = NDArray[np.float64]

_STRAIGHTEST = 1e-9


class QuadrupedLegs:
    """The legs of one body.

    Args:
        model: Its physics: links "<foot>_hip", "<foot>_thigh", "<foot>_calf" and "<foot>_foot".
        robot: Its facts; joints by leg, in the order hip, thigh, calf.
    """

    def __init__(self, model: mujoco.MjModel, robot: RobotModel) -> None:
        self._names = robot.foot_names
        self._hip_m = np.array([model.body(f"{leg}_hip").pos for leg in self._names])
        self._across_m = np.array([model.body(f"{leg}_thigh").pos[1] for leg in self._names])
        self._thigh_m = np.array([-model.body(f"{leg}_calf").pos[2] for leg in self._names])
        self._calf_m = np.array([-model.body(f"{leg}_foot").pos[2] for leg in self._names])
        self._radius_m = float(model.geom(f"{self._names[0]}_sole_0").size[0])
        calf = slice(2, None, 3)
        self._shortest_m = self._length_at(robot.lower_rad[calf])
        self._longest_m = self._length_at(robot.upper_rad[calf])

    def joints_rad(self, base_m: Floats, base_matrix: Floats, feet_m: Floats) -> tuple[Floats, Floats]:
        """The joint angles that bring the feet to their places.

        Args:
            base_m: Origin of the trunk, shape (n, 3).
            base_matrix: Its attitude, shape (n, 3, 3).
            feet_m: Middles of the ball feet, shape (n, feet, 3), same frame.

        Returns:
            The angles, shape (n, 3 · feet), and by how much each leg is too short (positive) or would have to fold
            too far (negative) to reach, shape (n, feet) [m]; the angles are then those of the nearest place that it
            reaches.
        """
        seen = np.einsum("nij,nfi->nfj", base_matrix, feet_m - base_m[:, None]) - self._hip_m
        x, y, z = seen[..., 0], seen[..., 1], seen[..., 2]
        down = np.sqrt(np.maximum(y**2 + z**2 - self._across_m**2, _STRAIGHTEST))
        hip = np.arctan2(z, y) - np.arctan2(-down, self._across_m)
        hip = (hip + np.pi) % (2 * np.pi) - np.pi
        length = np.hypot(x, down)
        reached = np.clip(length, self._shortest_m, self._longest_m)
        bend = (reached**2 - self._thigh_m**2 - self._calf_m**2) / (2 * self._thigh_m * self._calf_m)
        calf = -np.arccos(np.clip(bend, -1.0, 1.0))
        thigh = np.arctan2(-x, down) - np.arctan2(
            self._calf_m * np.sin(calf), self._thigh_m + self._calf_m * np.cos(calf)
        )
        angles = np.stack([hip, thigh, calf], axis=-1).reshape(len(base_m), -1)
        return angles, length - reached

    def rolled_m(self, base_matrix: Floats, joints_rad: Floats, heading_rad: Floats) -> Floats:
        """How far ball feet have rolled, against feet whose calves are upright.

        A ball that does not slip moves by its radius times the angle by which it turns.

        Args:
            base_matrix: The trunk's attitude, shape (n, 3, 3).
            joints_rad: Angles, shape (n, 3 · feet).
            heading_rad: Which way the feet's places point, shape (n, feet).

        Returns:
            Shape (n, feet, 2), ahead and to the left of those places [m].
        """
        hip, thigh, calf = np.moveaxis(joints_rad.reshape(len(base_matrix), -1, 3), -1, 0)
        pitch = thigh + calf
        axis = np.stack([np.sin(pitch), -np.sin(hip) * np.cos(pitch), np.cos(hip) * np.cos(pitch)], axis=-1)
        x, y, z = np.moveaxis(np.einsum("nij,nfj->nfi", base_matrix, axis), -1, 0)
        c, s = np.cos(heading_rad), np.sin(heading_rad)
        return np.asarray(
            self._radius_m * np.stack([np.arctan2(c * x + s * y, z), np.arctan2(c * y - s * x, z)], axis=-1)
        )

    def knee_heights_m(self, base_m: Floats, base_matrix: Floats, joints_rad: Floats) -> Floats:
        """Heights of the knees' axes above the frame's ground, shape (n, feet) [m].

        Args:
            base_m, base_matrix: The trunk, as above.
            joints_rad: Angles, shape (n, 3 · feet).
        """
        hip, thigh, _ = np.moveaxis(joints_rad.reshape(len(base_m), -1, 3), -1, 0)
        down = -self._thigh_m * np.cos(thigh)
        knee = np.stack(
            [
                -self._thigh_m * np.sin(thigh),
                self._across_m * np.cos(hip) - down * np.sin(hip),
                self._across_m * np.sin(hip) + down * np.cos(hip),
            ],
            axis=-1,
        )
        return np.asarray(base_m[:, None, 2] + np.einsum("nj,nfj->nf", base_matrix[:, 2], self._hip_m + knee))

    def _length_at(self, calf_rad: Floats) -> Floats:
        """How far a foot is from its thigh's joint, shape (feet,)."""
        return np.asarray(
            np.sqrt(self._thigh_m**2 + self._calf_m**2 + 2 * self._thigh_m * self._calf_m * np.cos(calf_rad))
        )
