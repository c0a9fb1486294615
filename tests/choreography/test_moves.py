"""The vocabulary: what lies in the package is sound, and what is wrong is said with file and key."""

import pytest

from temirbek.choreography import load_moves, move_from_text
from temirbek.errors import InvalidInput

GOOD = """
title = "Nod"
family = "torso"
length_beats = 2
energy = [0, 1]
moods = ["verse"]
tempo_bpm = [80, 140]
accents = [{ beat = 0, part = "whole" }, { beat = 1 }]

[layers.torso]
beats = [0, 1]
waist_pitch = [0.2, -0.1]
"""


def test_the_vocabulary_is_large_enough() -> None:
    moves = load_moves().values()
    assert sum(m.robot == "g1" for m in moves) >= 16
    assert sum(m.robot == "go2" for m in moves) >= 6


def test_accents_lie_on_key_poses_of_all_layers() -> None:
    for move in load_moves().values():
        for accent in move.accents:
            for layer, keys in move.layers.items():
                if accent.part == "whole":
                    assert accent.beat in keys.beats, (
                        f"{move.name}: {layer} has no pose on beat {accent.beat}"
                    )


def test_a_move_is_read() -> None:
    move = move_from_text(GOOD, "nod", "g1", where="g1/nod.toml")
    assert move.name == "nod"
    assert move.layers["torso"].targets["waist_pitch"].tolist() == [0.2, -0.1]
    assert [a.part for a in move.accents] == ["whole", "whole"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("family", "familly", r"g1/x\.toml: familly: no such key; did you mean 'family'"),
        ("layers.torso", "layers.tail", r"layers\.tail: no such key; allowed: legs, pelvis"),
        ("waist_pitch", "waist_pich", r"layers\.torso\.waist_pich: no such key; did you mean 'waist_pitch'"),
        ("0.2, -0.1", "2.2, -0.1", r"layers\.torso\.waist_pitch: 2\.2 is outside -0\.3 to 0\.45"),
        ("0.2, -0.1", "0.2", r"layers\.torso\.waist_pitch: 1 values for 2 beats"),
        ("0.2, -0.1", "nan, 0", r"layers\.torso\.waist_pitch: .*expected a list of numbers"),
        ("beats = [0, 1]", "beats = [0, 2]", r"layers\.torso\.beats: .*below 2"),
        ("length_beats = 2", "length_beats = true", r"length_beats: True: expected a number"),
        ("beat = 0", "beat = 5", r"accents\.0\.beat: 5: expected a number from 0 to 2"),
        ('"whole"', '"tail"', r"accents\.0\.part: 'tail': expected one of whole, hands"),
        ('["verse"]', '["chorus"]', r"moods: 'chorus': expected one of intro"),
        ("[80, 140]", "[140, 80]", r"tempo_bpm: \[140\.0, 80\.0\]: expected \[lowest, highest\]"),
        ("[layers.torso]", "[layers.torso", r"not valid TOML"),
    ],
)
def test_faults_are_named(old: str, new: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        move_from_text(GOOD.replace(old, new, 1), "x", "g1", where="g1/x.toml")
