"""Running orders as cues of a show file."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from temirbek.interchange.rundown_nouns import RundownCue
from temirbek.types import CueKind, Music

NEEDED: Mapping[CueKind, tuple[str, ...]] = {
    "track": ("track",),
    "robot_gesture": ("move",),
    "announcement": ("text",),
    "light": ("look",),
    "card": ("text",),
    "osc": ("peer", "address"),
    "midi": ("message",),
    "greeting": ("zones",),
    "poll": ("question", "options"),
    "checklist": ("items",),
}
"""Kind → keys without which the show file refuses such a cue, and which a table seldom has."""
_INSTEAD = {"track": "music"}  # either will do


def cues_toml(cues: Sequence[RundownCue]) -> str:
    """``[[people]]`` and ``[[cues]]`` to paste into a show file.

    Keys that a kind needs and the table did not have stand there as comments: the show file names them, too, until they
    are written.
    """
    people = dict(reversed([(i, name) for cue in reversed(cues) for name, i in reversed(cue.people)]))
    blocks = [_block("people", {"id": i, "name": name}) for i, name in people.items()]
    return "\n".join(blocks + [_cue(cue) for cue in cues])


def missing_keys(cue: RundownCue) -> tuple[str, ...]:
    """What must still be written before a show file takes the cue."""
    missing = [
        key
        for key in NEEDED.get(cue.kind, ())
        if key not in cue.details and _INSTEAD.get(key) not in cue.details
    ]
    if cue.kind in ("robot_gesture", "greeting", "battle") and not cue.robots:
        missing.append("robots")
    if cue.kind in ("pause", "poll") and not cue.length_s:
        missing.append("length_min")
    return tuple(missing)


def toml_value(value: object) -> str:
    """A value as TOML writes it within a line.

    Raises:
        TypeError: TOML knows no such value.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + toml_pairs(value) + " }" if value else "{}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    raise TypeError(f"{type(value).__name__}: TOML has no such value")


def toml_pairs(table: Mapping[str, Any]) -> str:
    """A table as "key = value, …", without its braces."""
    return ", ".join(f"{_key(key)} = {toml_value(value)}" for key, value in table.items())


def music_table(music: Music, folder: Path) -> dict[str, Any]:
    """Music as the show file writes it; only what differs from its rest."""
    wishes = music.wishes
    table: dict[str, Any] = {"source": "demo" if music.is_demo else "files"}
    if not music.is_demo:
        table["files"] = [_path(path, folder) for path in music.paths]
    if music.length_s is not None:
        table["length_min"] = music.length_s / 60
    if music.keep_order:
        table["order"] = "as_given"
    lists = {
        "energy": [list(point) for point in wishes.energy_arc],
        "must_play": list(wishes.must_play),
        "never_after": [list(pair) for pair in wishes.never_after],
        "locked": [[place, name] for place, name in sorted(wishes.locked.items())],
    }
    table |= {key: value for key, value in lists.items() if value}
    if music.library is not None:
        table["library"] = _path(music.library, folder)
    if music.playlist:
        table["playlist"] = music.playlist
    if music.titles:
        table["titles"] = list(music.titles)
    return table


def _path(path: Path, folder: Path) -> str:
    base = folder.resolve()
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)


def _cue(cue: RundownCue) -> str:
    table: dict[str, Any] = {"id": cue.id, "title": cue.title, "kind": cue.kind}
    if cue.start is not None:
        at = cue.start.at
        words = at.isoformat("seconds" if at.second or at.microsecond else "minutes")
        table["hard_start" if cue.start.is_hard else "start"] = words
        if cue.start.day:
            table["day"] = cue.start.day
    if cue.length_s:
        whole_minutes = cue.length_s % 60 == 0
        table["length_min" if whole_minutes else "length_s"] = _number(
            cue.length_s / 60 if whole_minutes else cue.length_s
        )
    if cue.pre_wait_s:
        table["pre_wait_s"] = _number(cue.pre_wait_s)
    if cue.follow != "manual":
        table["follow"] = cue.follow
    if cue.post_wait_s:
        table["post_wait_s"] = _number(cue.post_wait_s)
    if cue.people:
        table["people"] = [i for _, i in cue.people]
    if cue.robots is not None:
        table["robots"] = [i for _, i in cue.robots]
    if cue.note:
        table["note"] = cue.note
    if cue.is_skipped:
        table["skip"] = True
    table |= {key: value for key, value in cue.details.items() if key not in table}
    return _block("cues", table, [f"# {key} = …  # to be written" for key in missing_keys(cue)])


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _block(section: str, table: Mapping[str, Any], comments: Sequence[str] = ()) -> str:
    lines = [f"[[{section}]]", *(f"{_key(key)} = {toml_value(value)}" for key, value in table.items())]
    return "\n".join([*lines, *comments]) + "\n"


def _key(key: str) -> str:
    is_bare = key != "" and all(c.isascii() and (c.isalnum() or c in "_-") for c in key)
    return key if is_bare else toml_value(key)
