"""Names become ids, libraries and tracklists are looked up: one fault hides no other."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.prepare.makers import write_beats
from tests.store.makers import made_analysis

from temirbek.errors import InvalidInput
from temirbek.prepare.dj_library import look_up, read_library
from temirbek.prepare.tracklist import Entry, read_tracklist
from temirbek.prepare.wishes import wishes_of
from temirbek.types import DjLibrary, LibraryTrack, Music, NamedWishes, TrackSummary, summary_of


def row(name: str, title: str = "", artist: str = "") -> TrackSummary:
    summary = summary_of(made_analysis(Path("music") / name))
    return replace(summary, track=replace(summary.track, title=title or Path(name).stem, artist=artist))


ROWS = (
    row("01 intro.flac", "Таң"),
    row("b/anthem.flac", "Anthem", "Ашық"),
    row("c/anthem.mp3", "Anthem (live)"),
)
IDS = tuple(r.track.id for r in ROWS)


def wishes(**asked: object) -> NamedWishes:
    return NamedWishes(**asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "which"),
    [
        ("01 intro.flac", 0), ("01 INTRO", 0), ("таң", 0), ("music/01 intro.flac", 0), ("/else/01 intro.flac", 0),
        ("anthem.flac", 1), ("Ашық – Anthem", 1), ("ашық - anthem", 1), ("Anthem (live)", 2), ("anthem.mp3", 2),
    ],
)  # fmt: skip
def test_a_track_is_known_by_file_title_and_path(name: str, which: int) -> None:
    music = Music(wishes=wishes(must_play=(name,), locked={0: name}, never_after=((name, "таң"),)))
    found = wishes_of(music, ROWS)
    assert found.must_play == (IDS[which],)
    assert found.locked == {0: IDS[which]}
    assert found.never_after == ((IDS[which], IDS[0]),)


def test_every_name_that_fits_none_or_several_is_told() -> None:
    music = Music(wishes=wishes(must_play=("anthem", "intr"), never_after=(("x", "Anthm (live)"),)))
    with pytest.raises(InvalidInput) as caught:
        wishes_of(music, ROWS)
    said = str(caught.value)
    assert "4 fault(s)" in said
    assert "'anthem' fits 2 recordings (anthem.flac, anthem.mp3); name the file" in said
    assert "'intr' is none of the 3 recordings" in said
    assert "never_after: 'Anthm (live)' is none of the 3 recordings; did you mean 'Anthem (live)'?" in said


def test_wishes_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InvalidInput, match="locked to two places"):
        wishes_of(Music(wishes=wishes(locked={0: "таң", -1: "01 intro"})), ROWS)
    with pytest.raises(InvalidInput, match="energy_arc"):
        wishes_of(Music(wishes=wishes(energy_arc=((1.0, 0.0), (0.0, 1.0)))), ROWS)


def test_what_is_asked_of_length_and_order_goes_along() -> None:
    asked = wishes_of(Music(length_s=60.0, keep_order=True, wishes=wishes(energy_arc=((0.0, 1.0),))), ROWS)
    assert (asked.length_s, asked.keep_order, asked.energy_arc) == (60.0, True, ((0.0, 1.0),))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("shelf")
    return tuple(write_beats(folder / f"{name}.flac", 120.0, 2.0) for name in ("a", "b", "c"))


def library_of(*names: str, playlists: dict[str, tuple[str, ...]]) -> DjLibrary:
    elsewhere = Path("D:/music")
    return DjLibrary(
        tracks=tuple(LibraryTrack(path=elsewhere / f"{name}.flac", title=name) for name in names),
        playlists={k: tuple(elsewhere / f"{name}.flac" for name in v) for k, v in playlists.items()},
        notes=("one field was odd",),
    )


def test_a_playlist_says_what_and_in_which_order(shelf: tuple[Path, ...]) -> None:
    library = library_of("a", "b", "gone", playlists={"Sets/Friday": ("b", "gone", "a", "b")})
    found = look_up(shelf, library, "Friday", where=Path("dj.xml"))
    assert found.files == (shelf[1], shelf[0])
    assert [(item.path.name, item.reason) for item in found.left_out] == [
        ("gone.flac", "in the playlist Friday, but not here")
    ]
    assert found.notes == ("one field was odd",)
    assert set(found.by_hand) == {shelf[0], shelf[1]}
    everything = look_up(shelf, library, "", where=Path("dj.xml"))
    assert everything.files == shelf and everything.left_out == ()


def test_a_playlist_that_is_not_there_is_told_with_those_that_are(shelf: tuple[Path, ...]) -> None:
    library = library_of("a", "gone", playlists={"Friday": ("a",), "Old": ("gone",)})
    with pytest.raises(
        InvalidInput,
        match=r"dj\.xml: no playlist 'Fryday'; did you mean 'Friday'\?; there are: 'Friday', 'Old'",
    ):
        look_up(shelf, library, "Fryday", where=Path("dj.xml"))
    with pytest.raises(InvalidInput, match="none of the 1 recordings of the playlist 'Old' is here"):
        look_up(shelf, library, "Old", where=Path("dj.xml"))


def test_what_is_no_library_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"absent\.xml: cannot be read"):
        read_library(tmp_path / "absent.xml")
    (tmp_path / "x.xml").write_text("<html/>")
    with pytest.raises(InvalidInput, match=r"x\.xml"):
        read_library(tmp_path / "x.xml")


@pytest.mark.parametrize(
    ("name", "text", "entries"),
    [
        ("t.txt", "0:00:00  Ашық – Таң  (120.0 BPM, A minor, 8A)\n         blend: they fit\n1:02:03  b\n", [("Ашық – Таң", 0.0), ("b", 3723.0)]),
        ("t.txt", "[03:15] A - B\n75:00 | C\n", [("A - B", 195.0), ("C", 4500.0)]),
        ("t.m3u8", "#EXTM3U\n#EXTINF:3,a\n/music/a b.flac\nC:\\music\\c.mp3\n", [("a b.flac", None), ("c.mp3", None)]),
        ("t.cue", 'TITLE "The night"\nFILE "mix.flac" WAVE\n  TRACK 01 AUDIO\n    TITLE "a"\n    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n    TITLE "b"\n    INDEX 00 00:58:00\n    INDEX 01 01:00:15\n', [("a", 0.0), ("b", 60.2)]),
    ],
)  # fmt: skip
def test_a_tracklist_is_read_in_every_form(
    name: str, text: str, entries: list[tuple[str, float | None]], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_tracklist(tmp_path / name) == tuple(Entry(name=n, start_s=s) for n, s in entries)


@pytest.mark.parametrize("name", ["t.txt", "t.cue", "t.m3u8"])
def test_a_tracklist_without_tracks_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("# nothing\n")
    with pytest.raises(InvalidInput, match="no track is listed"):
        read_tracklist(tmp_path / name)
    with pytest.raises(InvalidInput, match="cannot be read as text"):
        read_tracklist(tmp_path / "absent.cue")
