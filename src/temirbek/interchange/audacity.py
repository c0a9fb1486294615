"""Label tracks for Audacity: a line "from⇥to⇥text" [s] each."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from temirbek.interchange.rekordbox import cue_name
from temirbek.interchange.text import decimal, one_line
from temirbek.types import BeatGrid, CuePoint, Mix, TrackAnalysis

_Label = tuple[float, float, str]
TIME_PLACES = 6


def mix_labels(mix: Mix) -> Mapping[str, str]:
    """Label tracks of a mix by file name: beats, downbeats, sections, transitions."""
    titles = [one_line(track.title) for track in mix.tracks]
    title_of = {track.id: one_line(track.title) for track in mix.tracks}
    time_at = mix.beat_grid.time_at
    sections = [
        (
            float(time_at(s.section.start_beat)),
            float(time_at(s.section.end_beat)),
            f"{s.section.label}: {title_of[s.track_id]}",
        )
        for s in mix.sections
    ]
    transitions = [
        (
            float(time_at(t.start_beat)),
            float(time_at(t.end_beat)),
            f"{t.style}: {titles[t.from_play]} → {titles[t.from_play + 1]}",
        )
        for t in mix.plan.transitions
    ]
    return {
        **_grid_labels(mix.beat_grid),
        "sections.txt": _text(sections),
        "transitions.txt": _text(transitions),
    }


def track_labels(analysis: TrackAnalysis, cues: Sequence[CuePoint]) -> Mapping[str, str]:
    """Label tracks of a recording by file name: beats, downbeats, sections, cues."""
    grid = analysis.beat_grid
    sections = [
        (float(grid.time_at(s.start_beat)), float(grid.time_at(s.end_beat)), s.label)
        for s in analysis.sections
    ]
    return {
        **_grid_labels(grid),
        "sections.txt": _text(sections),
        "cues.txt": _text([(c.track_s, c.track_s + c.length_s, cue_name(c)) for c in cues]),
    }


def _grid_labels(grid: BeatGrid) -> dict[str, str]:
    """Beats as "bar.beat", the bar of the first downbeat is 1; downbeats as their bar."""
    bars, in_bar = np.divmod(np.arange(grid.n_beats) - grid.first_downbeat, grid.beats_per_bar)
    beats = [
        (float(s), float(s), f"{bar + 1}.{beat + 1}")
        for s, bar, beat in zip(grid.beats_s, bars, in_bar, strict=True)
    ]
    downbeats = [(float(s), float(s), str(k + 1)) for k, s in enumerate(grid.downbeats_s)]
    return {"beats.txt": _text(beats), "downbeats.txt": _text(downbeats)}


def _text(labels: Iterable[_Label]) -> str:
    return "".join(
        f"{decimal(a, TIME_PLACES)}\t{decimal(b, TIME_PLACES)}\t{one_line(text)}\n" for a, b, text in labels
    )
