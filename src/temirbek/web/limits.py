"""How much one connection may ask of the show."""

import time
from collections.abc import Callable


class Allowance:
    """So many at once, so many a second after that (a token bucket).

    Args:
        burst: At once.
        per_s: Comes back every second.
        now: A clock that only moves on [s].
    """

    def __init__(self, burst: float, per_s: float, *, now: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._per_s, self._now = burst, per_s, now
        self._left, self._at_s = burst, now()

    def take(self, amount: float = 1.0) -> bool:
        """Whether there is so much left; if so, it is taken."""
        now_s = self._now()
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        if amount > self._left:
            return False
        self._left -= amount
        return True
