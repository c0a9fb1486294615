"""Moves tried in physics: what is sound passes, what is not is told with its beat."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from temirbek import prepare
from temirbek.choreography import load_moves
from temirbek.errors import InvalidInput
from temirbek.prepare import move_trial
from temirbek.prepare.move_trial import try_move
from temirbek.types import Move, MoveKeys


def quiet(stage: str, share: float) -> None:
    """Nobody watches."""
    assert 0.0 <= share <= 1.0, stage


def test_moves_are_found_by_name_and_by_family() -> None:
    assert [m.name for m in prepare.find_moves(["bounce"])] == ["bounce"]
    families = {m.family for m in prepare.find_moves(["lunges", "bows"])}
    assert families == {"lunges", "bows"}
    assert {m.robot for m in prepare.find_moves([], "go2")} == {"go2"}
    with pytest.raises(InvalidInput, match=r"'bounc': no such move or family; did you mean 'bounce'"):
        prepare.find_moves(["bounc"])


def test_tempi_that_nobody_dances_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"12 BPM: expected 40 to 250"):
        prepare.check_moves(prepare.find_moves(["bounce"]), [12.0], on_stage=quiet)


def test_a_figure_passes_alone_and_over_a_groove_and_goes_on_the_sheet(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(move_trial, "FEWEST_BEATS", 4.0)
    check = prepare.check_moves(prepare.find_moves(["points"]), [110.0], on_stage=quiet)
    (trial,) = check.trials.values()
    assert trial.passes, trial.faults
    assert trial.tempo_rule == 1.0
    assert trial.measures is not None
    assert trial.measures.planted_hits.count >= 4
    assert trial.cycle_qpos.shape == (len(trial.cycle_beats), 36)
    assert (trial.cycle_beats[0], trial.cycle_beats[-1]) == (0.0, 4.0)
    page, strip = prepare.write_contact_sheet(check, tmp_path, on_stage=quiet)
    assert strip.name == "points.png" and strip.stat().st_size > 10_000
    assert "1 moves, 1 of them pass" in page.read_text(encoding="utf-8")


def test_a_move_that_cannot_be_danced_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    """A waist that is thrown about four times a beat is beyond the robot; whatever falls short is named with a beat."""
    moves = dict(load_moves())
    beats = np.arange(16) / 8.0
    wild = replace(
        moves["points"],
        length_beats=2.0,
        layers={
            "torso": MoveKeys(beats=beats, targets={"waist_roll": 0.38 * (-1.0) ** np.arange(16)}),
        },
        accents=tuple(a for a in moves["bounce"].accents),
    )

    def vocabulary() -> Mapping[str, Move]:
        return {**moves, "points": wild}

    monkeypatch.setattr(move_trial, "FEWEST_BEATS", 4.0)
    monkeypatch.setattr(move_trial, "load_moves", vocabulary)
    trial = try_move("points", 140.0)
    assert not trial.passes
    assert any("beat" in fault for fault in trial.faults), trial.faults


def test_a_move_out_of_its_tempo_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    moves = load_moves()
    slow = {**moves, "points": replace(moves["points"], tempo_bpm=(60.0, 80.0), tempo_rules=())}
    monkeypatch.setattr(move_trial, "load_moves", lambda: slow)
    trial = try_move("points", 128.0)
    assert trial.passes and trial.tempo_rule is None and trial.measures is None
