"""The moves of the DJ's hands: which control of which deck goes where, and when.

A blend follows one angle θ, from 0 at the start over π/4 on the swap to π/2 at the end: the incoming deck sounds with
sin θ, the outgoing one with cos θ, so their powers always add to one. The faders do most of it and mids and highs the
rest, in closed form::

    before the swap:  incoming  fader sin 2θ, bands 1 / (2 cos θ)    outgoing  fader 1,      bands cos θ
    after it:         incoming  fader 1,      bands sin θ            outgoing  fader sin 2θ, bands 1 / (2 sin θ)

The bass has one owner: killed on the incoming deck until the swap, where it changes hands within half a beat. Where
nothing follows the swap, the second half of the turn is made in the last four beats before it; a drop swap makes it all
at once, on the drop. In a filter sweep the mids, too, have one owner but for eight beats on either side of the swap, and
a closing high-pass takes away what is left of the outgoing deck. A cut moves the faders at once; an echo-out closes a
high-pass over the outgoing deck's last two bars and sends its last beats into the echo; a hard cut lets them ring in a
little reverb. While a deck is silent its controls go back to where they rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.planning.timeline import Joint, Slot
from temirbek.types import CONTROL_REST, CONTROLS, Automation, Control, TransitionStyle

Points = list[tuple[float, float]]
Floats = NDArray[np.float64]

SWAP_BEATS = 0.5
LATE_TURN_BEATS = 4.0
END_FADE_BEATS = 8.0
RESET_BEATS = 1.0
TURN_POINTS = 9
"""Points of each half turn: straight lines between them stay within 0.05 dB of the law's power."""

CUT_EARLY_BEATS = 0.04
"""A cut opens the incoming fader this early: attacks begin a little before their beat."""

FLICK_BEATS = 0.01
FILTER_BEATS = 8.0
FILTER_CLOSED = 0.6
SWEEP_AT_SWAP = 0.2
SWEEP_CLOSED = 0.85
SWEEP_AT_ONCE = 0.4
MID_SWAP_BEATS = 8.0
"""In a sweep the mids change hands in so many beats before the swap, and as many after it."""

HARD_CUT_FADE_BEATS = 0.25
SEND_BEATS = 2.0
SENDS_OF: Mapping[TransitionStyle, Mapping[Control, float]] = {
    "echo_out": {"echo": 0.8, "reverb": 0.25},
    "hard_cut": {"reverb": 0.4},
}
"""What is sent on the last beats of a deck that leaves at once, so that it rings on."""

CROSS_FADED: tuple[Control, ...] = ("fader", "mid", "high")


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
            if any(value != CONTROL_REST[control] for _, value in points):
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
        if points and control != "fader":
            _rest_between(lane, points, CONTROL_REST[control])
        lane += points
    if control != "fader" and lane and lane[-1][1] != CONTROL_REST[control]:
        lane.append((lane[-1][0] + RESET_BEATS, CONTROL_REST[control]))
    return [(0.0, 0.0), *lane] if control == "fader" and starts_silent and lane else lane


def _rest_between(lane: Points, following: Points, rest: float) -> None:
    """Brings a control back to rest after its last use, where there is time before the next; it rests before the first."""
    if not lane:
        lane.append((following[0][0] - RESET_BEATS, rest))
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
        return [(early - FLICK_BEATS, 0.0), (early, 1.0)] if control == "fader" else []
    if control == "low":
        return [(start, 0.0), (joint.swap - SWAP_BEATS, 0.0), (joint.swap, 1.0)]
    if control not in CROSS_FADED:
        return []
    beats, angle = _turn(joint)
    fader = np.where(angle <= np.pi / 4, np.sin(2 * angle), 1.0)
    wished = np.sin(_band_angle(joint, control, beats))
    return _points(beats, fader if control == "fader" else _band(joint, control, wished, fader))


def _leaving(occupancy: Occupancy, control: Control) -> Points:
    joint = occupancy.after
    if joint is None:
        fades = occupancy.fades_at_end and control == "fader"
        entered = occupancy.slot.start if occupancy.before is None else occupancy.before.end
        return (
            _fade_out(max(entered, occupancy.slot.end - END_FADE_BEATS), occupancy.slot.end) if fades else []
        )
    if joint.is_step:
        return _leaving_at_once(joint, control)
    if control == "low":
        return [(joint.swap - SWAP_BEATS, 1.0), (joint.swap, 0.0), (joint.end, 0.0)]
    if control == "filter" and joint.shape.style == "filter_sweep":
        return _swept(joint)
    if control not in CROSS_FADED:
        return []
    beats, angle = _turn(joint)
    fader = np.where(angle >= np.pi / 4, np.sin(2 * angle), 1.0)
    wished = np.cos(_band_angle(joint, control, beats))
    return _points(beats, fader if control == "fader" else _band(joint, control, wished, fader))


