"""A tracklist as people and programs write it: which recordings a mix plays, in order, and perhaps from when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from temirbek.errors import InvalidInput

CUE_FRAMES_PER_S = 75
_CUE_INDEX = re.compile(r"INDEX\s+01\s+(\d+):(\d\d):(\d\d)", re.IGNORECASE)
_CUE_TITLE = re.compile(r'TITLE\s+"?(.*?)"?\s*$', re.IGNORECASE)
_TIMED = re.compile(r"\s*\[?(?:(\d+):)?(\d{1,3}):(\d\d)(?:\.\d+)?\]?[\s\-–|.]+(?P<name>\S.*?)\s*$")
_REMARK = re.compile(r"\s*\([^()]*\bBPM\b[^()]*\)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a tracklist: what it calls the recording, and when it begins [mix s], None where it does not say."""

    name: str
    start_s: float | None


def read_tracklist(path: Path) -> tuple[Entry, ...]:
    """The entries of a CUE sheet, an M3U playlist, or a text whose lines begin with times ("1:02:03 Artist – Title").

    Raises:
        InvalidInput: The file cannot be read, or holds no entry.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: cannot be read as text ({error})") from error
    entries = {".cue": _of_cue, ".m3u": _of_playlist, ".m3u8": _of_playlist}.get(
        path.suffix.lower(), _of_text
    )(lines)
    if not entries:
        raise InvalidInput(
            f'{path}: no track is listed; expected a CUE sheet, an M3U8, or lines such as "1:02:03 Artist – Title"'
        )
    return entries


def _of_cue(lines: Sequence[str]) -> tuple[Entry, ...]:
    entries, title, is_in_track = [], "", False
    for line in lines:
        text = line.strip()
        is_in_track = is_in_track or text.upper().startswith("TRACK ")
        if is_in_track and (found := _CUE_TITLE.match(text)):
            title = found[1]
        if found := _CUE_INDEX.match(text):
            minutes, seconds, frames = (int(x) for x in found.groups())
            entries.append(Entry(name=title, start_s=60 * minutes + seconds + frames / CUE_FRAMES_PER_S))
    return tuple(entries)


def _of_playlist(lines: Sequence[str]) -> tuple[Entry, ...]:
    paths = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return tuple(Entry(name=re.split(r"[/\\]", path)[-1], start_s=None) for path in paths)


def _of_text(lines: Sequence[str]) -> tuple[Entry, ...]:
    entries = []
    for line in lines:
        if found := _TIMED.match(line):
            hours, minutes, seconds = (int(x or 0) for x in found.groups()[:3])
            name = _REMARK.sub("", found["name"])
            entries.append(Entry(name=name, start_s=3600.0 * hours + 60.0 * minutes + seconds))
    return tuple(entries)
