"""SMPTE time code: the address of a picture's frame, and MIDI's way to say it (MIDI time code, *quarter frames*).

29.97 frames a second are counted as if they were 30; *drop frame* leaves out the numbers 0 and 1 of every minute except each
tenth, so that the count stays with the clock on the wall (SMPTE ST 12-1).
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from temirbek.errors import InvalidInput

Rate = Literal["24", "25", "29.97df", "30"]
FRAMES_PER_S: dict[Rate, Fraction] = {
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97df": Fraction(30000, 1001),
    "30": Fraction(30),
}
NOMINAL: dict[Rate, int] = {"24": 24, "25": 25, "29.97df": 30, "30": 30}
_MIDI_RATE: dict[Rate, int] = {"24": 0, "25": 1, "29.97df": 2, "30": 3}
DAY_H = 24
QUARTERS = 8
"""Quarter frames for one whole address; they take two frames."""
_DROPPED = 2
_FULL = (0xF0, 0x7F, 0x7F, 0x01, 0x01)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeCode:
    """One frame's address.

    Raises:
        InvalidInput: There is no such frame.
    """

    hours: int
    minutes: int
    seconds: int
    frames: int
    rate: Rate = "25"

    def __post_init__(self) -> None:
        nominal = NOMINAL[self.rate]
        is_there = (
            0 <= self.hours < DAY_H
            and 0 <= self.minutes < 60
            and 0 <= self.seconds < 60
            and 0 <= self.frames < nominal
        )
        is_dropped = (
            self.rate == "29.97df" and self.frames < _DROPPED and self.seconds == 0 and self.minutes % 10 != 0
        )
        if not is_there or is_dropped:
            raise InvalidInput(f"{self}: there is no such frame at {self.rate}")

    def __str__(self) -> str:
        mark = ";" if self.rate == "29.97df" else ":"
        return f"{self.hours:02}:{self.minutes:02}:{self.seconds:02}{mark}{self.frames:02}"

    @property
    def number(self) -> int:
        """How many frames lie before it since midnight."""
        nominal = NOMINAL[self.rate]
        minutes = 60 * self.hours + self.minutes
        number = (60 * minutes + self.seconds) * nominal + self.frames
        if self.rate == "29.97df":
            number -= _DROPPED * (minutes - minutes // 10)
        return number


def time_code(number: int, rate: Rate) -> TimeCode:
    """The address of a frame, counted from midnight; it begins anew each day."""
    nominal = NOMINAL[rate]
    if rate == "29.97df":
        ten_minutes = 10 * 60 * nominal - 9 * _DROPPED
        number %= 6 * DAY_H * ten_minutes
        tens, rest = divmod(number, ten_minutes)
        minute = 60 * nominal - _DROPPED
        dropped = 0 if rest < _DROPPED else (rest - _DROPPED) // minute
        number += _DROPPED * (9 * tens + dropped)
    number %= 3600 * DAY_H * nominal
    seconds, frames = divmod(number, nominal)
    return TimeCode(
        hours=seconds // 3600, minutes=seconds // 60 % 60, seconds=seconds % 60, frames=frames, rate=rate
    )


def quarter_frame(code: TimeCode, piece: int) -> bytes:
    """One of the eight messages that say an address (MIDI 1.0, F1).

    Args:
        code: The frame at which piece 0 is sent.
        piece: 0–7.
    """
    hours = code.hours | _MIDI_RATE[code.rate] << 5
    number = (code.frames, code.seconds, code.minutes, hours)[piece // 2]
    nibble = number & 0xF if piece % 2 == 0 else number >> 4
    return bytes((0xF1, piece << 4 | nibble))


def full_frame(code: TimeCode) -> bytes:
    """The message that says an address at once: for a jump, not while it runs."""
    hours = code.hours | _MIDI_RATE[code.rate] << 5
    return bytes((*_FULL, hours, code.minutes, code.seconds, code.frames, 0xF7))
