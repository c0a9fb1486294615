"""What a body can follow: speeds, accelerations and joint limits, with margins.

Key poses that ask too much of a channel are drawn towards each other, locally and only as far as needed: the amplitude
shrinks, the beat stays. What a trajectory still violates afterwards is an error that names joint, limit and beat.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import MotionInfeasible
from temirbek.motion.curves import PEAK_ACCELERATION, PEAK_SPEED
from temirbek.motion.score import Score
from temirbek.types import BeatGrid, RobotModel, Trajectory

Floats = NDArray[np.float64]

SPEED_SHARE = 0.7  # of the description's velocity limits
POSITION_MARGIN_RAD = 0.01
_SWEEPS = 60

# Greatest accelerations asked of a channel. Arms and waist: what their motors manage with the load that hangs on them,
# with a third to spare. Height: half of gravity keeps the feet pressed to the ground.
ACCELERATION_LIMITS = {
    "shoulder": 75.0,
    "elbow": 110.0,
    "wrist": 120.0,
    "waist_yaw": 40.0,
    "waist": 9.0,
    "_z_m": 4.5,
    "_lift_m": 12.0,
    "_forward_m": 10.0,
    "_out_m": 10.0,
    "sway": 2.5,
    "roll_rad": 8.0,
    "pitch_rad": 10.0,
    "yaw_rad": 14.0,
}
QUADRUPED_LIMITS = {"roll_rad": 45.0, "pitch_rad": 20.0, "yaw_rad": 25.0, "sway": 5.0}
"""On four feet, a trunk that is low and light turns and shifts faster."""
SPEED_LIMITS = {"_m": 1.2, "_rad": 4.0}


def feasible_keys(score: Score, robot: RobotModel) -> Score:
    """The same dance with key poses drawn together where a channel would be too fast."""
    keys = dict(score.keys)
    for layer, layer_keys in score.keys.items():
        length_s = np.diff(score.beat_grid.time_at(layer_keys.beats))
        poses = layer_keys.poses.copy()
        for column, channel in enumerate(layer_keys.channels):
            speed, acceleration = allowed(channel, robot)
            reach = np.minimum(speed * length_s / PEAK_SPEED, acceleration * length_s**2 / PEAK_ACCELERATION)
            poses[:, column] = _drawn_together(poses[:, column], reach)
        keys[layer] = replace(layer_keys, poses=poses)
    return replace(score, keys=keys)


def allowed(channel: str, robot: RobotModel) -> tuple[float, float]:
    """Greatest speed and acceleration of a channel [its unit a second, and a second²]."""
    limits = {**ACCELERATION_LIMITS, **(QUADRUPED_LIMITS if robot.kind == "go2" else {})}
    acceleration = next(value for word, value in limits.items() if word in channel)
    joint = f"{channel}_joint"
    if joint in robot.joint_names:
        return SPEED_SHARE * float(robot.velocity_limit_rad_s[robot.joint_names.index(joint)]), acceleration
    return next(value for ending, value in SPEED_LIMITS.items() if channel.endswith(ending)), acceleration


def _drawn_together(values: Floats, reach: Floats) -> Floats:
    """Values whose steps stay within ``reach``; ends fixed, excess shared by both neighbours."""
    values = values.copy()
    for _ in range(_SWEEPS):
        step = np.diff(values)
        excess = np.sign(step) * np.maximum(np.abs(step) - reach, 0.0)
        if not np.any(np.abs(excess) > 1e-9):
            break
        values[:-1] += 0.5 * excess
        values[1:] -= 0.5 * excess
    return values


def require_limits(trajectory: Trajectory, robot: RobotModel, beat_grid: BeatGrid) -> None:
    """Checks joint positions and velocities.

    Raises:
        MotionInfeasible: A joint leaves its range or exceeds its speed; the message names joint, limit and beat.
    """
    joints, speeds = trajectory.qpos[:, 7:], np.abs(trajectory.qvel[:, 6:])
    checks = (
        (robot.lower_rad - joints, robot.lower_rad, joints, "rad, below its lower limit of", "rad"),
        (joints - robot.upper_rad, robot.upper_rad, joints, "rad, above its upper limit of", "rad"),
        (
            speeds - robot.velocity_limit_rad_s,
            robot.velocity_limit_rad_s,
            speeds,
            "rad/s, faster than its limit of",
            "rad/s",
        ),
    )
    for excess, limit, values, words, unit in checks:
        row, joint = np.unravel_index(int(np.argmax(excess)), excess.shape)
        if excess[row, joint] > 1e-6:
            beat = float(beat_grid.beat_at(trajectory.start_s + row / trajectory.rate_hz))
            raise MotionInfeasible(
                f"{trajectory.performer}: {robot.joint_names[joint]} would be at {values[row, joint]:.3f} {words} "
                f"{limit[joint]:.3f} {unit} at beat {beat:.2f}",
                beat=beat,
            )
