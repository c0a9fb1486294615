"""Where each instant of a mix comes from in a track, for one play: mix s → mix beat → track beat → track s.

Each step is a piecewise linear map of times without state, so errors do not add up. Who renders and who measures use the
same map: a nudge or a loop cannot mean two things.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.types.beat_grid import BeatGrid
from temirbek.types.plan import Play


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeckMap:
    """One play, its track's beats and the mix's beats."""

    play: Play
    track_grid: BeatGrid
    mix_grid: BeatGrid

    def track_s_at(self, mix_s: ArrayLike) -> NDArray[np.float64]:
        """Track seconds that sound at mix seconds; any shape. Across a loop's seam it jumps back."""
        at = np.asarray(mix_s, dtype=float)
        nudged = at - self.play.nudge_s_at(self.mix_grid.beat_at(at))
        return self.track_grid.time_at(self.play.track_beat_at(self.mix_grid.beat_at(nudged)))

    def mix_s_at(self, track_s: ArrayLike) -> NDArray[np.float64]:
        """Mix seconds at which track seconds sound (in a loop, for the first time); any shape."""
        beat = self.play.mix_beat_at(self.track_grid.beat_at(track_s))
        at = self.mix_grid.time_at(beat)
        later = self.play.nudge_s_at(beat)
        later = self.play.nudge_s_at(
            self.mix_grid.beat_at(at + later)
        )  # the nudge is told where the sound *is*
        return np.asarray(at + later)
