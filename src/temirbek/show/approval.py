"""Approving an announcement in a show file: its text as it stands is locked; the rest of the file stays as it is.

The organiser's approval is three keys of the cue: who, when, and the fingerprint of the texts of all languages. A file
whose texts are others than those is refused when it is read.
"""

import re
from datetime import date
from pathlib import Path
from typing import Any

from temirbek.errors import InvalidInput
from temirbek.show.evening_file import evening_from_text
from temirbek.show.file import text_of, toml_of
from temirbek.show.references import tables_of
from temirbek.types import AnnouncementCue

_CUE = re.compile(r"^\s*\[\[\s*cues\s*\]\]\s*(#.*)?$")
_TABLE = re.compile(r"^\s*\[")
_KEYS = ("approved_by", "approved_on", "approved_text")


def approve(path: Path, cue_id: str, *, by: str, on: date) -> str:
    """Writes an approval into a show file.

    Args:
        path: The file.
        cue_id: Which announcement.
        by: Who approves it.
        on: When.

    Returns:
        The fingerprint.

    Raises:
        InvalidInput: There is no such announcement, the file has other faults, or cannot be written.
    """
    text_of(path)  # it is there, and a text
    text = path.read_bytes().decode()  # with the ends of its lines
    approved, fingerprint = approved_text(text, cue_id, by=by, on=on, where=str(path), folder=path.parent)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(approved, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be written ({error.strerror or error})") from error
    return fingerprint


def approved_text(text: str, cue_id: str, *, by: str, on: date, where: str, folder: Path) -> tuple[str, str]:
    """A show file's text with an approval in it, and the fingerprint; see :func:`approve`."""
    if not by.strip() or any(not c.isprintable() for c in by):
        raise InvalidInput(f"{by!r} is nobody's name")
    place, texts = _announcement(toml_of(text, where), cue_id, where)
    fingerprint = AnnouncementCue(text=texts).fingerprint
    escaped = by.strip().replace("\\", "\\\\").replace('"', '\\"')
    lines = [
        f'approved_by = "{escaped}"',
        f"approved_on = {on.isoformat()}",
        f'approved_text = "{fingerprint}"',
    ]
    changed = _with_lines(text, place, lines)
    if changed is None:
        told = "\n".join(lines)
        raise InvalidInput(
            f"{where}: the cue {cue_id!r} is no [[cues]] table of its own; write into it:\n{told}"
        )
    evening = evening_from_text(changed, where=where, folder=folder)
    payload = next(cue.payload for cue in evening.cues if cue.id == cue_id)
    if not isinstance(payload, AnnouncementCue) or payload.approved_text != fingerprint:
        raise InvalidInput(
            f"{where}: the approval of {cue_id!r} cannot be written; its table is not understood"
        )
    return changed, fingerprint


def _announcement(data: dict[str, Any], cue_id: str, where: str) -> tuple[int, dict[Any, str]]:
    """Which of the cues it is, and what it says."""
    known = []
    for place, cue in enumerate(tables_of(data, "cues")):
        if cue.get("kind") == "announcement":
            known.append(str(cue.get("id")))
            texts = cue.get("text")
            if cue.get("id") == cue_id and isinstance(texts, dict) and texts:
                return place, {name: str(said) for name, said in texts.items()}
    there = ", ".join(known) or "none"
    raise InvalidInput(f"{where}: there is no announcement {cue_id!r} with a text; announcements: {there}")


def _with_lines(text: str, place: int, approval: list[str]) -> str | None:
    """The text with the approval in the cue's own table; None where that cannot be found."""
    lines = text.split("\n")
    heads = [i for i, line in enumerate(lines) if _CUE.match(line)]
    if len(heads) != len(tables_of(toml_of(text, ""), "cues")) or place >= len(heads):
        return None
    begin = heads[place] + 1
    end = next((i for i in range(begin, len(lines)) if _TABLE.match(lines[i])), len(lines))
    ending = "\r" if lines[heads[place]].endswith("\r") else ""
    own = [line for line in lines[begin:end] if line.split("=")[0].strip() not in _KEYS]
    while own and not own[-1].strip():
        own.pop()
    rest = [""] if end < len(lines) or text.endswith("\n") else []
    return "\n".join(
        [
            *lines[:begin],
            *own,
            *(line + ending for line in approval),
            *(r + ending for r in rest),
            *lines[end:],
        ]
    )
