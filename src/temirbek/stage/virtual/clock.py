"""Time that passes when it is told to, and what is due in it."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field


class VirtualClock:
    """Time that passes when it is told to.

    Args:
        utc_s: What the wall says at the beginning [UTC epoch seconds].
    """

    def __init__(self, utc_s: float) -> None:
        self._now_s, self._utc_s = 0.0, utc_s

    def host_s(self) -> float:
        """Since the beginning [s]."""
        return self._now_s

    def utc_s(self) -> float:
        """Of the wall [UTC epoch seconds]."""
        return self._utc_s + self._now_s

    def pass_time(self, seconds: float) -> None:
        """Lets time pass."""
        self._now_s = round(self._now_s + seconds, 6)


@dataclass(order=True, slots=True)
class _Due:
    host_s: float
    order: int
    do: Callable[[], None] = field(compare=False)


class Agenda:
    """What is to happen later, in the order of its time; at the same instant in the order in which it was put down."""

    def __init__(self) -> None:
        self._due: list[_Due] = []
        self._order = 0

    def put(self, host_s: float, do: Callable[[], None]) -> None:
        """Something is due at an instant [host s]."""
        self._order += 1
        heapq.heappush(self._due, _Due(host_s, self._order, do))

    def look(self, host_s: float) -> None:
        """Does what is due by now."""
        while self._due and self._due[0].host_s <= host_s:
            heapq.heappop(self._due).do()
