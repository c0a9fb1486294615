"""Accents, beat and warp of a recording: known answers, and laws of the warp."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.motion.loop import slowed
from temirbek.motion.warp import MOST_STRETCH, Accents, find_accents, find_pulse, warp_to_beats


def accents_at(times_s: np.ndarray) -> Accents:
    return Accents(times_s=np.asarray(times_s, dtype=float), weights=np.full(len(times_s), 0.5))


def test_a_point_that_swings_hits_where_it_turns_back() -> None:
    rate, period = 60.0, 0.8
    t = np.arange(600) / rate
    points = np.zeros((600, 2, 3))
    points[:, 0, 0] = 0.3 * np.cos(2 * np.pi * t / period)
    points[:, 1, 2] = 0.1 * np.cos(2 * np.pi * t / period)
    found = find_accents(points, rate)
    expected = period / 2 * np.arange(1, 24)
    inner = found.times_s[(found.times_s > 0.3) & (found.times_s < 9.3)]
    assert np.abs(inner - expected[np.abs(inner[:, None] - expected).argmin(axis=1)]).max() < 0.003
    assert len(inner) == len(expected[(expected > 0.3) & (expected < 9.3)])


def test_nothing_hits_in_a_body_at_rest() -> None:
    assert len(find_accents(np.zeros((100, 3, 3)), 60.0).times_s) == 0


@pytest.mark.parametrize("bpm", [88.0, 100.0, 117.5, 128.0])
def test_the_tempo_of_accents_on_beats_is_found_in_spite_of_sloppiness(
    bpm: float, rng: np.random.Generator
) -> None:
    beats = np.arange(40)[rng.random(40) < 0.75]
    pulse = find_pulse(accents_at(0.7 + beats * 60.0 / bpm + 0.02 * rng.standard_normal(len(beats))))
    assert abs(pulse.bpm - bpm) < 0.8
    away = (0.7 - pulse.first_beat_s) / pulse.beat_s
    assert abs(away - round(away)) < 0.12


def test_what_a_person_knows_is_taken() -> None:
    pulse = find_pulse(accents_at(0.5 * np.arange(20)), bpm=96.0, first_beat_s=0.31)
    assert (pulse.bpm, pulse.first_beat_s) == (96.0, 0.31)


@settings(max_examples=40)
@given(
    gaps=st.lists(st.floats(0.15, 1.2), min_size=4, max_size=30),
    bpm=st.floats(80.0, 140.0),
)
def test_a_warp_is_monotone_puts_its_accents_on_half_beats_and_stretches_within_bounds(
    gaps: list[float], bpm: float
) -> None:
    warp = warp_to_beats(accents_at(np.cumsum(gaps)), find_pulse(accents_at(np.cumsum(gaps)), bpm=bpm))
    assert len(warp.beats) >= 1
    assert np.allclose(2 * warp.beats, np.round(2 * warp.beats))
    assert np.allclose(warp.time_at(warp.beats), warp.times_s)
    beats = np.linspace(warp.beats[0] - 8.0, warp.beats[-1] + 8.0, 2000)
    assert np.all(np.diff(warp.time_at(beats)) > 0)
    if len(warp.beats) > 1:
        assert warp.stretches.min() >= 1 / MOST_STRETCH - 1e-9
        assert warp.stretches.max() <= MOST_STRETCH + 1e-9


def test_accents_a_little_off_the_beat_are_put_on_it_and_all_are_kept(rng: np.random.Generator) -> None:
    beats = np.arange(24)
    times = 1.0 + beats * 0.5 + 0.05 * rng.uniform(-1, 1, 24)
    warp = warp_to_beats(accents_at(times), find_pulse(accents_at(times), bpm=120.0, first_beat_s=1.0))
    assert warp.beats.tolist() == beats.tolist()
    assert np.abs(warp.shifts_beats).max() <= 0.11


@settings(max_examples=30)
@given(hits=st.lists(st.integers(0, 31), min_size=1, max_size=20, unique=True))
def test_reading_rests_on_every_hit_and_never_goes_back(hits: list[int]) -> None:
    on = np.sort(np.array(hits)) / 2.0
    beats = np.linspace(-1.0, 17.0, 18001)
    read = slowed(beats, on)
    assert np.all(np.diff(read) >= -1e-12)
    assert np.allclose(slowed(on, on), on)
    assert np.abs(slowed(on + 1e-4, on) - on).max() < 1e-5
    far = np.abs(beats[:, None] - on[None, :]).min(axis=1) > 0.5
    assert np.allclose(read[far], beats[far])
