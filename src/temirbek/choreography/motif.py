"""Motifs: what belongs to one kind of music, in which order it comes, and how it changes when it returns.

A motif is four grooves (two that step, two that stand, where the tempo allows) and four figures for arms and chest.
When its music returns, the motif returns as a variation, as in music: in the mirror, in *retrograde* (the order of its
figures reversed), in *augmentation* (every figure takes twice as long: in half time where the move allows it), or with
one *limb* after the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from temirbek.choreography.form import Phrase
from temirbek.choreography.material import Chooser, is_marked, is_planted, is_stepping, is_upper, rule_for
from temirbek.types import Move, SectionLabel

Relation = Literal["unison", "mirror", "canon", "answer"]
Change = Literal["plain", "mirror", "retrograde", "augmentation", "limb"]
Feet = Literal["planted", "stepping"]

FORMS: dict[SectionLabel, tuple[str, ...]] = {
    "intro": ("ABCA", "BCAB"),
    "verse": ("ABCD", "BDAC"),
    "build": ("CABC", "ABCA"),
    "drop": ("ADBC", "BCAD"),
    "break": ("BCAB", "CABC"),
    "outro": ("DCBA", "ACBD"),
}
"""Label → orders of the figures of its phrases, in turn, a letter a unit: no letter returns before two others."""
FEET: dict[SectionLabel, tuple[Feet, ...]] = {
    "intro": ("planted", "stepping"),
    "verse": ("stepping", "planted"),
    "build": ("planted", "stepping"),
    "drop": ("stepping", "planted"),
    "break": ("planted", "planted"),
    "outro": ("stepping", "planted"),
}
"""Label → what the feet do, in turn, a phrase each: where feet change their way, form is seen."""
RELATIONS: dict[SectionLabel, tuple[Relation, ...]] = {
    "intro": ("mirror", "answer"),
    "verse": ("unison", "canon", "mirror", "answer"),
    "build": ("mirror", "unison"),
    "drop": ("unison", "mirror"),
    "break": ("answer", "canon", "mirror"),
    "outro": ("mirror", "unison"),
}
"""Label → what dancers are to each other, in turn: together where it is loudest, apart where it is calm."""
RELATION_WORDS: dict[Relation, str] = {
    "unison": "in unison",
    "mirror": "in mirror image",
    "canon": "in canon, a bar apart",
    "answer": "one calls, the other answers",
}
CHANGE_WORDS: dict[Change, str] = {
    "plain": "",
    "mirror": ", as before but mirrored",
    "retrograde": ", as before but backwards",
    "augmentation": ", as before but twice as slow",
    "limb": ", as before with one arm at a time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Motif:
    """Material: two grooves for each way of the feet, figures by letter."""

    grooves: dict[Feet, tuple[Move, ...]]
    figures: dict[str, Move]

    @property
    def names(self) -> tuple[str, ...]:
        """All that it uses."""
        grooves = [m for kind in self.grooves.values() for m in kind]
        return tuple(m.name for m in [*grooves, *self.figures.values()])


def new_motif(
    chooser: Chooser, phrase: Phrase, last: Sequence[str], room_m: float, refrain: Move | None = None
) -> Motif:
    """Draws a motif for a kind of music, unlike the one before.

    Args:
        chooser: Draws.
        phrase: Where it is heard first.
        last: Names of what was danced before it.
        room_m: How far its steps may stray.
        refrain: A figure that shall come back in it, or None.

    Raises:
        LookupError: The vocabulary has no groove or no figure at this tempo.
    """

    def steps(move: Move) -> bool:
        return is_stepping(move) and stray_of(move) <= room_m

    def marked(kind: Callable[[Move], bool]) -> Callable[[Move], bool]:
        return lambda move: kind(move) and is_marked(move, rule_for(move, phrase) or 1.0)

    grooves: dict[Feet, tuple[Move, ...]] = {}
    kinds: dict[Feet, Callable[[Move], bool]] = {"planted": marked(is_planted), "stepping": steps}
    for feet, kind in kinds.items():
        drawn: list[Move] = []
        while len(drawn) < 2 and any(kind(m) and rule_for(m, phrase) for m in _of_g1(chooser)):
            avoid = (*last, *(m.name for m in drawn))
            drawn.append(chooser.choose("g1", kind, phrase, avoid=avoid))
        grooves[feet] = tuple(drawn)
    if not grooves["planted"]:
        raise LookupError(f"no groove on planted feet at {phrase.tempo_bpm:.0f} BPM")
    figures: dict[str, Move] = {}
    if refrain is not None and rule_for(refrain, phrase) is not None:
        figures["B"] = refrain
    for letter in "ABCD":
        if letter in figures:
            continue
        avoid = (*last, *(m.name for m in figures.values()))
        figures[letter] = chooser.choose("g1", marked(is_upper), phrase, avoid=avoid)
    return Motif(grooves=grooves, figures=figures)


def _of_g1(chooser: Chooser) -> list[Move]:
    return [m for m in chooser.moves.values() if m.robot == "g1"]


def stray_of(move: Move) -> float:
    """How far a move's steps go from where its cycle began, knobs at their defaults [m]."""
    knobs = {c: p.default for p in move.parameters for c in p.scales}
    x, y = knobs.get("step_x", 1.0), knobs.get("step_y", 1.0)
    return max(
        (float((abs(s.to[0] * x) ** 2 + abs(s.to[1] * y) ** 2) ** 0.5) for s in move.steps), default=0.0
    )


def form_of(phrase: Phrase, change: Change, n_units: int) -> str:
    """The order of a phrase's figures: a letter a unit."""
    forms = FORMS[phrase.label]
    form = forms[phrase.index % len(forms)]
    letters = "".join(form[k % len(form)] for k in range(n_units))
    return letters[::-1] if change == "retrograde" else letters
