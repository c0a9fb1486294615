"""Every transition is rendered and listened to before the mix is written, as a DJ pre-listens on headphones.

What is heard comes back to the plan: the incoming deck is nudged until kick lies on kick, the trims even out the
loudness, and a transition that cannot be brought within the bar is planned anew in a simpler style. The order of the
set never changes for it. Transitions that did not change are not rendered twice.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from temirbek.measures import TransitionHeard, hear_transition
from temirbek.mixing import render_span
from temirbek.planning import adjusted, plan_set
from temirbek.prepare.workers import each_in_parallel
from temirbek.types import (
    Adjustment,
    Progress,
    SetPlan,
    SetWishes,
    TrackAnalysis,
    Transition,
    TransitionStyle,
    no_progress,
)

logger = logging.getLogger(__name__)

TOGETHER: frozenset[TransitionStyle] = frozenset(
    ("blend", "short_blend", "filter_sweep", "drop_swap", "loop_extend")
)
"""Styles in which both decks keep one beat."""

BESIDE_BARS = 10
"""So many bars are heard on either side: the loudness is compared over eight of them."""
NUDGE_FROM_MS = 2.5
"""Kicks nearer than this are together: finer than the ear, and no coarser than the measure."""
MOST_NUDGE_MS = 20.0
APART_MS = 6.0
"""Kicks that stay farther apart than this (95th percentile) are not shipped together."""
LOUDNESS_FROM_LU = 1.25
WORTH_LU = 0.15
"""A transition is evened out further only while that brings this much."""
MOST_TRIM_DB = 3.0
"""A louder or softer passage than this is the music's own shape, and the gain leaves it alone."""
STIFFNESS = 1.5
"""Of the trim's course: a swing over six bars is followed by less than half, one over four hardly at all."""
MOST_LISTENS = 4
FEWEST_PAIRS = 8

Pair = tuple[str, str]
Unfit = Mapping[Pair, Mapping[TransitionStyle, str]]
Replan = Callable[[Unfit], SetPlan]
Listen = Callable[[SetPlan, int], TransitionHeard]


