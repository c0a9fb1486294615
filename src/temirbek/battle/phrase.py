"""What somebody danced in a turn, on the beats: what the other may copy, vary and answer."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from temirbek.battle.skeletons import Skeleton
from temirbek.types._arrays import locked

Floats = NDArray[np.float64]

PER_BEAT = 4
"""So many times a beat a phrase is told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DancePhrase:
    """A turn on the beats; arrays have ``n = PER_BEAT · n_beats`` rows.

    Attributes:
        skeleton: Of the body that danced it.
        n_beats: How long it is.
        poses: Angles of the skeleton [rad], shape (n, a).
        speed: [body lengths/s], shape (n,).
        along: Place of the body along the picture, to its right [body lengths], shape (n,).
        low: How far the hips are below where they usually are [body lengths], shape (n,).
    """

    skeleton: Skeleton
    n_beats: int
    poses: Floats
    speed: Floats
    along: Floats = field(default_factory=lambda: np.zeros(0))
    low: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        n = PER_BEAT * self.n_beats
        for name in ("poses", "speed", "along", "low"):
            values = locked(getattr(self, name))
            if not len(values) and name in ("along", "low"):
                values = locked(np.zeros(n))
            if len(values) != n:
                raise ValueError(f"{name} has {len(values)} rows; expected {n} for {self.n_beats} beats")
            object.__setattr__(self, name, values)

    @property
    def beat_poses(self) -> Floats:
        """The pose of each beat, shape (n_beats, a) [rad]."""
        return self.poses[::PER_BEAT]
