"""What people's titles may hold and what files may not: control characters, broken Unicode."""

import re
from collections.abc import Container

from temirbek.types import Track

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+")


def one_line(text: str) -> str:
    """A text on one line, fit for any encoding: control characters become spaces, what is no Unicode "?"."""
    whole = text.encode("utf-8", errors="replace").decode("utf-8")
    return _CONTROL.sub(" ", whole).strip()


def file_safe(text: str, longest: int = 60) -> str:
    """A text as part of a file's name on any system."""
    return re.sub(r'[<>:"/\\|?*]+', "_", one_line(text)).strip(" .")[:longest].rstrip(" .")


def name_of(track: Track) -> str:
    """ "Artist - Title" on one line, or the title alone."""
    title = one_line(track.title)
    return f"{one_line(track.artist)} - {title}" if track.artist else title


def unique(name: str, taken: Container[str]) -> str:
    """A name that is not taken yet: itself, or with the first free number from 2."""
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name} ({count})"
    return free


def decimal(value: float, places: int, least: int = 0) -> str:
    """A number without an exponent, rounded to ``places``; zeros at its end go, but for the ``least`` first places."""
    whole, _, part = f"{value:.{places}f}".partition(".")
    part = part.rstrip("0").ljust(least, "0")
    if not part:
        return "0" if whole == "-0" else whole
    return f"{whole}.{part}"
