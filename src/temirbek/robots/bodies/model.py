"""The facts of a body that the rest of the house asks for."""

from functools import cache

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.robots.bodies.description import read_description
from temirbek.robots.bodies.spec import BODIES, drive_of, robot_physics, stand_angle
from temirbek.types import RobotKind, RobotModel


@cache
def robot_model(kind: RobotKind) -> RobotModel:
    """Joints, limits, gains, stand and key points of a body; limits come from its description file.

    Raises:
        DeviceLost: The descriptions are not installed.
    """
    body = BODIES[kind]
    hinges = read_description(body.urdf).hinges
    drives = [drive_of(body, j.name) for j in hinges]
    stand = np.array([stand_angle(body, j.name) for j in hinges])
    return RobotModel(
        kind=kind,
        joint_names=tuple(j.name for j in hinges),
        lower_rad=np.array([j.lower_rad for j in hinges]),
        upper_rad=np.array([j.upper_rad for j in hinges]),
        velocity_limit_rad_s=np.array([j.velocity_rad_s for j in hinges]),
        torque_limit_nm=np.array([j.torque_nm for j in hinges]),
        kp=np.array([d.kp for d in drives]),
        kd=np.array([d.kd for d in drives]),
        stand_rad=stand,
        stand_height_m=_stand_height_m(kind, stand),
        foot_names=tuple(f.name for f in body.feet),
        key_points=body.key_points,
    )


def _stand_height_m(kind: RobotKind, stand_rad: NDArray[np.float64]) -> float:
    """Base height at which the lowest sole touches the ground."""
    physics = robot_physics(kind)
    data = mujoco.MjData(physics)
    data.qpos[:7] = (0, 0, 0, 1, 0, 0, 0)
    data.qpos[7:] = stand_rad
    mujoco.mj_kinematics(physics, data)
    soles = [g for g in range(physics.ngeom) if "_sole_" in physics.geom(g).name]
    return -float(min(data.geom_xpos[soles, 2] - physics.geom_size[soles, 0]))
