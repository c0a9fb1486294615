"""A person's recording of a known text: when each word of it is heard."""

from pathlib import Path

from temirbek.audio import decode, resample
from temirbek.types import SPEECH_RATE_HZ, Language, Speech, Voice
from temirbek.voice.accents import leaned_on
from temirbek.voice.alignment import SPREAD_WITHIN_S, WITHIN_S, aligned, spread
from temirbek.voice.lexicon import Lexicon
from temirbek.voice.programs import why_missing
from temirbek.voice.speak import words_of


def hear_recording(path: Path, text: str, lexicon: Lexicon) -> Speech:
    """Finds the words of a text in a recording of it; the sound stays as it is.

    Where espeak-ng does not speak the language, words share the time by their letters, much less exactly: ``within_s``
    says how much.

    Args:
        path: The recording; more channels than one are heard as one.
        text: What is read in it.
        lexicon: How names and numbers are said.

    Raises:
        InvalidInput: The file is no sound.
        DeviceLost: espeak-ng, whose reading is the measure, is there but did not speak.
    """
    language: Language = lexicon.language
    recorded = decode(path)
    mono = recorded.samples.mean(axis=0, keepdims=True)
    samples = resample(mono, recorded.sample_rate_hz, SPEECH_RATE_HZ)[0]
    units, measure = lexicon.units(text), Voice(language=language)
    if why_missing(measure):
        spans, within_s = spread(samples.astype(float), SPEECH_RATE_HZ, units), SPREAD_WITHIN_S
    else:
        spans, within_s = aligned(samples.astype(float), SPEECH_RATE_HZ, units, measure), WITHIN_S
    words, accents_s = leaned_on(words_of(units, spans), samples, SPEECH_RATE_HZ, language)
    return Speech(
        language=language,
        samples=samples,
        words=words,
        accents_s=accents_s,
        voice="recording",
        within_s=within_s,
    )
