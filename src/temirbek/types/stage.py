"""The stage and its desk.

Stage frame: origin on the floor in the middle of the stage; x towards the audience, y to the performers' left,
z up [m]. A robot with ``facing_rad = 0`` looks at the audience.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskControl:
    """A thing a hand can touch.

    Attributes:
        position_m: Where its middle position lies, stage frame.
        travel_m: Displacement from value 0 to value 1, stage frame; zero for knobs and platters.
        kind: "fader", "knob" or "platter".
    """

    position_m: Vector
    travel_m: Vector = (0.0, 0.0, 0.0)
    kind: str = "knob"

    def position_at(self, value: ArrayLike) -> NDArray[np.float64]:
        """Where a hand on the control is when the control stands at ``value`` (0–1; any shape), shape (…, 3)."""
        along = np.asarray(value, dtype=float)[..., None] - 0.5
        return np.asarray(np.array(self.position_m) + along * np.array(self.travel_m))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The DJ's desk: a box with controls on its top.

    Attributes:
        center_m: Centre of the table top, stage frame.
        size_m: Full extent (x depth, y width, z thickness of the slab).
        controls: Name → control: "fader_A", "fader_B", "low_A" … "high_B", "filter_A", "filter_B",
            "echo_A" … "reverb_B", "platter_A", "platter_B".
    """

    center_m: Vector
    size_m: Vector
    controls: Mapping[str, DeskControl] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A part of the floor that belongs to people: no robot's body enters it.

    Attributes:
        id, title: Identifier; words for people.
        corners_m: Its corners in order around it, stage frame, three or more (x, y) [m]. Convex.
        artist: Whose zone it is, or "" for the audience and others.
    """

    id: str
    title: str
    corners_m: tuple[tuple[float, float], ...]
    artist: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What stands on the stage.

    Attributes:
        half_extent_m: Half of the stage's depth (x) and width (y).
        riser_m: The DJ's riser: (centre x, centre y, half depth, half width, height).
        desk: The DJ's desk.
        zones: Where people are.
    """

    half_extent_m: tuple[float, float]
    riser_m: tuple[float, float, float, float, float]
    desk: Desk
    zones: tuple[Zone, ...] = ()
