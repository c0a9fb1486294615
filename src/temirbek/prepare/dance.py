"""From a mix to robots that danced to it in physics."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

from temirbek.choreography import compose
from temirbek.measures.floor import FloorMeasures
from temirbek.prepare.easing import Realized, realize_or_ease
from temirbek.prepare.floor import measure_floor
from temirbek.prepare.stages import OnStage, progress_of
from temirbek.prepare.workers import each_in_parallel
from temirbek.robots import Disturbances, default_stage, perform
from temirbek.types import (
    Choreography,
    ExecutedMotion,
    Mix,
    Move,
    Number,
    Performer,
    Stage,
    Trajectory,
    Zone,
    zones_of,
)

READINGS_LATE_S = 0.006
"""So late do robots know what their sensors feel; the sensors themselves are as noisy as usual ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedDance:
    """What is to be danced, ready for robots to follow.

    Attributes:
        stage: Where.
        choreography: The dance on paper; its notes say where it had to be made milder to be possible.
        trajectories: Performer id → the reference that its controller follows.
    """

    stage: Stage
    choreography: Choreography
    trajectories: Mapping[str, Trajectory]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dance:
    """What was to be danced, and what was.

    Attributes:
        stage: Where.
        choreography: The dance on paper; its notes say where it had to be made milder to be possible.
        trajectories: Performer id → the reference that its controller followed.
        executed: Performer id → what physics made of it.
        floor: The room that it took, and who came too near whom.
    """

    stage: Stage
    choreography: Choreography
    trajectories: Mapping[str, Trajectory]
    executed: Mapping[str, ExecutedMotion]
    floor: FloorMeasures


def make_dance(
    mix: Mix,
    cast: Sequence[Performer],
    moves: Mapping[str, Move],
    *,
    seed: int,
    numbers: Sequence[Number] = (),
    on_stage: OnStage,
) -> Dance:
    """Composes a dance to a mix, makes it feasible for each robot and performs it in one physical scene.

    Raises:
        MotionInfeasible: A robot cannot do what was composed, not even a milder form of it; the message names
            joint, limit and beat.
    """
    staged = stage_dance(mix, cast, moves, seed=seed, numbers=numbers, on_stage=on_stage)
    executed = perform(
        staged.trajectories,
        cast,
        staged.stage,
        disturbances=Disturbances(noise=1.0, delay_s=READINGS_LATE_S, seed=seed),
        on_progress=progress_of("physics", on_stage),
    )
    on_stage("physics", 1.0)
    return Dance(
        stage=staged.stage,
        choreography=staged.choreography,
        trajectories=staged.trajectories,
        executed=executed,
        floor=measure_floor(executed, cast, mix.beat_grid, numbers),
    )


def stage_dance(
    mix: Mix,
    cast: Sequence[Performer],
    moves: Mapping[str, Move],
    *,
    seed: int,
    numbers: Sequence[Number] = (),
    zones: Sequence[Zone] = (),
    on_stage: OnStage,
    on: Executor | None = None,
) -> StagedDance:
    """Composes a dance to a mix and makes it feasible for each robot, without performing it.

    Args:
        zones: Floor of people beside that of the numbers' artists.
        on: An executor that somebody else began and will end; without it, a process a core.

    Raises:
        MotionInfeasible: As :func:`make_dance`.
    """
    stage = replace(default_stage(), zones=(*zones_of(numbers), *zones))
    progress_of("choreography", on_stage)
    choreography = compose(mix, cast, moves, seed=seed, numbers=numbers, zones=zones)
    on_stage("choreography", 1.0)
    realized = _realize_all(choreography, mix, moves, stage, on_stage, on)
    return StagedDance(
        stage=stage,
        choreography=_as_realized(choreography, realized),
        trajectories={performer: part.trajectory for performer, part in realized.items()},
    )


def _realize_all(
    choreography: Choreography,
    mix: Mix,
    moves: Mapping[str, Move],
    stage: Stage,
    on_stage: OnStage,
    on: Executor | None,
) -> dict[str, Realized]:
    progress = progress_of("motion", on_stage)
    performers = choreography.performers
    work = partial(realize_or_ease, choreography=choreography, mix=mix, moves=moves, stage=stage)
    done: dict[str, Realized] = {}
    for index, answer in each_in_parallel(work, performers, on=on):
        done[performers[index].id] = answer()
        progress(len(done) / len(performers))
    return {p.id: done[p.id] for p in performers}


def _as_realized(choreography: Choreography, realized: Mapping[str, Realized]) -> Choreography:
    """The dance as its performers follow it, each in the form that was possible."""
    return replace(
        choreography,
        calls=tuple(c for p in realized for c in realized[p].choreography.calls if c.performer == p),
        reaches=tuple(r for p in realized for r in realized[p].choreography.reaches if r.performer == p),
        accents={p: realized[p].choreography.accents[p] for p in realized},
        footsteps={p: realized[p].choreography.footsteps[p] for p in realized},
        notes=(*choreography.notes, *((0.0, words) for part in realized.values() for words in part.eased)),
    )
