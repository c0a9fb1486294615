"""The parts of listening to anyone's mix, each against a known answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, sosfiltfilt

from temirbek.measures.clicks import clicks_s
from temirbek.measures.harmony import tonal_distance
from temirbek.measures.lags import lags_between, onset_bands
from temirbek.measures.locate import Picture, locate
from temirbek.measures.time_map import TimeMap
from temirbek.measures.track_check import heard_s
from temirbek.types import BeatGrid, DeckMap, Loop, Play

from .twins import RATE_HZ, music


@settings(max_examples=20, deadline=None)
@given(speed=st.floats(0.92, 1.08), start_s=st.floats(-20, 40), at=st.floats(0, 1))
def test_a_straight_map_goes_there_and_back(speed: float, start_s: float, at: float) -> None:
    mix_s = np.linspace(10.0, 70.0, 7)
    time_map = TimeMap(mix_s=mix_s, track_s=start_s + speed * mix_s)
    wanted = np.array([10.0 + 60.0 * at])
    assert time_map.mix_s_of(time_map.track_s_at(wanted)) == pytest.approx(wanted, abs=1e-9)
    assert time_map.speed_at(wanted) == pytest.approx(speed, abs=1e-9)
    assert time_map.track_s_at([0.0, 90.0]) == pytest.approx(start_s + speed * np.array([0.0, 90.0]))


def test_a_loop_sounds_twice_and_is_played_once() -> None:
    grid = BeatGrid(beats_s=np.arange(64) * 0.5)
    play = Play(
        track_id="x",
        deck="A",
        track_from_beat=0,
        track_to_beat=32,
        mix_from_beat=8,
        gain_db=0,
        loops=(Loop(start_beat=16, length_beats=4, times=2),),
    )
    time_map = TimeMap.of_deck(DeckMap(play=play, track_grid=grid, mix_grid=grid))
    assert time_map.to_s == pytest.approx((8 + 32 + 8) / 2)
    assert time_map.mix_s_of(np.array([4.0])) == pytest.approx([8.0])
    assert time_map.mix_s_of(np.array([9.0])) == pytest.approx([13.0, 15.0, 17.0], abs=1e-4)
    assert heard_s(time_map) == pytest.approx(16.0, abs=1e-4)
    assert np.all(time_map.speed_at(np.arange(4.5, 23.5, 0.1)) == pytest.approx(1.0, abs=1e-3))


@pytest.mark.parametrize("lag_ms", [0.0, 3.3, -7.6])
def test_lags_survive_an_equaliser_and_noise(lag_ms: float) -> None:
    sound = music(3, 120.0)[0][: 12 * RATE_HZ]
    late = np.interp(np.arange(len(sound)) - lag_ms / 1e3 * RATE_HZ, np.arange(len(sound)), sound)
    late = 0.2 * sosfiltfilt(butter(2, 300, "highpass", fs=RATE_HZ, output="sos"), late)
    late += 0.002 * np.random.default_rng(1).standard_normal(len(late))
    found = lags_between(
        onset_bands(late, RATE_HZ),
        onset_bands(sound, RATE_HZ),
        start_s=0.0,
        at_s=np.arange(3.0, 9.0),
        half_s=2.0,
        most_s=0.05,
    )
    assert 1e3 * found.lag_s == pytest.approx(lag_ms, abs=0.6)  # noise hides the feet of attacks
    assert np.all(found.likeness > 0.3)


def test_other_music_at_the_same_tempo_is_not_taken_for_the_recording() -> None:
    pictures = []
    for seed in (1, 2):
        picture = Picture(RATE_HZ)
        sound = music(seed, 120.0)[0]
        for start in range(0, len(sound), 50_000):
            picture.add(sound[start : start + 50_000])
        pictures.append(picture.done())
    assert locate(pictures[0], pictures[1]) is None
    place = locate(pictures[0], pictures[0][:, 400:])
    assert place is not None
    assert place.mix_s - place.track_s == pytest.approx(10.0, abs=0.03)


def test_a_picture_does_not_depend_on_its_blocks() -> None:
    sound = music(1, 120.0)[0][: 5 * RATE_HZ]
    whole, parts = Picture(RATE_HZ), Picture(RATE_HZ)
    whole.add(sound)
    for start in range(0, len(sound), 777):
        parts.add(sound[start : start + 777])
    np.testing.assert_array_equal(whole.done(), parts.done())


def test_a_cut_in_the_sound_is_a_click_and_attacks_are_none() -> None:
    sound = music(2, 124.0)[0][: 20 * RATE_HZ]
    assert len(clicks_s(sound, RATE_HZ)) == 0
    tone = 0.3 * np.sin(2 * np.pi * 220 * np.arange(4 * RATE_HZ) / RATE_HZ)
    at = round(2.0013 * RATE_HZ)
    jumped = np.concatenate([tone[:at], tone[at + 90 :]])
    assert clicks_s(jumped, RATE_HZ, 5.0) == pytest.approx([5.0 + at / RATE_HZ], abs=1e-3)


def test_fifths_are_near_and_tritones_are_far() -> None:
    scale = np.zeros(12)
    scale[[0, 2, 4, 5, 7, 9, 11]] = 1.0
    moved = np.stack([np.roll(scale, k) for k in range(12)])
    distance = tonal_distance(np.tile(scale, (12, 1)), moved)
    assert distance[0] == pytest.approx(0.0, abs=1e-9)
    assert distance[7] == pytest.approx(distance[5]) and distance[7] == pytest.approx(min(distance[1:]))
    assert distance[1] > 1.5 * distance[7] and distance[6] > 1.5 * distance[7]
    assert np.isnan(tonal_distance(np.zeros((1, 12)), scale[None])[0])
