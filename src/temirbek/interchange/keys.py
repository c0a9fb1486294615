"""Musical keys as DJ programs write them: "Am", "F#m", "A minor", Camelot "8A", Open Key "1m"."""

import re

from temirbek.types import TONIC_NAMES, Key, Mode

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMED = re.compile(r"^([A-G])([#♯b♭]?)\s*(m|min|minor|maj|major|moll|dur)?$", re.IGNORECASE)
_WHEEL = re.compile(r"^0?(\d{1,2})\s*([ABMD])$", re.IGNORECASE)
OPEN_KEY_TURN = 7
"""Open Key 1 is Camelot 8."""
MODES: tuple[Mode, Mode] = ("major", "minor")


def key_text(key: Key) -> str:
    """As Rekordbox shows it: "Am", "Db"."""
    return TONIC_NAMES[key.tonic] + ("m" if key.mode == "minor" else "")


def open_key_text(key: Key) -> str:
    """As Traktor shows it: "1m" is A minor, "1d" C major."""
    place = (int(key.camelot[:-1]) - OPEN_KEY_TURN - 1) % 12 + 1
    return f"{place}{'m' if key.mode == 'minor' else 'd'}"


def key_of(text: str) -> Key | None:
    """The key that a text names, in any of the usual ways; None where it names none."""
    text = text.strip()
    wheel = _WHEEL.match(text)
    if wheel:
        return _of_wheel(int(wheel[1]), wheel[2].upper())
    named = _NAMED.match(text)
    if not named:
        return None
    letter, sign, mode = named.groups()
    shift = {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(sign.lower(), 0)
    is_minor = mode is not None and (mode == "m" or mode.lower() in ("min", "minor", "moll"))
    return Key(tonic=(_LETTERS[letter.upper()] + shift) % 12, mode="minor" if is_minor else "major")


def _of_wheel(place: int, letter: str) -> Key | None:
    if not 1 <= place <= 12:
        return None
    if letter in "MD":
        place, letter = (place + OPEN_KEY_TURN - 1) % 12 + 1, "A" if letter == "M" else "B"
    keys = (Key(tonic=tonic, mode=mode) for tonic in range(12) for mode in MODES)
    return next(key for key in keys if key.camelot == f"{place}{letter}")
