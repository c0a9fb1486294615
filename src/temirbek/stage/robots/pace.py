"""Keeps a loop in step with the host's clock: absolute deadlines, lateness caught up within limits, the rest said aloud.

A step that comes late is made up for by steps that do not wait. Where the loop is late by more than :data:`MOST_LATE_S`, the
time that it lost is given up: its own time falls behind the host's, what is danced follows the music all the same, and the
count of what was given up says that the machine is too slow.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MOST_LATE_S = 0.04
"""As late as this a loop may be and still catch up."""
USUAL_S = 0.3
"""Time over which lateness is called usual."""
MISSED_S = 0.004
"""A step that begins later than this after its deadline has missed it: the next one was due."""
KEPT = 1 << 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceReport:
    """How well a loop kept pace since it was asked last.

    Attributes:
        steps, missed: Steps, and those that began after the next one was due.
        late_mean_ms, late_p99_ms, late_max_ms: Of the beginnings of steps after their deadlines (of the last 4096) [ms].
        given_up_s: Time that could not be caught up [s].
        cpu_share: Processor time of this process over the time that went by, 0–1 for each core.
    """

    steps: int
    missed: int
    late_mean_ms: float
    late_p99_ms: float
    late_max_ms: float
    given_up_s: float
    cpu_share: float


class Pace:
    """The deadlines of one loop.

    Args:
        step_s: Between them [s].
        clock: The host's clock [s].
        sleep: Sleeps so many seconds.
        work: Processor time of this process [s].
    """

    def __init__(
        self,
        step_s: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        work: Callable[[], float] = time.process_time,
    ) -> None:
        self._step_s, self._clock, self._sleep, self._work = step_s, clock, sleep, work
        self._origin_s, self._n = clock(), 0
        self.given_up_s = 0.0
        """Time given up since the beginning [s]."""
        self.usually_late_s = 0.0
        """How late steps begin lately [s]: whoever sends something for an instant counts on that."""
        self._late_s = np.zeros(KEPT)
        self._begin_report()

    def _begin_report(self) -> None:
        self._steps, self._missed, self._given_up_before_s = 0, 0, self.given_up_s
        self._asked_s, self._worked_s = self._clock(), self._work()
        self._most_late_s = 0.0

    def next(self) -> float:
        """Waits for the next deadline and returns it [host_s]."""
        self._n += 1
        due_s = self._origin_s + self._n * self._step_s
        now_s = self._clock()
        if now_s < due_s:
            self._sleep(due_s - now_s)
            now_s = self._clock()
        late_s = max(0.0, now_s - due_s)
        if late_s > MOST_LATE_S:
            skipped = int(late_s / self._step_s)
            self._origin_s += skipped * self._step_s
            self.given_up_s += skipped * self._step_s
            due_s += skipped * self._step_s
        remains_s = min(late_s, MOST_LATE_S)
        self.usually_late_s += min(1.0, self._step_s / USUAL_S) * (remains_s - self.usually_late_s)
        self._late_s[self._steps % KEPT] = late_s
        self._steps += 1
        self._missed += late_s > MISSED_S
        self._most_late_s = max(self._most_late_s, late_s)
        return due_s

    def report(self) -> PaceReport:
        """How it went since the last report."""
        late_ms = 1e3 * self._late_s[: min(self._steps, KEPT)]
        passed_s = max(self._clock() - self._asked_s, 1e-9)
        report = PaceReport(
            steps=self._steps,
            missed=self._missed,
            late_mean_ms=float(late_ms.mean()) if len(late_ms) else 0.0,
            late_p99_ms=float(np.percentile(late_ms, 99)) if len(late_ms) else 0.0,
            late_max_ms=1e3 * self._most_late_s,
            given_up_s=self.given_up_s - self._given_up_before_s,
            cpu_share=(self._work() - self._worked_s) / passed_s,
        )
        self._begin_report()
        return report
