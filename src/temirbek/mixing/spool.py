"""Sound that waits on disk: a temporary file of raw samples, read in frames at any place."""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from temirbek.mixing.clock import Samples

BYTES_PER_FRAME = 2 * 4


class Spool:
    """Stereo float32 samples in an unnamed file of the given folder; a context manager.

    Attributes:
        n_samples: How many there are.
        peak: The largest magnitude among them.
    """

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 – closed by __exit__
        self.n_samples = 0
        self.peak = 0.0

    def append(self, sound: Samples) -> None:
        """Adds samples of shape (2, n) at the end; silence takes no room on disk."""
        peak = float(np.abs(sound).max(initial=0.0))
        if peak > 0:
            self._file.seek(self.n_samples * BYTES_PER_FRAME)
            self._file.write(np.ascontiguousarray(sound.T, dtype="<f4").data)
        self.n_samples += sound.shape[1]
        self._file.truncate(self.n_samples * BYTES_PER_FRAME)
        self.peak = max(self.peak, peak)

    def read(self, start: int, n: int) -> Samples:
        """Samples from ``start`` on, float32, shape (2, n); silence outside."""
        sound = np.zeros((2, n), dtype=np.float32)
        first, last = max(0, start), min(self.n_samples, start + n)
        if first < last:
            self._file.seek(first * BYTES_PER_FRAME)
            raw = self._file.read((last - first) * BYTES_PER_FRAME)
            sound[:, first - start : last - start] = np.frombuffer(raw, dtype="<f4").reshape(-1, 2).T
        return sound

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
