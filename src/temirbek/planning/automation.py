"""The moves of the DJ's hands: which control of which deck goes where, and when.

A blend, as it is played at a desk: the incoming fader comes up over the first half phrase by the equal-power law, its
bass killed and its mids and highs held back; on the swap beat the bass changes hands within half a beat and the
incoming bands open; then the outgoing fader goes down, its mids and highs with it. A cut moves the faders at once; an
echo-out closes a high-pass on the outgoing deck over its last two bars and lets the echo ring. While a deck is silent its
controls go back to where they rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from temirbek.planning.timeline import Joint, Slot
from temirbek.types import CONTROLS, Automation, Control

Points = list[tuple[float, float]]

RISE_BEATS = 16.0
FADE_BEATS = 4.0
"""Where nothing follows the swap, the outgoing fader goes down over so many beats before it."""

SWAP_BEATS = 0.5
END_FADE_BEATS = 8.0
RESET_BEATS = 1.0
FADE_POINTS = 9
CUT_EARLY_BEATS = 0.04
"""A cut opens the incoming fader this early: attacks begin a little before their beat."""

FILTER_BEATS = 8.0
FILTER_CLOSED = 0.6

MID_IN, HIGH_IN = (0.6, 0.75), (0.5, 0.75)
"""Gains of the incoming band at the start and just before the swap."""

MID_OUT, HIGH_OUT = (0.75, 0.6, 0.4), (0.75, 0.6, 0.3)
"""Gains of the outgoing band just before the swap, on it, and at the end."""

REST: Mapping[Control, float] = {"fader": 1.0, "low": 1.0, "mid": 1.0, "high": 1.0, "filter": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """A slot with its neighbours' joints, and whether the set's end cuts its track short."""

    slot: Slot
    before: Joint | None
    after: Joint | None
    fades_at_end: bool


def automate(occupancies: Sequence[Occupancy]) -> tuple[Automation, ...]:
    """Every control that moves, by deck and control."""
    lanes: list[Automation] = []
    for deck in ("A", "B"):
        on_deck = [o for o in occupancies if o.slot.deck == deck]
        for control in CONTROLS:
            points = _lane(on_deck, control, starts_silent=deck == "B")
            if any(value != REST[control] for _, value in points):
                beats, values = zip(*points, strict=True)
                lanes.append(
                    Automation(deck=deck, control=control, beats=np.array(beats), values=np.array(values))
                )
    return tuple(lanes)


def _lane(on_deck: Sequence[Occupancy], control: Control, *, starts_silent: bool) -> Points:
    """The points of one control of one deck, in order."""
    lane: Points = []
    for occupancy in on_deck:
        points = _entering(occupancy, control) + _leaving(occupancy, control)
        if not points:
            continue
        if control != "fader":
            _rest_between(lane, points, REST[control])
        lane += points
    if control != "fader" and lane and lane[-1][1] != REST[control]:
        lane.append((lane[-1][0] + RESET_BEATS, REST[control]))
    return [(0.0, 0.0), *lane] if control == "fader" and starts_silent and lane else lane


def _rest_between(lane: Points, following: Points, rest: float) -> None:
    """Brings a control back to rest after its last use, where there is time before the next."""
    if not lane:
        return
    gap = following[0][0] - lane[-1][0]
    if gap >= 2 * RESET_BEATS:
        lane.append((lane[-1][0] + RESET_BEATS, rest))
        lane.append((following[0][0] - RESET_BEATS, rest))


def _entering(occupancy: Occupancy, control: Control) -> Points:
    joint = occupancy.before
    start = occupancy.slot.start
    if joint is None:
        return [(start, 1.0)] if control == "fader" else []
    if joint.is_step:
        early = start - CUT_EARLY_BEATS
        return [(early - 0.01, 0.0), (early, 1.0)] if control == "fader" else []
    swap = joint.swap
    if control == "fader":
        return _sine(start, start + min(RISE_BEATS, (swap - start) / 2))
    if control == "low":
        return [(start, 0.0), (swap - SWAP_BEATS, 0.0), (swap, 1.0)]
    if control == "filter":
        return []
    at_start, at_swap = MID_IN if control == "mid" else HIGH_IN
    return [(start, at_start), (swap - SWAP_BEATS, at_swap), (swap, 1.0)]


def _leaving(occupancy: Occupancy, control: Control) -> Points:
    joint = occupancy.after
    end = occupancy.slot.end
    if joint is None:
        fades = occupancy.fades_at_end and control == "fader"
        return _cosine(end - END_FADE_BEATS, end) if fades else []
    if joint.is_step:
        return _leaving_at_once(joint, control)
    start, swap, end = joint.start, joint.swap, joint.end
    has_tail = end - swap > FADE_BEATS
    if control == "fader":
        return _cosine(swap, end) if has_tail else _cosine(swap - FADE_BEATS, swap)
    if control == "low":
        return [(swap - SWAP_BEATS, 1.0), (swap, 0.0)]
    if control == "filter":
        return []
    before, on_swap, at_end = MID_OUT if control == "mid" else HIGH_OUT
    points = [(start, 1.0), (swap - SWAP_BEATS, before), (swap, on_swap)]
    return [*points, (end, at_end)] if has_tail else points


def _leaving_at_once(joint: Joint, control: Control) -> Points:
    if control == "fader":
        return [(joint.start, 1.0), (joint.start, 0.0)]
    if control == "filter" and joint.shape.style == "echo_out":
        return [(joint.start - FILTER_BEATS, 0.0), (joint.start, FILTER_CLOSED)]
    return []


def _sine(start: float, end: float) -> Points:
    """Up by the equal-power law."""
    turn = np.linspace(0.0, 1.0, FADE_POINTS)
    return [(float(start + u * (end - start)), float(np.sin(u * np.pi / 2))) for u in turn]


def _cosine(start: float, end: float) -> Points:
    """Down by the equal-power law."""
    turn = np.linspace(0.0, 1.0, FADE_POINTS)
    values = np.cos(turn * np.pi / 2)
    values[-1] = 0.0
    return [(float(start + u * (end - start)), float(v)) for u, v in zip(turn, values, strict=True)]
