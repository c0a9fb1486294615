"""Random access to a recording in blocks, with memory that does not grow with its length.

Compressed files cannot be trusted to seek to the sample, so a reader decodes the file once, from its beginning,
into an unnamed temporary file of raw samples (about 21 MB a minute at 44.1 kHz) and reads from there. The samples are those of
:func:`temirbek.audio.decode.decode`, always stereo, at the file's rate or at one that the caller asks for.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np
import soxr

from temirbek.audio.decode import fold, require_sound
from temirbek.audio.source import Samples, Source, open_source
from temirbek.errors import InvalidInput

BYTES_PER_FRAME = 2 * 4


class AudioReader:
    """A recording, opened for reading anywhere; a context manager.

    Attributes:
        sample_rate_hz: Rate of the samples that it gives [Hz].
        n_samples: Length [samples].
    """

    def __init__(self, spool: IO[bytes], sample_rate_hz: int, n_samples: int) -> None:
        self._spool = spool
        self.sample_rate_hz = sample_rate_hz
        self.n_samples = n_samples

    def read(self, start: int, n: int) -> Samples:
        """Samples ``start`` to ``start + n``, shape (2, n); silence outside the recording.

        Args:
            start: First sample; may be negative or beyond the end.
            n: How many, ≥ 0.
        """
        if n < 0:
            raise ValueError(f"cannot read {n} samples")
        sound = np.zeros((2, n), dtype=np.float32)
        first, last = max(0, start), min(self.n_samples, start + n)
        if first < last:
            self._spool.seek(first * BYTES_PER_FRAME)
            raw = self._spool.read((last - first) * BYTES_PER_FRAME)
            sound[:, first - start : last - start] = np.frombuffer(raw, dtype=np.float32).reshape(-1, 2).T
        return sound

    def close(self) -> None:
        """Lets go of the temporary file."""
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_audio(path: Path, sample_rate_hz: int | None = None) -> AudioReader:
    """Opens a recording for reading in blocks.

    Args:
        path: The file; never written to.
        sample_rate_hz: Rate at which to read it [Hz]; that of the file when not given. Resampled by soxr (HQ).

    Raises:
        InvalidInput: The file is absent, empty, corrupt, or not audio that can be decoded here.
    """
    spool = tempfile.TemporaryFile()  # noqa: SIM115 – the reader closes it
    try:
        with closing(open_source(path)) as source:
            rate_hz = sample_rate_hz or source.sample_rate_hz
            n_samples = 0
            for block in _stereo_blocks(source, rate_hz, path):
                spool.write(block.tobytes())
                n_samples += len(block)
        if n_samples == 0:
            raise InvalidInput(f"{path}: decodes to no sound at all (0 samples)")
    except BaseException:
        spool.close()
        raise
    return AudioReader(spool, rate_hz, n_samples)


def _stereo_blocks(source: Source, rate_hz: int, path: Path) -> Iterator[Samples]:
    resampler = (
        soxr.ResampleStream(source.sample_rate_hz, rate_hz, 2, dtype="float32", quality="HQ")
        if rate_hz != source.sample_rate_hz
        else None
    )
    for block in source.blocks():
        sound = fold(block)
        require_sound(sound.T, path)
        stereo = np.ascontiguousarray(np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound)
        yield resampler.resample_chunk(stereo) if resampler else stereo
    if resampler:
        yield resampler.resample_chunk(np.zeros((0, 2), dtype=np.float32), last=True)
