"""A person's recording of a known text: when each word of it is heard."""

from pathlib import Path

from temirbek.audio import decode, resample
from temirbek.types import SPEECH_RATE_HZ, Language, Speech, Voice
from temirbek.voice.accents import leaned_on
from temirbek.voice.alignment import WITHIN_S, aligned
from temirbek.voice.lexicon import Lexicon
from temirbek.voice.speak import words_of


def hear_recording(path: Path, text: str, lexicon: Lexicon) -> Speech:
    """Finds the words of a text in a recording of it; the sound stays as it is.

    Args:
        path: The recording; more channels than one are heard as one.
        text: What is read in it.
        lexicon: How names and numbers are said.

    Raises:
        InvalidInput: The file is no sound.
        DeviceLost: espeak-ng, whose reading is the measure, is not there.
    """
    language: Language = lexicon.language
    recorded = decode(path)
    samples = resample(recorded.samples.mean(axis=0, keepdims=True), recorded.sample_rate_hz, SPEECH_RATE_HZ)[
        0
    ]
    units = lexicon.units(text)
    spans = aligned(samples.astype(float), SPEECH_RATE_HZ, units, Voice(language=language))
    words, accents_s = leaned_on(words_of(units, spans), samples, SPEECH_RATE_HZ, language)
    return Speech(
        language=language,
        samples=samples,
        words=words,
        accents_s=accents_s,
        voice="recording",
        within_s=WITHIN_S,
    )
