"""Numbers for dancers: motifs that return, and what the dancers are to each other.

A motif is a groove for legs and hips and two or three figures for arms and chest. The same music (a section of one
label in one track) brings its motif back; repeats are mirrored, later phrases exchange one figure. In a phrase the
figures follow a form of units of two bars (A A' B A …). From phrase to phrase the dancers are in unison, in mirror
image, or in canon at one bar, as the music suggests: together where it is loudest, apart where it is calm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from temirbek.choreography.form import Phrase, Unit
from temirbek.choreography.material import Chooser, is_groove, is_upper
from temirbek.choreography.part import Part, intensity_of
from temirbek.types import Move, Performer, SectionLabel

Relation = Literal["unison", "mirror", "canon"]

FORMS: dict[SectionLabel, tuple[str, ...]] = {
    "intro": ("AAAA", "ABAB"),
    "verse": ("AaBb", "AaCA"),
    "build": ("AABB", "BBCC"),
    "drop": ("PABa", "ABCP"),
    "break": ("AaAa", "BaBa"),
    "outro": ("AaBb", "BbAA"),
}
"""Label → forms of its phrases, in turn: a letter a unit, small letters mirrored, P the big picture."""

RELATIONS: dict[SectionLabel, tuple[Relation, ...]] = {
    "intro": ("mirror", "canon"),
    "verse": ("unison", "mirror", "canon"),
    "build": ("mirror", "unison"),
    "drop": ("unison", "mirror"),
    "break": ("canon", "mirror"),
    "outro": ("mirror", "unison"),
}
_WORDS: dict[Relation, str] = {
    "unison": "in unison",
    "mirror": "in mirror image",
    "canon": "in canon, a bar apart",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Motif:
    """What belongs to one kind of music: a groove and figures by letter."""

    groove: Move
    figures: dict[str, Move]


class DancersPart:
    """Composes for dancers who belong together.

    Args:
        dancers: One or more; the first leads.
        chooser: Draws moves.
    """

    def __init__(self, dancers: Sequence[Performer], chooser: Chooser) -> None:
        self._dancers, self._chooser = dancers, chooser
        self._motifs: dict[str, Motif] = {}
        self._visits: dict[str, int] = {}
        self._last: tuple[str, ...] = ()
        self._part = Part()

    def compose(self, phrases: Sequence[Phrase]) -> Part:
        """The dancers' part for all phrases."""
        for i, phrase in enumerate(phrases):
            if i == 0 or phrases[i - 1].motif != phrase.motif or phrase.index == 0:
                self._visits[phrase.motif] = self._visits.get(phrase.motif, -1) + 1
            self._phrase(phrase, is_first=i == 0)
        return self._part

    def _phrase(self, phrase: Phrase, *, is_first: bool) -> None:
        motif = self._motif(phrase)
        visit = self._visits[phrase.motif]
        forms, relations = FORMS[phrase.label], RELATIONS[phrase.label]
        form = forms[phrase.index % len(forms)]
        relation = relations[(phrase.index + visit) % len(relations)] if len(self._dancers) > 1 else "unison"
        self._note(phrase, motif, visit, relation)
        for who, dancer in enumerate(self._dancers):
            follows = who % 2 == 1
            mirrored = (visit % 2 == 1) != (follows and relation == "mirror")
            delay = (phrase.units[0].length_beats / 2) if follows and relation == "canon" else 0.0
            self._figures(dancer.id, phrase, motif, form, mirrored=mirrored, delay=delay)
            self._grooves(dancer.id, phrase, motif, mirrored=mirrored)

    def _grooves(self, dancer: str, phrase: Phrase, motif: Motif, *, mirrored: bool) -> None:
        for unit in phrase.units:
            end = (
                self._freeze_from(phrase)
                if unit is phrase.units[-1] and phrase.before_drop
                else unit.end_beat
            )
            self._part.dance(
                dancer,
                motif.groove,
                unit.start_beat,
                end,
                intensity=intensity_of(unit, phrase),
                tempo_bpm=phrase.tempo_bpm,
                mirrored=mirrored,
            )

    def _figures(
        self, dancer: str, phrase: Phrase, motif: Motif, form: str, *, mirrored: bool, delay: float
    ) -> None:
        last = self._freeze_from(phrase) if phrase.before_drop else phrase.end_beat
        if delay:
            self._figure(
                dancer, phrase, phrase.units[0], motif, form[0], phrase.start_beat, delay, not mirrored
            )
        for k, unit in enumerate(phrase.units):
            start = unit.start_beat + delay
            length = min(unit.end_beat + delay, last) - start
            self._figure(dancer, phrase, unit, motif, form[k % len(form)], start, length, mirrored)
        if phrase.before_drop:
            freeze = self._chooser.moves["freeze"]
            self._part.dance(
                dancer,
                freeze,
                last,
                phrase.end_beat,
                intensity=0.9,
                tempo_bpm=phrase.tempo_bpm,
                mirrored=mirrored,
            )

    def _figure(
        self,
        dancer: str,
        phrase: Phrase,
        unit: Unit,
        motif: Motif,
        letter: str,
        start: float,
        length: float,
        mirrored: bool,
    ) -> None:
        self._part.dance(
            dancer,
            motif.figures[letter.upper()],
            start,
            start + length,
            intensity=intensity_of(unit, phrase),
            tempo_bpm=phrase.tempo_bpm,
            mirrored=mirrored != letter.islower(),
        )

    def _freeze_from(self, phrase: Phrase) -> float:
        """Where stillness begins before a drop: half a unit (a bar) before the end of the phrase."""
        unit = phrase.units[-1]
        return unit.end_beat - min(4.0, unit.length_beats / 2)

    def _motif(self, phrase: Phrase) -> Motif:
        if phrase.motif not in self._motifs:
            groove = self._chooser.choose("g1", is_groove, phrase, avoid=self._last[:1])
            figures: dict[str, Move] = {}
            for letter in "ABC":
                avoid = (*self._last, *(m.name for m in figures.values()))
                figures[letter] = self._chooser.choose("g1", is_upper, phrase, avoid=avoid)
            figures["P"] = self._chooser.moves["drop_pose"]
            self._motifs[phrase.motif] = Motif(groove=groove, figures=figures)
        motif = self._motifs[phrase.motif]
        self._last = (motif.groove.name, *(m.name for m in motif.figures.values()))
        return motif

    def _note(self, phrase: Phrase, motif: Motif, visit: int, relation: Relation) -> None:
        again = ", as before but mirrored" if visit % 2 else (", as at first" if visit else "")
        together = f", {_WORDS[relation]}" if len(self._dancers) > 1 else ""
        figures = motif.figures["A"].title.lower(), motif.figures["B"].title.lower()
        words = f"{phrase.label}: {motif.groove.title.lower()} with {figures[0]} and {figures[1]}{again}{together}"
        self._part.notes.append((phrase.start_beat, words))
        if phrase.opens_drop:
            self._part.notes.append((phrase.start_beat, "the drop: the biggest picture, both arms up"))
        if phrase.before_drop:
            self._part.notes.append((self._freeze_from(phrase), "stillness, so that the drop is louder"))
