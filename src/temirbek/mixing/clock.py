"""Where every sample of the mix comes from: mix sample → mix beat → track beat → track sample.

Each step is a piecewise linear map of times that carries no state, so errors do not add up: the last beat of an hour is
as exact as the first. Between the jumps of loops it strictly increases.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.errors import InvalidInput
from temirbek.types import BeatGrid, DeckMap, Play, SetPlan, TempoCurve

SAMPLE_RATE_HZ = 48000
Floats = NDArray[np.float64]
Samples = NDArray[np.float32]
MOST_PUSH = 0.1
"""A nudge changes the speed of a deck by at most this share."""
GRAIN = 64
"""Time maps are looked up on every so many samples of the mix (1.3 ms), and are straight between."""


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
    """Mix samples ⇄ samples of one track, both at :data:`SAMPLE_RATE_HZ`, for one play: a :class:`DeckMap` in samples."""

    play: Play
    track_grid: BeatGrid
    clock: MixClock

    def source_at(self, mix_sample: ArrayLike) -> Floats:
        """Track samples, not rounded, that sound at mix samples; any shape."""
        return (
            self._deck_map().track_s_at(np.asarray(mix_sample, dtype=float) / SAMPLE_RATE_HZ) * SAMPLE_RATE_HZ
        )

    def mix_at(self, source_sample: ArrayLike) -> Floats:
        """Mix samples at which track samples sound, in a loop for the first time; any shape."""
        return (
            self._deck_map().mix_s_at(np.asarray(source_sample, dtype=float) / SAMPLE_RATE_HZ)
            * SAMPLE_RATE_HZ
        )

    def along(self, mix_sample: Floats) -> Floats:
        """As :meth:`source_at` for many samples, quickly: exact on multiples of :data:`GRAIN`, straight lines between.

        Args:
            mix_sample: Mix samples, not necessarily whole, increasing, shape (n,), n ≥ 1.
        """
        first, last = int(mix_sample[0] // GRAIN), int(mix_sample[-1] // GRAIN) + 2
        knots = np.arange(first, last) * GRAIN
        return np.asarray(np.interp(mix_sample, knots, self.source_at(knots)))

    @property
    def start(self) -> float:
        """The mix sample, not rounded, on which the part's first beat sounds."""
        return self._sample_of(self.play.track_from_beat)

    @property
    def stop(self) -> float:
        """The mix sample, not rounded, on which the part is over."""
        last = self.pieces()[-1]
        return last._sample_of(last.play.track_to_beat)

    def pieces(self) -> tuple["SourceMap", ...]:
        """The play between the jumps of its loops: maps without a jump, that go on beyond their ends."""
        return tuple(replace(self, play=piece) for piece in pieces_of(self.play))

    def _sample_of(self, track_beat: float) -> float:
        return float(self.mix_at(self.track_grid.time_at(track_beat) * SAMPLE_RATE_HZ))

    def _deck_map(self) -> DeckMap:
        return DeckMap(play=self.play, track_grid=self.track_grid, mix_grid=self.clock.grid)


def pieces_of(play: Play) -> tuple[Play, ...]:
    """A play between the jumps of its loops, as plays without loops that follow each other."""
    found: list[Play] = []
    mix, track = play.mix_from_beat, play.track_from_beat
    for loop in (each for each in play.loops for _ in range(each.times)):
        found.append(_piece(play, mix, track, loop.end_beat))
        mix, track = found[-1].mix_to_beat, loop.start_beat
    return (*found, _piece(play, mix, track, play.track_to_beat))


def require_nudges(plan: SetPlan, clock: MixClock) -> None:
    """Refuses to push a record harder than a hand does.

    Raises:
        InvalidInput: A nudge changes by more than :data:`MOST_PUSH` of the time in which it does.
    """
    for play in plan.plays:
        for (from_beat, from_s), (to_beat, to_s) in pairwise(play.nudge):
            took_s = float(clock.grid.time_at(to_beat) - clock.grid.time_at(from_beat))
            if abs(to_s - from_s) > MOST_PUSH * took_s + 1e-9:
                raise InvalidInput(
                    f"track {play.track_id}: its nudge moves by {1e3 * (to_s - from_s):.3g} ms from mix beat {from_beat:g}"
                    f" to {to_beat:g}; in {1e3 * took_s:.3g} ms a hand moves it by {1e3 * MOST_PUSH * took_s:.3g} ms at most"
                )


def _piece(play: Play, mix_from: float, track_from: float, track_to: float) -> Play:
    return replace(play, loops=(), mix_from_beat=mix_from, track_from_beat=track_from, track_to_beat=track_to)
