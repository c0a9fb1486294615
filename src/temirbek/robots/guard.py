"""The last hand before the wire: pure, and the same for every robot.

Whatever the code above it wants, a command that leaves here has as many joints as the robot, is finite and fresh, lies
within the reach and speed of the joints, leaps no further from what was sent before than a joint can move in that time,
asks in the present state for no torque beyond the motors' limits, and ends soon if nothing follows it. What was changed
is told by name, so that the record can show it. Where a robot may be and which postures it may take is the matter of
:mod:`temirbek.robots.workspace`, which knows its body and its stage.
"""

from dataclasses import dataclass, replace
from math import isfinite, isnan

import numpy as np
from numpy.typing import NDArray

from temirbek.robots.robot import damping_command, motor_torques
from temirbek.types import RobotCommand, RobotModel, RobotReadings

Floats = NDArray[np.float64]

ROUNDING = 1e-9
LONGEST_LIFE_S = 1.0
"""A command ends by then, whatever it says: a robot that is told nothing more sinks, and does not hold its last word.
Who controls gives each command much less."""
COMMAND_STEP_S, LONGEST_SILENCE_S = 0.004, 0.02
"""Two commands count as at least and at most that far apart: readings come in steps, and silence is no licence."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guarded:
    """A command that may be sent.

    Attributes:
        command: What to send.
        changes: What had to be changed: "count", "blind", "not finite", "stale" (these become damping), "reach",
            "speed", "gain", "leap", "life", "torque".
        sent_s: When it was guarded, by the readings [s].
    """

    command: RobotCommand
    changes: tuple[str, ...]
    sent_s: float


def guard(
    command: RobotCommand, readings: RobotReadings, model: RobotModel, before: Guarded | None = None
) -> Guarded:
    """Makes a command safe to send.

    Args:
        command: What is wanted.
        readings: What the robot reported last; their ``host_s`` is now.
        model: The robot's limits.
        before: What was sent before, from which no joint may leap; None: nothing was.

    Returns:
        The command to send. One with a wrong number of joints, one that is not finite, a stale one, and any while the
        readings are not numbers, become damping.
    """
    trouble = _trouble(command, readings, model)
    if trouble:
        damping = damping_command(model, _believable(readings, model))
        return Guarded(command=damping, changes=(trouble,), sent_s=readings.host_s)
    safe, changes = _within_limits(command, readings, model, before)
    wanted, limit = motor_torques(safe, readings), model.torque_limit_nm
    if _exceeds(wanted, limit + ROUNDING):
        excess = wanted - _between(-limit, wanted, limit)
        changes.append("torque")
        safe = replace(safe, torques_nm=safe.torques_nm - excess)
    return Guarded(command=safe, changes=tuple(changes), sent_s=readings.host_s)


def _trouble(command: RobotCommand, readings: RobotReadings, model: RobotModel) -> str:
    """Why a command cannot be sent in any form; "" if it can."""
    joints = model.stand_rad.shape
    wanted = (command.joints_rad, command.joints_rad_s, command.torques_nm, command.kp, command.kd)
    felt = (readings.joints_rad, readings.joints_rad_s)
    for values in wanted:
        if values.shape != joints:
            return "count"
    for values in felt:
        if values.shape != joints:
            return "blind"
    # Mostly the sum of all squares says that all are numbers, at a fraction of the cost.
    if not isfinite(sum([float(values.dot(values)) for values in wanted + felt])):
        if not all(np.isfinite(values).all() for values in felt):
            return "blind"
        if not all(np.isfinite(values).all() for values in wanted):
            return "not finite"
    if isnan(command.expires_s):
        return "not finite"
    return "stale" if readings.host_s > command.expires_s else ""


def _between(least: Floats, values: Floats, most: Floats) -> Floats:
    bounded: Floats = np.minimum(np.maximum(values, least), most)
    return bounded


def _exceeds(values: Floats, most: Floats) -> bool:
    return bool((np.abs(values) > most).any())


def _believable(readings: RobotReadings, model: RobotModel) -> RobotReadings:
    """Readings whose joints are numbers; where they are not, the robot is taken to stand still."""
    joints, speeds = readings.joints_rad, readings.joints_rad_s
    if np.shape(joints) != model.stand_rad.shape or np.shape(speeds) != model.stand_rad.shape:
        return replace(readings, joints_rad=model.stand_rad, joints_rad_s=np.zeros_like(model.stand_rad))
    return replace(
        readings,
        joints_rad=np.where(np.isfinite(joints), joints, model.stand_rad),
        joints_rad_s=np.where(np.isfinite(speeds), speeds, 0.0),
    )


def _within_limits(
    command: RobotCommand, readings: RobotReadings, model: RobotModel, before: Guarded | None
) -> tuple[RobotCommand, list[str]]:
    """The command within the limits of the joints and of time, and what that changed."""
    changes = []
    fastest = model.velocity_limit_rad_s
    joints, speeds, kp, kd = command.joints_rad, command.joints_rad_s, command.kp, command.kd
    if ((joints < model.lower_rad) | (joints > model.upper_rad)).any():
        joints = _between(model.lower_rad, joints, model.upper_rad)
        changes.append("reach")
    if _exceeds(speeds, fastest):
        speeds = _between(-fastest, speeds, fastest)
        changes.append("speed")
    if min(kp.tolist()) < 0.0 or min(kd.tolist()) < 0.0:
        kp, kd = np.maximum(kp, 0.0), np.maximum(kd, 0.0)
        changes.append("gain")
    followed = _without_leap(joints, kp, readings, fastest, before)
    if followed is not joints and (followed != joints).any():
        changes.append("leap")
    expires_s = command.expires_s
    if expires_s > readings.host_s + LONGEST_LIFE_S + ROUNDING and (kp.any() or command.torques_nm.any()):
        expires_s = readings.host_s + LONGEST_LIFE_S
        changes.append("life")
    if not changes:
        return command, changes
    safe = RobotCommand(
        joints_rad=followed,
        joints_rad_s=speeds,
        torques_nm=command.torques_nm,
        kp=kp,
        kd=kd,
        expires_s=expires_s,
    )
    return safe, changes


def _without_leap(
    joints_rad: Floats, kp: Floats, readings: RobotReadings, fastest_rad_s: Floats, before: Guarded | None
) -> Floats:
    """Angles no further from those sent before than the joints can move since then.

    Joints without stiffness follow no angle, and so leap nowhere; those that had none before start from where they are.
    """
    if before is None:
        return joints_rad
    since_s = min(max(readings.host_s - before.sent_s, COMMAND_STEP_S), LONGEST_SILENCE_S)
    way = fastest_rad_s * since_s + ROUNDING
    if before.command.kp is kp and not _exceeds(joints_rad - before.command.joints_rad, way):
        return joints_rad  # as almost always: the same gains, and angles that a joint can follow
    held = before.command.kp > 0
    origin = np.where(held, before.command.joints_rad, readings.joints_rad)
    return np.where(kp > 0, _between(origin - way, joints_rad, origin + way), joints_rad)
