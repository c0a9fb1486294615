"""What a robot is, reports and is told: the same words for simulation and hardware."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked
from temirbek.types.choreography import RobotKind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobotModel:
    """The fixed facts of a body. Joint arrays have shape (j,), in the order of ``joint_names``.

    Attributes:
        kind: Which robot.
        joint_names: As in the description file.
        lower_rad, upper_rad, velocity_limit_rad_s, torque_limit_nm: Limits from the description file.
        kp, kd: Gains for joint position control [N·m/rad], [N·m·s/rad].
        stand_rad: A standing posture.
        stand_height_m: Base height in that posture.
        foot_names: Feet, in order.
        key_points: Names of the bodies whose motion the measures look at, and the part of the body that
            each belongs to ("hands", "pelvis", "head", "feet", "whole"); "whole" points count for the
            whole body only.
    """

    kind: RobotKind
    joint_names: tuple[str, ...]
    lower_rad: NDArray[np.float64]
    upper_rad: NDArray[np.float64]
    velocity_limit_rad_s: NDArray[np.float64]
    torque_limit_nm: NDArray[np.float64]
    kp: NDArray[np.float64]
    kd: NDArray[np.float64]
    stand_rad: NDArray[np.float64]
    stand_height_m: float
    foot_names: tuple[str, ...]
    key_points: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        for name in (
            "lower_rad",
            "upper_rad",
            "velocity_limit_rad_s",
            "torque_limit_nm",
            "kp",
            "kd",
            "stand_rad",
        ):
            values = locked(getattr(self, name))
            object.__setattr__(self, name, values)
            if values.shape != (len(self.joint_names),):
                raise ValueError(
                    f"{self.kind}: {name} has shape {values.shape}; expected ({len(self.joint_names)},)"
                )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobotReadings:
    """What a robot's own sensors tell: an inertial unit in its base and encoders in its joints.

    Attributes:
        host_s: When it was measured [s].
        angular_rad_s: Gyroscope, base frame, shape (3,) [rad/s].
        acceleration_m_s2: Accelerometer (specific force: +9.81 upwards at rest), base frame, shape (3,) [m/s²].
        joints_rad, joints_rad_s: Angles and speeds, shape (j,).
        torques_nm: What the motors did, shape (j,) [N·m].
    """

    host_s: float
    angular_rad_s: NDArray[np.float64]
    acceleration_m_s2: NDArray[np.float64]
    joints_rad: NDArray[np.float64]
    joints_rad_s: NDArray[np.float64]
    torques_nm: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobotState:
    """Where a robot is, known or estimated. Quaternions are w-first; angular velocity is in the body frame.

    ``contacts`` and ``contact_force_n`` say which feet carry it and with how much vertical force, shape (feet,);
    they are empty where nobody looked.
    """

    host_s: float
    base_position_m: NDArray[np.float64]
    base_quat_wxyz: NDArray[np.float64]
    base_velocity_m_s: NDArray[np.float64]
    base_angular_rad_s: NDArray[np.float64]
    joints_rad: NDArray[np.float64]
    joints_rad_s: NDArray[np.float64]
    contacts: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    contact_force_n: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobotCommand:
    """What a robot is told: torque = torques + kp (joints − q) + kd (joints_rad_s − dq), until ``expires_s``."""

    joints_rad: NDArray[np.float64]
    joints_rad_s: NDArray[np.float64]
    torques_nm: NDArray[np.float64]
    kp: NDArray[np.float64]
    kd: NDArray[np.float64]
    expires_s: float
