"""MIDI's clock: 24 pulses a beat, start, stop, and where a song stands (MIDI 1.0, *System Real Time* and *Common*)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from temirbek.signals.pll import TICKS_PER_BEAT
from temirbek.signals.steady import Beat

PULSE, START, CONTINUE, STOP = b"\xf8", b"\xfa", b"\xfb", b"\xfc"
_POSITION = 0xF2
SIXTEENTHS_PER_BEAT = 4
MOST_POSITION = (1 << 14) - 1
JUMP_BEATS = 0.5
"""A beat that goes so far back or ahead at once has been placed anew."""


def position(beat: float) -> bytes:
    """The song position pointer of a beat: whole sixteenths, as far as it can count."""
    sixteenths = min(MOST_POSITION, max(0, round(beat * SIXTEENTHS_PER_BEAT)))
    return bytes((_POSITION, sixteenths & 0x7F, sixteenths >> 7))


def beat_of_position(message: bytes) -> float | None:
    """The beat that a song position pointer names; None for other messages."""
    if len(message) != 3 or message[0] != _POSITION:
        return None
    return (message[1] | message[2] << 7) / SIXTEENTHS_PER_BEAT


@dataclass(frozen=True, slots=True)
class Timed:
    """A message and the instant at which it is due [host_s]."""

    at_s: float
    message: bytes


class ClockOut:
    """Writes the clock of a beat line, a stretch at a time.

    Pulses go on as long as there is a beat. The first downbeat is told by song position and *continue* (*start* for beat 0),
    the end of the beat by *stop*.

    Args:
        beats_per_bar: Beats in a bar.
    """

    def __init__(self, beats_per_bar: int = 4) -> None:
        self._per_bar = beats_per_bar
        self._pulse: int | None = None
        self._is_running = False

    def until(self, beat: Beat | None, to_s: float) -> Iterator[Timed]:
        """The messages from where the last call ended to an instant.

        Args:
            beat: The beat line as it goes now; None while there is none.
            to_s: Up to here [host_s].
        """
        if beat is None or beat.tempo_bpm <= 0:
            yield from self._stop(to_s)
            return
        last = math.floor(beat.at(to_s) * TICKS_PER_BEAT)
        if self._pulse is None or abs(last - self._pulse) > JUMP_BEATS * TICKS_PER_BEAT:
            if self._pulse is not None and self._is_running:
                yield from self._stop(to_s)
            self._pulse = last
            return
        for pulse in range(self._pulse + 1, last + 1):
            at_s = beat.when(pulse / TICKS_PER_BEAT)
            if not self._is_running and pulse % (TICKS_PER_BEAT * self._per_bar) == 0:
                self._is_running = True
                yield from (Timed(at_s, m) for m in _begin(pulse // TICKS_PER_BEAT))
            yield Timed(at_s, PULSE)
        self._pulse = max(self._pulse, last)

    def _stop(self, at_s: float) -> Iterator[Timed]:
        if self._is_running:
            yield Timed(at_s, STOP)
        self._is_running, self._pulse = False, None


def _begin(beat: int) -> tuple[bytes, ...]:
    return (START,) if beat <= 0 else (position(beat), CONTINUE)


ClockEvent = Literal["pulse", "start", "continue", "stop", "position", "other"]


def kind_of(message: bytes) -> ClockEvent:
    """What a message means to a clock."""
    kinds: dict[bytes, ClockEvent] = {PULSE: "pulse", START: "start", CONTINUE: "continue", STOP: "stop"}
    if beat_of_position(message) is not None:
        return "position"
    return kinds.get(message, "other")
