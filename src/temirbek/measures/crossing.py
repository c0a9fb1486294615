"""One transition of any mix, measured: metrics 1, 2 and 4 to 8 of the twelve (see :mod:`temirbek.measures.check`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.measures.decks import (
    NOT_TOGETHER,
    DeckErrors,
    Stretch,
    audible,
    bass_clash,
    bass_energies,
    flams,
    nearest_errors,
)
from temirbek.measures.evidence import Crossing, Evidence, Passage
from temirbek.measures.harmony import camelot_steps, chroma_at, sings_at, tonal_distance
from temirbek.measures.kicks import kicks_of
from temirbek.measures.loudness import Levels, beside_s, loudness_deviation
from temirbek.measures.mix import is_on
from temirbek.measures.originals import Originals
from temirbek.measures.plain import finite_or_none

Floats = NDArray[np.float64]

KICK_BEATS = 96
"""So many beats of a recording, around the part that sounds in a transition, tell how its kicks lie on its grid."""
FEWEST_BEATS = 4
POINTS = ("start", "swap", "end")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossingCheck:
    """One transition.

    Attributes:
        from_title, to_title: The two tracks.
        crossing: When, and in which style.
        is_together: Whether both decks keep one beat in it; else beats and flams are not compared.
        errors: Beats of the incoming deck against those of the outgoing one; None where that is not clear.
        errors_from: On what they rest.
        flams: Kicks of both decks that nearly fall together and do not; None where the decks' sound is not exact enough.
        on_phrase: "start", "swap", "end" → on a phrase of the outgoing, of the incoming track; empty where the tracks'
            beats are not known for sure.
        bass_clash, both_bass_beats: Overlap of the basses 0–1, and beats with both within 6 dB; None where the decks
            cannot be told apart for sure.
        key_steps, tonal_distance: Camelot steps, and the mean distance of bars that sound together (None: no chroma).
        vocal_overlap_s: Seconds with a voice on both.
        loudness_deviation_lu: From the line; None where that cannot be said.
        tempo_change: Of the incoming track's own speed against the outgoing one's mixed tempo, as a share.
    """

    from_title: str
    to_title: str
    crossing: Crossing
    is_together: bool
    errors: DeckErrors | None
    errors_from: str
    flams: int | None
    on_phrase: Mapping[str, tuple[bool, bool]]
    bass_clash: float | None
    both_bass_beats: int | None
    key_steps: int
    tonal_distance: float | None
    vocal_overlap_s: float
    loudness_deviation_lu: float | None

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        errors = None if self.errors is None else np.abs(self.errors.error_ms)
        return {
            "from": self.from_title,
            "to": self.to_title,
            "start_s": round(self.crossing.start_s, 4),
            "swap_s": round(self.crossing.swap_s, 4),
            "end_s": round(self.crossing.end_s, 4),
            "style": self.crossing.style or None,
            "reason": self.crossing.reason or None,
            "is_together": self.is_together,
            "beat_error": None
            if self.errors is None or errors is None
            else {
                "source": self.errors_from,
                "median_ms": finite_or_none(float(np.median(errors)), 3),
                "p95_ms": finite_or_none(float(np.percentile(errors, 95)), 3),
                "bias_ms": finite_or_none(float(np.median(self.errors.error_ms)), 3),
                "beats_s": [round(float(t), 4) for t in self.errors.beats_s],
                "error_ms": [round(float(e), 3) for e in self.errors.error_ms],
            },
            "flams": self.flams,
            "on_phrase": {
                point: {"outgoing": a, "incoming": b, "both": a and b}
                for point, (a, b) in self.on_phrase.items()
            },
            "bass_clash": finite_or_none(self.bass_clash),
            "both_bass_beats": self.both_bass_beats,
            "key_steps": self.key_steps,
            "tonal_distance": finite_or_none(self.tonal_distance, 2),
            "vocal_overlap_s": round(self.vocal_overlap_s, 2),
            "loudness_deviation_lu": finite_or_none(self.loudness_deviation_lu, 2),
        }


def check_crossing(
    evidence: Evidence, crossing: Crossing, stretch: Stretch, levels: Levels, originals: Originals
) -> CrossingCheck:
    """Measures one transition on the sound of its decks."""
    out, incoming = (evidence.passages[i] for i in (crossing.outgoing, crossing.incoming))
    edges_s = beats_within(evidence, crossing)
    together = evidence.is_together(crossing)
    errors, source = None, ""
    if together:
        errors, source = beat_errors(evidence, crossing, stretch, originals)
    exact = is_exact(evidence, crossing)
    clash, both_bass = bass_clash(stretch, edges_s) if exact else (None, None)
    points = {"start": crossing.start_s, "swap": crossing.swap_s, "end": crossing.end_s}
    if crossing.style in NOT_TOGETHER:  # all of it happens at once; what rings on ends nowhere in particular
        points = dict.fromkeys(points, crossing.start_s)
    deviation_lu = loudness_deviation(levels, evidence.mix_grid, crossing.start_s, crossing.end_s)
    heard_s, beat_s = _heard_together(stretch, edges_s)
    return CrossingCheck(
        from_title=out.track.track.title,
        to_title=incoming.track.track.title,
        crossing=crossing,
        is_together=together,
        errors=errors,
        errors_from=source,
        flams=flams(stretch, edges_s) if together and exact else None,
        on_phrase={
            name: (is_on(at_s, out.phrases_s), is_on(at_s, incoming.phrases_s))
            for name, at_s in points.items()
            if exact
        },
        bass_clash=clash,
        both_bass_beats=both_bass,
        key_steps=camelot_steps(out.track.key.best, incoming.track.key.best),
        tonal_distance=_distance_together(out, incoming, heard_s),
        vocal_overlap_s=_both_sing_s(out, incoming, heard_s, beat_s),
        loudness_deviation_lu=finite_or_none(deviation_lu),
    )


def beats_within(evidence: Evidence, crossing: Crossing) -> Floats:
    """Beats of the mix in a transition, both edges included, two at least [mix s]."""
    first, last = evidence.mix_grid.beat_at([crossing.start_s, crossing.end_s])
    start = int(np.round(first))
    return evidence.mix_grid.time_at(np.arange(start, max(start + 1, int(np.round(last))) + 1))


def around(evidence: Evidence, crossing: Crossing) -> tuple[float, float]:
    """A transition with eight bars on either side, inside the file [mix s]."""
    before_s, after_s = beside_s(evidence.mix_grid, crossing.start_s, crossing.end_s)
    return max(0.0, before_s), min(evidence.duration_s, after_s)


def beat_errors(
    evidence: Evidence, crossing: Crossing, stretch: Stretch, originals: Originals
) -> tuple[DeckErrors | None, str]:
    """Beats of the decks against each other, and on what that rests.

    Known beats are taken as they are. Else the kicks of both *recordings* are heard, where nothing covers them, and laid
    into the mix by the time maps; where they are not clear in both, nothing is said.
    """
    both = audible(stretch, beats_within(evidence, crossing))
    out, incoming = (evidence.passages[i] for i in (crossing.outgoing, crossing.incoming))
    if out.is_truth and incoming.is_truth:
        return _where_sure(
            nearest_errors(out.beats_s, incoming.beats_s, both), out, incoming
        ), "beats known beforehand"
    middle_s = 0.5 * (crossing.start_s + crossing.end_s)
    late = [kicks_late_s(p, float(p.time_map.track_s_at(middle_s)), originals) for p in (out, incoming)]
    if late[0] is None or late[1] is None:
        return None, ""
    found = nearest_errors(out.beats_s + late[0], incoming.beats_s + late[1], both)
    return _where_sure(found, out, incoming), "kicks of the recordings, laid through the mix"


def is_exact(evidence: Evidence, crossing: Crossing) -> bool:
    """Whether the decks' sound is in time to the millisecond for most of a transition: stems are, estimates may be."""
    if evidence.kind != "mix and originals":
        return True
    out, incoming = (evidence.passages[i].sure_s for i in (crossing.outgoing, crossing.incoming))
    from_s, to_s = max(out[0], incoming[0], crossing.start_s), min(out[1], incoming[1], crossing.end_s)
    return to_s - from_s >= 0.5 * (crossing.end_s - crossing.start_s)


