"""What a robot's own sensors tell of what really happens: late, and not quite true.

Usual noise (``Disturbances.noise`` = 1), one figure each, at 500 readings a second:

    ==================  =====================  ===========================================================================
    Gyroscope           0.004 rad/s rms        Bosch BMI088: 0.014 °/s/√Hz over 250 Hz = 0.22 °/s
    its bias            0.002 rad/s, walking   8 K of warming (0.015 °/s/K) since it was zeroed standing still; 2e-5 rad/s/√s
    Accelerometer       0.03 m/s² rms          BMI088: 175 µg/√Hz over 250 Hz = 0.027 m/s²
    its bias            0.05 m/s², walking     a quarter of the data sheet's ±20 mg, the rest calibrated; 1e-3 m/s²/√s
    Joint angles        0.0005 rad rms         encoders of 14 bits (0.0004 rad a count) behind a gear with some play
    Joint speeds        0.03 rad/s rms         the drive's own difference of angles, filtered
    Joint torques       0.2 N·m rms, gain 3 %  current times a constant; gears' friction differs from motor to motor
    ==================  =====================  ===========================================================================

Unitree publishes none of these for the G1; the inertial figures are of a common unit for legged robots, those of the
joints what drives of this class show. Readings bear the time at which they were measured.
"""

import zlib
from collections import deque
from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.robots.bodies.spec import PHYSICS_STEP_S
from temirbek.robots.disturbances import Disturbances
from temirbek.types import RobotReadings

Floats = NDArray[np.float64]

GYRO_RAD_S, GYRO_BIAS_RAD_S, GYRO_WALK = 0.004, 0.002, 2e-5
ACCELERATION_M_S2, ACCELERATION_BIAS_M_S2, ACCELERATION_WALK = 0.03, 0.05, 1e-3
ANGLE_RAD, SPEED_RAD_S = 0.0005, 0.03
TORQUE_NM, TORQUE_GAIN = 0.2, 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Where a robot's sensors find their truth in a scene's data."""

    q: slice
    v: slice
    motors: slice
    accelerometer: slice


class Sensors:
    """The sensors of one robot in a scene.

    Args:
        channels: Where its numbers lie.
        performer: Whose, so that no two robots have the same noise.
        disturbances: How noisy and how late.
    """

    def __init__(self, channels: Channels, performer: str, disturbances: Disturbances) -> None:
        self._at = channels
        self._noise = disturbances.noise
        self._kept: deque[RobotReadings] = deque(maxlen=1 + round(disturbances.delay_s / PHYSICS_STEP_S))
        self.are_plain = not self._noise and self._kept.maxlen == 1
        """Nothing of one instant shows in the readings of another: it is enough to note those that are read."""
        self._rng = np.random.default_rng([disturbances.seed, zlib.crc32(performer.encode())])
        joints = channels.motors.stop - channels.motors.start
        self._gyro_bias = GYRO_BIAS_RAD_S * self._rng.standard_normal(3)
        self._acceleration_bias = ACCELERATION_BIAS_M_S2 * self._rng.standard_normal(3)
        self._torque_gain = TORQUE_GAIN * self._rng.standard_normal(joints)

    def forget(self) -> None:
        """Drops what is on its way: for a robot that was put somewhere else."""
        self._kept.clear()

    def note(self, data: mujoco.MjData) -> None:
        """Measures the present instant, once for each physics step however often it is called."""
        if self._kept and self._kept[-1].host_s == data.time:
            return
        at = self._at
        moving = data.qvel[at.v].copy()
        angular, speeds, joints = moving[3:6], moving[6:], data.qpos[at.q][7:].copy()
        acceleration, torques = data.sensordata[at.accelerometer].copy(), data.ctrl[at.motors].copy()
        if self._noise:
            angular = angular + self._noise * self._gyro_error()
            acceleration = acceleration + self._noise * self._acceleration_error()
            joints = joints + self._noise * ANGLE_RAD * self._rng.standard_normal(len(joints))
            speeds = speeds + self._noise * SPEED_RAD_S * self._rng.standard_normal(len(speeds))
            white = TORQUE_NM * self._rng.standard_normal(len(torques))
            torques = torques + self._noise * (self._torque_gain * torques + white)
        self._kept.append(
            RobotReadings(
                host_s=data.time,
                angular_rad_s=angular,
                acceleration_m_s2=acceleration,
                joints_rad=joints,
                joints_rad_s=speeds,
                torques_nm=torques,
            )
        )

    @property
    def oldest_kept(self) -> RobotReadings:
        """The newest readings that have arrived, themselves. Something must have been noted."""
        return self._kept[0]

    def arrived(self) -> RobotReadings:
        """A copy of the newest readings that have arrived: the oldest kept. Something must have been noted."""
        kept = self._kept[0]
        return RobotReadings(
            host_s=kept.host_s,
            angular_rad_s=kept.angular_rad_s.copy(),
            acceleration_m_s2=kept.acceleration_m_s2.copy(),
            joints_rad=kept.joints_rad.copy(),
            joints_rad_s=kept.joints_rad_s.copy(),
            torques_nm=kept.torques_nm.copy(),
        )

    def _gyro_error(self) -> Floats:
        self._gyro_bias += GYRO_WALK * np.sqrt(PHYSICS_STEP_S) * self._rng.standard_normal(3)
        return self._gyro_bias + GYRO_RAD_S * self._rng.standard_normal(3)

    def _acceleration_error(self) -> Floats:
        self._acceleration_bias += ACCELERATION_WALK * np.sqrt(PHYSICS_STEP_S) * self._rng.standard_normal(3)
        return self._acceleration_bias + ACCELERATION_M_S2 * self._rng.standard_normal(3)
