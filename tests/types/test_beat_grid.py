"""The laws of the map between seconds and beats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temirbek.types import BeatGrid

intervals_s = st.lists(st.floats(0.2, 2.0), min_size=1, max_size=40)
instants_s = st.floats(-30.0, 120.0)


def grid_of(intervals: list[float]) -> BeatGrid:
    return BeatGrid(beats_s=np.concatenate([[0.5], 0.5 + np.cumsum(intervals)]))


@given(intervals_s, instants_s)
def test_time_to_beat_to_time_returns(intervals: list[float], instant: float) -> None:
    grid = grid_of(intervals)
    assert float(grid.time_at(grid.beat_at(instant))) == pytest.approx(instant, abs=1e-9)


@given(intervals_s, instants_s, st.floats(1e-6, 5.0))
def test_later_is_never_an_earlier_beat(intervals: list[float], instant: float, later_by: float) -> None:
    grid = grid_of(intervals)
    assert float(grid.beat_at(instant + later_by)) > float(grid.beat_at(instant))


def test_beats_lie_where_they_were_put() -> None:
    grid = BeatGrid(beats_s=[1.0, 1.5, 2.5], first_downbeat=1, beats_per_bar=2)
    assert grid.beat_at([1.0, 1.5, 2.5]).tolist() == [0.0, 1.0, 2.0]
    assert grid.time_at([-1.0, 0.5, 3.0]).tolist() == [0.5, 1.25, 3.5]
    assert grid.downbeats_s.tolist() == [1.5]
    assert grid.n_bars == 1
    assert grid.tempo_at([0.2, 1.2]).tolist() == [120.0, 60.0]


@pytest.mark.parametrize(
    ("beats_s", "first_downbeat", "beats_per_bar", "says"),
    [
        ([1.0], 0, 4, "n ≥ 2"),
        ([1.0, 1.0], 0, 4, "strictly increasing"),
        ([0.0, float("nan")], 0, 4, "finite"),
        ([0.0, 1.0], 4, 4, "expected 0 to 3"),
        ([0.0, 1.0], 0, 1, "expected 2 to 12"),
    ],
)
def test_an_impossible_grid_is_refused(
    beats_s: list[float], first_downbeat: int, beats_per_bar: int, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        BeatGrid(beats_s=beats_s, first_downbeat=first_downbeat, beats_per_bar=beats_per_bar)


def test_the_beats_of_a_grid_cannot_be_changed() -> None:
    beats_s = np.array([0.0, 1.0])
    grid = BeatGrid(beats_s=beats_s)
    beats_s[0] = 7.0
    assert grid.beats_s[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        grid.beats_s[0] = 7.0
