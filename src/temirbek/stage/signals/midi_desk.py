"""MIDI out and in: what cues send, clock and time code for what sounds."""

from collections import deque
from collections.abc import Callable

from temirbek.errors import DeviceLost
from temirbek.signals.midi_clock import STOP, ClockOut, Timed
from temirbek.signals.mtc import MtcOut
from temirbek.signals.steady import Beat
from temirbek.stage.signals.faults import Faults
from temirbek.stage.signals.midi_ports import Heard, MidiPort, open_port
from temirbek.types.evening import Links

OPEN_AGAIN_S = 2.0
LEAD_S = 0.025
"""So far ahead messages are worked out."""
MOST_DUE = 4096


class Way:
    """One direction: opened when it is there, opened again when it was gone.

    Args:
        name: Of the port; "" for none.
        is_input: Its direction.
        faults: Hears what is wrong.
        opened: How ports are opened.
    """

    def __init__(
        self,
        name: str,
        *,
        is_input: bool,
        faults: Faults,
        opened: Callable[..., MidiPort] = open_port,
    ) -> None:
        self.name, self._is_input, self._faults, self._opened = name, is_input, faults, opened
        self.port: MidiPort | None = None
        self._look_at_s = 0.0

    @property
    def fault(self) -> str:
        """How its fault is called."""
        return f"midi:{'in' if self._is_input else 'out'}"

    def look(self, host_s: float) -> None:
        """Opens it, or sees whether it is still there."""
        if not self.name or host_s < self._look_at_s:
            return
        self._look_at_s = host_s + OPEN_AGAIN_S
        if self.port is not None:
            why = self.port.why_dead()
            if not why:
                return
            self.lose(why)
        try:
            self.port = self._opened(self.name, is_input=self._is_input)
            self._faults.mend(self.fault)
        except DeviceLost as error:
            self._faults.tell(self.fault, str(error))

    def lose(self, why: str) -> None:
        """It is of no use any more."""
        self._faults.tell(self.fault, why)
        self.close()

    def receive(self) -> list[Heard]:
        """What came since last time."""
        return [] if self.port is None else self.port.receive()

    def send(self, message: bytes, at_s: float) -> str:
        """Sends; why it could not, or ""."""
        if self.port is None:
            return "the MIDI port is not there" if self.name else "no MIDI is connected"
        try:
            self.port.send(message, at_s)
        except DeviceLost as error:
            self.lose(str(error))
            return str(error)
        return ""

    def close(self) -> None:
        """Lets go of the port."""
        if self.port is not None:
            self.port.close()
            self.port = None


class MidiDesk:
    """Both directions of a venue.

    Clock and time code are worked out a little ahead. A port that knows samples gets them at once with their instants; for
    any other they wait here until they are due.

    Args:
        links: Of the venue.
        faults: Hears what is wrong.
    """

    def __init__(self, links: Links, faults: Faults) -> None:
        self.into = Way(links.midi_in, is_input=True, faults=faults)
        self.out = Way(links.midi_out, is_input=False, faults=faults)
        self._clock = ClockOut() if links.midi_clock_out else None
        self._mtc = MtcOut() if links.mtc_out else None
        self._due: deque[Timed] = deque(maxlen=MOST_DUE)

    @property
    def due_s(self) -> float:
        """When the next message is due [host_s]; infinity if none is."""
        return self._due[0].at_s if self._due else float("inf")

    def send(self, message: bytes, host_s: float) -> str:
        """Sends a message; returns what should be said of it, or ""."""
        self.out.look(host_s)
        return self.out.send(message, host_s)

    def stop(self, host_s: float) -> None:
        """Tells every machine behind the port to stop."""
        self._due.clear()
        self.out.send(STOP, host_s)

    def look(self, host_s: float, beat: Beat | None, seconds: Beat | None) -> None:
        """Works out what comes next, and sends what is due.

        Args:
            host_s: Now [s].
            beat: The leader's beat line; None while nobody plays.
            seconds: The time code's seconds as a line; None while it stands.
        """
        self.into.look(host_s)
        self.out.look(host_s)
        if self.out.port is None:
            self._due.clear()
            return
        to_s = host_s + max(LEAD_S, self.out.port.ahead_s)
        fresh: list[Timed] = []
        if self._clock is not None:
            fresh += self._clock.until(beat, to_s)
        if self._mtc is not None:
            fresh += self._mtc.until(seconds, to_s)
        for timed in sorted(fresh, key=lambda one: one.at_s):
            if self.out.port.ahead_s:
                self.out.send(timed.message, timed.at_s)
            else:
                self._due.append(timed)
        self.send_due(host_s)

    def send_due(self, host_s: float) -> None:
        """Sends what is due at an instant."""
        while self._due and self._due[0].at_s <= host_s:
            self.out.send(self._due.popleft().message, host_s)

    def words(self) -> dict[str, bool]:
        """Which ways are open."""
        return {"in": self.into.port is not None, "out": self.out.port is not None}

    def close(self) -> None:
        """Lets go of the ports."""
        self.into.close()
        self.out.close()
