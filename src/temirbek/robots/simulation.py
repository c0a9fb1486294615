"""Robots in physics: one scene, one clock, as many robots as the cast has."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.robots.bodies.model import robot_model
from temirbek.robots.bodies.spec import BODIES, PHYSICS_STEP_S, robot_physics
from temirbek.robots.guard import guard
from temirbek.robots.recording import ContactReader, Recording
from temirbek.robots.reference import Reference, make_reference
from temirbek.robots.robot import damping_command
from temirbek.robots.scene import build_scene
from temirbek.robots.whole_body import WholeBody
from temirbek.types import (
    ExecutedMotion,
    Performer,
    Progress,
    RobotCommand,
    RobotModel,
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


class SimulatedRobot:
    """One robot of a scene; :class:`~temirbek.robots.Robot` in physics.

    Args:
        scene: The model of the whole scene.
        data: Its state, stepped by someone else.
        performer: Who; the prefix of its names is "<performer id>/".
    """

    def __init__(self, scene: mujoco.MjModel, data: mujoco.MjData, performer: Performer) -> None:
        self._data = data
        self.model: RobotModel = robot_model(performer.robot)
        root = scene.joint(f"{performer.id}/root")
        q, v = int(root.qposadr[0]), int(root.dofadr[0])
        joints = len(self.model.joint_names)
        motor = scene.actuator(f"{performer.id}/{self.model.joint_names[0]}").id
        self.q = slice(q, q + 7 + joints)
        self.v = slice(v, v + 6 + joints)
        self.motors = slice(motor, motor + joints)
        self.interventions = 0
        self._command = damping_command(self.model, self.read())

    def read(self) -> RobotState:
        q, v = self._data.qpos[self.q].copy(), self._data.qvel[self.v].copy()
        return RobotState(
            host_s=self._data.time,
            base_position_m=q[:3],
            base_quat_wxyz=q[3:7],
            base_velocity_m_s=v[:3],
            base_angular_rad_s=v[3:6],
            joints_rad=q[7:],
            joints_rad_s=v[6:],
        )

    def write(self, command: RobotCommand) -> RobotCommand:
        guarded = guard(command, self.read(), self.model)
        self.interventions += bool(guarded.changes)
        self._command = guarded.command
        return guarded.command

    def damp(self) -> None:
        self._command = damping_command(self.model, self.read())

    def drive(self) -> None:
        """What the motors do at each physics step; an expired command has become damping."""
        if self._data.time > self._command.expires_s:
            self.damp()
        command, data = self._command, self._data
        torque = (
            command.torques_nm
            + command.kp * (command.joints_rad - data.qpos[self.q][7:])
            + command.kd * (command.joints_rad_s - data.qvel[self.v][6:])
        )
        limit = self.model.torque_limit_nm
        data.ctrl[self.motors] = np.clip(torque, -limit, limit)

    def place(self, qpos: NDArray[np.float64], qvel: NDArray[np.float64]) -> None:
        """Puts the robot somewhere."""
        self._data.qpos[self.q], self._data.qvel[self.v] = qpos, qvel

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.damp()


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
        state = self.robot.read()
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
