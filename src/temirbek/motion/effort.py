"""Keeps the torques of waist and arms within what the motors give, with a margin.

No contact acts on the body above the hips, so inverse dynamics gives its torques exactly, whatever the legs do: what
the arms throw, the waist must hold. Each channel may be slow enough by itself and the sum still be too much; fast
tempi make it worse by their square. Where a torque would pass its share, the key poses around it are drawn towards
their neighbours: the dance gets smaller there, the beat stays.
"""

from collections.abc import Callable
from dataclasses import replace

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d

from temirbek.motion.score import Score
from temirbek.motion.smooth import Motion
from temirbek.types import RobotModel

Floats = NDArray[np.float64]

TORQUE_SHARE = 0.7  # of the description's limits; what is left over corrects disturbances
ABOVE_THE_HIPS = ("waist", "shoulder", "elbow", "wrist")
_ROUNDS = 5
_AROUND_S = 0.5  # so far on both sides of an excess the dance gets smaller
_SMALLEST = 0.5  # in one round


def eased(
    score: Score, robot: RobotModel, physics: mujoco.MjModel, times_s: Floats, move: Callable[[Score], Motion]
) -> Score:
    """The same dance, smaller where waist or arms would need too much torque.

    Args:
        score: The dance.
        robot, physics: The body.
        times_s: Instants of the rows that ``move`` gives [s], evenly spaced.
        move: Makes a score into motion.
    """
    for _ in range(_ROUNDS):
        share = torque_shares(move(score), robot, physics).max(axis=1, initial=0.0)
        if share.max(initial=0.0) <= TORQUE_SHARE:
            break
        size = np.clip(TORQUE_SHARE / np.maximum(share, 1e-9), _SMALLEST, 1.0)
        rows = 2 * round(_AROUND_S / (times_s[1] - times_s[0])) + 1
        score = _smaller(score, times_s, minimum_filter1d(size, rows))
    return score


def torque_shares(motion: Motion, robot: RobotModel, physics: mujoco.MjModel) -> Floats:
    """Torques above the hips over their limits, shape (n, joints above the hips); no columns for a quadruped."""
    joints = [i for i, name in enumerate(robot.joint_names) if any(w in name for w in ABOVE_THE_HIPS)]
    data = mujoco.MjData(physics)
    shares = np.empty((len(motion.qpos), len(joints)))
    flags = int(physics.opt.disableflags)
    physics.opt.disableflags = flags | int(mujoco.mjtDisableBit.mjDSBL_CONSTRAINT)
    try:
        for row in range(len(shares) if joints else 0):
            data.qpos[:], data.qvel[:], data.qacc[:] = motion.qpos[row], motion.qvel[row], motion.qacc[row]
            mujoco.mj_inverse(physics, data)
            shares[row] = np.abs(data.qfrc_inverse[6:][joints]) / robot.torque_limit_nm[joints]
    finally:
        physics.opt.disableflags = flags
    return shares


def _smaller(score: Score, times_s: Floats, size: Floats) -> Score:
    """Key poses drawn towards the mean of their neighbours, and poses passed between them towards the straight way: by
    nothing where size is 1."""
    keys = dict(score.keys)

    def size_at(beats: Floats) -> Floats:
        return np.asarray(np.interp(score.beat_grid.time_at(beats), times_s, size))[:, None]

    for layer, old in score.keys.items():
        if len(old.beats) < 3:
            continue
        between = 0.5 * (old.poses[:-2] + old.poses[2:])
        poses = old.poses.copy()
        poses[1:-1] += 0.5 * (1.0 - size_at(old.beats[1:-1])) * (between - poses[1:-1])
        ways = old.passing
        if ways is not None:
            ways = replace(ways, offsets=ways.offsets * size_at(ways.at))
        keys[layer] = replace(old, poses=poses, passing=ways)
    return replace(score, keys=keys)
