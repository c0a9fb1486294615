"""Sound that waits on disk: a temporary file of raw samples, read in frames at any place."""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from temirbek.mixing.clock import Floats

BYTES_PER_FRAME = 2 * 4


class Spool:
    """Stereo float32 samples in an unnamed file of the given folder; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 – closed by __exit__
        self.n_samples = 0

    def append(self, sound: Floats) -> None:
        """Adds samples of shape (2, n) at the end."""
        self._file.seek(self.n_samples * BYTES_PER_FRAME)
        self._file.write(np.ascontiguousarray(sound.T, dtype="<f4").tobytes())
        self.n_samples += sound.shape[1]

    def read(self, start: int, n: int) -> Floats:
        """Samples from ``start`` on, shape (2, n); silence outside."""
        sound = np.zeros((2, n))
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
