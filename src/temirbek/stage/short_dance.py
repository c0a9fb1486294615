"""Dances of a few beats that nobody composes: a gesture, hands that go with a speech."""

from collections.abc import Mapping, Sequence

from temirbek.choreography.accents import planned_accents
from temirbek.motion import realize
from temirbek.robots import default_stage, robot_model, robot_physics
from temirbek.stage.robots.parts import DancePart
from temirbek.types import BeatGrid, Choreography, Move, MoveCall, Performer, footsteps_of


def short_part(
    part_id: str,
    title: str,
    performers: Sequence[Performer],
    calls: Sequence[MoveCall],
    grid: BeatGrid,
    moves: Mapping[str, Move],
    end_s: float,
) -> DancePart:
    """What the robots need to dance some moves.

    Args:
        part_id, title: Of the part.
        performers: Who dances.
        calls: Which moves, of all of them.
        grid: Its beats.
        moves: By name.
        end_s: When it is over [s].

    Raises:
        MotionInfeasible: A body cannot do it.
    """
    own = {p.id: [c for c in calls if c.performer == p.id] for p in performers}
    footsteps = {p.id: footsteps_of(p, own[p.id], moves) for p in performers}
    accents = {p.id: planned_accents(own[p.id], (), moves, footsteps[p.id]) for p in performers}
    dance = Choreography(
        performers=tuple(performers), calls=tuple(calls), accents=accents, footsteps=footsteps
    )
    trajectories = {
        p.id: realize(
            dance,
            p,
            grid,
            moves,
            robot_model(p.robot),
            robot_physics(p.robot),
            default_stage(),
            (),
            end_s=end_s,
        )
        for p in performers
    }
    return DancePart(
        id=part_id,
        title=title,
        performers=tuple(performers),
        trajectories=trajectories,
        grid=grid,
        accents=accents,
        footsteps=footsteps,
    )
