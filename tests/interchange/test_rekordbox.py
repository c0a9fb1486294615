"""Rekordbox: what goes out comes back, and what comes in is checked."""

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.interchange import export_library, export_set, read_rekordbox
from temirbek.interchange.rekordbox import rekordbox_xml
from temirbek.types import BeatGrid, CuePoint, LibraryTrack

from . import makers

MICROSECOND_S = 1.1e-6
"""Places are written to the microsecond, so half of one is lost, and as much by the tempo."""


def back(tmp_path: Path, xml: bytes | str) -> tuple[tuple[LibraryTrack, ...], tuple[str, ...]]:
    path = tmp_path / "collection.xml"
    path.write_bytes(xml if isinstance(xml, bytes) else xml.encode())
    library = read_rekordbox(path)
    return library.tracks, library.notes


def assert_same_beats(got: BeatGrid, wanted: BeatGrid) -> None:
    """The imported grid holds the wanted one; downbeats are the same instants."""
    shift = round(float(got.beat_at(wanted.beats_s[0])))
    assert np.max(np.abs(got.time_at(np.arange(wanted.n_beats) + shift) - wanted.beats_s)) < MICROSECOND_S
    assert got.beats_per_bar == wanted.beats_per_bar
    assert (got.first_downbeat - shift - wanted.first_downbeat) % wanted.beats_per_bar == 0


grids = st.builds(
    lambda bpm, start_s, wobble, bar, first, n, seed: BeatGrid(
        beats_s=start_s
        + np.cumsum(60 / bpm * (1 + wobble * np.random.default_rng(seed).standard_normal(n).clip(-3, 3))),
        beats_per_bar=bar,
        first_downbeat=first % bar,
    ),
    st.floats(40, 240),
    st.floats(0, 3),
    st.sampled_from([0.0, 1e-7, 1e-4, 0.03]),
    st.sampled_from([3, 4, 5]),
    st.integers(0, 4),
    st.integers(12, 900),
    st.integers(0, 9),
)


@given(grid=grids)
def test_beats_return_within_a_microsecond(grid: BeatGrid, tmp_path_factory: pytest.TempPathFactory) -> None:
    analysis = makers.analysis_of(grid)
    tracks, notes = back(tmp_path_factory.mktemp("x"), rekordbox_xml([analysis], {}, {}))
    assert not notes and tracks[0].beat_grid is not None
    assert_same_beats(tracks[0].beat_grid, grid)


def test_an_even_grid_has_one_anchor_even_after_an_hour() -> None:
    xml = rekordbox_xml([makers.analysis_of(makers.even_grid(127.9967, 7680))], {}, {})
    assert xml.count(b"<TEMPO ") == 1


def test_everything_of_a_track_returns(tmp_path: Path) -> None:
    cues = [
        CuePoint(track_s=1.25, kind="hot", name='Қайырма <1> & "so"'),
        CuePoint(track_s=9.5, kind="hot", name="loop", length_s=3.75),
    ]
    analysis = makers.analysis_of(makers.even_grid(90.0, first=3), cues=cues)
    ours = {analysis.track.id: (CuePoint(track_s=2.5, kind="mix_in"),)}
    (track,), notes = back(tmp_path, rekordbox_xml([analysis], ours, {}))
    assert not notes
    assert (track.path, track.title, track.artist) == (
        analysis.track.path,
        analysis.track.title,
        analysis.track.artist,
    )
    assert track.key == analysis.key.best
    assert track.duration_s == round(analysis.track.duration_s)
    found = [(c.track_s, c.name, c.length_s) for c in track.cues]
    assert found == [(1.25, cues[0].name, 0), (2.5, "Mix in", 0), (9.5, "loop", 3.75)]


def test_the_set_is_a_playlist_in_the_order_of_the_mix(tmp_path: Path) -> None:
    mix, analyses = makers.two_track_mix()
    (path,) = export_set(mix, analyses[::-1], {}, tmp_path, ("rekordbox",))
    library = read_rekordbox(path)
    assert library.playlists == {"Temirbek set": tuple(t.path for t in mix.tracks)}


