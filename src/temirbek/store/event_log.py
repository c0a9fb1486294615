"""The record of a live show: events, one after another, on disk before anything happens."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from temirbek.errors import InvalidInput
from temirbek.store.nouns import from_json, to_json
from temirbek.types.live import Event

FILE_NAME = "show.sqlite3"
_TABLES = (
    "CREATE TABLE IF NOT EXISTS events (sequence INTEGER PRIMARY KEY, event TEXT NOT NULL, key TEXT UNIQUE)",
    "CREATE TABLE IF NOT EXISTS states (sequence INTEGER PRIMARY KEY, state TEXT NOT NULL)",
)


class DuplicateEvent(InvalidInput):
    """An event with this key is in the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An event and its place in the log."""

    sequence: int
    event: Event


class EventLog:
    """Append-only. Use it in a ``with`` block, or call :meth:`close`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, folder: Path) -> "EventLog":
        """The log in a folder; made when needed."""
        folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        for table in _TABLES:
            connection.execute(table)
        return cls(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database."""
        self._connection.close()

    def append(self, events: Sequence[Event]) -> tuple[int, ...]:
        """Writes all of them or none; when it returns, they are on disk.

        Returns:
            Their sequence numbers.

        Raises:
            DuplicateEvent: One of the keys is in the log already.
        """
        db = self._connection
        db.execute("BEGIN IMMEDIATE")
        try:
            first = (db.execute("SELECT MAX(sequence) FROM events").fetchone()[0] or 0) + 1
            for number, event in enumerate(events, first):
                text = json.dumps(to_json(event), ensure_ascii=False, allow_nan=False)
                db.execute("INSERT INTO events VALUES (?, ?, ?)", (number, text, event.key or None))
            db.execute("COMMIT")
        except BaseException as error:
            db.execute("ROLLBACK")
            if isinstance(error, sqlite3.IntegrityError):
                raise DuplicateEvent("an event with this key was taken already") from error
            raise
        return tuple(range(first, first + len(events)))

    def read(self, since: int = 0) -> Iterable[Logged]:
        """The events after a sequence number, in order."""
        rows = self._connection.execute(
            "SELECT sequence, event FROM events WHERE sequence > ? ORDER BY sequence", (since,)
        )
        return [Logged(sequence=s, event=from_json(Event, json.loads(text))) for s, text in rows]

    def keep(self, sequence: int, state: Any) -> None:
        """Keeps a state (JSON values) that covers all events up to ``sequence``."""
        text = json.dumps(state, ensure_ascii=False, allow_nan=False)
        self._connection.execute("INSERT OR REPLACE INTO states VALUES (?, ?)", (sequence, text))

    def kept(self) -> tuple[int, Any] | None:
        """The newest kept state and the sequence it covers; None: there is none."""
        row = self._connection.execute(
            "SELECT sequence, state FROM states ORDER BY sequence DESC LIMIT 1"
        ).fetchone()
        return None if row is None else (row[0], json.loads(row[1]))
