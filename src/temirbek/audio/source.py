"""A file as a stream of blocks, whichever library decodes it.

``open_source`` asks libsndfile first and PyAV second. Whoever reads a source gets blocks until the sound ends;
a source that breaks off early says so in ``is_truncated`` once its blocks are read.
"""

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.errors import InvalidInput

Samples = NDArray[np.float32]
BLOCK_FRAMES = 1 << 14
NEEDS_MEDIA = (".m4a", ".aac", ".mp4", ".m4b", ".wma", ".webm", ".mka", ".ac3", ".mov")
MOST_CHANNELS = 64


class Source(Protocol):
    """A decoded file, read once from its beginning.

    Attributes:
        sample_rate_hz, channels: As in the file.
        declared_frames: Length that the file claims, or 0 where it makes no claim.
        tags: "title", "artist", "license" as far as the file has them.
        is_truncated: The file is known to end before its sound does; final once all blocks are read.
    """

    sample_rate_hz: int
    channels: int
    declared_frames: int
    tags: Mapping[str, str]
    is_truncated: bool

    def blocks(self) -> Iterator[Samples]:
        """Blocks of shape (frames, channels)."""
        ...

    def close(self) -> None:
        """Lets go of the file."""
        ...


def open_source(path: Path) -> Source:
    """Opens a file for decoding.

    Raises:
        InvalidInput: The file is absent, a folder, unreadable, empty, or not audio that can be decoded here.
    """
    _require_file(path)
    try:
        return _SoundFileSource(path)
    except soundfile.LibsndfileError as refusal:
        return _open_media(path, refusal)


def _require_file(path: Path) -> None:
    if not path.exists():
        raise InvalidInput(f"{path}: no such file")
    if not path.is_file():
        raise InvalidInput(f"{path}: a folder or device, not a sound file")
    try:
        with path.open("rb") as file:
            is_empty = not file.read(1)
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read ({error.strerror or error})") from error
    if is_empty:
        raise InvalidInput(f"{path}: the file is empty (0 bytes)")


def _open_media(path: Path, refusal: Exception) -> Source:
    try:
        from temirbek.audio.media import MediaSource  # the optional extra
    except ImportError as error:
        if path.suffix.lower() in NEEDS_MEDIA:
            raise InvalidInput(
                f"{path}: {path.suffix} files need PyAV; install it with: pip install 'temirbek[media]'"
            ) from error
        raise InvalidInput(f"{path}: not audio that can be decoded ({_reason(refusal)})") from refusal
    return MediaSource(path)


class _SoundFileSource:
    """A file that libsndfile reads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = soundfile.SoundFile(path)
        self.sample_rate_hz = int(self._file.samplerate)
        self.channels = int(self._file.channels)
        frames = int(self._file.frames)
        self.declared_frames = frames if 0 < frames < 1 << 40 else 0
        self.tags: Mapping[str, str] = _tags(self._file)
        self.is_truncated = _container_breaks_off(path)

    def blocks(self) -> Iterator[Samples]:
        read_frames = 0
        while True:
            try:
                block = self._file.read(BLOCK_FRAMES, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                if read_frames == 0:
                    raise InvalidInput(
                        f"{self._path}: corrupt, nothing can be decoded ({_reason(error)})"
                    ) from error
                self.is_truncated = True
                return
            if len(block) == 0:
                break
            read_frames += len(block)
            yield block
        if read_frames < self.declared_frames:
            self.is_truncated = True

    def close(self) -> None:
        self._file.close()


def _tags(file: soundfile.SoundFile) -> dict[str, str]:
    tags = {name: str(value).strip() for name, value in file.copy_metadata().items()}
    return {
        "title": tags.get("title", ""),
        "artist": tags.get("artist", ""),
        "license": tags.get("license", "") or tags.get("copyright", ""),
    }


def _container_breaks_off(path: Path) -> bool:
    """Whether a wav promises more bytes than it has, or an ogg lacks the page that ends it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] == b"RIFF" and len(head) == 12:
            promised = int(struct.unpack("<I", head[4:8])[0])
            return (
                0 < promised < 0xFFFFFF00 and promised + 8 > size + 1
            )  # one byte of padding is often left out
        if head[:4] == b"OggS":
            file.seek(max(0, size - (1 << 17)))
            tail = file.read()
            last = tail.rfind(b"OggS")
            end_of_stream = 0x04
            return last < 0 or len(tail) < last + 6 or not tail[last + 5] & end_of_stream
    return False


def _reason(error: Exception) -> str:
    text = str(getattr(error, "error_string", "") or error)
    return text.strip().rstrip(".").lower()
