"""Hears a line input, off the loop: the device's callback only copies, a thread listens."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import DeviceLost
from temirbek.signals.following import Follower
from temirbek.stage.line_input import RATE_HZ, Block, Line, Take, open_line
from temirbek.stage.signals.faults import Faults

MOST_BLOCKS = 512
OPEN_AGAIN_S = 3.0
IDLE_S = 0.05
FAULT = "line in"


class LineEar:
    """The line input and who listens to it.

    Args:
        device: Its name, or ``jack:`` and a part of a JACK port's.
        faults: Hears what is wrong.
        opened: How devices are opened: (name, takes blocks).
    """

    def __init__(
        self, device: str, faults: Faults, opened: Callable[[str, Take], Line] | None = None
    ) -> None:
        self._device, self._faults = device, faults
        self._opened = opened or open_line
        self._line: Line | None = None
        self._open_at_s = 0.0
        self._blocks: deque[Block] = deque(maxlen=MOST_BLOCKS)
        self.follower = Follower(RATE_HZ)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="line in", daemon=True)
        self._thread.start()

    @property
    def level(self) -> float:
        """Root mean square of the last half second."""
        return self.follower.level if self._line is not None else 0.0

    def expect(self, beat: Any) -> None:
        """Where people say that the beat is."""
        self.follower.expect(beat)

    def look(self, host_s: float) -> None:
        """Opens it, or sees whether it is still there."""
        if host_s < self._open_at_s:
            return
        self._open_at_s = host_s + OPEN_AGAIN_S
        if self._line is not None:
            why = self._line.why_dead()
            if not why:
                return
            self._line.close()
            self._line = None
            self._faults.tell(FAULT, why)
        try:
            self._line = self._opened(self._device, self._take)
            self._faults.mend(FAULT)
        except DeviceLost as error:
            self._faults.tell(FAULT, str(error))

    def close(self) -> None:
        """Lets go of it."""
        self._is_over.set()
        self._thread.join(2.0)
        if self._line is not None:
            self._line.close()

    def _take(self, sound: NDArray[np.float32], end_s: float) -> None:
        self._blocks.append((sound, end_s))

    def _listen(self) -> None:
        while not self._is_over.wait(IDLE_S):
            came = [self._blocks.popleft() for _ in range(len(self._blocks))]
            if came:
                self.follower.hear(np.concatenate([sound for sound, _ in came]), came[-1][1])
