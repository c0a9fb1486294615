"""Dancers who belong together: what they dance, and what they are to each other.

Phrase by phrase, in order of time:

1. the *motif* of the music, as it was or varied (:mod:`~temirbek.choreography.motif`);
2. the *relation*: unison, mirror image, canon at one bar, or call and answer;
3. the *formation* (:mod:`~temirbek.choreography.travel`): dancers walk in the first half of a phrase, while arms go on
   in a smaller way; a walk ends on the next mark to rounding;
4. grooves, four bars each, in one phrase stepping, in another planted; figures, two bars each;
5. stillness before a drop and after it, the biggest picture on it, a bow at the end.

No groove and no figure returns to a dancer before four bars have gone by, unless the vocabulary is too small.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from temirbek.choreography.floor import Floor
from temirbek.choreography.form import Phrase, Unit
from temirbek.choreography.layers import SAME_BEAT, free_stretches
from temirbek.choreography.material import Chooser, is_groove, is_marked, is_upper, rule_for
from temirbek.choreography.moments import Moments
from temirbek.choreography.motif import (
    CHANGE_WORDS,
    FEET,
    RELATION_WORDS,
    RELATIONS,
    Change,
    Motif,
    Relation,
    form_of,
    new_motif,
    stray_of,
)
from temirbek.choreography.part import Part, intensity_of
from temirbek.choreography.repertory import Repertory
from temirbek.choreography.scene import Scene
from temirbek.choreography.travel import Travel
from temirbek.types import Layer, Move, Performer

GROOVE_BARS = 4
HOME_BARS = 8  # so long before the end the dancers go back to their marks
SOLO_SHARE = 0.55  # so large is the dance behind a solo
WALK_SHARE = 0.75  # so large are the arms of somebody who walks
HOLD_SHARE = 0.6  # so large is the groove of somebody who lets another call
CHANGES: tuple[Change, ...] = ("retrograde", "augmentation", "limb")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What was decided for a phrase: ``opening`` takes its first unit, ``thanks`` follow its end."""

    phrase: Phrase
    motif: Motif
    change: Change
    relation: Relation
    start: float
    end: float
    share: float
    opening: Move | None
    thanks: Move | None


