"""The whole way of a recording into the vocabulary: found, warped, made feasible, written, danced."""

import os
from pathlib import Path

import numpy as np
import pytest

from temirbek.choreography import move_from_text
from temirbek.choreography.write_move import move_text
from temirbek.errors import InvalidInput, MotionInfeasible
from temirbek.measures.dance import measure_dancer
from temirbek.motion import realize
from temirbek.prepare.motion_import import ImportedMove, ImportWishes, import_motion
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.types import Accent, BeatGrid, Choreography, MoveCall, Performer

from . import recordings

DANCER = Performer(id="a", name="A", robot="g1", role="dancer", mark_m=(1.0, 0.5))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> ImportedMove:
    folder = tmp_path_factory.mktemp("recorded")
    source = recordings.write_csv(folder / "MyClip01.csv", recordings.g1_rows(9.0))
    return import_motion(source, folder / "my_moves", ImportWishes(bars=2))


def test_tempo_and_accents_of_a_dance_on_the_beat_are_found(imported: ImportedMove) -> None:
    assert abs(imported.warp.pulse.bpm - recordings.BPM) < 1.0
    assert np.abs(imported.warp.shifts_beats).max() < 0.05
    assert imported.made.loop.length_beats == 8
    assert [a.beat for a in imported.move.accents] == list(range(8))


def test_the_file_reads_back_as_the_same_move_and_names_its_source(imported: ImportedMove) -> None:
    text = imported.path.read_text(encoding="utf-8")
    assert imported.path.parts[-3:] == ("my_moves", "g1", "my_clip01.toml")
    assert text.startswith("# Imported from MyClip01.csv")
    assert "rights" in text.splitlines()[0]
    again = move_from_text(text, imported.move.name, "g1", where="my_clip01.toml")
    assert again.accents == imported.move.accents
    for layer, keys in imported.move.layers.items():
        assert again.layers[layer].flows
        for channel, values in keys.targets.items():
            assert np.allclose(again.layers[layer].targets[channel], values, atol=1e-4), channel
    assert move_text(again) == move_text(imported.move)


def test_little_of_a_feasible_dance_is_taken(imported: ImportedMove) -> None:
    above = [c for c in imported.made.changes if not c.channel.endswith(("_m", "_rad"))]
    assert all(c.share_left > 0.8 for c in above), above


@pytest.mark.physics
def test_accents_of_a_flowing_move_are_hit_in_physics(imported: ImportedMove) -> None:
    move, bpm = imported.move, 110.0
    grid = BeatGrid(beats_s=np.arange(20) * 60.0 / bpm)
    call = MoveCall(performer="a", move=move.name, start_beat=4.0, length_beats=8.0, intensity=1.0)
    trajectory = realize(
        Choreography(performers=(DANCER,), calls=(call,)),
        DANCER,
        grid,
        {move.name: move},
        robot_model("g1"),
        robot_physics("g1"),
        default_stage(),
        (),
        end_s=float(grid.time_at(15.0)),
    )
    executed = perform({"a": trajectory}, [DANCER], default_stage())["a"]
    accents = [Accent(beat=4.0 + a.beat) for a in move.accents if a.beat > 0]
    measures = measure_dancer(executed, accents, grid)
    assert measures.fell_at_s is None
    assert measures.self_collisions == 0
    assert measures.whole.coverage == 1.0
    assert measures.whole.mean_ms <= 6.0
    assert measures.whole.p95_ms <= 12.0


def test_too_wild_a_dance_is_refused_with_joint_and_beat(tmp_path: Path) -> None:
    rows = recordings.g1_rows(6.0)
    waist = 7 + robot_model("g1").joint_names.index("waist_pitch_joint")
    rows[:, waist] = 0.5 * np.sin(np.arange(len(rows)) / recordings.RATE_HZ * 2 * np.pi * 3.6)
    source = recordings.write_csv(tmp_path / "wild.csv", rows)
    with pytest.raises(MotionInfeasible, match=r"wild.csv: waist_pitch: only \d+% .* beat \d"):
        import_motion(source, tmp_path, ImportWishes(bpm=recordings.BPM, bars=1))


@pytest.mark.parametrize(
    ("name", "wishes", "words"),
    [
        ("none.csv", ImportWishes(), "no such file"),
        ("clip.fbx", ImportWishes(), "from .csv .* and .bvh, not from '.fbx'"),
        ("clip.csv", ImportWishes(name="My Move"), "small letters"),
        ("clip.csv", ImportWishes(bars=16), "not 16 bars"),
        ("clip.csv", ImportWishes(from_s=2.0, to_s=2.5), "from 2 to 2.5 s there are not one bar"),
    ],
)
def test_wishes_that_cannot_be_met(tmp_path: Path, name: str, wishes: ImportWishes, words: str) -> None:
    recordings.write_csv(tmp_path / "clip.csv", recordings.g1_rows(4.0))
    (tmp_path / "clip.fbx").write_text("")
    with pytest.raises(InvalidInput, match=words):
        import_motion(tmp_path / name, tmp_path, wishes)


def test_who_stands_still_does_not_dance(tmp_path: Path) -> None:
    source = recordings.write_csv(tmp_path / "still.csv", recordings.g1_rows(4.0)[:1].repeat(200, axis=0))
    with pytest.raises(InvalidInput, match="0 accents"):
        import_motion(source, tmp_path, ImportWishes())


def test_a_recorded_clip_becomes_a_move(tmp_path: Path) -> None:
    folder = os.environ.get("TEMIRBEK_MOTION")
    if not folder:
        pytest.skip("TEMIRBEK_MOTION does not name a folder of recorded motion")
    clip = min(Path(folder).glob("*.csv"), key=lambda path: path.stat().st_size)
    done = import_motion(clip, tmp_path, ImportWishes(bars=1))
    assert len(done.move.accents) >= 2
    assert np.abs(done.warp.shifts_beats).max() <= 0.31
