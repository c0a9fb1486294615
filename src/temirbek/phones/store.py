"""Votes and wishes in a file: SQLite with group commit.

What comes while one group is being written makes the next group: the busier the hall, the larger the groups, and one wait for
the disk (``synchronous=FULL``: the write-ahead log is synced before a commit returns) is shared by all of a group. A thread
writes; the event loop only hands over and is told.

A group is one statement that reads a JSON array, not one statement a row: Python's lock is let go and taken again around every
step of SQLite, and with a busy event loop beside it each taking can cost a whole switch interval (5 ms).
"""

import asyncio
import json
import logging
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from temirbek.errors import DeviceLost
from temirbek.phones.store_contract import MOST_WISHES, OnDone, Outcome, Write

MOST_WAITING = 20_000
MOST_IN_GROUP = 4000
PAUSE_S = 0.2
"""Between two tries on a disk that refuses."""
TOLD_AT_ONCE = 250
"""So many acknowledgements go out before the loop may do something else."""
_LOG = logging.getLogger(__name__)

_SCHEMA = f"""
create table if not exists vote (
  poll text not null, seat text not null, option text not null, arrival integer not null,
  primary key (poll, seat)
) without rowid;
create table if not exists wish (
  seat text not null, track text not null, arrival integer not null,
  primary key (seat, track)
) without rowid;
create table if not exists part (name text primary key, envelope text not null) without rowid;
create trigger if not exists wishes_end before insert on wish
  when (select count(*) from wish where seat = new.seat) >= {MOST_WISHES}
   and not exists (select 1 from wish where seat = new.seat and track = new.track)
  begin select raise(ignore); end;
"""
_ADD_VOTES = """
insert or ignore into vote (poll, seat, option, arrival)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?) order by key"""
_ADD_WISHES = """
insert or ignore into wish (seat, track, arrival)
select value ->> 1, value ->> 2, value ->> 3 from json_each(?) order by key"""
_OTHER_VOTES = """
select json_group_array(json_array(asked.value ->> 3, vote.option))
from json_each(?) as asked join vote on vote.poll = asked.value ->> 0 and vote.seat = asked.value ->> 1
where vote.arrival != asked.value ->> 3"""
_OTHER_WISHES = """
select json_group_array(json_array(asked.value ->> 3, wish.track))
from json_each(?) as asked left join wish on wish.seat = asked.value ->> 1 and wish.track = asked.value ->> 2
where wish.arrival is not asked.value ->> 3"""

_Row = tuple[Write, OnDone]
_Done = tuple[Write, OnDone, Outcome]


