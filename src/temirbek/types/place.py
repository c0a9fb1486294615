"""Places on the stage floor, and steps from one to the next."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a robot stands and which way it looks.

    Attributes:
        x_m, y_m: Stage frame, or the frame of another place [m].
        heading_rad: 0 looks along x (in the stage frame: at the audience), counter-clockwise from above [rad].
    """

    x_m: float = 0.0
    y_m: float = 0.0
    heading_rad: float = 0.0

    def then(self, other: "Place") -> "Place":
        """The place that is ``other`` when seen from here."""
        c, s = np.cos(self.heading_rad), np.sin(self.heading_rad)
        return Place(
            x_m=float(self.x_m + c * other.x_m - s * other.y_m),
            y_m=float(self.y_m + s * other.x_m + c * other.y_m),
            heading_rad=self.heading_rad + other.heading_rad,
        )

    def seen_from(self, origin: "Place") -> "Place":
        """This place in the frame of another: ``origin.then(place.seen_from(origin))`` is the place again."""
        c, s = np.cos(origin.heading_rad), np.sin(origin.heading_rad)
        dx, dy = self.x_m - origin.x_m, self.y_m - origin.y_m
        return Place(
            x_m=float(c * dx + s * dy),
            y_m=float(c * dy - s * dx),
            heading_rad=self.heading_rad - origin.heading_rad,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Footstep:
    """A foot's way from one place to another.

    A foot's place is the place of the robot (stage frame) at which that foot would stand in its usual stance: the same
    for all feet of a robot that stands, and independent of how wide it stands.

    Attributes:
        foot: Which.
        lift_beat, touch_beat: When it leaves the ground and when it is back on it [mix beats].
        start, end: Its places before and after.
        height_m: How high it is lifted.
    """

    foot: str
    lift_beat: float
    touch_beat: float
    start: Place
    end: Place
    height_m: float
