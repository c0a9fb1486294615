"""How exactly captions follow speech: ``python benchmarks/voice.py [words] [captions] [recordings] [speed]`` (all, if none is named).

* **words**: begins of words as this program tells them, against what is heard: in lists with a comma after each word, and after
  every pause of plain sentences, the sound itself rises out of silence; that instant is found from the samples alone.
* **captions**: a live announcement in three languages on a clock that looks every 50 ms: when a caption is shown, against when its
  first word rises out of the silence or, inside a phrase, begins by the measure above.
* **recordings**: other readings of known texts (other larynges, a formant synthesiser of another kind, whisper; slower and faster;
  in noise and in a room with an echo), aligned; against their own word times. People's recordings are not among them. Then the
  same by letters alone, as it is done where espeak-ng is not there.
* **speed**: processor time per second of speech, of speaking and of aligning.

Needs espeak-ng.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.stage.announcing import make_announcement
from temirbek.stage.speaking import Speaking, read_script
from temirbek.types import AnnouncementCue, Cue, Evening, Language, Music, Show, Voice
from temirbek.voice import Lexicon, hear_recording, house_lexicon, speak
from temirbek.voice.alignment import spread
from temirbek.voice.espeak import speak_units

TEXTS: dict[Language, tuple[str, ...]] = {
    "kk": (
        "Қайырлы кеш, құрметті көрермендер! Менің атым Әділет, мен қар барысымын. Бүгін біз сіздермен бірге ән "
        "айтамыз, би билейміз. Телефондарыңызды сөндірмеңіздер: дауыс беру әлі алда.",
        "Құрметті қонақтар! 15 наурызда, сағат 19:30-да қоғамдық тыңдаудың қорытындысы шығады. G1 роботы 1-ші болып "
        "сахнаға шығады, одан кейін барлығымыз бірге билейміз.",
    ),
    "ru": (
        "Добрый вечер, дорогие зрители! Меня зовут Адилет, я снежный барс. Сегодня мы вместе с вами поём и танцуем. "
        "Не выключайте телефоны: голосование ещё впереди.",
        "Уважаемые гости! 15 марта 2026 года в 19:30 мы подведём итоги. Робот G1 выйдет на сцену 1-м, а потом "
        "станцуем все вместе.",
    ),
    "en": (
        "Good evening, dear audience! My name is Adilet, the snow leopard of this hall. Tonight we sing and dance "
        "together with you. Please keep your phones on: the vote is still to come.",
        "Dear guests! On 15 March 2026 at 19:30 we shall tell the result. The robot G1 comes on stage 1st, and then all "
        "of us dance together.",
    ),
}
BAR_S = 0.100
Floats = NDArray[np.float64]


def main() -> None:
    parts: dict[str, Callable[[], None]] = {
        "words": words,
        "captions": captions,
        "recordings": recordings,
        "speed": speed,
    }
    for name in sys.argv[1:] or list(parts):
        parts[name]()


def told(name: str, errors_s: Any, bar_s: float | None = BAR_S) -> None:
    """One line of the table."""
    errors_ms = 1000 * np.abs(np.asarray(errors_s, dtype=float))
    bar = (
        ""
        if bar_s is None
        else f"   bar {1000 * bar_s:.0f} {'ok' if errors_ms.max() <= 1000 * bar_s else 'MISSED'}"
    )
    print(
        f"{name:<44} n {len(errors_ms):4d}   median {np.median(errors_ms):5.1f}   95 % {np.quantile(errors_ms, 0.95):5.1f}"
        f"   largest {errors_ms.max():5.1f} ms{bar}"
    )


def rises(samples: Floats, rate_hz: int, *, silence_s: float = 0.08) -> Floats:
    """When sound rises out of silence of some length [s]: from the samples alone, to a millisecond."""
    hop = rate_hz // 1000
    rms = np.sqrt((samples[: len(samples) // hop * hop].reshape(-1, hop) ** 2).mean(axis=1))
    loud = rms > 10 ** (-50 / 20) * max(1e-9, float(np.quantile(rms, 0.98))) * 4
    found, quiet = [], round(1000 * silence_s)
    for i in np.flatnonzero(loud):
        if not loud[max(0, i - quiet) : i].any():
            found.append(i / 1000)
    return np.asarray(found)


def words() -> None:
    for language, texts in TEXTS.items():
        plain = Lexicon(language=language)
        listed = ", ".join(
            dict.fromkeys(w.strip(".,:!?") for t in texts for w in t.split() if w.strip(".,:!?").isalpha())
        )
        for kind, text in (("a list", listed), *((f"sentences {k + 1}", t) for k, t in enumerate(texts))):
            speech = speak(text, Voice(language=language), plain)
            heard = rises(speech.samples.astype(float), 48000)
            starts = np.array([w.start_s for w in speech.words if w.end_s > w.start_s])
            before = np.array([0.0, *[w.end_s for w in speech.words if w.end_s > w.start_s][:-1]])
            after_pause = starts[starts - before > 0.08]
            told(f"words, {language}, {kind}, after a pause", [np.abs(heard - s).min() for s in after_pause])


def _evening(language: Language, text: str) -> tuple[Evening, Cue, AnnouncementCue]:
    announcement = AnnouncementCue(text={language: text}, voices={language: Voice(language=language)})
    cue = Cue(id="a", title="A", kind="announcement", payload=announcement)
    return Evening(show=Show(title="A", seed=0, music=Music(), cast=()), cues=(cue,)), cue, announcement


def captions() -> None:
    rng = np.random.default_rng(6)
    for language, texts in TEXTS.items():
        told(
            f"captions, {language}, as shown",
            [e for text in texts for e in _shown_late_s(language, text, rng)],
        )


def _shown_late_s(language: Language, text: str, rng: np.random.Generator) -> list[float]:
    """How late each caption of an announcement is shown [s]."""
    with tempfile.TemporaryDirectory() as folder:
        evening, cue, announcement = _evening(language, text)
        (into := Path(folder) / "a").mkdir()
        made = make_announcement(evening, cue, announcement, into, Path(folder))
        script = read_script(into / f"{language}.json")
        samples, rate_hz = soundfile.read(into / f"{language}.flac")
        heard = rises(samples[:, 0], rate_hz)
        shown: list[tuple[float, str]] = []
        now, begins_s = [100.0], 100.3
        speaking = Speaking(
            evening,
            Path(folder),
            ask=lambda body, answered: answered({"ok": True, "host_s": begins_s}),
            tell=lambda *about, **payload: None,
            host_s=lambda: now[0],
            next_bar=lambda after_s: None,
            caption=lambda texts: shown.append((now[0] - begins_s, next(iter(texts.values()), ""))),
            gesture=lambda cue, language: None,
            still=lambda cue: None,
        )
        speaking.begin(cue, made, 1)
        while now[0] < begins_s + script.duration_s:
            now[0] += 0.05 + abs(rng.normal(0.0, 0.003))
            speaking.look()
        late_s = []
        for caption in script.captions:
            at_s = next(s for s, words in shown if words == caption.text)
            nearest = float(heard[np.abs(heard - caption.start_s).argmin()])
            late_s.append(at_s - (nearest if abs(nearest - caption.start_s) < 0.15 else caption.start_s))
        return late_s


def recordings() -> None:
    rng = np.random.default_rng(6)
    everything: list[float] = []
    shared: list[float] = []
    for variant, pace in (("+f3", 0.85), ("+m7", 1.2), ("+whisper", 1.0), ("+klatt4", 0.95), ("+f5", 1.1)):
        errors_s: list[float] = []
        for language, texts in TEXTS.items():
            for text in texts:
                lexicon = house_lexicon(language)
                units = lexicon.units(text)
                reader = replace(Voice(language=language, speed=pace), language=language + variant)
                dry, rate_hz, spans = speak_units(units, reader)
                echo = np.exp(-np.arange(round(0.4 * rate_hz)) / (0.08 * rate_hz)) * rng.normal(
                    size=round(0.4 * rate_hz)
                )
                wet = np.convolve(dry, np.concatenate([[1.0], 0.04 * echo]))[: len(dry)]
                wet = wet + rng.normal(0, 10 ** (-25 / 20) * wet.std(), len(wet))
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / "read.wav"
                    soundfile.write(path, 0.9 * wet / np.abs(wet).max(), rate_hz)
                    heard = hear_recording(path, text, lexicon)
                shares = spread(wet, rate_hz, units)
                at = 0
                for unit, (start_s, end_s), share in zip(units, spans, shares, strict=True):
                    if end_s > start_s:
                        shared.append(share[0] - start_s)
                        errors_s.append(heard.words[at].start_s - start_s)
                    at += len(unit.words)
        told(f"recordings, {variant[1:]} at {pace:g}", errors_s, None)
        everything += errors_s
    told("recordings, all", everything, None)
    told("recordings, all, without espeak-ng", shared, None)
    share = float((np.abs(everything) <= BAR_S).mean())
    print(f"{'recordings, words within 100 ms':<44} {share:.1%}")


def speed() -> None:
    for language, texts in TEXTS.items():
        began_s = time.process_time()
        speech = speak(texts[0], Voice(language=language), house_lexicon(language))
        spoken_s = time.process_time() - began_s
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "read.wav"
            soundfile.write(path, speech.samples, 48000)
            began_s = time.process_time()
            hear_recording(path, texts[0], house_lexicon(language))
            heard_s = time.process_time() - began_s
        lasts_s = speech.duration_s
        print(
            f"speed, {language:<37} {lasts_s:5.1f} s of speech: spoken in {spoken_s:.2f} s, aligned in {heard_s:.2f} s of this "
            "process's time (the program's own is not in it)"
        )


if __name__ == "__main__":
    main()
