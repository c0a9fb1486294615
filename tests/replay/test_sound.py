"""Sound of the page: as long as the mix, not shifted by a sample, the same bytes every time."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.errors import InvalidInput
from temirbek.replay.ogg import checksum, with_serial
from temirbek.replay.sound import compress_sound

from .makers import make_mix


def test_sound_keeps_its_length_and_its_instants(tmp_path: Path) -> None:
    mix = make_mix(tmp_path, n_bars=4)
    packed, rate_hz = soundfile.read(io.BytesIO(compress_sound(mix.audio_path)))
    sound, _ = soundfile.read(mix.audio_path)
    assert rate_hz == 48000
    assert packed.shape == sound.shape
    n = 1 << 17
    spectra = np.fft.rfft(packed[:n, 0]) * np.conj(np.fft.rfft(sound[:n, 0]))
    assert int(np.argmax(np.fft.irfft(spectra))) == 0


def test_sound_is_small(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "noise.wav"
    soundfile.write(path, 0.2 * rng.standard_normal((5 * 48000, 2)), 48000)
    assert (
        len(compress_sound(path)) * 8 / 5 < 320_000
    )  # bit/s, of the hardest sound there is: music takes about half


def test_same_recording_same_bytes(tmp_path: Path) -> None:
    path = make_mix(tmp_path, n_bars=4).audio_path
    assert compress_sound(path) == compress_sound(path)


def test_serial_is_the_only_thing_that_changes(tmp_path: Path) -> None:
    stream = compress_sound(make_mix(tmp_path, n_bars=4).audio_path)
    other = with_serial(stream, 0xDEADBEEF)
    assert other != stream
    assert with_serial(other, 1) == stream
    assert np.array_equal(soundfile.read(io.BytesIO(other))[0], soundfile.read(io.BytesIO(stream))[0])


def test_checksum_is_that_of_the_standard() -> None:
    # CRC-32/MPEG-2's polynomial without its complements: the bit-by-bit definition is the other opinion.
    data = bytes(range(200))
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    assert checksum(data) == crc


def test_what_is_not_ogg_is_refused() -> None:
    with pytest.raises(ValueError, match="Ogg page"):
        with_serial(b"RIFF" + bytes(40), 1)


@pytest.mark.parametrize("content", [None, b"", b"not sound at all"])
def test_what_is_not_sound_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mix.flac"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"mix\.flac"):
        compress_sound(path)
