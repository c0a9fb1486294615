"""One robot of a performance: what it senses, believes, decides and sends, control step by control step.

Readings (late and noisy) → estimator → whole-body controller → guard → motors. The estimate is carried ahead over the
age of the readings, so that the controller works on the present. A coming fall ends the dance of this robot: it folds
and damps, the others dance on.
"""

from math import inf
from typing import Literal

import mujoco
import numpy as np

from temirbek.robots.bodies.body import Body
from temirbek.robots.bodies.spec import PHYSICS_STEP_S
from temirbek.robots.estimator import Estimator
from temirbek.robots.falls import FallWatch, Fold
from temirbek.robots.kinematics import Kinematics
from temirbek.robots.recording import Recording
from temirbek.robots.reference import Reference
from temirbek.robots.simulated import SimulatedRobot
from temirbek.robots.whole_body import WholeBody
from temirbek.robots.workspace import Workspace
from temirbek.types import ExecutedMotion, RobotCommand, RobotReadings, RobotState, Stage, Trajectory, Wait

Senses = Literal["estimated", "true"]

STEPS_PER_CONTROL = 2
CONTROL_STEP_S = STEPS_PER_CONTROL * PHYSICS_STEP_S
COMMAND_LIFE_S = 5 * CONTROL_STEP_S
POSITION_SHARE = 0.5
"""Share of the joint gains that works beside the controller's torques where joints are free to dance: it sharpens the
hits. The joints that hold the robot up get none: feet never stand exactly where the reference has them, and gains that
pull at the legs would move the balance."""
FALLEN_UPRIGHT = 0.5
"""Cosine of the tilt beyond which a robot has fallen."""
LOOKS_EVERY_STEPS = 5
"""Control steps from one look at whether it lies to the next."""


class Dancer:
    """A simulated robot with all that makes it follow its reference.

    Args:
        robot: Already standing at the reference's first row.
        body, physics: Its kind, as it believes itself to be.
        reference: What it dances.
        recording: Where the truth is written down.
        stage: Where it dances.
        senses: Whether it knows its state from its sensors, or truly.
    """

    def __init__(
        self,
        robot: SimulatedRobot,
        body: Body,
        physics: mujoco.MjModel,
        reference: Reference,
        recording: Recording,
        stage: Stage,
        senses: Senses,
    ) -> None:
        self.robot, self.recording = robot, recording
        self._body, self._reference, self._senses = body, reference, senses
        model = robot.model
        kinematics = Kinematics(physics)
        self._controller = WholeBody(body, model, physics, kinematics)
        self._estimator = Estimator(body, model, physics)
        self._estimator.reset(robot.truth())
        self._workspace = Workspace(body, model, physics, stage)
        self._watch, self._fold = FallWatch(body, physics, kinematics), Fold(body, model)
        holds_up = np.array([any(word in name for word in body.support_joints) for name in model.joint_names])
        share = np.where(holds_up & (len(body.feet[0].points_m) > 1), 0.0, POSITION_SHARE)
        self._kp, self._kd = share * model.kp, share * model.kd
        self._failures = 0
        self._wait: Wait | None = None
        self._fell_at_s: float | None = None
        self._fall_seen_at_s: float | None = None

    def control(self, step: int, mix_s: float) -> None:
        """Decides what the motors do until the next control step.

        Args:
            step: Which control step of the performance this is.
            mix_s: When it is [s].
        """
        if step % LOOKS_EVERY_STEPS == 0 and self._fell_at_s is None and self._has_fallen():
            self._fell_at_s = mix_s
        readings = self.robot.read()
        if self._fall_seen_at_s is None:
            row = min(step, len(self._reference.qpos) - 1)
            state = self._state(readings, row, step * CONTROL_STEP_S)
            if not self._watch.update(state, self._reference, row):
                self.robot.write(self._workspace.limit(self._danced(state, row), readings, state))
                return
            self._fall_seen_at_s = mix_s
        self.robot.write(self._fold.command(readings))

    @property
    def fall_seen_at_s(self) -> float | None:
        """When its coming fall was seen, or it had fallen unseen [mix s]; None: it dances."""
        return self._fell_at_s if self._fall_seen_at_s is None else self._fall_seen_at_s

    @property
    def stands_from_s(self) -> float:
        """From when on it stands still instead of dancing [mix s]; endless if it never does."""
        return inf if self._wait is None else self._wait.from_s

    @property
    def reference(self) -> Reference:
        """What it dances."""
        return self._reference

    def wait(self, wait: Wait, trajectory: Trajectory, reference: Reference) -> None:
        """Gives it a dance that comes to a stand.

        Args:
            wait: Why and from when on.
            trajectory, reference: The new dance; up to now the same as the old one.
        """
        self._wait, self._reference = wait, reference
        self.recording.expect(trajectory)

    def _state(self, readings: RobotReadings, row: int, host_s: float) -> RobotState:
        """Where the robot is now."""
        if self._senses == "true":
            return self.robot.truth()
        self._estimator.take_in(readings, self._reference.contacts[row], CONTROL_STEP_S)
        return self._estimator.ahead(host_s - readings.host_s)

    def _danced(self, state: RobotState, row: int) -> RobotCommand:
        effort = self._controller.solve(state, self._reference, row, state.contacts)
        self._failures += not effort.solved
        return RobotCommand(
            joints_rad=self._reference.qpos[row, 7:],
            joints_rad_s=self._reference.qvel[row, 6:],
            torques_nm=effort.torques_nm,
            kp=self._kp * effort.follows,
            kd=self._kd * effort.follows,
            expires_s=state.host_s + COMMAND_LIFE_S,
        )

    def _has_fallen(self) -> bool:
        _, _, height_m, _, x, y, _ = self.robot.base_pose()
        upright = 1.0 - 2.0 * (x * x + y * y)
        return upright < FALLEN_UPRIGHT or height_m - self.recording.ground_m < self._body.fallen_height_m

    def executed(self) -> ExecutedMotion:
        """What happened."""
        return self.recording.finish(
            fell_at_s=self._fell_at_s,
            guard_interventions=self.robot.interventions + self._workspace.interventions,
            solver_failures=self._failures,
            fall_seen_at_s=self._fall_seen_at_s,
            wait=self._wait,
        )
