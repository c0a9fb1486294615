"""What may be danced where, and what is chosen: least used first, chance among equals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from temirbek.choreography.form import Phrase
from temirbek.choreography.walking import is_travelling
from temirbek.types import Move, RobotKind

MANNERS = "manners"  # the family of what robots do because of somebody: in no composed dance
_SPECIAL = frozenset(
    {"idle", "pictures", "freezes", "dj", "bows", "greetings", "applause", MANNERS}
)  # families that the composer places on purpose, or never


def is_groove(move: Move) -> bool:
    """Whether a move drives the legs, stays where it is and leaves the arms to others."""
    return (
        "legs" in move.layers
        and "left_arm" not in move.layers
        and move.family not in _SPECIAL
        and not (move.steps and is_travelling(move))
    )


def is_planted(move: Move) -> bool:
    """Whether a groove keeps its feet on the ground."""
    return is_groove(move) and not move.steps


def is_stepping(move: Move) -> bool:
    """Whether a groove steps."""
    return is_groove(move) and bool(move.steps)


def is_upper(move: Move) -> bool:
    """Whether a move drives arms and chest and leaves the legs to others."""
    return "legs" not in move.layers and "left_arm" in move.layers and move.family not in _SPECIAL


def tempo_rule(move: Move, tempo_bpm: float) -> float | None:
    """How a move is danced at a tempo: as written, else by its first rule that fits; None where nothing does."""
    low, high = move.tempo_bpm
    for rule in (1.0, *move.tempo_rules):
        if low <= tempo_bpm / rule <= high:
            return rule
    return None


def rule_for(move: Move, phrase: Phrase) -> float | None:
    """Like :func:`tempo_rule`, for a phrase through which the tempo may drift.

    One rule must fit all of it; where none does, planted moves take the one that fits its beginning.
    """
    low, high = move.tempo_bpm
    for rule in (1.0, *move.tempo_rules):
        if low <= phrase.slowest_bpm / rule and phrase.fastest_bpm / rule <= high:
            return rule
    return None if move.steps else tempo_rule(move, phrase.tempo_bpm)


def is_marked(move: Move, rule: float) -> bool:
    """Whether a move danced by a rule hits two beats in four or more with the whole body, or with its feet."""
    hits = sum(a.part == "whole" for a in move.accents) or len(move.steps)
    return 2.0 * hits + 1e-9 >= move.length_beats * rule


def may_follow(move: Move, before: Move | None) -> bool:
    """Whether a move may come after another (None: after rest)."""
    return not move.after or before is None or before.name in move.after or before.family in move.after


@dataclass(slots=True, kw_only=True)
class Chooser:
    """Draws moves; remembers what has been used, so that material stays fresh.

    Attributes:
        moves: The vocabulary.
        rng: From which ties are decided.
        uses: Name → how often it was chosen.
    """

    moves: Mapping[str, Move]
    rng: np.random.Generator
    uses: dict[str, int] = field(default_factory=dict)

    def choose(
        self, robot: RobotKind, fits: Callable[[Move], bool], phrase: Phrase, *, avoid: Sequence[str] = ()
    ) -> Move:
        """A move for a place in the music.

        The wish for mood, energy and novelty is given up in this order where nothing satisfies all.

        Raises:
            LookupError: The vocabulary has no move of this kind for this robot and tempo.
        """
        usable = [
            m for m in self.moves.values() if m.robot == robot and fits(m) and rule_for(m, phrase) is not None
        ]
        if not usable:
            raise LookupError(f"no such move for a {robot} at {phrase.tempo_bpm:.0f} BPM")
        fresh = [m for m in usable if m.name not in avoid]
        in_energy = [m for m in fresh if m.energy[0] <= phrase.energy <= m.energy[1]]
        in_mood = [m for m in in_energy if phrase.label in m.moods]
        pool = next(p for p in (in_mood, in_energy, fresh, usable) if p)
        fewest = min(self.uses.get(m.name, 0) for m in pool)
        pool = [m for m in pool if self.uses.get(m.name, 0) == fewest]
        move = pool[int(self.rng.integers(len(pool)))]
        self.uses[move.name] = self.uses.get(move.name, 0) + 1
        return move