def _band(joint: Joint, control: Control, wished: Floats, fader: Floats) -> Floats:
    """What a band must do so that with the fader it makes the wished gain; its limit where the fader is closed."""
    is_open = fader > 1e-9
    limit = 0.0 if _turns_alone(joint, control) else 0.5
    return np.where(is_open, np.minimum(1.0, wished / np.where(is_open, fader, 1.0)), limit)


def _turns_alone(joint: Joint, control: Control) -> bool:
    """In a sweep the mids turn around the swap; every other band turns with the whole."""
    return joint.shape.style == "filter_sweep" and control == "mid"


def _band_angle(joint: Joint, control: Control, beats: Floats) -> Floats:
    """The angle of a band at beats."""
    if _turns_alone(joint, control):
        after = min(MID_SWAP_BEATS, joint.end - joint.swap)
        turn = (beats - joint.swap + MID_SWAP_BEATS) / (MID_SWAP_BEATS + after)
        return np.asarray(np.clip(turn, 0.0, 1.0) * np.pi / 2)
    return _turn_at(joint, beats)


def _swept(joint: Joint) -> Points:
    """The high-pass of a filter sweep: it leaves the bass alone until the swap, and closes from there to the end."""
    begins = max(joint.start, joint.swap - FILTER_BEATS)
    if joint.end - joint.swap < LATE_TURN_BEATS:
        return [(begins, 0.0), (joint.end, SWEEP_AT_ONCE)]
    return [(begins, 0.0), (joint.swap, SWEEP_AT_SWAP), (joint.end, SWEEP_CLOSED)]


def _leaving_at_once(joint: Joint, control: Control) -> Points:
    start, style = joint.start, joint.shape.style
    if control == "fader":
        closes = start - HARD_CUT_FADE_BEATS if style == "hard_cut" else start
        return [(closes, 1.0), (start, 0.0)]
    if control == "filter" and style == "echo_out":
        return [(start - FILTER_BEATS, 0.0), (start, FILTER_CLOSED)]
    sends = SENDS_OF.get(style, {})
    if control in sends:
        return [(start - SEND_BEATS, 0.0), (start, sends[control]), (start, 0.0)]
    return []


def _turn(joint: Joint) -> tuple[Floats, Floats]:
    """Beats of a blend and the angle θ there; a drop swap leaves the second half of the turn to the drop itself."""
    if joint.shape.style == "drop_swap":
        beats = np.append(np.linspace(joint.start, joint.swap, TURN_POINTS), joint.swap)
        return beats, np.append(np.linspace(0.0, np.pi / 4, TURN_POINTS), np.pi / 2)
    middle = _middle(joint)
    first = np.linspace(joint.start, middle, TURN_POINTS)
    second = np.linspace(middle, joint.end, TURN_POINTS)[1:]
    beats = np.concatenate([first, second])
    if joint.shape.style == "filter_sweep":  # the mids turn faster, and need points of their own
        own = np.linspace(
            joint.swap - MID_SWAP_BEATS, min(joint.end, joint.swap + MID_SWAP_BEATS), 2 * TURN_POINTS - 1
        )
        beats = np.union1d(beats, own[own > joint.start])
    return beats, _turn_at(joint, beats)


def _turn_at(joint: Joint, beats: Floats) -> Floats:
    """The angle θ at beats of a blend."""
    if joint.shape.style == "drop_swap":
        return _turn(joint)[1]
    edges = (joint.start, _middle(joint), joint.end)
    return np.asarray(np.interp(beats, edges, (0.0, np.pi / 4, np.pi / 2)))


def _middle(joint: Joint) -> float:
    """Where both decks are equally loud: on the swap, or shortly before it where nothing follows it."""
    has_tail = joint.end - joint.swap > LATE_TURN_BEATS
    return joint.swap if has_tail else joint.swap - LATE_TURN_BEATS


def _fade_out(start: float, end: float) -> Points:
    """The last beats of a set that ends before its track does."""
    beats = np.linspace(start, end, TURN_POINTS)
    return _points(beats, np.cos(np.linspace(0.0, np.pi / 2, TURN_POINTS)))


def _points(beats: Floats, values: Floats) -> Points:
    """Points, with what is zero but for rounding set to zero."""
    clean = np.where(np.abs(values) < 1e-12, 0.0, values)
    return [(float(b), float(v)) for b, v in zip(beats, clean, strict=True)]
