"""One transition, listened to before it is written: are the kicks together, and does the loudness hold its line?

The two decks' own sound is heard, not the plan: kicks by :mod:`temirbek.measures.kicks`, flams and basses by
:mod:`temirbek.measures.decks`, loudness by :mod:`temirbek.measures.loudness` on the sum of the decks. Which deck leaves
is heard as well: it is the one that sounds before the transition begins.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.audio import short_term_lufs
from temirbek.errors import InvalidInput
from temirbek.measures.decks import FLAM_S, DeckErrors, Stretch, audible, bass_clash, flams
from temirbek.measures.kicks import kicks_of
from temirbek.measures.loudness import above_line, middles_s
from temirbek.types import BeatGrid, Transition

Floats = NDArray[np.float64]

FEWEST_PAIRS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionHeard:
    """What a listener would hear in one transition.

    Attributes:
        kick_offset_ms: Median of incoming minus outgoing kicks [ms]; None where they are not clear.
        kick_pairs: Beats near which the kicks of both decks were heard.
        p95_ms: 95th percentile of |incoming − outgoing| over them [ms]; 0 without any.
        flams: Kicks of the decks that nearly fall together and do not.
        both_bass_beats: Beats on which both basses are within 6 dB.
        loudness_deviation_lu: Largest distance of the short-term loudness from its line [LU]; NaN where there is too
            little beside the transition to say.
        residual: Points (mix beat, LU above the line), one a bar of the transition, its end included; empty where the
            deviation is NaN.
    """

    kick_offset_ms: float | None
    kick_pairs: int
    p95_ms: float
    flams: int
    both_bass_beats: int
    loudness_deviation_lu: float
    residual: tuple[tuple[float, float], ...]


def hear_transition(
    stems: NDArray[np.float32],
    sample_rate_hz: int,
    first_s: float,
    mix_grid: BeatGrid,
    transition: Transition,
) -> TransitionHeard:
    """Listens to the decks around one transition.

    Args:
        stems: Sound of the decks, gains applied, shape (2 decks, 2 channels, n); the transition and about ten bars on
            either side.
        sample_rate_hz: Samples a second [Hz].
        first_s: Mix time of the first sample [s].
        mix_grid: Mix seconds ⇄ mix beats.
        transition: Which transition of the mix.

    Raises:
        InvalidInput: The stems have another shape.
    """
    if stems.ndim != 3 or stems.shape[:2] != (2, 2):
        raise InvalidInput(f"stems have shape {stems.shape}; expected (2 decks, 2 channels, n)")
    stretch = _stretch(stems, sample_rate_hz, first_s, mix_grid, transition)
    beats_s = mix_grid.time_at(np.arange(transition.start_beat, transition.end_beat + 0.5))
    errors = kick_errors(stretch, mix_grid, transition)
    apart_ms = np.zeros(0) if errors is None else errors.error_ms
    is_clear = errors is not None
    flammed = int(np.count_nonzero(np.abs(apart_ms) >= 1e3 * FLAM_S[0])) if is_clear else 0
    deviation_lu, residual = _loudness(stems, sample_rate_hz, first_s, mix_grid, transition)
    return TransitionHeard(
        kick_offset_ms=float(np.median(apart_ms)) if is_clear else None,
        kick_pairs=len(apart_ms),
        p95_ms=float(np.percentile(np.abs(apart_ms), 95)) if is_clear else 0.0,
        flams=max(flammed, flams(stretch, beats_s)),
        both_bass_beats=bass_clash(stretch, beats_s)[1],
        loudness_deviation_lu=deviation_lu,
        residual=residual,
    )


def kick_errors(stretch: Stretch, mix_grid: BeatGrid, transition: Transition) -> DeckErrors | None:
    """Incoming against outgoing kicks on the beats of a transition; None where those of a deck are not clear.

    Args:
        stretch: The decks' sound; what lies outside the transition helps to know each deck's kicks.
        mix_grid: Mix seconds ⇄ mix beats.
        transition: Which one.
    """
    edges = mix_grid.beat_at([stretch.start_s, stretch.start_s + len(stretch.outgoing) / stretch.rate_hz])
    beats = np.arange(np.ceil(edges[0]), np.floor(edges[1]) + 1).astype(int)
    decks = [
        kicks_of(
            sound, stretch.rate_hz, stretch.start_s, beats, mix_grid.time_at(beats), mix_grid.beats_per_bar
        )
        for sound in (stretch.outgoing, stretch.incoming)
    ]
    if decks[0] is None or decks[1] is None:
        return None
    edges_s = mix_grid.time_at(np.arange(transition.start_beat, transition.end_beat + 0.5))
    shared = beats[audible(stretch, edges_s).at(mix_grid.time_at(beats))]
    apart_s = decks[1].late_s_at(shared) - decks[0].late_s_at(shared)
    known = np.isfinite(apart_s)
    if np.count_nonzero(known) < FEWEST_PAIRS:
        return None
    return DeckErrors(beats_s=mix_grid.time_at(shared[known]), error_ms=1e3 * apart_s[known])


def _stretch(
    stems: NDArray[np.float32], rate_hz: int, first_s: float, mix_grid: BeatGrid, transition: Transition
) -> Stretch:
    """The decks as outgoing and incoming: the outgoing one has more of its sound before than after the transition."""
    mono = stems.mean(axis=1, dtype=np.float64)
    start, end = (
        int(np.clip((float(mix_grid.time_at(beat)) - first_s) * rate_hz, 0, mono.shape[1]))
        for beat in (transition.start_beat, transition.end_beat)
    )
    before, after = np.square(mono[:, :start]).sum(axis=1), np.square(mono[:, end:]).sum(axis=1)
    is_first_leaving = before[0] * after[1] >= before[1] * after[0]
    outgoing, incoming = (mono[0], mono[1]) if is_first_leaving else (mono[1], mono[0])
    return Stretch(start_s=first_s, rate_hz=rate_hz, outgoing=outgoing, incoming=incoming)


def _loudness(
    stems: NDArray[np.float32], rate_hz: int, first_s: float, mix_grid: BeatGrid, transition: Transition
) -> tuple[float, tuple[tuple[float, float], ...]]:
    loud = short_term_lufs(stems.sum(axis=0), rate_hz)
    start_s, end_s = (float(t) for t in mix_grid.time_at([transition.start_beat, transition.end_beat]))
    above = above_line(middles_s(len(loud), first_s), loud, mix_grid, start_s, end_s)
    if above is None:
        return float("nan"), ()
    bars = np.arange(transition.start_beat, transition.end_beat, mix_grid.beats_per_bar)
    beats = np.append(bars, transition.end_beat)
    points = np.interp(mix_grid.time_at(beats), *above)
    residual = tuple((float(b), float(p)) for b, p in zip(beats, points, strict=True))
    return float(np.max(np.abs(above[1]))), residual
