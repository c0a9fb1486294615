"""How an analysis went: heard against true, in mir_eval's measures where it has one."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time

import mir_eval
import numpy as np
from cases import Case

from temirbek.analysis import analyze
from temirbek.audio import decode
from temirbek.errors import AnalysisFailed
from temirbek.types import TrackAnalysis

RIGHT_F = 0.9
MATCH_S = 0.07
NAN = float("nan")


@dataclass(frozen=True, kw_only=True)
class Score:
    """How one recording went; NaN where there is no truth. ``vocals`` pairs truth and chance, bar by bar."""

    name: str
    style: str
    failed: str = ""
    true_bpm: float
    heard_bpm: float = NAN
    beat_f: float = 0.0
    downbeat_f: float = 0.0
    bias_ms: float = NAN
    phrase_hit: float = NAN
    phrase_found: float = NAN
    true_key: str = ""
    heard_key: str = ""
    drops_hit: float = NAN
    drops_found: float = NAN
    key_right: float = NAN
    key_near: float = NAN
    labels_right: float = NAN
    vocals: tuple[tuple[float, float], ...] = ()
    grid_confidence: float = 0.0
    downbeat_confidence: float = 0.0
    phrase_confidence: float = 0.0
    sections_confidence: float = 0.0
    key_confidence: float = 0.0
    cpu_s: float = NAN

    @property
    def is_grid_right(self) -> bool:
        return self.beat_f >= RIGHT_F

    @property
    def is_downbeat_right(self) -> bool:
        return self.downbeat_f >= RIGHT_F

    @property
    def octave(self) -> float:
        """Heard tempo over true tempo."""
        return self.heard_bpm / self.true_bpm


def measure(case: Case) -> Score:
    """Analyses a case and compares."""
    recording = decode(case.path)
    true_bpm = float(60 / np.median(np.diff(case.beats_s)))
    start = process_time()
    try:
        analysis = analyze(recording, case.path)
    except AnalysisFailed as error:
        return Score(name=case.name, style=case.style, failed=str(error), true_bpm=true_bpm)
    return score_of(case, analysis, process_time() - start)


def score_of(case: Case, analysis: TrackAnalysis, cpu_s: float = NAN) -> Score:
    """Compares an analysis with the truth."""
    grid, truth = analysis.beat_grid, case.beats_s
    beats = charted(grid.beats_s, truth)
    nearest = truth[np.abs(beats[:, None] - truth).argmin(axis=1)] if len(beats) else beats
    late = (beats - nearest)[np.abs(beats - nearest) < MATCH_S]
    phrases = _matched(case.phrases_s, charted(grid.time_at(analysis.phrases_beats), truth))
    drops = _drops(case, grid.time_at([e.start_beat for e in analysis.events if e.kind == "drop"]))
    confidence = analysis.confidence
    return Score(
        name=case.name,
        style=case.style,
        true_bpm=float(60 / np.median(np.diff(truth))),
        heard_bpm=grid.tempo_bpm,
        beat_f=f_measure(truth, beats),
        downbeat_f=NAN
        if case.downbeats_s is None
        else f_measure(case.downbeats_s, charted(grid.downbeats_s, truth)),
        bias_ms=1000 * float(np.median(late)) if len(late) else NAN,
        phrase_hit=phrases[0],
        phrase_found=phrases[1],
        drops_hit=drops[0],
        drops_found=drops[1],
        true_key=case.key.name if case.key else "",
        heard_key=analysis.key.best.name,
        key_right=NAN if case.key is None else float(analysis.key.best == case.key),
        key_near=NAN
        if case.key is None
        else mir_eval.key.weighted_score(case.key.name, analysis.key.best.name),
        labels_right=_labels(case, analysis),
        vocals=_vocals(case, analysis),
        grid_confidence=confidence.grid,
        downbeat_confidence=confidence.downbeat,
        phrase_confidence=confidence.phrase,
        sections_confidence=confidence.sections,
        key_confidence=analysis.key.confidence,
        cpu_s=cpu_s,
    )


def f_measure(truth: np.ndarray, heard: np.ndarray) -> float:
    """mir_eval's F at 70 ms; 0 where nothing was heard."""
    return (
        float(mir_eval.beat.f_measure(truth, heard, f_measure_threshold=MATCH_S))
        if len(heard) and len(truth)
        else 0.0
    )


def charted(times_s: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The instants within the charted stretch."""
    return times_s[(times_s > truth[0] - 0.1) & (times_s < truth[-1] + 0.1)]


def _matched(true_s: np.ndarray | None, heard_s: np.ndarray) -> tuple[float, float]:
    """Share of the heard instants that are true, and of the true that were heard, within 0.1 s; NaN of none."""
    if true_s is None or (not len(true_s) and not len(heard_s)):
        return NAN, NAN
    if not len(true_s) or not len(heard_s):
        return (0.0, NAN) if len(heard_s) else (NAN, 0.0)
    apart = np.abs(heard_s[:, None] - true_s)
    return float(np.mean(apart.min(axis=1) < 0.1)), float(np.mean(apart.min(axis=0) < 0.1))


def _drops(case: Case, heard_s: np.ndarray) -> tuple[float, float]:
    """As :func:`_matched`; a heard drop on a chorus is let pass."""
    if case.choruses_s is not None and len(case.choruses_s) and len(heard_s):
        heard_s = heard_s[np.abs(heard_s[:, None] - case.choruses_s).min(axis=1) >= 0.1]
    return _matched(case.drops_s, heard_s)


def _labels(case: Case, analysis: TrackAnalysis) -> float:
    """Share of the charted time in which the section's label is right."""
    if case.sections is None:
        return NAN
    at = np.arange(case.sections[0][1], case.sections[-1][2], 0.25)
    true = _label_at([(label, start) for label, start, _ in case.sections], at)
    starts = analysis.beat_grid.time_at([s.start_beat for s in analysis.sections])
    heard = _label_at([(s.label, t) for s, t in zip(analysis.sections, starts, strict=True)], at)
    return float(np.mean(true == heard))


def _label_at(sections: Sequence[tuple[str, float]], at: np.ndarray) -> np.ndarray:
    index = np.searchsorted([start for _, start in sections], at, side="right") - 1
    return np.array([label for label, _ in sections])[np.maximum(index, 0)]


def _vocals(case: Case, analysis: TrackAnalysis) -> tuple[tuple[float, float], ...]:
    if case.vocals is None or not len(analysis.vocals):
        return ()
    grid = analysis.beat_grid
    bar = (grid.beat_at(case.vocals[:, 0]) - grid.first_downbeat) // grid.beats_per_bar
    chance = analysis.vocals[np.clip(bar.astype(int), 0, len(analysis.vocals) - 1)]
    return tuple((float(t), float(c)) for t, c in zip(case.vocals[:, 1], chance, strict=True))
