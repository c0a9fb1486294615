"""A robot without weight: it is where it was last told to be. For tests and for trying a show without physics."""

import numpy as np

from temirbek.robots.guard import Guarded, guard
from temirbek.robots.robot import Damped, damping_command
from temirbek.types import RobotCommand, RobotModel, RobotReadings


class FakeRobot(Damped):
    """A :class:`~temirbek.robots.Robot` whose joints follow commands at once and whose base never moves.

    Args:
        model: The body it pretends to be.
    """

    def __init__(self, model: RobotModel) -> None:
        self._model = model
        self._now_s = 0.0
        self._joints = model.stand_rad.copy()
        self._speeds = np.zeros_like(self._joints)
        self._command = damping_command(model, self.read())
        self.interventions = 0
        self._guarded: Guarded | None = None

    @property
    def model(self) -> RobotModel:
        return self._model

    @property
    def command(self) -> RobotCommand:
        return self._command

    def read(self) -> RobotReadings:
        return RobotReadings(
            host_s=self._now_s,
            angular_rad_s=np.zeros(3),
            acceleration_m_s2=np.array([0.0, 0.0, 9.81]),
            joints_rad=self._joints.copy(),
            joints_rad_s=self._speeds.copy(),
            torques_nm=np.zeros_like(self._joints),
        )

    def write(self, command: RobotCommand) -> RobotCommand:
        self._guarded = guard(command, self.read(), self._model, self._guarded)
        self.interventions += bool(self._guarded.changes)
        self._command = self._guarded.command
        return self._command

    def damp(self) -> None:
        readings = self.read()
        self._command = damping_command(self._model, readings)
        self._guarded = Guarded(command=self._command, changes=(), sent_s=readings.host_s)

    def pass_time(self, seconds: float) -> None:
        """Lets time pass: joints with stiffness arrive where they were told to be, an expired command damps."""
        self._now_s += seconds
        if self._now_s > self._command.expires_s:
            self.damp()
        stiff = self._command.kp > 0
        self._joints = np.where(stiff, self._command.joints_rad, self._joints)
        self._speeds = np.where(stiff, self._command.joints_rad_s, 0.0)