class FileStore:
    """The store of one machine.

    Args:
        path: The database; made where there is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ready = threading.Condition()
        self._rows: list[_Row] = []
        self._parts: dict[str, str] = {}
        self._is_closing = False
        self._n_waiting = 0
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._votes: dict[str, dict[str, int]] = {}
        self._wishes: dict[str, int] = {}
        self._kept_parts: dict[str, Any] = {}
        self._arrival = 0

    @property
    def n_waiting(self) -> int:
        """How many writes were taken and are not decided yet."""
        return self._n_waiting

    @property
    def kept_parts(self) -> Mapping[str, Any]:
        """The parts that were kept before this process began."""
        return self._kept_parts

    async def open(self) -> None:
        """Reads what is there and starts the writer.

        Raises:
            DeviceLost: The file cannot be read or written.
        """
        self._loop = asyncio.get_running_loop()
        try:
            database = await asyncio.to_thread(self._read)
        except sqlite3.Error as error:
            raise DeviceLost(f"{self._path}: votes cannot be kept there ({error})") from error
        self._thread = threading.Thread(target=self._write, args=(database,), name="votes", daemon=True)
        self._thread.start()

    def submit(self, write: Write, on_done: OnDone) -> bool:
        """Takes a write; see :meth:`temirbek.phones.store_contract.Store.submit`."""
        if self._n_waiting >= MOST_WAITING or self._is_closing:
            return False
        self._n_waiting += 1
        with self._ready:
            self._rows.append((write, on_done))
            self._ready.notify()
        return True

    def keep_part(self, name: str, envelope: Mapping[str, Any]) -> None:
        """Keeps a part of the state, so that a server that was killed shows what it showed."""
        with self._ready:
            self._parts[name] = json.dumps(envelope, ensure_ascii=False)
            self._ready.notify()

    def tally(self, poll: str) -> Mapping[str, int]:
        """Option → durable votes."""
        return self._votes.get(poll, {})

    def wishes(self) -> Mapping[str, int]:
        """Track → seats that wish it."""
        return self._wishes

    async def close(self) -> None:
        """Writes what was taken, and lets go."""
        with self._ready:
            self._is_closing = True
            self._ready.notify()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
            await asyncio.sleep(0)  # what the writer had to tell is told

    def _read(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=10.0)
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = full")
        database.executescript(_SCHEMA)
        for poll, option, count in database.execute("select poll, option, count(*) from vote group by 1, 2"):
            self._votes.setdefault(poll, {})[option] = count
        self._wishes.update(database.execute("select track, count(*) from wish group by track"))
        for name, envelope in database.execute("select name, envelope from part"):
            self._kept_parts[name] = json.loads(envelope)
        row = database.execute(
            "select max(arrival) from (select arrival from vote union all select arrival from wish)"
        )
        self._arrival = row.fetchone()[0] or 0
        return database

    def _write(self, database: sqlite3.Connection) -> None:
        while True:
            with self._ready:
                while not (self._rows or self._parts or self._is_closing):
                    self._ready.wait()
                rows, self._rows = self._rows[:MOST_IN_GROUP], self._rows[MOST_IN_GROUP:]
                parts, self._parts = self._parts, {}
            if not rows and not parts:
                break
            try:
                done = self._commit(database, rows, parts)
            except sqlite3.Error as error:
                # A full or broken disk must not end the evening: nothing of this group counts, and whoever sent it is told.
                _LOG.error("%d votes and wishes could not be kept: %s", len(rows), error)
                if database.in_transaction:
                    database.rollback()
                done = [(write, on_done, Outcome("lost")) for write, on_done in rows]
                self._try_later(parts)
            self._tell(done)
        database.close()

    def _try_later(self, parts: Mapping[str, str]) -> None:
        with self._ready:
            if not self._is_closing:
                self._parts = {**parts, **self._parts}
                self._ready.wait(PAUSE_S)

    def _commit(
        self, database: sqlite3.Connection, rows: list[_Row], parts: Mapping[str, str]
    ) -> list[_Done]:
        asked = {"vote": list[list[Any]](), "wish": list[list[Any]]()}
        first = self._arrival + 1
        for number, (write, _) in enumerate(rows, first):
            asked[write.kind].append([write.group, write.seat, write.choice, number])
        database.execute("begin immediate")
        others = _add(database, asked["vote"], _ADD_VOTES, _OTHER_VOTES)
        others |= _add(database, asked["wish"], _ADD_WISHES, _OTHER_WISHES)
        if parts:
            database.executemany("insert or replace into part (name, envelope) values (?, ?)", parts.items())
        database.execute("commit")
        self._arrival += len(rows)
        return [
            (write, on_done, _outcome(write, others.get(number, ...)))
            for number, (write, on_done) in enumerate(rows, first)
        ]

    def _tell(self, done: list[_Done]) -> None:
        if self._loop is not None and done:
            self._loop.call_soon_threadsafe(self._told, done, 0)

    def _told(self, done: list[_Done], start: int) -> None:
        for write, on_done, outcome in done[start : start + TOLD_AT_ONCE]:
            self._n_waiting -= 1
            if outcome.fate == "kept":
                counts = self._votes.setdefault(write.group, {}) if write.kind == "vote" else self._wishes
                counts[write.choice] = counts.get(write.choice, 0) + 1
            on_done(outcome)
        if start + TOLD_AT_ONCE < len(done) and self._loop is not None:
            self._loop.call_soon(self._told, done, start + TOLD_AT_ONCE)


def _add(database: sqlite3.Connection, asked: list[list[Any]], add: str, find: str) -> dict[int, str | None]:
    """Adds rows; arrival → what is there instead, for those that were not added."""
    if not asked:
        return {}
    text = json.dumps(asked)
    if database.execute(add, (text,)).rowcount == len(asked):
        return {}
    return {number: there for number, there in json.loads(database.execute(find, (text,)).fetchone()[0])}


def _outcome(write: Write, there: Any) -> Outcome:
    if there is ...:
        return Outcome("kept", write.choice)
    if there is None:
        return Outcome("full")
    return Outcome("same" if there == write.choice else "other", there)
