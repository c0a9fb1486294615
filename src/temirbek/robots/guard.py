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
    if (np.abs(wanted) - limit).max() > ROUNDING:
        excess = wanted - _between(-limit, wanted, limit)
        changes.append("torque")
        safe = replace(safe, torques_nm=safe.torques_nm - excess)
    return Guarded(command=safe, changes=tuple(changes), sent_s=readings.host_s)


def _trouble(command: RobotCommand, readings: RobotReadings, model: RobotModel) -> str:
    """Why a command cannot be sent in any form; "" if it can."""
    joints = (len(model.joint_names),)
    for values in (command.joints_rad, command.joints_rad_s, command.torques_nm, command.kp, command.kd):
        if values.shape != joints:
            return "count"
    for values in (readings.joints_rad, readings.joints_rad_s):
        if values.shape != joints or not _is_finite(values):
            return "blind"
    for values in (command.joints_rad, command.joints_rad_s, command.torques_nm, command.kp, command.kd):
        if not _is_finite(values):
            return "not finite"
    if isnan(command.expires_s):
        return "not finite"
    return "stale" if readings.host_s > command.expires_s else ""


def _is_finite(values: Floats) -> bool:
    """Whether all are numbers; mostly the sum of their squares says so, at a fraction of the cost."""
    return isfinite(values.dot(values)) or bool(np.isfinite(values).all())


def _between(least: Floats, values: Floats, most: Floats) -> Floats:
    bounded: Floats = np.minimum(np.maximum(values, least), most)
    return bounded


def _differ(some: Floats, others: Floats) -> bool:
    return bool((some != others).any())


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
    joints = _between(model.lower_rad, command.joints_rad, model.upper_rad)
    if _differ(joints, command.joints_rad):
        changes.append("reach")
    speeds = _between(-fastest, command.joints_rad_s, fastest)
    if _differ(speeds, command.joints_rad_s):
        changes.append("speed")
    kp, kd = command.kp, command.kd
    if kp.min() < 0.0 or kd.min() < 0.0:
        kp, kd = np.maximum(kp, 0.0), np.maximum(kd, 0.0)
        changes.append("gain")
    followed = _without_leap(joints, kp, readings, fastest, before)
    if followed is not joints and _differ(followed, joints):
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
    if (np.abs(joints_rad - before.command.joints_rad) <= way).all() and before.command.kp is kp:
        return joints_rad  # as almost always: the same gains, and angles that a joint can follow
    held = before.command.kp > 0
    origin = np.where(held, before.command.joints_rad, readings.joints_rad)
    return np.where(kp > 0, _between(origin - way, joints_rad, origin + way), joints_rad)
