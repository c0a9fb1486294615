"""What is known of files and sounds without opening them: one small database beside the cache.

Two tables. ``files``: path, size and time of change → the track it holds, so that an unchanged file needs no decoding.
``sounds``: track and way of listening → its summary, or why it cannot be played.

The index only saves time. Everything in it can be found again from the files and the cache, so a damaged index is
begun anew, and one that cannot be opened, read or written is done without; several processes may use it at once.
"""

import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from temirbek.store.nouns import from_json, to_json
from temirbek.types import Track, TrackSummary

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

FILE_NAME = "index-1.sqlite3"
"""The number is raised whenever the tables change."""
PATIENCE_S = 5.0
"""So long one process waits for another's writing."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS files (path BLOB PRIMARY KEY, version TEXT NOT NULL, size INTEGER NOT NULL,"
    " mtime_ns INTEGER NOT NULL, track TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS sounds (track_id TEXT, entry TEXT, summary TEXT, reason TEXT,"
    " PRIMARY KEY (track_id, entry)) WITHOUT ROWID",
)
_NOT_NOW = {
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
    "SQLITE_FULL",
    "SQLITE_PERM",
}
"""What says that the index cannot be used now, not that it is damaged (extended codes begin with these)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """By what a file is known to be unchanged."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> "FileState | None":
        """The state of a file; None where it cannot be asked."""
        try:
            found = path.stat()
        except OSError:
            return None
        return cls(size=found.st_size, mtime_ns=found.st_mtime_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was heard in a sound: its summary, or (where that is None) why it cannot be played."""

    summary: TrackSummary | None
    reason: str = ""

    def told_of(self, track: Track) -> "Verdict":
        """The same of a sound, told of the track as it is named now."""
        return self if self.summary is None else replace(self, summary=replace(self.summary, track=track))


Sound = tuple[str, str]
"""A track's id and the variant in which it was heard."""


class LibraryIndex:
    """The index in a cache's folder. Use it in a ``with`` block.

    Args:
        folder: The cache's folder; made when needed.
        version: Of the analyser: what another version knew is not believed.
    """

    def __init__(self, folder: Path, version: str) -> None:
        self._path = folder / FILE_NAME
        self._version = version
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def tracks(self, states: Mapping[Path, FileState]) -> dict[Path, Track]:
        """The tracks in those files that are as they were when they were last heard."""

        def ask(connection: sqlite3.Connection) -> dict[Path, Track]:
            found: dict[Path, Track] = {}
            for path, state in states.items():
                row = connection.execute(
                    "SELECT track FROM files WHERE path = ? AND version = ? AND size = ? AND mtime_ns = ?",
                    (_key(path), self._version, state.size, state.mtime_ns),
                ).fetchone()
                if row and (track := _read(Track, row[0])):
                    found[path] = replace(track, path=path)
            return found

        return self._try(ask, {})

    def verdicts(self, sounds: Iterable[Sound]) -> dict[Sound, Verdict]:
        """What is known of sounds."""

        def ask(connection: sqlite3.Connection) -> dict[Sound, Verdict]:
            found: dict[Sound, Verdict] = {}
            for track_id, variant in sounds:
                row = connection.execute(
                    "SELECT summary, reason FROM sounds WHERE track_id = ? AND entry = ?",
                    (track_id, self._entry(variant)),
                ).fetchone()
                if row is None:
                    continue
                summary = _read(TrackSummary, row[0]) if row[0] else None
                if summary is not None or not row[0]:
                    found[track_id, variant] = Verdict(summary=summary, reason=row[1])
            return found

        return self._try(ask, {})

    def remember(
        self,
        tracks: Iterable[tuple[Track, FileState]] = (),
        verdicts: Iterable[tuple[Sound, Verdict]] = (),
    ) -> None:
        """Keeps what was found, all of it or (where the index cannot be written) nothing."""
        files = [
            (_key(track.path), self._version, state.size, state.mtime_ns, json.dumps(to_json(track)))
            for track, state in tracks
        ]
        sounds = [
            (
                track_id,
                self._entry(variant),
                json.dumps(to_json(verdict.summary)) if verdict.summary else None,
                verdict.reason,
            )
            for (track_id, variant), verdict in verdicts
        ]

        def write(connection: sqlite3.Connection) -> None:
            with connection:  # one transaction
                connection.executemany("REPLACE INTO files VALUES (?, ?, ?, ?, ?)", files)
                connection.executemany("REPLACE INTO sounds VALUES (?, ?, ?, ?)", sounds)

        self._try(write, None)

    def _entry(self, variant: str) -> str:
        return f"{self._version}{variant and '-'}{variant}"

    def _open(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            logger.info("no index: %s", error)
            return
        try:
            self._connect()
        except sqlite3.Error as error:
            self._begin_anew_if_damaged(error)

    def _connect(self) -> None:
        self._connection = sqlite3.connect(self._path, timeout=PATIENCE_S)
        with self._connection:
            for table in _TABLES:
                self._connection.execute(table)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, ask: Callable[[sqlite3.Connection], Answer], otherwise: Answer) -> Answer:
        if self._connection is None:
            return otherwise
        try:
            return ask(self._connection)
        except sqlite3.Error as error:
            self._begin_anew_if_damaged(error)
            return otherwise

    def _begin_anew_if_damaged(self, error: sqlite3.Error) -> None:
        code = getattr(error, "sqlite_errorname", "")
        if any(code.startswith(name) for name in _NOT_NOW):
            logger.info("the index cannot be used now: %s", error)
            return
        logger.warning("%s is damaged and begun anew: %s", self._path, error)
        self._close()
        try:
            for path in (self._path, self._path.with_name(f"{FILE_NAME}-journal")):
                path.unlink(missing_ok=True)
            self._connect()
        except (OSError, sqlite3.Error) as again:
            logger.info("no index: %s", again)
            self._close()


def _key(path: Path) -> bytes:
    return os.fsencode(os.path.abspath(path))


def _read(kind: type[Answer], text: str) -> Answer | None:
    try:
        return from_json(kind, json.loads(text))
    except ValueError:
        return None  # damaged: found anew
