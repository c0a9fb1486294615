"""One move, tried in physics: danced in company, then alone, at a tempo; and what is to be said of it.

A figure for arms and chest is danced over the plainest groove first and then alone; steps and grooves under the
plainest figure and then alone: a layer must work with others. Moves of the whole body are danced twice as long. Senses
are those of a show: the controller sees what its sensors tell.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from temirbek.choreography import load_moves
from temirbek.choreography.accents import planned_accents
from temirbek.errors import MotionInfeasible
from temirbek.measures.beat_error import BeatError
from temirbek.measures.dance import DancerMeasures, measure_dancer
from temirbek.measures.dance_figures import PLANTED_BARS, PRESSURE_INSIDE, TOUCHDOWN_BARS
from temirbek.measures.figures import Bar
from temirbek.motion import realize
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.types import (
    LAYERS,
    Accent,
    BeatGrid,
    Choreography,
    Move,
    MoveCall,
    Performer,
    RobotKind,
    Trajectory,
    footsteps_of,
)

Floats = NDArray[np.float64]
Where = Callable[[float], str]

FIRST_BEAT, LAST_BEATS = 4.0, 4.0
FEWEST_BEATS = 8.0
"""A move is danced so long in company, and so long again alone, in whole cycles."""
MARK_M = (0.9, 0.0)
GROOVE: Mapping[RobotKind, str] = {"g1": "bounce", "go2": "cat_bounce"}
FIGURE: Mapping[RobotKind, str] = {"g1": "claps", "go2": "cat_bounce"}
GROOVE_INTENSITY = 0.6
ROWS_PER_BEAT = 16
_SAME_BEAT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MoveTrial:
    """What came of one move at one tempo.

    Attributes:
        move: Its name.
        bpm: The tempo [BPM].
        tempo_rule: 1 as written, 2 in half time, 0.5 in double time; None: it is not danced at this tempo.
        measures: Of the executed motion; None where there was none.
        faults: What is wrong, in words, with the beat and the joint; empty: it passes.
        cycle_beats, cycle_qpos: The reference of one cycle (move beats, shape (n,); postures, shape (n, 7 + j)), for
            pictures; empty where there was none.
    """

    move: str
    bpm: float
    tempo_rule: float | None
    measures: DancerMeasures | None
    faults: tuple[str, ...]
    cycle_beats: Floats
    cycle_qpos: Floats

    @property
    def passes(self) -> bool:
        """Whether nothing is wrong (a move that is not danced at a tempo does nothing wrong there)."""
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """The dance by which a move is tried."""

    performer: Performer
    choreography: Choreography
    grid: BeatGrid
    end_s: float
    alone_beat: float
    cycle_beats: float


def try_move(name: str, bpm: float, *, wide: bool = False) -> MoveTrial:
    """Dances a move of the vocabulary in physics and judges it by the bars of a show.

    Args:
        name: Which.
        bpm: The tempo [BPM].
        wide: With every knob at its upper end, instead of where it stands if nobody turns it.
    """
    moves = load_moves()
    move = moves[name]
    rule = _tempo_rule(move, bpm)
    trial = MoveTrial(
        move=name,
        bpm=bpm,
        tempo_rule=rule,
        measures=None,
        faults=(),
        cycle_beats=np.zeros(0),
        cycle_qpos=np.zeros((0, 0)),
    )
    if rule is None:
        return trial
    plan = _plan(move, moves, bpm, rule, wide=wide)
    stage = default_stage()
    body, physics = robot_model(move.robot), robot_physics(move.robot)
    try:
        trajectory = realize(
            plan.choreography, plan.performer, plan.grid, moves, body, physics, stage, (), end_s=plan.end_s
        )
    except MotionInfeasible as error:
        return replace(trial, faults=(f"cannot be made into motion: {error}",))
    motion = perform({plan.performer.id: trajectory}, [plan.performer], stage)[plan.performer.id]
    steps = plan.choreography.footsteps[plan.performer.id]
    measures = measure_dancer(motion, plan.choreography.accents[plan.performer.id], plan.grid, steps)
    beats, qpos = _one_cycle(trajectory, plan, rule, is_figure="legs" not in move.layers)
    return replace(
        trial,
        measures=measures,
        faults=tuple(_faults(measures, plan, rule)),
        cycle_beats=beats,
        cycle_qpos=qpos,
    )


def _tempo_rule(move: Move, bpm: float) -> float | None:
    low, high = move.tempo_bpm
    return next((rule for rule in (1.0, *move.tempo_rules) if low <= bpm / rule <= high), None)


def _plan(move: Move, moves: Mapping[str, Move], bpm: float, rule: float, *, wide: bool) -> _Plan:
    cycle = move.length_beats * rule
    block = cycle * np.ceil(FEWEST_BEATS / cycle - _SAME_BEAT)
    solo = Performer(id="solo", name="Solo", robot=move.robot, role="dancer", mark_m=MARK_M)
    alone_beat = FIRST_BEAT + block
    call = MoveCall(
        performer=solo.id,
        move=move.name,
        start_beat=FIRST_BEAT,
        length_beats=2 * block,
        intensity=1.0,
        tempo_rule=rule,
        parameters=tuple((p.name, p.high) for p in move.parameters) if wide else (),
    )
    calls = (call, *_company(move, moves, FIRST_BEAT, block))
    footsteps = footsteps_of(solo, calls, moves)
    beats = FIRST_BEAT + 2 * block + LAST_BEATS
    grid = BeatGrid(beats_s=0.1 + np.arange(int(np.ceil(beats)) + 2, dtype=float) * (60.0 / bpm))
    return _Plan(
        performer=solo,
        choreography=Choreography(
            performers=(solo,),
            calls=calls,
            accents={solo.id: _judged(planned_accents(calls, (), moves, footsteps))},
            footsteps={solo.id: footsteps},
        ),
        grid=grid,
        end_s=float(grid.time_at(beats)),
        alone_beat=alone_beat,
        cycle_beats=cycle,
    )


def _judged(accents: tuple[Accent, ...]) -> tuple[Accent, ...]:
    """Accents less the entrance from rest, which is no part of the move."""
    return tuple(a for a in accents if a.beat >= FIRST_BEAT + 0.5)


def _company(move: Move, moves: Mapping[str, Move], start_beat: float, beats: float) -> tuple[MoveCall, ...]:
    """The plainest dance on the layers that a move leaves free; none where it drives legs and arms."""
    is_figure = "legs" not in move.layers
    name = (GROOVE if is_figure else FIGURE)[move.robot]
    free = tuple(layer for layer in LAYERS if layer in moves[name].layers and layer not in move.layers)
    has_arms = "left_arm" in move.layers or "right_arm" in move.layers
    if not free or (has_arms and not is_figure):
        return ()
    call = MoveCall(
        performer="solo",
        move=name,
        start_beat=start_beat,
        length_beats=beats,
        intensity=GROOVE_INTENSITY if is_figure else 1.0,
        layers=free,
    )
    return (call,)


def _one_cycle(trajectory: Trajectory, plan: _Plan, rule: float, *, is_figure: bool) -> tuple[Floats, Floats]:
    """A cycle for pictures, move beats and postures: of a figure the last one over its groove, of all else alone."""
    end = plan.alone_beat if is_figure else 2 * plan.alone_beat - FIRST_BEAT
    start = end - plan.cycle_beats
    beats = np.arange(int(np.ceil(plan.cycle_beats * ROWS_PER_BEAT)) + 1) / ROWS_PER_BEAT
    rows = [trajectory.at(float(t)).qpos for t in plan.grid.time_at(start + beats)]
    return beats / rule, np.array(rows)


def _faults(measures: DancerMeasures, plan: _Plan, rule: float) -> list[str]:
    """What falls short of a bar, in words."""

    def where(mix_s: float) -> str:
        beat = float(plan.grid.beat_at(mix_s))
        inside = ((beat - FIRST_BEAT) % plan.cycle_beats) / rule
        company = "alone" if beat >= plan.alone_beat - _SAME_BEAT else "in company"
        return f"beat {round(inside, 1):g}, {company}"

    faults = []
    if measures.fell_at_s is not None:
        faults.append(f"falls ({where(measures.fell_at_s)})")
    faults += _late(measures.planted_hits, PLANTED_BARS, "accents", where)
    faults += _late(
        measures.touchdown, {**TOUCHDOWN_BARS, "coverage": Bar(at_least=0.95)}, "touchdowns", where
    )
    if measures.torque_share_peak > 1.0:
        faults.append(
            f"asks {measures.torque_share_peak:.2f} of the torque of {_joint(measures.torque_peak_joint)}"
        )
    margin = measures.cop_margin_planted_p5_m
    if np.isfinite(margin) and margin < (PRESSURE_INSIDE.at_least or 0.0):
        faults.append(f"the pressure comes within {100 * margin:.1f} cm of the edge of the feet")
    if measures.self_collisions:
        pairs = ", ".join(f"{_joint(a)} and {_joint(b)}" for a, b in measures.collision_pairs[:3])
        faults.append(f"touches itself in {measures.self_collisions} steps: {pairs}")
    return faults


def _late(error: BeatError, bars: Mapping[str, Bar], what: str, where: Where) -> list[str]:
    if not error.count:
        return []
    told = []
    found = np.abs(np.nan_to_num(error.error_ms, nan=0.0))
    worst = int(np.argmax(found))
    place = where(float(error.planned_s[worst]))
    if error.coverage < (bars["coverage"].at_least or 0.0):
        lost = where(float(error.planned_s[int(np.flatnonzero(~np.isfinite(error.error_ms))[0])]))
        told.append(f"only {100 * error.coverage:.0f} % of the {what} are hit (lost: {lost})")
    for name, value in (("mean", error.mean_ms), ("p95", error.p95_ms)):
        most = bars[name].at_most or 0.0
        if np.isfinite(value) and value > most:
            signed = float(error.error_ms[worst])
            told.append(
                f"{what} are {value:.0f} ms off ({name}; {most:g} are allowed), most by {abs(signed):.0f} ms "
                f"{'late' if signed > 0 else 'early'} ({place})"
            )
            break
    return told


def _joint(name: str) -> str:
    return name.removesuffix("_joint").removesuffix("_link").replace("_", " ")
