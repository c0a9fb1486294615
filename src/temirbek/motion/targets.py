"""From a score to what a body is told: centre of mass, pelvis or trunk, free joints, feet."""

import numpy as np
from numpy.typing import NDArray

from temirbek.motion.channels import CHANNEL_ORDER
from temirbek.motion.humanoid import humanoid_targets
from temirbek.motion.inverse_kinematics import BodySolver, BodyTargets, HandTarget
from temirbek.motion.quadruped import quadruped_targets
from temirbek.motion.score import Score

Floats = NDArray[np.float64]


def body_targets(
    solver: BodySolver, score: Score, hands: tuple[HandTarget, ...], knots_s: Floats
) -> tuple[BodyTargets, NDArray[np.bool_]]:
    """What the body is told at the given instants, and which feet carry then, shape (n, feet)."""
    values = score.at(knots_s)
    channels = {name: values[:, i] for i, name in enumerate(CHANNEL_ORDER[score.robot])}
    if score.robot == "g1":
        return humanoid_targets(solver, channels, values, hands)
    return quadruped_targets(solver, channels, values)
