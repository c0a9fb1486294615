"""Robots in physics: one scene, one clock, as many robots as the cast has."""

from collections.abc import Mapping, Sequence

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.robots.bodies.model import robot_model
from temirbek.robots.bodies.spec import BODIES, PHYSICS_STEP_S, robot_physics
from temirbek.robots.dancer import CONTROL_STEP_S, STEPS_PER_CONTROL, Dancer, Senses
from temirbek.robots.disturbances import NONE, Disturbances, Hands, disturb_scene
from temirbek.robots.falls import LYING_S
from temirbek.robots.recording import ContactReader, Recording
from temirbek.robots.reference import Reference, make_reference
from temirbek.robots.scene import build_scene
from temirbek.robots.simulated import SimulatedRobot
from temirbek.robots.waiting import planned_wait, stopped
from temirbek.types import ExecutedMotion, Performer, Progress, Stage, Trajectory, no_progress

PROGRESS_EVERY_STEPS = 500


def perform(
    trajectories: Mapping[str, Trajectory],
    performers: Sequence[Performer],
    stage: Stage,
    *,
    disturbances: Disturbances = NONE,
    senses: Senses = "estimated",
    on_progress: Progress = no_progress,
) -> dict[str, ExecutedMotion]:
    """Lets robots dance in one physical scene, from the first to the last row of their trajectories.

    Physics runs at 500 Hz, control at 250 Hz. A robot whose fall is seen coming folds; the others dance on, but who
    would come too near to it stops before and waits (:mod:`~temirbek.robots.waiting`).

    Args:
        trajectories: Performer id → reference in the stage frame, one for each performer.
        performers: The cast.
        stage: Where.
        disturbances: How that stage differs from what the robots believe.
        senses: Whether they know their state from their sensors, or truly (for comparison).
        on_progress: Hears the share done.

    Returns:
        Performer id → what happened.

    Raises:
        InvalidInput: A performer has no trajectory, or one of another body; someone is pushed who is not there.
    """
    _check(trajectories, performers)
    start_s = min(t.start_s for t in trajectories.values())
    end_s = max(t.end_s for t in trajectories.values())
    steps = int(np.floor((end_s - start_s) / PHYSICS_STEP_S + 1e-6)) + 1
    scene = build_scene(stage, performers)
    disturb_scene(scene, performers, disturbances)
    data = mujoco.MjData(scene)
    references, robots = {}, {}
    for p in performers:
        references[p.id] = _reference(trajectories[p.id], p, start_s, steps)
        robots[p.id] = SimulatedRobot(scene, data, p, disturbances)
        robots[p.id].place(references[p.id].qpos[0], references[p.id].qvel[0])
    mujoco.mj_forward(scene, data)
    dancers = [
        Dancer(
            robots[p.id],
            BODIES[p.robot],
            robot_physics(p.robot),
            references[p.id],
            Recording(scene, p, robots[p.id], trajectories[p.id], stage, start_s=start_s, steps=steps),
            stage,
            senses,
        )
        for p in performers
    ]
    reader, hands = ContactReader(scene), Hands(scene, performers, disturbances)
    watchers = _Watchers(dancers, performers, trajectories, start_s, steps)
    for step in range(steps):
        mix_s = start_s + step * PHYSICS_STEP_S
        if step % STEPS_PER_CONTROL == 0:
            for dancer in dancers:
                dancer.control(step // STEPS_PER_CONTROL, mix_s)
            watchers.look(mix_s)
        for dancer in dancers:
            dancer.robot.drive()
            dancer.recording.before(step, data)
        hands.push(data, mix_s)
        mujoco.mj_step(scene, data)
        contacts = reader.read(data)
        for dancer in dancers:
            dancer.recording.after(step, data, contacts)
        if step % PROGRESS_EVERY_STEPS == 0:
            on_progress(step / steps)
    return {p.id: dancer.executed() for p, dancer in zip(performers, dancers, strict=True)}


class _Watchers:
    """Who keeps the others away from one that falls and lies.

    A fall is looked at twice: when it is seen, and when the robot must be lying. Where it lies is seen from outside,
    which in simulation means that it is known.
    """

    def __init__(
        self,
        dancers: Sequence[Dancer],
        performers: Sequence[Performer],
        trajectories: Mapping[str, Trajectory],
        start_s: float,
        steps: int,
    ) -> None:
        self._cast = list(zip(performers, dancers, strict=True))
        self._plans, self._start_s, self._steps = dict(trajectories), start_s, steps
        self._looks = dict.fromkeys((p.id for p in performers), 0)

    def look(self, mix_s: float) -> None:
        """Whoever would come too near to one that falls is told to wait; once every control step."""
        for performer, dancer in self._cast:
            if dancer.fall_seen_at_s is None:
                continue
            looks = self._looks[performer.id]
            if looks == 0 or (looks == 1 and mix_s >= dancer.fall_seen_at_s + LYING_S):
                self._looks[performer.id] += 1
                self._keep_away(performer, np.array(dancer.robot.base_pose()[:2]), mix_s)

    def _keep_away(self, lying: Performer, lying_m: NDArray[np.float64], mix_s: float) -> None:
        for performer, dancer in self._cast:
            if dancer.fall_seen_at_s is not None or dancer.stands_from_s <= mix_s:
                continue
            plan = self._plans[performer.id]
            found = planned_wait(plan, dancer.reference, lying.id, lying_m, mix_s)
            if found is not None:
                wait, stop_s = found
                plan = self._plans[performer.id] = stopped(plan, stop_s)
                dancer.wait(wait, plan, _reference(plan, performer, self._start_s, self._steps))


def _check(trajectories: Mapping[str, Trajectory], performers: Sequence[Performer]) -> None:
    for performer in performers:
        if performer.id not in trajectories:
            raise InvalidInput(
                f"performer {performer.id!r} has no trajectory; there are: {', '.join(trajectories) or 'none'}"
            )
        expected = robot_model(performer.robot).joint_names
        if trajectories[performer.id].joint_names != expected:
            raise InvalidInput(
                f"the trajectory of {performer.id!r} is not one of a {performer.robot}: it has "
                f"{len(trajectories[performer.id].joint_names)} joints, the robot {len(expected)}, in the order of "
                "its model"
            )


def _reference(trajectory: Trajectory, performer: Performer, start_s: float, steps: int) -> Reference:
    return make_reference(
        trajectory,
        robot_physics(performer.robot),
        BODIES[performer.robot],
        start_s=start_s,
        step_s=CONTROL_STEP_S,
        rows=(steps - 1) // STEPS_PER_CONTROL + 1,
    )
