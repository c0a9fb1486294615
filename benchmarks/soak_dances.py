"""Dances by lot for the soak: every family of the vocabulary, steps under arms, any tempo; fixed by their seed.

A dance is a row of blocks of eight beats. In each block every robot has a *floor* (a move that owns the legs: grooves,
steps, walks, turns, gaits) and on top a *figure* (a move of the layers that are left). Half of the blocks give both
dancers the same, so that unison can be measured. Robots stay near their marks: a walk that would lead too far away is
not drawn. Moves are stretched by the half-time rule of their files where the tempo asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from temirbek.choreography import load_moves
from temirbek.choreography.accents import planned_accents
from temirbek.types import (
    BeatGrid,
    Choreography,
    Layer,
    Move,
    MoveCall,
    Performer,
    Place,
    footsteps_of,
    start_place,
    travel_of,
)

BLOCK_BEATS, LEAD_BEATS, REST_BEATS = 8.0, 4.0, 3.0
SLOWEST_BPM, FASTEST_BPM = 90.0, 140.0
FARTHEST_M, FARTHEST_RAD = 0.3, 3.2
"""How far from its mark and from its heading a robot may be at the end of a block."""
OF_THE_BOOTH = "dj"
UNISON = 0.5

CAST = (
    Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(1.2, 0.95)),
    Performer(id="gold", name="Altyn", robot="g1", role="dancer", mark_m=(1.2, -0.95)),
    Performer(id="adilet", name="Adilet", robot="go2", role="animal", mark_m=(0.7, 2.6)),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """A dance to be danced: on paper, with its beats and its length."""

    choreography: Choreography
    grid: BeatGrid
    bpm: float
    end_s: float


@cache
def vocabulary() -> Mapping[str, Move]:
    """All moves, read once."""
    return load_moves()


def drawn_piece(seed: int, seconds: float, cast: Sequence[Performer] = CAST) -> Piece:
    """The dance of a seed, of whole blocks that last about so many seconds."""
    rng = np.random.default_rng(seed)
    moves = vocabulary()
    bpm = float(rng.uniform(SLOWEST_BPM, FASTEST_BPM))
    blocks = max(1, round((seconds * bpm / 60.0 - LEAD_BEATS - REST_BEATS) / BLOCK_BEATS))
    end_beat = LEAD_BEATS + blocks * BLOCK_BEATS + REST_BEATS
    grid = BeatGrid(beats_s=0.1 + np.arange(int(end_beat) + 8) * 60.0 / bpm)
    calls: list[MoveCall] = []
    at = {p.id: start_place(p) for p in cast}
    before: dict[str, str] = {}
    for block in range(blocks):
        beat = LEAD_BEATS + block * BLOCK_BEATS
        leader: list[MoveCall] = []
        for performer in cast:
            own = [replace(c, performer=performer.id) for c in leader]
            in_unison = leader and performer.robot == cast[0].robot and rng.random() < UNISON
            if not in_unison or not _stays_near(_last(at[performer.id], own, moves), performer):
                own = _block(rng, moves, performer, beat, bpm, at[performer.id], before.get(performer.id, ""))
            leader = leader or own
            at[performer.id] = _last(at[performer.id], own, moves)
            before[performer.id] = own[0].move
            calls += own
    return Piece(
        choreography=on_paper(cast, calls, moves), grid=grid, bpm=bpm, end_s=float(grid.time_at(end_beat))
    )


def _last(at: Place, calls: Sequence[MoveCall], moves: Mapping[str, Move]) -> Place:
    """Where calls lead, one after the other."""
    for call in calls:
        at = _after(at, call, moves[call.move])
    return at


def on_paper(cast: Sequence[Performer], calls: Sequence[MoveCall], moves: Mapping[str, Move]) -> Choreography:
    """Calls with the accents and the footsteps that follow from them."""
    ordered = sorted(calls, key=lambda c: (c.performer, c.start_beat))
    return Choreography(
        performers=tuple(cast),
        calls=tuple(ordered),
        accents={p.id: planned_accents([c for c in ordered if c.performer == p.id], (), moves) for p in cast},
        footsteps={p.id: footsteps_of(p, ordered, moves) for p in cast},
    )


def _block(
    rng: np.random.Generator,
    moves: Mapping[str, Move],
    performer: Performer,
    beat: float,
    bpm: float,
    at: Place,
    before: str,
) -> list[MoveCall]:
    own = [m for m in moves.values() if m.robot == performer.robot and m.family != OF_THE_BOOTH]
    floors = [m for m in own if "legs" in m.layers and _may_follow(m, before, moves)]
    for index in rng.permutation(len(floors)):
        floor = _call(rng, floors[index], performer, beat, bpm)
        if floor and _stays_near(_after(at, floor, floors[index]), performer):
            break
    else:
        raise ValueError(f"no move of a {performer.robot} can follow {before!r} at {bpm:.0f} BPM")
    free = frozenset({"pelvis", "torso", "left_arm", "right_arm"} - set(floors[index].layers))
    figures = [m for m in own if "legs" not in m.layers and free & set(m.layers)]
    for k in rng.permutation(len(figures)):
        figure = _call(rng, figures[k], performer, beat, bpm)
        if figure:
            layers: tuple[Layer, ...] = tuple(x for x in figures[k].layers if x in free)
            return [floor, replace(figure, layers=layers)]
    return [floor]


def _call(
    rng: np.random.Generator, move: Move, performer: Performer, beat: float, bpm: float
) -> MoveCall | None:
    """A call of a move for one block; None where neither tempo nor length allow it."""
    fits = [r for r in (1.0, *move.tempo_rules) if move.tempo_bpm[0] <= bpm / r <= move.tempo_bpm[1]]
    if not fits:
        return None
    cycle = move.length_beats * fits[0]
    if move.steps and BLOCK_BEATS % cycle:
        return None
    return MoveCall(
        performer=performer.id,
        move=move.name,
        start_beat=beat,
        length_beats=BLOCK_BEATS,
        intensity=float(rng.uniform(0.6, 1.0)),
        mirrored=bool(rng.random() < 0.5),
        tempo_rule=fits[0],
        parameters=tuple((p.name, float(rng.uniform(p.low, p.high))) for p in move.parameters),
    )


def _may_follow(move: Move, before: str, moves: Mapping[str, Move]) -> bool:
    return not move.after or not before or before in move.after or moves[before].family in move.after


def _after(at: Place, call: MoveCall, move: Move) -> Place:
    """Where a robot stands after a call."""
    if not move.steps or (call.layers and "legs" not in call.layers):
        return at
    travel = travel_of(call, move)
    for _ in range(round(call.length_beats / (move.length_beats * call.tempo_rule))):
        at = at.then(travel)
    return at


def _stays_near(at: Place, performer: Performer) -> bool:
    x, y = performer.mark_m
    near = np.hypot(at.x_m - x, at.y_m - y) <= FARTHEST_M
    return bool(near and abs(at.heading_rad - performer.facing_rad) <= FARTHEST_RAD)
