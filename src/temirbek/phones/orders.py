"""What the conductor asks of the phones, made into parts of their state; whatever does not fit is refused with the reason.

The conductor is trusted, its texts are the organiser's; they are checked all the same, because ten thousand phones would show
what is wrong with them: lengths are bounded, a text has its languages, a light is thinned (:mod:`temirbek.phones.light`).
"""

import math
from collections.abc import Mapping
from typing import Any, Final

from temirbek.errors import InvalidInput
from temirbek.phones.protocol import MOST_ID_CHARS

LANGUAGES: Final = ("kk", "ru", "en")
MOST_TEXT_CHARS: Final = 280
MOST_WORD_CHARS: Final = 120
MOST_OPTION_CHARS: Final = 80
MOST_OPTIONS: Final = 6
MOST_TRACKS: Final = 2000
"""Some 100 KB, packed, for a phone that opens the list."""


def now_of(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is on: ``title``, ``artist``, ``kind`` (a cue's), ``tempo_bpm``; None where nothing is.

    Raises:
        InvalidInput: A field is of another kind.
    """
    words = {name: _word(body, name) for name in ("title", "artist", "kind")}
    return {**words, "tempo_bpm": _number(body, "tempo_bpm")} if words["title"] else None


def poll_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """A poll that opens: ``poll`` (its id), ``question`` in words, ``options`` (``id``, ``text``), ``until_host_s`` or None.

    Raises:
        InvalidInput: It is none.
    """
    options = body.get("options")
    if not isinstance(options, list) or not 2 <= len(options) <= MOST_OPTIONS:
        raise InvalidInput(f"poll: expected 2 to {MOST_OPTIONS} options")
    asked = [
        {"id": id_of(option, "id"), "text": text_of(option.get("text"), MOST_OPTION_CHARS)}
        for option in map(object_of, options)
    ]
    if len({option["id"] for option in asked}) < len(asked):
        raise InvalidInput("poll: two options have one id")
    return {
        "id": id_of(body, "poll"),
        "question": text_of(body.get("question")),
        "options": asked,
        "until_host_s": _number(body, "until_host_s"),
        "result": None,
    }


def crate_of(body: Mapping[str, Any]) -> dict[str, list[str]]:
    """Track → title and artist, of the tracks that can be wished: ``tracks`` with ``id``, ``title``, ``artist``.

    Raises:
        InvalidInput: It is no crate.
    """
    tracks = body.get("tracks")
    if not isinstance(tracks, list) or len(tracks) > MOST_TRACKS:
        raise InvalidInput(f"crate: expected a list of at most {MOST_TRACKS} tracks")
    return {
        id_of(track, "id"): [_word(track, "title"), _word(track, "artist")]
        for track in map(object_of, tracks)
    }


def text_of(value: Any, most_chars: int = MOST_TEXT_CHARS) -> dict[str, str]:
    """A text in the languages of the hall: a text for all of them, or language → text.

    Args:
        value: As it came.
        most_chars: In each language.

    Raises:
        InvalidInput: It is empty, too long, or of another kind.
    """
    texts = dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value
    if not isinstance(texts, Mapping):
        raise InvalidInput(f"a text is {value!r}; expected words, or language → words")
    said = {language: texts[language] for language in LANGUAGES if texts.get(language)}
    for language, words in said.items():
        if not isinstance(words, str) or len(words) > most_chars or not _is_plain(words):
            raise InvalidInput(f"the text in {language} is no plain text of at most {most_chars} characters")
    if not said:
        raise InvalidInput(f"a text is empty; expected words in {', '.join(LANGUAGES)}")
    return said


def object_of(value: Any) -> Mapping[str, Any]:
    """An object.

    Raises:
        InvalidInput: It is something else.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{value!r}: expected an object")
    return value


def id_of(body: Mapping[str, Any], name: str) -> str:
    """An id of 1 to 80 characters.

    Raises:
        InvalidInput: It is missing, or none.
    """
    value = body.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= MOST_ID_CHARS or not _is_plain(value):
        raise InvalidInput(f"{name} is {value!r}; expected a text of 1 to {MOST_ID_CHARS} characters")
    return value


def _word(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str) or not _is_plain(value):
        raise InvalidInput(f"{name} is {value!r}; expected plain text")
    return value[:MOST_WORD_CHARS]


def _number(body: Mapping[str, Any], name: str) -> float | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidInput(f"{name} is {value!r}; expected a number")
    return float(value)


def _is_plain(text: str) -> bool:
    return not any(
        0xD800 <= ord(letter) <= 0xDFFF or (ord(letter) < 0x20 and letter != "\n") for letter in text
    )
