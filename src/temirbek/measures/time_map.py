"""Where each instant of a mix comes from in one track: straight lines between pairs of instants.

Whether the map was written down by who rendered the mix or found by listening, all measures read it in the same way.
"""

import itertools
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.types import DeckMap

Floats = NDArray[np.float64]

STEPS_PER_BEAT = 4
JUST_BEFORE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeMap:
    """Mix seconds → track seconds of one track, straight lines between knots.

    Attributes:
        mix_s: Instants of the mix [s], shape (n,), n ≥ 2, increasing.
        track_s: Instants of the track that sound there [s], shape (n,); where it falls, the track jumps back (a loop).
    """

    mix_s: Floats
    track_s: Floats

    @classmethod
    def of_deck(cls, deck: DeckMap) -> Self:
        """The map by which a play is rendered, from its first to its last beat."""
        start, end = deck.play.mix_from_beat, deck.play.mix_to_beat
        beats = np.append(np.arange(start, end - JUST_BEFORE, 1 / STEPS_PER_BEAT), end)
        both_sides = np.sort(np.concatenate([beats[:-1], beats[1:] - JUST_BEFORE]))
        mix_s = deck.mix_grid.time_at(both_sides)
        return cls(mix_s=mix_s, track_s=deck.track_s_at(mix_s))

    @property
    def from_s(self) -> float:
        """Where the track begins to sound [mix s]."""
        return float(self.mix_s[0])

    @property
    def to_s(self) -> float:
        """Where it has sounded [mix s]."""
        return float(self.mix_s[-1])

    def track_s_at(self, mix_s: ArrayLike) -> Floats:
        """Track seconds that sound at mix seconds; outside the knots it goes on as at its ends; any shape."""
        at = np.asarray(mix_s, dtype=float)
        inside = np.interp(at, self.mix_s, self.track_s)
        first, last = self._end_speeds()
        before, after = np.minimum(at - self.from_s, 0.0), np.maximum(at - self.to_s, 0.0)
        return np.asarray(inside + before * first + after * last)

    def speed_at(self, mix_s: ArrayLike) -> Floats:
        """Track seconds per mix second at mix seconds, over half a second around; any shape."""
        at = np.clip(
            np.asarray(mix_s, dtype=float), self.from_s + 0.25, max(self.from_s + 0.25, self.to_s - 0.25)
        )
        rise = self.track_s_at(at + 0.25) - self.track_s_at(at - 0.25)
        seam = rise <= 0  # a loop jumps back here: the speed just before it
        earlier = self.track_s_at(at - 0.25) - self.track_s_at(at - 0.75)
        return np.asarray(2 * np.where(seam, earlier, rise))

    def mix_s_of(self, track_s: Floats) -> Floats:
        """All instants of the mix at which given instants of the track sound [s], increasing; twice in a loop."""
        wanted = np.sort(np.asarray(track_s, dtype=float))
        runs = np.flatnonzero(np.diff(self.track_s) < 0)
        edges = [0, *(runs + 1), len(self.track_s)]
        found = []
        for a, b in itertools.pairwise(edges):
            track, mix = self.track_s[a:b], self.mix_s[a:b]
            inside = wanted[(wanted >= track[0]) & (wanted <= track[-1])]
            found.append(np.interp(inside, track, mix))
        return np.concatenate(found)

    def _end_speeds(self) -> tuple[float, float]:
        near = max(1, min(len(self.mix_s) - 1, 8))
        first = (self.track_s[near] - self.track_s[0]) / (self.mix_s[near] - self.mix_s[0])
        last = (self.track_s[-1] - self.track_s[-1 - near]) / (self.mix_s[-1] - self.mix_s[-1 - near])
        return float(first), float(last)
