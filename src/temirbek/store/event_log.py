"""The record of a live show: events, one after another, on disk before anything happens.

One SQLite database in the run folder, in WAL mode with ``synchronous = FULL``: when :meth:`EventLog.append` returns,
its events have been synced, all of them or none. An event's key is unique in the database, so that a second GO with the
same key, or a second firing of the same run of a cue, is refused by the disk and not by anybody's memory. A writer is
alone (a lock that dies with its process); any number of readers read while it writes.

Each row carries a hash over the one in front and itself, so that a changed, exchanged or rotten row is seen when the
log is opened. What is still good is then taken over into a new file and the damaged one is put aside
(:mod:`temirbek.store.log_rescue`). Beside the events lie states of the show, each with the number of the newest event
in it: to be back after a restart, one reads the newest state and the few events after it.

Limits. Rows that a disk acknowledged and then forgot at the very end of the log leave no trace. Whoever can write the
file can also write new hashes: the chain shows accidents, not forgery.
"""

import fcntl
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.store.log_rescue import finish_rescue, rescue
from temirbek.store.log_rows import (
    APPLICATION,
    FORMAT,
    GENESIS,
    Row,
    chain_of,
    connect,
    fault_of,
    has_events,
    insert,
    is_empty,
    kind_of,
    make_tables,
    rows_of,
)
from temirbek.store.nouns import from_json, to_json
from temirbek.types.live import Event

FILE_NAME = "show.sqlite3"
LOCK_NAME = "show.lock"
KEPT_STATES = 3
"""So many of the newest states are kept, beside the first."""


class DuplicateEvent(InvalidInput):
    """An event with this key is in the log already; nothing was written."""


class LogNotWritten(DeviceLost, OSError):
    """The disk is full, or does not write; nothing was written, what was written before is good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An event and its place in the log (from 1)."""

    sequence: int
    event: Event


