"""Streaming equals decoding; a written file is whole or not there."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from temirbek.audio import FlacWriter, decode, open_audio, resample

RATE_HZ = 22050


@pytest.fixture(scope="module")
def ogg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "noise.ogg"
    noise = 0.2 * np.random.default_rng(1).standard_normal((RATE_HZ * 3, 2))
    soundfile.write(path, noise.clip(-1, 1), RATE_HZ)
    return path


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(-5000, 70000), n=st.integers(0, 20000))
def test_any_block_is_that_of_the_whole(ogg: Path, start: int, n: int) -> None:
    whole = decode(ogg).samples
    padded = np.pad(whole, ((0, 0), (5000, 100000)))
    with open_audio(ogg) as reader:
        assert reader.n_samples == whole.shape[1]
        np.testing.assert_array_equal(reader.read(start, n), padded[:, start + 5000 : start + 5000 + n])


def test_mono_is_read_on_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "mono.wav"
    soundfile.write(path, np.linspace(-0.5, 0.5, 1000), RATE_HZ, subtype="FLOAT")
    with open_audio(path) as reader:
        block = reader.read(0, 1000)
    assert block.shape == (2, 1000)
    np.testing.assert_array_equal(block[0], block[1])


def test_reading_at_another_rate_equals_resampling_the_whole(ogg: Path) -> None:
    whole = decode(ogg)
    resampled = resample(whole.samples, RATE_HZ, 48000)
    with open_audio(ogg, sample_rate_hz=48000) as reader:
        assert abs(reader.n_samples - resampled.shape[1]) <= 1
        n = min(reader.n_samples, resampled.shape[1])
        np.testing.assert_allclose(reader.read(0, n), resampled[:, :n], atol=1e-4)


def test_flac_round_trip_with_tags(tmp_path: Path) -> None:
    sound = (0.3 * np.random.default_rng(2).standard_normal((2, 5000))).clip(-1, 1).astype(np.float32)
    path = tmp_path / "mix.flac"
    with FlacWriter(path, 48000, tags={"title": "Түн"}) as writer:
        writer.write(sound[:, :1234])
        writer.write(sound[:, 1234:])
        assert not path.exists()
    recording = decode(path)
    np.testing.assert_allclose(recording.samples, sound, atol=2**-22)
    assert recording.info.title == "Түн" and writer.n_samples == 5000
    assert [p.name for p in tmp_path.iterdir()] == ["mix.flac"]


def test_interrupted_writing_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mix.flac"
    with pytest.raises(KeyboardInterrupt), FlacWriter(path, 48000) as writer:
        writer.write(np.zeros((2, 100), dtype=np.float32))
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_writer_refuses_wrong_shapes_and_values(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shape"), FlacWriter(tmp_path / "a.flac", 48000) as writer:
        writer.write(np.zeros((1, 10), dtype=np.float32))
    with pytest.raises(ValueError, match="not numbers"), FlacWriter(tmp_path / "b.flac", 48000) as writer:
        writer.write(np.full((2, 10), np.inf, dtype=np.float32))
