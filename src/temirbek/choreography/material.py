"""What may be danced where, and what is chosen: least used first, chance decides among equals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from temirbek.choreography.form import Phrase
from temirbek.types import Move, RobotKind

GROOVE_LAYERS = frozenset({"legs", "pelvis"})
HALF_TIME, DOUBLE_TIME = 2.0, 0.5
_SPECIAL = frozenset({"idle", "pictures", "dj"})  # families that the composer places on purpose


def is_groove(move: Move) -> bool:
    """Whether a move drives the legs and leaves the arms to others."""
    return "legs" in move.layers and "left_arm" not in move.layers and move.family not in _SPECIAL


def is_upper(move: Move) -> bool:
    """Whether a move drives arms and chest and leaves the legs to others."""
    return "legs" not in move.layers and "left_arm" in move.layers and move.family not in _SPECIAL


def tempo_rule(move: Move, tempo_bpm: float) -> float | None:
    """How a move is danced at a tempo: as written, in half or double time; None where neither fits its range."""
    low, high = move.tempo_bpm
    for rule in (1.0, HALF_TIME, DOUBLE_TIME):
        if low <= tempo_bpm / rule <= high:
            return rule
    return None


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
            m
            for m in self.moves.values()
            if m.robot == robot and fits(m) and tempo_rule(m, phrase.tempo_bpm) is not None
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