class LogReader:
    """Reads a log while somebody else may write it. Use it in a ``with`` block, or call :meth:`close`.

    Args:
        folder: The run folder.

    Raises:
        InvalidInput: There is no log, or none that this version can read.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / FILE_NAME
        if not path.is_file():
            raise InvalidInput(f"{folder}: there is no record of a show ({FILE_NAME}) in it")
        try:
            self._db = connect(path, is_reader=True)
        except sqlite3.Error as error:
            raise InvalidInput(f"{path}: cannot be read ({error})") from error
        try:
            _check_kind(self._db, path)
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self._db.close()

    def read(self, since: int = 0) -> tuple[Logged, ...]:
        """The events after a sequence number, in order.

        Raises:
            InvalidInput: A row cannot be read: it is damaged, or from another version.
        """
        try:
            return tuple(
                Logged(sequence=row.sequence, event=from_json(Event, json.loads(row.event)))
                for row in rows_of(self._db, since=since)
            )
        except (sqlite3.DatabaseError, ValueError) as error:
            raise InvalidInput(f"the record cannot be read: {error}") from error

    def kept(self, state_format: int = 1, *, at_most: int | None = None) -> tuple[int, Any] | None:
        """The newest whole state in a format, as (sequence, JSON values); None: there is none.

        Args:
            state_format: Of whoever kept it.
            at_most: Only states that cover no event after this one.
        """
        rows = self._db.execute(
            "SELECT sequence, state, chain FROM states WHERE format = ? AND sequence <= ? ORDER BY sequence DESC",
            (state_format, 2**62 if at_most is None else at_most),
        )
        for sequence, state, chain in rows:
            if chain_of(str(sequence), state, None) == chain:
                return sequence, json.loads(state)
        return None


class EventLog(LogReader):
    """The writer of a log. Open it with :meth:`open`.

    Attributes:
        damage: What was found damaged when it was opened and what was done, in words; "" for nothing.
        sequence: Number of the newest event; 0 in an empty log.
    """

    def __init__(self, db: sqlite3.Connection, lock: IO[str], folder: Path, damage: str) -> None:
        self._db = db
        self._lock = lock
        self._folder = folder
        self.damage = damage
        self.sequence, self._chain = self._newest()

    @classmethod
    def open(cls, folder: Path) -> "EventLog":
        """The log in a folder, made when needed and mended where it is damaged.

        Raises:
            InvalidInput: Another program writes this log, or it is not one, or from a later version.
            LogNotWritten: The disk does not let it be made.
        """
        folder.mkdir(parents=True, exist_ok=True)
        lock = _take_lock(folder)
        try:
            path = folder / FILE_NAME
            finish_rescue(path)
            damage = _mended(path)
            return cls(_opened(path), lock, folder, damage)
        except BaseException:
            lock.close()
            raise

    def close(self) -> None:
        """Lets go of the database and of the lock."""
        self._db.close()
        self._lock.close()

    def append(self, events: Sequence[Event]) -> tuple[int, ...]:
        """Writes all of them or none; when it returns, they are on disk.

        Returns:
            Their sequence numbers, one after another.

        Raises:
            DuplicateEvent: A key is in the log already, or twice among these; nothing was written.
            LogNotWritten: The disk does not take them; nothing was written. It may be tried again.
        """
        rows, chain = [], self._chain
        for number, event in enumerate(events, self.sequence + 1):
            text = json.dumps(to_json(event), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            chain = chain_of(chain, text, event.key or None)
            rows.append(Row(sequence=number, event=text, key=event.key or None, chain=chain))
        with self._transaction():
            insert(self._db, rows)
        self.sequence, self._chain = self.sequence + len(rows), chain
        return tuple(row.sequence for row in rows)

    def keep(self, sequence: int, state: Any, state_format: int = 1) -> None:
        """Keeps a state that covers all events up to ``sequence``; older ones go, but for the first and a few.

        Args:
            sequence: Of the newest event in it.
            state: JSON values.
            state_format: A number that changes when the form of the state does.

        Raises:
            LogNotWritten: The disk does not take it; the log is as it was.
        """
        text = json.dumps(state, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        row = (sequence, state_format, text, chain_of(str(sequence), text, None))
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?)", row)
            self._db.execute(
                "DELETE FROM states WHERE sequence NOT IN (SELECT sequence FROM states ORDER BY sequence DESC LIMIT ?)"
                " AND sequence > (SELECT MIN(sequence) FROM states)",
                (KEPT_STATES,),
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.IntegrityError as error:
            self._undo()
            raise DuplicateEvent("an event with this key was taken already") from error
        except sqlite3.OperationalError as error:
            self._undo()
            raise LogNotWritten(
                f"{self._folder / FILE_NAME}: the record cannot be written ({error}); nothing was written, and nothing"
                " happens that is not on record. Make room on the disk and try again"
            ) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _newest(self) -> tuple[int, str]:
        row = next(rows_of(self._db, newest_first=True), None)
        return (0, GENESIS) if row is None else (row.sequence, row.chain)


def _take_lock(folder: Path) -> IO[str]:
    """The lock of a log's only writer; the system takes it back when the process ends, however it ends."""
    lock = (folder / LOCK_NAME).open("a")
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise InvalidInput(f"{folder}: another program is writing the record of a show there") from error
    return lock


def _opened(path: Path) -> sqlite3.Connection:
    try:
        db = connect(path)
    except sqlite3.OperationalError as error:
        raise LogNotWritten(f"{path}: cannot be opened for writing ({error})") from error
    try:
        if is_empty(db):
            make_tables(db)
        _check_kind(db, path)
    except sqlite3.OperationalError as error:
        db.close()
        raise LogNotWritten(f"{path}: cannot be written ({error})") from error
    except BaseException:
        db.close()
        raise
    return db


def _mended(path: Path) -> str:
    """Looks through a log and makes it anew where it is damaged; says what was done, "" for nothing."""
    if not path.exists() or not (fault := _fault_of_file(path)):
        return ""
    taken, lost, aside = rescue(path)
    return (
        f"the record was damaged ({fault}): {taken} lines were taken over, {lost} between them are lost;"
        f" the damaged file is {aside.name}"
    )


def _fault_of_file(path: Path) -> str:
    try:
        db = connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise LogNotWritten(f"{path}: cannot be opened for writing ({error})") from error
        return str(error)
    try:
        if is_empty(db):
            return ""
        if not has_events(db) or kind_of(db)[1] != FORMAT:
            _check_kind(db, path)
        return fault_of(db)
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        db.close()


def _check_kind(db: sqlite3.Connection, path: Path) -> None:
    application, number = kind_of(db)
    if application != APPLICATION:
        raise InvalidInput(f"{path}: is a database, but not the record of a show")
    if number != FORMAT:
        raise InvalidInput(f"{path}: has format {number}; this version reads format {FORMAT}")
