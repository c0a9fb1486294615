"""What one part of the cast dances, while it is being composed."""

from dataclasses import dataclass, field

import numpy as np

from temirbek.choreography.form import Phrase, Unit
from temirbek.choreography.layers import SAME_BEAT
from temirbek.choreography.material import tempo_rule
from temirbek.types import Layer, Move, MoveCall, Reach

LOWEST_INTENSITY = 0.5
SHORTEST_BEATS = 0.5


@dataclass(slots=True, kw_only=True)
class Part:
    """Calls, reaches and notes so far."""

    calls: list[MoveCall] = field(default_factory=list)
    reaches: list[Reach] = field(default_factory=list)
    notes: list[tuple[float, str]] = field(default_factory=list)

    def dance(
        self,
        performer: str,
        move: Move,
        start_beat: float,
        end_beat: float,
        *,
        intensity: float,
        tempo_bpm: float,
        mirrored: bool = False,
        layers: tuple[Layer, ...] = (),
        rule: float | None = None,
    ) -> MoveCall | None:
        """Adds a call, if there is any time for it; a move that steps gets whole cycles.

        Args:
            performer, move: Who does what.
            start_beat, end_beat: The time there is [mix beats].
            intensity: Amplitude, 0–1.
            tempo_bpm: Of the music there.
            mirrored, layers: As in :class:`~temirbek.types.MoveCall`.
            rule: The tempo rule; None: what fits the tempo.

        Returns:
            The call, or None where the time was too short.
        """
        rule = rule or tempo_rule(move, tempo_bpm) or 1.0
        length = end_beat - start_beat
        if move.steps and (not layers or "legs" in layers):
            cycle = move.length_beats * rule
            length = cycle * np.floor((length + SAME_BEAT) / cycle)
        if length < SHORTEST_BEATS:
            return None
        call = MoveCall(
            performer=performer,
            move=move.name,
            start_beat=float(start_beat),
            length_beats=float(length),
            intensity=round(intensity, 3),
            mirrored=mirrored,
            layers=layers,
            tempo_rule=rule,
        )
        self.calls.append(call)
        return call


def intensity_of(unit: Unit, phrase: Phrase) -> float:
    """How large to dance: with the music's energy, larger at a drop, growing through a build."""
    level = LOWEST_INTENSITY + (0.9 - LOWEST_INTENSITY) * unit.energy
    if phrase.label == "drop":
        level = max(level, 0.8) + 0.1
    if phrase.label == "build":
        span = max(phrase.end_beat - phrase.start_beat, 1e-9)
        level += 0.15 * (unit.start_beat - phrase.start_beat) / span
    if phrase.label in ("break", "intro", "outro"):
        level -= 0.08
    return float(min(max(level, 0.42), 1.0))
