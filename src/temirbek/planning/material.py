"""A track as the planner handles it: phrases, energy and sections, counted in *deck beats*.

A deck beat is a beat of the mix while this track plays on a deck: ``track beat / beat_ratio``. A track felt at double
tempo (``beat_ratio`` 2) has half as many deck beats, so everything after this file is free of half and double tempo.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temirbek.types import BeatGrid, SectionLabel, TrackAnalysis

Floats = NDArray[np.float64]
Measured = Literal["vocals", "mids", "chroma", "energy", "power"]

SURE_GRID = 0.5
"""From this confidence on, two grids may be laid over each other; below, a blend would be a guess."""

SURE_DOWNBEAT = 0.3
"""Below this, "the one" may be wrong, and two bars laid over each other would fight."""

CLEAR_DROP = 0.3
LEAP = 0.15
LEAP_BARS = 4
NEAR_BEATS = 16.0
FALLBACK_PHRASE_BARS = 8
ON_BEAT = 1e-3
"""Two beats closer than this are the same [beats]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """An analysis, seen through a beat ratio.

    Attributes:
        analysis: What is known of the track.
        beat_ratio: Track beats per deck beat.
    """

    analysis: TrackAnalysis
    beat_ratio: float = 1.0

    @property
    def id(self) -> str:
        """The track's id."""
        return self.analysis.track.id

    @property
    def title(self) -> str:
        """The track's title."""
        return self.analysis.track.title

    @cached_property
    def tempo_bpm(self) -> float:
        """Deck beats per minute, over the whole track."""
        return track_tempo_bpm(self.analysis) / self.beat_ratio

    def tempo_near(self, deck_beat: float) -> float:
        """Deck beats per minute around a beat: the same everywhere where the tempo is constant."""
        if self.analysis.is_constant_tempo:
            return self.tempo_bpm
        center = deck_beat * self.beat_ratio
        span = np.array([center - NEAR_BEATS / 2, center + NEAR_BEATS / 2])
        start_s, end_s = self.analysis.beat_grid.time_at(span)
        return float(60.0 * NEAR_BEATS / (end_s - start_s) / self.beat_ratio)

    @cached_property
    def bar_beats(self) -> float:
        """Deck beats in a bar."""
        return self.analysis.beat_grid.beats_per_bar / self.beat_ratio

    @cached_property
    def end_beat(self) -> float:
        """Where the music is over: the last section's end, on a downbeat, inside the recording."""
        grid = self.analysis.beat_grid
        sections = self.analysis.sections
        last = float(grid.beat_at(self.analysis.track.duration_s))
        if sections:
            last = min(last, sections[-1].end_beat)
        bars = np.floor((last - grid.first_downbeat) / grid.beats_per_bar + ON_BEAT)
        return float(grid.first_downbeat + bars * grid.beats_per_bar) / self.beat_ratio

    @cached_property
    def phrases(self) -> Floats:
        """Beginnings of phrases, increasing, inside the music, shape (p,); every eight bars where none are known."""
        known = self.analysis.phrases_beats / self.beat_ratio
        if len(known) == 0:
            first = self.analysis.beat_grid.first_downbeat / self.beat_ratio
            known = np.arange(first, self.end_beat, FALLBACK_PHRASE_BARS * self.bar_beats)
        return np.asarray(known[(known >= -ON_BEAT) & (known < self.end_beat - ON_BEAT)])

    @cached_property
    def boundaries(self) -> Floats:
        """Phrase beginnings, and the end of the music if the last phrase is as long as most, shape (p or p + 1,)."""
        if len(self.phrases) == 0:
            return self.phrases
        usual = float(np.median(np.diff(self.phrases))) if len(self.phrases) > 1 else 0.0
        is_whole = self.end_beat - self.phrases[-1] >= usual - ON_BEAT
        return np.append(self.phrases, self.end_beat) if is_whole else self.phrases

    @cached_property
    def section_starts(self) -> Floats:
        """Where sections begin, shape (s,)."""
        return np.array([s.start_beat for s in self.analysis.sections]) / self.beat_ratio

    def starts_of(self, label: SectionLabel) -> Floats:
        """Where sections of one kind begin."""
        starts = [s.start_beat for s in self.analysis.sections if s.label == label]
        return np.array(starts) / self.beat_ratio

    def label_at(self, deck_beat: float) -> SectionLabel:
        """The role of the music at a beat; "verse" where it is not known."""
        beat = deck_beat * self.beat_ratio + ON_BEAT
        for section in self.analysis.sections:
            if section.start_beat <= beat < section.end_beat:
                return section.label
        return "verse"

    def mean_energy(self, start: Floats | float, end: Floats | float) -> Floats:
        """Mean energy (0–1) between beats; arrays are taken together."""
        knots, integral = self._energy_integral
        total = np.interp(end, knots, integral) - np.interp(start, knots, integral)
        return np.asarray(total / np.maximum(np.asarray(end) - np.asarray(start), ON_BEAT))

    @cached_property
    def _energy_integral(self) -> tuple[Floats, Floats]:
        grid, energy = self.analysis.beat_grid, self.analysis.energy
        knots = (grid.first_downbeat + np.arange(len(energy) + 1) * grid.beats_per_bar) / self.beat_ratio
        return knots, np.concatenate([[0.0], np.cumsum(energy * self.bar_beats)])

    def over_bars(self, what: Measured, starts: Floats, n: int, bar_beats: float) -> Floats:
        """Means of what was measured per bar, over ``n`` bars of the mix from each of some places.

        Args:
            what: "vocals", "mids", "energy" and "power" have one value a bar, "chroma" has twelve.
            starts: Deck beats, shape (k,).
            n: How many bars.
            bar_beats: Length of a bar of the mix [deck beats].

        Returns:
            Shape (k, n), of chroma (k, n, 12); what lies outside the track counts as 0.
        """
        grid, total = self.analysis.beat_grid, self._totals[what]
        n_bars = len(total) - 1
        edges = np.asarray(starts, dtype=float)[:, None] + bar_beats * np.arange(n + 1)
        bars = np.clip((edges * self.beat_ratio - grid.first_downbeat) / grid.beats_per_bar, 0.0, n_bars)
        before = np.minimum(np.floor(bars + ON_BEAT).astype(int), n_bars)
        after = np.minimum(before + 1, n_bars)
        share = (bars - before).reshape(*bars.shape, *[1] * (total.ndim - 1))
        at_edges = total[before] + share * (total[after] - total[before])
        bars_in_one = bar_beats * self.beat_ratio / grid.beats_per_bar
        return np.asarray(np.diff(at_edges, axis=1) / bars_in_one)

    @cached_property
    def _totals(self) -> dict[Measured, Floats]:
        """Sums of what was measured per bar, from the first bar to each, 0 first."""
        measured: dict[Measured, Floats] = {
            "vocals": self.analysis.vocals,
            "mids": self.analysis.band_energy[:, 1],
            "chroma": self.analysis.chroma,
            "energy": self.analysis.energy,
            "power": self.bar_power,
        }
        return {
            what: np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
            for what, values in measured.items()
        }

    @cached_property
    def bar_power(self) -> Floats:
        """K-weighted power of each bar, 1 where it is as loud as the track as a whole, shape (n_bars,)."""
        return np.asarray(10.0 ** ((self.analysis.bar_loudness_lufs - self.analysis.loudness_lufs) / 10.0))

    @cached_property
    def drops(self) -> Floats:
        """Where drops begin: sections of that name, and events that are clearly felt; a beginning is no drop."""
        felt = [e.start_beat for e in self.analysis.events if e.kind == "drop" and e.strength >= CLEAR_DROP]
        found = np.union1d(np.array(felt) / self.beat_ratio, self.starts_of("drop"))
        return np.asarray(found[found > (self.phrases[0] if len(self.phrases) else 0.0) + ON_BEAT])

    @cached_property
    def built_drops(self) -> Floats:
        """Drops to which the music builds up: after a build or a break, or with a leap of the energy."""
        return np.array([beat for beat in self.drops if self._is_built_up_to(float(beat))])

    def _is_built_up_to(self, beat: float) -> bool:
        before = self.mean_energy(beat - LEAP_BARS * self.bar_beats, beat)
        after = self.mean_energy(beat, beat + LEAP_BARS * self.bar_beats)
        return self.label_at(beat - 1.0) in ("build", "break") or float(after - before) >= LEAP

    @cached_property
    def phrase_points(self) -> Floats:
        """Phrase beginnings and the end of the last section: what a transition's points should lie on."""
        ends = [s.end_beat / self.beat_ratio for s in self.analysis.sections[-1:]]
        return np.append(self.phrases, ends)

    @cached_property
    def peak_energy(self) -> float:
        """Energy of the track's livelier half (0–1)."""
        energy = np.sort(self.analysis.energy)
        return float(energy[len(energy) // 2 :].mean()) if len(energy) else 0.0

    @property
    def is_grid_sure(self) -> bool:
        """The beats may be laid over another track's."""
        sure = self.analysis.confidence
        return sure.grid >= SURE_GRID and sure.downbeat >= SURE_DOWNBEAT

    def is_phrase(self, deck_beat: float) -> bool:
        """A phrase of the track, as heard by the analysis, begins at this beat."""
        known = self.analysis.phrases_beats / self.beat_ratio
        return bool(np.any(np.abs(known - deck_beat) < ON_BEAT))


def track_tempo_bpm(analysis: TrackAnalysis) -> float:
    """Track beats per minute: the mean slope of a constant grid, the median of one that varies."""
    grid: BeatGrid = analysis.beat_grid
    if not analysis.is_constant_tempo:
        return grid.tempo_bpm
    return float(60.0 * (grid.n_beats - 1) / (grid.beats_s[-1] - grid.beats_s[0]))
