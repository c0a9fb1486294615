"""From a mix to robots that danced to it in physics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from temirbek.choreography import compose, load_moves
from temirbek.motion import realize
from temirbek.prepare.stages import OnStage, progress_of
from temirbek.prepare.workers import each_in_parallel
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.types import Choreography, ExecutedMotion, Mix, Performer, Stage, Trajectory


@dataclass(frozen=True, slots=True, kw_only=True)
class Dance:
    """What was to be danced, and what was.

    Attributes:
        stage: Where.
        choreography: The dance on paper.
        trajectories: Performer id → the reference that its controller followed.
        executed: Performer id → what physics made of it.
    """

    stage: Stage
    choreography: Choreography
    trajectories: Mapping[str, Trajectory]
    executed: Mapping[str, ExecutedMotion]


def make_dance(mix: Mix, cast: Sequence[Performer], *, seed: int, on_stage: OnStage) -> Dance:
    """Composes a dance to a mix, makes it feasible for each robot and performs it in one physical scene.

    Raises:
        MotionInfeasible: A robot cannot do what was composed; the message names joint, limit and beat.
    """
    stage = default_stage()
    progress_of("choreography", on_stage)
    choreography = compose(mix, cast, load_moves(), seed=seed)
    on_stage("choreography", 1.0)
    trajectories = _realize_all(choreography, mix, stage, on_stage)
    executed = perform(trajectories, cast, stage, on_progress=progress_of("physics", on_stage))
    on_stage("physics", 1.0)
    return Dance(stage=stage, choreography=choreography, trajectories=trajectories, executed=executed)


def _realize_all(
    choreography: Choreography, mix: Mix, stage: Stage, on_stage: OnStage
) -> dict[str, Trajectory]:
    progress = progress_of("motion", on_stage)
    performers = choreography.performers
    work = partial(_realize_one, choreography=choreography, mix=mix, stage=stage)
    done: dict[str, Trajectory] = {}
    for index, answer in each_in_parallel(work, performers):
        done[performers[index].id] = answer()
        progress(len(done) / len(performers))
    return {p.id: done[p.id] for p in performers}


def _realize_one(performer: Performer, choreography: Choreography, mix: Mix, stage: Stage) -> Trajectory:
    return realize(
        choreography,
        performer,
        mix.beat_grid,
        load_moves(),
        robot_model(performer.robot),
        robot_physics(performer.robot),
        stage,
        mix.plan.automation,
        end_s=mix.duration_s,
    )
