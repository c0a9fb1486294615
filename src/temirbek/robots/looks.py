"""What only pictures need: meshes on bodies, lamps over the stage."""

import mujoco
import numpy as np

from temirbek.types import Figure

LOOKS_GROUP = 2
ACCENT_SHARE = 0.35
PICTURE_SIZE = (1920, 1080)
# Lamps: where, towards where, colour. A warm key from the audience, two colours from the wings.
LAMPS = (
    ((4.0, 0.0, 4.5), (-0.7, 0.0, -0.7), (0.75, 0.72, 0.68), True),
    ((0.0, -4.0, 4.0), (0.0, 0.7, -0.7), (0.55, 0.12, 0.45), False),
    ((0.0, 4.0, 4.0), (0.0, -0.7, -0.7), (0.10, 0.35, 0.65), False),
)


def add_looks(spec: mujoco.MjSpec, figure: Figure, accent_color: str) -> None:
    """Hangs a figure's meshes on a robot's bodies; light parts take a tint of the performer's colour.

    Args:
        spec: One robot.
        figure: Its meshes.
        accent_color: "#rrggbb".
    """
    accent = np.array([int(accent_color[i : i + 2], 16) / 255.0 for i in (1, 3, 5)])
    for i, mesh in enumerate(figure.meshes):
        name = f"look_{i}"
        spec.add_mesh(
            name=name,
            uservert=np.asarray(mesh.vertices_m, dtype=float).ravel(),
            userface=np.asarray(mesh.triangles, dtype=np.int32).ravel(),
            inertia=mujoco.mjtMeshInertia.mjMESH_INERTIA_SHELL,
        )
        color = np.array(mesh.rgba[:3])
        if color.mean() > 0.5:
            color = (1 - ACCENT_SHARE) * color + ACCENT_SHARE * accent
        spec.body(figure.bodies[mesh.body].name).add_geom(
            type=mujoco.mjtGeom.mjGEOM_MESH,
            meshname=name,
            contype=0,
            conaffinity=0,
            group=LOOKS_GROUP,
            mass=0.0,
            rgba=[*color, 1.0],
        )


def add_light(spec: mujoco.MjSpec) -> None:
    """Hangs the lamps and makes room for large pictures."""
    spec.visual.global_.offwidth, spec.visual.global_.offheight = PICTURE_SIZE
    spec.visual.headlight.ambient = [0.25, 0.25, 0.28]
    spec.visual.headlight.diffuse = [0.25, 0.25, 0.25]
    for position, direction, color, shadow in LAMPS:
        spec.worldbody.add_light(
            pos=position, dir=direction, diffuse=color, castshadow=shadow, cutoff=55.0, exponent=6.0
        )
