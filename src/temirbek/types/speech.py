"""Speech: who speaks, what was said when, and the captions of it.

All times count from the beginning of the speech's own sound, in seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked
from temirbek.types.language import Language

SPEECH_RATE_HZ = 48000
"""Samples a second of every :class:`Speech`: what the sound process plays."""
VoiceProgram = Literal["espeak-ng", "piper"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """By what a language is spoken.

    Attributes:
        language: Which.
        program: The speech program; it always runs as a process of its own.
        network: Piper's voice: the path of its ``.onnx`` file; None for espeak-ng.
        command: How the program is called: a name on the search path or a path; "" for the program's own name.
        speed: 1 is a calm announcer; larger is faster, 0.5–2.
    """

    language: Language
    program: VoiceProgram = "espeak-ng"
    network: Path | None = None
    command: str = ""
    speed: float = 1.0

    def __post_init__(self) -> None:
        if not 0.5 <= self.speed <= 2.0:
            raise ValueError(f"speed: {self.speed}; expected 0.5 to 2")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWord:
    """One word of the organiser's text, as it sounds.

    Attributes:
        text: Word for word, with the punctuation that clings to it.
        start_s, end_s: When it sounds.
        is_stressed: Whether the speech leans on it.
    """

    text: str
    start_s: float
    end_s: float
    is_stressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What the screen shows of a speech for a while: at most two lines, parted by a line feed.

    Attributes:
        text: The organiser's words.
        start_s, end_s: From when to when.
    """

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Speech:
    """A text, spoken.

    Attributes:
        language: In which it is.
        samples: Its sound, 48 kHz mono, shape (n,).
        words: All words of the text, in order; times never run back.
        accents_s: The summits of the stressed syllables: where a speaker's hand would beat.
        voice: Who spoke: a program, or "recording".
        within_s: How far a word's time may lie from the sound: 95 % of words, as measured for this way of speaking.
    """

    language: Language
    samples: NDArray[np.float32]
    words: Sequence[SpokenWord]
    accents_s: Sequence[float] = ()
    voice: str = "espeak-ng"
    within_s: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "samples", locked(self.samples, np.float32))
        object.__setattr__(self, "words", tuple(self.words))
        object.__setattr__(self, "accents_s", tuple(self.accents_s))
        if self.samples.ndim != 1:
            raise ValueError(f"samples: expected one channel, shape (n,), not {self.samples.shape}")
        starts = [word.start_s for word in self.words]
        if starts != sorted(starts) or any(w.end_s < w.start_s for w in self.words):
            raise ValueError("words: their times run back")

    @property
    def duration_s(self) -> float:
        """How long it sounds [s]."""
        return len(self.samples) / SPEECH_RATE_HZ


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechScript:
    """What goes with a sound file of speech: what is seen while it is heard. It has a JSON form.

    Attributes:
        language: In which it is.
        duration_s: How long the sound lasts [s].
        words, captions: In order.
        accents_s: See :class:`Speech`.
        gestures: (move of a G1, when its stroke lands [s]).
        voice: Who spoke.
        within_s: See :class:`Speech`.
    """

    language: Language
    duration_s: float
    words: tuple[SpokenWord, ...] = ()
    captions: tuple[Caption, ...] = ()
    accents_s: tuple[float, ...] = ()
    gestures: tuple[tuple[str, float], ...] = field(default=())
    voice: str = ""
    within_s: float = 0.0
