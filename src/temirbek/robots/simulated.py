"""One robot of a physical scene."""

from dataclasses import replace
from math import inf

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.robots.bodies.model import robot_model
from temirbek.robots.disturbances import NONE, Disturbances
from temirbek.robots.guard import Guarded, guard
from temirbek.robots.recording import CARRIES_N, ContactReader, feet_of_geoms
from temirbek.robots.robot import Damped, damping_command
from temirbek.robots.sensors import Channels, Sensors
from temirbek.types import Performer, RobotCommand, RobotModel, RobotReadings, RobotState


class SimulatedRobot(Damped):
    """One robot of a scene; :class:`~temirbek.robots.Robot` in physics.

    What it reads is what its sensors tell: late and noisy as the disturbances say. Its motors follow the command by
    their own encoders, at every physics step, as drives do.

    Args:
        scene: The model of the whole scene.
        data: Its state, stepped by someone else.
        performer: Who; the prefix of its names is "<performer id>/".
        disturbances: How noisy and how late its sensors are.
    """

    def __init__(
        self,
        scene: mujoco.MjModel,
        data: mujoco.MjData,
        performer: Performer,
        disturbances: Disturbances = NONE,
    ) -> None:
        self._data = data
        self._model = robot_model(performer.robot)
        root = scene.joint(f"{performer.id}/root")
        q, v = int(root.qposadr[0]), int(root.dofadr[0])
        joints = len(self._model.joint_names)
        motor = scene.actuator(f"{performer.id}/{self._model.joint_names[0]}").id
        self.q = slice(q, q + 7 + joints)
        self.v = slice(v, v + 6 + joints)
        self.motors = slice(motor, motor + joints)
        self._q, self._v = data.qpos[self.q][7:], data.qvel[self.v][6:]
        self._ctrl = data.ctrl[self.motors]
        self._limit = self._model.torque_limit_nm
        sensor = int(scene.sensor(f"{performer.id}/accelerometer").adr[0])
        channels = Channels(q=self.q, v=self.v, motors=self.motors, accelerometer=slice(sensor, sensor + 3))
        self._sensors = Sensors(channels, performer.id, disturbances)
        self._contacts = ContactReader(scene)
        self._foot_of_geom = feet_of_geoms(scene, performer)
        self._pressed: tuple[float, NDArray[np.float64]] | None = None
        self.interventions = 0
        self._guarded: Guarded | None = None
        self._command = damping_command(self._model, self.read())
        self._sensors.forget()

    @property
    def model(self) -> RobotModel:
        return self._model

    @property
    def command(self) -> RobotCommand:
        return self._command

    def read(self) -> RobotReadings:
        self._sensors.note(self._data)
        return self._sensors.arrived()

    def _newest(self) -> RobotReadings:
        """What :meth:`read` would tell, not to be given away."""
        self._sensors.note(self._data)
        return self._sensors.oldest_kept

    def truth(self) -> RobotState:
        """Where the robot really is and which feet really carry it: known in simulation only."""
        q, v = self._data.qpos[self.q].copy(), self._data.qvel[self.v].copy()
        force_n = self._foot_forces()
        return RobotState(
            host_s=self._data.time,
            base_position_m=q[:3],
            base_quat_wxyz=q[3:7],
            base_velocity_m_s=v[:3],
            base_angular_rad_s=v[3:6],
            joints_rad=q[7:],
            joints_rad_s=v[6:],
            contacts=force_n > CARRIES_N,
            contact_force_n=force_n,
        )

    def base_pose(self) -> list[float]:
        """Where the base really is: x, y, z [m] and quaternion, w first."""
        pose: list[float] = self._data.qpos[self.q][:7].tolist()
        return pose

    def write(self, command: RobotCommand) -> RobotCommand:
        self._guarded = guard(command, self._newest(), self._model, self._guarded)
        self.interventions += bool(self._guarded.changes)
        self._command = self._guarded.command
        return self._command

    def damp(self) -> None:
        readings = self.read()
        self._command = damping_command(self._model, readings)
        self._guarded = Guarded(command=self._command, changes=(), sent_s=readings.host_s)

    def drive(self) -> None:
        """What sensors and motors do at each physics step; an expired command has become damping."""
        if not self._sensors.are_plain:
            self._sensors.note(self._data)
        if self._data.time > self._command.expires_s:
            self.damp()
        command = self._command
        torque = (
            command.torques_nm
            + command.kp * (command.joints_rad - self._q)
            + command.kd * (command.joints_rad_s - self._v)
        )
        np.minimum(np.maximum(torque, -self._limit), self._limit, out=self._ctrl)

    def place(self, qpos: NDArray[np.float64], qvel: NDArray[np.float64]) -> None:
        """Puts the robot somewhere; what it was told before counts no more, nor does the guard measure leaps from it."""
        self._data.qpos[self.q], self._data.qvel[self.v] = qpos, qvel
        self._sensors.forget()
        self._pressed = self._guarded = None
        self._command = replace(self._command, expires_s=-inf)

    def _foot_forces(self) -> NDArray[np.float64]:
        """Forces under the feet in the last physics step [N]; looked up once a step."""
        if self._pressed is None or self._pressed[0] != self._data.time:
            contacts = self._contacts.read(self._data)
            force_n = contacts.of_feet(self._foot_of_geom, len(self._model.foot_names))
            self._pressed = (self._data.time, force_n)
        return self._pressed[1].copy()
