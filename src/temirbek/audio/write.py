"""Sound → FLAC, block by block; the file bears its final name only once it is whole."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.errors import InvalidInput


class FlacWriter:
    """Writes a FLAC file; a context manager.

    Leaving the block normally renames the file to its final name; an exception (Ctrl-C too) removes it.
    Samples beyond full scale are clipped by libsndfile: keep them inside.
    """

    def __init__(
        self,
        path: Path,
        sample_rate_hz: int,
        *,
        channels: int = 2,
        bits: int = 24,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Opens the file under a temporary name in the same folder.

        Args:
            path: Final name; what lies there is replaced on success.
            sample_rate_hz: Sample rate [Hz].
            channels: 1 or 2.
            bits: 16 or 24.
            tags: "title", "artist", "license", "comment", … written into the file.

        Raises:
            InvalidInput: The file cannot be written there.
        """
        self.path = path
        self.n_samples = 0
        self._channels = channels
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            self._file = soundfile.SoundFile(
                self._part, "w", sample_rate_hz, channels, subtype=f"PCM_{bits}", format="FLAC"
            )
        except (soundfile.LibsndfileError, OSError) as error:
            raise InvalidInput(f"{path}: cannot be written ({error})") from error
        for name, value in (tags or {}).items():
            setattr(self._file, name, value)

    def write(self, block: NDArray[np.float32]) -> None:
        """Appends a block of shape (channels, n), full scale ±1."""
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise ValueError(f"block has shape {block.shape}; expected ({self._channels}, n)")
        if not np.isfinite(block).all():
            raise ValueError(f"{self.path}: a block holds values that are not numbers")
        self._file.write(np.ascontiguousarray(block.T, dtype=np.float32))
        self.n_samples += block.shape[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
            if error is None:
                os.replace(self._part, self.path)
        finally:
            self._part.unlink(missing_ok=True)
