"""The index: what it knows is true, and whatever happens to it costs time alone."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.store.makers import made_analysis

from temirbek.store import (
    AnalysisCache,
    FileState,
    LibraryIndex,
    Verdict,
    from_json,
    read_compact,
    to_json,
    write_compact,
)
from temirbek.store.index import FILE_NAME
from temirbek.types import TrackAnalysis, TrackSummary, summary_of


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "Қыс.flac"
    path.write_bytes(b"sound")
    return path


def remembered(folder: Path, recording: Path, version: str = "1", variant: str = "") -> TrackAnalysis:
    """Puts one recording into the index of a folder."""
    analysis = made_analysis(recording)
    state = FileState.of(recording)
    assert state is not None
    with LibraryIndex(folder, version) as index:
        index.remember(
            tracks=[(analysis.track, state)],
            verdicts=[((analysis.track.id, variant), Verdict(summary=summary_of(analysis)))],
        )
    return analysis


def known(folder: Path, recording: Path, version: str = "1", variant: str = "") -> TrackSummary | None:
    """What an index says of a file, asked as a crate does."""
    state = FileState.of(recording)
    with LibraryIndex(folder, version) as index:
        tracks = index.tracks({recording: state} if state else {})
        if recording not in tracks:
            return None
        sound = (tracks[recording].id, variant)
        return index.verdicts([sound]).get(sound, Verdict(summary=None)).summary


def test_what_was_put_in_comes_out(tmp_path: Path, recording: Path) -> None:
    analysis = remembered(tmp_path / "cache", recording)
    found = known(tmp_path / "cache", recording)
    assert found is not None
    assert to_json(found) == to_json(summary_of(analysis))


def test_a_file_that_changed_is_not_believed(tmp_path: Path, recording: Path) -> None:
    remembered(tmp_path, recording)
    recording.write_bytes(b"another sound")
    assert known(tmp_path, recording) is None


def test_another_version_or_way_of_listening_is_another_answer(tmp_path: Path, recording: Path) -> None:
    remembered(tmp_path, recording)
    assert known(tmp_path, recording, version="2") is None
    assert known(tmp_path, recording, variant="hand-1") is None


def test_why_a_sound_cannot_be_played_is_known_too(tmp_path: Path) -> None:
    with LibraryIndex(tmp_path, "1") as index:
        index.remember(verdicts=[(("x", ""), Verdict(summary=None, reason="silence"))])
        assert index.verdicts([("x", "")]) == {("x", ""): Verdict(summary=None, reason="silence")}


@pytest.mark.parametrize("damage", ["noise", "cut", "other tables", "row"])
def test_a_damaged_index_is_begun_anew(damage: str, tmp_path: Path, recording: Path) -> None:
    remembered(tmp_path, recording)
    path = tmp_path / FILE_NAME
    if damage == "noise":
        path.write_bytes(b"this is no database at all" * 100)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[: 3 * path.stat().st_size // 4])
    elif damage == "other tables":
        path.unlink()
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE files (something INTEGER)")
        other.close()
    else:
        with sqlite3.connect(path) as other:
            other.execute("UPDATE files SET track = '{'")
        other.close()
    assert known(tmp_path, recording) is None
    remembered(tmp_path, recording)
    assert known(tmp_path, recording) is not None


def test_where_nothing_can_be_written_nothing_is_known_and_nothing_fails(
    tmp_path: Path, recording: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    folder = tmp_path / "file" / "cache"  # nobody can make a folder in a file
    analysis = remembered(folder, recording)
    assert known(folder, recording) is None
    assert not AnalysisCache(folder, "1").put(analysis)
    assert AnalysisCache(folder, "1").get(analysis.track) is None


def test_many_write_at_once(tmp_path: Path) -> None:
    def write(k: int) -> None:
        with LibraryIndex(tmp_path, "1") as index:
            index.remember(verdicts=[((f"{k}", ""), Verdict(summary=None, reason=f"{k}"))])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    with LibraryIndex(tmp_path, "1") as index:
        assert len(index.verdicts((f"{k}", "") for k in range(40))) == 40


def test_an_analysis_returns_from_its_small_file_to_the_bit(tmp_path: Path) -> None:
    analysis = made_analysis(tmp_path / "a.flac")
    write_compact(tmp_path / "a.npz", analysis)
    assert to_json(read_compact(TrackAnalysis, tmp_path / "a.npz")) == to_json(analysis)
    assert to_json(from_json(TrackAnalysis, to_json(analysis))) == to_json(analysis)


@pytest.mark.parametrize("cut", [0, 10, 500, -1])
def test_a_damaged_entry_is_none(cut: int, tmp_path: Path) -> None:
    analysis = made_analysis(tmp_path / "a.flac")
    cache = AnalysisCache(tmp_path, "1")
    assert cache.put(analysis)
    (path,) = (tmp_path / "analyses" / "1").iterdir()
    path.write_bytes(path.read_bytes()[:cut])
    assert cache.get(analysis.track) is None


def test_an_entry_with_other_bytes_inside_is_none(tmp_path: Path) -> None:
    analysis = made_analysis(tmp_path / "a.flac")
    cache = AnalysisCache(tmp_path, "1")
    cache.put(analysis)
    (path,) = (tmp_path / "analyses" / "1").iterdir()
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(bytes(whole))
    assert cache.get(analysis.track) is None


def test_the_cache_tells_of_the_track_as_it_is_named_now(tmp_path: Path) -> None:
    analysis = made_analysis(tmp_path / "a.flac")
    cache = AnalysisCache(tmp_path, "1")
    cache.put(analysis)
    cache.put(replace(analysis, energy=np.zeros_like(analysis.energy)), "hand-1")
    renamed = replace(analysis.track, path=tmp_path / "b.flac", title="b")
    found, by_hand = cache.get(renamed), cache.get(renamed, "hand-1")
    assert found is not None and by_hand is not None
    assert found.track == renamed
    assert found.energy.any() and not by_hand.energy.any()
