"""Mixxx's database, built as Mixxx builds it (schema revisions 1–39, the columns that matter)."""

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.interchange import read_mixxx
from temirbek.interchange.protobuf import fields
from temirbek.types import DjLibrary, Key, LibraryTrack

RATE_HZ = 44100
SCHEMA = """
CREATE TABLE settings (name TEXT UNIQUE NOT NULL, value TEXT, locked INTEGER, hidden INTEGER);
CREATE TABLE track_locations (id INTEGER PRIMARY KEY AUTOINCREMENT, location varchar(512) UNIQUE, filename varchar(512),
  directory varchar(512), filesize INTEGER, fs_deleted INTEGER, needs_verification INTEGER);
CREATE TABLE library (id INTEGER PRIMARY KEY AUTOINCREMENT, artist varchar(64), title varchar(64),
  location INTEGER REFERENCES track_locations(location), duration FLOAT, samplerate INTEGER, cuepoint INTEGER, bpm FLOAT,
  mixxx_deleted INTEGER, key varchar(8) DEFAULT '', beats BLOB, beats_version TEXT, bpm_lock INTEGER DEFAULT 0,
  keys BLOB, key_id INTEGER DEFAULT 0);
CREATE TABLE cues (id INTEGER PRIMARY KEY AUTOINCREMENT, track_id INTEGER NOT NULL REFERENCES library(id),
  type INTEGER DEFAULT 0 NOT NULL, position INTEGER DEFAULT -1 NOT NULL, length INTEGER DEFAULT 0 NOT NULL,
  hotcue INTEGER DEFAULT -1 NOT NULL, label TEXT DEFAULT '' NOT NULL, color INTEGER DEFAULT 4294901760 NOT NULL);
CREATE TABLE Playlists (id INTEGER PRIMARY KEY, name varchar(48), position INTEGER, hidden INTEGER DEFAULT 0 NOT NULL,
  date_created datetime, date_modified datetime, locked INTEGER DEFAULT 0);
CREATE TABLE PlaylistTracks (id INTEGER PRIMARY KEY, playlist_id INTEGER REFERENCES Playlists(id),
  track_id INTEGER REFERENCES library(id), position INTEGER, pl_datetime_added);
CREATE TABLE crates (id INTEGER PRIMARY KEY AUTOINCREMENT, name varchar(48) UNIQUE NOT NULL, count INTEGER DEFAULT 0,
  show INTEGER DEFAULT 1, locked INTEGER DEFAULT 0, autodj_source INTEGER DEFAULT 0);
CREATE TABLE crate_tracks (crate_id INTEGER NOT NULL REFERENCES crates(id),
  track_id INTEGER NOT NULL REFERENCES library(id), UNIQUE (crate_id, track_id));
"""


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def nested(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def double(number: int, value: float) -> bytes:
    return varint(number << 3 | 1) + struct.pack("<d", value)


def beat(frame: float, *, as_double: bool = True, more: bytes = b"") -> bytes:
    """Older databases hold whole frames, newer ones doubles; both are read by their own mark."""
    return (double(1, frame) if as_double else varint(1 << 3) + varint(int(frame))) + more


def grid_blob(frame: float, bpm: float, *, as_double: bool = True) -> bytes:
    source = varint(2 << 3) + varint(2)  # somebody set it by hand
    return nested(1, double(1, bpm) + source) + nested(2, beat(frame, as_double=as_double))


class Database:
    """A database that grows by a line a track."""

    def __init__(self, folder: Path, schema: str = SCHEMA) -> None:
        self.path = folder / "mixxxdb.sqlite"
        self._run = sqlite3.connect(self.path)
        self._run.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;" + schema)

    def add(self, path: str | None, **values: object) -> int:
        row = {
            "title": "t",
            "artist": "a",
            "duration": 60.5,
            "samplerate": RATE_HZ,
            "mixxx_deleted": 0,
            **values,
        }
        if path is not None:
            row["location"] = self._insert("track_locations", {"location": path})
        return self._insert("library", row)

    def cue(
        self, track: int, kind: int, position: float, length: float = 0, hot: int = -1, label: str = ""
    ) -> None:
        self._insert(
            "cues",
            {
                "track_id": track,
                "type": kind,
                "position": position,
                "length": length,
                "hotcue": hot,
                "label": label,
            },
        )

    def more(self, table: str, **values: object) -> int:
        return self._insert(table, values)

    def read(self) -> DjLibrary:
        self._run.commit()
        self._run.close()
        return read_mixxx(self.path)

    def _insert(self, table: str, row: dict[str, object]) -> int:
        marks = ", ".join("?" for _ in row)
        cursor = self._run.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
        )
        assert cursor.lastrowid
        return cursor.lastrowid


def only(library: DjLibrary) -> LibraryTrack:
    (track,) = library.tracks
    return track


