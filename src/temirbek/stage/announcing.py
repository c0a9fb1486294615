"""Announcements, made ahead: for each of the venue's languages a sound, its captions and accents, and gestures to it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from temirbek.audio import FlacWriter, open_audio
from temirbek.errors import MotionInfeasible
from temirbek.stage.made import Made
from temirbek.stage.talking import make_talk
from temirbek.store import to_json, write_text
from temirbek.types import SPEECH_RATE_HZ, AnnouncementCue, Cue, Evening, Language, Speech
from temirbek.voice import Lexicon, hear_recording, house_lexicon, script_of, speak

LEAD_IN_S = 0.4
"""Silence before the first word: the music goes down in it, and between two languages it is the breath."""
_SILENCE = np.zeros((2, round(LEAD_IN_S * SPEECH_RATE_HZ)), dtype=np.float32)
_BLOCK = 10 * SPEECH_RATE_HZ


def make_announcement(
    evening: Evening, cue: Cue, announcement: AnnouncementCue, into: Path, base: Path
) -> Made:
    """Speaks what has no recording, and finds the words in what has one.

    Args:
        evening: The whole.
        cue, announcement: Which.
        into: The folder that is being made: ``LANGUAGE.flac`` and ``LANGUAGE.json`` for each language, and
            ``LANGUAGE.npz`` where humanoids take part.
        base: The folder from which recordings are named.

    Raises:
        InvalidInput, DeviceLost: A language cannot be spoken; the message says why.
    """
    sounds: dict[str, str] = {}
    speeches: dict[str, str] = {}
    talks: dict[str, str] = {}
    notes: list[str] = []
    duration_s = 0.0
    for language in evening.venue.languages:
        text = announcement.text.get(language, "")
        lexicon = lexicon_of(evening, language)
        sound = f"{language}.flac"
        if language in announcement.audio:
            path = (base / announcement.audio[language]).resolve()
            speech = _later(hear_recording(path, text, lexicon))
            _copy(path, into / sound)
        elif language in announcement.voices and text:
            speech = _later(speak(text, announcement.voices[language], lexicon))
            _write(speech, into / sound, cue.title)
        else:
            continue
        script = script_of(speech)
        sounds[language], speeches[language] = sound, f"{language}.json"
        write_text(into / speeches[language], json.dumps(to_json(script), ensure_ascii=False))
        duration_s += speech.duration_s
        try:
            if make_talk(evening.show, cue, script, into / f"{language}.npz"):
                talks[language] = f"{language}.npz"
        except MotionInfeasible as error:  # it is said all the same, without gestures
            notes.append(f"nobody gestures in {language}: {error}")
    return Made(
        cue=cue.id,
        kind=cue.kind,
        sounds=sounds,
        speeches=speeches,
        talks=talks,
        duration_s=duration_s,
        notes=tuple(notes),
    )


def lexicon_of(evening: Evening, language: Language) -> Lexicon:
    """How the evening's names and numbers are said: the house's entries, and the show's before them."""
    return house_lexicon(language).with_entries(evening.lexicon.get(language, {}))


def _later(speech: Speech) -> Speech:
    """The same speech after the lead-in."""
    return replace(
        speech,
        samples=np.concatenate([_SILENCE[0], speech.samples]),
        words=[replace(w, start_s=w.start_s + LEAD_IN_S, end_s=w.end_s + LEAD_IN_S) for w in speech.words],
        accents_s=[at_s + LEAD_IN_S for at_s in speech.accents_s],
    )


def _write(speech: Speech, path: Path, title: str) -> None:
    """On both channels, as the sound process reads it."""
    with FlacWriter(path, SPEECH_RATE_HZ, tags={"title": title}) as writer:
        writer.write(speech.samples[None, :].repeat(2, axis=0))


def _copy(recording: Path, path: Path) -> None:
    """A recording as it is, after the lead-in, as the sound process reads it."""
    with (
        open_audio(recording, SPEECH_RATE_HZ) as reader,
        FlacWriter(path, SPEECH_RATE_HZ, tags={"title": recording.stem}) as writer,
    ):
        reader.require_sound()
        writer.write(_SILENCE)
        for start in range(0, reader.n_samples, _BLOCK):
            writer.write(reader.read(start, min(_BLOCK, reader.n_samples - start)))
