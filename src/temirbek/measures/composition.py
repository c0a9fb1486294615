"""How well a dance on paper is composed: what can be said of it before anybody moves.

Read from the choreography, the vocabulary and the mix alone; the unit is the bar, the subject the dancers (not the DJ,
not the animal). Each measure compares the dance with *its music*, so that neither chaos nor a loop can score: novelty
counts where the music is new, likeness where the music returns, stillness before the drop. Where a quantity has an
optimum instead of a direction, its closeness to the optimum is measured, and the reason stands at the function.

- :func:`novelty` – new movement where the music turns to something new (Foote 2000's novelty of the dance's self-similarity,
  read at the boundaries of the music's sections).
- :func:`returns` – likeness of phrases where the music is alike; :func:`repeats` – moves that come back within four bars.
- :func:`relations` – dancers in a symmetry that changes: unison, mirror, canon, call and answer.
- :func:`amplitude_lift_db` – larger pictures where the music is louder.
- :func:`space_m2` – floor that is danced on.
- :func:`stillness` – freezes where they are heard: next to drops; the share of freezing beside it.
- :func:`energy_correlation`, :func:`section_contrast`, :func:`drop_picture` – music and motion correspond.

Motion features are kinetic and postural means per bar, as AIST++ (Li et al. 2021) and EDGE (Tseng et al. 2023) take them
over clips, on planned key poses instead of joint positions; correspondence of energy follows Bailando's and
Burger et al. 2013's finding that people move with the energy of the music.

Limits. Nobody's taste is measured. A dance can do well here and be dull, and the measures say nothing of the feasibility of
motion. A loop has no variance: its correlations are 0 and its ranks one half, not undefined.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, spearmanr

from temirbek.measures.paper_motion import layers_of, paper_motion
from temirbek.types import Choreography, Layer, Mix, Move, MoveCall, Performer, place_at

Floats = NDArray[np.float64]

REPEAT_BARS = 4.0
REACH_M = 0.8
KERNEL_BARS = 4
GROUP_BARS = 4
STILL_SHARE = 0.6
"""A bar is still if everybody keeps still for this share of it: the last beat may set off again."""
_CELL_M = 0.05
_SAME_BEAT = 1e-6
_ARMS: tuple[Layer, ...] = ("left_arm", "right_arm")
RELATIONS = ("unison", "mirror", "canon", "answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionMeasures:
    """The figures of one dance; None where there was nothing to measure (one dancer, no drop, nothing returns).

    Attributes:
        novelty: 0–1; one half is chance.
        returns: 0–1; one half is chance.
        repeats: Share of calls that come back too soon, 0–1; less is better.
        relations: 0–1.
        amplitude_lift_db: [dB].
        space_m2: [m²].
        stillness: 0–1.
        freezing_share: Share of bars that are still, 0–1; told, not judged.
        energy_correlation: −1–1.
        section_contrast: [rad]; 0 is none.
        drop_picture: 0–1; one half is chance.
    """

    novelty: float | None
    returns: float | None
    repeats: float | None
    relations: float | None
    amplitude_lift_db: float | None
    space_m2: float
    stillness: float | None
    freezing_share: float
    energy_correlation: float | None
    section_contrast: float | None
    drop_picture: float | None


def measure_composition(
    dance: Choreography, moves: Mapping[str, Move], mix: Mix
) -> CompositionMeasures | None:
    """All figures of a dance; None where nobody dances, or the mix has fewer than eight bars.

    Args:
        dance: On paper, with its footsteps.
        moves: The vocabulary.
        mix: The music.
    """
    dancers = [p for p in dance.performers if p.role == "dancer" and p.robot == "g1"]
    n_bars = min(mix.beat_grid.n_bars, len(mix.energy))
    if not dancers or n_bars < 2 * KERNEL_BARS:
        return None
    grid = mix.beat_grid
    danced = [paper_motion(dance, d, moves, grid, n_bars) for d in dancers]
    bars = _danced_bars(dance, dancers, mix, n_bars)
    sections = _sections_of_bars(mix, n_bars)
    features = np.concatenate([m.features for m in danced], axis=1)[bars]
    energy = np.mean([m.energy for m in danced], axis=0)
    size = np.mean([m.size for m in danced], axis=0)
    drops = [b for b in _drop_bars(mix, n_bars) if bars.start <= b < bars.stop]
    still = np.min([m.still for m in danced], axis=0)[bars] >= STILL_SHARE
    return CompositionMeasures(
        novelty=novelty(features, sections[bars]),
        returns=returns(dance, dancers, moves, mix),
        repeats=repeats(dance, dancers, grid.beats_per_bar),
        relations=relations(dance, dancers, moves, mix, bars),
        amplitude_lift_db=amplitude_lift_db(size[bars], mix.energy[bars]),
        space_m2=space_m2(dance, dancers, mix, n_bars),
        stillness=stillness(still, [d - bars.start for d in drops]),
        freezing_share=float(np.mean(still)),
        energy_correlation=energy_correlation(mix.energy[bars], energy[bars]),
        section_contrast=section_contrast(features, sections[bars]),
        drop_picture=drop_picture(size[bars], [d - bars.start for d in drops]),
    )


def novelty(features: Floats, sections: NDArray[np.int64]) -> float | None:
    """Whether movement becomes new where the music does.

    The self-similarity of bars (negative distance of their features) is correlated with a checkerboard kernel of
    ± 4 bars along its diagonal (Foote 2000). The figure is the chance that the novelty at a boundary of the music's
    sections is greater than at another fourth bar within them (area under the ROC curve; ties count half): any dance
    changes figures every few bars; this one should turn where the music does. One half for a loop and for chance.

    Args:
        features: Of the bars, shape (bars, f).
        sections: Number of the music's section of each bar, shape (bars,).
    """
    n = len(features)
    k = KERNEL_BARS
    distance = np.linalg.norm(features[:, None] - features[None], axis=2)
    curve = np.zeros(n)
    for bar in range(k, n - k + 1):
        before, after = slice(bar - k, bar), slice(bar, bar + k)
        across = distance[before, after].mean()
        within = (distance[before, before].sum() + distance[after, after].sum()) / (2 * k * (k - 1))
        curve[bar] = across - within
    inside = np.arange(k, n - k + 1)
    turns = np.flatnonzero(np.diff(sections)) + 1
    since = inside - np.array([max((t for t in turns if t <= bar), default=0) for bar in inside])
    at, elsewhere = np.isin(inside, turns), (since > 0) & (since % GROUP_BARS == 0)
    return _chance_greater(curve[inside][at], curve[inside][elsewhere])


def returns(
    dance: Choreography, dancers: Sequence[Performer], moves: Mapping[str, Move], mix: Mix
) -> float | None:
    """Whether the dance is alike where the music is alike.

    Sections of the mix are compared in pairs by the share of moves that they have in common (Jaccard). The figure is
    the chance that two sections of one kind (both drops, both breaks, …) have more in common than two of different
    kinds: motifs return with their music, and not otherwise. The optimum of repetition is thus the music's own: more
    than the music repeats is a loop (one half), less is chance (one half).
    """
    spans = [(s.section.start_beat, s.section.end_beat, s.section.label) for s in mix.sections]
    ids = {d.id for d in dancers}
    used = [
        {
            c.move
            for c in dance.calls
            if c.performer in ids
            and min(c.start_beat + c.length_beats, b) - max(c.start_beat, a) >= mix.beat_grid.beats_per_bar
        }
        for a, b, _ in spans
    ]
    alike: list[float] = []
    different: list[float] = []
    for i, j in combinations(range(len(spans)), 2):
        if not used[i] or not used[j]:
            continue
        common = len(used[i] & used[j]) / len(used[i] | used[j])
        (alike if spans[i][2] == spans[j][2] else different).append(common)
    return _chance_greater(np.array(alike), np.array(different))


def repeats(dance: Choreography, dancers: Sequence[Performer], bar_beats: int) -> float | None:
    """Share of statements that the audience has just seen: the same dancer ended the same move less than four bars ago.

    A call is one statement for every four bars that it lasts, and all but the first of them are repeats. Less is better:
    a move that shall return is let rest first, and then counts for :func:`returns`.
    """
    span = REPEAT_BARS * bar_beats
    soon = total = 0
    for dancer in dancers:
        ended: dict[str, float] = {}
        for call in sorted((c for c in dance.calls if c.performer == dancer.id), key=lambda c: c.start_beat):
            statements = max(1, int(call.length_beats / span + _SAME_BEAT))
            total += statements
            soon += statements - 1
            soon += call.start_beat - ended.get(call.move, -np.inf) < span - _SAME_BEAT
            ended[call.move] = call.start_beat + call.length_beats
    return soon / total if total else None


def relations(
    dance: Choreography, dancers: Sequence[Performer], moves: Mapping[str, Move], mix: Mix, bars: slice
) -> float | None:
    """Dancers in a symmetry, and in more than one: share of related bars times the evenness of the kinds.

    A bar of two neighbours is in *unison* (the arms do the same), in *mirror* image, in *canon* (one does what the other
    did a bar ago) or in *answer* (one moves its arms, the other holds). Evenness is the entropy of the four kinds over its
    maximum: dancers who are always in unison are a picture that never changes, dancers without any relation are no
    picture at all; both give 0. For one dancer there is nothing to measure.
    """
    if len(dancers) < 2:
        return None
    grid = mix.beat_grid
    counts = dict.fromkeys((*RELATIONS, "none"), 0)
    for a, b in pairwise(dancers):
        said = [
            _figures_by_bar(dance, d, moves, grid.first_downbeat, grid.beats_per_bar, bars.stop)
            for d in (a, b)
        ]
        for bar in range(bars.start, bars.stop):
            counts[_relation(said[0], said[1], bar)] += 1
    total = sum(counts.values())
    shares = np.array([counts[name] for name in RELATIONS], dtype=float)
    if not shares.sum():
        return 0.0
    p = shares[shares > 0] / shares.sum()
    evenness = float(-np.sum(p * np.log(p)) / np.log(len(RELATIONS)))
    return float(shares.sum() / total) * evenness


def amplitude_lift_db(size: Floats, music: Floats) -> float | None:
    """How much larger the pictures are in the louder half of the bars than in the calmer [dB].

    More is better: amplitude is the dancer's dynamics, and it should be the music's. Size by itself has no direction: a
    dance that is large throughout has nowhere to go.
    """
    loud = music > np.median(music)
    if not loud.any() or loud.all() or size[~loud].mean() <= 0.0:
        return None
    return float(20.0 * np.log10(max(size[loud].mean(), 1e-9) / size[~loud].mean()))


def space_m2(dance: Choreography, dancers: Sequence[Performer], mix: Mix, n_bars: int) -> float:
    """Floor on which is danced [m²]: what lies within an arm's reach of any place where a dancer stood on a beat."""
    first = mix.beat_grid.first_downbeat
    beats = first + np.arange(n_bars * mix.beat_grid.beats_per_bar)
    spots: set[tuple[int, int]] = set()
    for dancer in dancers:
        steps = dance.footsteps.get(dancer.id, ())
        at = (place_at(dancer, steps, float(b)) for b in (beats if steps else beats[:1]))
        spots |= {(round(p.x_m / _CELL_M), round(p.y_m / _CELL_M)) for p in at}
    r = int(REACH_M / _CELL_M)
    disc = [(i, j) for i in range(-r, r + 1) for j in range(-r, r + 1) if i * i + j * j <= r * r]
    return len({(x + i, y + j) for x, y in spots for i, j in disc}) * _CELL_M**2


