"""Seconds ⇄ beats on one timeline, for tracks and mixes alike.

A beat is a *position* (a float); the instant at which it sounds is ``beat_s``. Between two beats time is
linear, and outside the grid it goes on at the tempo of the nearest interval, so that both maps are
defined, continuous and strictly increasing everywhere: time → beat → time returns.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.types._arrays import locked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BeatGrid:
    """The beats of one timeline.

    Attributes:
        beats_s: Instants of the beats [s], shape (n,), strictly increasing, n ≥ 2.
        first_downbeat: Index of the first beat that is "the one" of a bar, 0 ≤ i < beats_per_bar.
        beats_per_bar: Beats in a bar, 2–12.

    Raises:
        ValueError: The beats are too few, not finite or not increasing, or the bar is impossible.
    """

    beats_s: Floats
    first_downbeat: int = 0
    beats_per_bar: int = 4

    def __post_init__(self) -> None:
        beats_s = locked(self.beats_s)
        if beats_s.ndim != 1 or len(beats_s) < 2:
            raise ValueError(f"beats_s has shape {beats_s.shape}; expected (n,) with n ≥ 2")
        if not np.all(np.isfinite(beats_s)) or np.any(np.diff(beats_s) <= 0):
            raise ValueError("beats_s must be finite and strictly increasing")
        if not 2 <= self.beats_per_bar <= 12:
            raise ValueError(f"beats_per_bar is {self.beats_per_bar}; expected 2 to 12")
        if not 0 <= self.first_downbeat < self.beats_per_bar:
            raise ValueError(
                f"first_downbeat is {self.first_downbeat}; expected 0 to {self.beats_per_bar - 1}"
            )
        object.__setattr__(self, "beats_s", beats_s)

    @property
    def n_beats(self) -> int:
        """How many beats the grid lists."""
        return len(self.beats_s)

    @property
    def n_bars(self) -> int:
        """How many whole bars follow the first downbeat."""
        return max(0, (self.n_beats - self.first_downbeat) // self.beats_per_bar)

    @property
    def downbeats_s(self) -> Floats:
        """Instants of the downbeats [s], increasing."""
        return self.beats_s[self.first_downbeat :: self.beats_per_bar]

    @property
    def tempo_bpm(self) -> float:
        """The median tempo [beats per minute]."""
        return float(60.0 / np.median(np.diff(self.beats_s)))

    def beat_at(self, time_s: ArrayLike) -> Floats:
        """Beat positions at the given instants [s]; any shape, returned as an array of that shape."""
        t = np.asarray(time_s, dtype=float)
        i = np.clip(np.searchsorted(self.beats_s, t, side="right") - 1, 0, self.n_beats - 2)
        a, b = self.beats_s[i], self.beats_s[i + 1]
        return np.asarray(i + (t - a) / (b - a))

    def time_at(self, beat: ArrayLike) -> Floats:
        """Instants [s] of the given beat positions; any shape, returned as an array of that shape."""
        x = np.asarray(beat, dtype=float)
        i = np.clip(np.floor(x).astype(int), 0, self.n_beats - 2)
        a, b = self.beats_s[i], self.beats_s[i + 1]
        return np.asarray(a + (x - i) * (b - a))

    def tempo_at(self, beat: ArrayLike) -> Floats:
        """Tempo [beats per minute] of the interval in which each beat position lies."""
        i = np.clip(np.floor(np.asarray(beat, dtype=float)).astype(int), 0, self.n_beats - 2)
        return np.asarray(60.0 / (self.beats_s[i + 1] - self.beats_s[i]))

    def bar_start_beat(self, bar: int) -> int:
        """The beat on which bar number ``bar`` (0 is the bar of the first downbeat) begins."""
        return self.first_downbeat + bar * self.beats_per_bar
