"""Laws of the time maps."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from temirbek.mixing.clock import SAMPLE_RATE_HZ, SourceMap, mix_clock
from temirbek.types import BeatGrid, Play, SetPlan

tempi = st.lists(st.floats(70, 180), min_size=1, max_size=5)


def make_plan(bpm: list[float], *, pickup: float = 0.0, ratio: float = 1.0) -> tuple[SetPlan, Play]:
    play = Play(
        track_id="x",
        deck="A",
        track_from_beat=8.0 - pickup,
        track_to_beat=72.0,
        mix_from_beat=-pickup / ratio,
        beat_ratio=ratio,
        gain_db=0.0,
    )
    plan = SetPlan(
        plays=(play,),
        transitions=(),
        automation=(),
        tempo_beats=np.arange(len(bpm)) * 16.0,
        tempo_bpm=np.array(bpm),
        end_beat=play.mix_to_beat,
        seed=0,
    )
    return plan, play


@given(bpm=tempi, jitter=st.integers(0, 1000), ratio=st.sampled_from([0.5, 1.0, 2.0]))
def test_the_map_to_the_track_increases_and_returns(bpm: list[float], jitter: int, ratio: float) -> None:
    plan, play = make_plan(bpm, ratio=ratio)
    steps = np.random.default_rng(jitter).uniform(0.4, 0.6, 80)
    source = SourceMap(play=play, track_grid=BeatGrid(beats_s=np.cumsum(steps)), clock=mix_clock(plan, 4))
    samples = np.linspace(-1000, source.clock.n_samples + 1000, 500)
    there = source.source_at(samples)
    assert np.all(np.diff(there) > 0)
    assert np.allclose(source.mix_at(there), samples, atol=1e-4)


@given(bpm=tempi)
def test_track_beats_sound_on_mix_beats(bpm: list[float]) -> None:
    plan, play = make_plan(bpm)
    grid = BeatGrid(beats_s=0.3 + np.arange(80) * 0.5)
    clock = mix_clock(plan, 4)
    source = SourceMap(play=play, track_grid=grid, clock=clock)
    mix_beats = np.arange(0, 60)
    there = source.source_at(clock.sample_at(mix_beats))
    assert np.allclose(there, grid.time_at(mix_beats + 8.0) * SAMPLE_RATE_HZ, atol=1e-4)


def test_a_pickup_sounds_before_beat_zero() -> None:
    plan, _ = make_plan([120.0], pickup=2.0)
    clock = mix_clock(plan, 4)
    assert np.isclose(clock.grid.beats_s[0], 1.0)
    assert np.isclose(float(clock.beat_at(0.0)), -2.0)
    assert clock.n_samples == round((1.0 + 64 * 0.5) * SAMPLE_RATE_HZ)
