"""One track in any mix, measured: how much of it is heard, and what became of its tempo, its pitch and its attacks."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.measures.evidence import Evidence
from temirbek.measures.originals import Originals
from temirbek.measures.plain import finite_or_none
from temirbek.measures.stretching import Stretching, stretching_of
from temirbek.measures.time_map import TimeMap

Floats = NDArray[np.float64]

STEP_S = 0.5
SEAM_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackCheck:
    """One track in the mix.

    Attributes:
        title: Its title.
        from_s, to_s: When it sounds [mix s].
        played: Share of the recording that is heard, 0–1; what a loop repeats counts once.
        tempo_change_mean, tempo_change_max: |speed − 1| while it sounds.
        stretching: Onset error, pre-echo and key change.
        confidence: How sure it is that it sounds there, 0–1.
    """

    title: str
    from_s: float
    to_s: float
    played: float
    tempo_change_mean: float
    tempo_change_max: float
    stretching: Stretching
    confidence: float

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "title": self.title,
            "from_s": round(self.from_s, 4),
            "to_s": round(self.to_s, 4),
            "played": round(self.played, 4),
            "tempo_change_mean": round(self.tempo_change_mean, 5),
            "tempo_change_max": round(self.tempo_change_max, 5),
            "onset_error_p95_ms": finite_or_none(self.stretching.onset_error_p95_ms, 3),
            "pre_echo_db": finite_or_none(self.stretching.pre_echo_db, 2),
            "key_change_semitones": finite_or_none(self.stretching.key_change_semitones, 3),
            "confidence": round(self.confidence, 3),
        }


def check_track(evidence: Evidence, index: int, originals: Originals) -> TrackCheck:
    """Measures one passage of a mix."""
    passage = evidence.passages[index]
    time_map, track = passage.time_map, passage.track.track
    at = np.arange(time_map.from_s + STEP_S, time_map.to_s - STEP_S, STEP_S)
    at = at[~_is_near_a_seam(time_map, at)]
    change = np.abs(time_map.speed_at(at) - 1.0) if len(at) else np.zeros(1)
    return TrackCheck(
        title=track.title,
        from_s=time_map.from_s,
        to_s=time_map.to_s,
        played=float(np.clip(heard_s(time_map) / track.duration_s, 0.0, 1.0)),
        tempo_change_mean=float(np.mean(change)),
        tempo_change_max=float(np.max(change)),
        stretching=stretching_of(evidence, index, originals),
        confidence=passage.confidence,
    )


def _is_near_a_seam(time_map: TimeMap, mix_s: Floats) -> NDArray[np.bool_]:
    """Where a loop jumps back within a second: there is no speed to be told there."""
    seams_s = time_map.mix_s[1:][np.diff(time_map.track_s) < 0]
    return np.asarray((np.abs(mix_s[:, None] - seams_s) < SEAM_S).any(axis=1))


def heard_s(time_map: TimeMap) -> float:
    """Seconds of a track that are heard; what a loop repeats counts once."""
    falls = np.flatnonzero(np.diff(time_map.track_s) < 0)
    edges = [0, *(falls + 1), len(time_map.track_s)]
    runs = sorted(
        (float(time_map.track_s[a]), float(time_map.track_s[b - 1])) for a, b in itertools.pairwise(edges)
    )
    total, reached = 0.0, -np.inf
    for start, stop in runs:
        total += max(0.0, stop - max(start, reached))
        reached = max(reached, stop)
    return total
