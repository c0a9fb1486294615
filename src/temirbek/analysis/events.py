"""Builds and drops: what a dancer waits for, and what it was worth waiting for.

A drop is a section labelled so, on its first beat, if the bass comes in or the energy leaps there. A build is the
section before it if it rises. Their strength is how far the energy leaps.
"""

import itertools

import numpy as np

from temirbek.analysis.bars import BarFeatures
from temirbek.types import BeatGrid, MusicEvent, Section

REACH_BARS = 4
FULL_LEAP = 0.5
BASS_RETURNS_DB = 6.0
LEVEL_FLOOR = 1e-3


def find_events(grid: BeatGrid, bars: BarFeatures, sections: tuple[Section, ...]) -> tuple[MusicEvent, ...]:
    """The builds and drops of a track, in order."""
    events: list[MusicEvent] = []
    bass_db = 10 * np.log10(np.maximum(bars.bands[:, 0], LEVEL_FLOOR))
    for before, after in itertools.pairwise(sections):
        bar = round((after.start_beat - grid.first_downbeat) / grid.beats_per_bar)
        old, new = slice(max(0, bar - REACH_BARS), bar), slice(bar, bar + REACH_BARS)
        leap = float(bars.energy[new].mean() - bars.energy[old].mean())
        bass_leap_db = float(bass_db[new].mean() - bass_db[old].mean())
        if after.label != "drop" or before.label == "drop" or max(leap, bass_leap_db / 24) <= 0:
            continue
        strength = float(np.clip(max(leap / FULL_LEAP, 0.5 * bass_leap_db / BASS_RETURNS_DB), 0.0, 1.0))
        if before.label == "build":
            events.append(
                MusicEvent(
                    kind="build", start_beat=before.start_beat, end_beat=before.end_beat, strength=strength
                )
            )
        events.append(
            MusicEvent(kind="drop", start_beat=after.start_beat, end_beat=after.end_beat, strength=strength)
        )
    return tuple(events)
