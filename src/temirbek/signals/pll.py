"""From ticks that come late, twice or not at all to a tempo and a phase.

MIDI clock has 24 ticks to a beat and no time stamps: at 128 BPM one is due every 19.5 ms, and on its way each may be
kept for nearly as long. A single tick says nothing then; many say much. Ticks are numbered in the order in which they
come, and a straight line is laid through the instants of the last eight beats (least squares: after a beat the phase is
good to 2 ms where single ticks scatter over 18). Then the newest ticks are held against the line of those before:

* they lie on a parallel line, a whole tick away: one was lost or came twice, and they are numbered anew;
* they leave it steadily: the tempo has changed, and what was heard before is forgotten.

Which of the two it is can be told as soon as the newest ticks scatter less than they differ: after half a beat on a good
line, after a beat on the worst one. A way of transport delays and never hurries, so the line is shifted to the earliest
ticks (the 5th percentile of the residuals).
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.signals.steady import Beat

TICKS_PER_BEAT = 24
MEMORY_BEATS = 8
LEAST_BPM, MOST_BPM = 40.0, 240.0
SILENT_S = 1.0
"""Without a tick for so long the tempo is not locked any more."""
SCATTERED = 0.75
"""Ticks that scatter by more than this share of their distance are no clock."""
STEP_FROM = 0.6
"""Newest ticks that lie so many ticks beside the line may have been counted wrong."""
LEVEL_BELOW = 0.35
"""… if they do not leave it any further while they come [ticks]."""
SIGNIFICANT = 5.0
CERTAIN = 0.15
"""… and if that is known to so many ticks."""
LEAST_CHANGE = 0.12
"""A change of tempo is told from scatter when the newest ticks leave the line by so much [ticks] …"""
EARLIEST_PERCENT = 5.0


@dataclass(frozen=True, slots=True)
class _Line:
    """Instants of ticks: ``start_s`` + number × ``period_s``; ``scatter_s`` is the residuals' deviation."""

    start_s: float
    period_s: float
    scatter_s: float

    def at(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.start_s + numbers * self.period_s


@dataclass(frozen=True, slots=True)
class _Doubt:
    """By how much two lines through parts of the same ticks differ by chance, in scatters of one tick."""

    mean: float
    slope: float

    @classmethod
    def of(cls, before: NDArray[np.float64], recent: NDArray[np.float64]) -> "_Doubt":
        spread_before, spread_recent = (float(len(x) * x.var()) for x in (before, recent))
        apart = float(recent.mean() - before.mean())
        return cls(
            mean=float(np.sqrt(1 / len(recent) + 1 / len(before) + apart**2 / spread_before)),
            slope=float(np.sqrt(1 / spread_before + 1 / spread_recent)),
        )


class Pll:
    """Finds tempo and phase of ticks.

    Args:
        ticks_per_beat: How many make a beat.
    """

    def __init__(self, ticks_per_beat: int = TICKS_PER_BEAT) -> None:
        self._per_beat = ticks_per_beat
        self._recents = tuple(sorted({max(4, ticks_per_beat // 2), max(6, ticks_per_beat)}))
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

    def tick(self, host_s: float) -> None:
        """One tick came.

        Args:
            host_s: When, by the host's monotonic clock [s].
        """
        if self._ticks and host_s - self._ticks[-1][1] > SILENT_S:
            self._ticks.clear()  # a clock that paused has no phase in common with the one before
        if self._is_repeated(host_s):
            return
        self._next += self._left_out(host_s)
        self._ticks.append((self._next, host_s))
        self._next += 1
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

    def _is_repeated(self, host_s: float) -> bool:
        """On a line that hardly scatters, a tick at once after another one is the same one."""
        line = self._line
        if line is None or not self._ticks or line.scatter_s > 0.1 * line.period_s:
            return False
        return host_s - self._ticks[-1][1] < 0.3 * line.period_s

    def _left_out(self, host_s: float) -> int:
        """How many ticks were lost before this one, as far as one tick can tell."""
        line = self._line
        if line is None or line.scatter_s > 0.1 * line.period_s:
            return 0
        late = (host_s - line.start_s) / line.period_s - self._next
        return max(0, round(late)) if late < self._per_beat else 0

    def _look_back(self) -> None:
        """Holds the newest ticks against the line of those before."""
        numbers, instants = self._arrays()
        for recent in self._recents:
            if len(numbers) < 2 * recent:
                return
            before = _laid(numbers[:-recent], instants[:-recent])
            beside = (instants[-recent:] - before.at(numbers[-recent:])) / before.period_s
            doubt = _Doubt.of(numbers[:-recent], numbers[-recent:])
            x = np.arange(recent) - (recent - 1) / 2
            slope = float(x @ beside / (x @ x))
            left = beside - beside.mean() - slope * x
            noise = max(float(left.std()), before.scatter_s / before.period_s, 1e-3)
            mean, leaves = float(beside.mean()), abs(slope) * recent
            if noise * doubt.mean < CERTAIN and abs(mean) > STEP_FROM and leaves < LEVEL_BELOW:
                self._count_anew(recent, round(mean))
                return
            if leaves > LEAST_CHANGE and abs(slope) > SIGNIFICANT * noise * doubt.slope:
                for _ in range(len(numbers) - recent):
                    self._ticks.popleft()
                return

    def _count_anew(self, recent: int, by: int) -> None:
        ticks = list(self._ticks)
        kept = [*ticks[:-recent], *((n + by, s) for n, s in ticks[-recent:])]
        self._ticks = deque(kept, maxlen=self._ticks.maxlen)
        self._next += by

    def _fit(self) -> None:
        numbers, instants = self._arrays()
        if len(numbers) < self._recents[0]:
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


def _laid(numbers: NDArray[np.float64], instants: NDArray[np.float64]) -> _Line:
    """The straight line of least squares."""
    middle = numbers.mean()
    x = numbers - middle
    period_s = float(x @ instants / (x @ x))
    start_s = float(instants.mean()) - middle * period_s
    scatter_s = float(np.std(instants - start_s - numbers * period_s))
    return _Line(start_s, period_s, scatter_s)
