"""Beats ⇄ anchors, and keys in many spellings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temirbek.interchange import grid_over
from temirbek.interchange.anchors import EXACT_S, Anchor, agree_on_bars, anchors_of, grid_of
from temirbek.interchange.keys import key_of, key_text, open_key_text
from temirbek.interchange.lines import corners
from temirbek.types import BeatGrid, Key

from . import makers


@given(
    periods=st.lists(st.tuples(st.floats(0.25, 1.2), st.integers(1, 40)), min_size=1, max_size=12),
    start_s=st.floats(0, 5),
)
def test_a_piecewise_grid_needs_an_anchor_a_piece(periods: list[tuple[float, int]], start_s: float) -> None:
    steps = np.concatenate([np.full(n, period) for period, n in periods])
    beats_s = start_s + np.concatenate([[0.0], np.cumsum(steps)])
    grid = BeatGrid(beats_s=beats_s)
    anchors = anchors_of(grid)
    assert len(anchors) <= len(periods)
    back = grid_of(anchors, float(beats_s[-1]))
    shift = round(float(back.beat_at(beats_s[0])))
    assert np.allclose(back.time_at(np.arange(len(beats_s)) + shift), beats_s, rtol=0, atol=2 * EXACT_S)
    assert agree_on_bars(anchors)


@given(
    rises=st.lists(st.floats(-1, 1), min_size=1, max_size=60),
    steps=st.lists(st.floats(0.01, 2), min_size=60, max_size=60),
    tolerance=st.floats(1e-6, 0.5),
)
def test_lines_between_corners_pass_near_every_point(
    rises: list[float], steps: list[float], tolerance: float
) -> None:
    x, y = np.cumsum(steps[: len(rises)]), np.cumsum(rises)
    kept = corners(x, y, tolerance)
    assert kept[0] == 0 and kept[-1] == len(x) - 1
    assert np.max(np.abs(np.interp(x, x[kept], y[kept]) - y)) <= tolerance + 1e-9


def test_an_anchor_off_the_beat_restarts_the_grid() -> None:
    """A person who sets a marker a third of a beat away means it: no tempo is bent to meet it."""
    grid = grid_of([Anchor(time_s=0.0, bpm=60.0), Anchor(time_s=8.3, bpm=60.0)], 12.0)
    assert np.allclose(grid.beats_s, [0, 1, 2, 3, 4, 5, 6, 7, 8.3, 9.3, 10.3, 11.3, 12.3])


def test_the_bars_of_most_beats_win() -> None:
    anchors = [Anchor(time_s=0.0, bpm=60.0, bar_beat=1), Anchor(time_s=5.0, bpm=60.0, bar_beat=1)]
    grid = grid_of(anchors, 60.0)
    assert grid.first_downbeat == 1 and not agree_on_bars(anchors)


def test_two_anchors_in_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="one place"):
        grid_of([Anchor(time_s=1.0, bpm=60.0), Anchor(time_s=1.0, bpm=90.0)], 9.0)
    with pytest.raises(ValueError, match="no anchor"):
        grid_of([], 9.0)


@given(bpm=st.floats(60, 200), start_s=st.floats(0.0, 20), first=st.integers(0, 3), length_s=st.floats(3, 90))
def test_a_grid_is_fitted_to_a_recording(bpm: float, start_s: float, first: int, length_s: float) -> None:
    grid = makers.even_grid(bpm, 50, start_s, first)
    over = grid_over(grid, length_s)
    period_s = 60 / bpm
    assert -2e-3 < over.beats_s[0] < period_s + 1e-9
    assert length_s - period_s - 1e-9 < over.beats_s[-1] <= length_s + 1e-9
    shift = float(over.beat_at(grid.downbeats_s[0])) - over.first_downbeat
    assert shift == pytest.approx(4 * round(shift / 4), abs=1e-6)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Am", "A minor"),
        ("8A", "A minor"),
        ("08a", "A minor"),
        ("1m", "A minor"),
        ("C", "C major"),
        ("8B", "C major"),
        ("1d", "C major"),
        ("A minor", "A minor"),
        ("Amin", "A minor"),
        ("F#m", "F# minor"),
        ("F♯ minor", "F# minor"),
        ("Gb", "F# major"),
        ("B♭m", "Bb minor"),
        ("bbm", "Bb minor"),
        ("Cb", "B major"),
        ("DM", "D major"),
    ],
)
def test_keys_in_many_spellings(text: str, name: str) -> None:
    key = key_of(text)
    assert key is not None and key.name == name


@pytest.mark.parametrize("text", ["", "H", "13A", "0A", "Am7", "off", "9C"])
def test_what_is_no_key(text: str) -> None:
    assert key_of(text) is None


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_every_key_returns_from_every_spelling(tonic: int, mode: str) -> None:
    key = Key(tonic=tonic, mode=mode)  # type: ignore[arg-type]
    assert (
        key_of(key_text(key)) == key_of(open_key_text(key)) == key_of(key.camelot) == key_of(key.name) == key
    )
