"""Where a robot stands, and rows of a reference moved to another place on the floor."""

from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

import numpy as np
from numpy.typing import NDArray

from temirbek.stage.robots.tape import Layout

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stance:
    """The middle of the soles and where they point: x, y [m], heading [rad]."""

    x_m: float
    y_m: float
    heading_rad: float


def stance_of(soles: Floats) -> Stance:
    """Of flat feet the mean of their headings; of four paws the way from the hind ones to the front ones.

    Args:
        soles: x, y, z [m] and heading [rad], shape (feet, 4).
    """
    x, y = soles[:, :2].mean(axis=0).tolist()
    if len(soles) == 4:
        ahead = soles[:2, :2].mean(axis=0) - soles[2:, :2].mean(axis=0)
        return Stance(x, y, atan2(ahead[1], ahead[0]))
    return Stance(x, y, atan2(float(np.sin(soles[:, 3]).mean()), float(np.cos(soles[:, 3]).mean())))


def apart(a: Stance, b: Stance) -> tuple[float, float]:
    """How far two stances are from each other: [m], [rad]."""
    return hypot(a.x_m - b.x_m, a.y_m - b.y_m), abs(short(a.heading_rad - b.heading_rad))


@dataclass(frozen=True, slots=True)
class Planar:
    """A turn about the stage's vertical, then a shift along the floor."""

    x_m: float = 0.0
    y_m: float = 0.0
    turn_rad: float = 0.0

    @classmethod
    def between(cls, a: Stance, b: Stance) -> "Planar":
        """What moves one stance onto another."""
        turn = short(b.heading_rad - a.heading_rad)
        c, s = cos(turn), sin(turn)
        return cls(b.x_m - c * a.x_m + s * a.y_m, b.y_m - s * a.x_m - c * a.y_m, turn)

    @property
    def is_nothing(self) -> bool:
        """Whether it moves nothing that matters."""
        return abs(self.x_m) < 1e-9 and abs(self.y_m) < 1e-9 and abs(self.turn_rad) < 1e-9

    def move(self, numbers: Floats, layout: Layout) -> None:
        """Moves the numbers of an instant, in place."""
        if self.is_nothing:
            return
        c, s = cos(self.turn_rad), sin(self.turn_rad)
        (x, y), is_place = numbers[layout.across], layout.is_place
        numbers[layout.across] = c * x - s * y + self.x_m * is_place, s * x + c * y + self.y_m * is_place
        half_c, half_s = cos(0.5 * self.turn_rad), sin(0.5 * self.turn_rad)
        w, x, y, z = numbers[3:7].tolist()
        numbers[3:7] = (
            half_c * w - half_s * z,
            half_c * x - half_s * y,
            half_c * y + half_s * x,
            half_c * z + half_s * w,
        )

    def soles(self, soles: Floats) -> Floats:
        """Places of soles, moved; shape (…, feet, 4). Balls, which have no heading, keep theirs."""
        c, s = cos(self.turn_rad), sin(self.turn_rad)
        moved = soles.copy()
        x, y = soles[..., 0], soles[..., 1]
        moved[..., 0], moved[..., 1] = c * x - s * y + self.x_m, s * x + c * y + self.y_m
        if soles.shape[-2] == 2:
            moved[..., 3] = soles[..., 3] + self.turn_rad
        return moved


def short(angle_rad: float) -> float:
    """The same angle between −π and π."""
    return (angle_rad + pi) % (2.0 * pi) - pi