class Replanner:
    """Plans one set again and again: same tracks, wishes and seed, ever more styles known not to fit.

    The last plan is remembered, since the first is asked for twice.
    """

    def __init__(self, analyses: Sequence[TrackAnalysis], wishes: SetWishes, seed: int) -> None:
        self._analyses = analyses
        self._wishes = wishes
        self._seed = seed
        self._last: tuple[dict[Pair, dict[TransitionStyle, str]], SetPlan] | None = None

    def __call__(self, unfit: Unfit) -> SetPlan:
        """The plan without the styles that do not fit.

        Raises:
            PlanImpossible: No set can be made.
        """
        asked = {pair: dict(styles) for pair, styles in unfit.items()}
        if self._last is None or self._last[0] != asked:
            plan = plan_set(self._analyses, wishes=self._wishes, seed=self._seed, unfit=asked)
            self._last = (asked, plan)
        return self._last[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signature:
    """What makes a transition sound as it does, wherever it lies in the set."""

    pair: Pair
    style: TransitionStyle
    length_beats: float
    swap_after_beats: float
    leaves_at_beat: float
    enters_at_beat: float


@dataclass(slots=True)
class _Notebook:
    """What has been heard so far, by signature; trims count from the transition's start."""

    nudge_s: dict[_Signature, float] = field(default_factory=dict)
    trim_db: dict[_Signature, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    deviation_lu: dict[_Signature, float] = field(default_factory=dict)
    listens: dict[_Signature, int] = field(default_factory=dict)
    settled: set[_Signature] = field(default_factory=set)
    unfit: dict[Pair, dict[TransitionStyle, str]] = field(default_factory=dict)


def rehearse_transitions(replan: Replan, listen: Listen, *, on_progress: Progress = no_progress) -> SetPlan:
    """The plan whose every transition has been heard to be in time and even, or was made simpler.

    Args:
        replan: Plans the set, given the styles that were heard to fail for a pair of tracks; the order must not
            depend on them.
        listen: Renders and hears one transition of a plan; called in several processes at once.
        on_progress: Told the share done; it may stand still while a transition is heard again.
    """
    book = _Notebook()
    while True:
        bare = replan(book.unfit)
        plan = _with_notes(bare, book)
        waiting = [k for k in range(len(bare.transitions)) if _signature(bare, k) not in book.settled]
        if not waiting:
            on_progress(1.0)
            return plan
        for index, answer in each_in_parallel(partial(listen, plan), waiting):
            _note(book, bare, waiting[index], answer())
            on_progress(len(book.settled) / (len(book.settled) + len(waiting)))


def listen_to(analyses: Sequence[TrackAnalysis], plan: SetPlan, k: int) -> TransitionHeard:
    """Renders the decks around transition ``k`` and measures what a listener would hear."""
    transition = plan.transitions[k]
    beside = 4.0 * BESIDE_BARS
    span = render_span(plan, analyses, transition.start_beat - beside, transition.end_beat + beside)
    return hear_transition(span.stems, span.sample_rate_hz, span.first_s, span.beat_grid, transition)


def _signature(plan: SetPlan, k: int) -> _Signature:
    transition: Transition = plan.transitions[k]
    out, incoming = plan.plays[transition.from_play], plan.plays[transition.from_play + 1]
    return _Signature(
        pair=(out.track_id, incoming.track_id),
        style=transition.style,
        length_beats=round(transition.length_beats, 6),
        swap_after_beats=round(transition.swap_beat - transition.start_beat, 6),
        leaves_at_beat=round(float(out.track_beat_at(transition.start_beat)), 6),
        enters_at_beat=round(incoming.track_from_beat, 6),
    )


def _with_notes(plan: SetPlan, book: _Notebook) -> SetPlan:
    """The plan with every nudge and trim found so far."""
    notes: dict[int, Adjustment] = {}
    for k, transition in enumerate(plan.transitions):
        found = _signature(plan, k)
        nudge_s = book.nudge_s.get(found, 0.0)
        trim_db = tuple((transition.start_beat + b, gain) for b, gain in book.trim_db.get(found, ()))
        if nudge_s or trim_db:
            notes[k] = Adjustment(nudge_s=nudge_s, trim_db=trim_db)
    return adjusted(plan, notes) if notes else plan


def _note(book: _Notebook, plan: SetPlan, k: int, heard: TransitionHeard) -> None:
    """Decides what to do about a transition: settle it, adjust and hear it again, or give its style up."""
    found, transition = _signature(plan, k), plan.transitions[k]
    book.listens[found] = book.listens.get(found, 0) + 1
    is_last = book.listens[found] >= MOST_LISTENS
    is_adjusted = False
    if transition.style in TOGETHER and heard.kick_offset_ms is not None and heard.kick_pairs >= FEWEST_PAIRS:
        nudge_ms = 1e3 * book.nudge_s.get(found, 0.0) - heard.kick_offset_ms
        if abs(heard.kick_offset_ms) > NUDGE_FROM_MS and abs(nudge_ms) <= MOST_NUDGE_MS and not is_last:
            book.nudge_s[found] = nudge_ms / 1e3
            is_adjusted = True
        elif transition.fallback and (heard.p95_ms > APART_MS or heard.flams):
            reason = f"the kicks would have been {heard.p95_ms:.0f} ms apart"
            book.unfit.setdefault(found.pair, {})[transition.style] = reason
            return
    gained_lu = book.deviation_lu.get(found, np.inf) - heard.loudness_deviation_lu
    book.deviation_lu[found] = heard.loudness_deviation_lu
    is_uneven = transition.style in TOGETHER and heard.loudness_deviation_lu > LOUDNESS_FROM_LU
    if is_uneven and gained_lu > WORTH_LU and not is_last:
        before = book.trim_db.get(found, ())
        book.trim_db[found] = _evened(before, heard, transition.start_beat)
        is_adjusted |= book.trim_db[found] != before
    if not is_adjusted:
        book.settled.add(found)
    logger.info(
        "transition %d (%s): kicks %s ms, flams %d, loudness off by %.1f LU; %s",
        k + 1,
        transition.style,
        heard.kick_offset_ms,
        heard.flams,
        heard.loudness_deviation_lu,
        "heard again" if is_adjusted else "settled",
    )


def _evened(
    before: tuple[tuple[float, float], ...], heard: TransitionHeard, start_beat: float
) -> tuple[tuple[float, float], ...]:
    """The trim so far, less what is still heard above the line; counted from the transition's start.

    The gain follows the trend, not each bar: a hand rides a fader through a transition, it does not flatten the music.
    """
    beats = np.array([beat for beat, _ in heard.residual]) - start_beat
    excess_lu = np.array([excess for _, excess in heard.residual])
    known = np.array(before).reshape(-1, 2)
    known_db = np.interp(beats, known[:, 0], known[:, 1]) if len(known) else np.zeros(len(beats))
    gain_db = np.clip(known_db - _trend(excess_lu), -MOST_TRIM_DB, MOST_TRIM_DB)
    return tuple(zip(np.round(beats, 6).tolist(), np.round(gain_db, 3).tolist(), strict=True))


def _trend(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smoothest course near the values (Whittaker 1923, second differences)."""
    bend = np.diff(np.eye(len(values)), 2, axis=0)
    return np.asarray(np.linalg.solve(np.eye(len(values)) + STIFFNESS * bend.T @ bend, values))
