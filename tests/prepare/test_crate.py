"""A crate: heard once, known from then on; killed or damaged on the way, it costs time alone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from tests.prepare.makers import RATE_HZ, write_beats, write_shelf

from temirbek.analysis import ANALYSIS_VERSION
from temirbek.analysis.votes import Voter, Votes
from temirbek.errors import DeviceLost
from temirbek.prepare import Hearing, open_crate
from temirbek.prepare import crate as crate_file
from temirbek.prepare.crate import MOST_PLANNED, Crate
from temirbek.prepare.listen import Errand, Heard, listen
from temirbek.store import to_json
from temirbek.store.index import FILE_NAME
from temirbek.types import BeatGrid, CuePoint, LibraryTrack, SetWishes


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    return write_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def cache(shelf: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that has heard the shelf."""
    folder = tmp_path_factory.mktemp("cache")
    with ThreadPoolExecutor(1) as here:
        open_crate(shelf, folder, on=here)
    return folder


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """The files that are decoded meanwhile, here and not in other processes."""
    opened: list[Path] = []

    def count(errand: Errand) -> Heard:
        opened.append(errand.path)
        return listen(errand)

    def here(work, items, *, on=None):  # type: ignore[no-untyped-def]
        yield from ((i, lambda item=item: count(item)) for i, item in enumerate(items))

    with monkeypatch.context() as patch:
        patch.setattr(crate_file, "each_in_parallel", here)
        yield opened


def names(crate: Crate) -> list[str]:
    return [s.track.path.name for s in crate.summaries]


