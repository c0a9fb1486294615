"""Each of the three ways along a time map gives the sound that is there."""

from collections.abc import Iterator

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from temirbek.audio import AudioReader, open_audio
from temirbek.mixing.clock import SAMPLE_RATE_HZ
from temirbek.mixing.varispeed import NEAR, STEADY, read_along

FREQUENCY_HZ = 997.0
N = 40_000


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AudioReader]:
    path = tmp_path_factory.mktemp("tone") / "tone.wav"
    soundfile.write(path, wave(np.arange(3 * N)), SAMPLE_RATE_HZ, subtype="FLOAT")
    with open_audio(path, SAMPLE_RATE_HZ) as reader:
        yield reader


def wave(sample: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * np.sin(2 * np.pi * FREQUENCY_HZ / SAMPLE_RATE_HZ * sample))


STEEPEST = 0.5 * 2 * np.pi * FREQUENCY_HZ / SAMPLE_RATE_HZ
"""Of the wave, per sample."""


def test_own_samples_come_back_as_they_are(tone: AudioReader) -> None:
    position = 5000.3 + np.arange(N) * (1 + 1e-6)
    assert np.array_equal(read_along(tone, position), tone.read(5000, N))


@given(start=st.floats(3000, 9000), speed=st.floats(0.94, 1.06))
def test_a_steady_speed_is_exact_to_half_a_sample(tone: AudioReader, start: float, speed: float) -> None:
    position = start + np.arange(N) * speed
    heard = read_along(tone, position)
    assert heard.shape == (2, N)
    assert np.abs(heard[0] - wave(position)).max() < STEEPEST * max(NEAR, 0.5 + STEADY)


@given(start=st.floats(3000, 9000), first=st.floats(0.94, 1.06), last=st.floats(0.94, 1.06))
def test_a_moving_speed_is_followed(tone: AudioReader, start: float, first: float, last: float) -> None:
    position = start + np.cumsum(np.linspace(first, last, N))
    straight = np.linspace(position[0], position[-1], N)
    exact = 1e-3 if np.abs(position - straight).max() > 1 else STEEPEST * 1.1
    assert np.abs(read_along(tone, position)[0] - wave(position)).max() < exact


def test_outside_the_recording_is_silence(tone: AudioReader) -> None:
    for speed in (1.0, 1.01):
        assert not read_along(tone, -3 * N + np.arange(N) * speed).any()
