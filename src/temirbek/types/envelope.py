"""The room that a robot takes: the floor that its bodies sweep over a number, and how far it can reach beyond."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked

CrossingKind = Literal["body", "stopping", "fall"]
"""What crosses: a body itself, the way that it needs to stop, the reach of its fall."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Envelope:
    """What one robot sweeps, instant by instant: its flesh as capsules in the stage frame.

    Attributes:
        performer: Whose.
        times_s, beats: The t instants [mix s], [mix beats], shape (t,).
        body_names: The b bodies that the capsules belong to; a body may have several.
        start_m, end_m: Ends of the capsules' axes, shape (t, b, 3) [m].
        radius_m: Of each capsule, shape (b,) [m].
        base_m: The base's place on the floor, shape (t, 2) [m].
        speed_m_s: Its speed over the floor, shape (t,) [m/s].
        hull_m: Convex hull of everything swept, seen from above, corners counter-clockwise, shape (k, 2) [m].
        fall_radius_m: How far from the base's place any part of it can come down if it topples, shape (t,) [m].
        stopping_m: How much further it travels if it is told to stop now, shape (t,) [m].
    """

    performer: str
    times_s: NDArray[np.float64]
    beats: NDArray[np.float64]
    body_names: tuple[str, ...]
    start_m: NDArray[np.float64]
    end_m: NDArray[np.float64]
    radius_m: NDArray[np.float64]
    base_m: NDArray[np.float64]
    speed_m_s: NDArray[np.float64]
    hull_m: NDArray[np.float64]
    fall_radius_m: NDArray[np.float64]
    stopping_m: NDArray[np.float64]

    def __post_init__(self) -> None:
        t, b = len(self.times_s), len(self.body_names)
        expected = {
            "times_s": (t,),
            "beats": (t,),
            "start_m": (t, b, 3),
            "end_m": (t, b, 3),
            "radius_m": (b,),
            "base_m": (t, 2),
            "speed_m_s": (t,),
            "hull_m": (len(self.hull_m), 2),
            "fall_radius_m": (t,),
            "stopping_m": (t,),
        }
        for name, shape in expected.items():
            object.__setattr__(self, name, locked(getattr(self, name)))
            if getattr(self, name).shape != shape:
                raise ValueError(
                    f"{self.performer}: {name} has shape {getattr(self, name).shape}; expected {shape}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """Where two came closest over a number.

    Attributes:
        performer, body: Who, and with which body.
        other, other_body: Another performer and its body, or a zone's id and "".
        time_s, beat: When [mix s], [mix beats].
        distance_m: Between their surfaces; negative where they overlap [m].
    """

    performer: str
    body: str
    other: str
    other_body: str
    time_s: float
    beat: float
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A robot comes, or could come, where it must not be.

    Attributes:
        performer, body: Who, and with which body; a fall has the body that would come down farthest.
        other: Into whose room: a zone's id, or another performer.
        is_zone: Whether the other is a zone of people.
        kind: What crosses.
        from_beat, to_beat: From when to when [mix beats].
        beat, time_s: When it is worst.
        distance_m: The distance left then, between surfaces [m].
        needed_m: The distance that would have been enough [m].
    """

    performer: str
    body: str
    other: str
    is_zone: bool
    kind: CrossingKind
    from_beat: float
    to_beat: float
    beat: float
    time_s: float
    distance_m: float
    needed_m: float
