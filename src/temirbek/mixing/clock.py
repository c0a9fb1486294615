"""Where every sample of the mix comes from: mix sample → mix beat → track beat → track sample.

Each step is a strictly increasing, piecewise linear map of times that carries no state, so errors do not add up:
the last beat of an hour is as exact as the first.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.types import BeatGrid, Play, SetPlan, TempoCurve

SAMPLE_RATE_HZ = 48000
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixClock:
    """Mix samples ⇄ mix beats; sample 0 is the first of the file.

    Attributes:
        grid: Mix seconds ⇄ mix beats; beat 0 is the first downbeat of the set.
        n_samples: Length of the mix [samples].
    """

    grid: BeatGrid
    n_samples: int

    def beat_at(self, mix_sample: ArrayLike) -> Floats:
        """Mix beats at samples; any shape."""
        return self.grid.beat_at(np.asarray(mix_sample, dtype=float) / SAMPLE_RATE_HZ)

    def sample_at(self, mix_beat: ArrayLike) -> Floats:
        """Samples, not rounded, at mix beats; any shape."""
        return np.asarray(self.grid.time_at(mix_beat) * SAMPLE_RATE_HZ)


def mix_clock(plan: SetPlan, beats_per_bar: int) -> MixClock:
    """The clock of a plan: the integral of its tempo curve, started with the first sound."""
    curve = TempoCurve(beats=plan.tempo_beats, bpm=plan.tempo_bpm)
    first_beat = min(play.mix_from_beat for play in plan.plays)
    opening_s = -float(curve.seconds_at(first_beat))
    beats = np.arange(max(2, int(np.ceil(plan.end_beat)) + 1))
    grid = BeatGrid(beats_s=opening_s + curve.seconds_at(beats), beats_per_bar=beats_per_bar)
    return MixClock(grid=grid, n_samples=int(np.ceil(float(grid.time_at(plan.end_beat)) * SAMPLE_RATE_HZ)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourceMap:
    """Mix samples ⇄ samples of one track, both at :data:`SAMPLE_RATE_HZ`, for one play."""

    play: Play
    track_grid: BeatGrid
    clock: MixClock

    def source_at(self, mix_sample: ArrayLike) -> Floats:
        """Track samples, not rounded, that sound at mix samples; any shape."""
        track_beat = self.play.track_beat_at(self.clock.beat_at(mix_sample))
        return np.asarray(self.track_grid.time_at(track_beat) * SAMPLE_RATE_HZ)

    def mix_at(self, source_sample: ArrayLike) -> Floats:
        """Mix samples at which track samples sound: the inverse of :meth:`source_at`; any shape."""
        track_beat = self.track_grid.beat_at(np.asarray(source_sample, dtype=float) / SAMPLE_RATE_HZ)
        mix_beat = self.play.mix_from_beat + (track_beat - self.play.track_from_beat) / self.play.beat_ratio
        return self.clock.sample_at(mix_beat)
