"""How a body looks: the description's meshes, light enough for a web page.

The G1's meshes have 290 000 triangles. Quadric decimation (Garland and Heckbert, 1997) brings them to some thousand,
if the vertices that neighbouring triangles share are merged first: without that, each triangle is an island and parts
fall to pieces. Each mesh gets triangles by the square root of its area, and more where the result would stray from the
original. Results are kept in the user's cache, named by everything that they depend on.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fast_simplification
import numpy as np
import trimesh
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from temirbek.robots.bodies.description import Description, Visual, in_order, read_description
from temirbek.robots.bodies.facing import facing_outwards
from temirbek.robots.bodies.spec import BODIES
from temirbek.types import Figure, FigureBody, FigureMesh, RobotKind

Floats = NDArray[np.float64]
Indices = NDArray[Any]
Rgba = tuple[float, float, float, float]

TRIANGLES = {"g1": 12500, "go2": 11000}
FEWEST_TRIANGLES, KEPT_AS_IS = 80, 700
LOST_M = 0.006
MERGE_GRIDS_M = (1e-4, 5e-4, 1e-3, 2e-3)
ENOUGH = 1.3
GENTLY = 3
"""How careful the decimation is: 7 is the library's default, and lost corners."""
GREY: Rgba = (0.7, 0.7, 0.7, 1.0)
VERSION = "6"


@cache
def figure(kind: RobotKind) -> Figure:
    """Bodies and decimated meshes of a robot, by colour.

    Raises:
        DeviceLost: The descriptions are not installed.
    """
    description = read_description(BODIES[kind].urdf)
    seen = _links_with_looks(description)
    order = [(link, joint) for link, joint in in_order(description) if link.name in seen]
    index = {link.name: i for i, (link, _) in enumerate(order)}
    bodies = tuple(
        FigureBody(name=link.name, parent=-1, position_m=(0.0, 0.0, 0.0), quat_wxyz=(1.0, 0.0, 0.0, 0.0))
        if joint is None
        else FigureBody(
            name=link.name,
            parent=index[joint.parent],
            position_m=joint.pose.position_m,
            quat_wxyz=joint.pose.quat_wxyz,
            joint=joint.name if joint.hinge else "",
            axis=joint.axis if joint.hinge else (0.0, 0.0, 1.0),
        )
        for link, joint in order
    )
    visuals = [(index[link.name], visual) for link, _ in order for visual in link.visuals]
    return Figure(bodies=bodies, meshes=tuple(_meshes(visuals, TRIANGLES[kind])))


def _links_with_looks(description: Description) -> set[str]:
    """Links that show something or carry a link that does."""
    parents = {j.child: j.parent for j in description.joints}
    seen = {description.root}
    for name, link in description.links.items():
        at: str | None = name if link.visuals else None
        while at is not None and at not in seen:
            seen.add(at)
            at = parents.get(at)
    return seen


def _meshes(visuals: list[tuple[int, Visual]], triangles: int) -> Iterator[FigureMesh]:
    """Meshes of all bodies, with the budget of triangles shared out."""
    files = {v.mesh: _file_id(v.mesh) for _, v in visuals}
    name = hashlib.sha256(
        "\n".join([VERSION, str(triangles), *(f"{files[v.mesh]} {v.rgba}" for _, v in visuals)]).encode()
    ).hexdigest()
    kept = _read_cache(name)
    if kept is None:
        kept = _decimate_all([v for _, v in visuals], triangles)
        _write_cache(name, kept)
    for which, vertices, faces, rgba in kept:
        body, visual = visuals[which]
        turn = Rotation.from_quat(np.roll(visual.pose.quat_wxyz, -1)).as_matrix()
        yield FigureMesh(
            body=body,
            vertices_m=vertices @ turn.T + np.array(visual.pose.position_m),
            triangles=faces,
            rgba=rgba,
        )


Part = tuple[int, Floats, Indices, Rgba]


def _decimate_all(visuals: list[Visual], triangles: int) -> list[Part]:
    parts = [(i, mesh, rgba) for i, visual in enumerate(visuals) for mesh, rgba in _load(visual)]
    share = np.sqrt([mesh.area for _, mesh, _ in parts])
    budget = np.maximum(triangles * share / share.sum(), FEWEST_TRIANGLES).astype(int)
    return [
        (i, *decimated(mesh.vertices, mesh.faces, int(count)), rgba)
        for (i, mesh, rgba), count in zip(parts, budget, strict=True)
    ]


