"""What is known to sound: the loudspeaker's samples of any moment of the last second, from the sound process's ring."""

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import DeviceLost
from temirbek.stage.audio.ring import FRAMES, Ring
from temirbek.stage.clock import SharedClock

OPEN_AGAIN_S = 0.5
DEAD_S = 1.0
"""A sound process that has told its clock nothing for so long has gone, and its ring with it."""
SAFE_FRAMES = 4096
"""The oldest samples of the ring may be written over while they are read."""


class Tap:
    """Reads what the loudspeaker plays.

    Args:
        folder: Of the run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ring: Ring | None = None
        self._clock: SharedClock | None = None
        self._open_at_s = 0.0

    def read(self, end_s: float, n: int) -> NDArray[np.float32]:
        """The samples that leave the loudspeaker until an instant, both channels together.

        Args:
            end_s: When the last of them sounds [host_s].
            n: How many, at 48 kHz.

        Returns:
            Shape (n,); zeros for what is not (or no longer) known, and where no sound process is at work.
        """
        out = np.zeros(n, dtype=np.float32)
        if not self._is_open():
            return out
        assert self._ring is not None and self._clock is not None
        end = round(self._clock.read().device.frame_at(end_s)) + 1
        oldest = max(0, self._ring.written - FRAMES + SAFE_FRAMES)
        first, last = max(end - n, oldest), min(end, self._ring.written)
        if last > first:
            sound = self._ring.peek(first, last - first)
            out[first - (end - n) : last - (end - n)] = sound.mean(axis=1)
        return out

    def _is_open(self) -> bool:
        try:
            if self._clock is not None and self._clock.read().age_s > DEAD_S:
                self.close()
            if self._ring is None and time.monotonic() >= self._open_at_s:
                self._open_at_s = time.monotonic() + OPEN_AGAIN_S
                self._clock = SharedClock.open(self._folder / "clock.shm")
                if self._clock.read().age_s < DEAD_S:
                    self._ring = Ring.open(self._folder / "sound.ring")
        except (DeviceLost, OSError, ValueError):
            self.close()
        return self._ring is not None

    def close(self) -> None:
        """Lets go."""
        if self._ring is not None:
            self._ring.close()
        if self._clock is not None:
            self._clock.close()
        self._ring = self._clock = None
