"""From a score to what a body is told: centre of mass, pelvis or trunk, free joints, feet."""

import numpy as np
from numpy.typing import NDArray

from temirbek.motion.channels import CHANNEL_ORDER
from temirbek.motion.inverse_kinematics import BodySolver, BodyTargets, HandTarget, upper_channels
from temirbek.motion.score import Score

Floats = NDArray[np.float64]

LIFTED_M = 5e-4  # a foot this high no longer carries


def body_targets(
    solver: BodySolver, score: Score, hands: tuple[HandTarget, ...], knots_s: Floats
) -> tuple[BodyTargets, NDArray[np.bool_]]:
    """What the body is told at the given instants, and which feet carry then, shape (n, feet)."""
    values = score.at(knots_s)
    channels = {name: values[:, i] for i, name in enumerate(CHANNEL_ORDER[score.robot])}
    if score.robot == "g1":
        return _humanoid(solver, channels, values, hands)
    return _quadruped(solver, channels, values)


def _humanoid(
    solver: BodySolver, channels: dict[str, Floats], values: Floats, hands: tuple[HandTarget, ...]
) -> tuple[BodyTargets, NDArray[np.bool_]]:
    n = len(values)
    base = np.tile([*solver.stand_com_m[:2], solver.robot.stand_height_m], (n, 1))
    base += np.column_stack([channels["sway_x_m"], channels["sway_y_m"], channels["pelvis_z_m"]])
    targets = BodyTargets(
        base_m=base,
        base_rpy_rad=np.column_stack([channels[f"{axis}_rad"] for axis in ("roll", "pitch", "yaw")]),
        upper_rad=values[:, list(upper_channels(solver.robot))],
        feet_m=np.tile(solver.stand_feet_m, (n, 1, 1)),
        hands=hands,
    )
    return targets, np.ones((n, len(solver.stand_feet_m)), dtype=bool)


def _quadruped(
    solver: BodySolver, channels: dict[str, Floats], values: Floats
) -> tuple[BodyTargets, NDArray[np.bool_]]:
    n = len(values)
    base = np.tile(solver.stand_qpos[:3], (n, 1))
    base += np.column_stack([channels["sway_x_m"], channels["sway_y_m"], channels["trunk_z_m"]])
    feet = np.tile(solver.stand_feet_m, (n, 1, 1))
    contacts = np.ones((n, len(solver.stand_feet_m)), dtype=bool)
    for side, foot, outwards in (("left", "FL", 1.0), ("right", "FR", -1.0)):
        i = solver.robot.foot_names.index(foot)
        lift = channels[f"{side}_lift_m"]
        feet[:, i] += np.column_stack(
            [channels[f"{side}_forward_m"], outwards * channels[f"{side}_out_m"], lift]
        )
        contacts[:, i] = lift < LIFTED_M
    targets = BodyTargets(
        base_m=base,
        base_rpy_rad=np.column_stack([channels[f"{axis}_rad"] for axis in ("roll", "pitch", "yaw")]),
        upper_rad=np.zeros((n, 0)),
        feet_m=feet,
    )
    return targets, contacts
