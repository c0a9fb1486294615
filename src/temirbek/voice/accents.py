"""Where speech leans: stressed words, and the instant in each at which a hand would beat.

A phrase between two pauses has its nucleus on its last word of weight; further words of weight are stressed where there is
time between them. A word has weight when it is no particle of its language. The instant is the summit of the word's
loudest syllable, where beat gestures have their stroke (McNeill 1992; Loehr 2004).
"""

import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from temirbek.types import Language, Speech, SpokenWord
from temirbek.voice.words import words_file

PAUSE_S = 0.15
"""So much silence parts two phrases."""
APART_S = 0.6
"""Stressed words keep so far from each other: a hand needs the time."""
GESTURE_APART_S = 2.0
"""An arm's gesture lasts about this long, preparation and way back."""
SONORANT_HZ = (300.0, 2500.0)
"""Where vowels are loud, and hiss is not."""
MOVES: tuple[str, ...] = ("present", "open_chest")
"""Arm moves of the house that look like a speaker's hands, small and in turn: one opens to the side, both open."""


def sonority(samples: NDArray[np.floating], rate_hz: int) -> NDArray[np.float64]:
    """How loud vowels are, every ``rate_hz // 100`` samples: the root mean square of what lies in :data:`SONORANT_HZ`."""
    if len(samples) < rate_hz // 10:
        return np.zeros(0)
    band = sosfiltfilt(butter(2, SONORANT_HZ, "bandpass", fs=rate_hz, output="sos"), samples)
    hop = rate_hz // 100
    power = (band[: len(band) // hop * hop].reshape(-1, hop) ** 2).mean(axis=1)
    smooth = np.convolve(power, np.hanning(9)[1:-1] / np.hanning(9).sum(), "same")
    return np.sqrt(np.maximum(smooth, 0.0))


def leaned_on(
    words: Sequence[SpokenWord], samples: NDArray[np.floating], rate_hz: int, language: Language
) -> tuple[tuple[SpokenWord, ...], tuple[float, ...]]:
    """The same words with the stressed ones marked, and the instants of their summits [s]."""
    loud = sonority(samples, rate_hz)
    stressed: dict[int, float] = {}
    weighty = [[k for k in phrase if _has_weight(words[k], language)] for phrase in _phrases(words)]
    nuclei = [phrase[-1] for phrase in weighty if phrase]
    for k in nuclei + [k for phrase in weighty for k in phrase[:-1]]:
        at_s = _summit(words[k], loud, (rate_hz // 100) / rate_hz)
        if all(abs(at_s - other) >= APART_S for other in stressed.values()):
            stressed[k] = at_s
    marked = tuple(replace(word, is_stressed=k in stressed) for k, word in enumerate(words))
    return marked, tuple(sorted(stressed.values()))


def _phrases(words: Sequence[SpokenWord]) -> list[list[int]]:
    phrases: list[list[int]] = []
    for k, word in enumerate(words):
        if not phrases or word.start_s - words[k - 1].end_s >= PAUSE_S:
            phrases.append([])
        phrases[-1].append(k)
    return phrases


@functools.cache
def _particles(language: Language) -> frozenset[str]:
    return frozenset(words_file(language)["accents"]["particles"].split())


def _has_weight(word: SpokenWord, language: Language) -> bool:
    bare = "".join(c for c in word.text.casefold() if c.isalnum())
    return bool(bare) and bare not in _particles(language) and word.end_s > word.start_s


def _summit(word: SpokenWord, loud: NDArray[np.float64], hop_s: float) -> float:
    first = round(word.start_s / hop_s)
    part = loud[first : max(first + 1, round(word.end_s / hop_s))]
    return (first + int(np.argmax(part)) + 0.5) * hop_s if len(part) else word.start_s


def beat_gestures(speech: Speech) -> list[tuple[str, float]]:
    """Gestures for a humanoid who speaks: (move of the G1, when its stroke lands [s]), in order.

    At most one in :data:`GESTURE_APART_S`; moves take turns, so that none follows itself.
    """
    chosen: list[tuple[str, float]] = []
    for at_s in speech.accents_s:
        if not chosen or at_s - chosen[-1][1] >= GESTURE_APART_S:
            chosen.append((MOVES[len(chosen) % len(MOVES)], at_s))
    return chosen
