"""Where samples go: one small protocol, and the sinks that need no device."""

import threading
import time
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile

from temirbek.errors import DeviceLost
from temirbek.stage.audio.ring import CHANNELS, Stereo
from temirbek.stage.audio.tape import Tape
from temirbek.stage.clock import SAMPLE_RATE_HZ

PERIOD_S = 0.010
"""How often the sinks without a device wake; less for buffers that do not last so long."""
FILE_FORMATS = {".flac": ("FLAC", "PCM_24"), ".wav": ("WAV", "FLOAT"), ".w64": ("W64", "FLOAT")}


class Feed(Protocol):
    """What a sink draws from; none of its methods ever waits."""

    def fill(self, out: Stereo, sounds_at_host_s: float) -> None:
        """Gives the next samples (n, 2), the first of which sounds at that instant as far as the sink knows."""

    def skip(self, frames: int) -> None:
        """Says that the device could not wait for so many frames: it played silence instead, and time went on."""

    def gap(self) -> None:
        """Says that the device played silence for some time that it cannot tell."""


class Sink(Protocol):
    """A device, or what stands for one.

    Attributes:
        name: Of the kind.
        words: What it is, for people.
        block: How many frames it takes at a time, at most.
        latency_s: From handing over a sample until it sounds [s].
    """

    name: str
    words: str
    block: int
    latency_s: float

    def start(self, feed: Feed) -> None:
        """Begins to draw."""

    def why_dead(self) -> str:
        """Why it plays no more; "" while it does."""

    def lateness_s(self) -> float:
        """The latest that it woke since last asked, beyond what it meant to [s]."""

    def close(self) -> None:
        """Ends; returns soon even if the device is gone."""


class NullSink:
    """Plays to nobody, at the pace of the machine's clock, like a device with a buffer of its own.

    Args:
        buffer_s: So much is handed over ahead of what is played [s].
        latency_s: From handing over until it "sounds", if that is to be more or less than the buffer [s].
    """

    name = "null"

    def __init__(self, buffer_s: float, latency_s: float | None = None) -> None:
        self.words = f"nobody hears it: paced by the machine's clock, {buffer_s * 1e3:.0f} ms buffered"
        self.latency_s = buffer_s if latency_s is None else latency_s
        self._buffer = max(1, round(buffer_s * SAMPLE_RATE_HZ))
        self._period_s = min(PERIOD_S, buffer_s / 3)
        self.block = round(self._period_s * SAMPLE_RATE_HZ)
        self._out = np.zeros((self._buffer, CHANNELS), dtype=np.float32)
        self._is_over = threading.Event()
        self._latest_s = 0.0
        self._thread: threading.Thread | None = None

    def start(self, feed: Feed) -> None:
        """Begins to draw."""
        self._thread = threading.Thread(
            target=self._play, args=(feed,), name=f"{self.name} sink", daemon=True
        )
        self._thread.start()

    def why_dead(self) -> str:
        """It does not die."""
        return ""

    def lateness_s(self) -> float:
        """The latest that it woke since last asked [s]."""
        latest, self._latest_s = self._latest_s, 0.0
        return latest

    def close(self) -> None:
        """Ends."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join()

    def _play(self, feed: Feed) -> None:
        """Hands over what the buffer has room for, period by period, each on its own deadline."""
        start_s = time.monotonic()
        extra_s = self.latency_s - self._buffer / SAMPLE_RATE_HZ
        given = period = 0
        while not self._is_over.is_set():
            now_s = time.monotonic()
            self._latest_s = max(self._latest_s, now_s - (start_s + period * self._period_s))
            played = int((now_s - start_s) * SAMPLE_RATE_HZ)
            if played > given:
                feed.skip(played - given)
                self._missed(played - given)
                given = played
            room = played + self._buffer - given
            if room > 0:
                out = self._out[:room]
                feed.fill(out, start_s + given / SAMPLE_RATE_HZ + extra_s)
                self._took(out)
                given += room
            period = max(period, int((now_s - start_s) / self._period_s)) + 1
            self._is_over.wait(max(0.0, start_s + period * self._period_s - time.monotonic()))

    def _took(self, out: Stereo) -> None:
        """Nobody hears it."""

    def _missed(self, frames: int) -> None:
        """Nobody hears that, either."""


class FileSink(NullSink):
    """Writes what is played into a file, at the pace of the machine's clock.

    Args:
        path: .flac (24 bit), .wav or .w64 (float); what lies there is replaced.
        buffer_s, latency_s: As for the null sink.

    Raises:
        DeviceLost: It cannot be written there.
    """

    name = "file"

    def __init__(self, path: Path, buffer_s: float, latency_s: float | None = None) -> None:
        super().__init__(buffer_s, latency_s)
        if path.suffix.lower() not in FILE_FORMATS:
            raise DeviceLost(f"{path}: a sound file to write ends in {', '.join(FILE_FORMATS)}")
        kind, subtype = FILE_FORMATS[path.suffix.lower()]
        try:
            file = soundfile.SoundFile(path, "w", SAMPLE_RATE_HZ, CHANNELS, format=kind, subtype=subtype)
        except (soundfile.LibsndfileError, OSError) as error:
            raise DeviceLost(f"{path}: cannot be written ({error})") from error
        self.words = f"into {path}, paced by the machine's clock"
        self._tape = Tape(lambda frame, sound: file.write(sound), file.close)
        self._given = 0

    def why_dead(self) -> str:
        """What went wrong with the file."""
        return self._tape.why_broken

    def close(self) -> None:
        """Ends; what is on its way is written."""
        super().close()
        self._tape.close()

    def _took(self, out: Stereo) -> None:
        self._tape.add(self._given, out)
        self._given += len(out)

    def _missed(self, frames: int) -> None:
        self._out[:] = 0.0
        while frames > 0:
            self._took(self._out[:frames])
            frames -= len(self._out)