def test_pyrekordbox_reads_the_same_beats_and_cues(tmp_path: Path) -> None:
    rbxml = pytest.importorskip("pyrekordbox.rbxml")
    cues = [CuePoint(track_s=k + 0.5, kind="hot", name=f"{k}") for k in range(10)]
    cues.append(CuePoint(track_s=20.0, kind="hot", name="loop", length_s=1.5))
    grid = makers.even_grid(90.0, bar=3, first=1)
    analysis = makers.analysis_of(grid, cues=cues)
    (path,) = export_library([analysis], {}, tmp_path, ("rekordbox",))
    (track,) = rbxml.RekordboxXml(path).get_tracks()
    assert Path("/") / track["Location"] == analysis.track.path
    (tempo,) = track.tempos
    assert (tempo["Inizio"], tempo["Bpm"], tempo["Metro"]) == (0.25, 90.0, "3/4")
    assert tempo["Battito"] == 3  # the beat before "the one"
    assert [mark["Num"] for mark in track.marks] == [*range(8), -1, -1, -1]
    assert [mark["Start"] for mark in track.marks] == [cue.track_s for cue in cues]
    assert (track.marks[-1]["Type"], track.marks[-1]["End"]) == ("loop", 21.5)
    assert track["Tonality"] == "Am" and track["AverageBpm"] == 90.0


HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<DJ_PLAYLISTS Version="1.0.0"><COLLECTION Entries="1">'
TAIL = "</COLLECTION><PLAYLISTS/></DJ_PLAYLISTS>"


def track_xml(inside: str, location: str = "file://localhost/m/a.wav", **fields: str) -> str:
    more = "".join(f' {name}="{value}"' for name, value in fields.items())
    return f'<TRACK TrackID="1" Name="a" Location="{location}"{more}>{inside}</TRACK>'


def test_rounded_anchors_of_a_person_are_met_exactly(tmp_path: Path) -> None:
    """Rekordbox writes 2 places of a tempo: 640 beats at 127.9967 BPM drift by 8 ms if that is believed."""
    second_s = 0.1 + 640 * 60 / 127.9967
    tempos = (
        '<TEMPO Inizio="0.100" Bpm="128.00" Metro="4/4" Battito="2"/>'
        f'<TEMPO Inizio="{second_s:.3f}" Bpm="100.00" Metro="4/4" Battito="2"/>'
    )
    (track,), notes = back(tmp_path, HEAD + track_xml(tempos, TotalTime="360") + TAIL)
    grid = track.beat_grid
    assert not notes and grid is not None
    assert np.allclose(grid.beats_s[:641], np.linspace(0.1, round(second_s, 3), 641), atol=1e-9)
    assert np.allclose(np.diff(grid.beats_s[640:]), 0.6)
    assert grid.first_downbeat == 3  # number two of a bar is the first beat
    assert 360 <= grid.beats_s[-1] <= 361


def test_a_grid_reaches_back_to_the_beginning(tmp_path: Path) -> None:
    tempo = '<TEMPO Inizio="10.000" Bpm="120.00" Metro="4/4" Battito="1"/>'
    (track,), _ = back(tmp_path, HEAD + track_xml(tempo, TotalTime="20") + TAIL)
    assert track.beat_grid is not None
    assert track.beat_grid.beats_s[0] == 0 and track.beat_grid.first_downbeat == 0
    assert 10.0 in track.beat_grid.downbeats_s


@pytest.mark.parametrize(
    ("inside", "note"),
    [
        ('<TEMPO Inizio="0.1" Bpm="fast" Metro="4/4" Battito="1"/>', "TEMPO Bpm is 'fast'"),
        ('<TEMPO Inizio="0.1" Bpm="0" Metro="4/4" Battito="1"/>', "TEMPO Bpm is '0'"),
        ('<TEMPO Inizio="nan" Bpm="120" Metro="4/4" Battito="1"/>', "TEMPO Inizio is 'nan'"),
        ('<TEMPO Inizio="0.1" Bpm="120" Metro="4/4" Battito="5"/>', "TEMPO Battito is '5'"),
        ('<TEMPO Inizio="0.1" Bpm="120" Metro="waltz" Battito="1"/>', "TEMPO Metro is 'waltz'"),
        ('<TEMPO Bpm="120" Metro="4/4" Battito="1"/>', "TEMPO Inizio is ''"),
    ],
)
def test_a_bad_grid_costs_the_grid_alone(tmp_path: Path, inside: str, note: str) -> None:
    cue = '<POSITION_MARK Name="A" Type="0" Start="1.5" Num="0"/>'
    (track,), notes = back(tmp_path, HEAD + track_xml(inside + cue) + TAIL)
    assert track.beat_grid is None and len(track.cues) == 1
    assert len(notes) == 1 and note in notes[0]
    assert notes[0].startswith("collection.xml: track 1 “a”: ")