class DancersPart:
    """Composes for dancers who belong together.

    Args:
        dancers: One or more; the first leads.
        chooser: Draws moves.
        floor: Where everybody is; told of every step.
        scene: What the numbers ask.
        bar_beats: Beats in a bar.
    """

    def __init__(
        self, dancers: Sequence[Performer], chooser: Chooser, floor: Floor, scene: Scene, bar_beats: int
    ) -> None:
        self._dancers, self._chooser, self._scene = dancers, chooser, scene
        self._bar = float(bar_beats)
        self._part = Part()
        self._travel = Travel(dancers, chooser, floor, scene, self._part, bar_beats)
        self._repertory = Repertory(dancers, chooser, floor, self._part, bar_beats)
        self._motifs: dict[str, Motif] = {}
        self._visits: dict[str, int] = {}
        self._sections: dict[str, int] = {}
        self._refrain: Move | None = None
        self._motif_of_refrain: Motif | None = None
        self._last: tuple[str, ...] = ()
        turn = int(chooser.rng.integers(len(CHANGES)))
        self._changes: tuple[Change, ...] = ("plain", "mirror", *CHANGES[turn:], *CHANGES[:turn])
        self._until = 0.0
        self._moments = Moments(dancers, chooser, self._repertory, self._travel, scene, self._part, bar_beats)

    def compose(self, phrases: Sequence[Phrase]) -> Part:
        """The dancers' part for all phrases.

        Raises:
            LookupError: The vocabulary is too small.
            InvalidInput: Wings are too far away, or a mark lies in an artist's zone.
        """
        if not phrases:
            return self._part
        last = phrases[-1]
        self._travel.check_marks()
        self._travel.enter(phrases[0], last.end_beat)
        leaves_from = self._travel.leaves_from(last)
        self._until = self._moments.closes_from(phrases, leaves_from)
        for phrase in phrases:
            if phrase.start_beat < self._until - SAME_BEAT:
                self._phrase(phrase)
        self._moments.close()
        self._travel.leave(last, leaves_from)
        return self._part

    def _phrase(self, phrase: Phrase) -> None:
        if phrase.opens_section or phrase.motif not in self._visits:
            self._visits[phrase.motif] = self._visits.get(phrase.motif, -1) + 1
            self._sections[phrase.label] = self._sections.get(phrase.label, -1) + 1
        plan = self._plan(phrase)
        goes_home = phrase.end_beat > self._until - HOME_BARS * self._bar
        begins = plan.start if plan.opening is None else _stretches(plan, twice=False)[0][1]
        self._travel.move_over(phrase, begins, plan.end, goes_home=goes_home)
        before = len(self._part.calls)
        self._grooves(plan)
        self._figures(plan)
        self._note(plan, [self._chooser.moves[c.move] for c in self._part.calls[before:]])
        if plan.thanks is not None and plan.end + self._bar <= self._until + SAME_BEAT:
            for dancer in self._dancers:
                self._repertory.dance(dancer, plan.thanks, phrase, plan.end, plan.end + self._bar, 0.8)
            self._part.notes.append((plan.end, f"{plan.thanks.title.lower()}: thanks for the solo"))
        if phrase.before_drop and plan.end < min(phrase.end_beat, self._until) - SAME_BEAT:
            self._moments.freeze(phrase, plan.end, phrase.end_beat, "stillness, so that the drop is louder")

    def _plan(self, phrase: Phrase) -> _Plan:
        visit = self._visits[phrase.motif]
        relations = RELATIONS[phrase.label]
        is_solo = self._scene.is_solo(phrase.start_beat)
        end = self._moments.freeze_from(phrase) if phrase.before_drop else phrase.end_beat
        thanks = self._moments.thanks(phrase) if is_solo and not phrase.before_drop else None
        if thanks is not None:
            end -= self._bar
        return _Plan(
            phrase=phrase,
            motif=self._motif(phrase),
            change=self._changes[visit % len(self._changes)],
            relation=relations[(phrase.index + self._sections[phrase.label]) % len(relations)]
            if len(self._dancers) > 1
            else "unison",
            start=self._moments.hush(phrase),
            end=min(end, self._until),
            share=SOLO_SHARE if is_solo else 1.0,
            opening=None if is_solo else self._moments.opening(phrase),
            thanks=thanks,
        )

    def _motif(self, phrase: Phrase) -> Motif:
        if phrase.motif not in self._motifs:
            room_m = self._travel.room_m(phrase.start_beat)
            refrain = self._refrain if phrase.label in ("drop", "outro") else None
            self._motifs[phrase.motif] = new_motif(self._chooser, phrase, self._last, room_m, refrain)
        motif = self._motifs[phrase.motif]
        if phrase.label == "drop" and self._refrain is None:
            self._refrain, self._motif_of_refrain = motif.figures["B"], motif
        self._last = motif.names
        return motif

    # grooves and figures

    def _grooves(self, plan: _Plan) -> None:
        room_m = self._travel.room_m(plan.end)
        turn = (plan.phrase.index + self._sections[plan.phrase.label]) % 2
        feet = FEET[plan.phrase.label][turn] if plan.share == 1.0 else "planted"
        after = plan.start
        if plan.opening is not None and "legs" in plan.opening.layers:
            after = _stretches(plan, twice=False)[0][1]
        for k, (start, end) in enumerate(_spans(after, plan.end, self._bar)):
            begins = {d.id: max(start, self._travel.free_from[d.id]) for d in self._dancers}
            begins = {d: a for d, a in begins.items() if end - a > SAME_BEAT}
            known = [*plan.motif.grooves[feet], *plan.motif.grooves["planted"]]
            stretches = [end - a for a in begins.values()]

            def fits(move: Move, stretches: Sequence[float] = stretches) -> bool:
                rule = rule_for(move, plan.phrase) or 1.0
                if not is_groove(move) or not move.steps:
                    return is_groove(move) and is_marked(move, rule)
                cycle = move.length_beats * rule
                whole = all(abs(s / cycle - round(s / cycle)) < SAME_BEAT for s in stretches)
                return feet == "stepping" and whole and stray_of(move) <= room_m

            move = self._repertory.fresh(known, fits, plan.phrase, begins, "legs")
            if move is None:
                continue
            units = [u for u in plan.phrase.units if u.start_beat < end and u.end_beat > start]
            level = plan.share * float(np.mean([intensity_of(u, plan.phrase) for u in units]))
            for i, dancer in enumerate(self._dancers):
                if dancer.id in begins:
                    mirrored = _is_mirrored(plan, i) != (k % 2 == 1)
                    taken = self._scene.pinned(dancer.id, begins[dancer.id], end)
                    for a, b in free_stretches(begins[dancer.id], end, taken):
                        self._repertory.dance(dancer, move, plan.phrase, a, b, level, mirrored=mirrored)

    def _figures(self, plan: _Plan) -> None:
        turns = len(self._dancers) if plan.relation == "answer" else 1
        units = _stretches(plan, twice=plan.change == "augmentation")
        letters = form_of(plan.phrase, plan.change, -(-len(units) // turns))
        for k, letter in enumerate(letters):
            self._say(plan, k, letter, units[k * turns : (k + 1) * turns])

    def _say(self, plan: _Plan, k: int, letter: str, units: Sequence[tuple[float, float, Unit]]) -> None:
        """One figure: by everybody at once, a bar apart, or by one dancer after the other while the others hold."""
        slots: dict[int, tuple[float, float, Unit]] = {}
        for i, dancer in enumerate(self._dancers):
            answers = plan.relation == "answer"
            if answers and i >= len(units):
                continue
            start, end, unit = units[i] if answers else units[0]
            delay = i % 2 * self._bar if plan.relation == "canon" else 0.0
            start = max(start + delay, self._travel.dances_from[dancer.id])
            end = min(end + delay, plan.end)
            if end - start >= min(2.0, self._bar):
                slots[i] = (start, end, unit)
        begins = {self._dancers[i].id: slot[0] for i, slot in slots.items()}
        picture = plan.opening if k == 0 else None
        figure = plan.motif.figures[letter]
        others = [m for m in plan.motif.figures.values() if m is not figure]
        room = min((end - start for start, end, _ in slots.values()), default=0.0)

        def fits(move: Move) -> bool:
            rule = rule_for(move, plan.phrase) or 1.0
            return is_upper(move) and is_marked(move, rule) and move.length_beats * rule <= room + SAME_BEAT

        move = picture or self._repertory.fresh([figure, *others], fits, plan.phrase, begins, "arms")
        if move is None:
            return
        for i, (start, end, unit) in slots.items():
            dancer = self._dancers[i]
            level = plan.share * intensity_of(unit, plan.phrase)
            if picture is not None and plan.phrase.label == "drop":
                level = 1.0
            elif self._travel.is_walking(dancer.id, start, end):
                level *= WALK_SHARE
            mirrored = _is_mirrored(plan, i) != (k % 2 == 1)
            self._repertory.dance(
                dancer,
                move,
                plan.phrase,
                start,
                end,
                level,
                mirrored=mirrored,
                layers=() if picture is not None or plan.change != "limb" else _one_arm(move, k + i),
                slower=plan.change == "augmentation" and picture is None,
            )

    def _note(self, plan: _Plan, danced: Sequence[Move]) -> None:
        titles = [m.title.lower() for m in dict.fromkeys(m for m in danced if is_groove(m))][:1]
        titles += [m.title.lower() for m in dict.fromkeys(m for m in danced if is_upper(m))][:2]
        words = " with ".join([*titles[:1], " and ".join(titles[1:])]) if len(titles) > 1 else "".join(titles)
        again = CHANGE_WORDS[plan.change]
        if self._refrain in danced and self._motifs[plan.phrase.motif] is not self._motif_of_refrain:
            again += ", the refrain comes back"
        together = f", {RELATION_WORDS[plan.relation]}" if len(self._dancers) > 1 else ""
        room = ", smaller: room for a solo" if plan.share < 1.0 else ""
        self._part.notes.append(
            (plan.phrase.start_beat, f"{plan.phrase.label}: {words}{again}{together}{room}")
        )


def _is_mirrored(plan: _Plan, who: int) -> bool:
    """Whether a dancer does everything on the other side."""
    is_answer = who % 2 == 1 and plan.relation in ("mirror", "answer")
    return (plan.change == "mirror") != is_answer


def _one_arm(move: Move, k: int) -> tuple[Layer, ...]:
    """The torso and one arm, in turn the right and the left."""
    arm: Layer = "right_arm" if k % 2 == 0 else "left_arm"
    return ("torso", arm) if "torso" in move.layers else (arm,)


def _spans(start: float, end: float, bar: float) -> list[tuple[float, float]]:
    """A stretch in pieces of four bars; a bar that is left over joins the last."""
    edges = list(np.arange(start, end - SAME_BEAT, GROOVE_BARS * bar))
    if len(edges) > 1 and end - edges[-1] < 2 * bar - SAME_BEAT:
        edges.pop()
    return [(float(a), float(b)) for a, b in zip(edges, [*edges[1:], end], strict=True)]


def _stretches(plan: _Plan, *, twice: bool) -> list[tuple[float, float, Unit]]:
    """What remains of the phrase's units between stillnesses; two by two where everything takes twice as long."""
    found: list[tuple[float, float, Unit]] = []
    for unit in plan.phrase.units:
        start, end = max(unit.start_beat, plan.start), min(unit.end_beat, plan.end)
        if end - start > SAME_BEAT:
            found.append((start, end, unit))
    if twice:
        found = [(a[0], b[1], a[2]) for a, b in zip(found[::2], [*found[1::2], found[-1]], strict=False)]
    return found
