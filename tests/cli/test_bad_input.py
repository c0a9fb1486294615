"""Bad input costs nothing that was good: each file is named with its reason, the rest goes on, no traceback."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from tests.cli.makers import run

RATE_HZ = 44_100


def clicks(tempo_bpm: float, seconds: float, beats_per_bar: int = 4, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A drum machine: a low thump on each beat, higher on the one, and a tick between."""
    out = np.zeros(int(seconds * rate_hz), np.float32)
    beat_s = 60.0 / tempo_bpm
    t = np.arange(int(0.12 * rate_hz)) / rate_hz
    thump = np.sin(2 * np.pi * 60 * t) * np.exp(-t / 0.04)
    one = thump + 0.6 * np.sin(2 * np.pi * 440 * t) * np.exp(-t / 0.06)
    tick = 0.3 * np.random.default_rng(1).normal(size=len(t)) * np.exp(-t / 0.01)
    for k in range(int((seconds - 0.7) / beat_s)):
        for at_s, sound in (
            (0.3 + k * beat_s, one if k % beats_per_bar == 0 else thump),
            (0.3 + (k + 0.5) * beat_s, tick),
        ):
            start = round(at_s * rate_hz)
            out[start : start + len(t)] += 0.5 * sound[: len(out) - start]
    return out


def speech(seconds: float) -> np.ndarray:
    """Noise in the rhythm of syllables, irregular as speech is."""
    rng = np.random.default_rng(2)
    out = np.zeros(int(seconds * RATE_HZ), np.float32)
    at = 0.2
    while at < seconds - 0.4:
        length = int(rng.uniform(0.08, 0.25) * RATE_HZ)
        voice = np.cumsum(rng.normal(size=length)) * np.hanning(length)
        out[int(at * RATE_HZ) : int(at * RATE_HZ) + length] += 0.2 * voice / (np.abs(voice).max() + 1e-9)
        at += rng.uniform(0.12, 0.6)
    return out


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder as people have them."""
    folder = tmp_path / "music"
    folder.mkdir()
    sf.write(folder / "Қыс әні ғұмыр.flac", clicks(120, 24), RATE_HZ)
    sf.write(folder / "waltz.wav", clicks(150, 30, beats_per_bar=3), RATE_HZ)
    sf.write(folder / "mono-8k.wav", clicks(100, 24, rate_hz=8000), 8000)
    sf.write(folder / "silence.wav", np.zeros(20 * RATE_HZ, np.float32), RATE_HZ)
    sf.write(folder / "speech.wav", speech(10.0), RATE_HZ)
    (folder / "corrupt.mp3").write_bytes(b"this is a letter, not a song" * 200)
    (folder / "empty.ogg").write_bytes(b"")
    whole = (folder / "Қыс әні ғұмыр.flac").read_bytes()
    (folder / "truncated.flac").write_bytes(whole[: len(whole) // 3])
    (folder / "cover.txt").write_text("not a recording")
    return folder


def test_each_bad_file_is_named_and_the_good_ones_are_heard(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path / "cache", "analyze", shelf, "--json") == 0
    out, err = capfd.readouterr()
    heard = {Path(line["file"]).name: line for line in map(json.loads, out.splitlines())}
    assert {"Қыс әні ғұмыр.flac", "waltz.wav", "mono-8k.wav"} <= set(heard)
    assert heard["Қыс әні ғұмыр.flac"]["tempo_bpm"] == pytest.approx(120, abs=0.01)
    assert heard["waltz.wav"]["beats_per_bar"] == 3
    for name in ("silence.wav", "speech.wav", "corrupt.mp3", "empty.ogg"):
        assert name in err, name
        assert name not in heard
    assert "truncated.flac" in heard or "truncated.flac" in err
    assert "cover.txt" not in err
    assert "Traceback" not in out + err


@pytest.mark.parametrize("command", ["analyze", "mix", "rehearse"])
def test_a_folder_without_audio_is_said_so(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("x")
    out = () if command == "analyze" else ("-o", tmp_path / "out")
    assert run(monkeypatch, tmp_path / "cache", command, tmp_path, *out) == 1
    assert "no recording found" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_nothing_usable_names_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.mp3").write_bytes(b"x" * 500)
    (tmp_path / "b.wav").write_bytes(b"")
    assert run(monkeypatch, tmp_path / "cache", "mix", tmp_path, "-o", tmp_path / "out") == 1
    err = capfd.readouterr().err
    assert "none of the 2 file(s) can be played" in err
    assert "a.mp3" in err and "b.wav" in err
    assert not (tmp_path / "out").exists()


def test_a_show_file_with_a_wrong_key_names_the_key_and_the_choices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    show = tmp_path / "show.toml"
    show.write_text('format = 1\ntitle = "t"\n[music]\nsource = "demo"\nlenght_min = 2\n')
    assert run(monkeypatch, tmp_path / "cache", "rehearse", show, "-o", tmp_path / "out") == 1
    err = capfd.readouterr().err
    assert "music.lenght_min: no such key; did you mean 'length_min'?" in err
    assert "Traceback" not in err


def test_a_path_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path / "cache", "analyze", tmp_path / "absent.wav") == 1
    assert "absent.wav" in capfd.readouterr().err
    assert run(monkeypatch, tmp_path / "cache", "dance", tmp_path, "-o", tmp_path / "out") == 1
    assert "not a folder that `temirbek mix` wrote" in capfd.readouterr().err


def test_an_unknown_option_says_what_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path / "cache", "mix", tmp_path, "--stem") == 2
    assert "--stems" in capfd.readouterr().err


def test_an_unexpected_fault_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a gap in the thought")

    monkeypatch.setattr("temirbek.demo.write_tracks", broken)
    assert run(monkeypatch, tmp_path / "cache", "demo", "-o", tmp_path / "out") == 1
    err = capfd.readouterr().err
    assert "an unexpected fault (RuntimeError: a gap in the thought)" in err
    assert "Traceback" not in err
    assert "a gap in the thought" in (tmp_path / "temirbek" / "last-fault.txt").read_text()
