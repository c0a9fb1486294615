"""No schedule flashes more than three times in any second, whatever is asked for."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.phones.light import FASTEST_BPM, SLOWEST_BPM, schedule_of, thin


@settings(max_examples=300, deadline=None)
@given(
    st.text("x.", min_size=1, max_size=32),
    st.floats(SLOWEST_BPM, FASTEST_BPM, allow_nan=False),
    st.integers(0, 31),
)
def test_any_second_has_three_flashes_at_most(pattern: str, bpm: float, start: int) -> None:
    thinned = thin(pattern, bpm)
    beat_s = 60.0 / bpm
    flashes = [k * beat_s for k in range(400) if thinned[k % len(thinned)] == "x"]
    first = start * beat_s
    assert sum(first <= flash < first + 1.0 for flash in flashes) <= 3
    for earlier, later in itertools.pairwise(flashes):
        assert later - earlier >= 1 / 3


@settings(max_examples=100, deadline=None)
@given(st.text("x.", min_size=1, max_size=32), st.floats(SLOWEST_BPM, 170.0, allow_nan=False))
def test_what_is_slow_enough_stays_as_it_is(pattern: str, bpm: float) -> None:
    assert thin(pattern, bpm) == pattern


def test_a_fast_one_keeps_some_light() -> None:
    assert thin("x", 400.0) == "x..."
    assert thin("xx", 240.0) == "x."


@pytest.mark.parametrize(
    "change",
    [
        {"bpm": 0},
        {"bpm": float("nan")},
        {"bpm": True},
        {"bpm": 1000},
        {"pattern": ""},
        {"pattern": "xo"},
        {"pattern": "x" * 65},
        {"color": "red"},
        {"color": "#12345g"},
        {"t0_host_s": None},
        {"t0_host_s": float("inf")},
        {"until_host_s": "soon"},
    ],
)
def test_what_is_no_schedule_is_refused(change: dict[str, object]) -> None:
    good = {"t0_host_s": 1.0, "bpm": 120, "pattern": "x.x.", "color": "#FEC50C"}
    assert schedule_of(good)["color"] == "#fec50c"
    with pytest.raises(InvalidInput, match="light"):
        schedule_of({**good, **change})
