"""Line inputs and microphones: a device's callback gives blocks of mono sound with the instant at which they ended."""

import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import DeviceLost
from temirbek.stage.jack_client import JackClient

RATE_HZ = 48000
JACK = "jack:"
SILENT_S = 2.0

Block = tuple[NDArray[np.float32], float]
"""Mono sound, and when its last sample sounded [host_s]."""
Take = Callable[[NDArray[np.float32], float], None]


class Line(Protocol):
    """An input that gives blocks to whoever opened it."""

    def why_dead(self) -> str:
        """Why it gives none any more, or ""."""
        ...

    def close(self) -> None:
        """Lets go."""
        ...


def open_line(device: str, take: Take) -> Line:
    """An input by its name.

    Raises:
        DeviceLost: There is none.
    """
    if device.startswith(JACK):
        return JackLine(device.removeprefix(JACK), take)
    return PortAudioLine(device, take)


class PortAudioLine:
    """An input of the sound card.

    Args:
        device: A part of its name.
        take: Takes blocks.

    Raises:
        DeviceLost: There is no PortAudio, or no such input.
    """

    def __init__(self, device: str, take: Take) -> None:
        try:
            import sounddevice
        except (ImportError, OSError) as error:
            raise DeviceLost(f"PortAudio is not installed here ({error})") from error
        self._take, self._came_s = take, time.monotonic()
        try:
            self._stream: Any = sounddevice.InputStream(
                samplerate=RATE_HZ, device=device, channels=1, dtype="float32", callback=self._hear
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise DeviceLost(f"the line input {device!r} cannot be opened ({error})") from error

    def _hear(self, sound: Any, n: int, times: Any, status: Any) -> None:
        self._came_s = time.monotonic()
        late_s = times.currentTime - times.inputBufferAdcTime
        if not 0 <= late_s < 1.0:  # some back ends tell nothing
            late_s = n / RATE_HZ + float(self._stream.latency)
        self._take(sound[:, 0].copy(), self._came_s - late_s + n / RATE_HZ)

    def why_dead(self) -> str:
        """Whether it still gives sound."""
        silent_s = time.monotonic() - self._came_s
        return f"the line input gave nothing for {silent_s:.1f} s" if silent_s > SILENT_S else ""

    def close(self) -> None:
        """Lets go."""
        self._stream.close(ignore_errors=True)


class JackLine:
    """An input port of JACK.

    Args:
        source: A part of the name of the port to listen to; "" for none: others connect.
        take: Takes blocks.

    Raises:
        DeviceLost: JACK is not installed or not running, or has no such port.
    """

    def __init__(self, source: str, take: Take) -> None:
        self._take = take
        self._jack = JackClient("temirbek line")
        self._client = self._jack.client
        self._jack.set_up(lambda: self._connect(source))

    def _connect(self, source: str) -> None:
        found = [p for p in self._client.get_ports(is_audio=True, is_output=True) if source in p.name]
        if self._client.samplerate != RATE_HZ or (source and not found):
            rate_hz = self._client.samplerate
            raise DeviceLost(f"JACK at {rate_hz} Hz has no port called {source!r} for the line input")
        self._port = self._client.inports.register("line")
        self._client.set_process_callback(self._hear)
        self._client.activate()
        if source:
            self._client.connect(found[0], self._port)

    def _hear(self, n: int) -> None:
        self._take(self._port.get_array().copy(), time.monotonic())

    def why_dead(self) -> str:
        """Whether the server has gone."""
        return self._jack.why_dead()

    def close(self) -> None:
        """Lets go; a server that is gone is not told."""
        self._jack.close()
