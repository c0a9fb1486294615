"""The reference motion of one robot: what the whole-body controller follows.

Positions and velocities use MuJoCo's conventions for a free body with hinge joints: base position in the stage
frame, quaternion w-first, base linear velocity in the stage frame, base angular velocity in the *body* frame.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrajectoryPoint:
    """The reference at one instant: ``qpos`` (7 + j,), ``qvel`` (6 + j,), ``qacc`` (6 + j,), ``contacts`` (feet,)."""

    qpos: NDArray[np.float64]
    qvel: NDArray[np.float64]
    qacc: NDArray[np.float64]
    contacts: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trajectory:
    """Reference motion on mix time, evenly sampled.

    Attributes:
        performer: Whose.
        joint_names: Names of the j joints, in the robot model's order.
        foot_names: Names of the feet, in the robot model's order.
        start_s, rate_hz: Mix time of the first row [s]; rows a second [Hz].
        qpos: Base pose and joints, shape (n, 7 + j) [m, quaternion wxyz, rad].
        qvel: Velocities, shape (n, 6 + j) [m/s, rad/s].
        qacc: Accelerations, shape (n, 6 + j).
        contacts: Which feet carry the robot, shape (n, feet).
    """

    performer: str
    joint_names: tuple[str, ...]
    foot_names: tuple[str, ...]
    start_s: float
    rate_hz: float
    qpos: NDArray[np.float64]
    qvel: NDArray[np.float64]
    qacc: NDArray[np.float64]
    contacts: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name in ("qpos", "qvel", "qacc"):
            object.__setattr__(self, name, locked(getattr(self, name)))
        object.__setattr__(self, "contacts", locked(self.contacts, dtype=bool))
        n, j = len(self.qpos), len(self.joint_names)
        expected = {
            "qpos": (n, 7 + j),
            "qvel": (n, 6 + j),
            "qacc": (n, 6 + j),
            "contacts": (n, len(self.foot_names)),
        }
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                raise ValueError(
                    f"{self.performer}: {name} has shape {getattr(self, name).shape}; expected {shape}"
                )
        if n < 2:
            raise ValueError(f"{self.performer}: a trajectory needs two rows or more, not {n}")

    @property
    def end_s(self) -> float:
        """Mix time of the last row [s]."""
        return self.start_s + (len(self.qpos) - 1) / self.rate_hz

    def at(self, mix_s: float) -> TrajectoryPoint:
        """The reference at a mix time [s]: linear between rows, held (at rest) outside the ends."""
        x = (mix_s - self.start_s) * self.rate_hz
        last = len(self.qpos) - 1
        i = int(np.clip(np.floor(x), 0, last - 1))
        u = float(np.clip(x - i, 0.0, 1.0))
        qpos = (1 - u) * self.qpos[i] + u * self.qpos[i + 1]
        quat_i, quat_j = self.qpos[i, 3:7], self.qpos[i + 1, 3:7]
        quat = (1 - u) * quat_i + u * (quat_j if quat_i @ quat_j >= 0 else -quat_j)
        qpos[3:7] = quat / np.linalg.norm(quat)
        if 0.0 <= x <= last:
            qvel = (1 - u) * self.qvel[i] + u * self.qvel[i + 1]
            qacc = (1 - u) * self.qacc[i] + u * self.qacc[i + 1]
        else:
            qvel, qacc = np.zeros_like(self.qvel[0]), np.zeros_like(self.qacc[0])
        return TrajectoryPoint(
            qpos=qpos, qvel=qvel, qacc=qacc, contacts=self.contacts[i if u < 0.5 else i + 1]
        )
