"""The verb: a mix becomes a dance on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from temirbek.choreography.accents import planned_accents
from temirbek.choreography.booth import DjPart
from temirbek.choreography.desk import desk_reaches
from temirbek.choreography.duo import DancersPart
from temirbek.choreography.floor import APART_M, CLEAR_M, Floor, distance_to_zone
from temirbek.choreography.form import Phrase, phrases_of
from temirbek.choreography.leopard import LeopardPart
from temirbek.choreography.material import Chooser
from temirbek.choreography.part import Part
from temirbek.choreography.pins import Pin, overlaid, pins_of
from temirbek.choreography.scene import Scene, pinned_legs, require_free_marks, scene_of
from temirbek.errors import InvalidInput
from temirbek.types import (
    Choreography,
    Mix,
    Move,
    MoveCall,
    Number,
    Performer,
    Zone,
    footsteps_of,
    zones_of,
)


def compose(
    mix: Mix,
    performers: Sequence[Performer],
    moves: Mapping[str, Move],
    *,
    seed: int = 0,
    numbers: Sequence[Number] = (),
    zones: Sequence[Zone] = (),
) -> Choreography:
    """Composes a dance to a mix.

    Args:
        mix: The music: its bars, phrases, sections, energy, and what the DJ does.
        performers: The cast.
        moves: The vocabulary, as :func:`load_moves` gives it.
        seed: From which every free choice is drawn; the same mix, cast, vocabulary, numbers and seed give the same
            dance.
        numbers: Artists on stage, whom to face, solos, and bars that a choreographer wrote: the rest is composed
            around them.
        zones: Other floor that belongs to people.

    Returns:
        Calls, reaches, footsteps and accents of every performer, in mix beats, with notes that say why.

    Raises:
        InvalidInput: The vocabulary has nothing for a performer's body at the mix's tempo; a pinned bar cannot be
            danced (all of them are named); somebody would come too near to another or to an artist.
    """
    dancers = [p for p in performers if p.robot == "g1" and p.role != "dj"]
    _require_no_walking_dj(performers)
    require_free_marks([p for p in performers if p not in dancers], numbers)
    scene = scene_of(numbers, mix.beat_grid)
    phrases = phrases_of(mix, scene.edges)
    pins = pins_of(numbers, performers, moves, mix, phrases)
    scene = replace(scene, pinned_legs=pinned_legs(pins))
    floor = Floor(
        dancers=dancers,
        others_m=[p.mark_m for p in performers if p not in dancers],
        zones=(*zones_of(numbers), *zones),
        moves=moves,
    )
    floor.add(pin.call for pin in pins if pin.call is not None)
    try:
        parts = _parts(mix, performers, dancers, moves, phrases, floor, scene, seed)
    except LookupError as error:
        raise InvalidInput(f"the vocabulary of moves is too small: {error}") from error
    dance = _choreography(performers, parts, pins, moves, seed)
    if pins:
        _require_apart(dance, dancers, floor, mix)
    return dance


def _parts(
    mix: Mix,
    performers: Sequence[Performer],
    dancers: Sequence[Performer],
    moves: Mapping[str, Move],
    phrases: Sequence[Phrase],
    floor: Floor,
    scene: Scene,
    seed: int,
) -> list[Part]:
    """What everybody dances: the dancers together, each of the others alone."""
    parts: list[Part] = []
    if dancers:
        bar_beats = mix.beat_grid.beats_per_bar
        parts.append(DancersPart(dancers, _chooser(moves, seed, 1), floor, scene, bar_beats).compose(phrases))
    djs = [p for p in performers if p.robot == "g1" and p.role == "dj"]
    for k, dj in enumerate(djs):
        reaches = desk_reaches(dj.id, mix.plan, *_stretch(phrases)) if phrases else ()
        parts.append(DjPart(dj, _chooser(moves, seed, 100 + k), reaches).compose(phrases))
    leopards = [p for p in performers if p.robot == "go2"]
    for k, leopard in enumerate(leopards):
        parts.append(LeopardPart(leopard, _chooser(moves, seed, 200 + k)).compose(phrases))
    return parts


def _choreography(
    performers: Sequence[Performer],
    parts: Sequence[Part],
    pins: Sequence[Pin],
    moves: Mapping[str, Move],
    seed: int,
) -> Choreography:
    """All parts with the pinned bars laid over them, and what follows from their calls."""
    order = {p.id: i for i, p in enumerate(performers)}
    calls = overlaid([call for part in parts for call in part.calls], pins, moves)
    calls.sort(key=lambda c: (order[c.performer], c.start_beat, c.move, c.layers))
    reaches = tuple(reach for part in parts for reach in part.reaches)
    footsteps = {p.id: footsteps_of(p, calls, moves) for p in performers}
    return Choreography(
        performers=tuple(performers),
        calls=tuple(calls),
        reaches=reaches,
        accents={
            p.id: planned_accents(
                [c for c in calls if c.performer == p.id],
                [r for r in reaches if r.performer == p.id],
                moves,
                footsteps[p.id],
            )
            for p in performers
        },
        footsteps=footsteps,
        seed=seed,
        notes=tuple(sorted(note for part in parts for note in part.notes)),
    )


def _require_no_walking_dj(performers: Sequence[Performer]) -> None:
    for performer in performers:
        if performer.role == "dj" and performer.wings_m is not None:
            raise InvalidInput(f"{performer.id!r} is a DJ on a riser and cannot walk on: take away its wings")


def _require_apart(dance: Choreography, dancers: Sequence[Performer], composed: Floor, mix: Mix) -> None:
    """Whether pinned steps leave everybody apart from each other and out of zones.

    Raises:
        InvalidInput: They do not; the message names who, how near, and the bar.
    """
    calls: list[MoveCall] = [c for c in dance.calls if any(c.performer == d.id for d in dancers)]
    floor = Floor(dancers=dancers, others_m=(), zones=composed.zones, moves=composed.moves)
    floor.add(calls)
    bar_beats, first = mix.beat_grid.beats_per_bar, mix.beat_grid.first_downbeat
    for bar in range(mix.beat_grid.n_bars):
        start = float(first + bar * bar_beats)
        ways = floor.ways(start, start + bar_beats)
        for (a, at_a), (b, at_b) in combinations(ways.items(), 2):
            near_m = float(np.min(np.linalg.norm(at_a - at_b, axis=1)))
            if near_m < APART_M - 1e-6:
                raise InvalidInput(
                    f"bar {bar + 1}: with the pinned bars {a!r} and {b!r} come within {near_m:.2f} m of each other; they "
                    f"need {APART_M} m"
                )
        for who, way in ways.items():
            for zone in floor.zones:
                near_m = min(distance_to_zone(x, y, zone.corners_m) for x, y in way)
                if near_m < CLEAR_M - 1e-6:
                    raise InvalidInput(
                        f"bar {bar + 1}: with the pinned bars {who!r} comes within {near_m:.2f} m of the zone of "
                        f"{zone.title}; so that no fall ends in it, {CLEAR_M} m are needed"
                    )


def _chooser(moves: Mapping[str, Move], seed: int, who: int) -> Chooser:
    return Chooser(moves=moves, rng=np.random.default_rng([seed, who]))


def _stretch(phrases: Sequence[Phrase]) -> tuple[float, float]:
    return phrases[0].start_beat, phrases[-1].end_beat
