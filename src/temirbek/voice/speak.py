"""A text, a voice and a lexicon → speech: its sound, and when each word of the text is heard."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from temirbek.audio import integrated_lufs, resample
from temirbek.errors import DeviceLost, InvalidInput
from temirbek.types import SPEECH_RATE_HZ, Speech, SpeechScript, SpokenWord, Voice
from temirbek.voice import espeak, piper
from temirbek.voice.accents import beat_gestures, leaned_on
from temirbek.voice.captions import captions_of
from temirbek.voice.lexicon import Lexicon, Unit
from temirbek.voice.programs import MOST_TEXT, why_missing

LOUDNESS_LUFS = -16.0
MOST_GAIN_DB = 30.0
PEAK = 10 ** (-1.5 / 20)
LIMIT_S = 0.005


def speak(text: str, voice: Voice, lexicon: Lexicon) -> Speech:
    """Has a text spoken.

    Args:
        text: The organiser's.
        voice: By whom.
        lexicon: How names and numbers are said; of the voice's language.

    Raises:
        InvalidInput: There is nothing to say, too much, or the lexicon is of another language.
        DeviceLost: The voice is not there, or did not speak in time; the message says which.
    """
    if lexicon.language != voice.language:
        raise InvalidInput(f"a lexicon of {lexicon.language!r} for a voice of {voice.language!r}")
    if not any(c.isalnum() for c in text) or len(text) > MOST_TEXT:
        raise InvalidInput(
            f"a text of {len(text)} characters cannot be spoken; expected words, at most {MOST_TEXT}"
        )
    if why := why_missing(voice):
        raise DeviceLost(why)
    units = lexicon.units(text)
    by, within_s = (espeak, espeak.WITHIN_S) if voice.program == "espeak-ng" else (piper, piper.WITHIN_S)
    samples, rate_hz, spans = by.speak_units(units, voice)
    words = words_of(units, spans)
    words, accents_s = leaned_on(words, samples, rate_hz, voice.language)
    return Speech(
        language=voice.language,
        samples=_as_played(samples, rate_hz),
        words=words,
        accents_s=accents_s,
        voice=voice.program,
        within_s=within_s,
    )


def words_of(units: Sequence[Unit], spans: Sequence[tuple[float, float]]) -> tuple[SpokenWord, ...]:
    """The words of units with their times; words that are said together share the time by the letters that are said.

    A unit without a length was said together with the one before it, as English programs do with "of the".
    """
    words: list[SpokenWord] = []
    at = 0
    while at < len(units):
        n = 1
        while at + n < len(units) and spans[at + n][0] == spans[at + n][1]:
            n += 1
        together = [word for unit in units[at : at + n] for word in unit.words]
        start_s, end_s = spans[at]
        letters = np.cumsum([0.0] + [share for unit in units[at : at + n] for share in _shares(unit)])
        edges_s = start_s + (end_s - start_s) * letters / max(1.0, letters[-1])
        words += [
            SpokenWord(text=word, start_s=float(a), end_s=float(b))
            for word, a, b in zip(together, edges_s[:-1], edges_s[1:], strict=True)
        ]
        at += n
    return tuple(words)


def _shares(unit: Unit) -> list[float]:
    """How many of the letters that are said belong to each word of a unit: those said as written have their own."""
    words, said = [_bare(word) for word in unit.words], [_bare(word) for word in unit.said.split()]
    shares = [float(len(word)) for word in words]
    if len(words) < 2:
        return shares
    first, last = 0, len(words)
    while first < last and said and words[first] == said[0]:
        first, said = first + 1, said[1:]
    while first < last and said and words[last - 1] == said[-1]:
        last, said = last - 1, said[:-1]
    written, rest = max(1.0, sum(shares[first:last])), sum(map(len, said))
    shares[first:last] = [rest * share / written for share in shares[first:last]]
    return shares


def _bare(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())


def _as_played(samples: NDArray[np.float64], rate_hz: int) -> NDArray[np.float32]:
    """At the rate and the loudness of every announcement; peaks that would be too high are turned down around themselves."""
    sound = resample(samples[None, :].astype(np.float32), rate_hz, SPEECH_RATE_HZ)
    for _ in range(2):  # what is turned down makes it a little softer
        loudness = integrated_lufs(sound, SPEECH_RATE_HZ)
        gain_db = min(LOUDNESS_LUFS - loudness, MOST_GAIN_DB) if np.isfinite(loudness) else 0.0
        sound = _limited(sound * np.float32(10 ** (gain_db / 20)))
    return np.asarray(sound[0])


def _limited(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """No higher than :data:`PEAK`: the gain goes down and up again within :data:`LIMIT_S`."""
    window = 2 * round(LIMIT_S * SPEECH_RATE_HZ) + 1
    needed = np.minimum(1.0, PEAK / np.maximum(np.abs(sound[0]), 1e-9))
    held = minimum_filter1d(needed, window, mode="nearest")
    return np.asarray(sound * uniform_filter1d(held, window, mode="nearest"), dtype=np.float32)


def script_of(speech: Speech) -> SpeechScript:
    """What is seen while a speech is heard; times to the millisecond."""
    words = tuple(
        replace(word, start_s=round(word.start_s, 3), end_s=round(word.end_s, 3)) for word in speech.words
    )
    return SpeechScript(
        language=speech.language,
        duration_s=speech.duration_s,
        words=words,
        captions=captions_of(words),
        accents_s=tuple(round(at_s, 3) for at_s in speech.accents_s),
        gestures=tuple((move, round(at_s, 3)) for move, at_s in beat_gestures(speech)),
        voice=speech.voice,
        within_s=speech.within_s,
    )
