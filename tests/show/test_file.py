"""The show file: what is allowed is read, what is not is named."""

import math
from pathlib import Path

import pytest

from temirbek.errors import InvalidInput
from temirbek.show import DEFAULT_CAST, read_show, show_from_text
from temirbek.types import NamedWishes

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


WISHES = """
format = 1
title = "t"
[music]
source = "files"
files = ["music"]
energy = [[0, 0.3], [0.8, 1], [1, 0.7]]
must_play = ["anthem"]
never_after = [["one", "two"]]
opens_with = "intro.flac"
closes_with = "Қоштасу"
locked = [[3, "middle"]]
library = "dj/rekordbox.xml"
playlist = "Friday"
"""


def test_wishes_become_nouns() -> None:
    music = show_from_text(WISHES, where="x.toml", folder=Path("/shows")).music
    assert music.wishes == NamedWishes(
        energy_arc=((0.0, 0.3), (0.8, 1.0), (1.0, 0.7)),
        must_play=("anthem",),
        never_after=(("one", "two"),),
        locked={0: "intro.flac", -1: "Қоштасу", 3: "middle"},
    )
    assert (music.library, music.playlist) == (Path("/shows/dj/rekordbox.xml"), "Friday")


@pytest.mark.parametrize(
    ("instead_of", "stands", "said"),
    [
        ("[0.8, 1]", "[0.8, 1.2]", "music.energy[1][1]: 1.2: input should be less than or equal to 1"),
        ("[0.8, 1], [1, 0.7]", "[1, 1], [0.8, 0.7]", "not in order of their places"),
        ("[3, ", "[0, ", "two tracks are locked to place 0 (opens_with is 0"),
        ("[3, ", '["3", ', "music.locked[0][0]: '3': input should be a valid integer"),
        ('library = "dj/rekordbox.xml"\n', "", "a playlist needs the library that it is in"),
        ('[["one", "two"]]', '[["one"]]', "music.never_after[0]"),
        ("must_play", "must_plays", "music.must_plays: no such key; did you mean 'must_play'?"),
    ],
)
def test_a_wish_that_cannot_be_is_named(instead_of: str, stands: str, said: str) -> None:
    assert instead_of in WISHES
    assert said in read(WISHES.replace(instead_of, stands))
