"""From a mix to robots that danced to it in physics."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from temirbek.choreography import compose, load_moves
from temirbek.errors import MotionInfeasible
from temirbek.measures.floor import FloorMeasures
from temirbek.motion import realize
from temirbek.prepare.floor import measure_floor
from temirbek.prepare.stages import OnStage, progress_of
from temirbek.prepare.workers import each_in_parallel
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.types import Choreography, ExecutedMotion, Mix, Number, Performer, Stage, Trajectory, zones_of

logger = logging.getLogger(__name__)

SOFTER = 0.6
"""What is left of every intensity when a part has to be danced more softly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Realized:
    """One performer's reference, the dance that it follows, and why that is milder than composed ("" if it is not)."""

    trajectory: Trajectory
    choreography: Choreography
    eased: str = ""


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
    mix: Mix, cast: Sequence[Performer], *, seed: int, numbers: Sequence[Number] = (), on_stage: OnStage
) -> Dance:
    """Composes a dance to a mix, makes it feasible for each robot and performs it in one physical scene.

    Raises:
        MotionInfeasible: A robot cannot do what was composed, not even a milder form of it; the message names
            joint, limit and beat.
    """
    stage = replace(default_stage(), zones=zones_of(numbers))
    progress_of("choreography", on_stage)
    choreography = compose(mix, cast, load_moves(), seed=seed, numbers=numbers)
    on_stage("choreography", 1.0)
    realized = _realize_all(choreography, mix, stage, on_stage)
    trajectories = {performer: part.trajectory for performer, part in realized.items()}
    choreography = _as_realized(choreography, realized)
    executed = perform(trajectories, cast, stage, on_progress=progress_of("physics", on_stage))
    on_stage("physics", 1.0)
    return Dance(
        stage=stage,
        choreography=choreography,
        trajectories=trajectories,
        executed=executed,
        floor=measure_floor(executed, cast, mix.beat_grid, numbers),
    )


def _realize_all(
    choreography: Choreography, mix: Mix, stage: Stage, on_stage: OnStage
) -> dict[str, Realized]:
    progress = progress_of("motion", on_stage)
    performers = choreography.performers
    work = partial(realize_or_ease, choreography=choreography, mix=mix, stage=stage)
    done: dict[str, Realized] = {}
    for index, answer in each_in_parallel(work, performers):
        done[performers[index].id] = answer()
        progress(len(done) / len(performers))
    return {p.id: done[p.id] for p in performers}


def realize_or_ease(performer: Performer, choreography: Choreography, mix: Mix, stage: Stage) -> Realized:
    """A performer's reference; where the body cannot follow the part as composed, a milder one.

    A composed show must not end because one pose of one robot is out of reach: hands leave the desk alone first, then
    everything is danced more softly. What was eased is logged and noted in the dance.

    Raises:
        MotionInfeasible: Even the mildest form cannot be danced.
    """
    eased = ""
    for ease in (_as_composed, _without_reaches, _softly):
        milder = ease(choreography, performer.id)
        try:
            trajectory = realize(
                milder,
                performer,
                mix.beat_grid,
                load_moves(),
                robot_model(performer.robot),
                robot_physics(performer.robot),
                stage,
                mix.plan.automation,
                end_s=mix.duration_s,
            )
        except MotionInfeasible as error:
            logger.warning("%s is eased: %s", performer.id, error)
            eased, refused = str(error), error
        else:
            return Realized(trajectory=trajectory, choreography=milder, eased=eased)
    raise refused


def _as_composed(choreography: Choreography, performer: str) -> Choreography:
    return choreography


def _without_reaches(choreography: Choreography, performer: str) -> Choreography:
    return replace(choreography, reaches=tuple(r for r in choreography.reaches if r.performer != performer))


def _softly(choreography: Choreography, performer: str) -> Choreography:
    calls = (
        replace(call, intensity=SOFTER * call.intensity) if call.performer == performer else call
        for call in choreography.calls
    )
    return replace(_without_reaches(choreography, performer), calls=tuple(calls))


def _as_realized(choreography: Choreography, realized: Mapping[str, Realized]) -> Choreography:
    """The dance as its performers follow it, each in the form that was possible."""
    return replace(
        choreography,
        calls=tuple(c for p in realized for c in realized[p].choreography.calls if c.performer == p),
        reaches=tuple(r for p in realized for r in realized[p].choreography.reaches if r.performer == p),
        notes=(*choreography.notes, *((0.0, part.eased) for part in realized.values() if part.eased)),
    )
