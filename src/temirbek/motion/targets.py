"""From a score to what a humanoid is told: centre of mass, pelvis, free joints, planted and stepping feet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.motion.channels import CHANNEL_ORDER
from temirbek.motion.footsteps import FeetCourse
from temirbek.motion.inverse_kinematics import BodySolver, BodyTargets, HandTarget, upper_channels
from temirbek.motion.score import Score
from temirbek.motion.walking import WeightCourse

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What happens on the floor: the feet, and the weight above them."""

    feet: FeetCourse
    weight: WeightCourse


def humanoid_targets(
    solver: BodySolver, score: Score, hands: tuple[HandTarget, ...], ground: Ground, knots_s: Floats
) -> BodyTargets:
    """What a humanoid is told at the given instants.

    The pelvis faces where the feet face on average, and what the dance turns it by is on top of that. The dance's own
    sway counts on planted feet only; while there are steps, they decide where the weight is.
    """
    values = score.at(knots_s)
    channels = {name: values[:, i] for i, name in enumerate(CHANNEL_ORDER[score.robot])}
    feet = ground.feet.at(knots_s)
    heading = feet.heading_rad
    c, s = np.cos(heading), np.sin(heading)
    planted = ground.weight.planted_share(knots_s)
    x, y = planted * channels["sway_x_m"], planted * channels["sway_y_m"]
    sway = np.column_stack([c * x - s * y, s * x + c * y])
    height = solver.robot.stand_height_m + channels["pelvis_z_m"]
    yaw = heading + channels["yaw_rad"]
    return BodyTargets(
        base_m=np.column_stack([ground.weight.at(knots_s) + sway, height]),
        base_rpy_rad=np.column_stack([channels["roll_rad"], channels["pitch_rad"], yaw]),
        upper_rad=values[:, list(upper_channels(solver.robot))],
        feet_m=feet.soles_m,
        feet_yaw_rad=feet.yaw_rad,
        hands=hands,
    )
