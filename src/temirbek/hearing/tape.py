"""The last seconds of one signal, read by sample index from its beginning."""

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]

CAPACITY = 1 << 17
KEPT = 1 << 16


class Tape:
    """A signal of which the last :data:`KEPT` samples at least can be read; what is older is forgotten."""

    def __init__(self) -> None:
        self._held = np.zeros(CAPACITY, dtype=np.float32)
        self._first = 0
        self._end = 0

    @property
    def end(self) -> int:
        """How many samples came until now."""
        return self._end

    def append(self, samples: Signal) -> None:
        """Adds samples at the end, at most :data:`KEPT` at a time."""
        if self._end - self._first + len(samples) > CAPACITY:
            kept = self._held[self._end - self._first - KEPT : self._end - self._first].copy()
            self._held[:KEPT] = kept
            self._first = self._end - KEPT
        at = self._end - self._first
        self._held[at : at + len(samples)] = samples
        self._end += len(samples)

    def read(self, first: int, n: int) -> Signal:
        """Samples ``first`` … ``first + n``; zeros where they are forgotten or before the beginning.

        Args:
            first: Index of the first sample; may be negative.
            n: How many, ``first + n`` ≤ :attr:`end`.
        """
        begin = max(first, self._first)
        found = self._held[begin - self._first : max(begin, first + n) - self._first]
        if len(found) == n:
            return found
        whole = np.zeros(n, dtype=np.float32)
        if len(found):
            whole[n - len(found) :] = found
        return whole
