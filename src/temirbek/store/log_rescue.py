"""Taking over what is good of a damaged log.

Rows are read from the front until the damage and from the back until it; each one counts that agrees with the hash in
front of it. Numbers are kept, since states know them: in the place of a lost row stands a note that says so. The
damaged files are put aside, never deleted. A crash in the middle is harmless: the new file gets the name
``….rescued`` only when it is complete, and from then on it is the log.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from temirbek.store.log_rows import GENESIS, Row, chain_of, connect, insert, make_tables, rows_of

_BESIDE = ("-wal", "-shm")
_LOST = json.dumps(
    {
        "type": "note",
        "payload": {"text": "a damaged line of the log stood here"},
        "by": "log",
        "role": "stage_manager",
    }
)
_State = tuple[int, int, str, str]
Item = TypeVar("Item")


def rescue(path: Path) -> tuple[int, int, Path]:
    """Makes the log at ``path`` anew from what is good of it.

    Returns:
        How many rows were taken over, how many were lost, and where the damaged file lies now.
    """
    aside = _put_aside(path)
    _fill_up(path)
    rows, states = _good_parts(path)
    last = max(rows, default=0)
    partial = path.with_name(f"{path.name}.partial")
    _remove(partial)
    db = connect(partial)
    try:
        make_tables(db)
        db.execute("BEGIN IMMEDIATE")
        insert(db, _chained(rows, last))
        db.executemany("INSERT INTO states VALUES (?, ?, ?, ?)", (s for s in states if s[0] <= last))
        db.execute("COMMIT")
    finally:
        db.close()
    partial.replace(_rescued(path))
    finish_rescue(path)
    return len(rows), last - len(rows), aside


def finish_rescue(path: Path) -> None:
    """If a rescue was cut off after its work was complete, takes its file for the log."""
    rescued = _rescued(path)
    if rescued.exists():
        _remove(path)
        rescued.replace(path)
        _sync_folder(path.parent)


def _fill_up(path: Path) -> None:
    """A torn database is as long again as its head says (bytes 16 and 28), or nothing in it could be read."""
    with path.open("r+b") as file:
        head = file.read(32)
        if len(head) == 32:
            page = int.from_bytes(head[16:18], "big") or 65536
            file.truncate(max(page * int.from_bytes(head[28:32], "big"), path.stat().st_size))


def _good_parts(path: Path) -> tuple[dict[int, Row], list[_State]]:
    try:
        db = connect(path)
    except sqlite3.Error:
        return {}, []
    try:
        front = _until_damage(rows_of(db))
        back = _until_damage(rows_of(db, newest_first=True))
        found = {row.sequence: row for row in (*front, *back)}
        good = _good_rows(found)
        states = _until_damage(db.execute("SELECT sequence, format, state, chain FROM states"))
        return good, [s for s in states if chain_of(str(s[0]), s[2], None) == s[3]]
    except sqlite3.Error:
        return {}, []
    finally:
        db.close()


def _until_damage(items: Iterable[Item]) -> list[Item]:
    taken: list[Item] = []
    try:
        for item in items:
            taken.append(item)
    except (sqlite3.DatabaseError, TypeError, UnicodeError):
        return taken
    return taken


def _good_rows(found: dict[int, Row]) -> dict[int, Row]:
    """The rows that agree with the hash in front of them; where that row is lost, those that are at least JSON.

    In front of a row stands a hash as it was written, and one that can be counted again: either will do, and a row
    whose own hash alone is rotten is known by the row behind it.
    """
    good: dict[int, Row] = {}
    in_front = {GENESIS}
    for number in range(1, max(found, default=0) + 1):
        row, behind = found.get(number), found.get(number + 1)
        if row is None:
            in_front = set()
            continue
        oughts = {chain_of(before, row.event, row.key) for before in in_front}
        is_known = row.chain in oughts or (
            behind is not None
            and any(chain_of(ought, behind.event, behind.key) == behind.chain for ought in oughts)
        )
        is_after_damage = number > 1 and number - 1 not in good
        if is_known or (is_after_damage and _is_json(row.event)):
            good[number] = row
        in_front = oughts | {row.chain}
    return good


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _chained(rows: dict[int, Row], last: int) -> Iterator[Row]:
    """All rows up to the last good one, with notes in the gaps and with new hashes."""
    before = GENESIS
    for number in range(1, last + 1):
        row = rows.get(number)
        event, key = (row.event, row.key) if row else (_LOST, None)
        before = chain_of(before, event, key)
        yield Row(sequence=number, event=event, key=key, chain=before)


def _put_aside(path: Path) -> Path:
    """Copies the damaged database, with its journal, to the first free name."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    for suffix in ("", *_BESIDE):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            shutil.copy2(beside, aside.with_name(aside.name + suffix))
    return aside


def _remove(path: Path) -> None:
    for suffix in ("", *_BESIDE):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _rescued(path: Path) -> Path:
    return path.with_name(f"{path.name}.rescued")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
