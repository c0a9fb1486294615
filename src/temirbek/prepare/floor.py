"""The room that the robots of a show take, measured: against each other all along, against people in their numbers."""

from collections.abc import Mapping, Sequence

from temirbek.measures.floor import FloorMeasures
from temirbek.robots import approaches, crossings, sweep, within_fall
from temirbek.types import BeatGrid, Envelope, ExecutedMotion, Number, Performer, zones_of


def measure_floor(
    executed: Mapping[str, ExecutedMotion],
    cast: Sequence[Performer],
    beat_grid: BeatGrid,
    numbers: Sequence[Number],
) -> FloorMeasures:
    """What the cast swept, who came near whom, and what crossed.

    Args:
        executed: Performer id → what physics made of the dance.
        cast: Who danced.
        beat_grid: Of the mix.
        numbers: Whose artists have zones; a zone counts in the bars of its number only.
    """
    if not cast:
        return FloorMeasures(envelopes=(), approaches=(), crossings=(), within_fall={})
    envelopes = tuple(sweep(executed[p.id], p.robot, beat_grid) for p in cast)
    near, crossed = list(approaches(envelopes)), list(crossings(envelopes))
    for number in numbers:
        for envelope in _during(number, executed, cast, beat_grid):
            near += approaches([envelope], zones_of([number]))
            crossed += crossings([envelope], zones_of([number]))
    return FloorMeasures(
        envelopes=envelopes,
        approaches=tuple(near),
        crossings=tuple(sorted(crossed, key=lambda c: c.from_beat)),
        within_fall=within_fall(envelopes),
        zones=zones_of(numbers),
    )


def _during(
    number: Number, executed: Mapping[str, ExecutedMotion], cast: Sequence[Performer], beat_grid: BeatGrid
) -> tuple[Envelope, ...]:
    """What each robot swept in the bars of a number; nothing where nobody's floor is to be kept."""
    if not number.artists:
        return ()
    last = beat_grid.n_bars if number.to_bar is None else min(number.to_bar, beat_grid.n_bars)
    from_s, to_s = (
        float(beat_grid.time_at(float(beat_grid.bar_start_beat(bar)))) for bar in (number.from_bar - 1, last)
    )
    return tuple(sweep(executed[p.id], p.robot, beat_grid, from_s=from_s, to_s=to_s) for p in cast)
