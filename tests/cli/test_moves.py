"""The vocabulary from the command line; physics is left to ``tests/prepare/test_moves.py``."""

from pathlib import Path

import numpy as np
import pytest
from tests.cli.makers import run
from tests.cli.test_light import loaded_after

from temirbek import prepare
from temirbek.prepare.move_trial import MoveTrial
from temirbek.prepare.moves import MoveCheck


def checked(*faults: str) -> MoveCheck:
    """A check of one move at one tempo that found these faults."""
    moves = prepare.find_moves(["points"])
    trial = MoveTrial(
        move="points",
        bpm=110.0,
        tempo_rule=1.0,
        measures=None,
        faults=faults,
        cycle_beats=np.zeros(0),
        cycle_qpos=np.zeros((0, 0)),
    )
    return MoveCheck(moves=moves, tempi_bpm=(110.0,), trials={("points", 110.0): trial})


def test_the_vocabulary_is_listed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, "moves", "list", "lunges", "march") == 0
    told = capsys.readouterr().out
    assert "Sky lunge" in told
    assert "4 steps" in told
    assert "5 moves" in told


def test_listing_loads_no_robots() -> None:
    assert loaded_after("moves", "list", "lunges") == []


def test_a_name_that_is_nearly_right_is_guessed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, "moves", "check", "bounec") == 1
    assert "did you mean 'bounce'" in capsys.readouterr().err
    assert run(monkeypatch, tmp_path, "moves", "check", "bounce", "--bpm", "fast") == 1
    assert "expected tempi like 90,110,128" in capsys.readouterr().err


def test_faults_are_told_in_words_and_by_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        prepare, "check_moves", lambda *_, **__: checked("falls (beat 2, alone)"), raising=False
    )
    assert run(monkeypatch, tmp_path, "moves", "check", "points", "--bpm", "110") == 1
    told = capsys.readouterr().out
    assert "points at 110 BPM falls (beat 2, alone)" in told
    assert "0 of 1 moves pass at 110 BPM" in told
    monkeypatch.setattr(prepare, "check_moves", lambda *_, **__: checked(), raising=False)
    assert (
        run(monkeypatch, tmp_path, "moves", "check", "points", "--bpm", "110", "-o", tmp_path / "sheet") == 0
    )
    assert "1 of 1 moves pass" in capsys.readouterr().out
    assert (tmp_path / "sheet" / "index.html").is_file()
