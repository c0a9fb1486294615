"""Film strips and the contact sheet that they lie on."""

import re
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from temirbek.choreography import load_moves, move_from_text
from temirbek.replay.sheet import SheetRow, Verdict, feet_of, write_sheet
from temirbek.replay.strips import CELL_PX, LABEL_PX, DancedCycle, beats_of_pictures, count_of, write_strip
from temirbek.types import Figure, FigureBody, FigureMesh

MOVES = load_moves()
BALL = FigureMesh(
    body=0,
    vertices_m=np.array([[0, -0.1, 0.0], [0, 0.1, 0.0], [0, 0, 0.3]]),
    triangles=np.array([[0, 1, 2]]),
    rgba=(0.5, 0.5, 0.5, 1.0),
)


def doll() -> Figure:
    """A trunk with hands and feet that do not move."""
    base = FigureBody(name="pelvis", parent=-1, position_m=(0, 0, 0), quat_wxyz=(1, 0, 0, 0))
    hands = tuple(
        FigureBody(name=f"{side}_{limb}", parent=0, position_m=(0, y, 0), quat_wxyz=(1, 0, 0, 0))
        for side, y in (("left", 0.3), ("right", -0.3))
        for limb in ("rubber_hand", "ankle_roll_link")
    )
    return Figure(bodies=(base, *hands), meshes=(BALL,))


def danced(name: str) -> DancedCycle:
    move = MOVES[name]
    beats = np.linspace(0, move.length_beats, 16 * int(move.length_beats) + 1)
    qpos = np.tile([0, 0, 0.75, 1, 0, 0, 0], (len(beats), 1)).astype(float)
    qpos[:, 1] = 0.1 * np.sin(beats)
    return DancedCycle(move=move, joint_names=(), beats=beats, qpos=qpos)


@pytest.mark.parametrize(
    ("beat", "count"),
    [(0, "1"), (1, "2"), (0.5, "1 &"), (2.25, "3 e"), (3.75, "4 a"), (8, "9"), (0.1, "1 +0.1")],
)
def test_beats_are_counted_as_dancers_count(beat: float, count: str) -> None:
    assert count_of(beat) == count


def test_every_move_of_the_vocabulary_has_pictures() -> None:
    for move in MOVES.values():
        beats = beats_of_pictures(move)
        assert 1 <= len(beats) <= 8, move.name
        assert list(beats) == sorted(set(beats))
        assert all(0 <= b <= move.length_beats for b in beats)


def test_a_strip_has_a_cell_for_each_picture_and_always_the_same_bytes(tmp_path: Path) -> None:
    for name in ("points", "lunge_sky"):
        once, twice = tmp_path / f"{name}.png", tmp_path / f"{name}_again.png"
        write_strip(once, danced(name), doll())
        write_strip(twice, danced(name), doll())
        picture = matplotlib.image.imread(once)
        assert picture.shape[:2] == (
            CELL_PX["g1"][1] + LABEL_PX,
            CELL_PX["g1"][0] * len(beats_of_pictures(MOVES[name])),
        )
        assert once.read_bytes() == twice.read_bytes()
        assert picture[..., :3].min() < 0.3 < 0.9 < picture[..., :3].max()


def test_the_sheet_says_of_every_move_what_one_must_know(tmp_path: Path) -> None:
    passes = Verdict(bpm=90, tempo_rule=1.0, faults=(), accents_ms=(1.2, 3.4), torque_share=0.5)
    fails = Verdict(bpm=128, tempo_rule=2.0, faults=("falls (beat 2 <alone>)",))
    never = Verdict(bpm=300, tempo_rule=None, faults=())
    rows = [
        SheetRow(
            move=MOVES["lunge_sky"],
            words="A long step.",
            strip="strips/lunge_sky.png",
            verdicts=(passes, fails),
        ),
        SheetRow(move=MOVES["points"], words="A finger.", strip="", verdicts=(never,)),
    ]
    write_sheet(tmp_path / "index.html", rows)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    for words in (
        "2 moves, 1 of them pass",
        "Sky lunge",
        "A long step.",
        'src="strips/lunge_sky.png"',
        "accents within 1 ms, 95 % within 3",
        "<b>128 BPM, half time</b> ✕ falls (beat 2 &lt;alone&gt;)",
        "not danced at this tempo",
        "how long the step is: 0.5 to 1.15",
    ):
        assert words in page
    assert "http" not in page, "the sheet must not need the network"


def test_feet_are_told_in_words() -> None:
    assert feet_of(MOVES["points"]) == "planted"
    assert feet_of(MOVES["walk_forward"]).endswith(
        "travels up to 45 cm ahead and 12 cm to the left and 45° to the left"
    )
    assert feet_of(MOVES["march"]) == "2 right, 3 left; ends where it began"


def test_the_doc_shows_a_file_as_it_is() -> None:
    root = Path(__file__).parents[2]
    text = (root / "docs" / "moves.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    file = root / "src" / "temirbek" / "choreography" / "moves" / "g1" / "lunge_sky.toml"
    assert example == file.read_text(encoding="utf-8")
    assert move_from_text(example, "lunge_sky", "g1", where="docs/moves.md").steps
    families = {move.family for move in MOVES.values() if move.robot == "g1"}
    assert {family for family in families if f"`{family}`" not in text} == set()


def test_the_doc_shows_strips_that_are_there_and_light() -> None:
    docs = Path(__file__).parents[2] / "docs"
    shown = re.findall(r"\]\((moves/\w+\.png)\)", (docs / "moves.md").read_text(encoding="utf-8"))
    assert len(shown) == 6
    assert all(0 < (docs / name).stat().st_size <= 150_000 for name in shown)
    assert {Path(name).stem for name in shown} <= set(MOVES)
