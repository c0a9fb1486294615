"""The form of the music, as a dancer counts it: phrases of up to eight bars, cut into units of two."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from temirbek.types import Mix, SectionLabel

PHRASE_BARS = 8
UNIT_BARS = 2
SETTLE_BARS = 1  # the dance begins and ends standing; the first bar is for setting off


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Two bars (one where a phrase is odd): the shortest stretch for which material is chosen."""

    start_beat: float
    end_beat: float
    energy: float

    @property
    def length_beats(self) -> float:
        """Its length [mix beats]."""
        return self.end_beat - self.start_beat


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A musical sentence.

    Attributes:
        start_beat, end_beat: Where [mix beats].
        label: Role of the section that it belongs to.
        motif: Names what is the same music: phrases of one motif share material.
        index: Its number within its section, from 0.
        units: Its stretches of two bars.
        before_drop: A drop follows directly.
        opens_drop: It is the first of a drop.
        tempo_bpm: Tempo at its beginning.
        slowest_bpm, fastest_bpm: Between which tempi it lies.
        after_drop: A drop ended where its section begins, and it is the first.
        is_first: The dance begins with it.
    """

    start_beat: float
    end_beat: float
    label: SectionLabel
    motif: str
    index: int
    units: tuple[Unit, ...]
    before_drop: bool
    opens_drop: bool
    tempo_bpm: float
    slowest_bpm: float
    fastest_bpm: float
    after_drop: bool
    is_first: bool

    @property
    def opens_section(self) -> bool:
        """Whether it is the first of its section."""
        return self.index == 0

    @property
    def length_beats(self) -> float:
        """Its length [mix beats]."""
        return self.end_beat - self.start_beat

    @property
    def energy(self) -> float:
        """Mean energy of its units, 0–1."""
        return float(np.mean([unit.energy for unit in self.units]))


def phrases_of(mix: Mix, edges: Sequence[float] = ()) -> tuple[Phrase, ...]:
    """The phrases that are danced, in order: from the second bar to the last bar that sounds whole.

    Args:
        mix: The music.
        edges: Beats across which no phrase may reach, besides what the music says.
    """
    bar = mix.beat_grid.beats_per_bar
    first = float(mix.beat_grid.bar_start_beat(SETTLE_BARS))
    last = min(float(mix.beat_grid.beat_at(mix.duration_s)) - 1.0, mix.plan.end_beat)
    last = mix.beat_grid.first_downbeat + bar * np.floor((last - mix.beat_grid.first_downbeat) / bar)
    phrases: list[Phrase] = []
    sections = mix.sections
    for i, placed in enumerate(sections):
        section = placed.section
        start, end = _on_bar(mix, section.start_beat), _on_bar(mix, section.end_beat)
        label_before = sections[i - 1].section.label if i else None
        label_after = sections[i + 1].section.label if i + 1 < len(sections) else None
        cuts = [max(c, first) for c in _cuts(mix, start, end, bar, edges) if c <= last]
        cuts = sorted({*cuts, min(end, last)} if min(end, last) > first else set())
        for k, (a, b) in enumerate(pairwise(cuts)):
            tempi = mix.beat_grid.tempo_at(np.arange(a, b))
            phrases.append(
                Phrase(
                    start_beat=a,
                    end_beat=b,
                    label=section.label,
                    motif=f"{placed.track_id}/{section.label}",
                    index=k,
                    units=_units(mix, a, b, bar),
                    before_drop=label_after == "drop" and section.label != "drop" and k == len(cuts) - 2,
                    opens_drop=section.label == "drop" and label_before != "drop" and k == 0,
                    tempo_bpm=float(mix.beat_grid.tempo_at(a)),
                    slowest_bpm=float(tempi.min()),
                    fastest_bpm=float(tempi.max()),
                    after_drop=label_before == "drop" and section.label != "drop" and k == 0,
                    is_first=False,
                )
            )
    if phrases:
        phrases[0] = replace(phrases[0], is_first=True)
    return tuple(phrases)


def _on_bar(mix: Mix, beat: float) -> float:
    bar, first = mix.beat_grid.beats_per_bar, mix.beat_grid.first_downbeat
    return float(first + bar * np.round((beat - first) / bar))


def _cuts(mix: Mix, start: float, end: float, bar: int, edges: Sequence[float]) -> list[float]:
    """Where phrases begin inside a section: where the music says, and after eight bars at the latest."""
    given = sorted(
        {start, *(b for b in (_on_bar(mix, p) for p in (*mix.phrases_beats, *edges)) if start < b < end)}
    )
    cuts: list[float] = []
    for a, b in zip(given, [*given[1:], end], strict=True):
        cuts += list(np.arange(a, b - 1e-9, PHRASE_BARS * bar))
    return [float(c) for c in cuts]


def _units(mix: Mix, start: float, end: float, bar: int) -> tuple[Unit, ...]:
    edges = [*np.arange(start, end - 1e-9, UNIT_BARS * bar), end]
    return tuple(
        Unit(start_beat=float(a), end_beat=float(b), energy=_energy(mix, a, b, bar))
        for a, b in pairwise(edges)
    )


def _energy(mix: Mix, start: float, end: float, bar: int) -> float:
    """Mean energy of the bars in a stretch, stretched so that the mix's range fills 0–1."""
    if len(mix.energy) == 0:
        return 0.5
    first = mix.beat_grid.first_downbeat
    a = int(np.clip((start - first) // bar, 0, len(mix.energy) - 1))
    b = int(np.clip(np.ceil((end - first) / bar), a + 1, len(mix.energy)))
    low, high = np.percentile(mix.energy, [5, 95])
    mean = float(np.mean(mix.energy[a:b]))
    if high - low < 0.1:  # a mix without contrast: take energy as it is
        return float(np.clip(mean, 0.0, 1.0))
    return float(np.clip((mean - low) / (high - low), 0.0, 1.0))
