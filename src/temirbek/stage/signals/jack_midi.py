"""MIDI through JACK: every message on its sample."""

import time
from collections import deque
from typing import Any

from temirbek.errors import DeviceLost
from temirbek.stage.jack_client import JackClient
from temirbek.stage.signals.midi_ports import CLIENT, MOST_WAITING, Heard


class JackMidi:
    """A JACK client with one MIDI port.

    The callback only copies. Instants are told by JACK's own frame time: what a client writes on a frame, another one
    reads on the same frame, however the blocks lie.

    Args:
        target: Name (or a part of it) of the port to connect with; "" for none: others connect.
        is_input: Whether it is listened to, else sent to.

    Raises:
        DeviceLost: JACK is not installed or not running, or has no such port.
    """

    def __init__(self, target: str, *, is_input: bool) -> None:
        self._is_input = is_input
        self._came: deque[Heard] = deque(maxlen=MOST_WAITING)
        self._waiting: deque[tuple[float, bytes]] = deque(maxlen=MOST_WAITING)
        self._offset_s: float | None = None
        self._jack = JackClient(f"{CLIENT} {'in' if is_input else 'out'}")
        self._client = self._jack.client
        self._jack.set_up(lambda: self._open(target))
        self.ahead_s = 2 * self._client.blocksize / self._client.samplerate

    def _open(self, target: str) -> None:
        client = self._client
        ports = client.midi_inports if self._is_input else client.midi_outports
        self._port: Any = ports.register("midi")
        client.set_process_callback(self._listen if self._is_input else self._play)
        client.activate()
        if not target:
            return
        found = [
            p
            for p in client.get_ports(is_midi=True, is_output=self._is_input, is_input=not self._is_input)
            if target.lower() in p.name.lower()
        ]
        if not found:
            raise DeviceLost(f"JACK has no MIDI port called {target!r}")
        if self._is_input:
            client.connect(found[0], self._port)
        else:
            client.connect(self._port, found[0])

    def send(self, message: bytes, at_s: float) -> None:
        """Sends a message on the sample of an instant [host_s]."""
        self._waiting.append((at_s, message))

    def receive(self) -> list[Heard]:
        """What came since last time, each at its own sample's instant."""
        return [self._came.popleft() for _ in range(len(self._came))]

    def why_dead(self) -> str:
        """Whether the server has gone."""
        return self._jack.why_dead()

    def close(self) -> None:
        """Lets go; a server that is gone is not told."""
        self._jack.close()

    def _begin_s(self) -> float:
        """When this block's first sample is due, by the host's clock: the server's own, smoothed loop of time."""
        return float(time.monotonic() - self._jack.since_cycle() / self._client.samplerate)

    def _listen(self, n: int) -> None:
        begin_s, rate = self._begin_s(), self._client.samplerate
        for offset, data in self._port.incoming_midi_events():
            self._came.append(Heard(begin_s + offset / rate, bytes(data)))

    def _play(self, n: int) -> None:
        self._port.clear_buffer()
        begin_s, rate = self._begin_s(), self._client.samplerate
        earliest = 0
        while self._waiting:
            at_s, message = self._waiting[0]
            place = round((at_s - begin_s) * rate)
            if place >= n:
                return
            earliest = max(earliest, place)
            self._port.write_midi_event(min(earliest, n - 1), message)
            self._waiting.popleft()
