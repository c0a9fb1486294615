"""The mix, as it was rendered: together, on phrases, one bass at a time, evenly loud.

What a listener would complain about, as figures: beats of two decks that fall apart, flams, jumps of the tempo,
transitions that ignore the phrases of the music, two basses at once, holes and bumps in the loudness, clipping, keys
that fight, and tracks of which too little is heard. Beats between decks are found in the stems or taken from the
truth where it is known, never from the plan (:mod:`temirbek.measures.decks`). Times are mix seconds.

- **phrase alignment**: start, swap and end of each transition, and whether each lies within 50 ms of a phrase
  boundary of the outgoing track, of the incoming one, of both;
- **tempo continuity**: largest step of the tempo from bar to bar, and the steepest ramp in % a second;
- **loudness deviation**: the largest distance (LU) of the 3 s short-term loudness in a transition from the straight
  line between the 8 bars before and the 8 bars after it;
- **key distance**: steps on the Camelot wheel, changing between inner and outer ring being one step;
- **fidelity**: the share of each track that is heard, and by how much its tempo was changed.

Files are read in blocks, stems one transition at a time: memory does not grow with the show.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.measures.decks import (
    NOT_TOGETHER,
    DeckErrors,
    bass_clash,
    flams,
    read_stretch,
    transition_beats_s,
    true_errors,
)
from temirbek.measures.harmony import camelot_steps
from temirbek.measures.hearing import kick_errors
from temirbek.measures.loudness import Levels, levels_of_file, loudness_deviation
from temirbek.measures.plain import finite_or_none
from temirbek.types import BeatGrid, Mix, Play, TrackAnalysis, Transition

Floats = NDArray[np.float64]

ON_PHRASE_S = 0.05
ON_BEAT = 0.05
LEAST_PHRASE_BEATS = 12.0
SOLO_BEATS = 40.0  # how much of a deck's solo beside a transition is listened to


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackTruth:
    """What is known beforehand of a track: its beats and the instants at which phrases begin [track seconds]."""

    beats_s: Floats
    phrases_s: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TransitionMeasures:
    """One transition.

    Attributes:
        from_title, to_title: The two tracks.
        start_s, swap_s, end_s: When [mix s].
        style, reason: As planned.
        heard, true: Beat error between decks from the kicks in the stems and from known beats; None where there is none,
            where kicks are not clear, and (heard) where the style lets the decks not run together.
        flams: Kick pairs that should fall together and do not; None without stems, or where they need not.
        on_phrase: "start", "swap", "end" → on a phrase of the outgoing, of the incoming track.
        bass_clash, both_bass_beats: Overlap of the basses 0–1, and beats with both within 6 dB; None without stems.
        loudness_deviation_lu: Largest deviation from the line [LU]; NaN where the mix is too short to say.
        key_steps: Camelot steps.
        tempo_change: Change of the mix's tempo over the transition, as a share.
    """

    from_title: str
    to_title: str
    start_s: float
    swap_s: float
    end_s: float
    style: str
    reason: str
    heard: DeckErrors | None
    true: DeckErrors | None
    flams: int | None
    on_phrase: Mapping[str, tuple[bool, bool]]
    bass_clash: float | None
    both_bass_beats: int | None
    loudness_deviation_lu: float
    key_steps: int
    tempo_change: float

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "from": self.from_title,
            "to": self.to_title,
            "start_s": round(self.start_s, 4),
            "swap_s": round(self.swap_s, 4),
            "end_s": round(self.end_s, 4),
            "style": self.style,
            "reason": self.reason,
            "beat_error_heard": _errors_json(self.heard),
            "beat_error_true": _errors_json(self.true),
            "flams": self.flams,
            "on_phrase": {
                point: {"outgoing": a, "incoming": b, "both": a and b}
                for point, (a, b) in self.on_phrase.items()
            },
            "bass_clash": finite_or_none(self.bass_clash),
            "both_bass_beats": self.both_bass_beats,
            "loudness_deviation_lu": finite_or_none(self.loudness_deviation_lu, 2),
            "key_steps": self.key_steps,
            "tempo_change": finite_or_none(self.tempo_change, 5),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFidelity:
    """How much of a track is heard, 0–1, and its tempo change where it is heard, as shares (mean, largest)."""

    title: str
    played: float
    tempo_change_mean: float
    tempo_change_max: float

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "title": self.title,
            "played": round(self.played, 4),
            "tempo_change_mean": round(self.tempo_change_mean, 5),
            "tempo_change_max": round(self.tempo_change_max, 5),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixMeasures:
    """The whole mix.

    Attributes:
        transitions, tracks: One by one.
        levels: Loudness of the file.
        tempo_step: Largest change of the tempo from one bar to the next, as a share.
        tempo_slope: Steepest ramp, as a share a second.
    """

    transitions: tuple[TransitionMeasures, ...]
    tracks: tuple[TrackFidelity, ...]
    levels: Levels
    tempo_step: float
    tempo_slope: float

    def deck_errors_ms(self, source: str) -> Floats:
        """|Δt| between the decks of all transitions together [ms]; ``source`` is "heard" or "true"."""
        found = [t.heard if source == "heard" else t.true for t in self.transitions]
        return np.concatenate([np.zeros(0), *(np.abs(e.error_ms) for e in found if e is not None)])

    def on_phrase_share(self, point: str) -> float:
        """Share of the transitions whose "start", "swap" or "end" lies on a phrase of both tracks; 1 without any."""
        if not self.transitions:
            return 1.0
        return float(np.mean([all(t.on_phrase[point]) for t in self.transitions]))

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "integrated_lufs": finite_or_none(self.levels.integrated_lufs, 3),
            "true_peak_dbtp": finite_or_none(self.levels.true_peak_dbtp, 3),
            "tempo_step": finite_or_none(self.tempo_step, 5),
            "tempo_slope_per_s": finite_or_none(self.tempo_slope, 5),
            "transitions": [t.to_json() for t in self.transitions],
            "tracks": [t.to_json() for t in self.tracks],
        }


def measure_mix(
    mix: Mix, analyses: Mapping[str, TrackAnalysis], truths: Mapping[str, TrackTruth] | None = None
) -> MixMeasures:
    """Everything about a rendered mix.

    Args:
        mix: The mix; beats between decks, flams and basses need its stems.
        analyses: Track id → what the plan knew of the track.
        truths: Track id → what is known beforehand, where it is.
    """
    levels = levels_of_file(mix.audio_path)
    step, slope = tempo_continuity(mix.beat_grid)
    return MixMeasures(
        transitions=tuple(
            _measure_transition(mix, t, analyses, truths or {}, levels) for t in mix.plan.transitions
        ),
        tracks=tuple(fidelity(mix, play, analyses[play.track_id]) for play in mix.plan.plays),
        levels=levels,
        tempo_step=step,
        tempo_slope=slope,
    )


def _measure_transition(
    mix: Mix,
    transition: Transition,
    analyses: Mapping[str, TrackAnalysis],
    truths: Mapping[str, TrackTruth],
    levels: Levels,
) -> TransitionMeasures:
    plays = mix.plan.plays[transition.from_play : transition.from_play + 2]
    known = [analyses[play.track_id] for play in plays]
    start_s, swap_s, end_s = (
        float(t)
        for t in mix.beat_grid.time_at([transition.start_beat, transition.swap_beat, transition.end_beat])
    )
    heard, n_flams, clash, both_beats = None, None, None, None
    if mix.stem_paths:
        stretch = read_stretch(mix, transition, SOLO_BEATS)
        beats_s = transition_beats_s(mix, transition)
        if transition.style not in NOT_TOGETHER:
            heard = kick_errors(stretch, mix.beat_grid, transition)
            n_flams = flams(stretch, beats_s)
        clash, both_beats = bass_clash(stretch, beats_s)
    true = None
    if all(play.track_id in truths for play in plays):
        first, second = (truths[play.track_id].beats_s for play in plays)
        true = true_errors(mix, transition, (known[0].beat_grid, known[1].beat_grid), (first, second))
    phrases = [_phrases_s(mix, p, a, truths.get(p.track_id)) for p, a in zip(plays, known, strict=True)]
    points = {"start": start_s, "swap": swap_s, "end": end_s}
    if (
        transition.style in NOT_TOGETHER
    ):  # all of it happens at once; what rings on ends nowhere in particular
        points = dict.fromkeys(points, start_s)
    ends = mix.beat_grid.tempo_at([transition.start_beat, transition.end_beat])
    return TransitionMeasures(
        from_title=known[0].track.title,
        to_title=known[1].track.title,
        start_s=start_s,
        swap_s=swap_s,
        end_s=end_s,
        style=transition.style,
        reason=transition.reason,
        heard=heard,
        true=true,
        flams=n_flams,
        on_phrase={
            name: (is_on(instant, phrases[0]), is_on(instant, phrases[1])) for name, instant in points.items()
        },
        bass_clash=clash,
        both_bass_beats=both_beats,
        loudness_deviation_lu=loudness_deviation(levels, mix.beat_grid, start_s, end_s),
        key_steps=camelot_steps(known[0].key.best, known[1].key.best),
        tempo_change=float(ends[1] / ends[0] - 1.0),
    )


def _phrases_s(mix: Mix, play: Play, analysis: TrackAnalysis, truth: TrackTruth | None) -> Floats:
    """Phrase boundaries of a track, where they sound in the mix [s]; the end of the music is one as well.

    After the last one that is known, and through a loop, phrases are counted on as a listener counts them.
    """
    if truth is None:
        beats = np.append(analysis.phrases_beats, [s.end_beat for s in analysis.sections[-1:]])
    else:
        beat_s = float(truth.beats_s[-1] - truth.beats_s[-2])
        beats = analysis.beat_grid.beat_at(np.append(truth.phrases_s, truth.beats_s[-1] + beat_s))
    if play.loops:
        beats = beats[beats < play.loops[0].end_beat]
    mix_beats = play.mix_beat_at(beats)
    if len(mix_beats) > 1 and (step := float(np.median(np.diff(mix_beats)))) >= LEAST_PHRASE_BEATS:
        counted_on = np.arange(mix_beats[-1] + step, play.mix_to_beat + ON_BEAT, step)
        mix_beats = np.concatenate([mix_beats, counted_on])
    return mix.beat_grid.time_at(mix_beats)


def is_on(instant_s: float, boundaries_s: Floats) -> bool:
    """Whether an instant lies within 50 ms of a boundary."""
    return bool(len(boundaries_s)) and bool(np.min(np.abs(boundaries_s - instant_s)) <= ON_PHRASE_S)


def tempo_continuity(beat_grid: BeatGrid) -> tuple[float, float]:
    """How smoothly the tempo moves.

    Returns:
        The largest |Δ log tempo| from one bar to the next, and the largest a second; 0 for less than two bars.
    """
    bars_s = beat_grid.downbeats_s
    if len(bars_s) < 3:
        return 0.0, 0.0
    lengths = np.diff(bars_s)
    steps = np.abs(np.diff(np.log(lengths)))
    return float(steps.max()), float((steps / lengths[:-1]).max())


def fidelity(mix: Mix, play: Play, analysis: TrackAnalysis) -> TrackFidelity:
    """How much of a track is heard, and how far its tempo was moved."""
    grid = analysis.beat_grid
    first_s, last_s = grid.time_at([play.track_from_beat, play.track_to_beat])
    beats = np.arange(play.mix_from_beat, play.mix_to_beat)
    change = mix.beat_grid.tempo_at(beats) * play.beat_ratio / grid.tempo_at(play.track_beat_at(beats)) - 1.0
    return TrackFidelity(
        title=analysis.track.title,
        played=float(np.clip((last_s - first_s) / analysis.track.duration_s, 0.0, 1.0)),
        tempo_change_mean=float(np.mean(np.abs(change))),
        tempo_change_max=float(np.max(np.abs(change))),
    )


def _errors_json(errors: DeckErrors | None) -> dict[str, Any] | None:
    if errors is None:
        return None
    size = np.abs(errors.error_ms)
    return {
        "count": len(size),
        "median_ms": finite_or_none(float(np.median(size)), 3),
        "p95_ms": finite_or_none(float(np.percentile(size, 95)), 3),
        "bias_ms": finite_or_none(float(np.median(errors.error_ms)), 3),
        "beats_s": [round(float(t), 4) for t in errors.beats_s],
        "error_ms": [round(float(e), 3) for e in errors.error_ms],
    }
