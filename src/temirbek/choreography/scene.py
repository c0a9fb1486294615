"""What the numbers ask of the dancers, in mix beats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from temirbek.choreography.floor import CLEAR_M, distance_to_zone
from temirbek.choreography.layers import SAME_BEAT
from temirbek.choreography.pins import Pin
from temirbek.errors import InvalidInput
from temirbek.types import AUDIENCE, Artist, BeatGrid, Number, Performer, zones_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the numbers ask of the dancers.

    Attributes:
        solos: Stretches in which they leave room [mix beats].
        facing: Stretches in which they face an artist: (from beat, to beat, whom).
        pinned_legs: Dancer → stretches in which a choreographer wrote what the legs do.
    """

    solos: tuple[tuple[float, float], ...] = ()
    facing: tuple[tuple[float, float, Artist], ...] = ()
    pinned_legs: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)

    @property
    def edges(self) -> tuple[float, ...]:
        """Beats at which the rules change: no phrase of the dance reaches across."""
        stretches = [*self.solos, *((a, b) for a, b, _ in self.facing)]
        return tuple(sorted({edge for stretch in stretches for edge in stretch}))

    def is_solo(self, beat: float) -> bool:
        """Whether somebody else has a solo at a beat."""
        return any(a - SAME_BEAT <= beat < b - SAME_BEAT for a, b in self.solos)

    def artist_at(self, beat: float) -> Artist | None:
        """Who is faced at a beat, or None for the audience."""
        return next((who for a, b, who in self.facing if a - SAME_BEAT <= beat < b - SAME_BEAT), None)

    def pinned(self, dancer: str, start_beat: float, end_beat: float) -> list[tuple[float, float]]:
        """Stretches in which the legs of a dancer are not ours, as far as they touch another stretch."""
        return [
            (a, b)
            for a, b in self.pinned_legs.get(dancer, ())
            if a < end_beat - SAME_BEAT and b > start_beat + SAME_BEAT
        ]


def scene_of(numbers: Sequence[Number], grid: BeatGrid) -> Scene:
    """Solos and faces of all numbers.

    Raises:
        InvalidInput: A number faces somebody who is not in it, or has bars that the mix has not.
    """
    solos: list[tuple[float, float]] = []
    facing: list[tuple[float, float, Artist]] = []
    for n, number in enumerate(numbers):
        from_bar, to_bar = number.from_bar, number.to_bar or grid.n_bars
        for name, (a, b) in (
            ("bars", (from_bar, to_bar)),
            *((f"solos[{k}]", s) for k, s in enumerate(number.solos)),
        ):
            if not 1 <= a <= b <= grid.n_bars:
                raise InvalidInput(
                    f"number[{n}].{name}: bars {a} to {b}: expected bars of the mix, 1 to {grid.n_bars}"
                )
        solos += [_beats(grid, *solo) for solo in number.solos]
        if number.face != AUDIENCE:
            known = {artist.id: artist for artist in number.artists}
            if number.face not in known:
                raise InvalidInput(
                    f"number[{n}].face: {number.face!r}: expected {AUDIENCE!r} or an artist of the number: "
                    f"{', '.join(known) or 'it has none'}"
                )
            facing.append((*_beats(grid, from_bar, to_bar), known[number.face]))
    return Scene(solos=tuple(solos), facing=tuple(facing))


def pinned_legs(pins: Sequence[Pin]) -> dict[str, tuple[tuple[float, float], ...]]:
    """Performer → stretches in which a choreographer wrote what the legs do."""
    found: dict[str, list[tuple[float, float]]] = {}
    for pin in pins:
        if "legs" in pin.layers:
            found.setdefault(pin.performer, []).append((pin.start_beat, pin.end_beat))
    return {performer: tuple(sorted(stretches)) for performer, stretches in found.items()}


def require_free_marks(performers: Sequence[Performer], numbers: Sequence[Number]) -> None:
    """Nobody who stays on a mark may fall into an artist's zone.

    Raises:
        InvalidInput: Somebody does; the message names performer, artist and distance.
    """
    for zone in zones_of(numbers):
        for performer in performers:
            distance_m = distance_to_zone(*performer.mark_m, zone.corners_m)
            if distance_m < CLEAR_M:
                raise InvalidInput(
                    f"{performer.id!r} at {list(performer.mark_m)} m stands {distance_m:.2f} m from the zone of {zone.title}; "
                    f"so that no fall ends in it, {CLEAR_M} m are needed"
                )


def _beats(grid: BeatGrid, from_bar: int, to_bar: int) -> tuple[float, float]:
    return float(grid.bar_start_beat(from_bar - 1)), float(grid.bar_start_beat(to_bar))
