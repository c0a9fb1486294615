"""Times as people write them into running orders: when something begins, and how long it lasts."""

import math
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from temirbek.interchange.rundown_table import Cell

DAY_S = 86_400
LONGEST_S = DAY_S
"""A longer item is taken for a misreading."""
_LONG_S = 3 * 3600  # a duration typed as 4:30 into a cell of hours and minutes

_HOURS = r"(?:h|hr|hrs|hours?|ч|час|часа|часов|сағ|сағат)"
_MINUTES = r"(?:m|min|mins|minutes?|м|мин|минут|минута|минуты|минуту|['′’])"
_SECONDS = r"(?:s|sec|secs|seconds?|с|сек|секунд|секунда|секунды|секунду|\"|″|''|”)"
_NUMBER = r"(\d{1,5}(?:[.,]\d{1,4})?)"
_SPELT = re.compile(
    rf"(?:{_NUMBER}\s*{_HOURS}\.?)?\s*(?:{_NUMBER}\s*{_MINUTES}\.?)?\s*(?:{_NUMBER}\s*{_SECONDS}\.?)?"
)
_HOURS_MINUTES = re.compile(rf"(\d{{1,2}})\s*{_HOURS}\.?\s*(\d{{1,2}})")
_COLONS = re.compile(r"(\d{1,4}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6}))?)?")
_ISO = re.compile(r"pt(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?")
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.\-ч]\s*(\d{2})(?:[:.](\d{2}))?)?\s*(am|pm|a\.m\.|p\.m\.)?\s*(?:\(?\+\s*(\d)\)?\s*(?:d|day|день|күн)?)?"
)
_DATED = re.compile(r"(\d{1,4}[./-]\d{1,2}[./-]\d{2,4})[ t,]+(\d.*)")
_RANGE = re.compile(r"(.+?\d.*?)\s*(?:–|—|-|−|to|до|…|\.\.)\s*(\d.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long [s], and what had to be guessed for it ("" for nothing)."""

    length_s: float
    guess: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time on the wall: seconds after its midnight, 0–86,399, days that the cell itself says, and its date."""

    second: int
    day: int = 0
    day_of: date | None = None

    @property
    def at(self) -> time:
        """As a time of day."""
        return time(self.second // 3600, self.second // 60 % 60, self.second % 60)


def length_of(cell: Cell, unit: str = "") -> Length | None:
    """How long a cell says that something lasts; None where it says nothing that can be understood.

    Args:
        cell: Of the table.
        unit: What bare numbers count, by the heading: "min", "s" or "h"; "hms" where it says "h:mm:ss"; "" for unknown.
    """
    found = _length(cell, unit)
    if found is None or not math.isfinite(found.length_s) or not 0 <= found.length_s <= LONGEST_S:
        return None
    return found


def _length(cell: Cell, unit: str) -> Length | None:
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, timedelta):
        return _of_a_time_cell(cell.total_seconds(), unit)
    if isinstance(cell, datetime):  # Excel counts days from 1900: a duration in a cell of date and time
        return _of_a_time_cell(_seconds(cell.time()), unit)
    if isinstance(cell, time):
        return _of_a_time_cell(_seconds(cell), unit)
    if isinstance(cell, int | float):
        return _of_a_number(float(cell), unit)
    return _of_words(cell, unit) if isinstance(cell, str) else None


def _of_a_time_cell(seconds: float, unit: str) -> Length:
    if (
        unit != "hms" and seconds > _LONG_S and seconds % 60 == 0
    ):  # typed as 4:30, taken for 4 h 30 min by the spreadsheet
        return Length(length_s=seconds / 60, guess="hours and minutes taken for minutes and seconds")
    return Length(length_s=seconds)


def _of_a_number(value: float, unit: str) -> Length | None:
    if value < 0 or not math.isfinite(value):
        return None
    scale = {"min": 60.0, "s": 1.0, "h": 3600.0}.get(unit)
    if scale is not None:
        return Length(length_s=round(value * scale, 3))
    if 0 < value < 0.25 and value != round(value, 2):
        return Length(length_s=float(round(value * DAY_S)), guess="a number taken for a share of a day")
    return Length(length_s=round(value * 60, 3), guess=f"{value:g} taken for minutes")


def _of_words(text: str, unit: str) -> Length | None:
    plain = " ".join(text.casefold().replace("\u00a0", " ").strip(" ~≈.").split())
    if colons := _COLONS.fullmatch(plain):
        first, second, third = int(colons[1]), int(colons[2]), int(colons[3] or 0)
        if second > 59 or third > 59:
            return None
        if colons[3]:
            return Length(length_s=first * 3600.0 + second * 60 + third + float(f"0.{colons[4] or 0}"))
        if unit == "h":
            return Length(length_s=first * 3600.0 + second * 60)
        return Length(length_s=first * 60.0 + second)
    if iso := _ISO.fullmatch(plain):
        hours, minutes, seconds = (float(part or 0) for part in iso.groups())
        return Length(length_s=hours * 3600 + minutes * 60 + seconds) if plain != "pt" else None
    if hours_minutes := _HOURS_MINUTES.fullmatch(plain):
        return Length(length_s=int(hours_minutes[1]) * 3600.0 + int(hours_minutes[2]) * 60)
    spelt = _SPELT.fullmatch(plain)
    if spelt and any(spelt.groups()):
        hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in spelt.groups())
        return Length(length_s=round(hours * 3600 + minutes * 60 + seconds, 3))
    if re.fullmatch(_NUMBER, plain):
        return _of_a_number(float(plain.replace(",", ".")), unit)
    return None


def clock_of(cell: Cell) -> Clock | None:
    """The time of day that a cell says; None where it says none."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, datetime):
        day = cell.date() if cell.year > 1905 else None  # a bare time comes as a day of 1899 or 1900
        return Clock(second=_seconds(cell.time()), day_of=day)
    if isinstance(cell, time):
        return Clock(second=_seconds(cell))
    if isinstance(cell, timedelta):
        return _of_seconds(cell.total_seconds())
    if isinstance(cell, int | float):
        if isinstance(cell, int) and 100 <= cell <= 2359:  # 1930, as it is said
            return _of_clock_words(f"{cell:04d}")
        return _of_seconds(round(cell * DAY_S)) if 0 <= cell < 2 else None
    return _of_clock_words(cell) if isinstance(cell, str) else None


def clock_range_of(cell: Cell) -> tuple[Clock, Clock] | None:
    """Beginning and end where one cell holds both ("19:00–19:10")."""
    found = _RANGE.fullmatch(cell.strip()) if isinstance(cell, str) and len(cell) < 60 else None
    if not found:
        return None
    begin, end = clock_of(found[1]), clock_of(found[2])
    return None if begin is None or end is None else (begin, end)


def _of_seconds(seconds: float) -> Clock | None:
    day, second = divmod(int(seconds), DAY_S)
    return Clock(second=second, day=day) if 0 <= day <= 2 else None


def _of_clock_words(text: str) -> Clock | None:
    plain = " ".join(text.casefold().split())
    if dated := _DATED.fullmatch(plain):
        bare = _of_clock_words(dated[2])
        return None if bare is None else replace(bare, day_of=_date(dated[1]))
    if re.fullmatch(r"\d{4}", plain):
        plain = f"{plain[:2]}:{plain[2:]}"
    found = _CLOCK.fullmatch(plain)
    if not found or (found[2] is None and found[4] is None):
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4].startswith("p") else 0)
    if hour > 47 or minute > 59 or second > 59:
        return None
    day = hour // 24 + int(found[5] or 0)
    return Clock(second=hour % 24 * 3600 + minute * 60 + second, day=day) if day <= 2 else None


def _date(text: str) -> date | None:
    """A date as it is written here: 2026-03-14 or 14.03.2026; None where it cannot be one."""
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y"):
        with suppress(ValueError):
            return datetime.strptime(text, form).date()
    return None


def _seconds(value: time) -> int:
    return value.hour * 3600 + value.minute * 60 + value.second
