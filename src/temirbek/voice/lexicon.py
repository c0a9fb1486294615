"""How the organiser's words are said: names, abbreviations, numbers. What is shown is never changed.

A text is cut at white space into words, and those into units: one word mostly, several where an entry or a rule reads them
together ("15 наурыз" → «он бесінші наурыз»). A unit keeps its words as they were written and says what a voice reads.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from temirbek.errors import InvalidInput
from temirbek.types import Language
from temirbek.voice.numerals import said_number
from temirbek.voice.words import words_file

_EDGES = re.compile(r"^([^\w№%+−-]*)(.*?)([^\w%+]*)$", re.DOTALL)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Words that are said together.

    Attributes:
        words: As written, with their punctuation.
        said: What a voice reads.
        gap: White space after it: a blank line where the text breaks the line.
    """

    words: tuple[str, ...]
    said: str
    gap: str = " "


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """How things are said in one language.

    Attributes:
        language: Which.
        entries: As written → as said. Written small, an entry also fits words with capitals; a key may be several words.
    """

    language: Language
    entries: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for written, said in self.entries.items():
            if not written.split() or not said.split():
                raise InvalidInput(
                    f"lexicon.{self.language}: {written!r} = {said!r}; expected words on both sides"
                )

    def with_entries(self, entries: Mapping[str, str]) -> "Lexicon":
        """This one and more entries, which come first."""
        return Lexicon(language=self.language, entries={**self.entries, **entries})

    def units(self, text: str) -> tuple[Unit, ...]:
        """A text as units: their words, in order, are the text's words."""
        words = text.split()
        gaps = [gap for gap in _SPACE.findall(text.strip())] + [""]
        units: list[Unit] = []
        at = 0
        while at < len(words):
            n, said = self._said(words[at:])
            while at + n < len(words) and not self._speaks(words[at + n]):
                said, n = f"{said} {words[at + n]}", n + 1
            gap = "\n\n" if "\n" in gaps[at + n - 1] else " "
            units.append(Unit(words=tuple(words[at : at + n]), said=said, gap=gap))
            at += n
        return tuple(units)

    def _speaks(self, word: str) -> bool:
        """Whether there is anything to say in it; a dash of its own is no word."""
        return any(c.isalnum() for c in word) or self._entry(word) is not None

    def _said(self, words: Sequence[str]) -> tuple[int, str]:
        """How many of the next words are said together, and how."""
        for n in range(min(self._longest, len(words)), 0, -1):
            if (said := self._entry(" ".join(words[:n]))) is not None:
                return n, said
            before, core, after = _parted(words[:n])
            if (said := self._entry(core)) is not None:
                return n, before + said + after
        for n in (3, 2, 1):
            if n <= len(words):
                before, core, after = _parted(words[:n])
                if (said := said_number(core, self.language)) is not None:
                    return n, before + said + after
        return 1, words[0]

    @property
    def _longest(self) -> int:
        return max((len(written.split()) for written in self.entries), default=0)

    def _entry(self, core: str) -> str | None:
        """What an entry says of a word, with the ending that hangs on it by a hyphen."""
        for written in (core, core.casefold()):
            if written in self.entries:
                return self.entries[written]
        stem, hyphen, ending = core.partition("-")
        for written in (stem, stem.casefold()):
            if hyphen and ending and written in self.entries:
                return f"{self.entries[written]}{ending}" if ending.isalpha() else None
        return None


def _parted(words: Sequence[str]) -> tuple[str, str, str]:
    """Some words as one, without the punctuation around them, which comes apart."""
    found = _EDGES.match(" ".join(words))
    assert found is not None  # any text has edges, if only empty ones
    return found[1], found[2], found[3]


@functools.cache
def house_lexicon(language: Language) -> Lexicon:
    """What every show knows how to say: the package's own entries."""
    return Lexicon(language=language, entries=words_file(language)["say"])
