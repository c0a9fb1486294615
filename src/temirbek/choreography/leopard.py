"""The snow leopard: an animal's own dance, not a dancer's on four legs.

A cat does nothing for long, then one thing entirely. Each phrase is a row of *turns*, by what the music is: calm music
has it prowl out and back, look round, stretch, rest; a verse has it groove and step, with a picture at the end; a build
ends in the crouch before a jump, and in a bar of stillness; the leap lands on the drop. Whatever leaves its mark comes
back to it within the same turn, by as much as it went: over a number it stays within half a metre. The same music brings
the same turns back, mirrored. Now and then it listens for a bar and answers in the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, pi

from temirbek.choreography.form import UNIT_BARS, Phrase, Unit
from temirbek.choreography.material import MANNERS, Chooser, rule_for
from temirbek.choreography.part import Part, intensity_of
from temirbek.types import Move, MoveCall, Performer, Place, travel_of

LOWEST = 0.7  # a quadruped's trunk moves by centimetres: smaller is not seen
FAR_M = 0.35  # so far a turn may lead it from its mark
FRESH_BARS = 4  # a move does not come again for so long
STILL_BARS = 1  # before a drop
CALM_ENERGY = 0.3
SAME_BEAT = 1e-6
SAME_PLACE = 1e-9

Turn = str
GROOVES = ("groove", "head")
"""Families that keep all paws on the ground."""
PLANS: dict[str, tuple[tuple[Turn, ...], ...]] = {
    "calm": (
        ("picture", "look", "groove", "idle"),
        ("trip", "look", "idle"),
        ("stalk", "groove", "picture"),
        ("idle", "picture", "look", "steps"),
        ("circle", "picture", "look"),
    ),
    "verse": (
        ("groove", "steps", "answer", "picture"),
        ("steps", "trip", "head"),
        ("head", "groove", "steps", "answer"),
    ),
    "build": (("groove", "steps", "groove", "head"), ("steps", "groove", "answer", "steps")),
    "opening": (("leap", "steps", "groove"), ("leap", "round")),
    "drop": (
        ("steps", "groove", "answer", "picture"),
        ("round", "groove", "steps"),
        ("groove", "trip", "steps"),
    ),
}
"""What a phrase is made of, by its kind; new phrases of a kind take the rows in turn."""
LONG = ("trip", "picture", "round", "crouch", "circle")
"""Turns that take several units where they can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some of a turn: a move danced through, by its tempo rule.

    Attributes:
        move, rule: What, and how it is stretched.
        cycles: How often.
        scale: Value of the parameter that scales its steps; None leaves it where it stands.
        scales: What of them it scales.
        mirrored: Left and right exchanged.
    """

    move: Move
    rule: float
    cycles: int
    scale: float | None = None
    scales: str = "step_x"
    mirrored: bool = False

    @property
    def length_beats(self) -> float:
        """Its length [mix beats]."""
        return self.move.length_beats * self.rule * self.cycles


class LeopardPart:
    """Composes for one quadruped.

    Args:
        leopard: Who.
        chooser: Draws moves.
    """

    def __init__(self, leopard: Performer, chooser: Chooser) -> None:
        self._leopard, self._chooser = leopard, chooser
        self._memory: dict[tuple[str, int, int], list[tuple[str, ...]]] = {}
        self._rows: dict[tuple[str, str, int, int], int] = {}
        self._returns: dict[tuple[str, int, int], int] = {}
        self._last_beat: dict[str, float] = {}
        self._bar_beats = 4.0

    def compose(self, phrases: Sequence[Phrase]) -> Part:
        """The leopard's part for all phrases."""
        part = Part()
        self._bar_beats = max((u.length_beats for p in phrases for u in p.units), default=8.0) / UNIT_BARS
        for phrase in phrases:
            self._phrase(part, phrase, is_last=phrase is phrases[-1])
        return part

    def _phrase(self, part: Part, phrase: Phrase, *, is_last: bool) -> None:
        key = (phrase.motif, phrase.index % 2, len(phrase.units))
        remembered = self._memory.get(key, [])
        mirrored = self._returns.get(key, 0) % 2 == 1
        self._returns[key] = self._returns.get(key, 0) + 1
        danced: list[tuple[str, ...]] = []
        units = list(phrase.units)
        plan = self._plan(phrase, key)
        while units:
            turn = plan[len(danced) % len(plan)]
            if phrase.before_drop:
                turn = "crouch" if len(units) <= 2 else turn
            elif is_last and len(units) == 1:
                turn = "picture"
            names = remembered[len(danced)] if len(danced) < len(remembered) else ()
            used, names = self._turn(part, phrase, units, turn, names, mirrored=mirrored)
            danced.append(names)
            units = units[used:]
        self._memory.setdefault(key, danced)
        titles = dict.fromkeys(self._chooser.moves[n].title.lower() for names in danced for n in names)
        part.notes.append((phrase.start_beat, f"{self._leopard.name}: {', '.join(titles)}"))

    def _plan(self, phrase: Phrase, key: tuple[str, int, int]) -> tuple[Turn, ...]:
        """The row that this music had before, else the next of its kind."""
        kind: str = phrase.label
        if phrase.opens_drop:
            kind = "opening"
        elif kind not in ("build", "drop"):
            calm = kind in ("intro", "break", "outro") or phrase.energy < CALM_ENERGY
            kind = "calm" if calm else "verse"
        row = self._rows.setdefault((kind, *key), sum(k[0] == kind for k in self._rows))
        return PLANS[kind][row % len(PLANS[kind])]

    def _turn(
        self,
        part: Part,
        phrase: Phrase,
        units: list[Unit],
        turn: Turn,
        names: tuple[str, ...],
        *,
        mirrored: bool,
    ) -> tuple[int, tuple[str, ...]]:
        """One turn: how many units it took, and the moves that it was made of."""
        start, level = units[0].start_beat, max(intensity_of(units[0], phrase), LOWEST)
        most = min(len(units), 4 if turn == "circle" else 2)
        for used in range(most, 0, -1) if turn in LONG else range(1, most + 1):
            end = units[used - 1].end_beat
            still = phrase.before_drop and used == len(units)
            if still:
                end -= min(STILL_BARS * self._bar_beats, (end - start) / 2)
            whole = used > 1 and turn == "picture"
            pieces = self._pieces(phrase, turn, names, start, end - start, whole=whole)
            if pieces:
                self._dance(part, phrase, pieces, start, end, level, mirrored=mirrored)
                if still:
                    self._be_still(part, phrase, end, units[used - 1].end_beat)
                return used, tuple(p.move.name for p in pieces)
        if turn == "any":  # nothing in the vocabulary fits a stretch so short: it rests
            return 1, ()
        fallback = "groove" if turn != "groove" else "any"
        return self._turn(part, phrase, units, fallback, (), mirrored=mirrored)

    def _pieces(
        self, phrase: Phrase, turn: Turn, names: tuple[str, ...], start: float, length: float, *, whole: bool
    ) -> list[Piece]:
        """A turn as moves that fit its time; nothing where the vocabulary has none."""
        try:
            if turn == "answer":
                return self._answer(phrase, names, start, length)
            if turn in ("trip", "stalk", "leap"):
                return self._there_and_back(phrase, turn, names, start, length)
            if turn == "round":
                return self._round(phrase, names, start, length)
            if turn == "circle":
                return self._circle(phrase, names, start, length)
            if turn == "crouch":
                return self._crouch(phrase, names, start, length)
            move = self._move(phrase, _families(turn), names[:1], start, length, whole=whole)
        except LookupError:
            return []
        return [self._through(phrase, move, length)]

    def _answer(self, phrase: Phrase, names: tuple[str, ...], start: float, length: float) -> list[Piece]:
        """Still for the first half, while others call; its own answer in the second."""
        half = length / 2
        listening = self._move(phrase, ("freezes",), names[:1], start, half, fresh=False)
        answer = self._move(phrase, ("head", "groove"), names[1:2], start + half, half)
        return [self._through(phrase, listening, half), self._through(phrase, answer, half)]

    def _there_and_back(
        self, phrase: Phrase, turn: Turn, names: tuple[str, ...], start: float, length: float
    ) -> list[Piece]:
        """Out by one move and back by another, by just as much."""
        families = {"trip": ("travel",), "stalk": ("stalks",), "leap": ("leaps",)}[turn]
        out = self._move(phrase, families, names[:1], start, length, ahead=True)
        share = length / 2 if turn == "trip" else out.length_beats * self._rule(phrase, out)
        back = self._move(phrase, ("travel",), names[1:2], start + share, length - share, ahead=False)
        there, home = self._through(phrase, out, share), self._through(phrase, back, length - share)
        ahead_m = there.cycles * abs(_travel(out).x_m)
        behind_m = home.cycles * abs(_travel(back).x_m)
        low, high = _range_of(back, "step_x")
        far_m = min(ahead_m, FAR_M, behind_m * high)
        first_low, first_high = _range_of(out, "step_x")
        if far_m < max(behind_m * low, ahead_m * first_low) or far_m > ahead_m * first_high:
            raise LookupError("no way back")
        return [replace(there, scale=far_m / ahead_m), replace(home, scale=far_m / behind_m)]

    def _round(self, phrase: Phrase, names: tuple[str, ...], start: float, length: float) -> list[Piece]:
        """All the way round where there is time, else some of it and back."""
        move = self._move(phrase, ("turns",), names[:1], start, length)
        piece = self._through(phrase, move, length)
        whole = round(2 * pi / abs(_travel(move).heading_rad))
        if piece.cycles >= whole:
            return [replace(piece, cycles=whole)]
        if piece.cycles < 2:
            raise LookupError("no time to turn back")
        return [replace(piece, cycles=1), replace(piece, cycles=1, mirrored=True)]

    def _circle(self, phrase: Phrase, names: tuple[str, ...], start: float, length: float) -> list[Piece]:
        """Walks in a circle, as before lying down: as many equal corners as there is time for, so it closes."""
        move = self._move(phrase, ("circles",), names[:1], start, length)
        piece = self._through(phrase, move, length)
        scale = 2 * pi / (piece.cycles * abs(_travel(move).heading_rad))
        low, high = _range_of(move, "step_turn")
        if not low <= scale <= high:
            raise LookupError("no time for a circle")
        return [replace(piece, scale=scale, scales="step_turn")]

    def _crouch(self, phrase: Phrase, names: tuple[str, ...], start: float, length: float) -> list[Piece]:
        """The crouch comes last, once, whole; what is before it is danced."""
        crouch = self._move(phrase, ("crouches",), names[-1:], start, length)
        piece = replace(self._through(phrase, crouch, length), cycles=1)
        before = length - piece.length_beats
        if before < 2.0:
            return [piece]
        groove = self._move(phrase, GROOVES, names[:1], start, before)
        return [self._through(phrase, groove, before), piece]

    def _move(
        self,
        phrase: Phrase,
        families: tuple[str, ...],
        names: tuple[str, ...],
        start: float,
        length: float,
        *,
        ahead: bool | None = None,
        fresh: bool = True,
        whole: bool = False,
    ) -> Move:
        """The move remembered, if it fits; else one that fits and has not been seen for a while.

        Raises:
            LookupError: There is none.
        """
        recent = {n for n, beat in self._last_beat.items() if start - beat < FRESH_BARS * self._bar_beats}

        def fits(move: Move) -> bool:
            rule = rule_for(move, phrase)
            return (
                rule is not None
                and (move.family in families if families else move.family != MANNERS)
                and move.length_beats * rule <= length + SAME_BEAT
                and (not fresh or move.name not in recent)
                and (not whole or move.length_beats * rule > length / 2 + SAME_BEAT)
                and (_goes(move, ahead=ahead) if ahead is not None else _may_stay(move, families))
            )

        for name in names:
            if fits(self._chooser.moves[name]):
                return self._chooser.moves[name]
        return self._chooser.choose("go2", fits, phrase)

    def _through(self, phrase: Phrase, move: Move, length: float) -> Piece:
        rule = self._rule(phrase, move)
        cycles = max(1, floor((length + SAME_BEAT) / (move.length_beats * rule)))
        return Piece(move=move, rule=rule, cycles=cycles)

    @staticmethod
    def _rule(phrase: Phrase, move: Move) -> float:
        return rule_for(move, phrase) or 1.0

    def _dance(
        self,
        part: Part,
        phrase: Phrase,
        pieces: list[Piece],
        start: float,
        end: float,
        level: float,
        *,
        mirrored: bool,
    ) -> None:
        """Writes a turn down; what is left of its time belongs to its last planted move, or to breathing."""
        at = start
        for k, piece in enumerate(pieces):
            until = at + piece.length_beats
            if k == len(pieces) - 1 and not piece.move.steps:
                until = end  # poses may stop in the middle of a cycle
            call = part.dance(
                self._leopard.id,
                piece.move,
                at,
                until,
                intensity=level,
                tempo_bpm=phrase.tempo_bpm,
                mirrored=piece.mirrored != mirrored,
                rule=piece.rule,
            )
            if call is not None and piece.scale is not None:
                part.calls[-1] = _scaled(call, piece.move, piece.scale, piece.scales)
            self._last_beat[piece.move.name] = until
            at = until
        if end - at > 1.0:
            self._fill(part, phrase, at, end, level)

    def _fill(self, part: Part, phrase: Phrase, start: float, end: float, level: float) -> None:
        """Something on planted paws for the beats that no step fits."""
        try:
            move = self._move(phrase, GROOVES, (), start, end - start)
        except LookupError:
            return
        part.dance(
            self._leopard.id, move, start, end, intensity=level, tempo_bpm=phrase.tempo_bpm,
            rule=self._rule(phrase, move),
        )  # fmt: skip
        self._last_beat[move.name] = end

    def _be_still(self, part: Part, phrase: Phrase, start: float, end: float) -> None:
        freezes = [m for m in self._chooser.moves.values() if m.robot == "go2" and m.family == "freezes"]
        for move in freezes[:1]:
            part.dance(self._leopard.id, move, start, end, intensity=0.9, tempo_bpm=phrase.tempo_bpm)


