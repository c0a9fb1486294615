"""Random access to a recording in blocks, with memory that does not grow with its length.

Compressed files cannot be trusted to seek to the sample, so a reader decodes the file once, from its beginning and as far
as it is asked for, into an unnamed temporary file of raw samples (about 21 MB a minute at 44.1 kHz) and reads from there.
The samples are those of :func:`temirbek.audio.decode.decode`, always stereo, at the file's rate or at one that the caller
asks for.
"""

import tempfile
from collections.abc import Iterator
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
    """

    def __init__(self, source: Source, sample_rate_hz: int, path: Path) -> None:
        self.sample_rate_hz = sample_rate_hz
        self._source = source
        self._path = path
        self._blocks = _stereo_blocks(source, sample_rate_hz, path)
        self._spool: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 – closed by close()
        self._n_decoded = 0
        self._is_whole = False

    @property
    def n_samples(self) -> int:
        """Length [samples]. To know it, the recording is decoded to its end."""
        while not self._is_whole:
            self._decode_block()
        return self._n_decoded

    def read(self, start: int, n: int) -> Samples:
        """Samples ``start`` to ``start + n``, shape (2, n); silence outside the recording.

        Args:
            start: First sample; may be negative or beyond the end.
            n: How many, ≥ 0.

        Raises:
            InvalidInput: The recording turns out to be corrupt.
        """
        if n < 0:
            raise ValueError(f"cannot read {n} samples")
        while self._n_decoded < start + n and not self._is_whole:
            self._decode_block()
        sound = np.zeros((2, n), dtype=np.float32)
        first, last = max(0, start), min(self._n_decoded, start + n)
        if first < last:
            self._spool.seek(first * BYTES_PER_FRAME)
            raw = self._spool.read((last - first) * BYTES_PER_FRAME)
            sound[:, first - start : last - start] = np.frombuffer(raw, dtype=np.float32).reshape(-1, 2).T
        return sound

    def require_sound(self) -> None:
        """Decodes the beginning.

        Raises:
            InvalidInput: There is nothing, or nothing that can be decoded.
        """
        while self._n_decoded == 0 and not self._is_whole:
            self._decode_block()
        if self._n_decoded == 0:
            raise InvalidInput(f"{self._path}: decodes to no sound at all (0 samples)")

    def _decode_block(self) -> None:
        block = next(self._blocks, None)
        if block is None:
            self._is_whole = True
            return
        self._spool.seek(self._n_decoded * BYTES_PER_FRAME)
        self._spool.write(block.tobytes())
        self._n_decoded += len(block)

    def close(self) -> None:
        """Lets go of the file and of the temporary one."""
        self._source.close()
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
    source = open_source(path)
    reader = AudioReader(source, sample_rate_hz or source.sample_rate_hz, path)
    try:
        reader.require_sound()
    except BaseException:
        reader.close()
        raise
    return reader


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
