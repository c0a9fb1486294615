"""What pydantic finds wrong, in words that a person can act on: where, what came, what was allowed."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_IN_WORDS = {
    r"^[a-z][a-z0-9_]{0,31}$": "expected a short name: a letter a–z, then letters, digits and _, at most 32 in all",
    r"^#[0-9a-fA-F]{6}$": 'expected a colour such as "#00AFCA"',
    r"\S": "expected words, not spaces alone",
    r"^/[^\s#*,?\[\]{}]*$": 'expected an address such as "/go/1": it begins with / and has no spaces or wildcards',
    r"^[A-Za-z0-9._:-]+$": "expected a host: an IP address or a name",
}
"""Pattern → what it asks for."""
Keys = Mapping[str, tuple[str, ...]]
"""Section of a file ("" is its top) → the keys that it knows."""


def faults_of(error: ValidationError, keys: Keys, *, top: str) -> list[str]:
    """Every fault, each with its path in the file ("cast[0].robot"); ``top`` is how the file as a whole is called."""
    return [_fault(detail, keys, top) for detail in error.errors()]


def place(loc: Sequence[int | str]) -> str:
    """A path in a file as people write it: ("plays", 2, "deck") is plays[2].deck."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{_quoted(part)}" for part in loc)
    return text.removeprefix(".")


def _quoted(key: str) -> str:
    return key if all(c.isalnum() or c in "_-" for c in key) else f'"{key}"'


def meant(word: str, choices: Sequence[str]) -> str:
    """ "; did you mean 'x'?" where a choice is near, else ""."""
    close = difflib.get_close_matches(word, choices, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _fault(detail: ErrorDetails, keys: Keys, top: str) -> str:
    section = _section(detail["loc"][:-1], keys)
    loc = _without_kinds(detail["loc"], keys)
    path = place(loc) or top
    if detail["type"].startswith("union_tag_"):
        return _wrong_kind(detail, path)
    if detail["type"] == "extra_forbidden":
        return f"{path}: no such key{meant(str(loc[-1]), keys[section])}; allowed here: {', '.join(keys[section])}"
    if detail["type"] == "missing":
        return f"{path}: is missing"
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "string_pattern_mismatch":
        message = _IN_WORDS.get(detail["ctx"]["pattern"], message)
    came: Any = detail["input"]
    shown = "" if isinstance(came, dict | list) else f"{came!r}: "
    return f"{path}: {shown}{message[0].lower()}{message[1:]}"


def _section(loc: Sequence[int | str], keys: Keys) -> str:
    """The section that a path lies in: the longest name that the keys know, as near to its end as there is one."""
    parts = [part for part in loc if isinstance(part, str)]
    for end in range(len(parts), 0, -1):
        for begin in range(end):
            name = ".".join(parts[begin:end])
            if name in keys:
                return name
    return ""


def _without_kinds(loc: Sequence[int | str], keys: Keys) -> tuple[int | str, ...]:
    """A path as it is in the file: after an item of a list that holds tables of several kinds, pydantic names the kind
    (("cues", 3, "light", "look") where the keys know "cues.light")."""
    return tuple(
        part
        for i, part in enumerate(loc)
        if part != "[key]"  # what is wrong is the key itself, which stands before
        and not (i >= 2 and isinstance(loc[i - 1], int) and f"{loc[i - 2]}.{part}" in keys)
    )


def _wrong_kind(detail: ErrorDetails, path: str) -> str:
    context = detail["ctx"]
    key = str(context["discriminator"]).strip("'")
    if "tag" not in context:
        return f"{path}.{key}: is missing"
    choices = [choice.strip().strip("'") for choice in str(context["expected_tags"]).split(",")]
    tag = str(context["tag"])
    return f"{path}.{key}: {tag!r}: no such {key}{meant(tag, choices)}; there are {', '.join(choices)}"
