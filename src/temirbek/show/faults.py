"""What pydantic finds wrong, in words that a person can act on: where, what came, what was allowed."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

Keys = Mapping[str, tuple[str, ...]]
"""Section of a file ("" is its top) → the keys that it knows."""


def faults_of(error: ValidationError, keys: Keys, *, top: str) -> list[str]:
    """Every fault, each with its path in the file ("cast[0].robot"); ``top`` is how the file as a whole is called."""
    return [_fault(detail, keys, top) for detail in error.errors()]


def place(loc: Sequence[int | str]) -> str:
    """A path in a file as people write it: ("plays", 2, "deck") is plays[2].deck."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return text.removeprefix(".")


def meant(word: str, choices: Sequence[str]) -> str:
    """ "; did you mean 'x'?" where a choice is near, else ""."""
    close = difflib.get_close_matches(word, choices, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _fault(detail: ErrorDetails, keys: Keys, top: str) -> str:
    loc = detail["loc"]
    path = place(loc) or top
    if detail["type"] == "extra_forbidden":
        section = next((str(part) for part in reversed(loc[:-1]) if part in keys), "")
        return f"{path}: no such key{meant(str(loc[-1]), keys[section])}; allowed here: {', '.join(keys[section])}"
    if detail["type"] == "missing":
        return f"{path}: is missing"
    message = detail["msg"].removeprefix("Value error, ")
    came: Any = detail["input"]
    shown = "" if isinstance(came, dict | list) else f"{came!r}: "
    return f"{path}: {shown}{message[0].lower()}{message[1:]}"
