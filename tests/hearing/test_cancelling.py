"""The known mix is found and taken away, and nothing else is."""

import numpy as np
import pytest
from tests.hearing.halls import air, echo_of, in_hall, told

from temirbek.demo.hall import crowd_sound, hard_music
from temirbek.hearing import HallEar
from temirbek.hearing.canceller import ALL_TAPS, Canceller, bend


@pytest.mark.parametrize(("late_s", "drift_ppm"), [(0.05, 0.0), (0.28, 50.0), (-0.25, -50.0)])
def test_an_echo_is_aligned_and_removed(late_s: float, drift_ppm: float) -> None:
    music, ear = hard_music(20.0, 9), HallEar()
    told(echo_of(music, 4, late_s=late_s, drift_ppm=drift_ppm, rt60_s=0.5) + air(20.0, 5), music, ear=ear)
    assert ear.is_certain
    assert ear.alignment_s == pytest.approx(late_s + 20e-6 * drift_ppm, abs=2e-4)
    assert ear.drift_ppm == pytest.approx(drift_ppm, abs=4.0)
    assert ear.echo_removed_db > 15.0


def test_people_are_not_removed() -> None:
    music = hard_music(16.0, 9)
    people = in_hall(crowd_sound("applause", 6.0, 80, 2), 3, 9.0, 16.0, gain=2.0)
    ear = HallEar()
    told(echo_of(music, 4) + people + air(16.0, 5), music, ear=ear)
    assert ear.echo_removed_db < 6.0  # most of what was heard last was people, and is left


def test_silence_of_the_music_does_not_unlearn_the_room() -> None:
    music = hard_music(30.0, 9)
    music[12 * 16000 : 24 * 16000] = 0.0
    ear, removed = HallEar(), []
    echo = echo_of(music, 4) + air(30.0, 5)
    for first in range(0, len(music), 1600):
        ear.hear(echo[first : first + 1600], music[first : first + 1600], first / 16000)
        removed.append(ear.echo_removed_db)
    assert removed[245] > 12.0  # half a second after it came back


def test_least_squares_find_a_known_room() -> None:
    random = np.random.default_rng(3)
    n_bins, canceller, room = 5, Canceller(5), np.zeros(3)
    room[:] = 0.8, -0.4, 0.2

    def noise(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) + 1j * random.standard_normal(shape)).astype(np.complex64)

    past = np.zeros((n_bins, 2), np.complex64)
    for _ in range(60):
        played = noise(n_bins, 8)
        row = np.concatenate([past, played], axis=1)
        past = row[:, -2:]
        heard = sum(g * row[:, 2 - k : 10 - k] for k, g in enumerate(room)).astype(np.complex64)
        rest, echo = canceller.cancel(heard, played, noise(n_bins, 8))
        assert np.allclose(rest + echo, heard, atol=1e-5)
    assert np.mean(np.abs(rest) ** 2) < 1e-4 * np.mean(np.abs(heard) ** 2)
    assert ALL_TAPS < 60 * 8


def test_bending_keeps_what_is_small_and_limits_what_is_large() -> None:
    wave = np.array([1e-4, -1e-4, 50.0, -50.0], dtype=np.float32)
    assert np.allclose(bend(wave, 0.5), [1e-4, -1e-4, 0.5, -0.5], rtol=1e-3)
