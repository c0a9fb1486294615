"""What is drawn of one transition: everything that an eye needs to judge it, in a few thousand numbers."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.measures.crossing import CrossingCheck, around, bass_owner, beats_within
from temirbek.measures.decks import Stretch
from temirbek.measures.evidence import Evidence, Passage
from temirbek.measures.loudness import Levels, LoudnessLine, beside_s, loudness_line

Floats = NDArray[np.float64]

COLUMNS = 1800


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lane:
    """One deck: title, key, waveform (lowest and highest sample of each column, (2, w)), beats, bars, phrases [mix s]."""

    title: str
    key: str
    waveform: Floats
    beats_s: Floats
    bars_s: Floats
    phrases_s: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """A transition and what is around it.

    Attributes:
        check: Its measures.
        evidence: On what they rest.
        from_s, to_s: The stretch that is drawn [mix s].
        outgoing, incoming: The two decks.
        bass_edges_s, incoming_bass: Edges of the beats [mix s], (m + 1,), and the incoming deck's share in the bass, (m,).
        loud_s, loud_lufs: Short-term loudness of the mix there, shape (k,).
        line: What the loudness is held against, or None.
    """

    check: CrossingCheck
    evidence: str
    from_s: float
    to_s: float
    outgoing: Lane
    incoming: Lane
    bass_edges_s: Floats
    incoming_bass: Floats
    loud_s: Floats
    loud_lufs: Floats
    line: LoudnessLine | None


def panel_of(evidence: Evidence, check: CrossingCheck, stretch: Stretch, levels: Levels) -> Panel:
    """Collects what is drawn of a transition; ``stretch`` reaches eight bars beyond it on either side."""
    crossing = check.crossing
    from_s, to_s = around(evidence, crossing)
    out, incoming = (evidence.passages[i] for i in (crossing.outgoing, crossing.incoming))
    first, last = evidence.mix_grid.beat_at([from_s, to_s])
    edges_s = evidence.mix_grid.time_at(np.arange(np.ceil(first), np.floor(last) + 1))
    if len(edges_s) < 2:
        edges_s = beats_within(evidence, crossing)
    near = (levels.short_term_s >= from_s) & (levels.short_term_s <= to_s)
    beside = beside_s(evidence.mix_grid, crossing.start_s, crossing.end_s)
    return Panel(
        check=check,
        evidence=evidence.kind,
        from_s=from_s,
        to_s=to_s,
        outgoing=_lane(out, stretch.outgoing, stretch, from_s, to_s),
        incoming=_lane(incoming, stretch.incoming, stretch, from_s, to_s),
        bass_edges_s=edges_s,
        incoming_bass=bass_owner(stretch, edges_s),
        loud_s=levels.short_term_s[near],
        loud_lufs=levels.short_term_lufs[near],
        line=loudness_line(
            levels.short_term_s, levels.short_term_lufs, crossing.start_s, crossing.end_s, beside
        ),
    )


def _lane(passage: Passage, sound: Floats, stretch: Stretch, from_s: float, to_s: float) -> Lane:
    edges = np.clip(
        (np.linspace(from_s, to_s, COLUMNS + 1) - stretch.start_s) * stretch.rate_hz,
        0,
        max(0, len(sound) - 1),
    ).astype(int)
    columns = [sound[a : max(b, a + 1)] for a, b in itertools.pairwise(edges)]
    waveform = np.array([[c.min(initial=0.0) for c in columns], [c.max(initial=0.0) for c in columns]])
    middles_s = np.linspace(from_s, to_s, COLUMNS, endpoint=False) + 0.5 * (to_s - from_s) / COLUMNS
    waveform[:, (middles_s < passage.time_map.from_s) | (middles_s > passage.time_map.to_s)] = (
        0.0  # another track's
    )
    key = passage.track.key.best

    def inside(instants_s: Floats) -> Floats:
        return instants_s[(instants_s >= from_s) & (instants_s <= to_s)]

    return Lane(
        title=passage.track.track.title,
        key=f"{key.name} · {key.camelot}",
        waveform=waveform,
        beats_s=inside(passage.beats_s),
        bars_s=inside(passage.bars_s),
        phrases_s=inside(passage.phrases_s),
    )