def _load(visual: Visual) -> Iterator[tuple[trimesh.Trimesh, Rgba]]:
    """The parts of a mesh file, one for each colour, vertices merged."""
    scene = trimesh.load_scene(visual.mesh)
    by_color: dict[Rgba, list[trimesh.Trimesh]] = {}
    for node in scene.graph.nodes_geometry:
        transform, name = scene.graph[node]
        mesh = scene.geometry[name].copy()
        mesh.apply_transform(transform)
        by_color.setdefault(_color(mesh, visual), []).append(mesh)
    for rgba, meshes in by_color.items():
        whole = trimesh.util.concatenate([trimesh.Trimesh(m.vertices, m.faces) for m in meshes])
        yield whole, rgba


def _color(mesh: trimesh.Trimesh, visual: Visual) -> Rgba:
    """The mesh file's own material where it has one, else the description's colour."""
    material = getattr(mesh.visual, "material", None)
    if material is None:
        return visual.rgba or GREY
    r, g, b, a = (round(float(c) / 255.0, 3) for c in material.main_color)
    return (r, g, b, a)


def decimated(vertices_m: Floats, faces: Indices, triangles: int) -> tuple[Floats, Indices]:
    """A mesh with about ``triangles`` triangles, or more where it would lose its shape.

    Merges vertices and decimates in turns, on a coarser grid each time, since decimation stalls where parts touch
    without sharing vertices.

    Args:
        vertices_m: Shape (v, 3).
        faces: Shape (f, 3).
        triangles: How many are wanted.

    Returns:
        Vertices and faces; no side of the box around them moved by more than 6 mm, and faces show outwards: where the
        two sides of a thin wall became one, what is left may be the inner one.
    """
    if len(faces) <= KEPT_AS_IS:  # lettering and small parts fall apart before they save anything
        return vertices_m, faces
    originals = vertices_m
    for grid_m in MERGE_GRIDS_M:
        merged = merge_vertices(vertices_m, faces, grid_m)
        if len(merged[1]) <= triangles:
            simpler = merged
        else:
            points, corners = fast_simplification.simplify(
                merged[0].astype(np.float32),
                merged[1].astype(np.int32),
                target_count=triangles,
                agg=GENTLY,
            )
            simpler = points.astype(float), corners.astype(np.int64)
        if not len(simpler[1]) or _lost_m(originals, simpler[0][np.unique(simpler[1])]) > LOST_M:
            break
        vertices_m, faces = simpler
        if len(faces) <= ENOUGH * triangles:
            break
    return vertices_m, facing_outwards(vertices_m, faces)


def merge_vertices(vertices_m: Floats, faces: Indices, grid_m: float) -> tuple[Floats, Indices]:
    """Joins the vertices of each cell of a grid into their mean, and drops triangles that collapse or double."""
    cells = np.round(vertices_m / grid_m).astype(np.int64)
    _, cell = np.unique(cells, axis=0, return_inverse=True)
    cell = cell.ravel()
    count = np.bincount(cell)
    means = np.stack([np.bincount(cell, vertices_m[:, i]) / count for i in range(3)], axis=1)
    faces = cell[faces]
    a, b, c = faces.T
    faces = faces[(a != b) & (b != c) & (c != a)]
    _, first = np.unique(np.sort(faces, axis=1), axis=0, return_index=True)
    return means, faces[np.sort(first)]


def _lost_m(originals: Floats, points: Floats) -> float:
    """By how much the box around the simpler mesh differs from the box around the original."""
    return float(np.abs([originals.min(0) - points.min(0), originals.max(0) - points.max(0)]).max())


def _file_id(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _cache_file(name: str) -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    folder = Path(home) if home else Path.home() / ".cache"
    return folder / "temirbek" / "figures" / f"{name}.npz"


def _read_cache(name: str) -> list[Part] | None:
    path = _cache_file(name)
    if not path.is_file():
        return None
    with np.load(path) as kept:
        return [
            (
                int(kept[f"which_{i}"]),
                kept[f"vertices_{i}"].astype(float),
                kept[f"faces_{i}"].astype(np.int64),
                tuple(float(c) for c in kept[f"rgba_{i}"]),  # type: ignore[misc]
            )
            for i in range(int(kept["count"]))
        ]


def _write_cache(name: str, parts: list[Part]) -> None:
    path = _cache_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {"count": np.array(len(parts))}
    for i, (which, vertices, faces, rgba) in enumerate(parts):
        arrays |= {
            f"which_{i}": np.array(which),
            f"vertices_{i}": vertices.astype(np.float32),
            f"faces_{i}": faces.astype(np.int32),
            f"rgba_{i}": np.array(rgba),
        }
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, **arrays)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