@settings(max_examples=20)
@given(frame=st.floats(0, 1e6), bpm=st.floats(60, 200), as_double=st.booleans())
def test_a_grid_covers_its_track(
    frame: float, bpm: float, as_double: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    frame = frame if as_double else float(int(frame))
    database = Database(tmp_path_factory.mktemp("m"))
    blob = grid_blob(frame, bpm, as_double=as_double)
    database.add("/m/a.flac", beats=blob, beats_version="BeatGrid-2.0")
    library = database.read()
    grid = only(library).beat_grid
    assert grid is not None and not library.notes
    assert np.allclose(np.diff(grid.beats_s), 60 / bpm)
    assert np.min(np.abs(grid.downbeats_s - frame / RATE_HZ)) < 1e-9
    assert 0 - 1e-3 <= grid.beats_s[0] < 60 / bpm
    assert grid.beats_s[-1] > 60.5 - 60 / bpm


def test_a_negative_first_beat_in_whole_frames(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.add("/m/a.flac", beats=grid_blob(-4410, 120.0, as_double=False), beats_version="BeatGrid-2.0")
    grid = only(database.read()).beat_grid
    assert grid is not None and grid.beats_s[0] == pytest.approx(-0.1)


def test_a_map_keeps_every_beat_and_goes_on_at_both_ends(tmp_path: Path) -> None:
    frames = np.round(RATE_HZ * (2.2 + np.cumsum(0.5 + 0.01 * np.sin(np.arange(64)))))
    disabled = nested(1, beat(frames[3] + 99, more=varint(2 << 3) + varint(0)))
    blob = b"".join(nested(1, beat(f)) for f in frames[:4]) + disabled
    blob += b"".join(nested(1, beat(f, more=varint(2 << 3) + varint(1))) for f in frames[4:])
    database = Database(tmp_path)
    database.add("/m/a.flac", beats=blob, beats_version="BeatMap-1.0")
    grid = only(database.read()).beat_grid
    assert grid is not None
    first = int(np.argmin(np.abs(grid.beats_s - frames[0] / RATE_HZ)))
    assert np.allclose(grid.beats_s[first : first + 64], frames / RATE_HZ, atol=1e-12)
    assert 0 <= grid.beats_s[0] < 0.6 and 60 < grid.beats_s[-1] <= 60.5


def test_the_oldest_grids_are_two_doubles(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.add("/m/a.flac", beats=struct.pack("<dd", 120.0, 22050.0), beats_version="BeatGrid-1.0")
    grid = only(database.read()).beat_grid
    assert grid is not None and grid.tempo_bpm == pytest.approx(120)
    assert grid.beats_s[0] == pytest.approx(0.0, abs=1e-9)


def test_cues_are_samples_of_both_channels(tmp_path: Path) -> None:
    database = Database(tmp_path)
    track = database.add("/m/a.flac")
    per_s = 2 * RATE_HZ
    database.cue(track, 1, 3.5 * per_s, hot=2, label="Шырқа")
    database.cue(track, 1, 4 * per_s, hot=3)
    database.cue(track, 2, 1.0 * per_s)
    database.cue(track, 4, 8 * per_s, 2 * per_s, hot=4)
    database.cue(track, 6, 0.5 * per_s, 16 * per_s)
    database.cue(track, 7, -1, 50 * per_s)  # an outro whose beginning is not set
    database.cue(track, 8, 0, 60 * per_s)  # where sound begins and ends
    database.cue(track, 1, -1, hot=5)  # a pad that was emptied
    cues = only(database.read()).cues
    assert [(c.track_s, c.kind, c.name, c.length_s) for c in cues] == [
        (0.5, "mix_in", "Intro start", 0),
        (1.0, "hot", "Cue", 0),
        (3.5, "hot", "Шырқа", 0),
        (4.0, "hot", "Hot cue 4", 0),
        (8.0, "hot", "Loop 5", 2.0),
        (16.5, "section", "Intro end", 0),
        (50.0, "section", "Outro end", 0),
    ]


def test_the_one_is_where_the_cues_lie(tmp_path: Path) -> None:
    """The grid begins on its third beat; two of three cues agree on another one."""
    database = Database(tmp_path)
    track = database.add("/m/a.flac", beats=grid_blob(RATE_HZ, 120.0), beats_version="BeatGrid-2.0")
    for at_s in (1.5, 17.5, 6.0, 20.3):
        database.cue(track, 1, at_s * 2 * RATE_HZ, hot=0)
    read = only(database.read())
    assert read.beat_grid is not None and 1.5 in np.round(read.beat_grid.downbeats_s, 9)
    assert not read.are_bars_human


def test_lists_crates_and_keys(tmp_path: Path) -> None:
    database = Database(tmp_path)
    first = database.add(
        "/m/Ә.flac", key_id=22, beats=grid_blob(0, 120.0), beats_version="BeatGrid-2.0", bpm_lock=1
    )
    second = database.add("C:/Музыка/b.mp3", key="5m", bpm_lock=1)
    deleted = database.add("/m/gone.mp3", mixxx_deleted=1)
    evening = database.more("Playlists", name="Evening", position=1, hidden=0)
    database.more("Playlists", name="2026-11-23", position=2, hidden=2)
    again = database.more("Playlists", name="Evening", position=3, hidden=0)
    for place, track in enumerate((second, first, deleted, second), start=1):
        database.more("PlaylistTracks", playlist_id=evening, track_id=track, position=place)
    crate = database.more("crates", name="Күй")
    database.more("crate_tracks", crate_id=crate, track_id=first)
    library = database.read()
    assert [track.is_grid_locked for track in library.tracks] == [True, False]  # the second has no grid
    a, b = Path("/m/Ә.flac"), Path("C:/Музыка/b.mp3")
    assert again and library.playlists == {"Evening": (b, a, b), "Evening (2)": (), "Crates/Күй": (a,)}
    assert [track.key for track in library.tracks] == [
        Key(tonic=9, mode="minor"),
        Key(tonic=1, mode="minor"),  # Open Key 5m is Camelot 12A
    ]


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ({"beats": b"\x0a\x09\x09\x00", "beats_version": "BeatGrid-2.0"}, "beats: field 1 is cut short"),
        ({"beats": grid_blob(0, 0.0), "beats_version": "BeatGrid-2.0"}, "beats: bpm is 0"),
        ({"beats": grid_blob(0, float("nan")), "beats_version": "BeatGrid-2.0"}, "beats: bpm is nan"),
        ({"beats": nested(1, b""), "beats_version": "BeatGrid-2.0"}, "lacks its tempo or its first beat"),
        ({"beats": nested(1, beat(5)) * 3, "beats_version": "BeatMap-1.0"}, "do not follow each other"),
        ({"beats": b"x", "beats_version": "BeatGrid-3.0"}, "expected BeatGrid-2.0"),
        ({"samplerate": 0}, "samplerate is 0"),
    ],
)
def test_a_bad_field_costs_itself(tmp_path: Path, values: dict[str, object], note: str) -> None:
    database = Database(tmp_path)
    database.add("/m/bad.flac", title="Нан", **values)
    database.add("/m/good.flac", beats=grid_blob(0, 120.0), beats_version="BeatGrid-2.0")
    library = database.read()
    assert [track.beat_grid is None for track in library.tracks] == [True, False]
    assert len(library.notes) == 1 and note in library.notes[0]
    assert library.notes[0].startswith("mixxxdb.sqlite: track 1 “Нан”: ")


def test_a_track_without_a_file_is_told(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.add(None)
    library = database.read()
    assert not library.tracks and "location is None" in library.notes[0]


def test_an_old_database_lacks_columns(tmp_path: Path) -> None:
    schema = """
    CREATE TABLE track_locations (id INTEGER PRIMARY KEY, location TEXT);
    CREATE TABLE library (id INTEGER PRIMARY KEY, location INTEGER, title TEXT, artist TEXT, duration FLOAT,
      samplerate INTEGER, mixxx_deleted INTEGER);
    """
    database = Database(tmp_path, schema)
    database.add("/m/a.flac")
    assert only(database.read()).path == Path("/m/a.flac")


def test_not_a_byte_of_the_folder_changes(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.add("/m/a.flac")
    database.read()
    database.path.with_name("mixxxdb.sqlite-wal").write_bytes(b"later")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    database.path.chmod(0o400)
    assert "Mixxx is open" in read_mixxx(database.path).notes[0]
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_is_no_library_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no such file"):
        read_mixxx(tmp_path / "none.sqlite")
    text = tmp_path / "text.sqlite"
    text.write_text("not a database, but long enough to have a header " * 9)
    with pytest.raises(InvalidInput, match="cannot be read as Mixxx"):
        read_mixxx(text)
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as other:
        other.execute("CREATE TABLE x (y)")
    with pytest.raises(InvalidInput, match="table library lacks id, location"):
        read_mixxx(tmp_path / "other.sqlite")


@given(st.binary(max_size=60))
def test_any_bytes_are_fields_or_a_value_error(data: bytes) -> None:
    try:
        list(fields(data))
    except ValueError as error:
        assert str(error)


odd = st.one_of(st.none(), st.integers(-5, 2**40), st.floats(), st.text(max_size=4), st.binary(max_size=40))


@settings(max_examples=40)
@given(
    row=st.fixed_dictionaries(
        {name: odd for name in ("title", "duration", "samplerate", "beats", "key", "key_id")}
        | {"beats_version": st.sampled_from(["BeatGrid-2.0", "BeatMap-1.0", "BeatGrid-1.0", None, "x"])}
    ),
    kind=st.integers(0, 9),
    position=st.one_of(st.floats(allow_nan=False), st.text(max_size=4)),
    hotcue=st.one_of(st.integers(-5, 2**40), st.text(max_size=4)),
)
def test_odd_rows_cost_themselves_and_raise_nothing(
    row: dict[str, object],
    kind: int,
    position: float | str,
    hotcue: int | str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    database = Database(tmp_path_factory.mktemp("o"))
    track = database.add("/m/a.flac", **row)
    database.more("cues", track_id=track, length=0, label="", type=kind, position=position, hotcue=hotcue)
    assert len(database.read().tracks) == 1
