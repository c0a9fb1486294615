"""What one part of the cast dances, while it is being composed."""

from dataclasses import dataclass, field

from temirbek.choreography.form import Phrase, Unit
from temirbek.choreography.material import tempo_rule
from temirbek.types import Layer, Move, MoveCall, Reach

LOWEST_INTENSITY = 0.5


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
    ) -> None:
        """Adds a call, if there is any time for it."""
        if end_beat - start_beat < 0.5:
            return
        self.calls.append(
            MoveCall(
                performer=performer,
                move=move.name,
                start_beat=start_beat,
                length_beats=end_beat - start_beat,
                intensity=round(intensity, 3),
                mirrored=mirrored,
                layers=layers,
                tempo_rule=tempo_rule(move, tempo_bpm) or 1.0,
            )
        )


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
