"""What can look: the contract of every pair of eyes, and what one picture shows before anybody is followed."""

from dataclasses import dataclass, field
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from temirbek.types import BodyTrack

Vector = NDArray[np.float64]
Pixels = NDArray[np.uint8]
KEYPOINT_SEEN = 0.3
"""A key point with less confidence is none; the makers of the usual networks recommend the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sees:
    """What a pair of eyes can tell about people; asked before they are opened.

    Attributes:
        bodies: Key points.
        places: Where on the floor (where the floor is known).
        headings: Where they face (where the floor is known).
    """

    bodies: bool
    places: bool
    headings: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """One person in one picture, whoever that is. Lengths are shares of the picture's height, x right, y down.

    Attributes:
        box: Left, upper, right and lower edge.
        confidence: 0–1.
        keypoints: (17, 3) like those of a :class:`~temirbek.types.BodyTrack`, or (0, 3).
        motion: How much moves there, 0–1; None: to be told from what was there before.
        badge: What distinguishes them in the picture (the number of a marker), or "".
        height_m: What height above the floor the box's lower edge has: 0 for feet, a bib's for a bib [m].
    """

    box: tuple[float, float, float, float]
    confidence: float
    keypoints: Vector = field(default_factory=lambda: np.zeros((0, 3)))
    motion: float | None = None
    badge: str = ""
    height_m: float = 0.0

    @property
    def center(self) -> tuple[float, float]:
        """The middle of the box."""
        left, top, right, bottom = self.box
        return (left + right) / 2.0, (top + bottom) / 2.0

    @property
    def size(self) -> float:
        """The longer side of the box."""
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)


def sighting_of(keypoints: Vector, confidence: float) -> Sighting | None:
    """A body as a sighting; None where fewer than three of its key points are seen."""
    seen = keypoints[keypoints[:, 2] >= KEYPOINT_SEEN]
    if len(seen) < 3:
        return None
    left, top = seen[:, :2].min(axis=0)
    right, bottom = seen[:, :2].max(axis=0)
    box = (float(left), float(top), float(right), float(bottom))
    return Sighting(box=box, confidence=float(np.clip(confidence, 0.0, 1.0)), keypoints=keypoints)


class Finder(Protocol):
    """Finds people in single pictures; remembers nobody (but may remember the empty room)."""

    @property
    def sees(self) -> Sees:
        """What it can tell."""
        ...

    def open(self) -> None:
        """Loads what it needs.

        Raises:
            InvalidInput: A package or a file is missing, or not what it should be.
        """
        ...

    def find(self, pixels: Pixels, host_s: float) -> tuple[Sighting, ...]:
        """Who is in the picture, shape (height, width, 3), blue green red; it was taken at ``host_s``."""
        ...

    def close(self) -> None:
        """Lets go of what was loaded."""
        ...


class PoseSource(Protocol):
    """A pair of eyes: a context manager that is read again and again.

    Numbers come out of it, pictures never do.
    """

    @property
    def sees(self) -> Sees:
        """What it can tell; also before it is opened."""
        ...

    def read(self) -> tuple[BodyTrack, ...] | None:
        """Who is there, as of the newest picture; None while there is no new one. Never waits long.

        Raises:
            DeviceLost: The camera went away, or the film is over: close and open again.
        """
        ...

    def __enter__(self) -> Self:
        """Opens it.

        Raises:
            InvalidInput: Something is missing that a person can give.
            DeviceLost: The camera is not there.
        """
        ...

    def __exit__(self, *_: object) -> None:
        """Lets go of it."""
        ...
