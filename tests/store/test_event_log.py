"""The record of a show: what was acknowledged stays, whatever happens to the program, the disk or the file."""

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.store import DuplicateEvent, EventLog, LogNotWritten, LogReader
from temirbek.store.event_log import FILE_NAME
from temirbek.types.live import Event


def note(text: str, key: str = "") -> Event:
    return Event(
        type="note", payload={"text": text}, by="Айгүл", role="stage_manager", key=key, utc_s=1.5, host_s=0.1
    )


def texts(log: LogReader) -> list[str]:
    return [line.event.payload["text"] for line in log.read()]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog.open(tmp_path) as opened:
        yield opened


def test_what_is_appended_is_read_in_order(log: EventLog) -> None:
    assert log.append([note("a"), note("b")]) == (1, 2)
    assert log.append([note("c")]) == (3,)
    assert [line.sequence for line in log.read()] == [1, 2, 3]
    assert log.read(since=2)[0].event == note("c")
    assert log.sequence == 3
    assert log.append([]) == ()


def test_the_log_is_there_again(tmp_path: Path) -> None:
    for turn in range(3):
        with EventLog.open(tmp_path) as log:
            assert log.damage == ""
            assert log.append([note(f"turn {turn}")]) == (turn + 1,)
    with LogReader(tmp_path) as reader:
        assert texts(reader) == ["turn 0", "turn 1", "turn 2"]


def test_a_key_is_taken_once_and_its_transaction_not_at_all(log: EventLog) -> None:
    log.append([note("go", key="k")])
    with pytest.raises(DuplicateEvent, match="already"):
        log.append([note("before"), note("again", key="k")])
    with pytest.raises(DuplicateEvent):
        log.append([note("x", key="y"), note("x", key="y")])
    assert texts(log) == ["go"]
    assert log.append([note("next", key="z")]) == (2,)


def test_only_one_writes_and_others_read_meanwhile(log: EventLog, tmp_path: Path) -> None:
    log.append([note("a")])
    with LogReader(tmp_path) as reader:
        assert texts(reader) == ["a"]
        log.append([note("b")])
        assert texts(reader) == ["a", "b"]
    code = "import sys; from pathlib import Path; from temirbek.store import EventLog; EventLog.open(Path(sys.argv[1]))"
    second = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False
    )
    assert "another program is writing the record" in second.stderr


def test_a_reader_cannot_write(log: EventLog, tmp_path: Path) -> None:
    with LogReader(tmp_path) as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._db.execute("DELETE FROM events")


def test_states_are_kept_with_the_first_and_the_newest(log: EventLog) -> None:
    assert log.kept() is None
    for sequence in range(0, 60, 10):
        log.keep(sequence, {"at": sequence, "title": "қара"})
    assert log.kept() == (50, {"at": 50, "title": "қара"})
    assert log.kept(at_most=49) == (40, {"at": 40, "title": "қара"})
    assert log.kept(at_most=29) == (0, {"at": 0, "title": "қара"})
    assert log.kept(2) is None


def test_a_rotten_state_is_passed_over(tmp_path: Path) -> None:
    with EventLog.open(tmp_path) as log:
        log.keep(1, {"good": 1})
        log.keep(2, {"good": 2})
    spoil(tmp_path, "UPDATE states SET state = '{\"good\":9}' WHERE sequence = 2")
    with EventLog.open(tmp_path) as log:
        assert log.kept() == (1, {"good": 1})


def spoil(folder: Path, statement: str) -> None:
    db = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("UPDATE events SET event = replace(event, 'line 5', 'lie 5') WHERE sequence = 5", 9),
        ("UPDATE events SET chain = 'x' WHERE sequence = 5", 10),
        ("UPDATE events SET key = 'other' WHERE sequence = 5", 9),
        ("DELETE FROM events WHERE sequence BETWEEN 4 AND 6", 7),
        ("UPDATE events SET event = 'nonsense', chain = '' WHERE sequence = 1", 9),
    ],
)
def test_a_damaged_row_is_seen_and_the_others_stay(tmp_path: Path, statement: str, kept: int) -> None:
    with EventLog.open(tmp_path) as log:
        log.append([note(f"line {n}", key=f"key {n}") for n in range(1, 11)])
        log.keep(10, {"state": 10})
    spoil(tmp_path, statement)
    with EventLog.open(tmp_path) as log:
        assert f"{kept} lines were taken over, {10 - kept} between them are lost" in log.damage
        assert [line.sequence for line in log.read()] == list(range(1, 11))
        assert sum(text.startswith("line ") for text in texts(log)) == kept
        assert log.kept() == (10, {"state": 10})
        with pytest.raises(DuplicateEvent):
            log.append([note("again", key="key 10")])
        log.append([note("on")])
    assert (tmp_path / "show.damaged-1.sqlite3").exists()
    with EventLog.open(tmp_path) as log:
        assert log.damage == ""


def many(folder: Path) -> Path:
    with EventLog.open(folder) as log:
        for start in range(0, 400, 50):
            log.append([note(f"line {n} " + 200 * "x") for n in range(start, start + 50)])
    return folder / FILE_NAME


