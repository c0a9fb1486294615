"""A performer's dance as functions of time: every channel, at any instant."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.motion.curves import Curve, curve_through
from temirbek.motion.key_poses import LayerKeys
from temirbek.types import LAYERS, BeatGrid, Layer, RobotKind

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Score:
    """All layers of one performer.

    Attributes:
        robot: Its body.
        keys: Layer → key poses, in mix beats.
        beat_grid: Of the mix.
    """

    robot: RobotKind
    keys: Mapping[Layer, LayerKeys]
    beat_grid: BeatGrid

    def curves(self) -> dict[Layer, Curve]:
        """Layer → its curve on mix time."""
        return {
            layer: curve_through(
                self.beat_grid.time_at(keys.beats), keys.poses, keys.passing_s(self.beat_grid)
            )
            for layer, keys in self.keys.items()
        }

    def at(self, time_s: Floats) -> Floats:
        """All channels at the given mix times, shape (n, c), columns as in ``CHANNEL_ORDER``."""
        curves = self.curves()
        return np.hstack([curves[layer].at(time_s) for layer in LAYERS])
