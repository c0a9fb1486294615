"""What a humanoid is told: centre of mass, pelvis, free joints, planted and stepping feet."""

import numpy as np
from numpy.typing import NDArray

from temirbek.motion.inverse_kinematics import BodySolver, BodyTargets, HandTarget, upper_channels

Floats = NDArray[np.float64]


def humanoid_targets(
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
