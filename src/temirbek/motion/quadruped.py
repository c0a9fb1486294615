"""What a quadruped is told: its trunk, and where its feet are."""

import numpy as np
from numpy.typing import NDArray

from temirbek.motion.inverse_kinematics import BodySolver, BodyTargets

Floats = NDArray[np.float64]

LIFTED_M = 5e-4  # a foot this high no longer carries


def quadruped_targets(
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
