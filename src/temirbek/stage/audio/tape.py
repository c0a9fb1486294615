"""A tape between somebody who may not wait and a disk that makes wait: what is laid on it is written by a thread."""

import threading
from collections.abc import Callable

import numpy as np
import soundfile

from temirbek.stage.audio.ring import CHANNELS, Stereo

FRAMES = 1 << 19
"""So much may wait for the disk (11 s)."""
LOOK_EVERY_S = 0.05


class Tape:
    """Takes sound at once, writes it later.

    Args:
        write: Called by the thread with the first frame's number and samples (n, 2); may raise.
        close: Called at the end.
    """

    def __init__(self, write: Callable[[int, Stereo], object], close: Callable[[], object]) -> None:
        self._write, self._close = write, close
        self._samples = np.zeros((FRAMES, CHANNELS), dtype=np.float32)
        self._parts: list[tuple[int, int]] = []
        self._laid = self._written = 0
        self.why_broken = ""
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tape", daemon=True)
        self._thread.start()

    def add(self, frame: int, sound: Stereo) -> None:
        """Lays samples (n, 2) on the tape; only copies. Frame numbers may leave gaps."""
        if self.why_broken:
            return
        n = len(sound)
        if self._laid - self._written + n > FRAMES:
            self.why_broken = "the disk is too slow"
            return
        at = self._laid % FRAMES
        head = min(n, FRAMES - at)
        self._samples[at : at + head] = sound[:head]
        self._samples[: n - head] = sound[head:]
        self._laid += n
        self._parts.append((frame, n))

    def close(self) -> None:
        """Writes what waits, then closes."""
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        is_over = False
        while not is_over:
            is_over = self._is_over.wait(LOOK_EVERY_S)
            while self._parts and not self.why_broken:
                self._write_part(*self._parts.pop(0))
        try:
            self._close()
        except (OSError, soundfile.LibsndfileError) as error:
            self.why_broken = self.why_broken or f"{error}"

    def _write_part(self, frame: int, n: int) -> None:
        at = self._written % FRAMES
        head = min(n, FRAMES - at)
        try:
            self._write(frame, self._samples[at : at + head])
            if head < n:
                self._write(frame + head, self._samples[: n - head])
        except (OSError, soundfile.LibsndfileError) as error:
            self.why_broken = f"cannot be written ({error})"
        self._written += n
