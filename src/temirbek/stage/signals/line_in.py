"""Hears a line input, off the loop: the device's callback only copies, a thread listens."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import DeviceLost
from temirbek.signals.following import Follower
from temirbek.stage.signals.faults import Faults

RATE_HZ = 48000
JACK = "jack:"
MOST_BLOCKS = 512
OPEN_AGAIN_S = 3.0
SILENT_S = 2.0
IDLE_S = 0.05
FAULT = "line in"

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


class LineEar:
    """The line input and who listens to it.

    Args:
        device: Its name, or ``jack:`` and a part of a JACK port's.
        faults: Hears what is wrong.
        opened: How devices are opened: (name, takes blocks).
    """

    def __init__(
        self, device: str, faults: Faults, opened: Callable[[str, Take], Line] | None = None
    ) -> None:
        self._device, self._faults = device, faults
        self._opened = opened or open_line
        self._line: Line | None = None
        self._open_at_s = 0.0
        self._blocks: deque[Block] = deque(maxlen=MOST_BLOCKS)
        self.follower = Follower(RATE_HZ)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="line in", daemon=True)
        self._thread.start()

    @property
    def level(self) -> float:
        """Root mean square of the last half second."""
        return self.follower.level if self._line is not None else 0.0

    def expect(self, beat: Any) -> None:
        """Where people say that the beat is."""
        self.follower.expect(beat)

    def look(self, host_s: float) -> None:
        """Opens it, or sees whether it is still there."""
        if host_s < self._open_at_s:
            return
        self._open_at_s = host_s + OPEN_AGAIN_S
        if self._line is not None:
            why = self._line.why_dead()
            if not why:
                return
            self._line.close()
            self._line = None
            self._faults.tell(FAULT, why)
        try:
            self._line = self._opened(self._device, self._take)
            self._faults.mend(FAULT)
        except DeviceLost as error:
            self._faults.tell(FAULT, str(error))

    def close(self) -> None:
        """Lets go of it."""
        self._is_over.set()
        self._thread.join(2.0)
        if self._line is not None:
            self._line.close()

    def _take(self, sound: NDArray[np.float32], end_s: float) -> None:
        self._blocks.append((sound, end_s))

    def _listen(self) -> None:
        while not self._is_over.wait(IDLE_S):
            came = [self._blocks.popleft() for _ in range(len(self._blocks))]
            if came:
                self.follower.hear(np.concatenate([sound for sound, _ in came]), came[-1][1])


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
        try:
            import jack
        except (ImportError, OSError) as error:
            raise DeviceLost(f"JACK is not installed here ({error}): the extra temirbek[jack]") from error
        self._take, self._why_dead = take, ""
        try:
            self._client = jack.Client("temirbek line", no_start_server=True)
        except jack.JackError as error:
            raise DeviceLost(f"no JACK server answers ({error})") from error
        found = [p for p in self._client.get_ports(is_audio=True, is_output=True) if source in p.name]
        if self._client.samplerate != RATE_HZ or (source and not found):
            rate_hz = self._client.samplerate
            self._client.close()
            raise DeviceLost(f"JACK at {rate_hz} Hz has no port called {source!r} for the line input")
        self._port = self._client.inports.register("line")
        self._client.set_process_callback(self._hear)
        self._client.set_shutdown_callback(self._shut_down)
        self._client.activate()
        if source:
            self._client.connect(found[0], self._port)

    def _hear(self, n: int) -> None:
        self._take(self._port.get_array().copy(), time.monotonic())

    def _shut_down(self, status: Any, reason: str) -> None:
        self._why_dead = f"JACK ended ({reason})"

    def why_dead(self) -> str:
        """Whether the server has gone."""
        return self._why_dead

    def close(self) -> None:
        """Lets go; a server that is gone is not told."""
        if not self._why_dead:
            self._client.deactivate()
            self._client.close()
