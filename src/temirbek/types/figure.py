"""How a robot looks: a tree of bodies with the meshes that hang on them, light enough for a web page."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureBody:
    """One rigid body, placed in its parent.

    Attributes:
        name: As in the description file.
        parent: Index of the parent body, or −1 for the root (placed by the base pose).
        position_m, quat_wxyz: Pose in the parent's frame at joint angle 0.
        joint: Name of the hinge that moves it, or "" where it is fixed to its parent.
        axis: Axis of the hinge in the body's own frame (the hinge goes through the body's origin).
    """

    name: str
    parent: int
    position_m: tuple[float, float, float]
    quat_wxyz: tuple[float, float, float, float]
    joint: str = ""
    axis: tuple[float, float, float] = (0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FigureMesh:
    """A decimated mesh in the frame of its body: vertices (v, 3) [m], triangles (f, 3), colour 0–1."""

    body: int
    vertices_m: NDArray[np.float64]
    triangles: NDArray[np.float64]
    rgba: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "vertices_m", locked(self.vertices_m, dtype=np.float32))
        object.__setattr__(self, "triangles", locked(self.triangles, dtype=np.int32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A whole robot: bodies in an order in which parents come first, and their meshes."""

    bodies: tuple[FigureBody, ...]
    meshes: tuple[FigureMesh, ...]
