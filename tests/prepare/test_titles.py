"""Only the recordings that are named: by file, by title, in the order of the names; wrong names all at once."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.errors import InvalidInput
from temirbek.prepare.titles import recordings_named


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, ...]:
    made = []
    for name, title, artist in (
        ("one.flac", "Таң", "A"),
        ("two.flac", "Song", "B"),
        ("sub/song.flac", "Алма", "C"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        with soundfile.SoundFile(path, "w", 8000, 1, format="FLAC") as file:
            file.title, file.artist = title, artist
            file.write(np.zeros(800))
        made.append(path)
    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"no sound")
    return (*made, broken)


@pytest.mark.parametrize(
    ("names", "want"),
    [
        (["таң"], [0]),
        (["ONE.flac"], [0]),
        (["two", "Алма"], [1, 2]),
        (["Алма", "two"], [2, 1]),
        (["C – Алма", "a - таң"], [2, 0]),
        (["Таң", "one"], [0]),
        (["broken"], [3]),
    ],
)
def test_names_become_recordings(
    files: tuple[Path, ...], tmp_path: Path, names: list[str], want: list[int]
) -> None:
    assert recordings_named(names, files, tmp_path / "cache") == tuple(files[i] for i in want)


def test_a_file_goes_before_a_title_of_the_name(files: tuple[Path, ...], tmp_path: Path) -> None:
    assert recordings_named(["song"], files, tmp_path / "cache") == (files[2],)
    assert recordings_named(["song", "таң"], files, tmp_path / "cache") == (files[2], files[0])


def test_wrong_names_are_told_at_once(files: tuple[Path, ...], tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "song.flac"
    copy.parent.mkdir()
    copy.write_bytes(files[2].read_bytes())
    with pytest.raises(InvalidInput) as caught:
        recordings_named(["tan", "song", "алма2", "one"], (*files, copy), tmp_path / "cache")
    told = str(caught.value)
    assert "'tan' is none of the recordings" in told
    assert "'алма2' is none of the recordings; did you mean 'алма'?" in told
    assert "titles: 3 fault(s)" in told
    assert f"'song' fits 2 recordings ({files[2]}, {copy}); name the file" in told
