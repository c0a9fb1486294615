"""The rows of a show's log: tables, and how a damaged row is known."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FORMAT = 1
"""Raised whenever the tables change (``PRAGMA user_version``)."""
APPLICATION = 0x54656D69
"""Says that the database is one of ours (``PRAGMA application_id``)."""
PATIENCE_S = 5.0
GENESIS = "temirbek"
"""What the first row's hash goes over, in place of a row in front."""

_TABLES = (
    "CREATE TABLE events (sequence INTEGER PRIMARY KEY, event TEXT NOT NULL, key TEXT UNIQUE, chain TEXT NOT NULL)",
    "CREATE TABLE states (sequence INTEGER, format INTEGER, state TEXT NOT NULL, chain TEXT NOT NULL,"
    " PRIMARY KEY (sequence, format)) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event as it lies on disk: its number, its JSON, its unique key or None, and its hash."""

    sequence: int
    event: str
    key: str | None
    chain: str


def chain_of(before: str, event: str, key: str | None) -> str:
    """The hash of a row: over the hash in front, the event and its key."""
    return hashlib.sha256(f"{before}\n{key or ''}\n{event}".encode()).hexdigest()[:32]


def connect(path: Path, *, is_reader: bool = False) -> sqlite3.Connection:
    """A connection that syncs whatever it commits; a reader cannot write, and need not wait for who does.

    Raises:
        sqlite3.Error: It cannot be opened.
    """
    mode = "ro" if is_reader else "rwc"
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=PATIENCE_S, isolation_level=None
    )
    try:
        if not is_reader:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error:
        db.close()
        raise
    return db


def make_tables(db: sqlite3.Connection) -> None:
    """Makes the tables of an empty database, in one transaction."""
    db.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        db.execute(table)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {FORMAT}")
    db.execute("COMMIT")


def is_empty(db: sqlite3.Connection) -> bool:
    """Nothing has been written into this database."""
    return not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


def has_events(db: sqlite3.Connection) -> bool:
    """There is a table of events in this database."""
    return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone())


def kind_of(db: sqlite3.Connection) -> tuple[int, int]:
    """Application and format of a database."""
    (application,), (number,) = (
        db.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    return application, number


def insert(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Writes rows; the caller's transaction holds them together."""
    db.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?)", ((r.sequence, r.event, r.key, r.chain) for r in rows)
    )


def rows_of(db: sqlite3.Connection, *, since: int = 0, newest_first: bool = False) -> Iterator[Row]:
    """The rows after a number, in order or backwards."""
    order = "DESC" if newest_first else "ASC"
    query = f"SELECT sequence, event, key, chain FROM events WHERE sequence > ? ORDER BY sequence {order}"
    for sequence, event, key, chain in db.execute(query, (since,)):
        yield Row(sequence=sequence, event=event, key=key, chain=chain)


def fault_of(db: sqlite3.Connection) -> str:
    """What is damaged in a log, in words; "" where all is good."""
    try:
        told = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if told != "ok":
            return str(told).strip().splitlines()[-1]
        before = GENESIS
        for number, row in enumerate(rows_of(db), 1):
            if row.sequence != number:
                return f"row {number} is missing"
            if row.chain != chain_of(before, row.event, row.key):
                return f"row {number} is not what was written"
            before = row.chain
    except (sqlite3.DatabaseError, TypeError, UnicodeError) as error:
        return str(error)
    return ""
