"""Numbers in the show file, and files of bars."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.show import bars_from_text, bars_to_text, show_from_text
from temirbek.types import LAYERS, PinnedBars, Show

HEAD = 'format = 1\ntitle = "t"\n[music]\nsource = "demo"\n'
NUMBER = """
[[number]]
id = "song"
title = "Көктем"
from_bar = 5
to_bar = 40
face = "aigul"
solos = [[9, 12], [20, 20]]
[[number.artist]]
id = "aigul"
name = "Айгүл"
mark_m = [2.6, 0]
zone_radius_m = 0.6
[[number.artist]]
id = "marat"
name = "Marat"
mark_m = [2.6, 2]
zone_corners_m = [[2, 1.5], [3, 1.5], [3, 2.5], [2, 2.5]]
[[number.bars]]
performer = "sky"
bar = 7
beat = 2.5
length_beats = 3
move = "points"
layers = ["left_arm", "torso"]
intensity = 1
mirrored = true
tempo_rule = 2
[[number.bars]]
performer = "gold"
bar = 9
length_bars = 2
move = "walk_forward"
parameters = { stride = 0.5, drift = -0.25 }
"""


def show_of(text: str, folder: Path = Path(".")) -> Show:
    return show_from_text(HEAD + text, where="x.toml", folder=folder)


def said(text: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        show_of(text)
    return str(caught.value)


def test_numbers_become_nouns() -> None:
    (number,) = show_of(NUMBER).numbers
    assert (number.id, number.title, number.from_bar, number.to_bar) == ("song", "Көктем", 5, 40)
    assert (number.face, number.solos) == ("aigul", ((9, 12), (20, 20)))
    aigul, marat = number.artists
    assert all(abs(((x - 2.6) ** 2 + y**2) ** 0.5) >= 0.6 for x, y in aigul.zone_m)
    assert marat.zone_m == ((2.0, 1.5), (3.0, 1.5), (3.0, 2.5), (2.0, 2.5))
    assert number.bars == (
        PinnedBars(
            performer="sky",
            bar=7,
            beat=2.5,
            length_beats=3.0,
            move="points",
            layers=("left_arm", "torso"),
            intensity=1.0,
            mirrored=True,
            tempo_rule=2.0,
        ),
        PinnedBars(
            performer="gold",
            bar=9,
            length_bars=2,
            move="walk_forward",
            parameters=(("drift", -0.25), ("stride", 0.5)),
        ),
    )


@pytest.mark.parametrize(
    ("instead_of", "stands", "message"),
    [
        ('performer = "gold"', 'performer = "gould"', "number[0].bars[1].performer: 'gould': nobody in the cast has this id; did you mean 'gold'?"),
        ('"left_arm", ', '"left_harm", ', "number[0].bars[0].layers[0]: 'left_harm': no such layer; did you mean 'left_arm'?"),
        ("length_bars = 2", "length_bar = 2", "number[0].bars[1].length_bar: no such key; did you mean 'length_bars'?"),
        ("length_beats = 3", "length_beats = 3\nlength_bars = 1", "length_bars and length_beats are both given"),
        ("intensity = 1", "intensity = 1.5", "number[0].bars[0].intensity: 1.5: input should be less than or equal to 1"),
        ('face = "aigul"', 'face = "aygul"', "number[0]: face: 'aygul': expected 'audience' or 'aigul' or 'marat'; did you mean 'aigul'?"),
        ("[20, 20]", "[12, 20]", "bar 12 is in two solos"),
        ("[20, 20]", "[39, 41]", "solos: [39, 41]: expected first and last bar of a stretch inside the number"),
        ("zone_radius_m = 0.6", "", "number[0].artist[0]: expected either zone_radius_m or zone_corners_m"),
        ("[3, 1.5], [3, 2.5]", "[3, 2.5], [3, 1.5]", "not in order around a convex zone"),
        ('id = "marat"', 'id = "aigul"', "number[0]: artist: an id is given twice"),
        ("to_bar = 40", "to_bar = 4", "to_bar 4 lies before from_bar 5"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_is_named(instead_of: str, stands: str, message: str) -> None:
    assert instead_of in NUMBER
    assert message in said(NUMBER.replace(instead_of, stands))


def test_faults_of_bars_are_told_all_at_once() -> None:
    told = said(
        NUMBER.replace('"gold"', '"gould"').replace('"left_arm"', '"arm"').replace("bar = 7", "bar = 0")
    )
    for part in ("bars[1].performer", "bars[0].layers[0]", "bars[0].bar: 0"):
        assert part in told


def test_numbers_do_not_overlap() -> None:
    other = '[[number]]\nid = "next"\ntitle = "n"\nfrom_bar = 40\n'
    assert "'song' still lasts at bar 40, where 'next' begins" in said(NUMBER + other)
    assert len(show_of(NUMBER + other.replace("40", "41")).numbers) == 2


def test_wings_are_read() -> None:
    text = (
        '[[cast]]\nid = "sky"\nname = "A"\nrobot = "g1"\nrole = "dancer"\nmark_m = [1, 1]\nwings_m = [0, 3]\n'
    )
    assert show_of(text).cast[0].wings_m == (0.0, 3.0)
    assert show_of(text.replace("wings_m = [0, 3]", "")).cast[0].wings_m is None


def test_a_file_of_bars_is_read_from_beside_the_show_file(tmp_path: Path) -> None:
    bars = (PinnedBars(performer="gold", bar=3, move="hips"),)
    (tmp_path / "bars.toml").write_text(bars_to_text(bars, heading="of a test"), encoding="utf-8")
    text = '[[number]]\nid = "n"\ntitle = "n"\nbars_file = "bars.toml"\n'
    assert show_of(text, tmp_path).numbers[0].bars == bars
    (tmp_path / "bars.toml").write_text(bars_to_text(bars).replace("gold", "goold"), encoding="utf-8")
    with pytest.raises(
        InvalidInput, match=r"bars\.toml: 1 fault\(s\)\n  bars\[0\]\.performer: 'goold'.*'gold'"
    ):
        show_of(text, tmp_path)
    with pytest.raises(InvalidInput, match=r"absent\.toml: cannot be read"):
        show_of(text.replace("bars.toml", "absent.toml"), tmp_path)


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.builds(
            PinnedBars,
            performer=st.sampled_from(["gold", "sky"]),
            bar=st.integers(1, 500),
            beat=st.floats(1.0, 12.0),
            length_beats=st.floats(0.25, 64.0),
            move=NAMES,
            layers=st.lists(st.sampled_from(LAYERS), unique=True).map(tuple),
            intensity=st.none() | st.floats(0.01, 1.0),
            mirrored=st.booleans(),
            tempo_rule=st.none() | st.sampled_from([0.5, 1.0, 2.0]),
            parameters=st.dictionaries(NAMES, st.floats(-2, 2), max_size=3).map(
                lambda d: tuple(sorted(d.items()))
            ),
        ),
        max_size=6,
    )
)
def test_bars_survive_being_written_and_read(bars: list[PinnedBars]) -> None:
    ordered = tuple(sorted(bars, key=lambda b: b.performer))
    assert bars_from_text(bars_to_text(bars), where="bars.toml") == ordered
