"""Walks that end exactly where they should: knobs of stepping moves, solved for a way on the floor.

A walk is a row of *legs*: straight ways on which the robot keeps its heading, and turns on the spot. On each leg one
travelling move is repeated, and its knobs are set so that the last step closes on the leg's end to rounding. Walks
begin and end on bars; where the shortest walk would end inside a bar, its steps are made smaller.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from temirbek.choreography.layers import SAME_BEAT
from temirbek.types import (
    Move,
    MoveCall,
    MoveParameter,
    Place,
    RobotKind,
    travel_of,
)

EASE = 0.9
"""Share of a knob's range that a walk uses: something is left for whoever edits the dance."""
MOST_CYCLES = 12
"""More repeats than this are no leg but a march: the way is too long for the stretch."""
_SAME_M = 1e-6
_STEP_CHANNELS = ("step_x", "step_y", "step_turn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One straight way or one turn: a move, how often, and its knobs."""

    move: Move
    cycles: int
    mirrored: bool
    tempo_rule: float
    parameters: tuple[tuple[str, float], ...]

    @property
    def length_beats(self) -> float:
        """Its length [mix beats]."""
        return self.cycles * self.move.length_beats * self.tempo_rule


def is_travelling(move: Move) -> bool:
    """Whether a move is there to go somewhere: its feet can end elsewhere than they began, and arms are free."""
    return bool(move.steps) and "left_arm" not in move.layers and bool(_last_steps(move))


def _last_steps(move: Move) -> tuple[float, float, float] | None:
    last = max(move.steps, key=lambda s: s.beat).to
    return last if max(abs(v) for v in last) > _SAME_M else None


class Walker:
    """Finds walks for one kind of robot at one tempo.

    Args:
        moves: The vocabulary.
        robot: Whose feet.
        rules: Name → tempo rule of the moves that may be danced.
        bar_beats: Beats in a bar.
    """

    def __init__(
        self, moves: Mapping[str, Move], robot: RobotKind, rules: Mapping[str, float], bar_beats: int
    ) -> None:
        self._moves = [m for m in moves.values() if m.robot == robot and m.name in rules and is_travelling(m)]
        self._rules, self._bar_beats = rules, bar_beats

    def walk(
        self, via: Sequence[Place], start_beat: float, performer: str, intensity: float
    ) -> list[MoveCall] | None:
        """Calls that lead from the first place through all others to the last, or None where no walk does.

        Args:
            via: Where it begins, corners of the way, where it ends (stage frame).
            start_beat: A bar's first beat.
            performer: Whose calls.
            intensity: Of the poses.
        """
        ways = [list(self._legs(a, b)) for a, b in pairwise(via) if not _is_same(a, b)]
        if not ways or not all(ways):
            return [] if not ways else None
        legs = self._on_bars(ways)
        if legs is None:
            return None
        calls, at = [], start_beat
        for leg in legs:
            calls.append(
                MoveCall(
                    performer=performer,
                    move=leg.move.name,
                    start_beat=at,
                    length_beats=leg.length_beats,
                    intensity=round(intensity, 3),
                    mirrored=leg.mirrored,
                    layers=("legs", "pelvis") if "torso" in leg.move.layers else (),
                    tempo_rule=leg.tempo_rule,
                    parameters=leg.parameters,
                )
            )
            at += leg.length_beats
        return calls

    def _on_bars(self, ways: Sequence[Sequence[Leg]]) -> tuple[Leg, ...] | None:
        """The shortest choice of legs that together fill whole bars."""
        best: tuple[float, tuple[Leg, ...]] | None = None
        for legs in product(*(way[:6] for way in ways)):
            beats = sum(leg.length_beats for leg in legs)
            if abs(beats / self._bar_beats - round(beats / self._bar_beats)) > SAME_BEAT:
                continue
            if best is None or beats < best[0] - SAME_BEAT:
                best = (beats, legs)
        return best[1] if best else None

    def _legs(self, start: Place, end: Place) -> Iterator[Leg]:
        """Every way to go a leg, the shortest first."""
        way = end.seen_from(start)
        found: list[tuple[float, str, bool, Leg]] = []
        for move in self._moves:
            for mirrored in (False, True):
                for cycles in range(1, MOST_CYCLES + 1):
                    leg = _leg(move, cycles, mirrored, self._rules[move.name], way)
                    if leg is not None:
                        found.append((leg.length_beats, move.name, mirrored, leg))
        yield from (leg for *_, leg in sorted(found, key=lambda f: f[:3]))


def _is_same(a: Place, b: Place) -> bool:
    way = b.seen_from(a)
    return max(abs(way.x_m), abs(way.y_m), abs(way.heading_rad)) < _SAME_M


def _leg(move: Move, cycles: int, mirrored: bool, rule: float, way: Place) -> Leg | None:
    turns = abs(way.heading_rad) > _SAME_M
    if turns and cycles > 1 and max(abs(way.x_m), abs(way.y_m)) > _SAME_M:
        return None  # a row of arcs: not solved in closed form, and not needed
    wanted = (way.x_m / cycles, way.y_m / cycles, way.heading_rad / cycles)
    parameters = knobs_for(move, wanted, mirrored=mirrored)
    if parameters is None:
        return None
    return Leg(move=move, cycles=cycles, mirrored=mirrored, tempo_rule=rule, parameters=parameters)


def _is_within(value: float, knob: MoveParameter) -> bool:
    if abs(value - knob.default) < _SAME_M:
        return True
    least = EASE * knob.low if knob.low < 0 else knob.low
    most = knob.high - (1 - EASE) * (knob.high - max(knob.low, 0.0))
    return least <= value <= most


def knobs_for(
    move: Move, travel: tuple[float, float, float], *, mirrored: bool
) -> tuple[tuple[str, float], ...] | None:
    """Values of a move's knobs at which one cycle travels as wanted, or None where its ranges do not reach so far.

    Args:
        move: With steps.
        travel: Ahead, to the left [m], and turn to the left [rad] of one cycle.
        mirrored: Whether the call is.
    """
    end = max(move.steps, key=lambda s: s.beat).to
    side = -1.0 if mirrored else 1.0
    written = dict(zip(_STEP_CHANNELS, (end[0], side * end[1], side * end[2]), strict=True))
    wanted = dict(zip(_STEP_CHANNELS, travel, strict=True))
    knobs: dict[str, float] = {}
    for parameter in move.parameters:
        channels = [c for c in parameter.scales if c in written and abs(written[c]) > _SAME_M]
        if not channels:
            continue
        channel = channels[0]
        others = 1.0
        for other in move.parameters:
            if other is not parameter and channel in other.scales:
                others *= knobs.get(other.name, other.default)
        if abs(others) < _SAME_M:
            continue
        value = wanted[channel] / written[channel] / others
        if not _is_within(value, parameter):
            return None
        if abs(value - parameter.default) > 1e-12:
            knobs[parameter.name] = float(value)
    parameters = tuple(sorted(knobs.items()))
    call = MoveCall(
        performer="",
        move=move.name,
        start_beat=0.0,
        length_beats=move.length_beats,
        intensity=1.0,
        mirrored=mirrored,
        parameters=parameters,
    )
    reached = travel_of(call, move)
    got = (reached.x_m, reached.y_m, reached.heading_rad)
    return parameters if max(abs(a - b) for a, b in zip(got, travel, strict=True)) < 1e-9 else None
