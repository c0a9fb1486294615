"""The contract of every robot: fake, simulated or real."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from temirbek.types import RobotCommand, RobotModel, RobotReadings

SLOW_RAD_S = 1e-3


class Robot(Protocol):
    """A body with joints that can be read and told.

    A context manager: leaving it, for whatever reason, damps the robot. A standing humanoid that is no longer told
    anything must sink, not fall stiff and not go limp.
    """

    @property
    def model(self) -> RobotModel:
        """The fixed facts of the body."""
        ...

    interventions: int
    """Commands that the guard had to change so far."""

    @property
    def command(self) -> RobotCommand:
        """What the motors follow now."""
        ...

    def read(self) -> RobotReadings:
        """The newest readings; they bear the time at which they were measured."""
        ...

    def write(self, command: RobotCommand) -> RobotCommand:
        """Passes a command through the guard to the motors; returns what was really sent."""
        ...

    def damp(self) -> None:
        """Lets every joint resist its motion and nothing else, until the next command."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Damped(ABC):
    """What every robot of this house does when it is left: a context manager that damps."""

    @abstractmethod
    def damp(self) -> None:
        """Lets every joint resist its motion and nothing else, until the next command."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.damp()


def damping_command(model: RobotModel, state: RobotReadings) -> RobotCommand:
    """Joint damping alone: it holds nothing, pushes nothing and never expires.

    Joints that are very fast now are damped by less, so that no motor is asked for more than it has.
    """
    nothing = np.zeros(len(model.joint_names))
    within_limit = model.torque_limit_nm / np.maximum(np.abs(state.joints_rad_s), SLOW_RAD_S)
    return RobotCommand(
        joints_rad=state.joints_rad,
        joints_rad_s=nothing,
        torques_nm=nothing,
        kp=nothing,
        kd=np.minimum(model.kd, within_limit),
        expires_s=np.inf,
    )


def motor_torques(command: RobotCommand, state: RobotReadings) -> NDArray[np.float64]:
    """Torques that motors make of a command in a state, before their own limits [N·m], shape (j,)."""
    return (
        command.torques_nm
        + command.kp * (command.joints_rad - state.joints_rad)
        + command.kd * (command.joints_rad_s - state.joints_rad_s)
    )