def test_a_bad_cue_costs_the_cue_alone(tmp_path: Path) -> None:
    marks = '<POSITION_MARK Start="x" Num="0"/><POSITION_MARK Start="2" End="1" Num="0"/><POSITION_MARK Start="3" Num="1"/>'
    (track,), notes = back(tmp_path, HEAD + track_xml(marks) + TAIL)
    assert [cue.track_s for cue in track.cues] == [3.0]
    assert ["POSITION_MARK Start is 'x'" in notes[0], "POSITION_MARK End is '1'" in notes[1]] == [True, True]


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("file://localhost/C:/Music/a%20b%23.mp3", "C:/Music/a b#.mp3"),
        ("file:///Users/d/%D2%9A%D2%B1%D1%81.wav", "/Users/d/Құс.wav"),
        ("file://localhost//server/share/a.mp3", "//server/share/a.mp3"),
        ("file://nas/share/a.mp3", "//nas/share/a.mp3"),
        ("C:\\Music\\a+b.mp3", "C:/Music/a+b.mp3"),
        ("/plain/100%25.wav", "/plain/100%25.wav"),
    ],
)
def test_locations_of_other_machines(tmp_path: Path, location: str, path: str) -> None:
    (track,), _ = back(tmp_path, HEAD + track_xml("", location) + TAIL)
    assert track.path == Path(path)


def test_streamed_tracks_and_missing_ones_are_told(tmp_path: Path) -> None:
    xml = HEAD + track_xml("", "tidal:tracks:1") + "</COLLECTION><PLAYLISTS><NODE Type='0' Name='ROOT'>"
    xml += "<NODE Type='0' Name='F'><NODE Type='1' Name='L' KeyType='0'><TRACK Key='1'/></NODE></NODE>"
    xml += "<NODE Type='1' Name='P' KeyType='1'><TRACK Key='file://localhost/m/b.wav'/></NODE></NODE>"
    path = tmp_path / "c.xml"
    path.write_text(xml + "</PLAYLISTS></DJ_PLAYLISTS>")
    library = read_rekordbox(path)
    assert library.playlists == {"F/L": (), "P": (Path("/m/b.wav"),)}
    assert any("streaming" in note for note in library.notes)
    assert any("“F/L”: 1 of its tracks" in note for note in library.notes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<DJ_PLAYLISTS>", "not well-formed"),
        ("<plist/>", "expected <DJ_PLAYLISTS>"),
        ("", "not well-formed"),
        ('<!DOCTYPE x [<!ENTITY a "aa">]><DJ_PLAYLISTS>&a;</DJ_PLAYLISTS>', "document type"),
    ],
)
def test_what_is_no_collection_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        back(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_rekordbox(tmp_path / "none.xml")


def test_control_characters_do_not_break_the_file(tmp_path: Path) -> None:
    analysis = makers.analysis_of(makers.even_grid(120.0), "a\x00b\ud800c", path=Path("/m/a\udcffb.wav"))
    (track,), _ = back(tmp_path, rekordbox_xml([analysis], {}, {}))
    assert track.title == "a b?c" and track.path == Path("/m/a\udcffb.wav")


odd = st.one_of(
    st.sampled_from(
        ["nan", "-inf", "1e999", "", "-1", "9" * 5000, "4/4", "0/0", "3/4", "128", "4", "0.5", "-0.0"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6),
)


@given(
    track=st.dictionaries(st.sampled_from(["TrackID", "Name", "TotalTime", "Tonality"]), odd),
    location=st.one_of(odd.map("file://localhost/".__add__), odd, st.just("file://localhost/%00")),
    tempos=st.lists(st.dictionaries(st.sampled_from(["Inizio", "Bpm", "Metro", "Battito"]), odd), max_size=3),
    marks=st.lists(st.dictionaries(st.sampled_from(["Start", "End", "Num", "Type"]), odd), max_size=3),
)
def test_odd_fields_cost_themselves_and_raise_nothing(
    track: dict[str, str],
    location: str,
    tempos: list[dict[str, str]],
    marks: list[dict[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root = ET.Element("DJ_PLAYLISTS")
    element = ET.SubElement(ET.SubElement(root, "COLLECTION"), "TRACK", {**track, "Location": location})
    for tempo in tempos:
        ET.SubElement(element, "TEMPO", tempo)
    for mark in marks:
        ET.SubElement(element, "POSITION_MARK", mark)
    tracks, notes = back(tmp_path_factory.mktemp("o"), ET.tostring(root))
    bad = sum("POSITION_MARK" in note for note in notes)
    assert len(tracks) == 1 or notes
    assert not tracks or len(tracks[0].cues) + bad == len(marks)