def stillness(still: NDArray[np.bool_], drops: Sequence[int]) -> float | None:
    """Stillness where it is heard: F-measure of still bars against the bars before drops.

    How much to freeze has an optimum (never is breathless, often is lifeless); the music says where: in the bar before it
    lets go. A drop is found if the bar before it is still; a still bar that is next to a drop, or among the last four bars
    of the dance, is well placed.

    Args:
        still: Which bars are still, shape (bars,).
        drops: Bars on which drops begin.
    """
    before = [d - 1 for d in drops if d >= 1]
    if not before:
        return None
    found = sum(bool(still[b]) for b in before) / len(before)
    bars = np.flatnonzero(still)
    ends = len(still) - KERNEL_BARS
    placed = [bool(b >= ends) or any(b == d - 1 for d in drops) for b in bars]
    precision = float(np.mean(placed)) if len(bars) else 0.0
    return 0.0 if found + precision == 0 else 2 * found * precision / (found + precision)


def energy_correlation(music: Floats, motion: Floats) -> float | None:
    """Rank correlation (Spearman) of the bars' musical energy with how much is moved; 0 where either never changes."""
    if len(music) < 4:
        return None
    if np.ptp(music) < 1e-9 or np.ptp(motion) < 1e-9 * max(1.0, float(np.max(motion))):
        return 0.0
    return float(spearmanr(music, motion).statistic)


