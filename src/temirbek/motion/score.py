"""A performer's dance as functions of time: every channel, at any instant."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from temirbek.motion.channels import CHANNEL_ORDER, REST
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
            layer: curve_through(self.beat_grid.time_at(keys.beats), keys.poses)
            for layer, keys in self.keys.items()
        }

    def at(self, time_s: Floats) -> Floats:
        """All channels at the given mix times, shape (n, c), columns as in ``CHANNEL_ORDER``."""
        curves = self.curves()
        return np.hstack([curves[layer].at(time_s) for layer in LAYERS])

    def softened(self, layer: Layer, weight: Floats) -> "Score":
        """The same dance with the key poses of a layer drawn towards rest.

        Args:
            layer: Which.
            weight: What remains of each pose's distance from rest, shape (k,), 0–1.
        """
        keys = self.keys[layer]
        rest = np.array([REST[self.robot][layer][channel] for channel in keys.channels])
        poses = rest + weight[:, None] * (keys.poses - rest)
        return replace(self, keys={**self.keys, layer: replace(keys, poses=poses)})


def column(robot: RobotKind, channel: str) -> int:
    """The column of a channel in :meth:`Score.at`."""
    return CHANNEL_ORDER[robot].index(channel)
