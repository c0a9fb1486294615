"""Hands at the desk: which hand is at which control when.

The plan's automation says when a control moves. The hand is there from a beat before to a beat after. The left hand
minds deck A, the right hand deck B, as the desk is laid out, so arms never cross. Where one hand has several things to
do at once, short work goes before long work (a bass swap interrupts a long fade, not the other way round) and a fader
before an equaliser. The trim moves by itself: it evens out loudness so slowly that no hand would be seen to turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from temirbek.types import Automation, Reach, SetPlan

Hand = Literal["left", "right"]

_PRIORITY = {"fader": 0, "low": 1, "filter": 2, "echo": 3, "reverb": 4, "high": 5, "mid": 6}
_HANDS: dict[str, Hand] = {"A": "left", "B": "right"}
LEAD_BEATS = 1.0  # the hand is there so much earlier and stays so much longer
CHANGE_BEATS = 2.0  # from one control to another
SHORTEST_BEATS = 2.0
_JOIN_BEATS = 4.0  # pauses shorter than this are waited out on the control
_STILL = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    start: float
    end: float
    target: str
    deck: str
    control: str


def desk_reaches(performer: str, plan: SetPlan, first_beat: float, last_beat: float) -> tuple[Reach, ...]:
    """Reaches of the DJ, in order of time.

    Args:
        performer: Whose.
        plan: What moves when.
        first_beat, last_beat: The stretch in which hands may leave the dance.
    """
    reaches: list[Reach] = []
    for deck, hand in _HANDS.items():
        work = [w for a in plan.automation if a.deck == deck and a.control in _PRIORITY for w in _moving(a)]
        work += _cues(plan, deck)
        reaches += [
            Reach(
                performer=performer,
                hand=hand,
                start_beat=w.start,
                end_beat=w.end,
                target=w.target,
                automation_deck=w.deck if w.control else "",
                automation_control=w.control,
            )
            for w in _scheduled(work, first_beat + CHANGE_BEATS, last_beat - CHANGE_BEATS)
        ]
    return tuple(sorted(reaches, key=lambda r: (r.start_beat, r.hand)))


def _moving(course: Automation) -> list[_Work]:
    """Stretches in which a control moves, widened by the lead and set on whole beats."""
    steps = np.flatnonzero(np.abs(np.diff(course.values)) > _STILL)
    stretches: list[list[float]] = []
    for i in steps:
        a, b = float(course.beats[i]), float(course.beats[i + 1])
        if stretches and a - stretches[-1][1] <= _JOIN_BEATS:
            stretches[-1][1] = b
        else:
            stretches.append([a, b])
    return [
        _Work(
            start=float(np.floor(a - LEAD_BEATS)),
            end=float(np.ceil(b + LEAD_BEATS)),
            target=f"{course.control}_{course.deck}",
            deck=course.deck,
            control=course.control,
        )
        for a, b in stretches
    ]


def _cues(plan: SetPlan, deck: str) -> list[_Work]:
    """A hand on the platter in the bar in which a record is started."""
    return [
        _Work(
            start=float(np.floor(play.mix_from_beat)) - 4.0,
            end=float(np.floor(play.mix_from_beat)),
            target=f"platter_{deck}",
            deck=deck,
            control="",
        )
        for play in plan.plays[1:]
        if play.deck == deck
    ]


def _scheduled(work: Sequence[_Work], first: float, last: float) -> list[_Work]:
    """Work for one hand that does not overlap: the short before the long, what is left of the long in pieces."""
    done: list[_Work] = []
    for item in sorted(work, key=lambda w: (round(w.end - w.start), _PRIORITY.get(w.control, 9), w.start)):
        pieces = [(max(item.start, first), min(item.end, last))]
        for other in done:
            pieces = [p for a, b in pieces for p in _without(a, b, other.start, other.end)]
        done += [
            _Work(start=a, end=b, target=item.target, deck=item.deck, control=item.control)
            for a, b in pieces
            if b - a >= SHORTEST_BEATS
        ]
    return sorted(done, key=lambda w: w.start)


def _without(a: float, b: float, from_beat: float, to_beat: float) -> list[tuple[float, float]]:
    """What remains of [a, b] beside [from_beat, to_beat] with time to change."""
    if b <= from_beat - CHANGE_BEATS or a >= to_beat + CHANGE_BEATS:
        return [(a, b)]
    return [(a, min(b, from_beat - CHANGE_BEATS)), (max(a, to_beat + CHANGE_BEATS), b)]
