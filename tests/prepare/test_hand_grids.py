"""Whose beats are taken: a person's beat ours, a program's do not, and bars are heard where a library keeps none."""

from pathlib import Path

import numpy as np
import pytest

from temirbek.prepare.listen import Errand, listen
from temirbek.types import BeatGrid, LibraryTrack

from .makers import write_beats

BEATS_S = 0.31 + np.arange(26) * 0.5
"""A hundredth of a second beside the thumps, as a hand may set it."""


def heard(tmp_path: Path, *, locked: bool, bars: bool, first_downbeat: int = 2):  # type: ignore[no-untyped-def]
    path = write_beats(tmp_path / "song.flac", 120.0)
    entry = LibraryTrack(
        path=path,
        beat_grid=BeatGrid(beats_s=BEATS_S, first_downbeat=first_downbeat),
        are_bars_human=bars,
        is_grid_locked=locked,
    )
    analysis = listen(Errand(path=path, cache_dir=tmp_path / "cache", by_hand=entry)).analysis
    assert analysis is not None
    return analysis


def test_a_persons_grid_is_taken_with_its_bars(tmp_path: Path) -> None:
    analysis = heard(tmp_path, locked=False, bars=True)
    assert analysis.is_grid_human
    assert np.abs(analysis.beat_grid.downbeats_s - 1.31).min() < 1e-6


@pytest.mark.parametrize("first_downbeat", [1, 3])
def test_a_locked_grid_without_bars_gets_those_that_are_heard(tmp_path: Path, first_downbeat: int) -> None:
    analysis = heard(tmp_path, locked=True, bars=False, first_downbeat=first_downbeat)
    plain = listen(Errand(path=tmp_path / "song.flac", cache_dir=tmp_path / "cache")).analysis
    assert analysis.is_grid_human and plain is not None
    assert np.abs(analysis.beat_grid.beats_s - 0.31).min() < 1e-6
    apart_s = np.abs(plain.beat_grid.downbeats_s[:, None] - analysis.beat_grid.downbeats_s).min(axis=1)
    assert np.median(apart_s) < 0.05, "what is heard as the one is the one, at whatever octave"


def test_a_grid_that_nobody_locked_is_a_programs(tmp_path: Path) -> None:
    analysis = heard(tmp_path, locked=False, bars=False)
    assert not analysis.is_grid_human
    assert np.abs(analysis.beat_grid.beats_s - 0.3).min() < 0.005
