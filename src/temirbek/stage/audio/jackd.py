"""Sound through JACK: the studio's patch bay."""

import ctypes
import ctypes.util
import time
from typing import Any

import numpy as np

from temirbek.errors import DeviceLost
from temirbek.stage.audio.ring import CHANNELS
from temirbek.stage.audio.sinks import Feed
from temirbek.stage.clock import SAMPLE_RATE_HZ
from temirbek.stage.jack_client import JackClient

CLIENT = "temirbek"
SILENT_S = 1.0
MOST_BLOCK = 1 << 14
"""JACK's blocks are never longer [frames]."""
TOLD_WITHIN_S = 0.3
"""So soon after a connection the server tells the latency of the ports behind it [s]."""
_PLAYBACK = 1
_HALF = 1 << 31


class JackSink:
    """A JACK client with two output ports.

    Args:
        ports: Names (or a regular expression) of the ports to connect to; "" for the physical ones.
        latency_s: From handing over to the loudspeaker, if measured [s].

    Raises:
        DeviceLost: JACK is not installed or not running, runs at another rate, or has no such ports.
    """

    name = "jack"

    def __init__(self, ports: str, latency_s: float | None = None) -> None:
        self._feed: Feed | None = None
        self._latest_s = 0.0
        self._next: int | None = None
        self._block = np.zeros((MOST_BLOCK, CHANNELS), dtype=np.float32)
        self._asked_s = time.monotonic()
        self._jack = JackClient(CLIENT)
        self._client = self._jack.client
        self._jack.set_up(lambda: self._connect(ports))
        self.block = int(self._client.blocksize)
        self.latency_s = self._told_latency_s() if latency_s is None else latency_s
        self.words += f", blocks of {1e3 * self.block / SAMPLE_RATE_HZ:.0f} ms"

    def _connect(self, ports: str) -> None:
        """Is part of the patch bay from here on, silent until somebody feeds it."""
        if self._client.samplerate != SAMPLE_RATE_HZ:
            raise DeviceLost(f"JACK runs at {self._client.samplerate} Hz; expected {SAMPLE_RATE_HZ}")
        targets = self._client.get_ports(ports, is_audio=True, is_input=True, is_physical=not ports)
        if ports and not targets:
            names = ", ".join(p.name for p in self._client.get_ports(is_audio=True, is_input=True)) or "none"
            raise DeviceLost(f"JACK has no input port called {ports!r}; there are: {names}")
        self._outs = [self._client.outports.register(f"out_{k + 1}") for k in range(CHANNELS)]
        self._client.set_process_callback(self._fill)
        self._client.activate()
        for out, target in zip(self._outs, targets, strict=False):
            self._client.connect(out, target)
        self.words = f"JACK, into {' and '.join(p.name for p in targets[:CHANNELS]) or 'no port'}"

    def _told_latency_s(self) -> float:
        time.sleep(TOLD_WITHIN_S)
        told = _playback_latency(self._jack.jack, self._outs[0])
        return (told or self.block) / SAMPLE_RATE_HZ

    def start(self, feed: Feed) -> None:
        """Begins to draw."""
        self._feed = feed

    def why_dead(self) -> str:
        """Whether the server still asks for samples."""
        silent_s = time.monotonic() - self._asked_s
        if not (why := self._jack.why_dead()) and silent_s > SILENT_S + 2 * self.latency_s:
            return f"JACK asked for nothing for {silent_s:.1f} s"
        return why

    def lateness_s(self) -> float:
        """The latest of its callbacks after the begin of its cycle [s]."""
        latest, self._latest_s = self._latest_s, 0.0
        return latest

    def close(self) -> None:
        """Ends; a server that is gone is not told."""
        self._jack.close()

    def _fill(self, n: int) -> None:
        now_s = self._asked_s = time.monotonic()
        first = self._client.last_frame_time
        since = self._jack.since_cycle()
        self._latest_s = max(self._latest_s, since / SAMPLE_RATE_HZ)
        feed, block = self._feed, self._block[:n]
        if feed is None:
            block[:] = 0.0
        else:
            if self._next is not None and first != self._next:
                feed.skip((first - self._next) % (2 * _HALF))
            self._next = (first + n) % (2 * _HALF)
            feed.fill(block, now_s - since / SAMPLE_RATE_HZ + self.latency_s)
        for k, out in enumerate(self._outs):
            out.get_array()[:] = block[:, k]


class _Range(ctypes.Structure):
    _fields_ = (("least", ctypes.c_uint32), ("most", ctypes.c_uint32))


def _playback_latency(jack: Any, port: Any) -> int:
    """What the server says of the way from a port to the loudspeaker [frames]; the Python binding does not ask it."""
    name = ctypes.util.find_library("jack")
    if name is None:
        return 0
    library = ctypes.CDLL(name)
    library.jack_port_get_latency_range.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
    told = _Range()
    address = int(jack._ffi.cast("uintptr_t", port._ptr))
    library.jack_port_get_latency_range(address, _PLAYBACK, ctypes.byref(told))
    return int(told.most)
