"""Decoding: what a file holds, what is refused and in which words."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.audio import decode, open_audio, probe
from temirbek.errors import InvalidInput

RATE_HZ = 44100


@pytest.fixture
def sound(rng: np.random.Generator) -> np.ndarray:
    return (0.2 * rng.standard_normal((RATE_HZ * 2, 2))).clip(-1, 1).astype(np.float32)


def written(path: Path, sound: np.ndarray, **options) -> Path:
    soundfile.write(path, sound, options.pop("rate_hz", RATE_HZ), **options)
    return path


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_decodes_each_format_and_names_in_kazakh(tmp_path: Path, sound: np.ndarray, suffix: str) -> None:
    path = written(tmp_path / f"Әнім ғой қоңыр өлең ұшты үкі һәм і.{suffix}", sound)
    recording = decode(path)
    assert recording.samples.shape[0] == 2 and recording.samples.dtype == np.float32
    assert recording.samples.flags.c_contiguous and not recording.samples.flags.writeable
    assert recording.info.title == path.stem
    assert abs(recording.duration_s - 2.0) < 0.06
    assert not recording.info.is_truncated


def test_wav_is_exact_and_id_is_the_hash_of_the_sound(tmp_path: Path, sound: np.ndarray) -> None:
    one = decode(written(tmp_path / "one.wav", sound, subtype="FLOAT"))
    other = decode(written(tmp_path / "renamed.wav", sound, subtype="FLOAT"))
    np.testing.assert_array_equal(one.samples, sound.T)
    assert one.id == other.id == hashlib.sha256(sound.tobytes()).hexdigest()


def test_tags_and_probe(tmp_path: Path, sound: np.ndarray) -> None:
    path = tmp_path / "tagged.flac"
    with soundfile.SoundFile(path, "w", RATE_HZ, 2) as file:
        file.title, file.artist, file.license = "Көш", "Арқайым", "CC0"
        file.write(sound)
    info = probe(path)
    assert (info.title, info.artist, info.license) == ("Көш", "Арқайым", "CC0")
    assert info == decode(path).info


def test_more_channels_are_folded(tmp_path: Path, sound: np.ndarray) -> None:
    four = np.hstack([sound, sound])
    recording = decode(written(tmp_path / "four.wav", four, subtype="FLOAT"))
    np.testing.assert_allclose(recording.samples, sound.T, atol=1e-6)
    assert recording.info.channels == 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"this is not music at all, just words" * 40, "not audio"),
        (b"\x00" * 5000, "not audio"),
    ],
)
def test_refuses_what_is_no_sound(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=words) as caught:
        decode(path)
    assert str(path) in str(caught.value)


def test_refuses_absent_folder_and_header_without_sound(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no such file"):
        decode(tmp_path / "absent.wav")
    with pytest.raises(InvalidInput, match="folder"):
        decode(tmp_path)
    with pytest.raises(InvalidInput, match="no sound"):
        decode(written(tmp_path / "zero.wav", np.zeros((0, 2), dtype=np.float32)))


def test_refuses_samples_that_are_not_numbers(tmp_path: Path, sound: np.ndarray) -> None:
    sound[100, 0] = np.nan
    path = written(tmp_path / "nan.wav", sound, subtype="FLOAT")
    with pytest.raises(InvalidInput, match="not numbers"):
        decode(path)
    with pytest.raises(InvalidInput, match="not numbers"):
        open_audio(path)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg"])
def test_truncated_file_is_decoded_as_far_as_it_goes(tmp_path: Path, sound: np.ndarray, suffix: str) -> None:
    path = written(tmp_path / f"cut.{suffix}", sound)
    content = path.read_bytes()
    path.write_bytes(content[: int(0.6 * len(content))])
    recording = decode(path)
    assert recording.info.is_truncated
    assert 0.3 < recording.duration_s < 1.9


def test_m4a_through_the_extra(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "tone.m4a"
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)[None]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
        frame.sample_rate = RATE_HZ
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    recording = decode(path)
    assert recording.sample_rate_hz == RATE_HZ and abs(recording.duration_s - 1.0) < 0.1
    middle = recording.samples[0, RATE_HZ // 4 : RATE_HZ // 2]
    assert 0.6 < np.sqrt(np.mean(middle**2)) < 0.8


def test_without_the_extra_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "temirbek.audio.media", None)
    path = tmp_path / "song.m4a"
    path.write_bytes(b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 500)
    with pytest.raises(InvalidInput, match=r"temirbek\[media\]"):
        decode(path)
