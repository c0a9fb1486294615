"""The vocabulary: what lies in the package is sound, and what is wrong is said with file and key."""

from dataclasses import replace

import numpy as np
import pytest

from temirbek.choreography import load_moves, move_from_text
from temirbek.choreography.lint import faults_of_vocabulary
from temirbek.choreography.vocabulary import CHANNELS, REST
from temirbek.errors import InvalidInput
from temirbek.motion.channels import rest_of

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


STEPPING = """
title = "Side and back"
family = "steps"
length_beats = 4
energy = [0, 1]
moods = ["verse"]
tempo_bpm = [80, 115]
tempo_rules = [2]
after = ["steps"]
accents = [{ beat = 1, part = "left_foot" }]
steps = [
  { beat = 1, foot = "left", to_m = [0, 0.12], turn_deg = 90 },
  { beat = 2, foot = "right", to_m = [0, 0.12], turn_deg = 90, swing_beats = 0.5, height_m = 0.04 },
  { beat = 3, foot = "right" },
  { beat = 4, foot = "left" },
]

[parameters.width]
title = "how far"
range = [0.5, 1.2]
default = 1
scales = ["step_y", "waist_yaw"]

[layers.legs]
beats = [0, 1, 2, 3]
pelvis_z_m = [0, -0.03, 0, -0.03]

[layers.torso]
beats = [0, 1]
flows = true
waist_yaw = [0.1, -0.1]
"""


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


def test_a_stepping_move_is_read() -> None:
    move = move_from_text(STEPPING, "side", "g1", where="g1/side.toml")
    assert [(s.beat, s.foot) for s in move.steps] == [(1, "left"), (2, "right"), (3, "right"), (4, "left")]
    assert move.steps[0].to == pytest.approx((0, 0.12, np.pi / 2))
    assert (move.steps[1].swing_beats, move.steps[1].height_m) == (0.5, 0.04)
    assert (move.tempo_rules, move.after) == ((2.0,), ("steps",))
    assert move.layers["torso"].flows
    assert not move.layers["legs"].flows
    (knob,) = move.parameters
    assert (knob.name, knob.low, knob.high, knob.default) == ("width", 0.5, 1.2, 1.0)
    assert knob.scales == ("step_y", "waist_yaw")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'foot = "left" }',
            'foot = "right" }',
            r"end at the same place; they end left at \(0, 0.12\) m, 90°",
        ),
        (
            '"right", to_m',
            '"rigt", to_m',
            r"steps\.1\.foot: 'rigt': expected one of left, right; did you mean",
        ),
        (
            "beat = 2, foot",
            "beat = 1.2, foot",
            r"steps: from beat 0\.7 to 1 0 feet carry; expected 1 or more",
        ),
        ("beat = 3, foot", "beat = 2.3, foot", r"the right foot lands on beat 2, after it has left"),
        ("beat = 1, foot", "beat = 0.4, foot", r"steps\.0\.swing_beats: 0\.6: .* before the move begins"),
        ("beat = 4, foot", "beat = 5, foot", r"steps\.3\.beat: 5: expected a number from 0 to 4"),
        ("beat = 1, foot", "beat = 3.5, foot", r"steps: expected in the order of their beats"),
        ("to_m = [0, 0.12], turn_deg = 90 }", "to_m = [0] }", r"steps\.0\.to_m: \[0\.0\]: expected \[ahead"),
        ("range = [0.5, 1.2]", "range = [-2, 2]", r"waist_pitch would go to -0\.5, outside -0\.3"),
        ("default = 1", "default = 2", r"parameters\.width\.default: 2: expected a number from 0\.5 to 1\.2"),
        (
            '"waist_yaw"]',
            '"waist_rol"]',
            r"parameters\.width\.scales: 'waist_rol': .*did you mean 'waist_roll'",
        ),
        ('"waist_yaw"]', '"waist_roll"]', r"parameters\.width\.scales: 'waist_roll': the move has none"),
        ("tempo_rules = [2]", "tempo_rules = [3]", r"tempo_rules: \[3\.0\]: expected of 2"),
        ("flows = true", 'flows = "yes"', r"layers\.torso\.flows: 'yes': expected true or false"),
        ("[layers.legs]", "[layers.pelvis]", r"steps: a move that steps drives the legs|no such key"),
        ("beat = 1, part", "beat = 3, part", r"accents: left_foot on beat 3, where layers\.torso has no key"),
        ('"left_foot"', '"right_foot"', r"accents: right_foot on beat 1, where no such foot comes down"),
        ('"left_foot"', '"left_hand"', r"accents: left_hand on beat 1, but the move drives none of left_arm"),
    ],
)
def test_faults_of_steps_and_knobs_are_named(old: str, new: str, message: str) -> None:
    text = STEPPING.replace("waist_yaw = [0.1, -0.1]", "waist_yaw = [0.1, -0.1]\nwaist_pitch = [0.25, 0]")
    if "waist_pitch" in message:
        text = text.replace('"waist_yaw"]', '"waist_pitch"]')
    with pytest.raises(InvalidInput, match=message):
        move_from_text(text.replace(old, new, 1), "x", "g1", where="g1/x.toml")


def test_all_faults_of_a_file_are_told_at_once() -> None:
    text = (
        STEPPING.replace("title =", "titel =", 1).replace('["verse"]', '["chorus"]').replace("0.12]", '"a"]')
    )
    with pytest.raises(InvalidInput) as fault:
        move_from_text(text, "x", "g1", where="g1/x.toml")
    told = str(fault.value).splitlines()
    assert len(told) == 5
    assert all(line.startswith("g1/x.toml: ") for line in told)
    for words in (
        "titel: no such key; did you mean 'title'",
        "title: None",
        "'chorus'",
        "steps.0.to_m",
        "steps.1.to_m",
    ):
        assert any(words in line for line in told)


def test_faults_between_moves_are_named() -> None:
    moves = load_moves()
    assert faults_of_vocabulary(moves) == []
    bounce = moves["bounce"]
    faults = "\n".join(
        faults_of_vocabulary(
            {
                "bounce": replace(bounce, moods=("verse", "drop", "break", "outro")),
                "jump": replace(bounce, name="jump", moods=("build",), after=("bounc",), family="grooves"),
            }
        )
    )
    assert "g1/jump.toml: title: 'Bounce' is the title of g1/bounce.toml, too" in faults
    assert "g1/jump.toml: after: 'bounc': no such move or family; did you mean 'bounce'?" in faults
    assert "g1/jump.toml: family: 'grooves'; did you mean 'groove'?" in faults
    assert "g1: moods: no move is meant for 'intro'" in faults


def test_the_reader_and_the_motion_agree_on_where_channels_rest() -> None:
    for robot in CHANNELS:
        for channels in rest_of(robot, "dancer").values():
            for channel, rest in channels.items():
                if robot == "g1":
                    assert REST.get(channel, 0.0) == rest, channel
                else:
                    assert rest == 0.0 and channel not in REST
