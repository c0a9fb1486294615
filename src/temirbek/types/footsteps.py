"""From calls of moves to footsteps: where every foot comes down, and when, known on paper."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from temirbek.errors import InvalidInput
from temirbek.types.choreography import Move, MoveCall, MoveStep, Performer
from temirbek.types.place import Footstep, Place

_SAME_BEAT = 1e-6
_MIRRORED_FOOT = {"left": "right", "right": "left", "FL": "FR", "FR": "FL", "RL": "RR", "RR": "RL"}
FEET = {"g1": ("left", "right"), "go2": ("FL", "FR", "RL", "RR")}
"""Robot → its feet, in the robot model's order."""


def footsteps_of(
    performer: Performer, calls: Sequence[MoveCall], moves: Mapping[str, Move]
) -> tuple[Footstep, ...]:
    """The footsteps of one performer over a whole dance, by touchdown.

    It starts on its wings (on its mark where it has none). Each cycle of a move with steps begins where the one
    before has ended.

    Args:
        performer: Whose; others' calls are left out.
        calls: The dance.
        moves: The vocabulary.

    Raises:
        InvalidInput: A call of a stepping move does not last a whole number of its cycles, two such calls overlap, or
            a move leaves its feet apart; the message says which and at which beat.
    """
    stepping = sorted(
        (c for c in calls if c.performer == performer.id and steps_of(c, moves[c.move])),
        key=lambda c: c.start_beat,
    )
    at = start_place(performer)
    feet = dict.fromkeys(FEET[performer.robot], at)
    found: list[Footstep] = []
    free_beat = -np.inf
    for call in stepping:
        if call.start_beat < free_beat - _SAME_BEAT:
            raise InvalidInput(
                f"{performer.id}: {call.move!r} at beat {call.start_beat:g} steps before the steps of the move before "
                f"it have ended at beat {free_beat:g}"
            )
        free_beat = call.start_beat + call.length_beats
        for start_beat in _cycles(call, moves[call.move]):
            for step in steps_of(call, moves[call.move]):
                end = at.then(Place(x_m=step.to[0], y_m=step.to[1], heading_rad=step.to[2]))
                touch = start_beat + step.beat * call.tempo_rule
                found.append(
                    Footstep(
                        foot=step.foot,
                        lift_beat=touch - step.swing_beats * call.tempo_rule,
                        touch_beat=touch,
                        start=feet[step.foot],
                        end=end,
                        height_m=step.height_m,
                    )
                )
                feet[step.foot] = end
            at = at.then(travel_of(call, moves[call.move]))
    return tuple(found)


def place_at(performer: Performer, footsteps: Sequence[Footstep], beat: float) -> Place:
    """Where a performer stands at a beat: the middle of its feet's places, feet in the air counted where they land."""
    feet = dict.fromkeys(FEET[performer.robot], start_place(performer))
    for step in footsteps:
        if step.lift_beat <= beat:
            feet[step.foot] = step.end
    places = list(feet.values())
    return Place(
        x_m=float(np.mean([p.x_m for p in places])),
        y_m=float(np.mean([p.y_m for p in places])),
        heading_rad=float(np.mean([p.heading_rad for p in places])),
    )


def start_place(performer: Performer) -> Place:
    """Where a performer stands before the dance: on its wings, or on its mark where it has none."""
    x, y = performer.wings_m if performer.wings_m is not None else performer.mark_m
    return Place(x_m=x, y_m=y, heading_rad=performer.facing_rad)


def travel_of(call: MoveCall, move: Move) -> Place:
    """Where one cycle of a call ends, seen from where it began.

    Raises:
        InvalidInput: The move leaves its feet apart.
    """
    ends = dict.fromkeys(FEET[move.robot], (0.0, 0.0, 0.0))
    for step in steps_of(call, move):
        ends[step.foot] = step.to
    spread = np.ptp(np.array(list(ends.values())), axis=0)
    if spread.max() > 1e-6:
        raise InvalidInput(
            f"the move {move.name!r} leaves its feet apart by {spread[:2].max():.3f} m or {spread[2]:.3f} rad; every "
            "foot must end at the same place"
        )
    x, y, turn = next(iter(ends.values()))
    return Place(x_m=x, y_m=y, heading_rad=turn)


def steps_of(call: MoveCall, move: Move) -> tuple[MoveStep, ...]:
    """The steps of a move as a call performs them: mirrored, and scaled by the call's parameters; none where the
    call leaves the legs to another."""
    if call.layers and "legs" not in call.layers:
        return ()
    x, y, turn, height = (scale_of(call, move, f"step_{name}") for name in ("x", "y", "turn", "height"))
    side = -1.0 if call.mirrored else 1.0
    return tuple(
        replace(
            step,
            foot=_MIRRORED_FOOT[step.foot] if call.mirrored else step.foot,
            to=(step.to[0] * x, step.to[1] * y * side, step.to[2] * turn * side),
            height_m=step.height_m * height,
        )
        for step in move.steps
    )


def scale_of(call: MoveCall, move: Move, channel: str) -> float:
    """By what a call's parameters multiply a channel (as the move's file names it) or a measure of its steps."""
    values = dict(call.parameters)
    factor = 1.0
    for parameter in move.parameters:
        if channel in parameter.scales:
            factor *= values.get(parameter.name, parameter.default)
    return factor


def _cycles(call: MoveCall, move: Move) -> Iterator[float]:
    """Start beats of a call's cycles."""
    cycle = move.length_beats * call.tempo_rule
    count = call.length_beats / cycle
    if abs(count - round(count)) > _SAME_BEAT:
        raise InvalidInput(
            f"{call.performer}: {call.move!r} at beat {call.start_beat:g} steps, so it must last a whole number of its "
            f"{cycle:g} beats, not {call.length_beats:g}"
        )
    for k in range(round(count)):
        yield call.start_beat + k * cycle
