"""One robot of a physical scene."""

from types import TracebackType
from typing import Self

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.robots.bodies.model import robot_model
from temirbek.robots.guard import guard
from temirbek.robots.robot import damping_command
from temirbek.types import Performer, RobotCommand, RobotModel, RobotReadings, RobotState


class SimulatedRobot:
    """One robot of a scene; :class:`~temirbek.robots.Robot` in physics.

    Args:
        scene: The model of the whole scene.
        data: Its state, stepped by someone else.
        performer: Who; the prefix of its names is "<performer id>/".
    """

    def __init__(self, scene: mujoco.MjModel, data: mujoco.MjData, performer: Performer) -> None:
        self._data = data
        self._model = robot_model(performer.robot)
        root = scene.joint(f"{performer.id}/root")
        q, v = int(root.qposadr[0]), int(root.dofadr[0])
        joints = len(self._model.joint_names)
        motor = scene.actuator(f"{performer.id}/{self._model.joint_names[0]}").id
        self.q = slice(q, q + 7 + joints)
        self.v = slice(v, v + 6 + joints)
        self.motors = slice(motor, motor + joints)
        sensor = int(scene.sensor(f"{performer.id}/accelerometer").adr[0])
        self._accelerometer = slice(sensor, sensor + 3)
        self.interventions = 0
        self._command = damping_command(self._model, self.read())

    @property
    def model(self) -> RobotModel:
        return self._model

    @property
    def command(self) -> RobotCommand:
        return self._command

    def read(self) -> RobotReadings:
        q, v = self._data.qpos[self.q], self._data.qvel[self.v]
        return RobotReadings(
            host_s=self._data.time,
            angular_rad_s=v[3:6].copy(),
            acceleration_m_s2=self._data.sensordata[self._accelerometer].copy(),
            joints_rad=q[7:].copy(),
            joints_rad_s=v[6:].copy(),
            torques_nm=self._data.ctrl[self.motors].copy(),
        )

    def truth(self) -> RobotState:
        """Where the robot really is: known in simulation only."""
        q, v = self._data.qpos[self.q].copy(), self._data.qvel[self.v].copy()
        return RobotState(
            host_s=self._data.time,
            base_position_m=q[:3],
            base_quat_wxyz=q[3:7],
            base_velocity_m_s=v[:3],
            base_angular_rad_s=v[3:6],
            joints_rad=q[7:],
            joints_rad_s=v[6:],
        )

    def write(self, command: RobotCommand) -> RobotCommand:
        guarded = guard(command, self.read(), self.model)
        self.interventions += bool(guarded.changes)
        self._command = guarded.command
        return guarded.command

    def damp(self) -> None:
        self._command = damping_command(self._model, self.read())

    def drive(self) -> None:
        """What the motors do at each physics step; an expired command has become damping."""
        if self._data.time > self._command.expires_s:
            self.damp()
        command, data = self._command, self._data
        torque = (
            command.torques_nm
            + command.kp * (command.joints_rad - data.qpos[self.q][7:])
            + command.kd * (command.joints_rad_s - data.qvel[self.v][6:])
        )
        limit = self._model.torque_limit_nm
        data.ctrl[self.motors] = np.clip(torque, -limit, limit)

    def place(self, qpos: NDArray[np.float64], qvel: NDArray[np.float64]) -> None:
        """Puts the robot somewhere."""
        self._data.qpos[self.q], self._data.qvel[self.v] = qpos, qvel

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.damp()