def section_contrast(features: Floats, sections: NDArray[np.int64]) -> float | None:
    """How much further apart bars of different sections are than bars of one section [rad]: 0 where form is not seen."""
    same = sections[:, None] == sections[None]
    others = ~same
    np.fill_diagonal(same, False)
    if not same.any() or not others.any():
        return None
    distance = np.linalg.norm(features[:, None] - features[None], axis=2)
    return float(distance[others].mean() - distance[same].mean())


def drop_picture(size: Floats, drops: Sequence[int]) -> float | None:
    """Where the first bar of a drop stands among all bars by size: 1 is the largest of the dance, one half the middle."""
    if not drops:
        return None
    ranks = (rankdata(np.round(size, 6)) - 1.0) / max(len(size) - 1, 1)
    return float(np.mean(ranks[list(drops)]))


def _chance_greater(at: Floats, elsewhere: Floats) -> float | None:
    """The chance that a value of the first kind exceeds one of the second; ties count half."""
    if not len(at) or not len(elsewhere):
        return None
    more = at[:, None] - elsewhere[None]
    return float(np.mean(np.where(np.abs(more) < 1e-9, 0.5, more > 0)))


def _danced_bars(dance: Choreography, dancers: Sequence[Performer], mix: Mix, n_bars: int) -> slice:
    """Whole bars between the first call and the last."""
    ids = {d.id for d in dancers}
    calls = [c for c in dance.calls if c.performer in ids]
    bar, first = mix.beat_grid.beats_per_bar, mix.beat_grid.first_downbeat
    if not calls:
        return slice(0, n_bars)
    start = int(np.ceil((min(c.start_beat for c in calls) - first) / bar - _SAME_BEAT))
    end = int((max(c.start_beat + c.length_beats for c in calls) - first) / bar + _SAME_BEAT)
    return slice(max(start, 0), min(end, n_bars))


