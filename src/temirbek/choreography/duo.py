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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from temirbek.choreography.floor import Floor
from temirbek.choreography.form import Phrase, Unit
from temirbek.choreography.layers import SAME_BEAT, end_of, free_stretches
from temirbek.choreography.material import Chooser, is_groove, is_marked, is_upper, may_follow, rule_for
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
from temirbek.choreography.pictures import applause, bows, greetings, pictures, stillness
from temirbek.choreography.scene import Scene
from temirbek.choreography.travel import Travel
from temirbek.types import Layer, Move, Performer

REST_BARS = 4  # a move that has ended rests so long before it comes again
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
        self._dancers, self._chooser, self._floor, self._scene = dancers, chooser, floor, scene
        self._bar = float(bar_beats)
        self._part = Part()
        self._travel = Travel(dancers, chooser, floor, scene, self._part, bar_beats)
        self._motifs: dict[str, Motif] = {}
        self._visits: dict[str, int] = {}
        self._sections: dict[str, int] = {}
        self._refrain: Move | None = None
        self._motif_of_refrain: Motif | None = None
        self._last: tuple[str, ...] = ()
        self._ended: dict[tuple[str, str], float] = {}
        self._before: dict[tuple[str, str], Move] = {}
        turn = int(chooser.rng.integers(len(CHANGES)))
        self._changes: tuple[Change, ...] = ("plain", "mirror", *CHANGES[turn:], *CHANGES[:turn])
        self._until = 0.0
        self._stills = int(chooser.rng.integers(8))

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
        self._until = self._close(last, leaves_from)
        for phrase in phrases:
            if phrase.start_beat < self._until - SAME_BEAT:
                self._phrase(phrase)
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
                self._dance(dancer, plan.thanks, phrase, plan.end, plan.end + self._bar, 0.8)
            self._part.notes.append((plan.end, f"{plan.thanks.title.lower()}: thanks for the solo"))
        if phrase.before_drop and plan.end < min(phrase.end_beat, self._until) - SAME_BEAT:
            self._freeze(phrase, plan.end, phrase.end_beat, "stillness, so that the drop is louder")

    def _plan(self, phrase: Phrase) -> _Plan:
        visit = self._visits[phrase.motif]
        relations = RELATIONS[phrase.label]
        is_solo = self._scene.is_solo(phrase.start_beat)
        end = self._freeze_from(phrase) if phrase.before_drop else phrase.end_beat
        thanks = self._thanks(phrase) if is_solo and not phrase.before_drop else None
        if thanks is not None:
            end -= self._bar
        return _Plan(
            phrase=phrase,
            motif=self._motif(phrase),
            change=self._changes[visit % len(self._changes)],
            relation=relations[(phrase.index + self._sections[phrase.label]) % len(relations)]
            if len(self._dancers) > 1
            else "unison",
            start=self._hush(phrase),
            end=min(end, self._until),
            share=SOLO_SHARE if is_solo else 1.0,
            opening=None if is_solo else self._opening(phrase),
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

    # stillness and pictures

    def _opening(self, phrase: Phrase) -> Move | None:
        """The picture with which a drop begins, the biggest where music was held back before it; a greeting at first."""
        moves, start = self._chooser.moves, phrase.start_beat
        if phrase.label == "drop" and phrase.opens_section:
            found = pictures(moves, phrase)
            if found:
                picture = found[0]
                if not phrase.opens_drop and len(found) > 1:
                    picture = found[1 + self._sections["drop"] % (len(found) - 1)]
                words = "the biggest picture, " if picture is found[0] else ""
                self._part.notes.append((start, f"the drop: {words}{picture.title.lower()}"))
                return picture
        if phrase.is_first and phrase.label != "drop" and phrase.length_beats >= 4 * self._bar:
            ways = greetings(moves, phrase)
            if ways and max(self._travel.free_from.values()) <= start + SAME_BEAT:
                greeting = ways[int(self._chooser.rng.integers(len(ways)))]
                self._part.notes.append((start, f"a greeting to the hall: {greeting.title.lower()}"))
                return greeting
        return None

    def _thanks(self, phrase: Phrase) -> Move | None:
        """Applause in the last bar of a solo."""
        ends = any(abs(phrase.end_beat - b) < SAME_BEAT for _, b in self._scene.solos)
        ways = applause(self._chooser.moves, phrase) if ends else ()
        return ways[int(self._chooser.rng.integers(len(ways)))] if ways else None

    def _hush(self, phrase: Phrase) -> float:
        """A bar of stillness where a break follows a drop; returns where the dance goes on."""
        start = phrase.start_beat
        if not (phrase.after_drop and phrase.label == "break") or phrase.length_beats < 4 * self._bar:
            return start
        self._freeze(phrase, start, start + self._bar, "stillness: the drop is over")
        return start + self._bar

    def _freeze(self, phrase: Phrase, start: float, end: float, words: str) -> None:
        poses = stillness(self._chooser.moves, phrase)
        if not poses:
            return
        pose = poses[self._stills % len(poses)]
        self._stills += 1
        for k, dancer in enumerate(self._dancers):
            if self._travel.free_from[dancer.id] <= start + SAME_BEAT:
                self._dance(dancer, pose, phrase, start, end, 0.9, mirrored=k % 2 == 1)
        self._part.notes.append((start, words))

    def _freeze_from(self, phrase: Phrase) -> float:
        """Where stillness begins before a drop: a bar before the end of the phrase."""
        return phrase.end_beat - min(self._bar, phrase.length_beats / 2)

    def _close(self, last: Phrase, leaves_from: float) -> float:
        """The end: a bow, or a pose that is held; returns where it begins."""
        moves = bows(self._chooser.moves, last) or stillness(self._chooser.moves, last)[:1]
        if not moves:
            return leaves_from
        move = moves[int(self._chooser.rng.integers(len(moves)))]
        beats = move.length_beats * (rule_for(move, last) or 1.0) if move.accents else self._bar
        start = leaves_from - self._bar * float(np.ceil(beats / self._bar))
        if start <= last.start_beat:
            return leaves_from
        for dancer in self._dancers:
            self._dance(dancer, move, last, start, start + beats, 0.9)
        self._part.notes.append((start, f"the end: {move.title.lower()}"))
        return start

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

            move = self._fresh(known, fits, plan.phrase, begins, "legs")
            if move is None:
                continue
            units = [u for u in plan.phrase.units if u.start_beat < end and u.end_beat > start]
            level = plan.share * float(np.mean([intensity_of(u, plan.phrase) for u in units]))
            for i, dancer in enumerate(self._dancers):
                if dancer.id in begins:
                    mirrored = _is_mirrored(plan, i) != (k % 2 == 1)
                    taken = self._scene.pinned(dancer.id, begins[dancer.id], end)
                    for a, b in free_stretches(begins[dancer.id], end, taken):
                        self._dance(dancer, move, plan.phrase, a, b, level, mirrored=mirrored)

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

        move = picture or self._fresh([figure, *others], fits, plan.phrase, begins, "arms")
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
            self._dance(
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

    def _fresh(
        self,
        known: Sequence[Move],
        fits: Callable[[Move], bool],
        phrase: Phrase,
        begins: Mapping[str, float],
        where: str,
    ) -> Move | None:
        """What is danced next: of what is known, or else of the vocabulary, the first that has rested and may follow."""

        def may(move: Move) -> bool:
            before = (self._before.get((dancer, where)) for dancer in begins)
            return (
                rule_for(move, phrase) is not None and fits(move) and all(may_follow(move, b) for b in before)
            )

        def rested(move: Move) -> float:
            return min(
                (at - self._ended.get((d, move.name), -np.inf) for d, at in begins.items()), default=0.0
            )

        if not begins:
            return None
        pool = [m for m in self._chooser.moves.values() if m.robot == self._dancers[0].robot and may(m)]
        others = [pool[i] for i in self._chooser.rng.permutation(len(pool)) if pool[i] not in known]
        others.sort(key=lambda m: (phrase.label not in m.moods, self._chooser.uses.get(m.name, 0)))
        order = [*(m for m in known if may(m)), *others]
        ready = [m for m in order if rested(m) >= REST_BARS * self._bar - SAME_BEAT]
        return ready[0] if ready else max(order, key=rested, default=None)

    def _dance(
        self,
        dancer: Performer,
        move: Move,
        phrase: Phrase,
        start: float,
        end: float,
        intensity: float,
        *,
        mirrored: bool = False,
        layers: tuple[Layer, ...] = (),
        slower: bool = False,
    ) -> None:
        rule = rule_for(move, phrase) or 1.0
        could = 2.0 in move.tempo_rules and move.tempo_bpm[0] <= phrase.slowest_bpm / (2 * rule)
        if slower and rule == 1.0 and could and is_marked(move, 2.0):
            rule = 2.0
        call = self._part.dance(
            dancer.id,
            move,
            start,
            end,
            intensity=intensity,
            tempo_bpm=phrase.tempo_bpm,
            mirrored=mirrored,
            layers=layers,
            rule=rule,
        )
        if call is not None:
            self._floor.add([call])
            self._ended[(dancer.id, move.name)] = end_of(call)
            for where, layer in (("legs", "legs"), ("arms", "left_arm")):
                if layer in move.layers:
                    self._before[(dancer.id, where)] = move

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
