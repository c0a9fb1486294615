"""A stretch rendered by itself is that stretch of the whole, to the bit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mixing.makers import plan_of, play, transition, write_clicks

from temirbek.errors import InvalidInput
from temirbek.mixing import render_span
from temirbek.mixing.clock import SAMPLE_RATE_HZ, mix_clock
from temirbek.mixing.render import play_decks
from temirbek.mixing.spool import Spool
from temirbek.types import Automation, Loop, SetPlan, TrackAnalysis

Pair = tuple[TrackAnalysis, TrackAnalysis]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("clicks")
    return write_clicks(folder, "slow", 120.0), write_clicks(folder, "fast", 126.0)


def everything(pair: Pair) -> SetPlan:
    """A plan in which all controls move, with a loop, a nudge and a ramp."""
    looped = replace(
        play(pair[0], "A", 24, 0, stretch="varispeed"),
        loops=(Loop(start_beat=8, length_beats=4, times=2),),
        nudge=((4.0, 0.0), (12.0, 0.012)),
    )
    moves = [
        Automation(deck="A", control="low", beats=np.array([20.0, 24.0]), values=np.array([1.0, 0.0])),
        Automation(deck="A", control="filter", beats=np.array([22.0, 31.0]), values=np.array([0.0, 0.7])),
        Automation(deck="B", control="fader", beats=np.array([16.0, 24.0]), values=np.array([0.0, 1.0])),
    ]
    ramp = [(0, 120), (16, 120), (32, 126), (48, 126)]
    return plan_of([looped, play(pair[1], "B", 32, 16)], [transition(16, 16, 24)], ramp, moves)


@pytest.fixture(scope="module")
def whole(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    plan = everything(pair)
    clock = mix_clock(plan, 4)
    folder = tmp_path_factory.mktemp("spools")
    with Spool(folder) as a, Spool(folder) as b:
        play_decks(plan, {t.track.id: t for t in pair}, clock, (a, b))
        return np.stack([s.read(0, clock.n_samples) for s in (a, b)]).astype(np.float32)


@settings(max_examples=8, deadline=None)
@given(first=st.floats(-1.0, 46.0), length=st.floats(0.1, 12.0))
def test_a_span_is_that_part_of_the_whole(pair: Pair, whole: np.ndarray, first: float, length: float) -> None:
    span = render_span(everything(pair), pair, first, first + length)
    at = round(span.first_s * SAMPLE_RATE_HZ)
    assert span.stems.dtype == np.float32
    assert at == max(0, round(float(span.beat_grid.time_at(first)) * SAMPLE_RATE_HZ))
    assert np.array_equal(span.stems, whole[:, :, at : at + span.stems.shape[2]])


def test_a_span_has_the_length_asked_for(pair: Pair) -> None:
    span = render_span(everything(pair), pair, 4, 8)
    assert span.stems.shape == (2, 2, 2 * SAMPLE_RATE_HZ)
    assert np.abs(span.stems[0]).max() > 0.05
    assert not span.stems[1].any()


def test_what_cannot_be_rendered_is_refused(pair: Pair, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="between beats 60 and 70"):
        render_span(everything(pair), pair, 60, 70)
    with pytest.raises(InvalidInput, match="fast"):
        render_span(everything(pair), pair[:1], 0, 4)