def _families(turn: Turn) -> tuple[str, ...]:
    return {
        "groove": GROOVES,
        "head": ("head", "looks"),
        "steps": ("steps",),
        "picture": ("pictures",),
        "look": ("looks",),
        "idle": ("idle",),
        "any": (),
    }[turn]


def _travel(move: Move) -> Place:
    """Where one cycle of a move ends, as written."""
    call = MoveCall(performer="", move=move.name, start_beat=0.0, length_beats=0.0, intensity=1.0)
    return travel_of(call, move)


def _goes(move: Move, *, ahead: bool) -> bool:
    """Whether a move goes straight ahead, or straight back."""
    place = _travel(move)
    return (
        max(abs(place.y_m), abs(place.heading_rad)) < SAME_PLACE
        and (place.x_m if ahead else -place.x_m) > SAME_PLACE
    )


def _may_stay(move: Move, families: tuple[str, ...]) -> bool:
    """Whether a move ends where it began; turns turn on the spot, circles go round."""
    place = _travel(move)
    if "circles" in families:
        return abs(place.heading_rad) > SAME_PLACE
    moves_on = max(abs(place.x_m), abs(place.y_m)) > SAME_PLACE
    return not moves_on and (abs(place.heading_rad) > SAME_PLACE) == ("turns" in families)


def _range_of(move: Move, scales: str) -> tuple[float, float]:
    """How far the parameter goes that scales its steps; (1, 1) where it has none."""
    for parameter in move.parameters:
        if scales in parameter.scales:
            return parameter.low, parameter.high
    return 1.0, 1.0


def _scaled(call: MoveCall, move: Move, scale: float, scales: str) -> MoveCall:
    """The call with the parameter set that scales its steps; where the move has none, the scale is 1."""
    for parameter in move.parameters:
        if scales in parameter.scales:
            return replace(call, parameters=((parameter.name, float(scale)),))
    return call
