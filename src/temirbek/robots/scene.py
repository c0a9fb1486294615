"""The stage as physics sees it: floor, riser, desk and all robots in one model."""

from collections.abc import Sequence

import mujoco

from temirbek.robots.bodies.figure import figure
from temirbek.robots.bodies.spec import FLESH, FRICTION, GROUND, add_floor, new_spec, robot_spec
from temirbek.robots.looks import add_light, add_looks
from temirbek.types import Desk, DeskControl, Performer, Stage

RISER_HEIGHT_M = 0.25
DESK_HEIGHT_M = 0.78
"""Top of the slab above the riser."""
CONTROL_HEIGHT_M = 0.02
"""Knobs and faders stand this far above the slab; the underside of a hand comes down to there."""


def default_stage() -> Stage:
    """A stage of 8 × 8 m with a riser upstage and a desk that a standing G1 behind it reaches without stepping."""
    center_x, near_x = -1.4, 0.17
    depth, width, thickness = 0.34, 0.9, 0.05
    desk = Desk(
        center_m=(center_x + near_x + depth / 2, 0.0, RISER_HEIGHT_M + DESK_HEIGHT_M - thickness / 2),
        size_m=(depth, width, thickness),
        controls=_controls(center_x, RISER_HEIGHT_M + DESK_HEIGHT_M + CONTROL_HEIGHT_M),
    )
    return Stage(half_extent_m=(4.0, 4.0), riser_m=(-1.35, 0.0, 0.75, 1.0, RISER_HEIGHT_M), desk=desk)


def _controls(dj_x: float, z: float) -> dict[str, DeskControl]:
    controls = {}
    for deck, side in (("A", 1.0), ("B", -1.0)):
        controls[f"fader_{deck}"] = DeskControl(
            position_m=(dj_x + 0.25, side * 0.10, z), travel_m=(0.07, 0.0, 0.0), kind="fader"
        )
        for name, x, y in (
            ("filter", 0.31, 0.16),
            ("echo", 0.355, 0.16),
            ("reverb", 0.40, 0.16),
            ("low", 0.315, 0.10),
            ("mid", 0.36, 0.10),
            ("high", 0.405, 0.10),
        ):
            controls[f"{name}_{deck}"] = DeskControl(position_m=(dj_x + x, side * y, z), kind="knob")
        controls[f"platter_{deck}"] = DeskControl(position_m=(dj_x + 0.31, side * 0.30, z), kind="platter")
    return controls


def build_scene(stage: Stage, performers: Sequence[Performer], *, visuals: bool = False) -> mujoco.MjModel:
    """All performers on the stage, each under the prefix "<performer id>/".

    Args:
        stage: Floor, riser and desk.
        performers: The cast.
        visuals: Add the robots' meshes (group 2) and light: for pictures; physics needs neither.

    Returns:
        The compiled scene; floor, riser and desk are the geoms of these names.
    """
    spec = new_spec()
    add_floor(spec, stage.half_extent_m)
    _add_riser(spec, stage)
    _add_desk(spec, stage.desk)
    for performer in performers:
        robot = robot_spec(performer.robot)
        if visuals:
            add_looks(robot, figure(performer.robot), performer.accent_color)
        spec.attach(robot, prefix=f"{performer.id}/", frame=spec.worldbody.add_frame())
    if visuals:
        add_light(spec)
    return spec.compile()


def _add_riser(spec: mujoco.MjSpec, stage: Stage) -> None:
    x, y, half_depth, half_width, height = stage.riser_m
    spec.worldbody.add_geom(
        name="riser",
        type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=[x, y, height / 2],
        size=[half_depth, half_width, height / 2],
        friction=FRICTION,
        contype=GROUND,
        conaffinity=0,
        rgba=[0.16, 0.14, 0.2, 1.0],
    )


def _add_desk(spec: mujoco.MjSpec, desk: Desk) -> None:
    spec.worldbody.add_geom(
        name="desk",
        type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=desk.center_m,
        size=[s / 2 for s in desk.size_m],
        friction=FRICTION,
        contype=FLESH,
        conaffinity=FLESH,
        rgba=[0.25, 0.22, 0.3, 1.0],
    )
