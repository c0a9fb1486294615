"""Builds and drops: what a dancer waits for, and what it was worth waiting for.

A *drop* is the first beat of a section labelled so, after another kind of section, if energy leaps or the bass comes
back there: four bars after are compared with four before. A *build* ends where a drop begins: the longest of the last
16, 8 or 4 bars before it, within one section, that rises in energy, in brightness (a filter opens, a riser climbs) or
in density of attacks (a snare roll), and is clearly weaker than the drop. How much it rises, and how far energy leaps,
are their strengths.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.bars import BarFeatures
from temirbek.analysis.labels import LEVEL_FLOOR, Part, builds, part_of
from temirbek.types import BeatGrid, MusicEvent, Section

Floats = NDArray[np.float64]

REACH_BARS = 4
FULL_LEAP, FULL_BASS_LEAP_DB = 0.5, 12.0
LEAST_STRENGTH = 0.05
BUILD_BARS = (16, 8, 4)
LEAST_BUILD = 0.5
FULL_RISE_ENERGY, FULL_RISE_HIGH_DB, FULL_RISE_ATTACKS = 0.5, 12.0, 0.8


def find_events(
    grid: BeatGrid, bars: BarFeatures, vocals: Floats, sections: tuple[Section, ...]
) -> tuple[MusicEvent, ...]:
    """The builds and drops of a track, in order.

    Args:
        grid: Its beats.
        bars: Its bars, shape (n, …).
        vocals: Chance of a voice in each bar, shape (n,).
        sections: Its sections, adjoining, labelled.
    """
    events: list[MusicEvent] = []
    for before, after in pairwise(sections):
        bar, end = _bar(grid, after.start_beat), _bar(grid, after.end_beat)
        if after.label != "drop" or before.label == "drop" or bar < 1:
            continue
        strength = _leap(bars, bar)
        if strength < LEAST_STRENGTH:
            continue
        drop = part_of(bars, vocals, bar, max(bar + 1, min(end, bar + max(BUILD_BARS))))
        since = max(0, _bar(grid, before.start_beat))
        spans = [n for n in BUILD_BARS if n <= bar - since] or [bar - since]
        rises = {n: part_of(bars, vocals, bar - n, bar) for n in spans}
        length = next((n for n in spans if _rise(rises[n]) >= LEAST_BUILD and builds(rises[n], drop)), None)
        if length is not None:
            events.append(
                MusicEvent(
                    kind="build",
                    start_beat=float(grid.bar_start_beat(bar - length)),
                    end_beat=after.start_beat,
                    strength=_rise(rises[length]),
                )
            )
        events.append(
            MusicEvent(kind="drop", start_beat=after.start_beat, end_beat=after.end_beat, strength=strength)
        )
    return tuple(events)


def _bar(grid: BeatGrid, beat: float) -> int:
    return round((beat - grid.first_downbeat) / grid.beats_per_bar)


def _leap(bars: BarFeatures, bar: int) -> float:
    """How far energy leaps at a bar, or the bass if that is more, 0–1; 0 where both fall."""
    before, after = slice(max(0, bar - REACH_BARS), bar), slice(bar, bar + REACH_BARS)
    bass_db = 10 * np.log10(np.maximum(bars.bands[:, 0], LEVEL_FLOOR))
    energy = float(bars.energy[after].mean() - bars.energy[before].mean()) / FULL_LEAP
    bass = float(bass_db[after].mean() - bass_db[before].mean()) / FULL_BASS_LEAP_DB
    return float(np.clip(max(energy, bass if energy > 0 else 0.0), 0.0, 1.0))


def _rise(part: Part) -> float:
    """How strongly a build rises, 0–1, by what rises most."""
    return float(
        np.clip(
            max(
                part.energy_rise / FULL_RISE_ENERGY,
                part.high_rise_db / FULL_RISE_HIGH_DB,
                part.attacks_rise / FULL_RISE_ATTACKS,
            ),
            0.0,
            1.0,
        )
    )