def _where_sure(errors: DeckErrors | None, out: Passage, incoming: Passage) -> DeckErrors | None:
    """The errors on beats where the time maps of both tracks are exact; None where those are few."""
    if errors is None:
        return None
    from_s, to_s = max(out.sure_s[0], incoming.sure_s[0]), min(out.sure_s[1], incoming.sure_s[1])
    sure = (errors.beats_s >= from_s) & (errors.beats_s <= to_s)
    if np.count_nonzero(sure) < FEWEST_BEATS:
        return None
    return DeckErrors(beats_s=errors.beats_s[sure], error_ms=errors.error_ms[sure])


def kicks_late_s(passage: Passage, around_s: float, originals: Originals) -> float | None:
    """How much later than its grid a recording's kicks fall near an instant [s]; None where that is not clear."""
    grid = passage.track.beat_grid
    n = min(KICK_BEATS, grid.n_beats - 4)
    middle = float(grid.beat_at(around_s))
    for centre in (middle, 0.5 * grid.n_beats):  # near the transition, else where most of the music is
        first = int(np.clip(centre - n / 2, 1, max(1, grid.n_beats - n - 2)))
        beats = np.arange(first, first + n)
        beats_s = grid.time_at(beats)
        from_s = max(0.0, float(beats_s[0]) - 0.5)
        sound = originals.read(passage.track.track, from_s, float(beats_s[-1]) + 0.5)
        kicks = kicks_of(sound, originals.rate_hz, from_s, beats, beats_s, grid.beats_per_bar)
        if kicks is not None:
            return float(np.median(kicks.late_s))
        if not passage.track.is_constant_tempo:
            return None
    return None


def _heard_together(stretch: Stretch, edges_s: Floats) -> tuple[Floats, float]:
    """Middles of the beats on which both decks are heard [mix s], and the length of one [s]."""
    both = audible(stretch, edges_s)
    middles_s = 0.5 * (edges_s[:-1] + edges_s[1:])
    return middles_s[both.mask], float(np.median(np.diff(edges_s)))


def _distance_together(out: Passage, incoming: Passage, heard_s: Floats) -> float | None:
    if not len(heard_s) or not np.any(out.track.chroma) or not np.any(incoming.track.chroma):
        return None
    rows = [chroma_at(p.track, p.time_map.track_s_at(heard_s)) for p in (out, incoming)]
    distances = tonal_distance(rows[0], rows[1])
    return float(np.nanmean(distances)) if np.any(np.isfinite(distances)) else None


def _both_sing_s(out: Passage, incoming: Passage, heard_s: Floats, beat_s: float) -> float:
    if not len(heard_s):
        return 0.0
    sings = [sings_at(p.track, p.time_map.track_s_at(heard_s)) for p in (out, incoming)]
    return float(np.count_nonzero(sings[0] & sings[1])) * beat_s


def bass_owner(stretch: Stretch, edges_s: Floats) -> Floats:
    """Share of the incoming deck in the bass of each beat, 0–1, shape (beats,); ½ where there is no bass."""
    out, incoming = bass_energies(stretch, edges_s)
    total = out + incoming
    return np.where(total > 0, incoming / np.maximum(total, 1e-30), 0.5)
