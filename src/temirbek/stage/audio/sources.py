"""Where a voice's samples come from: whole sound files, or spools of raw samples that somebody is still writing."""

import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile

from temirbek.errors import InvalidInput
from temirbek.stage.audio.ring import CHANNELS, Stereo
from temirbek.stage.clock import SAMPLE_RATE_HZ

FRAME_BYTES = 4 * CHANNELS
BLOCK = 1 << 13
"""Frames that are decoded at a time (0.17 s)."""
AHEAD_BLOCKS = 24
"""So many blocks are decoded ahead (4 s)."""
KEPT_BLOCKS = 40
SEEKABLE = ("WAV", "WAVEX", "FLAC", "AIFF", "W64", "RF64", "AU", "CAF")
"""Formats in which libsndfile finds a sample exactly; others are decoded from their beginning."""


class Source(Protocol):
    """Samples by number."""

    @property
    def n_frames(self) -> int | None:
        """How many there will be; None while that is open."""

    def read(self, start: int, out: Stereo) -> int:
        """Fills ``out`` (n, 2) from frame ``start`` on; returns how many of them were there, the rest is silence."""

    def close(self) -> None:
        """Lets go."""


def open_source(path: Path, start: int) -> Source:
    """Opens a file or a spool, ready to be read from frame ``start`` on.

    Raises:
        InvalidInput: It is not there, or not 48 kHz sound of one or two channels.
    """
    return SpoolSource(path) if path.suffix == ".f32" else FileSource(path, start)


class SpoolSource:
    """Raw float32 samples, interleaved, little-endian; its file may still grow, and says how far by its size."""

    n_frames = None

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise InvalidInput(f"{path}: cannot be played ({error})") from error

    def read(self, start: int, out: Stereo) -> int:
        """Fills ``out`` from frame ``start`` on; returns how many frames were there."""
        before = max(0, -start)
        wanted = max(0, len(out) - before)
        raw = os.pread(self._descriptor, wanted * FRAME_BYTES, max(0, start) * FRAME_BYTES)
        n = len(raw) // FRAME_BYTES
        out[:before] = 0.0
        out[before : before + n] = np.frombuffer(raw, dtype="<f4", count=n * CHANNELS).reshape(n, CHANNELS)
        out[before + n :] = 0.0
        return min(before, len(out)) + n

    def close(self) -> None:
        """Lets go of the file."""
        os.close(self._descriptor)


class FileSource:
    """A sound file, decoded ahead by a thread of its own, so that a slow disk is waited for there."""

    def __init__(self, path: Path, start: int) -> None:
        self._file = _open_file(path)
        self.n_frames: int | None = self._file.frames
        self._blocks: OrderedDict[int, Stereo] = OrderedDict()
        self._wanted = max(0, start) // BLOCK
        self._is_closed = False
        self._is_broken = False
        self._wake = threading.Event()
        self._decode(self._wanted)  # at once: it may be asked for within milliseconds
        self._thread = threading.Thread(target=self._read_ahead, name=f"read {path.name}", daemon=True)
        self._thread.start()

    def read(self, start: int, out: Stereo) -> int:
        """Fills ``out`` from frame ``start`` on; returns how many frames were there."""
        n = len(out)
        there = 0
        at = start
        while at < start + n:
            block_number = at // BLOCK
            stop = min(start + n, (block_number + 1) * BLOCK)
            block = self._blocks.get(block_number)
            offset = at - block_number * BLOCK
            have = 0 if block is None else max(0, min(stop - at, len(block) - offset))
            if block is not None and have:
                out[at - start : at - start + have] = block[offset : offset + have]
            out[at - start + have : stop - start] = 0.0
            is_outside = at < 0 or (self.n_frames is not None and at + have >= self.n_frames)
            there += stop - at if is_outside else have
            at = stop
        wanted = max(0, start) // BLOCK
        if wanted != self._wanted:
            self._wanted = wanted
            self._wake.set()
        return there

    def close(self) -> None:
        """Ends the thread, lets go of the file."""
        self._is_closed = True
        self._wake.set()
        self._thread.join()
        self._file.close()

    def _read_ahead(self) -> None:
        while not self._is_closed:
            self._wake.clear()
            missing = self._next_missing()
            if missing is None:
                self._wake.wait()
            else:
                self._decode(missing)

    def _next_missing(self) -> int | None:
        if self._is_broken or self.n_frames is None:
            return None
        last = min(self._wanted + AHEAD_BLOCKS, (self.n_frames - 1) // BLOCK)
        return next((b for b in range(self._wanted, last + 1) if b not in self._blocks), None)

    def _decode(self, number: int) -> None:
        try:
            if self._file.tell() != number * BLOCK:
                self._go_to(number * BLOCK)
            block = self._file.read(BLOCK, dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, OSError):
            self._is_broken = True  # what cannot be read is silence, and is counted as missing
            return
        self._blocks[number] = np.ascontiguousarray(np.repeat(block, CHANNELS // block.shape[1], axis=1))
        while len(self._blocks) > KEPT_BLOCKS:
            self._blocks.popitem(last=False)

    def _go_to(self, frame: int) -> None:
        if self._file.format in SEEKABLE:
            self._file.seek(min(frame, self._file.frames))
            return
        if self._file.tell() > frame:
            self._file.seek(0)
        while self._file.tell() < frame and not self._is_closed:
            self._file.read(min(BLOCK, frame - self._file.tell()), dtype="float32")


def _open_file(path: Path) -> soundfile.SoundFile:
    try:
        file = soundfile.SoundFile(path)
    except (soundfile.LibsndfileError, OSError) as error:
        raise InvalidInput(f"{path}: cannot be played ({error})") from error
    if file.samplerate != SAMPLE_RATE_HZ or file.channels not in (1, 2):
        says = f"{file.samplerate} Hz, {file.channels} channel(s)"
        file.close()
        raise InvalidInput(f"{path}: is {says}; what is played live is 48000 Hz, one or two channels")
    return file
