"""Both ways of changing speed put attacks where the time map says; one of them keeps the pitch."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mixing.makers import attack_samples, plan_of, play, write_clicks

from temirbek.audio import AudioReader, open_audio
from temirbek.mixing.clock import SAMPLE_RATE_HZ, SourceMap, mix_clock
from temirbek.mixing.stretch import MOST_BEATS, PlaySound, segment_bounds
from temirbek.types import BeatGrid, Play, TrackAnalysis

BEATS = 32
TEMPO = 120.0
TIMING_MS = 1.0
"""Signalsmith Stretch spreads an attack over a fraction of a millisecond."""


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> TrackAnalysis:
    return write_clicks(tmp_path_factory.mktemp("clicks"), "clicks", TEMPO)


def source_map(track: TrackAnalysis, first: float, last: float) -> SourceMap:
    return map_of(play(track, "A", BEATS, 0), track.beat_grid, first, last)


def sound_of(track: TrackAnalysis, source: SourceMap, way: str, n: int) -> np.ndarray:
    """The first samples of a play, its pitch kept ("time") or not ("varispeed")."""
    with open_audio(track.track.path, SAMPLE_RATE_HZ) as reader:
        return played(reader, source, way, n).read(0, n)


def played(reader: AudioReader, source: SourceMap, way: str, stop: int) -> PlaySound:
    return PlaySound(reader, replace(source, play=replace(source.play, stretch=way)), 0, stop)


def map_of(part: Play, grid: BeatGrid, first: float, last: float) -> SourceMap:
    plan = plan_of([part], tempo=[(0, TEMPO * first), (BEATS, TEMPO * last)])
    return SourceMap(play=part, track_grid=grid, clock=mix_clock(plan, 4))


@pytest.mark.parametrize(("first", "last"), [(1.0, 1.0), (1.055, 1.055), (0.945, 0.945), (0.96, 1.04)])
@pytest.mark.parametrize("way", ["time", "varispeed"])
def test_attacks_lie_where_the_map_says(track: TrackAnalysis, first: float, last: float, way: str) -> None:
    source = source_map(track, first, last)
    n = source.clock.n_samples
    heard = sound_of(track, source, way, n)
    wanted = source.clock.sample_at(np.arange(1, BEATS - 1))
    error_ms = (attack_samples(heard.T, wanted) - wanted) / SAMPLE_RATE_HZ * 1e3
    assert np.abs(np.median(error_ms)) < 0.3
    assert np.abs(error_ms).max() < TIMING_MS


@pytest.mark.parametrize("speed", [1.05, 0.95])
def test_stretching_keeps_the_pitch_and_varispeed_moves_it(tmp_path: Path, speed: float) -> None:
    track = write_clicks(tmp_path, "chord", TEMPO, chord=0.5)
    source = source_map(track, speed, speed)
    n = source.clock.n_samples
    kept = sound_of(track, source, "time", n)[0]
    moved = sound_of(track, source, "varispeed", n)[0]
    assert abs(loudest_hz(kept, 200.0, 245.0) - 220.0) < 0.5
    assert abs(loudest_hz(moved, 200.0, 245.0) - 220.0 * speed) < 0.5


def loudest_hz(sound: np.ndarray, low_hz: float, high_hz: float) -> float:
    part = sound[SAMPLE_RATE_HZ : 9 * SAMPLE_RATE_HZ]
    power = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    frequencies = np.fft.rfftfreq(len(part), 1 / SAMPLE_RATE_HZ)
    inside = (frequencies > low_hz) & (frequencies < high_hz)
    return float(frequencies[inside][np.argmax(power[inside])])


@pytest.mark.parametrize("way", ["time", "varispeed"])
def test_reading_in_other_blocks_gives_the_same_samples(track: TrackAnalysis, way: str) -> None:
    source = source_map(track, 1.0, 1.03)
    n = 200_000
    with open_audio(track.track.path, SAMPLE_RATE_HZ) as reader:
        twins = [played(reader, source, way, 10**6) for _ in range(2)]
        whole = twins[0].read(0, n)
        edges = [0, 1, 778, 4874, 64_875, n]
        parts = np.concatenate([twins[1].read(a, b) for a, b in pairwise(edges)], axis=1)
    assert np.array_equal(whole, parts)


@settings(max_examples=5, deadline=None)
@given(cuts=st.lists(st.integers(0, 700_000), min_size=2, max_size=6, unique=True))
def test_what_is_left_out_changes_nothing(track: TrackAnalysis, cuts: list[int]) -> None:
    source = source_map(track, 1.03, 1.0)
    edges = sorted(cuts)
    with open_audio(track.track.path, SAMPLE_RATE_HZ) as reader:
        whole = played(reader, source, "time", 750_000).read(0, 700_000)
        skipping = played(reader, source, "time", 750_000)
        for a, b in zip(edges[::2], edges[1::2], strict=False):
            assert np.array_equal(skipping.read(a, b), whole[:, a:b])


def test_own_speed_gives_the_samples_of_the_recording(track: TrackAnalysis) -> None:
    source = source_map(track, 1.0, 1.0)
    n = source.clock.n_samples
    start = round(float(track.beat_grid.beats_s[0]) * SAMPLE_RATE_HZ)
    with open_audio(track.track.path, SAMPLE_RATE_HZ) as reader:
        heard = played(reader, source, "time", n).read(0, n)
        assert np.allclose(heard, reader.read(start, n), atol=1e-5)


@given(first=st.floats(0.94, 1.06), last=st.floats(0.94, 1.06))
def test_segments_adjoin_on_bars_and_stay_in_tune(first: float, last: float) -> None:
    part = Play(
        track_id="any", deck="A", track_from_beat=0, track_to_beat=BEATS, mix_from_beat=0, gain_db=0.0
    )
    source = map_of(part, BeatGrid(beats_s=np.arange(80) * 60 / TEMPO), first, last)
    stop = source.clock.n_samples
    bounds = segment_bounds(source, 0, stop)
    assert bounds[0] == 0
    assert bounds[-1] == stop
    assert np.all(np.diff(bounds) > 0)
    lengths = np.diff(source.clock.beat_at(bounds))
    assert lengths.max() <= MOST_BEATS + 0.1
    speeds = np.diff(source.source_at(bounds)) / np.diff(bounds)
    ends = np.diff(source.source_at(np.array(bounds)[:, None] + [-200, 200]), axis=1).ravel() / 400
    for k, speed in enumerate(speeds[1:-1], start=1):
        assert abs(ends[k] - speed) < 0.012
