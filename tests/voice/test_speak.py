"""Speech: what is said, when, by whom; and voices that fail."""

import os
import stat
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.audio import integrated_lufs
from temirbek.errors import DeviceLost, InvalidInput
from temirbek.types import SPEECH_RATE_HZ, Language, Speech, SpokenWord, Voice
from temirbek.voice import (
    Lexicon,
    beat_gestures,
    hear_recording,
    house_lexicon,
    script_of,
    speak,
    why_missing,
)
from temirbek.voice.accents import APART_S, GESTURE_APART_S
from temirbek.voice.programs import run_program, sound_in

ESPEAK = Voice(language="kk")
needs_espeak = pytest.mark.skipif(bool(why_missing(ESPEAK)), reason="espeak-ng is not installed here")
TEXTS: dict[Language, str] = {
    "kk": "Қайырлы кеш, құрметті көрермендер! 15 наурызда, сағат 19:30-да – G1 роботы билейді.",
    "ru": "Добрый вечер, дорогие зрители! 15 марта, в 19:30, танцует робот G1.",
    "en": "Good evening, dear audience! On 15 March, at 19:30, the robot G1 dances at the end of the show.",
}


def rises(samples: np.ndarray, silence_s: float = 0.08) -> np.ndarray:
    """When sound rises out of silence [s], from the samples alone."""
    rms = np.sqrt((samples[: len(samples) // 48 * 48].reshape(-1, 48).astype(float) ** 2).mean(axis=1))
    loud = rms > 0.0126 * np.quantile(rms, 0.98)
    quiet = round(1000 * silence_s)
    return np.array([i / 1000 for i in np.flatnonzero(loud) if not loud[max(0, i - quiet) : i].any()])


@needs_espeak
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_words_begin_where_their_sound_does(language: Language) -> None:
    listed = ", ".join(w.strip(".,!–") for w in TEXTS[language].split() if w.strip(".,!–").isalpha())
    for text in (TEXTS[language], listed):
        speech = speak(text, Voice(language=language), house_lexicon(language))
        assert [w.text for w in speech.words] == text.split()
        heard = rises(speech.samples)
        sounding = [w for w in speech.words if w.end_s > w.start_s]
        after_pause = [
            w.start_s for before, w in zip([None, *sounding], sounding, strict=False)
            if before is None or w.start_s - before.end_s > 0.08
        ]  # fmt: skip
        assert len(after_pause) >= 3
        assert max(np.abs(heard - start_s).min() for start_s in after_pause) < 0.1
        assert abs(sounding[-1].end_s - speech.duration_s) < 0.15


@needs_espeak
def test_the_same_words_sound_the_same_and_as_loud_as_others() -> None:
    one, other = (speak(TEXTS["ru"], Voice(language="ru"), house_lexicon("ru")) for _ in range(2))
    assert np.array_equal(one.samples, other.samples) and one.words == other.words
    slow = speak(TEXTS["ru"], Voice(language="ru", speed=0.7), house_lexicon("ru"))
    assert slow.duration_s > 1.2 * one.duration_s
    for speech in (one, slow):
        assert abs(integrated_lufs(speech.samples[None, :], SPEECH_RATE_HZ) + 16.0) < 2.0
        assert np.abs(speech.samples).max() < 1.0


@needs_espeak
def test_accents_lie_in_stressed_words_and_gestures_on_accents() -> None:
    speech = speak(TEXTS["en"], Voice(language="en"), house_lexicon("en"))
    stressed = [w for w in speech.words if w.is_stressed]
    assert len(stressed) == len(speech.accents_s) >= 3
    assert all(w.start_s <= at_s <= w.end_s for w, at_s in zip(stressed, speech.accents_s, strict=True))
    assert np.diff(speech.accents_s).min() >= APART_S
    assert not {w.text for w in stressed} & {"the", "of", "at"}
    assert "show." in {w.text for w in stressed}
    gestures = beat_gestures(speech)
    assert {at_s for _, at_s in gestures} <= set(speech.accents_s)
    assert np.diff([at_s for _, at_s in gestures]).min() >= GESTURE_APART_S
    assert all(a != b for (a, _), (b, _) in pairwise(gestures))


@needs_espeak
def test_a_script_is_all_that_is_seen_of_a_speech() -> None:
    speech = speak(TEXTS["kk"], ESPEAK, house_lexicon("kk"))
    script = script_of(speech)
    assert " ".join(c.text for c in script.captions).split() == TEXTS["kk"].split()
    assert script.duration_s == speech.duration_s
    for written, spoken in zip(script.words, speech.words, strict=True):
        assert written.text == spoken.text and abs(written.start_s - spoken.start_s) <= 0.0005


@needs_espeak
def test_nothing_in_a_text_commands_the_program() -> None:
    lexicon = Lexicon(language="en")
    plain = speak("One x two three.", Voice(language="en"), lexicon)
    for hostile in ("One \x0199Px two three.", "One [[x]] two three.", "One <break time='9s'/> two three."):
        speech = speak(hostile, Voice(language="en"), lexicon)
        assert [w.text for w in speech.words] == hostile.split()
        assert speech.duration_s < plain.duration_s + 4.0
        assert len({w.start_s for w in speech.words}) >= 4


@needs_espeak
def test_words_are_found_in_a_recording_of_another_voice(tmp_path: Path) -> None:
    lexicon = house_lexicon("ru")
    read = speak(TEXTS["ru"], Voice(language="ru", speed=0.8), lexicon)
    rng = np.random.default_rng(1)
    stretched = np.interp(np.arange(0, len(read.samples), 1.06), np.arange(len(read.samples)), read.samples)
    noisy = np.concatenate([np.zeros(SPEECH_RATE_HZ), stretched + 0.002 * rng.normal(size=len(stretched))])
    soundfile.write(tmp_path / "r.wav", np.stack([noisy, noisy], axis=1) * 0.5, SPEECH_RATE_HZ)
    heard = hear_recording(tmp_path / "r.wav", TEXTS["ru"], lexicon)
    late_s = [h.start_s - (1.0 + w.start_s / 1.06) for h, w in zip(heard.words, read.words, strict=True)]
    assert np.quantile(np.abs(late_s), 0.9) < 0.1
    assert heard.voice == "recording" and abs(heard.duration_s - len(noisy) / SPEECH_RATE_HZ) < 0.01


def test_without_a_measure_letters_share_the_time_of_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    tone = 0.3 * np.sin(np.arange(SPEECH_RATE_HZ) * 0.05)
    quiet = np.zeros(SPEECH_RATE_HZ)
    soundfile.write(tmp_path / "r.wav", np.concatenate([quiet, tone, quiet, tone]), SPEECH_RATE_HZ)
    heard = hear_recording(tmp_path / "r.wav", "аааа бббб", Lexicon(language="kk"))
    (a, b) = heard.words
    assert abs(a.start_s - 1.0) < 0.05 and abs(a.end_s - 2.0) < 0.05
    assert abs(b.start_s - 3.0) < 0.05 and abs(b.end_s - 4.0) < 0.05
    assert heard.within_s >= 0.5


def program(folder: Path, body: str) -> str:
    path = folder / "voice"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_voice_that_hangs_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    hangs = program(tmp_path, f"sleep 60 & echo $! > {marker}; cat > /dev/null; wait")
    began_s = time.monotonic()
    with pytest.raises(DeviceLost, match=r"did not speak within 0\.5 s and was ended"):
        run_program([hangs], "text", timeout_s=0.5)
    assert time.monotonic() - began_s < 20
    child = int(marker.read_text())
    for _ in range(100):
        try:
            state = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            break
        if state == "Z":
            break
        time.sleep(0.05)
    else:
        raise AssertionError("what it began still runs")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("echo no such voice >&2; exit 3", r"failed \(3\): no such voice"),
        ("cat > /dev/null; echo nothing", "gave no sound"),
        ("kill -9 $$", "failed"),
    ],
)
def test_a_voice_that_fails_says_why(tmp_path: Path, body: str, words: str) -> None:
    with pytest.raises(DeviceLost, match=words):
        sound_in(run_program([program(tmp_path, body)], "text"), "voice")


def test_what_a_voice_lacks_is_said(tmp_path: Path) -> None:
    network = tmp_path / "kk.onnx"
    piper = Voice(language="kk", program="piper", command=program(tmp_path, "true"), network=network)
    assert "'nowhere' is not installed" in why_missing(Voice(language="kk", command="nowhere"))
    assert "needs the path of a voice" in why_missing(
        Voice(language="kk", program="piper", command=piper.command)
    )
    assert "kk.onnx is not there" in why_missing(piper)
    network.touch()
    assert "lacks kk.onnx.json" in why_missing(piper)
    network.with_name("kk.onnx.json").touch()
    assert why_missing(piper) == ""
    with pytest.raises(DeviceLost, match="not installed"):
        speak("Сәлем", Voice(language="kk", command="nowhere"), house_lexicon("kk"))


@needs_espeak
def test_piper_is_spoken_to_by_its_command_line_and_aligned(tmp_path: Path) -> None:
    network = tmp_path / "ru.onnx"
    network.touch()
    network.with_name("ru.onnx.json").touch()
    body = f'echo "$@" > {tmp_path}/told; tee {tmp_path}/said | espeak-ng -v ru+f4 -s 150 -b 1 -z --stdin --stdout'
    voice = Voice(
        language="ru", program="piper", command=program(tmp_path, body), network=network, speed=1.25
    )
    speech = speak(TEXTS["ru"], voice, house_lexicon("ru"))
    assert (tmp_path / "told").read_text().split() == [
        "--model", str(network), "--output_file", "-", "--length_scale", "0.800"
    ]  # fmt: skip
    assert "пятнадцатого марта" in (tmp_path / "said").read_text()
    assert [w.text for w in speech.words] == TEXTS["ru"].split()
    heard = rises(speech.samples)
    assert np.abs(heard - speech.words[2].start_s).min() < 0.1  # after the first comma


@needs_espeak
@pytest.mark.parametrize(("language", "text", "word"), [
    ("kk", "Біз, 15 наурызда, билейміз", "наурызда,"),
    ("ru", "Мы, 22 марта, танцуем", "марта,"),
    ("en", "We, March 22, dance", "22,"),
])  # fmt: skip
def test_words_said_together_share_the_time_as_they_are_said(
    language: Language, text: str, word: str
) -> None:
    lexicon = house_lexicon(language)
    together = speak(text, Voice(language=language), lexicon)
    (unit,) = (u for u in lexicon.units(text) if len(u.words) > 1)
    apart = speak(
        text.replace(" ".join(unit.words), unit.said), Voice(language=language), Lexicon(language=language)
    )
    at = unit.words.index(word)
    said = unit.said.split()
    place = 1 + (len(said) - 1 if word in unit.said else next(k for k, w in enumerate(said) if w == "the"))
    true_s = apart.words[place].start_s - apart.words[1].start_s
    found_s = together.words[1 + at].start_s - together.words[1].start_s
    assert abs(found_s - true_s) < 0.2


def test_what_cannot_be_said_is_refused() -> None:
    for text, words in (("  … ", "cannot be spoken"), ("а" * 6000, "at most 5000")):
        with pytest.raises(InvalidInput, match=words):
            speak(text, ESPEAK, house_lexicon("kk"))
    with pytest.raises(InvalidInput, match="a lexicon of 'ru' for a voice of 'kk'"):
        speak("Сәлем", ESPEAK, house_lexicon("ru"))


def test_a_speech_checks_itself() -> None:
    with pytest.raises(ValueError, match="run back"):
        Speech(
            language="kk",
            samples=np.zeros(10, np.float32),
            words=[SpokenWord(text="a", start_s=1, end_s=2), SpokenWord(text="b", start_s=0, end_s=1)],
        )
    with pytest.raises(ValueError, match=r"0\.5 to 2"):
        Voice(language="kk", speed=3)


@needs_espeak
def test_no_speech_program_is_loaded_into_this_process() -> None:
    speak("Сәлем", ESPEAK, house_lexicon("kk"))
    assert "espeak" not in Path(f"/proc/{os.getpid()}/maps").read_text()
