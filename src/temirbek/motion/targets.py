"""From a score to what a body is told: centre of mass, pelvis or trunk, free joints, feet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.motion.channels import CHANNEL_ORDER
from temirbek.motion.footsteps import FeetCourse
from temirbek.motion.humanoid import humanoid_targets
from temirbek.motion.inverse_kinematics import BodySolver, BodyTargets, HandTarget
from temirbek.motion.quadruped import quadruped_targets
from temirbek.motion.score import Score
from temirbek.motion.walking import WeightCourse

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What happens on the floor: the feet, and the weight above them."""

    feet: FeetCourse
    weight: WeightCourse


def body_targets(
    solver: BodySolver, score: Score, hands: tuple[HandTarget, ...], ground: Ground, knots_s: Floats
) -> tuple[BodyTargets, NDArray[np.bool_]]:
    """What the body is told at the given instants, and which feet carry then, shape (n, feet)."""
    values = score.at(knots_s)
    channels = {name: values[:, i] for i, name in enumerate(CHANNEL_ORDER[score.robot])}
    if score.robot == "g1":
        feet = ground.feet.at(knots_s)
        weight_m, planted_share = ground.weight.at(knots_s), ground.weight.planted_share(knots_s)
        return humanoid_targets(solver, channels, values, hands, feet, weight_m, planted_share), feet.carries
    return quadruped_targets(solver, channels, values)
