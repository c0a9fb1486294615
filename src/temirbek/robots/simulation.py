"""Robots in physics: one scene, one clock, as many robots as the cast has."""

from collections.abc import Mapping, Sequence

import mujoco
import numpy as np

from temirbek.errors import InvalidInput
from temirbek.robots.bodies.model import robot_model
from temirbek.robots.bodies.spec import BODIES, PHYSICS_STEP_S, robot_physics
from temirbek.robots.recording import ContactReader, Recording
from temirbek.robots.reference import Reference, make_reference
from temirbek.robots.scene import build_scene
from temirbek.robots.simulated import SimulatedRobot
from temirbek.robots.whole_body import WholeBody
from temirbek.types import (
    ExecutedMotion,
    Performer,
    Progress,
    RobotCommand,
    RobotState,
    Stage,
    Trajectory,
    no_progress,
)

STEPS_PER_CONTROL = 2
CONTROL_STEP_S = STEPS_PER_CONTROL * PHYSICS_STEP_S
COMMAND_LIFE_S = 5 * CONTROL_STEP_S
POSITION_SHARE = 0.5
"""Share of the joint gains that works beside the controller's torques: it sharpens the hits."""
FALLEN_UPRIGHT = 0.5
"""Cosine of the tilt beyond which a robot has fallen."""
PROGRESS_EVERY_STEPS = 500


class _Dancer:
    """A simulated robot with the controller that makes it follow its reference."""

    def __init__(
        self,
        robot: SimulatedRobot,
        performer: Performer,
        reference: Reference,
        controller: WholeBody,
        recording: Recording,
    ) -> None:
        self.robot, self.performer = robot, performer
        self.reference, self.controller, self.recording = reference, controller, recording
        self.failures = 0
        self.fell_at_s: float | None = None

    def control(self, step: int, mix_s: float) -> None:
        if self.fell_at_s is not None:
            return
        state = self.robot.truth()
        if self._has_fallen(state):
            self.fell_at_s = mix_s
            self.robot.damp()
            return
        row = min(step, len(self.reference.qpos) - 1)
        effort = self.controller.solve(state, self.reference, row)
        self.failures += not effort.solved
        model = self.robot.model
        self.robot.write(
            RobotCommand(
                joints_rad=self.reference.qpos[row, 7:],
                joints_rad_s=self.reference.qvel[row, 6:],
                torques_nm=effort.torques_nm,
                kp=POSITION_SHARE * model.kp,
                kd=POSITION_SHARE * model.kd,
                expires_s=state.host_s + COMMAND_LIFE_S,
            )
        )

    def _has_fallen(self, state: RobotState) -> bool:
        _, x, y, _ = state.base_quat_wxyz
        upright = 1.0 - 2.0 * (x * x + y * y)
        height = state.base_position_m[2] - self.recording.ground_m
        return bool(upright < FALLEN_UPRIGHT or height < BODIES[self.performer.robot].fallen_height_m)


def perform(
    trajectories: Mapping[str, Trajectory],
    performers: Sequence[Performer],
    stage: Stage,
    *,
    on_progress: Progress = no_progress,
) -> dict[str, ExecutedMotion]:
    """Lets robots dance in one physical scene, from the first to the last row of their trajectories.

    Physics runs at 500 Hz, control at 250 Hz. A robot that falls is damped, the others dance on.

    Args:
        trajectories: Performer id → reference in the stage frame, one for each performer.
        performers: The cast.
        stage: Where.
        on_progress: Hears the share done.

    Returns:
        Performer id → what happened.

    Raises:
        InvalidInput: A performer has no trajectory, or one of another body.
    """
    _check(trajectories, performers)
    start_s = min(t.start_s for t in trajectories.values())
    end_s = max(t.end_s for t in trajectories.values())
    steps = int(np.floor((end_s - start_s) / PHYSICS_STEP_S + 1e-6)) + 1
    scene = build_scene(stage, performers)
    data = mujoco.MjData(scene)
    dancers = [_dancer(scene, data, p, trajectories[p.id], start_s, steps, stage) for p in performers]
    reader = ContactReader(scene)
    mujoco.mj_forward(scene, data)
    for step in range(steps):
        mix_s = start_s + step * PHYSICS_STEP_S
        if step % STEPS_PER_CONTROL == 0:
            for dancer in dancers:
                dancer.control(step // STEPS_PER_CONTROL, mix_s)
        for dancer in dancers:
            dancer.robot.drive()
            dancer.recording.before(step, data)
        mujoco.mj_step(scene, data)
        contacts = reader.read(data)
        for dancer in dancers:
            dancer.recording.after(step, data, contacts)
        if step % PROGRESS_EVERY_STEPS == 0:
            on_progress(step / steps)
    return {d.performer.id: _executed(d, start_s) for d in dancers}


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


def _dancer(
    scene: mujoco.MjModel,
    data: mujoco.MjData,
    performer: Performer,
    trajectory: Trajectory,
    start_s: float,
    steps: int,
    stage: Stage,
) -> _Dancer:
    body, model, physics = (
        BODIES[performer.robot],
        robot_model(performer.robot),
        robot_physics(performer.robot),
    )
    robot = SimulatedRobot(scene, data, performer)
    reference = make_reference(
        trajectory,
        physics,
        body,
        start_s=start_s,
        step_s=CONTROL_STEP_S,
        rows=(steps - 1) // STEPS_PER_CONTROL + 1,
    )
    robot.place(reference.qpos[0], reference.qvel[0])
    recording = Recording(scene, performer, robot, trajectory, stage, start_s=start_s, steps=steps)
    return _Dancer(robot, performer, reference, WholeBody(body, model, physics), recording)


def _executed(dancer: _Dancer, start_s: float) -> ExecutedMotion:
    return dancer.recording.finish(
        fell_at_s=dancer.fell_at_s,
        guard_interventions=dancer.robot.interventions,
        solver_failures=dancer.failures,
    )
