"""The last hand before the wire: pure, and the same for every robot.

Whatever the code above it wants, a command that leaves here is finite, fresh, within the reach and speed of the
joints, and asks in the present state for no torque beyond the motors' limits. What was changed is told by name, so
that the record can show it.
"""

from dataclasses import dataclass, replace

import numpy as np

from temirbek.robots.robot import damping_command, motor_torques
from temirbek.types import RobotCommand, RobotModel, RobotReadings

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guarded:
    """A command that may be sent, and what had to be changed: "stale", "not finite", "reach", "speed", "gain", "torque"."""

    command: RobotCommand
    changes: tuple[str, ...]


def guard(command: RobotCommand, state: RobotReadings, model: RobotModel) -> Guarded:
    """Makes a command safe to send.

    Args:
        command: What is wanted.
        state: What the robot reported last; its ``host_s`` is now.
        model: The robot's limits.

    Returns:
        The command to send; a stale one or one that is not finite becomes damping.
    """
    if state.host_s > command.expires_s:
        return Guarded(command=damping_command(model, state), changes=("stale",))
    if not _is_finite(command):
        return Guarded(command=damping_command(model, state), changes=("not finite",))
    changes = []
    reach = np.clip(command.joints_rad, model.lower_rad, model.upper_rad)
    speed = np.clip(command.joints_rad_s, -model.velocity_limit_rad_s, model.velocity_limit_rad_s)
    kp, kd = np.maximum(command.kp, 0.0), np.maximum(command.kd, 0.0)
    if not np.array_equal(reach, command.joints_rad):
        changes.append("reach")
    if not np.array_equal(speed, command.joints_rad_s):
        changes.append("speed")
    if not (np.array_equal(kp, command.kp) and np.array_equal(kd, command.kd)):
        changes.append("gain")
    safe = replace(command, joints_rad=reach, joints_rad_s=speed, kp=kp, kd=kd) if changes else command
    wanted = motor_torques(safe, state)
    excess = wanted - np.clip(wanted, -model.torque_limit_nm, model.torque_limit_nm)
    if np.abs(excess).max() > ROUNDING:
        changes.append("torque")
        safe = replace(safe, torques_nm=safe.torques_nm - excess)
    return Guarded(command=safe, changes=tuple(changes))


def _is_finite(command: RobotCommand) -> bool:
    values = (command.joints_rad, command.joints_rad_s, command.torques_nm, command.kp, command.kd)
    return bool(np.isfinite(np.concatenate(values)).all())
