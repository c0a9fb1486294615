"""Where a DJ would set cues: to come in, to leave, and what is to be found again in between.

Everything lies on phrases and sections. What a person has set stays as it is, and ours of the same kind, or on the same
beat, gives way.
"""

import numpy as np

from temirbek.planning.material import ON_BEAT, Material
from temirbek.types import CuePoint, TrackAnalysis

OUT_BARS = 16
"""The way out begins so many bars before the end, where the music has no outro of its own."""


def cue_points(analysis: TrackAnalysis) -> tuple[CuePoint, ...]:
    """The cue points of a track, in order of time; those set by a person among them.

    Args:
        analysis: Of the track; its ``cues`` are a person's own.

    Returns:
        At most one "mix_in" and "mix_out" of ours, and a "drop", "break" or "section" where one begins.
    """
    material = Material(analysis=analysis)
    found: dict[float, CuePoint] = {}
    for beat, kind, name in _ours(material):
        at_s = float(analysis.beat_grid.time_at(beat))
        is_inside = 0.0 <= at_s < analysis.track.duration_s
        if is_inside and at_s not in found and not _is_settled(analysis, at_s, kind):
            found[at_s] = CuePoint(track_s=at_s, kind=kind, name=name)  # type: ignore[arg-type]
    return tuple(sorted((*analysis.cues, *found.values()), key=lambda cue: (cue.track_s, cue.kind)))


def _ours(material: Material) -> list[tuple[float, str, str]]:
    """Beat, kind and name of our cues; what comes first on a beat is kept."""
    if len(material.phrases) == 0:
        return []
    cues = [(way_in(material), "mix_in", "in"), (way_out(material), "mix_out", "out")]
    drops = [e.start_beat for e in material.analysis.events if e.kind == "drop"]
    labelled = [s.start_beat for s in material.analysis.sections if s.label == "drop"]
    cues += [(beat, "drop", "drop") for beat in (drops or labelled)]
    for section in material.analysis.sections:
        kind = "break" if section.label == "break" else "section"
        cues.append((section.start_beat, kind, section.label))
    return cues


def _is_settled(analysis: TrackAnalysis, at_s: float, kind: str) -> bool:
    """A person has already set a cue of this kind (in and out), or on this beat."""
    beat_s = 60.0 / analysis.beat_grid.tempo_bpm
    return any(
        (cue.kind == kind and kind in ("mix_in", "mix_out")) or abs(cue.track_s - at_s) < beat_s / 2
        for cue in analysis.cues
    )


def way_in(material: Material) -> float:
    """Where to come in [deck beats]: the first phrase, or where a person says."""
    human = human_cue(material, "mix_in")
    return float(material.phrases[0]) if human is None else human


def way_out(material: Material) -> float:
    """Where to begin to leave [deck beats]: the outro, else the last phrase with sixteen bars after it."""
    human = human_cue(material, "mix_out")
    if human is not None:
        return human
    outros = material.starts_of("outro")
    late = material.phrases[material.phrases <= material.end_beat - OUT_BARS * material.bar_beats + ON_BEAT]
    latest = float(late[-1]) if len(late) else float(material.phrases[-1])
    return min(latest, float(outros[-1])) if len(outros) else latest


def human_cue(material: Material, kind: str) -> float | None:
    """The downbeat nearest to a person's cue [deck beats], on a phrase of ours or not; None where nobody set one."""
    set_s = [cue.track_s for cue in material.analysis.cues if cue.kind == kind]
    if not set_s:
        return None
    grid = material.analysis.beat_grid
    bar = np.round((float(grid.beat_at(set_s[0])) - grid.first_downbeat) / grid.beats_per_bar)
    beat = (grid.first_downbeat + max(0.0, bar) * grid.beats_per_bar) / material.beat_ratio
    return min(float(beat), material.end_beat)
