"""Where samples go: one small protocol, and the sinks that need no device."""

import threading
import time
from typing import Protocol

import numpy as np

from temirbek.stage.audio.ring import CHANNELS, Stereo
from temirbek.stage.clock import SAMPLE_RATE_HZ

PERIOD_S = 0.010


class Feed(Protocol):
    """What a sink draws from."""

    def fill(self, out: Stereo, sounds_at_host_s: float) -> None:
        """Gives the next samples (n, 2), the first of which will sound at that instant; only copies."""

    def skip(self, frames: int) -> None:
        """Says that the device could not wait for so many frames: it played silence instead."""

    def position(self) -> int:
        """The next frame that will be given."""


class Sink(Protocol):
    """A device, or what stands for one.

    Attributes:
        name: Of the kind, for people.
        latency_s: From handing over a sample until it sounds, about [s].
    """

    name: str
    latency_s: float

    def start(self, feed: Feed) -> None:
        """Begins to draw."""

    def is_alive(self) -> bool:
        """Whether it still plays."""

    def lateness_s(self) -> float:
        """The latest that it woke since last asked [s]."""

    def close(self) -> None:
        """Ends."""


class NullSink:
    """Plays to nobody, at the pace of the machine's clock, like a device with a buffer of its own.

    Args:
        buffer_s: So much is handed over ahead of what "sounds" [s].
    """

    name = "null"

    def __init__(self, buffer_s: float) -> None:
        self.latency_s = buffer_s
        self._buffer = round(buffer_s * SAMPLE_RATE_HZ)
        self._out = np.zeros((self._buffer + SAMPLE_RATE_HZ, CHANNELS), dtype=np.float32)
        self._is_over = threading.Event()
        self._latest_s = 0.0
        self._thread: threading.Thread | None = None

    def start(self, feed: Feed) -> None:
        """Begins to draw: the next frame of the feed sounds a buffer later."""
        self._thread = threading.Thread(target=self._play, args=(feed,), name="null sink", daemon=True)
        self._thread.start()

    def is_alive(self) -> bool:
        """As long as it was not closed."""
        return self._thread is not None and self._thread.is_alive()

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
        start_s = deadline_s = time.monotonic()
        given = 0
        while not self._is_over.is_set():
            now_s = time.monotonic()
            self._latest_s = max(self._latest_s, now_s - deadline_s)
            played = int((now_s - start_s) * SAMPLE_RATE_HZ)
            if played > given:
                feed.skip(played - given)
                given = played
            room = min(played + self._buffer - given, len(self._out))
            if room > 0:
                feed.fill(self._out[:room], start_s + given / SAMPLE_RATE_HZ)
                given += room
            deadline_s = max(deadline_s + PERIOD_S, now_s)  # after a stall not all missed periods at once
            self._is_over.wait(max(0.0, deadline_s - time.monotonic()))
