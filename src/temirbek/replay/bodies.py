"""Robots and stage as the page reads them."""

from typing import Any

import numpy as np

from temirbek.replay.payloads import Payloads
from temirbek.types import Figure, Stage


def figure_json(kind: str, figure: Figure, payloads: Payloads) -> dict[str, Any]:
    """The tree of bodies of a kind of robot, and its meshes (shared by all robots of that kind)."""
    return {
        "bodies": [
            {
                "name": body.name,
                "parent": body.parent,
                "position": list(body.position_m),
                "quat": list(body.quat_wxyz),
                "joint": body.joint,
                "axis": list(body.axis),
            }
            for body in figure.bodies
        ],
        "meshes": [
            {
                "body": mesh.body,
                "rgba": [round(c, 4) for c in mesh.rgba],
                "vertices": payloads.table(
                    f"{kind}-vertices-{index}", np.asarray(mesh.vertices_m, dtype=float), differences=False
                ),
                "triangles": payloads.integers(f"{kind}-triangles-{index}", _whole(mesh.triangles)),
            }
            for index, mesh in enumerate(figure.meshes)
            if len(mesh.triangles)
        ],
    }


def stage_json(stage: Stage) -> dict[str, Any]:
    """Stage, riser, desk and the floor of people [m]."""
    return {
        "half_extent": list(stage.half_extent_m),
        "riser": list(stage.riser_m),
        "desk": {
            "center": list(stage.desk.center_m),
            "size": list(stage.desk.size_m),
            "controls": {
                name: {
                    "position": list(control.position_m),
                    "travel": list(control.travel_m),
                    "kind": control.kind,
                }
                for name, control in stage.desk.controls.items()
            },
        },
        "zones": [
            {"id": zone.id, "title": zone.title, "corners": [list(corner) for corner in zone.corners_m]}
            for zone in stage.zones
        ],
    }


def _whole(triangles: Any) -> Any:
    return np.asarray(triangles, dtype=np.int64).ravel()
