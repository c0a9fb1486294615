"""Mixxx's database (mixxxdb.sqlite) → the DJ's library. It is opened so that not a byte of it can change.

Places of cues are *samples of interleaved stereo*, two a frame; places of beats are frames. Mixxx keeps no bars, so the
first downbeat is only likely (:mod:`temirbek.interchange.mixxx_beats`). What is wrong with one field costs that field.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.interchange.anchors import LONGEST_S
from temirbek.interchange.keys import key_of
from temirbek.interchange.mixxx_beats import mixxx_grid
from temirbek.interchange.places import path_of
from temirbek.interchange.text import unique
from temirbek.types import BeatGrid, CuePoint, DjLibrary, Key, LibraryTrack

SAMPLES_PER_FRAME = 2
NO_POSITION = -1.0
HOT_CUE, MAIN_CUE, LOOP, INTRO, OUTRO = 1, 2, 4, 6, 7
"""Types of cues that a person places; 8 is where sound begins and ends, which nobody set."""
SHOWN_PLAYLISTS = 0
"""Hidden ones are the queue of Auto DJ and the history."""
NAMES_OF_CUES = {HOT_CUE: "Hot cue", MAIN_CUE: "Cue", LOOP: "Loop"}
MOST_HOT_CUES = 99
KEY_IDS = tuple(Key(tonic=k % 12, mode="major" if k < 12 else "minor") for k in range(24))
"""Mixxx counts its keys from 1: C major … B major, C minor … B minor."""
NEEDED = {
    "library": ("id", "location"),
    "track_locations": ("id", "location"),
}


def read_mixxx(path: Path) -> DjLibrary:
    """Reads Mixxx's database.

    Args:
        path: ``mixxxdb.sqlite``; opened read-only and immutable.

    Returns:
        Its tracks with grids, cues and keys; playlists by name and crates by "Crates/name". Notes say what could not
        be read.

    Raises:
        InvalidInput: The file is not there, is no SQLite database, or has no library of Mixxx's in it.
    """
    if not path.is_file():
        raise InvalidInput(f"{path}: there is no such file; Mixxx keeps its library in mixxxdb.sqlite")
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as database:
            database.row_factory = sqlite3.Row
            database.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
            return _Reader(path, database).library()
    except sqlite3.Error as error:
        raise InvalidInput(f"{path}: cannot be read as Mixxx's database: {error}") from error


class _Reader:
    """An open database and the notes on it."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self._file = path.name
        self._path = path
        self._database = database
        self._notes: list[str] = []

    def library(self) -> DjLibrary:
        for table, columns in NEEDED.items():
            absent = sorted(set(columns) - set(self._columns(table)))
            if absent:
                raise InvalidInput(
                    f"{self._path}: table {table} lacks {', '.join(absent)}; is it Mixxx's library?"
                )
        wal = self._path.with_name(self._path.name + "-wal")
        if wal.is_file() and wal.stat().st_size:
            self._notes.append(f"{self._file}: Mixxx is open; what was changed last is not in the file yet")
        cues = self._cues()
        by_id: dict[object, LibraryTrack] = {}
        for row in self._tracks():
            track = self._track(row, cues.get(row["id"], []))
            if track is not None:
                by_id[row["id"]] = track
        paths = {track_id: track.path for track_id, track in by_id.items()}
        return DjLibrary(
            tracks=tuple(by_id.values()), playlists=self._playlists(paths), notes=tuple(self._notes)
        )

    def _tracks(self) -> Iterator[sqlite3.Row]:
        present = self._columns("library")
        shown = "WHERE library.mixxx_deleted IS NOT 1" if "mixxx_deleted" in present else ""
        wanted = (
            "artist",
            "title",
            "duration",
            "samplerate",
            "key",
            "key_id",
            "beats",
            "beats_version",
            "bpm_lock",
        )
        columns = [f"library.{name}" if name in present else f"NULL AS {name}" for name in wanted]
        yield from self._database.execute(
            f"SELECT library.id, track_locations.location AS path, {', '.join(columns)} FROM library "
            f"LEFT JOIN track_locations ON library.location = track_locations.id {shown} ORDER BY library.id"
        )

    def _cues(self) -> dict[object, list[sqlite3.Row]]:
        found: dict[object, list[sqlite3.Row]] = defaultdict(list)
        present = self._columns("cues")
        if {"track_id", "type", "position", "length", "hotcue"} <= set(present):
            label = "label" if "label" in present else "'' AS label"
            query = f"SELECT track_id, type, position, length, hotcue, {label} FROM cues ORDER BY id"
            for row in self._database.execute(query):
                found[row["track_id"]].append(row)
        return found

    def _track(self, row: sqlite3.Row, cues: Iterable[sqlite3.Row]) -> LibraryTrack | None:
        title = str(row["title"] or "")
        where = f"{self._file}: track {row['id']} “{title}”"
        path = path_of(str(row["path"] or ""))
        if path is None:
            self._notes.append(f"{where}: location is {row['path']!r}; expected the path of a file")
            return None
        duration_s = _number(row["duration"], 0, LONGEST_S) or None
        rate_hz = _number(row["samplerate"], 1, 1e6)
        if rate_hz is None:
            self._notes.append(
                f"{where}: samplerate is {row['samplerate']!r}; its beats and cues cannot be placed"
            )
            found: list[CuePoint] = []
            grid = None
        else:
            found = [point for cue in cues for point in self._points(cue, rate_hz, where)]
            grid = self._grid(row, rate_hz, duration_s, found, where)
        return LibraryTrack(
            path=path,
            title=title,
            artist=str(row["artist"] or ""),
            beat_grid=grid,
            cues=tuple(sorted(found, key=lambda cue: cue.track_s)),
            key=_key(row),
            duration_s=duration_s,
            are_bars_human=False,
            is_grid_locked=grid is not None and row["bpm_lock"] == 1,
        )

    def _grid(
        self, row: sqlite3.Row, rate_hz: float, duration_s: float | None, cues: list[CuePoint], where: str
    ) -> BeatGrid | None:
        data = row["beats"]
        if not isinstance(data, bytes) or not data:
            return None
        try:
            return mixxx_grid(data, str(row["beats_version"] or ""), rate_hz, duration_s or 0.0, cues)
        except ValueError as error:
            self._notes.append(f"{where}: beats: {error}")
            return None

    def _points(self, cue: sqlite3.Row, rate_hz: float, where: str) -> list[CuePoint]:
        """A cue as places; an intro or outro has two."""
        per_s = rate_hz * SAMPLES_PER_FRAME
        most = LONGEST_S * per_s
        start, length = _number(cue["position"], -most, most), _number(cue["length"], 0, most)
        if start is None or length is None:
            what = f"position {cue['position']!r}, length {cue['length']!r}"
            self._notes.append(f"{where}: a cue has {what}; expected numbers of samples")
            return []
        is_placed = start != NO_POSITION
        start_s = start / per_s if is_placed else 0.0
        kind, name, end_s = cue["type"], str(cue["label"] or ""), start_s + length / per_s
        if kind in (INTRO, OUTRO):
            return _both_ends(kind, start_s if is_placed else None, end_s if length else None)
        if not is_placed or kind not in NAMES_OF_CUES:
            return []
        number = _number(cue["hotcue"], 0, MOST_HOT_CUES)
        shown = NAMES_OF_CUES[kind] + (f" {number + 1:.0f}" if number is not None else "")
        length_s = end_s - start_s if kind == LOOP else 0.0
        return [CuePoint(track_s=start_s, kind="hot", name=name or shown, length_s=length_s)]

    def _playlists(self, paths: Mapping[object, Path]) -> dict[str, tuple[Path, ...]]:
        lists: dict[str, tuple[Path, ...]] = {}
        if self._columns("Playlists") and self._columns("PlaylistTracks"):
            names = f"SELECT id, name FROM Playlists WHERE hidden = {SHOWN_PLAYLISTS} ORDER BY position, id"
            members = "SELECT track_id FROM PlaylistTracks WHERE playlist_id = ? ORDER BY position, id"
            self._add_lists_inplace(lists, "", names, members, paths)
        if self._columns("crates") and self._columns("crate_tracks"):
            names = "SELECT id, name FROM crates ORDER BY name COLLATE NOCASE, id"
            members = "SELECT track_id FROM crate_tracks WHERE crate_id = ? ORDER BY track_id"
            self._add_lists_inplace(lists, "Crates/", names, members, paths)
        return lists

    def _add_lists_inplace(
        self,
        lists: dict[str, tuple[Path, ...]],
        folder: str,
        names: str,
        members: str,
        paths: Mapping[object, Path],
    ) -> None:
        for list_id, name in self._database.execute(names).fetchall():
            ids = [row[0] for row in self._database.execute(members, (list_id,))]
            lists[unique(f"{folder}{name or ''}", lists)] = tuple(paths[i] for i in ids if i in paths)

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self._database.execute(f"PRAGMA table_info({table})")]


def _both_ends(kind: int, start_s: float | None, end_s: float | None) -> list[CuePoint]:
    """An intro begins where to come in, an outro where to leave; either end may be unset."""
    points = []
    word = "Intro" if kind == INTRO else "Outro"
    if start_s is not None:
        points.append(
            CuePoint(track_s=start_s, kind="mix_in" if kind == INTRO else "mix_out", name=f"{word} start")
        )
    if end_s is not None:
        points.append(CuePoint(track_s=end_s, kind="section", name=f"{word} end"))
    return points


def _number(value: object, least: float, most: float) -> float | None:
    """A number within a range, else None."""
    if isinstance(value, int | float) and least <= value <= most:
        return float(value)
    return None


def _key(row: sqlite3.Row) -> Key | None:
    key_id = row["key_id"]
    if isinstance(key_id, int) and 1 <= key_id <= len(KEY_IDS):
        return KEY_IDS[key_id - 1]
    return key_of(str(row["key"] or ""))
