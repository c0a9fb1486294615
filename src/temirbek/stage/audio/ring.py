"""The ring: a second of finished sound between the engine that makes it and the player that gives it to the device.

A file mapped by both processes. Samples are addressed by their *output frame*, counted from the engine's begin: frame f
lies at place f modulo the ring's length. The engine alone writes samples and ``written``, the player alone writes
``taken``; each is one aligned word, so neither ever waits. What has not been taken yet may be written anew: so a
command is heard at once although sound is made ready further ahead.
"""

import mmap
import os
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from temirbek.stage.clock import SAMPLE_RATE_HZ, in_memory

Stereo = NDArray[np.float32]
"""Interleaved sound, shape (n, 2)."""

FRAMES = 1 << 16
CHANNELS = 2
_HEAD_BYTES = 64
_BYTES = _HEAD_BYTES + FRAMES * CHANNELS * 4
_WRITTEN, _TAKEN, _BLOCK, _MISSED = range(4)


class Ring:
    """The ring as one of its two owners sees it; a context manager."""

    def __init__(self, mapped: mmap.mmap) -> None:
        self._mmap = mapped
        self._words = np.frombuffer(mapped, dtype=np.int64, count=_HEAD_BYTES // 8)
        samples = np.frombuffer(mapped, dtype=np.float32, count=FRAMES * CHANNELS, offset=_HEAD_BYTES)
        self._samples = samples.reshape(FRAMES, CHANNELS)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Makes a new, silent ring; whoever still holds an older one keeps that."""
        place = in_memory(path)
        place.unlink(missing_ok=True)
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, _BYTES)  # a full disk is met here, not while it plays
            ring = cls(mmap.mmap(descriptor, _BYTES))
        finally:
            os.close(descriptor)
        ring._words[_BLOCK] = SAMPLE_RATE_HZ // 100
        return ring

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens a ring that is there."""
        with path.open("r+b") as file:
            return cls(mmap.mmap(file.fileno(), _BYTES))

    @property
    def written(self) -> int:
        """The first frame that has not been made."""
        return int(self._words[_WRITTEN])

    @property
    def taken(self) -> int:
        """The first frame that the device has not taken."""
        return int(self._words[_TAKEN])

    @property
    def block(self) -> int:
        """How many frames the device takes at a time, at most."""
        return int(self._words[_BLOCK])

    @block.setter
    def block(self, frames: int) -> None:
        self._words[_BLOCK] = frames

    @property
    def missed(self) -> int:
        """How many frames the device took before they were made."""
        return int(self._words[_MISSED])

    def write(self, first: int, sound: Stereo) -> None:
        """Writes frames, new ones or some that have not been taken; what lay behind them is no longer there.

        Args:
            first: Their first frame.
            sound: Shape (n, 2), n less than the ring holds.
        """
        at = first % FRAMES
        head = min(len(sound), FRAMES - at)
        self._samples[at : at + head] = sound[:head]
        self._samples[: len(sound) - head] = sound[head:]
        self._words[_WRITTEN] = first + len(sound)

    def take(self, out: Stereo) -> int:
        """Takes the next frames for the device; silence for those that have not been made.

        Args:
            out: Filled, shape (n, 2).

        Returns:
            How many were missing.
        """
        first, n = int(self._words[_TAKEN]), len(out)
        have = min(n, max(0, int(self._words[_WRITTEN]) - first))
        self._copy(first, out[:have])
        out[have:] = 0.0
        self._words[_TAKEN] = first + n
        if have < n:
            self._words[_MISSED] += n - have
        return n - have

    def seek(self, frame: int) -> None:
        """The device goes on from ``frame``: what is left out never sounds, what is repeated must still be there."""
        self._words[_TAKEN] = max(0, frame)

    def peek(self, first: int, n: int) -> Stereo:
        """A copy of frames that are still there, shape (n, 2)."""
        out = np.empty((n, CHANNELS), dtype=np.float32)
        self._copy(first, out)
        return out

    def _copy(self, first: int, out: Stereo) -> None:
        at = first % FRAMES
        head = min(len(out), FRAMES - at)
        out[:head] = self._samples[at : at + head]
        out[head:] = self._samples[: len(out) - head]

    def close(self) -> None:
        """Lets go of the memory."""
        del self._words, self._samples
        self._mmap.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
