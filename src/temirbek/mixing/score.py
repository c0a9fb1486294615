"""What the mix is made of, on its own beats: who leads where, sections, phrases, energy."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from temirbek.mixing.clock import Floats, pieces_of
from temirbek.types import MixSection, Play, Section, SetPlan, TrackAnalysis

LEAST_SECTION_BEATS = 2.0
SAME_BEAT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A stretch of the mix in which one play owns the bass [mix beats]."""

    play: Play
    track: TrackAnalysis
    from_beat: float
    to_beat: float

    def mix_beats(self, track_beat: float) -> list[float]:
        """The mix beats at which a beat of the track sounds: as often as loops bring it back."""
        return [
            float(piece.mix_beat_at(track_beat))
            for piece in pieces_of(self.play)
            if piece.track_from_beat - SAME_BEAT <= track_beat < piece.track_to_beat - SAME_BEAT
        ]


def leads_of(plan: SetPlan, tracks: Mapping[str, TrackAnalysis]) -> tuple[Lead, ...]:
    """Who leads from where to where; adjoining, from mix beat 0 to the end."""
    edges = [0.0, *(t.swap_beat for t in plan.transitions), plan.end_beat]
    return tuple(
        Lead(play=play, track=tracks[play.track_id], from_beat=start, to_beat=end)
        for play, start, end in zip(plan.plays, edges[:-1], edges[1:], strict=True)
    )


def bar_beats(plan: SetPlan, tracks: Mapping[str, TrackAnalysis]) -> int:
    """Beats in a bar of the mix: those of most of what is heard."""
    heard: Counter[int] = Counter()
    for play in plan.plays:
        heard[tracks[play.track_id].beat_grid.beats_per_bar] += round(play.mix_to_beat - play.mix_from_beat)
    return max(heard, key=lambda beats: (heard[beats], beats == 4))


def mix_sections(leads: Sequence[Lead]) -> tuple[MixSection, ...]:
    """Sections of the leading tracks, cut where the lead changes; adjoining."""
    found: list[MixSection] = []
    for lead in leads:
        for section in _sections_between(lead):
            found.append(MixSection(section=section, track_id=lead.play.track_id))
    return tuple(found)


def _sections_between(lead: Lead) -> list[Section]:
    starts = [
        (max(lead.from_beat, start), s) for start, s in _heard(lead) if start < lead.to_beat - SAME_BEAT
    ]
    inside: list[tuple[float, Section]] = []
    for start, section in starts:
        is_too_short = lead.to_beat - start < LEAST_SECTION_BEATS
        if inside and start - inside[-1][0] < LEAST_SECTION_BEATS:
            inside[-1] = (inside[-1][0], section)
        elif not (inside and is_too_short):
            inside.append((start, section))
    if not inside:
        middle = Section(start_beat=0, end_beat=1, label="verse", energy=0.5, confidence=0.0)
        inside = [(lead.from_beat, middle)]
    edges = [lead.from_beat, *(start for start, _ in inside[1:]), lead.to_beat]
    return [
        Section(start_beat=a, end_beat=b, label=s.label, energy=s.energy, confidence=s.confidence)
        for a, b, (_, s) in zip(edges[:-1], edges[1:], inside, strict=True)
        if b > a
    ]


def _heard(lead: Lead) -> list[tuple[float, Section]]:
    """Mix beats at which another section of the track begins, or is jumped into by a loop."""
    heard: list[tuple[float, Section]] = []
    for piece in pieces_of(lead.play):
        for section in lead.track.sections:
            start = max(section.start_beat, piece.track_from_beat)
            if start < min(section.end_beat, piece.track_to_beat) and not (heard and heard[-1][1] is section):
                heard.append((float(piece.mix_beat_at(start)), section))
    return heard


def mix_phrases(leads: Sequence[Lead]) -> Floats:
    """Mix beats at which phrases begin: those of the leading track, and every change of the lead."""
    beats: list[float] = []
    for lead in leads:
        own = [beat for b in lead.track.phrases_beats for beat in lead.mix_beats(float(b))]
        inside = [b for b in own if lead.from_beat - SAME_BEAT <= b < lead.to_beat - SAME_BEAT]
        beats += [lead.from_beat, *inside]
    ordered = np.sort(np.round(beats, 6))
    return np.asarray(ordered[np.concatenate([[True], np.diff(ordered) > SAME_BEAT])])


def mix_energy(leads: Sequence[Lead], end_beat: float, beats_per_bar: int) -> Floats:
    """Energy of the leading track in each whole bar of the mix, shape (n_bars,), 0–1."""
    energy = np.zeros(int((end_beat + SAME_BEAT) // beats_per_bar))
    for bar in range(len(energy)):
        middle = (bar + 0.5) * beats_per_bar
        lead = next(x for x in leads if middle < x.to_beat + SAME_BEAT)
        own = lead.track.energy
        grid = lead.track.beat_grid
        if len(own):
            place = (float(lead.play.track_beat_at(middle)) - grid.first_downbeat) // grid.beats_per_bar
            energy[bar] = own[int(np.clip(place, 0, len(own) - 1))]
    return energy
