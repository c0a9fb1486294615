"""Which points of a body are looked at, and which of its angles are its pose.

A person and a robot on four legs are measured in the same way; only their points differ. A pose is made of angles
between limbs in the picture: they do not know where somebody stands, how far away, or how tall somebody is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """The points of one kind of body.

    Attributes:
        name: Of the kind; only bodies of one kind can be compared pose by pose.
        used: Indices of the points that are looked at.
        length: Two pairs of points; from the middle of the first pair to that of the second is a body length.
        angles: Triples (a, b, c) of points: the angle at b from a to c is part of the pose.
        mirror: For each point the one on the other side.
        alike_rad: Poses so near to each other are one pose.
        still_bl_s, lively_bl_s: Energy up to which nothing is danced, and from which it surely is [body lengths/s].
    """

    name: str
    used: tuple[int, ...]
    length: tuple[tuple[int, int], tuple[int, int]]
    angles: tuple[tuple[int, int, int], ...]
    mirror: tuple[int, ...]
    alike_rad: float
    still_bl_s: float
    lively_bl_s: float

    @property
    def n_points(self) -> int:
        """How many points a body has."""
        return len(self.mirror)

    def body_length(self, points: Floats) -> float:
        """The median length of a body, of points shaped (t, n, 2), in their unit."""
        first, second = (points[:, pair].mean(axis=1) for pair in self.length)
        return float(np.median(np.linalg.norm(first - second, axis=-1)))

    def pose(self, points: Floats) -> Floats:
        """The angles of a body [rad], shape (t, a), of points shaped (t, n, 2)."""
        a, b, c = (points[:, [triple[k] for triple in self.angles]] for k in range(3))
        u, v = a - b, c - b
        cross = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
        return np.asarray(np.arctan2(cross, (u * v).sum(axis=-1)))

    def mirrored_pose(self, pose: Floats) -> Floats:
        """The angles of a body seen in a mirror [rad], shape (t, a)."""
        order = [self.angles.index(self._other(triple)) for triple in self.angles]
        return -pose[:, order]

    def _other(self, triple: tuple[int, int, int]) -> tuple[int, int, int]:
        return (self.mirror[triple[0]], self.mirror[triple[1]], self.mirror[triple[2]])


PERSON = Skeleton(
    name="person",
    used=tuple(range(5, 17)),
    length=((5, 6), (11, 12)),
    angles=(
        (5, 7, 9),  # elbows
        (6, 8, 10),
        (11, 5, 7),  # upper arms against the trunk
        (12, 6, 8),
        (11, 13, 15),  # knees
        (12, 14, 16),
        (5, 11, 13),  # thighs against the trunk
        (6, 12, 14),
    ),
    mirror=(0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15),
    alike_rad=0.35,
    still_bl_s=0.3,
    lively_bl_s=0.7,
)
"""Somebody on two legs, by COCO's key points (:data:`temirbek.types.COCO_KEYPOINTS`); a G1 has them as well."""

QUADRUPED = Skeleton(
    name="quadruped",
    used=tuple(range(12)),
    length=((0, 1), (2, 3)),
    angles=(
        (2, 0, 4),  # upper legs against the trunk
        (3, 1, 5),
        (0, 2, 6),
        (1, 3, 7),
        (0, 4, 8),  # knees
        (1, 5, 9),
        (2, 6, 10),
        (3, 7, 11),
    ),
    mirror=(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10),
    alike_rad=0.12,
    still_bl_s=0.05,
    lively_bl_s=0.2,
)
"""A Go2: hips, knees and paws, each front left, front right, rear left, rear right."""
