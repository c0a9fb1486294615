"""Numbers: people on stage with the robots, and bars that a choreographer wrote."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from temirbek.types.choreography import Layer
from temirbek.types.stage import Zone

REST = "rest"
"""What a pinned bar names instead of a move when its layers shall rest."""
AUDIENCE = "audience"
"""What a number faces when it faces no artist."""
_ROUND = 16  # corners of a round zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Artist:
    """A person who performs among the robots.

    Attributes:
        id, name: Short name, unique in the show; words for people.
        mark_m: Where the artist stands, stage frame (x, y) [m].
        zone_m: Corners of the floor that is the artist's own, in order around it, convex, stage frame [m].
    """

    id: str
    name: str
    mark_m: tuple[float, float]
    zone_m: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedBars:
    """A move that a choreographer wrote into the dance: the composer fills the rest around it.

    Bars and beats are counted as musicians do, from 1: bar 1 is the first whole bar of the mix, beat 1 its "one".

    Attributes:
        performer: Whose, by id.
        bar, beat: Where it begins.
        length_bars: How long [bars].
        length_beats: How long [mix beats], where it is no whole number of bars; None: ``length_bars`` says it.
        move: By name, or :data:`REST`.
        layers: The layers pinned (of the performer's body, after mirroring); empty: all that the move has; of a
            rest, all that there are.
        intensity: 0–1, or None for what the music asks.
        mirrored: Left and right exchanged.
        tempo_rule: 1 as written, 2 half time, 0.5 double time; None for what fits the tempo.
        parameters: Values of the move's knobs, by name.
    """

    performer: str
    bar: int
    beat: float = 1.0
    length_bars: int = 1
    length_beats: float | None = None
    move: str
    layers: tuple[Layer, ...] = ()
    intensity: float | None = None
    mirrored: bool = False
    tempo_rule: float | None = None
    parameters: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A part of the show with its own people and its own rules.

    Attributes:
        id, title: Short name, unique in the show; words for people.
        from_bar, to_bar: First and last bar of the mix that it covers, counted from 1; None: to the end.
        artists: Who is on stage with the robots.
        face: Whom the dancers face: :data:`AUDIENCE` or an artist's id.
        solos: First and last bars of stretches in which the dancers leave room for the artist.
        bars: What a choreographer wrote.
    """

    id: str
    title: str
    from_bar: int = 1
    to_bar: int | None = None
    artists: tuple[Artist, ...] = ()
    face: str = AUDIENCE
    solos: tuple[tuple[int, int], ...] = ()
    bars: tuple[PinnedBars, ...] = ()


def round_zone(center_m: tuple[float, float], radius_m: float) -> tuple[tuple[float, float], ...]:
    """Corners of a polygon that just contains a circle: no part of the circle is left outside."""
    angles = 2 * np.pi * np.arange(_ROUND) / _ROUND
    reach_m = radius_m / np.cos(np.pi / _ROUND)
    return tuple(
        (float(center_m[0] + reach_m * np.cos(a)), float(center_m[1] + reach_m * np.sin(a))) for a in angles
    )


def zones_of(numbers: Sequence[Number]) -> tuple[Zone, ...]:
    """The floor that belongs to the artists of some numbers, as the stage and the safety measures know it."""
    return tuple(
        Zone(id=f"{number.id}_{artist.id}", title=artist.name, corners_m=artist.zone_m, artist=artist.id)
        for number in numbers
        for artist in number.artists
    )
