"""Dances of a battle: an answer becomes motion that a robot can follow, and a robot's dance is looked at as a person's is.

Both take some tenths of a second of work for each second of dance or less; whoever has a stage to run lets another process do
it (:mod:`temirbek.stage.battle_desk` says how).
"""

from collections.abc import Mapping
from dataclasses import replace

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.battle import PERSON, QUADRUPED, DanceAnswer, Skeleton
from temirbek.choreography.accents import planned_accents
from temirbek.errors import MotionInfeasible
from temirbek.motion import realize
from temirbek.robots import default_stage, robot_model, robot_physics
from temirbek.stage.battle_workshop import LEAD_BEATS
from temirbek.stage.robots.parts import DancePart
from temirbek.types import (
    BeatGrid,
    Choreography,
    Move,
    Performer,
    RobotKind,
    Stage,
    Trajectory,
    footsteps_of,
)

Floats = NDArray[np.float64]

SOFTER = (1.0, 0.7, 0.45, 0.25)
"""Tried in this order where a body cannot follow."""
_COCO_OF_G1 = (
    *("mid360_link",) * 5,
    "left_shoulder_roll_link",
    "right_shoulder_roll_link",
    "left_elbow_link",
    "right_elbow_link",
    "left_wrist_yaw_link",
    "right_wrist_yaw_link",
    "left_hip_roll_link",
    "right_hip_roll_link",
    "left_knee_link",
    "right_knee_link",
    "left_ankle_roll_link",
    "right_ankle_roll_link",
)
_POINTS_OF_GO2 = tuple(
    f"{leg}_{part}" for part in ("thigh", "calf", "foot") for leg in ("FL", "FR", "RL", "RR")
)
_BODIES: Mapping[RobotKind, tuple[Skeleton, tuple[str, ...], float]] = {
    "g1": (PERSON, _COCO_OF_G1, 0.0),
    "go2": (QUADRUPED, _POINTS_OF_GO2, np.pi / 4),
}
"""Robot → as what it is looked at, its bodies for the skeleton's points, and from how far aside [rad]."""


def answer_choreography(
    answer: DanceAnswer, performer: Performer, moves: Mapping[str, Move]
) -> tuple[Choreography, Mapping[str, Move]]:
    """An answer on paper, with the vocabulary that it is written in.

    Args:
        answer: From :func:`temirbek.battle.answer`.
        performer: Who dances it, on its mark.
        moves: The vocabulary.
    """
    known = {**moves, **answer.moves}
    footsteps = footsteps_of(performer, answer.calls, known)
    dance = Choreography(
        performers=(performer,),
        calls=answer.calls,
        accents={performer.id: planned_accents(answer.calls, (), known, footsteps)},
        footsteps={performer.id: footsteps},
    )
    return dance, known


def answer_part(
    answer: DanceAnswer,
    performer: Performer,
    moves: Mapping[str, Move],
    grid: BeatGrid,
    *,
    id: str,
    programme: str = "",
    stage: Stage | None = None,
    start_s: float = 0.0,
) -> DancePart:
    """An answer as a part that a robot can load; softer than written where its body asks for that.

    Args:
        answer: From :func:`temirbek.battle.answer`, its calls in beats of ``grid``.
        performer: Who dances it; on its mark.
        moves: The vocabulary.
        grid: The beats to which it is danced [mix s].
        id: Of the part.
        programme: What must sound for it, or "".
        stage: Where; the house's own if None.
        start_s: The part is made from this mix time on [s], at least :data:`LEAD_BEATS` before the answer.

    Raises:
        MotionInfeasible: Even the softest form cannot be danced.
    """
    performer = replace(performer, wings_m=None)
    own = _from(grid, start_s)
    shift = float(grid.beat_at(start_s))
    moved = replace(answer, calls=tuple(replace(c, start_beat=c.start_beat - shift) for c in answer.calls))
    last = max(c.start_beat + c.length_beats for c in moved.calls)
    end_s = float(own.time_at(last + LEAD_BEATS))
    refusal: MotionInfeasible | None = None
    for share in SOFTER:
        calls = tuple(replace(c, intensity=share * c.intensity) for c in moved.calls)
        dance, known = answer_choreography(replace(moved, calls=calls), performer, moves)
        try:
            motion = realize(
                dance,
                performer,
                own,
                known,
                robot_model(performer.robot),
                robot_physics(performer.robot),
                stage or default_stage(),
                (),
                end_s=end_s,
            )
        except MotionInfeasible as error:
            refusal = error
            continue
        return DancePart(
            id=id,
            title=f"answer: {answer.variation}",
            programme=programme,
            performers=(performer,),
            trajectories={performer.id: replace(motion, start_s=start_s)},
            grid=grid,
            valid_from_s=start_s,
            accents={
                p: tuple(replace(a, beat=a.beat + shift) for a in accents)
                for p, accents in dance.accents.items()
            },
            footsteps={
                p: tuple(
                    replace(s, lift_beat=s.lift_beat + shift, touch_beat=s.touch_beat + shift) for s in steps
                )
                for p, steps in dance.footsteps.items()
            },
        )
    assert refusal is not None
    raise refusal


def _from(grid: BeatGrid, start_s: float) -> BeatGrid:
    """The same beats counted from an instant: realizing begins at 0, and an answer late in a set must not cost more."""
    first = float(grid.beat_at(start_s))
    beats = np.arange(int(np.ceil(grid.n_beats - first)) + 1) + first
    return BeatGrid(beats_s=grid.time_at(beats) - start_s, beats_per_bar=grid.beats_per_bar)


def robot_points(trajectory: Trajectory, robot: RobotKind, mix_s: Floats) -> tuple[Skeleton, Floats]:
    """A robot's dance as a camera before the stage would see it, sure of every point.

    Args:
        trajectory: What it dances.
        robot: Its body.
        mix_s: When to look, shape (t,) [mix s].

    Returns:
        The kind of body, and its points, shape (t, n, 3): x right, y down [m], confidence 1.
    """
    skeleton, names, aside_rad = _BODIES[robot]
    model = robot_physics(robot)
    data = mujoco.MjData(model)
    bodies = [model.body(name).id for name in names]
    found = np.ones((len(mix_s), len(names), 3))
    for i, at_s in enumerate(mix_s):
        data.qpos[:] = trajectory.at(float(at_s)).qpos
        mujoco.mj_kinematics(model, data)
        place = data.xpos[bodies]
        found[i, :, 0] = place[:, 1] * np.cos(aside_rad) - place[:, 0] * np.sin(aside_rad)
        found[i, :, 1] = -place[:, 2]
    return skeleton, found