def test_what_was_heard_before_is_not_opened(
    shelf: tuple[Path, ...], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counted(monkeypatch) as opened:
        crate = open_crate(shelf, cache)
    assert opened == []
    assert names(crate) == [path.name for path in shelf]
    for summary, analysis in zip(crate.summaries, crate.load().analyses, strict=True):
        assert analysis.track == summary.track
        assert to_json(analysis) == to_json(listen(Errand(path=summary.track.path, cache_dir=cache)).analysis)


def test_without_the_index_files_are_opened_but_not_heard_again(
    shelf: tuple[Path, ...], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cache / FILE_NAME).write_bytes(b"noise" * 1000)
    monkeypatch.setattr("temirbek.prepare.listen.analyze", None)
    with counted(monkeypatch) as opened:
        assert names(open_crate(shelf, cache)) == [path.name for path in shelf]
    assert len(opened) == len(shelf)
    with counted(monkeypatch) as opened:
        open_crate(shelf, cache)
    assert opened == []


def test_a_lost_entry_is_heard_again(
    shelf: tuple[Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counted(monkeypatch):
        open_crate(shelf[:2], tmp_path)
    (one, _) = sorted((tmp_path / "analyses" / ANALYSIS_VERSION).iterdir())
    one.write_bytes(b"")
    crate = open_crate(shelf[:2], tmp_path)
    assert len(crate.load().analyses) == 2


def test_bad_files_and_twins_are_left_out_each_time(
    shelf: tuple[Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = tmp_path / "twin.flac"
    twin.write_bytes(shelf[0].read_bytes())
    silence, letter = tmp_path / "silence.wav", tmp_path / "letter.mp3"
    sf.write(silence, np.zeros(10 * RATE_HZ, np.float32), RATE_HZ)
    letter.write_bytes(b"a letter" * 100)
    files = (shelf[0], twin, silence, letter)
    told = []
    for _ in range(2):
        with counted(monkeypatch) as opened:
            crate = open_crate(files, tmp_path / "cache")
        assert names(crate) == [shelf[0].name]
        told.append([(item.path, item.reason) for item in crate.left_out])
    assert told[0] == told[1]
    reasons = dict(told[0])
    assert reasons[twin] == f"the same recording as {shelf[0].name}"
    assert "silence" in reasons[silence]
    assert opened == [letter]  # what cannot be decoded has no identity under which to be remembered


def test_a_cache_that_cannot_be_written_is_no_reason_to_stop(
    shelf: tuple[Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with counted(monkeypatch):
        crate = open_crate(shelf[:1], tmp_path / "file" / "cache")
    assert crate.load().analyses[0].track.path == shelf[0]


def test_planning_gets_a_shortlist_of_a_large_crate(
    shelf: tuple[Path, ...], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crate = open_crate(shelf, cache)
    wanted = crate.summaries[3].track.id
    assert len(crate.for_planning(SetWishes(), seed=0).analyses) == len(shelf) < MOST_PLANNED
    monkeypatch.setattr(crate_file, "MOST_PLANNED", 2)
    library = crate.for_planning(SetWishes(must_play=(wanted,)), seed=0)
    assert len(library.analyses) == 2
    assert wanted in {a.track.id for a in library.analyses}
    assert all("not among the 2 of 4 tracks" in item.reason for item in library.left_out)
    assert len(library.left_out) == 2
    in_order = SetWishes(keep_order=True)
    assert len(crate.for_planning(in_order, seed=0).analyses) == len(shelf)


LISTEN_AND_TELL = """
import sys
from pathlib import Path
from temirbek.prepare import open_crate
if __name__ == "__main__":
    open_crate([Path(p) for p in sys.argv[2:]], Path(sys.argv[1]), on_progress=lambda share: print(share, flush=True))
"""


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_shelf(tmp_path / "shelf", (100.0, 104.0, 108.0, 112.0, 116.0, 120.0))
    script = tmp_path / "run.py"
    script.write_text(LISTEN_AND_TELL)
    words = [sys.executable, str(script), str(tmp_path / "cache"), *map(str, files)]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert process.stdout is not None
    with process.stdout:
        shares = [float(process.stdout.readline()) for _ in range(3)]  # nothing known, one heard, two heard
        children = _children(process.pid)
        process.send_signal(signal.SIGKILL)  # no chance to tidy up
        process.wait(timeout=30)
    assert shares[0] == 0.0 < shares[1] < shares[2] < 1.0
    with counted(monkeypatch) as opened:
        crate = open_crate(files, tmp_path / "cache")
    assert names(crate) == [path.name for path in files]
    assert 2 <= len(files) - len(opened) < len(files)
    _await_end_of(children)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    if not tasks.exists():
        pytest.skip("this system does not tell a process's children")
    return [int(child) for child in tasks.read_text().split()]


def _await_end_of(pids: list[int]) -> None:
    """Workers whose parent was killed end themselves."""
    deadline = time.monotonic() + 60.0
    while any(_is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.1)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_persons_grid_beats_ours_and_is_another_entry(tmp_path: Path) -> None:
    path = write_beats(tmp_path / "a.flac", 120.0)
    ours = open_crate([path], tmp_path / "cache").load().analyses[0]
    theirs = LibraryTrack(
        path=path,
        beat_grid=BeatGrid(beats_s=0.55 + np.arange(12) * 0.5, first_downbeat=1),
        cues=(CuePoint(track_s=2.0, kind="hot", name="drop"),),
    )
    by_hand = Hearing(by_hand={path: theirs})
    for _ in range(2):  # heard, then known
        heard = open_crate([path], tmp_path / "cache", hearing=by_hand).load().analyses[0]
        assert heard.is_grid_human and heard.cues == theirs.cues
        assert np.allclose(heard.beat_grid.time_at(heard.beat_grid.beat_at(2.05)), 2.05)
        assert np.min(np.abs(heard.beat_grid.beats_s - 2.05)) < 1e-9  # a beat of theirs, between ours
    again = open_crate([path], tmp_path / "cache").load().analyses[0]
    assert to_json(again) == to_json(ours)
    moved = replace(theirs, cues=())
    heard = open_crate([path], tmp_path / "cache", hearing=Hearing(by_hand={path: moved})).load().analyses[0]
    assert heard.cues == () and heard.is_grid_human


class LostCluster(Executor):
    """Does the first errand; then nobody is there any more."""

    def __init__(self) -> None:
        self._done = 0

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        if self._done:
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_result(fn(*args, **kwargs))
        self._done += 1
        return future


def test_a_cluster_that_is_lost_costs_what_it_had_not_said(
    shelf: tuple[Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DeviceLost, match="what was heard is kept"):
        open_crate(shelf, tmp_path, on=LostCluster())
    with counted(monkeypatch) as opened:
        crate = open_crate(shelf, tmp_path)
    assert names(crate) == [path.name for path in shelf]
    assert len(opened) >= len(shelf) - 1


def test_a_voter_that_cannot_vote_is_told_before_anything_is_heard(
    shelf: tuple[Path, ...], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "small.ckpt"
    weights.write_bytes(b"weights")
    for name in ("beat_this", "beat_this.inference"):
        monkeypatch.setitem(sys.modules, name, None)
    with (
        counted(monkeypatch) as opened,
        pytest.raises(DeviceLost, match=r"pip install 'temirbek\[beat-this\]'"),
    ):
        open_crate(shelf, cache, hearing=Hearing(weights=weights))
    assert opened == []


def test_votes_count_and_are_another_entry(
    shelf: tuple[Path, ...], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def voter(weights: Path) -> Voter:
        def vote(samples: np.ndarray, sample_rate_hz: int) -> Votes:
            asked.append(sample_rate_hz)
            beats_s = 0.3 + np.arange(20) * 0.6
            return Votes(beats_s=beats_s, downbeats_s=beats_s[1::4])

        return vote

    monkeypatch.setattr("temirbek.prepare.listen.load_voter", voter)
    for k, content in enumerate((b"one", b"one", b"two")):
        weights = tmp_path / f"{k}.ckpt"
        weights.write_bytes(content)
        with counted(monkeypatch):
            crate = open_crate(shelf[:1], cache, hearing=Hearing(weights=weights))
        assert names(crate) == [shelf[0].name]
    assert asked == [RATE_HZ, RATE_HZ]  # the same weights under another name are the same voter
