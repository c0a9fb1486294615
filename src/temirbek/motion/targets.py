"""From a score to what a humanoid is told: centre of mass, pelvis, free joints, planted and stepping feet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.motion.channels import CHANNEL_ORDER
from temirbek.motion.footsteps import FeetCourse
from temirbek.motion.inverse_kinematics import BodySolver, BodyTargets, HandTarget, upper_channels
from temirbek.motion.reach import Legs
from temirbek.motion.score import Score
from temirbek.motion.walking import WeightCourse

Floats = NDArray[np.float64]

EDGE_M = 0.03  # from the middle of a sole to its edge


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What happens on the floor: the feet, the weight above them, and the legs between."""

    feet: FeetCourse
    weight: WeightCourse
    legs: Legs


def humanoid_targets(
    solver: BodySolver,
    score: Score,
    hands: tuple[HandTarget, ...],
    ground: Ground,
    knots_s: Floats,
    shift_m: Floats,
    *,
    lands: bool = True,
) -> BodyTargets:
    """What a humanoid is told at the given instants, which are evenly spaced.

    The pelvis faces where the feet face on average, and what the dance turns it by is on top of that. The dance's own
    sway counts on planted feet only; while there are steps, they decide where the weight is. The pelvis comes down as
    far as legs need that reach to the side or ahead.

    Args:
        solver: The body.
        score: Its dance.
        hands: Hands with work to do, at these instants.
        ground: Its feet and its weight.
        knots_s: Shape (n,) [s].
        shift_m: What balance adds to the centre of mass, shape (n, 2).
        lands: Whether feet come down with a jolt, or as softly as smooth motion needs.
    """
    values = score.at(knots_s)
    channels = {name: values[:, i] for i, name in enumerate(CHANNEL_ORDER[score.robot])}
    feet = ground.feet.at(knots_s) if lands else ground.feet.at(knots_s, 0.0)
    heading = ground.weight.heading_rad(knots_s)
    c, s = np.cos(heading), np.sin(heading)
    planted = ground.weight.planted_share(knots_s)
    x, y = planted * channels["sway_x_m"], planted * channels["sway_y_m"]
    sway = np.column_stack([c * x - s * y, s * x + c * y])
    weight = ground.weight.at(knots_s) + sway + shift_m
    height = solver.robot.stand_height_m + channels["pelvis_z_m"]
    height += ground.legs.lowered_m(height, weight, heading, feet, float(knots_s[1] - knots_s[0]))
    roll = ground.legs.rolled_rad(height, weight, heading, feet)
    soles = feet.soles_m.copy()
    soles[..., 2] += EDGE_M * np.abs(np.sin(roll))
    yaw = heading + channels["yaw_rad"]
    return BodyTargets(
        base_m=np.column_stack([weight, height]),
        base_rpy_rad=np.column_stack([channels["roll_rad"], channels["pitch_rad"], yaw]),
        upper_rad=values[:, list(upper_channels(solver.robot))],
        feet_m=soles,
        feet_yaw_rad=feet.yaw_rad,
        feet_roll_rad=roll,
        hands=hands,
    )
