"""Recorded motion, before it is a dance: of a robot's own body, or of a human's."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked
from temirbek.types.choreography import RobotKind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobotCapture:
    """Postures of a robot, evenly sampled, as somebody recorded them: proven to be numbers, not to be feasible.

    Attributes:
        robot: Whose body.
        source: What messages call it: the name of its file.
        rate_hz: Rows a second [Hz].
        qpos: Base position [m], quaternion w first, joints [rad] in the robot model's order, shape (n, 7 + j).
    """

    robot: RobotKind
    source: str
    rate_hz: float
    qpos: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "qpos", locked(self.qpos))
        if self.qpos.ndim != 2 or len(self.qpos) < 2 or self.qpos.shape[1] < 8:
            raise ValueError(
                f"{self.source}: qpos has shape {self.qpos.shape}; expected (n, 7 + j) with n ≥ 2"
            )
        if not np.isfinite(self.qpos).all() or not self.rate_hz > 0:
            raise ValueError(f"{self.source}: qpos must be finite, and the rate above 0")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BodyCapture:
    """A recorded human body as the joints that matter for a humanoid robot.

    World frame: z up, metres; the names of joints are those of the house ("pelvis", "chest", "neck", "left_shoulder",
    "left_elbow", "left_wrist", "left_hand", "left_hip", "left_knee", "left_ankle", and the same on the right).

    Attributes:
        source: What messages call it: the name of its file.
        rate_hz: Rows a second [Hz].
        points_m: Joint → where it is, shape (n, 3) [m].
    """

    source: str
    rate_hz: float
    points_m: Mapping[str, NDArray[np.float64]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "points_m", {name: locked(p) for name, p in self.points_m.items()})
        shapes = {p.shape for p in self.points_m.values()}
        if len(shapes) != 1 or len(next(iter(shapes))) != 2 or next(iter(shapes))[1] != 3:
            raise ValueError(
                f"{self.source}: points have shapes {sorted(shapes)}; expected one (n, 3) for all"
            )
        if not all(np.isfinite(p).all() for p in self.points_m.values()) or not self.rate_hz > 0:
            raise ValueError(f"{self.source}: points must be finite, and the rate above 0")
