"""A sound file → its samples, and what its header says."""

import hashlib
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from temirbek.audio.source import Samples, Source, open_source
from temirbek.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioInfo:
    """What a file says of itself.

    Attributes:
        duration_s: Length of the sound [s]; exact after decoding, as declared after :func:`probe`.
        sample_rate_hz: Sample rate of the file [Hz].
        channels: Channels in the file (more than two are folded to two when decoded).
        title: From the tags, else the file's name without its ending.
        artist, license: From the tags, or "".
        is_truncated: The file ends before its sound does; what was there was decoded.
    """

    duration_s: float
    sample_rate_hz: int
    channels: int
    title: str
    artist: str = ""
    license: str = ""
    is_truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recording:
    """A decoded file.

    Attributes:
        samples: Sound, float32, shape (channels, n) with one or two channels, C order, read-only.
        sample_rate_hz: Sample rate [Hz].
        info: What the file says of itself.
        id: SHA-256 of the decoded sound (float32, little-endian, interleaved), hexadecimal.
    """

    samples: Samples
    sample_rate_hz: int
    info: AudioInfo
    id: str

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.shape[0] not in (1, 2) or self.samples.dtype != np.float32:
            raise ValueError(
                f"samples are {self.samples.dtype} of shape {self.samples.shape}; "
                "expected float32 of shape (1 or 2, n)"
            )
        self.samples.setflags(write=False)  # not copied: forty minutes are 850 MB

    @property
    def duration_s(self) -> float:
        """Length of the sound [s]."""
        return float(self.samples.shape[1] / self.sample_rate_hz)


def probe(path: Path) -> AudioInfo:
    """Reads a file's header and tags without decoding it.

    Raises:
        InvalidInput: The file is absent, empty or not audio that can be decoded here.
    """
    with closing(open_source(path)) as source:
        return _info(source, path, source.declared_frames)


def decode(path: Path) -> Recording:
    """Decodes a whole file at its own sample rate.

    A file that breaks off is decoded as far as it goes, and ``info.is_truncated`` says so.

    Raises:
        InvalidInput: The file is absent, empty, corrupt, or not audio that can be decoded here.
    """
    digest = hashlib.sha256()
    with closing(open_source(path)) as source:
        channels = min(source.channels, 2)
        samples = np.empty((channels, source.declared_frames), dtype=np.float32)
        filled = 0
        for block in source.blocks():
            sound = fold(block)
            digest.update(np.ascontiguousarray(sound, dtype="<f4").data)
            samples = _with_room(samples, filled + len(sound))
            samples[:, filled : filled + len(sound)] = sound.T
            filled += len(sound)
        info = _info(source, path, filled)
    require_sound(samples[:, :filled], path)
    if filled < samples.shape[1]:
        samples = samples[:, :filled].copy()
    return Recording(samples=samples, sample_rate_hz=info.sample_rate_hz, info=info, id=digest.hexdigest())


def fold(block: Samples) -> Samples:
    """One or two channels as they are; more are folded: the mean of channels 1, 3, … and that of 2, 4, …

    Args:
        block: Sound, shape (n, channels).
    """
    if block.shape[1] <= 2:
        return block
    return np.stack([block[:, 0::2].mean(axis=1), block[:, 1::2].mean(axis=1)], axis=1)


def require_sound(samples: Samples, path: Path) -> None:
    """Refuses what decoded to nothing or to values that are no sound.

    Raises:
        InvalidInput: No samples, or some that are not finite.
    """
    if samples.shape[1] == 0:
        raise InvalidInput(f"{path}: decodes to no sound at all (0 samples)")
    if not np.isfinite(samples.sum(dtype=np.float64)):
        raise InvalidInput(f"{path}: corrupt, holds samples that are not numbers")


def _with_room(samples: Samples, needed: int) -> Samples:
    if needed <= samples.shape[1]:
        return samples
    grown = np.empty((samples.shape[0], max(needed, 2 * samples.shape[1])), dtype=np.float32)
    grown[:, : samples.shape[1]] = samples
    return grown


def _info(source: Source, path: Path, frames: int) -> AudioInfo:
    info = AudioInfo(
        duration_s=frames / source.sample_rate_hz,
        sample_rate_hz=source.sample_rate_hz,
        channels=source.channels,
        title=source.tags.get("title") or path.stem,
        artist=source.tags.get("artist", ""),
        license=source.tags.get("license", ""),
    )
    return replace(info, is_truncated=source.is_truncated)