def test_a_page_of_noise_costs_only_what_stood_on_it(tmp_path: Path, rng) -> None:  # type: ignore[no-untyped-def]
    path = many(tmp_path)
    data = bytearray(path.read_bytes())
    page = 4096 * (len(data) // 4096 // 2)
    data[page : page + 4096] = rng.bytes(4096)
    path.write_bytes(data)
    with EventLog.open(tmp_path) as log:
        assert "damaged" in log.damage
        good = [text for text in texts(log) if text.startswith("line")]
        assert 360 <= len(good) < 400
        assert log.append([note("on")]) == (401,)


@pytest.mark.parametrize("end", [0, 1000, 4096, 30000])
def test_a_torn_file_gives_what_is_left_of_it(tmp_path: Path, end: int) -> None:
    path = many(tmp_path)
    path.write_bytes(path.read_bytes()[:end])
    with EventLog.open(tmp_path) as log:
        first = log.sequence + 1
        assert log.append([note("on")]) == (first,)
        good = [int(text.split()[1]) for text in texts(log) if text.startswith("line")]
        assert good == sorted(set(good))
        assert good[:30] == (list(range(30)) if end == 30000 else [])


def test_a_file_that_is_no_log_is_not_touched(tmp_path: Path) -> None:
    spoil(tmp_path, "CREATE TABLE wedding (guest TEXT)")
    with pytest.raises(InvalidInput, match="not the record of a show"):
        EventLog.open(tmp_path)
    with pytest.raises(InvalidInput, match="not the record of a show"):
        LogReader(tmp_path)
    with pytest.raises(InvalidInput, match="no record"):
        LogReader(tmp_path / "elsewhere")


def test_a_log_of_another_format_is_refused(tmp_path: Path) -> None:
    EventLog.open(tmp_path).close()
    spoil(tmp_path, "PRAGMA user_version = 9")
    with pytest.raises(InvalidInput, match="format 9"):
        EventLog.open(tmp_path)


def test_a_rescue_that_was_cut_off_is_finished(tmp_path: Path) -> None:
    with EventLog.open(tmp_path) as log:
        log.append([note("good")])
    good = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).write_bytes(b"rotten" + good)
    (tmp_path / f"{FILE_NAME}.rescued").write_bytes(good)
    with EventLog.open(tmp_path) as log:
        assert (log.damage, texts(log)) == ("", ["good"])


FULL = """
import sys; from pathlib import Path
from temirbek.store import EventLog, LogNotWritten
from temirbek.types.live import Event
def note(n): return Event(type="note", payload={"text": str(n) + 2000 * "x"}, key=f"k{n}")
log = EventLog.open(Path(sys.argv[1]))
for n in range(10_000):
    try: log.append([note(n)])
    except LogNotWritten as error: print(n, error); break
print([line.sequence for line in log.read()] == list(range(1, n + 1)))
make_room()
print(log.append([note(n)]) == (n + 1,))
log.close()
"""


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    room = "import resource\ndef make_room(): resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30))\n"

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 2**30))

    out = run_full(tmp_path, room, preexec_fn=small_files)
    check_full(tmp_path, out)


def test_a_full_file_system_is_told_and_loses_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small file system can be mounted by root only")
    try:
        (disk / "ballast").write_bytes(bytes(100_000))
        room = "import os, sys\ndef make_room(): os.remove(os.path.join(sys.argv[1], 'ballast'))\n"
        check_full(disk, run_full(disk, room))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def run_full(folder: Path, room: str, preexec_fn: Callable[[], None] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-c", room + FULL, folder],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=preexec_fn,
    )
    return done.stdout


def check_full(folder: Path, out: str) -> None:
    told, *checks = out.splitlines()
    acknowledged = int(told.split()[0])
    assert acknowledged > 10
    assert "cannot be written" in told and "Make room" in told
    assert checks == ["True", "True"]
    with EventLog.open(folder) as log:
        assert log.damage == ""
        assert log.sequence == acknowledged + 1


WRITER = """
import sys; from pathlib import Path
from temirbek.store import EventLog
from temirbek.types.live import Event
log = EventLog.open(Path(sys.argv[1]))
assert not log.damage, log.damage
while True:
    n = log.sequence + 1
    events = [Event(type="go", key=f"go {n}"), Event(type="fired", key=f"fired {n}")]
    print(*log.append(events), flush=True)
    if n % 10 == 1: log.keep(n + 1, {"at": n + 1})
"""


def test_killed_at_any_moment_it_keeps_all_that_was_acknowledged(tmp_path: Path) -> None:
    draw = random.Random(5)
    acknowledged = 0
    for _ in range(20):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        lines = [writer.stdout.readline()]
        time.sleep(draw.uniform(0.0, 0.06))
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
        writer.stdout.close()
        assert writer.wait() == -signal.SIGKILL
        whole = [line for line in lines if line.endswith("\n")]
        assert whole, "the log was not opened again after a kill"
        acknowledged = int(whole[-1].split()[-1])
        with LogReader(tmp_path) as reader:
            rows = reader.read()
            assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
            assert len(rows) >= acknowledged and len(rows) % 2 == 0
            keys = [row.event.key for row in rows]
            assert len(set(keys)) == len(keys)
    assert acknowledged > 20


@given(st.lists(st.lists(st.integers(0, 20), max_size=4), max_size=8))
def test_the_log_agrees_with_a_list(steps: list[list[int]]) -> None:
    """Twin: a plain list with a set of keys."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, EventLog.open(Path(folder)) as log:
        told: list[str] = []
        for step in steps:
            keys = [f"key {n}" for n in step]
            if len(set(keys)) == len(keys) and not set(keys) & set(told):
                log.append([note("x", key=key) for key in keys])
                told += keys
            else:
                with pytest.raises(DuplicateEvent):
                    log.append([note("x", key=key) for key in keys])
        assert [line.event.key for line in log.read()] == told


def test_rows_are_json_for_people_as_well(log: EventLog, tmp_path: Path) -> None:
    log.append([note("Қайырлы кеш")])
    with LogReader(tmp_path) as reader:
        (text,) = reader._db.execute("SELECT event FROM events").fetchone()
    assert json.loads(text)["payload"] == {"text": "Қайырлы кеш"}
    assert "Қайырлы" in text


def test_what_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(LogNotWritten, match="cannot be opened"):
        EventLog.open(tmp_path)
