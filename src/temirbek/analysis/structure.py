"""Bars → phrases and sections.

*Novelty* is high where the bars after differ from the bars before while each side resembles itself: a checkerboard
kernel slid along the self-similarity of the bars (Foote 2000), at three sizes. *Phrases* are the path of boundaries
that collects the most novelty, where a step of eight bars is free and any other must pay: so phrases keep their
count through a plain passage and yield where the music itself begins anew. *Sections* are runs of phrases between
boundaries of clear novelty; :mod:`temirbek.analysis.labels` names them. The silence after the last note belongs to
the last section and is no event.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.bars import BarFeatures
from temirbek.analysis.labels import label_parts, part_of
from temirbek.types import BeatGrid, Section, SectionLabel

Floats = NDArray[np.float64]

KERNEL_BARS = {2: 0.5, 4: 1.0, 8: 1.0}
"""How many bars each side of a boundary are compared, and what that counts: two bars also differ within a loop."""
LEAST_CONTRAST, LEAST_TOTAL = 0.4, 1.5
"""What the newest places of a track count as at least, so that music which never changes has no novelty."""
VOICE_WEIGHT = 0.5
PHRASE_BARS = 8
STEP_COSTS = {8: 0.0, 4: 0.6, 12: 1.0, 6: 1.3, 10: 1.3, 2: 1.4}
OTHER_STEP_COST = 1.7
LONGEST_STEP = 12
FIRST_BAR_BONUS = 0.5
"""Music mostly begins with a whole phrase; nothing before it can tell."""
PARTIAL_PHRASE_COST = 0.3
SECTION_NOVELTY = 0.24
"""Novelty, relative to the track's strongest, from which a phrase boundary begins a new section."""
SECTION_STEP = 0.12
"""Step of mean energy between neighbouring phrases from which a new section begins."""
STRONG_NOVELTY = 0.6
"""Novelty from which even sections of one label stay apart."""
FEWEST_SECTION_BARS = 4
LONE_SECTION = 0.3
"""Confidence in music being all of one kind: more likely, its changes were not heard."""
CLEAR_NOVELTY = 0.5
CLEAR_MARGIN = 0.25
"""Novelty that phrase boundaries have above any shifted ones if they are certain."""
SURE_PHRASES = 4
UNKNOWN_PHRASE = 0.2
LAST_BARS = 4
USUAL_TIMES = 3.0
QUIETEST_DB = 30.0
STILL_DB = 18.0
"""Below the median by this much, bars at the end are the silence after the music."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """Phrases and sections, in bars and beats.

    Attributes:
        phrase_bars: Bars on which phrases begin, shape (p,), increasing.
        sections: Adjoining, covering the grid; track beats.
        phrase_confidence, section_confidence: 0–1.
    """

    phrase_bars: NDArray[np.int64]
    sections: tuple[Section, ...]
    phrase_confidence: float
    section_confidence: float


def find_structure(grid: BeatGrid, bars: BarFeatures, vocals: Floats) -> Structure:
    """Finds phrases and sections of a recording with at least one whole bar.

    Args:
        grid: Its beats.
        bars: Its bars, shape (n, …).
        vocals: Chance of a voice in each bar, shape (n,).
    """
    bars = _sounding(bars)
    novelty = bar_novelty(bars, vocals[: len(bars.energy)])
    phrases = phrase_path(novelty)
    starts = section_starts(novelty, bars.energy, phrases)
    sections = _labelled(grid, bars, vocals, novelty, starts)
    return Structure(
        phrase_bars=phrases,
        sections=sections,
        phrase_confidence=_phrase_confidence(novelty, phrases),
        section_confidence=float(np.mean([section.confidence for section in sections])),
    )


def _sounding(bars: BarFeatures) -> BarFeatures:
    """The bars up to the last that is not still."""
    level_db = 10 * np.log10(np.maximum(bars.power, 1e-12))
    n = 1 + int(np.flatnonzero(level_db >= np.median(level_db) - STILL_DB)[-1])
    return BarFeatures(**{field.name: getattr(bars, field.name)[:n] for field in fields(bars)})


def bar_novelty(bars: BarFeatures, vocals: Floats) -> Floats:
    """How new each bar is against those before it, shape (n,), 0–1 (1 is the track's newest bar)."""
    n = len(bars.energy)
    distances = _near_distances(_embedding(bars, vocals), 2 * max(KERNEL_BARS))
    total = np.zeros(n)
    for size, weight in KERNEL_BARS.items():
        here = np.zeros(n)
        for bar in range(2, n - 1):
            before, after = min(size, bar), min(size, n - bar)
            here[bar] = _contrast(distances, bar, before, after) * np.sqrt(min(before, after) / size)
        total += weight * _relative(here, LEAST_CONTRAST)
    return _relative(total, LEAST_TOTAL)


def _relative(novelty: Floats, least: float) -> Floats:
    """Novelty against the mean of its four strongest places, at most 1: one cut must not dwarf the others.

    In music that never changes, the strongest places are chance; so they count as no less than three times the usual,
    and no less than ``least``.
    """
    strongest = max(float(np.sort(novelty)[-4:].mean()), USUAL_TIMES * float(np.median(novelty)), least)
    return np.asarray(np.minimum(novelty / strongest, 1.0))


def _embedding(bars: BarFeatures, vocals: Floats) -> Floats:
    """Bars as points whose distance is musical: timbre, loudness, harmony and voice in comparable measure.

    Levels are taken no further than 30 dB under each band's median, or the silence after the last note would
    be the only event.
    """
    timbre = np.maximum(bars.timbre, np.median(bars.timbre, axis=0) - QUIETEST_DB)
    timbre = timbre - timbre.mean(axis=0)
    timbre /= max(float(np.sqrt((timbre**2).sum(axis=1).mean())), 1e-9)
    chroma = bars.chroma - bars.chroma.mean(axis=0)
    chroma /= max(float(np.sqrt((chroma**2).sum(axis=1).mean())), 1e-9)
    return np.hstack([timbre, 0.4 * chroma, bars.energy[:, None], VOICE_WEIGHT * vocals[:, None]])


def _near_distances(rows: Floats, reach: int) -> Floats:
    """Distance of each row to itself and the next ones, shape (n, reach); 0 beyond the end.

    Only a band of the self-similarity matrix is ever looked at, so a long set costs no more memory than its length.
    """
    distances = np.zeros((len(rows), reach))
    for step in range(1, min(reach, len(rows))):
        distances[:-step, step] = np.linalg.norm(rows[step:] - rows[:-step], axis=1)
    return distances


def _contrast(distances: Floats, bar: int, before: int, after: int) -> float:
    """Mean distance between the bars before and after a boundary, less the mean distance within each side.

    A bar's distance to itself is left out: two bars of a loop are then as far apart as any others, and no boundary.
    """
    index = np.arange(before + after)
    earlier = bar - before + np.minimum.outer(index, index)
    local = distances[earlier, np.abs(np.subtract.outer(index, index))]
    within_before = local[:before, :before].sum() / (before * (before - 1))
    within_after = local[before:, before:].sum() / (after * (after - 1))
    return max(0.0, float(local[:before, before:].mean() - 0.5 * (within_before + within_after)))


def phrase_path(novelty: Floats) -> NDArray[np.int64]:
    """The phrase boundaries, as bars, that collect the most novelty for the least irregularity.

    Dynamic programming over bars. The first phrase may be a partial one, and so may the last; both pay a little.
    """
    n = len(novelty)
    peaks = _peaks(novelty)
    best = np.full(n, -np.inf)
    came_from = np.full(n, -1)
    for bar in range(n):
        if bar < PHRASE_BARS:
            best[bar] = FIRST_BAR_BONUS if bar == 0 else peaks[bar] - PARTIAL_PHRASE_COST
        for step in range(1, min(LONGEST_STEP, bar) + 1):
            value = best[bar - step] + peaks[bar] - STEP_COSTS.get(step, OTHER_STEP_COST)
            if value > best[bar]:
                best[bar], came_from[bar] = value, bar - step
    for bar in range(max(0, n - LONGEST_STEP), n):
        cost = STEP_COSTS.get(n - bar, OTHER_STEP_COST)
        best[bar] -= cost if n - bar > PHRASE_BARS else min(PARTIAL_PHRASE_COST, cost)
    end = int(max(range(max(0, n - LONGEST_STEP), n), key=lambda bar: (best[bar], -bar)))
    path = [end]
    while came_from[path[-1]] >= 0:
        path.append(int(came_from[path[-1]]))
    return np.array(path[::-1])


def _peaks(novelty: Floats) -> Floats:
    """Novelty at its local maxima within two bars, a quarter of it elsewhere; half of it where music ends anyway."""
    padded = np.pad(novelty, 2)
    around = np.lib.stride_tricks.sliding_window_view(padded, 5).max(axis=1)
    peaks = np.where(novelty >= around, novelty, 0.25 * novelty)
    peaks[-LAST_BARS:] *= 0.5
    return peaks


def section_starts(novelty: Floats, energy: Floats, phrases: NDArray[np.int64]) -> list[int]:
    """The phrase boundaries that begin sections, as bars; the first is always 0.

    A section begins where the music is clearly new, or where energy steps from one phrase to the next: a beat that
    grows denser, say, sounds like itself.
    """
    n = len(novelty)
    starts = [0]
    for bar in (int(b) for b in phrases):
        if bar - starts[-1] < FEWEST_SECTION_BARS or n - bar < FEWEST_SECTION_BARS:
            continue
        before, after = energy[max(0, bar - PHRASE_BARS) : bar], energy[bar : bar + PHRASE_BARS]
        if novelty[bar] >= SECTION_NOVELTY or abs(after.mean() - before.mean()) >= SECTION_STEP:
            starts.append(bar)
    return starts


def _labelled(
    grid: BeatGrid, bars: BarFeatures, vocals: Floats, novelty: Floats, starts: list[int]
) -> tuple[Section, ...]:
    n = len(novelty)
    starts, labels = _joined(bars, vocals, novelty, starts)
    ends = [*starts[1:], n]
    sections = []
    for i, (first, last) in enumerate(zip(starts, ends, strict=True)):
        start_beat = 0 if i == 0 else grid.bar_start_beat(first)
        end_beat = grid.n_beats - 1 if last == n else grid.bar_start_beat(last)
        sections.append(
            Section(
                start_beat=float(start_beat),
                end_beat=float(max(end_beat, start_beat + 1)),
                label=labels[i],
                energy=float(bars.energy[first:last].mean()),
                confidence=_boundary_confidence(novelty, first or last),
            )
        )
    return tuple(sections)


def _boundary_confidence(novelty: Floats, bar: int) -> float:
    """How new a boundary is; little where the only section is the whole."""
    return float(novelty[bar]) if bar < len(novelty) else LONE_SECTION


def _joined(
    bars: BarFeatures, vocals: Floats, novelty: Floats, starts: list[int]
) -> tuple[list[int], list[SectionLabel]]:
    """Sections of one label that follow each other become one, unless the second begins something very new."""
    ends = [*starts[1:], len(novelty)]
    labels = label_parts(
        [part_of(bars, vocals, first, last) for first, last in zip(starts, ends, strict=True)]
    )
    kept = [
        i
        for i in range(len(starts))
        if i == 0 or labels[i] != labels[i - 1] or novelty[starts[i]] >= STRONG_NOVELTY
    ]
    return [starts[i] for i in kept], [labels[i] for i in kept]


def _phrase_confidence(novelty: Floats, phrases: NDArray[np.int64]) -> float:
    """How much more novelty lies on the phrase boundaries than on the same ones a few bars later.

    Where another place in the phrase collects as much, the choice is no better than even. Novelty counts up to that of
    a clear boundary, and not where music ends: one great change says little of all the others.
    """
    peaks = np.minimum(_peaks(novelty), CLEAR_NOVELTY)[: len(novelty) - LAST_BARS]
    inner = phrases[(phrases > 0) & (phrases < len(peaks))]
    shifted = [peaks[moved[moved < len(peaks)]] for moved in (inner + k for k in range(1, PHRASE_BARS))]
    rivals = [float(values.mean()) for values in shifted if len(values)]
    if len(inner) == 0 or not rivals:
        return UNKNOWN_PHRASE
    margin = float(peaks[inner].mean()) - max(rivals)
    certainty = float(np.clip(0.5 + 0.5 * margin / CLEAR_MARGIN, 0.0, 1.0))
    return UNKNOWN_PHRASE + (certainty - UNKNOWN_PHRASE) * min(1.0, len(inner) / SURE_PHRASES)
