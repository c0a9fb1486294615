"""The verb: a mix becomes a dance on paper."""

from collections.abc import Mapping, Sequence

import numpy as np

from temirbek.choreography.accents import planned_accents
from temirbek.choreography.booth import DjPart
from temirbek.choreography.desk import desk_reaches
from temirbek.choreography.duo import DancersPart
from temirbek.choreography.floor import Floor
from temirbek.choreography.form import Phrase, phrases_of
from temirbek.choreography.leopard import LeopardPart
from temirbek.choreography.material import Chooser
from temirbek.choreography.travel import Scene
from temirbek.errors import InvalidInput
from temirbek.types import Choreography, Mix, Move, MoveCall, Performer, Reach, footsteps_of


def compose(
    mix: Mix, performers: Sequence[Performer], moves: Mapping[str, Move], *, seed: int = 0
) -> Choreography:
    """Composes a dance to a mix.

    Args:
        mix: The music: its bars, phrases, sections, energy, and what the DJ does.
        performers: The cast.
        moves: The vocabulary, as :func:`load_moves` gives it.
        seed: From which every free choice is drawn; the same mix, cast, vocabulary and seed give the same dance.

    Returns:
        Calls, reaches and accents of every performer, in mix beats, with notes that say why.

    Raises:
        InvalidInput: The vocabulary has nothing for a performer's body at the mix's tempo.
    """
    phrases = phrases_of(mix)
    calls: list[MoveCall] = []
    reaches: list[Reach] = []
    notes: list[tuple[float, str]] = []
    dancers = [p for p in performers if p.robot == "g1" and p.role != "dj"]
    djs = [p for p in performers if p.robot == "g1" and p.role == "dj"]
    leopards = [p for p in performers if p.robot == "go2"]
    try:
        if dancers:
            floor = Floor(
                dancers=dancers,
                others_m=[p.mark_m for p in performers if p not in dancers],
                zones=(),
                moves=moves,
            )
            scene = Scene(pinned_legs={})
            bar_beats = mix.beat_grid.beats_per_bar
            part = DancersPart(dancers, _chooser(moves, seed, 1), floor, scene, bar_beats).compose(phrases)
            calls += part.calls
            notes += part.notes
        for k, dj in enumerate(djs):
            mine = desk_reaches(dj.id, mix.plan, *_stretch(phrases)) if phrases else ()
            part = DjPart(dj, _chooser(moves, seed, 100 + k), mine).compose(phrases)
            calls += part.calls
            reaches += part.reaches
            notes += part.notes
        for k, leopard in enumerate(leopards):
            part = LeopardPart(leopard, _chooser(moves, seed, 200 + k)).compose(phrases)
            calls += part.calls
            notes += part.notes
    except LookupError as error:
        raise InvalidInput(f"the vocabulary of moves is too small: {error}") from error
    order = {p.id: i for i, p in enumerate(performers)}
    calls.sort(key=lambda c: (order[c.performer], c.start_beat, c.move))
    footsteps = {p.id: footsteps_of(p, calls, moves) for p in performers}
    return Choreography(
        performers=tuple(performers),
        calls=tuple(calls),
        reaches=tuple(reaches),
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
        notes=tuple(sorted(notes)),
    )


def _chooser(moves: Mapping[str, Move], seed: int, who: int) -> Chooser:
    return Chooser(moves=moves, rng=np.random.default_rng([seed, who]))


def _stretch(phrases: Sequence[Phrase]) -> tuple[float, float]:
    return phrases[0].start_beat, phrases[-1].end_beat
