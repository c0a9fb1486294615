"""Linear time code: eighty bits a frame as sound (SMPTE ST 12-1, bi-phase mark).

The level changes at every bit's begin, and once more in the middle of a one; so neither polarity nor speed matters. One bit
is chosen so that each frame has an even number of ones, and all frames begin in the same direction.
"""

import numpy as np
from numpy.typing import NDArray

from temirbek.signals.timecode import FRAMES_PER_S, Rate, TimeCode, time_code

BITS = 80
HALVES = 2 * BITS
SYNC = (0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1)
_DROP_BIT = 10
_PLACES = (
    (0, 4, "frames", 1),
    (8, 2, "frames", 10),
    (16, 4, "seconds", 1),
    (24, 3, "seconds", 10),
    (32, 4, "minutes", 1),
    (40, 3, "minutes", 10),
    (48, 4, "hours", 1),
    (56, 2, "hours", 10),
)


def bits(code: TimeCode) -> NDArray[np.int8]:
    """The bits of one frame, shape (80,), each 0 or 1."""
    found = np.zeros(BITS, dtype=np.int8)
    for first, width, name, unit in _PLACES:
        digit = getattr(code, name) // unit % 10
        found[first : first + width] = [digit >> k & 1 for k in range(width)]
    found[_DROP_BIT] = code.rate == "29.97df"
    found[-len(SYNC) :] = SYNC
    found[59 if code.rate == "25" else 27] = found.sum() % 2
    return found


def halves(code: TimeCode) -> NDArray[np.float32]:
    """The level of each half bit of a frame, shape (160,), each −1 or 1; every frame begins with 1."""
    flips = np.ones(HALVES, dtype=np.int64)
    flips[1::2] = bits(code)
    return np.asarray(np.where(np.cumsum(flips) % 2 == 1, 1.0, -1.0), dtype=np.float32)


def encode(seconds: NDArray[np.float64], rate: Rate = "25", level: float = 0.5) -> NDArray[np.float32]:
    """The sound of a time code.

    Args:
        seconds: Which instant of the code each sample is [s since its midnight], shape (n,): so it may run at any sample
            rate and any speed, and jump.
        rate: Frames.
        level: Amplitude, 0–1.

    Returns:
        Samples, shape (n,). A function of ``seconds`` alone: blocks of any size join without a seam.
    """
    place = seconds * float(FRAMES_PER_S[rate])
    number = np.floor(place + 1e-9).astype(np.int64)
    half = np.clip(((place - number) * HALVES + 1e-6).astype(np.int64), 0, HALVES - 1)
    out = np.zeros(len(seconds), dtype=np.float32)
    for one in np.unique(number):
        here = number == one
        out[here] = level * halves(time_code(int(one), rate))[half[here]]
    return out
