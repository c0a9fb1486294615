"""The show file: what is allowed is read, what is not is named."""

import math
from pathlib import Path

import pytest

from temirbek.errors import InvalidInput
from temirbek.show import DEFAULT_CAST, read_show, show_from_text

GOOD = """
format = 1
title = "Қыс"
seed = 3
[music]
source = "files"
files = ["music"]
length_min = 3
[[cast]]
id = "sky"
name = "Aspan"
robot = "g1"
role = "dancer"
mark_m = [1, -0.5]
facing_deg = 90
"""


def read(text: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        show_from_text(text, where="x.toml", folder=Path("."))
    return str(caught.value)


def test_a_good_file_becomes_nouns() -> None:
    show = show_from_text(GOOD, where="x.toml", folder=Path("/shows"))
    assert (show.title, show.seed, show.music.length_s) == ("Қыс", 3, 180.0)
    assert show.music.paths == (Path("/shows/music"),)
    assert show.cast[0].mark_m == (1.0, -0.5)
    assert show.cast[0].facing_rad == pytest.approx(math.pi / 2)


def test_without_a_cast_the_house_plays() -> None:
    text = 'format = 1\ntitle = "t"\n[music]\nsource = "demo"\n'
    assert show_from_text(text, where="x.toml", folder=Path(".")).cast == DEFAULT_CAST


def test_a_wrong_key_names_the_key_and_the_choices() -> None:
    said = read(GOOD.replace("length_min", "lenght_min"))
    assert "music.lenght_min: no such key; did you mean 'length_min'?" in said
    assert "source, files, length_min, order" in said


def test_all_faults_are_reported_at_once() -> None:
    said = read('format = 2\nseed = -1\n[music]\nsource = "radio"\n[[cast]]\nid = "sky"\nrobot = "h1"\n')
    for part in (
        "format: 2: input should be 1",
        "title: is missing",
        "seed: -1",
        "'demo' or 'files'",
        "cast[0].robot: 'h1'",
    ):
        assert part in said
    assert "cast[0].mark_m: is missing" in said


def test_faults_between_keys_are_named() -> None:
    assert 'needs files = ["…"]' in read('format = 1\ntitle = "t"\n[music]\nsource = "files"\n')
    assert "the id 'sky' is given twice" in read(GOOD + GOOD[GOOD.index("[[cast]]") :])


def test_what_is_not_toml_or_not_there_is_said_so(tmp_path: Path) -> None:
    assert "x.toml: not valid TOML" in read("format = ")
    with pytest.raises(InvalidInput, match=r"absent\.toml: cannot be read"):
        read_show(tmp_path / "absent.toml")


def test_the_demo_show_is_good() -> None:
    show = read_show(Path(__file__).parents[2] / "shows" / "demo.toml")
    assert show.music.is_demo
    assert [p.role for p in show.cast] == ["dancer", "dancer", "dj", "animal"]
    assert [p.id for p in show.cast] == [p.id for p in DEFAULT_CAST]
