"""What is heard of the human's gear: Ableton Link, MIDI clock, a line input, taps; the most exact one that is there counts."""

from dataclasses import dataclass
from typing import Literal

from temirbek.errors import DeviceLost
from temirbek.signals.midi_clock import beat_of_position, kind_of
from temirbek.signals.pll import FORGOTTEN_S, Pll
from temirbek.signals.steady import Beat
from temirbek.signals.taps import Taps
from temirbek.stage.signals.faults import Faults
from temirbek.stage.signals.line_in import LineEar
from temirbek.stage.signals.link_session import LinkSession
from temirbek.stage.signals.midi_ports import Heard

Source = Literal["link", "midi clock", "line input", "taps", "none"]
NO_START = "midi:start"
TAPS_KEPT_S = 180.0
"""A tempo that was only tapped drifts away from what is played: it is believed for so long after the last tap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What is heard.

    Attributes:
        source: Where it comes from.
        beat: The beat line; None where there is none.
        has_bar: Whether its downbeats are known, too.
        is_locked: It can be relied on.
        confidence: 0–1.
    """

    source: Source = "none"
    beat: Beat | None = None
    has_bar: bool = False
    is_locked: bool = False
    confidence: float = 0.0


class Human:
    """All sources.

    Args:
        has_link: Whether to take part in a Link session.
        ear: Hears the line input; None where there is none.
        faults: Hears what is wrong.
    """

    def __init__(self, *, has_link: bool, ear: LineEar | None, faults: Faults) -> None:
        self.taps = Taps()
        self.pll = Pll()
        self.ear = ear
        self.link: LinkSession | None = None
        self._faults = faults
        self._knows_beat = self._knows_bar = False
        self._is_stopped = self._is_started = False
        self._pulse_s = 0.0
        if has_link:
            try:
                self.link = LinkSession()
            except DeviceLost as error:
                faults.tell("link", str(error))

    def tap(self, host_s: float) -> str:
        """A tap; says what has come of it."""
        self.taps = self.taps.tap(host_s)
        return self.taps.words

    def confirm(self) -> str:
        """The tapped tempo is the human's; says what has come of it."""
        self.taps = self.taps.confirmed()
        beat = self.taps.beat
        if beat is not None and self.taps.state == "confirmed":
            if self.ear is not None:
                self.ear.expect(beat)
            if not self._knows_bar and self.pll.tempo_bpm is not None:
                self.pll.align(beat)
                self._knows_beat = True
        return self.taps.words

    def hear_midi(self, heard: list[Heard]) -> None:
        """Clock messages that came."""
        for one in heard:
            kind = kind_of(one.message)
            if kind == "pulse":
                if one.host_s - self._pulse_s > FORGOTTEN_S:
                    self._knows_beat = self._knows_bar = self._is_started
                self._pulse_s, self._is_started = one.host_s, False
                self.pll.tick(one.host_s)
            elif kind == "start":
                self.pll.start(0.0)
                self._knows_beat = self._knows_bar = self._is_started = True
                self._is_stopped = False
            elif kind == "position":
                self.pll.start(beat_of_position(one.message) or 0.0)
                self._knows_beat = self._knows_bar = self._is_started = True
            elif kind in ("continue", "stop"):
                self._is_stopped = kind == "stop"

    def look(self, host_s: float) -> None:
        """Listens on."""
        if self.ear is not None:
            self.ear.look(host_s)

    def hearing(self, host_s: float) -> Hearing:
        """The best of what is heard at an instant [host_s]."""
        if self.link is not None and self.link.n_peers:
            beat = self.link.beat(host_s)
            return Hearing(source="link", beat=beat, has_bar=True, is_locked=True, confidence=1.0)
        if self.pll.is_locked(host_s) and not self._is_stopped:
            self._tell_start()
        if self.pll.is_locked(host_s) and not self._is_stopped and self._knows_beat:
            return Hearing(
                source="midi clock",
                beat=self.pll.beat(),
                has_bar=self._knows_bar,
                is_locked=True,
                confidence=self.pll.confidence(host_s),
            )
        found = self._by_ear(host_s)
        if found.is_locked or self.taps.state != "confirmed":
            return found
        if host_s - self.taps.instants_s[-1] > TAPS_KEPT_S:
            return found
        return Hearing(source="taps", beat=self.taps.beat, has_bar=True, is_locked=True, confidence=0.6)

    def _tell_start(self) -> None:
        """Ticks alone do not say which of them are beats."""
        if self._knows_beat:
            self._faults.mend(NO_START)
        else:
            what = "the human's MIDI clock runs, but its start was not heard: press play on their gear again, or tap its beat and confirm"
            self._faults.tell(NO_START, what)

    def _by_ear(self, host_s: float) -> Hearing:
        follower = None if self.ear is None else self.ear.follower
        if follower is None or follower.beat is None:
            return Hearing()
        return Hearing(
            source="line input",
            beat=follower.beat,
            is_locked=follower.is_locked(host_s),
            confidence=follower.confidence,
        )

    def close(self) -> None:
        """Lets go of everything."""
        if self.link is not None:
            self.link.close()
        if self.ear is not None:
            self.ear.close()
