"""From ticks that come late, twice or not at all to a tempo and a phase.

MIDI clock has 24 ticks to a beat and no time stamps: at 128 BPM one is due every 19.5 ms, and on its way each may be
kept for nearly as long. A single tick says nothing then; many say much. Ticks are numbered in the order in which they
come (on a line that is exact enough, by their instants: then a stalled way, whose ticks come late and all at once, does no
harm), and a straight line is laid through the instants of the last eight beats (least squares: after a beat the phase is
good to 2 ms where single ticks scatter over 18). Then two other stories are tried, from every tick of the last two beats on:

* the ticks go on along a parallel line, whole ticks away: one was lost or came twice, and they are numbered anew;
* they go on along a bent line: the tempo has changed, and what was heard before is forgotten.

A story is believed when it explains the instants far better than the plain line *and* better than the other story
(differences of squared residuals, in units of the scatter: a test of likelihoods). So the answer comes as soon as it can be
told: after a few ticks on a good line, after a beat on the worst one. A way of transport delays and never hurries, so the line is shifted to the earliest
ticks (the 5th percentile of the residuals).
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from temirbek.signals.steady import Beat

TICKS_PER_BEAT = 24
MEMORY_BEATS = 8
LEAST_BPM, MOST_BPM = 40.0, 240.0
SILENT_S = 1.0
"""Without a tick for so long the tempo is not locked any more."""
EXACT = 0.1
FORGOTTEN_S = 4.0
"""After so long a gap nothing is known any more; after a shorter one an exact line still says which tick it is."""
SCATTERED = 0.75
"""Ticks that scatter by more than this share of their distance are no clock."""
BACK_BEATS = 2
"""So far back a change is looked for."""
LEAST_AFTER = 8
"""Ticks after a change before it can be told."""
BELIEVED = 30.0
"""A story explains so much more than the plain line [scatters squared] …"""
CLEARLY = 20.0
"""… and so much more than the other story."""
MEDIAN_OF = 5
STRAIGHT = 2.0
"""What was heard since a bend must scatter no more than so many times what was heard before, if that is to be believed."""
WEIGHINGS = 3
FAR = 3.0
LEAST_SCATTER = 0.03
"""Ticks are never taken to scatter less [share of their distance]."""
EARLIEST_PERCENT = 5.0
MEDIAN_SHARE = 1.4826
"""A normal distribution's deviation by the median of what is beside its middle."""


