"""Peaks of a course that stand out, and from where they rise.

As ``scipy.signal.find_peaks`` with a prominence, in the few lines that are needed here: loading that module takes a process
two seconds, and a conductor that was started again in the middle of a show has none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A peak: its index, how far it stands out on its lower side, and the index of the lowest place before it, up to where
    the course was higher."""

    at: int
    prominence: float
    base: int


def peaks_of(course: Floats, prominence: float) -> tuple[Peak, ...]:
    """The inner peaks of a course that stand out by this much or more, in order.

    Args:
        course: Values, shape (n,).
        prominence: In their unit. It counts from the higher of the two lowest places that separate a peak from higher ones,
            or from the ends.
    """
    inner = course[1:-1]
    found = []
    for at in np.flatnonzero((inner > course[:-2]) & (inner >= course[2:])) + 1:
        higher_before = np.flatnonzero(course[:at] > course[at])
        higher_after = np.flatnonzero(course[at + 1 :] > course[at])
        first = int(higher_before[-1]) + 1 if len(higher_before) else 0
        last = at + 1 + int(higher_after[0]) if len(higher_after) else len(course)
        base = int(at) - int(np.argmin(course[first : at + 1][::-1]))
        stands_out = float(course[at] - max(course[base], course[at:last].min()))
        if stands_out >= prominence:
            found.append(Peak(at=int(at), prominence=stands_out, base=base))
    return tuple(found)
