"""The vocabulary: every way from one track into the next, how long it takes, and when it may be used.

A shape has a *lead-in* (the incoming track sounds without bass while the other leads), the *swap* (the bass changes
hands) and a *tail* (the outgoing track sounds without bass). Lead-ins and tails are eights of bars where that can be:
then start, swap and end lie on phrases. What choosing a shape costs is in the score of
:mod:`temirbek.planning.parts`: 1 is about what a swap off the phrase or twenty lost beats cost.

Styles stand on a ladder. One that was heard to fail gives way to a simpler one, and every ladder ends in a cut, which
needs nothing of the other track; where a grid is uncertain, in a hard cut, which needs nothing at all.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from temirbek.planning.compatibility import why_no_blend
from temirbek.planning.material import Material
from temirbek.types import TransitionStyle

ECHO_BARS = 2
CUT_BEATS = 1.0
STEPS: frozenset[TransitionStyle] = frozenset(("echo_out", "cut", "hard_cut"))
"""Styles in which nothing sounds together on one beat."""

LADDER: dict[TransitionStyle, int] = {
    "drop_swap": 0,
    "blend": 1,
    "filter_sweep": 1,
    "loop_extend": 1,
    "short_blend": 2,
    "echo_out": 3,
    "cut": 4,
    "hard_cut": 5,
}


RUN_UP_BEATS: dict[TransitionStyle, float] = {"echo_out": 8.0, "hard_cut": 2.0, "cut": 1.0}

RUNG_COST = 4.0
"""What failed gives way to the next rung of the ladder, unless that fits nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Lengths of a transition in bars of the mix (of the tracks' metre), its style, and what choosing it costs."""

    style: TransitionStyle
    lead_in_bars: int
    tail_bars: int
    cost: float

    @property
    def early_bars(self) -> int:
        """How many bars before a phrase it begins: a short blend ends on one."""
        return self.lead_in_bars if self.style == "short_blend" else 0

    @property
    def run_up_beats(self) -> float:
        """How long before it begins the hands are at work already: filter and sends of what leaves at once."""
        return RUN_UP_BEATS.get(self.style, 0.0)

    @property
    def is_step(self) -> bool:
        """Nothing sounds together on one beat, so the tempo may step."""
        return self.style in STEPS

    @property
    def together_bars(self) -> int:
        """Bars for which both decks keep one beat."""
        return 0 if self.is_step else self.lead_in_bars + self.tail_bars


def _shape(style: TransitionStyle, lead_in_bars: int, tail_bars: int, cost: float) -> Shape:
    return Shape(style=style, lead_in_bars=lead_in_bars, tail_bars=tail_bars, cost=cost)


LONG_SHAPES = (
    _shape("blend", 8, 8, 0.0),
    _shape("blend", 16, 8, 0.3),
    _shape("blend", 8, 0, 0.4),
    _shape("blend", 4, 4, 0.6),
    _shape("filter_sweep", 8, 8, 0.5),
    _shape("filter_sweep", 8, 0, 0.7),
    _shape("drop_swap", 16, 0, 1.0),
    _shape("drop_swap", 8, 0, 1.0),
    _shape("loop_extend", 8, 8, 1.6),
    _shape("loop_extend", 8, 0, 1.8),
    _shape("short_blend", 4, 0, 0.9),
)
"""For sets that play their tracks in full."""

SHORT_SHAPES = (
    _shape("blend", 8, 8, 0.1),
    _shape("blend", 8, 0, 0.0),
    _shape("blend", 4, 4, 0.4),
    _shape("filter_sweep", 8, 8, 0.4),
    _shape("filter_sweep", 8, 0, 0.6),
    _shape("drop_swap", 8, 0, 0.8),
    _shape("loop_extend", 8, 0, 1.8),
    _shape("short_blend", 4, 0, 0.6),
)
"""For sets with a wished length: less time is spent on two tracks at once."""

ECHO_OUT = _shape("echo_out", 0, ECHO_BARS, 5.0)
CUT = _shape("cut", 0, 0, 5.4)
HARD_CUT = _shape("hard_cut", 0, 0, 5.6)


def shapes_for(
    a: Material, b: Material, *, is_short_set: bool, failed: Collection[TransitionStyle] = ()
) -> tuple[Shape, ...]:
    """The shapes in which ``b`` may follow ``a``; the simplest last. There is always one.

    Args:
        a, b: The outgoing and the incoming track.
        is_short_set: The set has a wished length.
        failed: Styles that are known not to work here; only simpler ones are left.
    """
    known = _steps(a, b)
    if not why_no_blend(a, b):
        known = (*(SHORT_SHAPES if is_short_set else LONG_SHAPES), *known)
    if not failed:
        return known
    reached = max(LADDER[style] for style in failed)
    left = [s for s in known if LADDER[s.style] > reached] or [known[-1]]
    next_rung = min(LADDER[s.style] for s in left)
    return tuple(replace(s, cost=s.cost + RUNG_COST * (LADDER[s.style] - next_rung)) for s in left)


def _steps(a: Material, b: Material) -> tuple[Shape, ...]:
    """Ways that lay no beat over another; the last needs the least."""
    if not a.is_grid_sure:
        return (HARD_CUT,)
    last = CUT if b.is_grid_sure else HARD_CUT
    has_one_metre = a.analysis.beat_grid.beats_per_bar == b.analysis.beat_grid.beats_per_bar
    return (ECHO_OUT, last) if has_one_metre else (last,)


def fallback_of(style: TransitionStyle, shapes: Collection[Shape]) -> TransitionStyle | None:
    """The style that is taken where ``style`` fails, of those that a pair may use; None where there is none simpler."""
    simpler = [s.style for s in shapes if LADDER[s.style] > LADDER[style]]
    return min(simpler, key=lambda s: LADDER[s], default=None)
