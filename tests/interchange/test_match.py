"""Which recording is which track of a library."""

from dataclasses import replace
from pathlib import Path

from temirbek.interchange import match
from temirbek.types import DjLibrary, LibraryTrack

from . import makers

TRACK = replace(
    makers.analysis_of(makers.even_grid(120.0)).track,
    id="x",
    path=Path("/here/music/Кино/07 Ночь.flac"),
    title="Ночь",
    artist="Кино",
    duration_s=200.4,
)


def entry(
    path: str, title: str = "Ночь", artist: str = "Кино", duration_s: float | None = 200.0
) -> LibraryTrack:
    return LibraryTrack(path=Path(path), title=title, artist=artist, duration_s=duration_s)


def found(*entries: LibraryTrack) -> LibraryTrack | None:
    return match(DjLibrary(tracks=entries), [TRACK]).get("x")


def test_the_path_decides_whatever_else_is_said() -> None:
    same = entry("/here/music/../music/Кино/07 Ночь.flac", title="Day", duration_s=9.0)
    assert found(entry("/there/07 Ночь.flac"), same) is same


def test_another_machine_spells_the_same_name_otherwise() -> None:
    shouted = LibraryTrack(path=Path("D:\\Музыка\\КИНО\\07 НОЧЬ.FLAC"))
    assert found(shouted) is shouted
    mac = replace(TRACK, id="y", path=Path("/here/Мәй.flac"), title="Мәй")
    other = LibraryTrack(path=Path("/Users/d/Мәи\u0306.flac"))  # as macOS composes й
    assert match(DjLibrary(tracks=(other,)), [mac]) == {"y": other}


def test_length_and_title_contradict() -> None:
    assert found(entry("/there/07 Ночь.flac", duration_s=150.0)) is None
    assert found(entry("/there/07 Ночь.flac", title="Другая")) is None
    nameless = entry("/there/07 Ночь.flac", title="", duration_s=None)
    assert found(nameless) is nameless


def test_the_same_song_in_another_format() -> None:
    mp3 = entry("/there/01 kino.mp3")
    assert found(mp3) is mp3
    assert found(entry("/there/01 kino.mp3", duration_s=None)) is None
    assert found(entry("/there/01 kino.mp3", artist="")) is None


def test_of_two_alike_the_nearer_folder_else_none() -> None:
    near, far = entry("/old/Кино/07 Ночь.flac"), entry("/old/Сборник/07 Ночь.flac")
    assert found(far, near) is near
    assert found(entry("/a/07 Ночь.flac"), entry("/b/07 Ночь.flac")) is None
