"""The verbs: which files come, and that nothing else is touched."""

import hashlib
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.interchange import LIBRARY_FORMATS, SET_FORMATS, export_library, export_set
from temirbek.interchange.playlists import cue_sheet, m3u8
from temirbek.types import BeatGrid, CuePoint

from . import makers

GOLDEN = Path(__file__).parent / "golden"


def test_same_nouns_same_bytes(tmp_path: Path) -> None:
    mix, analyses = makers.two_track_mix()
    digests = [
        [
            hashlib.sha256(path.read_bytes()).hexdigest()
            for path in export_set(mix, analyses, {}, tmp_path / name)
        ]
        for name in ("a", "b")
    ]
    assert digests[0] == digests[1] and len(digests[0]) == len(SET_FORMATS) + 3  # labels are four files


def test_files_come_in_the_order_of_the_formats_and_only_those(tmp_path: Path) -> None:
    mix, analyses = makers.two_track_mix()
    written = export_set(mix, analyses, {}, tmp_path / "out", ("reaper", "m3u8"))
    assert [path.name for path in written] == ["set.m3u8", "set.rpp"]
    assert sorted(tmp_path.rglob("*")) == sorted([tmp_path / "out", *written])


def test_recordings_are_not_touched(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    analyses = []
    for name in ("set.m3u8", "b.flac"):
        (music / name).write_bytes(name.encode())
        analyses.append(makers.analysis_of(makers.even_grid(120.0), name, path=music / name))
    with pytest.raises(InvalidInput, match="part of the music"):
        export_set(
            makers.mix_of(analyses[:1], [makers.play_of(analyses[0], "A", 64, 0)], []), analyses, {}, music
        )
    export_library(analyses, {}, music)
    assert [(music / name).read_bytes() for name in ("set.m3u8", "b.flac")] == [b"set.m3u8", b"b.flac"]


def test_what_is_missing_or_unknown_is_named(tmp_path: Path) -> None:
    mix, analyses = makers.two_track_mix()
    with pytest.raises(InvalidInput, match=r"cannot export serato; there are rekordbox, m3u8"):
        export_set(mix, analyses, {}, tmp_path, ("serato",))
    with pytest.raises(InvalidInput, match=r"1 track\(s\) that were not given: Live"):
        export_set(mix, analyses[:1], {}, tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(InvalidInput, match="cannot be written"):
        export_library(analyses, {}, tmp_path / "file", ("m3u8",))
    broken = replace(analyses[0].track, path=Path("/m/a\nb.wav"))
    strange = replace(analyses[0].track, id="s", path=Path("/m/a\udcff.wav"))
    (path,) = export_library([replace(analyses[0], track=strange)], {}, tmp_path, ("m3u8",))
    assert b"/m/a\xff.wav\n" in path.read_bytes()
    with pytest.raises(InvalidInput, match="line break"):
        m3u8([broken])


def test_a_track_that_returns_is_in_the_collection_once(tmp_path: Path) -> None:
    analysis = makers.analysis_of(makers.even_grid(120.0))
    plays = [makers.play_of(analysis, deck, 32, 32.0 * k) for k, deck in enumerate("AB")]
    change = replace(
        makers.two_track_mix()[0].plan.transitions[0], start_beat=32, length_beats=0, swap_beat=32
    )
    mix = makers.mix_of([analysis], plays, [change])
    path, *_ = export_set(mix, [analysis], {}, tmp_path)
    root = ET.parse(path).getroot()
    assert len(root.findall("COLLECTION/TRACK")) == 1 and len(root.findall(".//NODE/TRACK")) == 2


def test_cue_sheets_go_beyond_99_minutes_and_quote() -> None:
    analysis = makers.analysis_of(makers.even_grid(120.0, 20000), 'Say "Ән"\r\nINDEX')
    plays = [makers.play_of(analysis, "A", 13000, 0), makers.play_of(analysis, "B", 400, 12801)]
    change = replace(makers.two_track_mix()[0].plan.transitions[0], start_beat=12801, swap_beat=12801)
    mix = makers.mix_of([analysis], plays, [change], tempo=((0.0, 120.0),))
    lines = cue_sheet(mix, Path("/out")).splitlines()
    assert lines[0] == 'FILE "mix.flac" WAVE'
    assert lines[2] == "    TITLE \"Say 'Ән' INDEX\""
    assert lines[-1] == "    INDEX 01 106:40:38"  # 6400.5 s
    assert cue_sheet(mix, Path("/elsewhere")).startswith('FILE "/out/mix.flac"')


def test_a_cue_sheet_lists_99_tracks() -> None:
    analysis = makers.analysis_of(makers.even_grid(120.0))
    plays = [makers.play_of(analysis, "AB"[k % 2], 4, 4.0 * k) for k in range(120)]
    one = makers.two_track_mix()[0].plan.transitions[0]
    changes = [
        replace(one, from_play=k, start_beat=4.0 * k + 4, length_beats=0, swap_beat=4.0 * k + 4)
        for k in range(119)
    ]
    text = cue_sheet(makers.mix_of([analysis], plays, changes), Path("/out"))
    assert text.count("TRACK") == 99 and "TRACK 99 AUDIO" in text


def test_labels_of_a_library(tmp_path: Path) -> None:
    grid = makers.even_grid(120.0, 16, first=1)
    loop = CuePoint(track_s=2.0, kind="hot", name="a\tb", length_s=1.5)
    analysis = makers.analysis_of(grid, "AC/DC: *?", cues=[loop])
    written = {path.name: path for path in export_library([analysis], {}, tmp_path, ("audacity",))}
    assert {path.parent.name for path in written.values()} == {"001 AC_DC_ _"}
    beats = [line.split("\t") for line in written["beats.txt"].read_text().splitlines()]
    assert np.allclose([float(start) for start, _, _ in beats], grid.beats_s)
    assert [text for _, _, text in beats[:6]] == ["0.4", "1.1", "1.2", "1.3", "1.4", "2.1"]
    assert written["downbeats.txt"].read_text().splitlines()[0] == "0.75\t0.75\t1"
    assert written["cues.txt"].read_text() == "2\t3.5\ta b\n"


def nml(tmp_path: Path, grid: BeatGrid, path: Path, cues: list[CuePoint]) -> ET.Element:
    analysis = makers.analysis_of(grid, path=path, cues=cues)
    (written,) = export_library([analysis], {}, tmp_path, ("traktor",))
    return ET.parse(written).getroot()


def test_traktor_reads_one_marker_for_a_constant_tempo(tmp_path: Path) -> None:
    loop = CuePoint(track_s=4.0, kind="hot", name="Ілмек", length_s=2.0)
    root = nml(tmp_path, makers.even_grid(125.0, first=2), Path("/Volumes/USB/Ән/a & b.flac"), [loop])
    (entry,) = root.findall("COLLECTION/ENTRY")
    location = entry.find("LOCATION")
    assert location is not None
    assert [location.get(name) for name in ("VOLUME", "DIR", "FILE")] == ["USB", "/:Ән/:", "a & b.flac"]
    marker, cue = entry.findall("CUE_V2")
    assert (marker.get("TYPE"), marker.get("START"), marker.get("HOTCUE")) == ("4", "1210.000000", "-1")
    assert [grid.get("BPM") for grid in marker] == ["125.000000"]
    assert (cue.get("TYPE"), cue.get("LEN"), cue.get("HOTCUE")) == ("5", "2000.000000", "0")
    key = entry.find("MUSICAL_KEY")
    assert key is not None and key.get("VALUE") == "21"


@pytest.mark.parametrize("bar", [3, 4])
def test_traktor_meets_every_downbeat_of_a_drummer(
    tmp_path: Path, rng: np.random.Generator, bar: int
) -> None:
    grid = BeatGrid(
        beats_s=np.cumsum(0.5 + 0.02 * rng.standard_normal(81)), first_downbeat=1, beats_per_bar=bar
    )
    root = nml(tmp_path, grid, Path("C:/Музыка/a.wav"), [])
    markers = [
        (float(cue.get("START", "")), float(cue[0].get("BPM", "")))
        for cue in root.iter("CUE_V2")
        if cue.get("TYPE") == "4"
    ]
    starts_ms, bpm = np.array(markers).T
    ends_ms = starts_ms + bar * 60000 / bpm
    downbeats_ms = 1000 * grid.downbeats_s
    assert np.allclose(starts_ms, downbeats_ms[:-1], atol=1e-3)
    assert np.allclose(ends_ms, downbeats_ms[1:], atol=1e-3)
    location = root.find(".//LOCATION")
    assert location is not None and (location.get("VOLUME"), location.get("DIR")) == ("C:", "/:Музыка/:")


@pytest.mark.parametrize("name", LIBRARY_FORMATS)
def test_every_library_format_makes_files(tmp_path: Path, name: str) -> None:
    assert export_library([makers.analysis_of(makers.even_grid(120.0))], {}, tmp_path, (name,))


def test_golden_files(tmp_path: Path) -> None:
    """The bytes of a small set: what is deleted here is written anew, to be looked at."""
    mix, analyses = makers.two_track_mix(opening_s=0.4)
    cues = {analyses[0].track.id: (CuePoint(track_s=1.5, kind="mix_in"),)}
    written = export_set(mix, analyses, cues, tmp_path)
    texts = {str(path.relative_to(tmp_path)): path.read_text(encoding="utf-8") for path in written}
    GOLDEN.mkdir(exist_ok=True)
    for name, text in texts.items():
        golden = GOLDEN / name.replace("/", "-")
        if not golden.exists():
            golden.write_text(text, encoding="utf-8")
            pytest.fail(f"{golden.name} was not there and is written now; look at it")
        assert golden.read_text(encoding="utf-8") == text, name
