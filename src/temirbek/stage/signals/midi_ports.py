"""MIDI ports: the machine's own (RtMidi), and JACK's, whose messages lie on exact samples."""

import logging
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

from temirbek.errors import DeviceLost

logger = logging.getLogger(__name__)

JACK = "jack:"
CLIENT = "temirbek signals"
MOST_WAITING = 4096
AHEAD_S = 0.05
"""A JACK port is given messages so long before they are due; it sends them on their sample."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and when it came [host_s]."""

    host_s: float
    message: bytes


class MidiPort(Protocol):
    """A pair of ways, each of which may lead nowhere."""

    ahead_s: float

    def send(self, message: bytes, at_s: float) -> None:
        """Sends a message at an instant [host_s], or at once if that is past or cannot be chosen.

        Raises:
            DeviceLost: It has gone.
        """
        ...

    def receive(self) -> list[Heard]:
        """What came since last time."""
        ...

    def why_dead(self) -> str:
        """Why it is of no use any more, or ""."""
        ...

    def close(self) -> None:
        """Lets go."""
        ...


def open_port(name: str, *, is_input: bool) -> MidiPort:
    """A port by (a part of) its name; ``jack:`` before it means JACK's, ``jack:`` alone one that others connect.

    Raises:
        DeviceLost: There is none.
    """
    if name.startswith(JACK):
        from temirbek.stage.signals.jack_midi import JackMidi  # JACK is an extra

        return JackMidi(name.removeprefix(JACK), is_input=is_input)
    return RtMidiPort(name, is_input=is_input)


class RtMidiPort:
    """A port of the operating system.

    Args:
        name: A part of its name.
        is_input: Whether it is listened to, else sent to.

    Raises:
        DeviceLost: There is no MIDI here, or no such port.
    """

    ahead_s = 0.0

    def __init__(self, name: str, *, is_input: bool) -> None:
        self._name = name
        self._came: deque[Heard] = deque(maxlen=MOST_WAITING)
        try:
            import rtmidi
        except ImportError as error:
            raise DeviceLost(f"MIDI is not installed here ({error})") from error
        self._lost: Any = rtmidi.RtMidiError
        try:
            self._midi: Any = (rtmidi.MidiIn if is_input else rtmidi.MidiOut)(name=CLIENT)
            ports = self._midi.get_ports()
            found = [k for k, port in enumerate(ports) if name.lower() in port.lower()]
            if not found:
                raise DeviceLost(f"no MIDI port is called {name!r}; there are: {', '.join(ports) or 'none'}")
            if is_input:
                self._midi.ignore_types(sysex=False, timing=False, active_sense=True)
                self._midi.set_callback(self._hear)
            self._midi.open_port(found[0])
        except (rtmidi.RtMidiError, rtmidi.SystemError, OSError) as error:
            raise DeviceLost(f"the MIDI port {name!r} cannot be opened ({error})") from error

    def _hear(self, event: tuple[list[int], float], data: object = None) -> None:
        self._came.append(Heard(time.monotonic(), bytes(event[0])))

    def send(self, message: bytes, at_s: float) -> None:
        """Sends at once: whoever calls waits for the instant."""
        try:
            self._midi.send_message(list(message))
        except (self._lost, ValueError) as error:
            raise DeviceLost(f"the MIDI port {self._name!r} takes nothing ({error})") from error

    def receive(self) -> list[Heard]:
        """What came since last time."""
        return [self._came.popleft() for _ in range(len(self._came))]

    def why_dead(self) -> str:
        """Whether it was unplugged."""
        is_there = any(self._name.lower() in port.lower() for port in self._midi.get_ports())
        return "" if is_there else f"the MIDI port {self._name!r} has gone"

    def close(self) -> None:
        """Lets go of it."""
        self._midi.close_port()
        self._midi.delete()
