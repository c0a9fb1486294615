"""What the DJ decided, line by line: enough to stand where one stood after a crash."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DEEDS = "deeds.jsonl"

Deed = Mapping[str, Any]


class Deeds:
    """A file of JSON lines that only grows; each is on disk before what it says is done."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / DEEDS
        self._file = self._path.open("ab", buffering=0)

    def write(self, deed: Deed) -> None:
        """Adds a line."""
        self._file.write(json.dumps(deed, allow_nan=False).encode() + b"\n")
        os.fsync(self._file.fileno())

    def begin_anew(self) -> None:
        """Forgets all lines: another set begins."""
        self._file.truncate(0)
        self._file.seek(0)

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()


def read_deeds(folder: Path) -> list[dict[str, Any]]:
    """All whole lines; one that was cut off by a crash was not done."""
    try:
        lines = (folder / DEEDS).read_bytes().split(b"\n")
    except OSError:
        return []
    found: list[dict[str, Any]] = []
    for line in lines[:-1]:
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found