def _sections_of_bars(mix: Mix, n_bars: int) -> NDArray[np.int64]:
    starts = np.array([s.section.start_beat for s in mix.sections])
    bars = mix.beat_grid.first_downbeat + np.arange(n_bars) * mix.beat_grid.beats_per_bar
    return np.asarray(np.searchsorted(starts, bars + _SAME_BEAT, side="right"), dtype=np.int64)


def _drop_bars(mix: Mix, n_bars: int) -> list[int]:
    """Bars on which the music lets go: a drop begins after something that is none."""
    bar, first = mix.beat_grid.beats_per_bar, mix.beat_grid.first_downbeat
    found, before = [], ""
    for placed in mix.sections:
        if placed.section.label == "drop" and before not in ("", "drop"):
            found.append(round((placed.section.start_beat - first) / bar))
        before = placed.section.label
    return [b for b in found if b < n_bars]


_Figure = tuple[str, float, bool, tuple[Layer, ...]]


def _figures_by_bar(
    dance: Choreography, dancer: Performer, moves: Mapping[str, Move], first: int, bar_beats: int, n_bars: int
) -> list[_Figure | None]:
    """What the arms do in each bar: move, where in the move, mirrored, which layers; None where they rest."""
    arms: list[MoveCall] = [
        c
        for c in dance.calls
        if c.performer == dancer.id and any(layer in _ARMS for layer in layers_of(c, moves[c.move]))
    ]
    found: list[_Figure | None] = [None] * n_bars
    for call in arms:
        cycle = moves[call.move].length_beats * call.tempo_rule
        for bar in range(n_bars):
            at = first + bar * bar_beats - call.start_beat
            if -_SAME_BEAT <= at < call.length_beats - _SAME_BEAT:
                found[bar] = (call.move, round(at % cycle, 3), call.mirrored, call.layers)
    return found


def _relation(a: Sequence[_Figure | None], b: Sequence[_Figure | None], bar: int) -> str:
    mine, other = a[bar], b[bar]
    if mine is None and other is None:
        return "none"
    if mine is None or other is None:
        return "answer"
    if mine[:2] == other[:2]:
        return "unison" if mine[2] == other[2] else "mirror"
    if bar and any(x is not None and x[:2] == y[:2] for x, y in ((a[bar - 1], other), (b[bar - 1], mine))):
        return "canon"
    return "none"