@dataclass(frozen=True, slots=True)
class _Line:
    """Instants of ticks: ``start_s`` + number × ``period_s``; ``scatter_s``: how much they scatter (median, scaled)."""

    start_s: float
    period_s: float
    scatter_s: float

    @property
    def is_exact(self) -> bool:
        """Whether ticks scatter so little that the instant of each says which one it is."""
        return self.scatter_s < EXACT * self.period_s

    def at(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.start_s + numbers * self.period_s


class Pll:
    """Finds tempo and phase of ticks.

    Args:
        ticks_per_beat: How many make a beat.
    """

    def __init__(self, ticks_per_beat: int = TICKS_PER_BEAT) -> None:
        self._per_beat = ticks_per_beat
        self._least = max(4, ticks_per_beat // 2)
        self._ticks: deque[tuple[int, float]] = deque(maxlen=max(16, MEMORY_BEATS * ticks_per_beat))
        self._next = 0
        self._line: _Line | None = None
        self._earliest_s = 0.0

    def start(self, beat: float = 0.0) -> None:
        """The next tick is this beat (MIDI's start and song position)."""
        number = round(beat * self._per_beat)
        moved = number - self._next
        self._ticks = deque(((n + moved, s) for n, s in self._ticks), maxlen=self._ticks.maxlen)
        self._next = number
        self._fit()

    def align(self, beat: Beat) -> None:
        """Which of the ticks are beats: where a clock was never told to start, somebody else's beat says it."""
        here = self.beat()
        if here is not None:
            apart = round((beat.at(here.host_s) - here.beat) * self._per_beat) % self._per_beat
            self.start((self._next + apart) / self._per_beat)

    def tick(self, host_s: float) -> None:
        """One tick came.

        Args:
            host_s: When, by the host's monotonic clock [s].
        """
        if self._ticks and host_s - self._ticks[-1][1] > FORGOTTEN_S:
            self._ticks.clear()  # a clock that paused has no phase in common with the one before
            self._line = None
        number = self._place(host_s)
        if number is None:
            return
        self._ticks.append((number, host_s))
        self._next = number + 1
        self._look_back()
        self._fit()

    @property
    def tempo_bpm(self) -> float | None:
        """Beats per minute; None before there are enough ticks."""
        return None if self._line is None else 60.0 / (self._line.period_s * self._per_beat)

    @property
    def scatter_s(self) -> float:
        """How much single ticks scatter: a standard deviation [s]."""
        return 0.0 if self._line is None else self._line.scatter_s

    def is_locked(self, host_s: float) -> bool:
        """Whether tempo and phase are to be relied on at an instant."""
        tempo_bpm = self.tempo_bpm
        return (
            self._line is not None
            and tempo_bpm is not None
            and host_s - self._ticks[-1][1] < SILENT_S
            and LEAST_BPM <= tempo_bpm <= MOST_BPM
            and self._line.scatter_s < SCATTERED * self._line.period_s
        )

    def confidence(self, host_s: float) -> float:
        """0–1: how much of a beat's length the phase may be trusted to."""
        if self._line is None or not self.is_locked(host_s):
            return 0.0
        expected_s = 2 * self._line.scatter_s / np.sqrt(len(self._ticks))
        return float(np.clip(1.0 - 20 * expected_s / (self._line.period_s * self._per_beat), 0.0, 1.0))

    def beat(self) -> Beat | None:
        """The beat as it goes; None before there are enough ticks."""
        if self._line is None or not self._ticks:
            return None
        number = self._ticks[-1][0]
        host_s = self._line.start_s + number * self._line.period_s - self._earliest_s
        return Beat(
            beat=number / self._per_beat,
            host_s=host_s,
            tempo_bpm=60.0 / (self._line.period_s * self._per_beat),
        )

    def _place(self, host_s: float) -> int | None:
        """The number of a tick: the next one; on an exact line the nearest one, or none if that has come already."""
        line = self._line
        if line is None or not line.is_exact:
            return self._next
        ahead = (host_s - line.start_s) / line.period_s - self._next
        if ahead < -0.5:
            return None
        return self._next + round(ahead)

    def _look_back(self) -> None:
        """Tries the other stories."""
        numbers, instants = self._arrays()
        n = len(numbers)
        first = max(LEAST_AFTER, n - BACK_BEATS * self._per_beat)
        if n - LEAST_AFTER <= first:
            return
        line = _laid(numbers, instants)
        beside = (instants - line.at(numbers)) / line.period_s
        if line.is_exact:  # single late ones after a stall say nothing
            beside = median_filter(beside, MEDIAN_OF, mode="nearest")
        splits = np.arange(first, n - LEAST_AFTER + 1)
        steps, bends = _stories(numbers, splits)
        by = np.round(steps @ beside / (steps**2).sum(axis=1))
        step_gains = 2 * by * (steps @ beside) - by**2 * (steps**2).sum(axis=1)
        bend_gains = (bends @ beside) ** 2 / (bends**2).sum(axis=1)
        step, bend = int(np.argmax(step_gains)), int(np.argmax(bend_gains))
        best, other = float(step_gains[step]), float(bend_gains[bend])
        noise = max(float(beside @ beside) - max(best, other), 0.0) / (n - 3) + LEAST_SCATTER**2
        if max(best, other) < BELIEVED * noise or abs(best - other) < CLEARLY * noise:
            return
        if best > other:
            self._count_anew(n - int(splits[step]), int(by[step]))
        elif _is_straight(numbers[splits[bend] :], instants[splits[bend] :], line):
            for _ in range(min(int(splits[bend]), n - self._least)):
                self._ticks.popleft()

    def _count_anew(self, recent: int, by: int) -> None:
        ticks = list(self._ticks)
        kept = [*ticks[:-recent], *((n + by, s) for n, s in ticks[-recent:])]
        self._ticks = deque(kept, maxlen=self._ticks.maxlen)
        self._next += by

    def _fit(self) -> None:
        numbers, instants = self._arrays()
        if len(numbers) < self._least:
            self._line = None
            return
        line = _laid(numbers, instants)
        if line.period_s <= 0:
            self._line = None
            return
        self._line = line
        self._earliest_s = -float(np.percentile(instants - line.at(numbers), EARLIEST_PERCENT))

    def _arrays(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        both = np.array(self._ticks, dtype=np.float64).reshape(-1, 2)
        return both[:, 0], both[:, 1]


def _is_straight(numbers: NDArray[np.float64], instants: NDArray[np.float64], before: _Line) -> bool:
    """Whether ticks lie on a line as good as the one before."""
    line = _laid(numbers, instants)
    scatter_s = float(np.std(instants - line.at(numbers)))
    return line.period_s > 0 and scatter_s < STRAIGHT * max(before.scatter_s, EXACT / 2 * before.period_s)


def _stories(
    numbers: NDArray[np.float64], splits: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What a step by one tick and a bend at each split look like beside the line that fits best, shape (splits, n)."""
    after = np.arange(len(numbers))[None, :] >= splits[:, None]
    bends = np.where(after, numbers[None, :] - numbers[splits - 1][:, None], 0.0)
    x = numbers - numbers.mean()

    def beside(shapes: NDArray[np.float64]) -> NDArray[np.float64]:
        level = shapes - shapes.mean(axis=1, keepdims=True)
        return np.asarray(level - np.outer(level @ x / (x @ x), x))

    return beside(after.astype(np.float64)), beside(bends)


def _laid(numbers: NDArray[np.float64], instants: NDArray[np.float64]) -> _Line:
    """The straight line of least squares; ticks that lie far beside it count little (Cauchy's weights)."""
    weights = np.ones(len(numbers))
    for _ in range(WEIGHINGS):
        total = weights.sum()
        middle, center_s = weights @ numbers / total, weights @ instants / total
        x = numbers - middle
        period_s = float((weights * x) @ (instants - center_s) / ((weights * x) @ x))
        beside = instants - center_s - x * period_s
        scatter_s = MEDIAN_SHARE * float(np.median(np.abs(beside)))
        weights = 1.0 / (1.0 + (beside / (FAR * scatter_s + LEAST_SCATTER * abs(period_s))) ** 2)
    return _Line(float(center_s - middle * period_s), period_s, scatter_s)
