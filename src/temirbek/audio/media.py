"""What libsndfile refuses, decoded by PyAV: the only file that imports the optional extra ``temirbek[media]``."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput


class MediaSource:
    """The first audio stream of a file that FFmpeg reads; see :class:`temirbek.audio.source.Source`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._container = av.open(str(path))
        except (av.FFmpegError, ValueError) as error:
            raise InvalidInput(f"{path}: not audio that can be decoded ({_reason(error)})") from error
        if not self._container.streams.audio:
            self._container.close()
            raise InvalidInput(f"{path}: holds no sound")
        stream = self._container.streams.audio[0]
        self._stream = stream
        self.sample_rate_hz = int(stream.rate or 0)
        self.channels = int(stream.channels or 0)
        if self.sample_rate_hz <= 0 or self.channels <= 0:
            self._container.close()
            raise InvalidInput(f"{path}: corrupt, its sound has no sample rate or no channels")
        self.declared_frames = self._declared_frames()
        self.tags: Mapping[str, str] = self._tags()
        self.is_truncated = False

    def _declared_frames(self) -> int:
        if self._stream.duration and self._stream.time_base:
            return int(self._stream.duration * self._stream.time_base * self.sample_rate_hz)
        return 0

    def _tags(self) -> dict[str, str]:
        tags = {name.lower(): value for name, value in self._container.metadata.items()}
        tags |= {name.lower(): value for name, value in self._stream.metadata.items()}
        return {
            "title": tags.get("title", ""),
            "artist": tags.get("artist", ""),
            "license": tags.get("license", "") or tags.get("copyright", ""),
        }

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Blocks of shape (frames, channels)."""
        resampler = av.AudioResampler(format="fltp", rate=self.sample_rate_hz)
        frames = 0
        try:
            for decoded in self._container.decode(self._stream):
                for frame in resampler.resample(decoded):
                    frames += frame.samples
                    yield np.ascontiguousarray(frame.to_ndarray().T, dtype=np.float32)
        except av.FFmpegError as error:
            if frames == 0:
                raise InvalidInput(
                    f"{self._path}: corrupt, nothing can be decoded ({_reason(error)})"
                ) from error
            self.is_truncated = True
        if frames < 0.98 * self.declared_frames:
            self.is_truncated = True

    def close(self) -> None:
        """Lets go of the file."""
        self._container.close()


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", "") or error).strip().rstrip(".").lower()
