"""What a robot thinks with: readings and a row of its reference in, a command out.

:class:`WholeBodyMind` is that of rehearsals (estimator, whole-body controller, fall watch, workspace), laid out so that the
reference may change under it. :class:`PlainMind` is that of robots without weight.
"""

from typing import Protocol

import numpy as np

from temirbek.robots import robot_physics
from temirbek.robots.bodies.spec import BODIES
from temirbek.robots.dancer import COMMAND_LIFE_S, CONTROL_STEP_S, POSITION_SHARE
from temirbek.robots.estimator import Estimator
from temirbek.robots.falls import ALARMING, FallSigns, FallWatch, Fold
from temirbek.robots.kinematics import Kinematics
from temirbek.robots.whole_body import WholeBody
from temirbek.robots.workspace import Workspace
from temirbek.stage.robots.course import Laid
from temirbek.types import Performer, RobotCommand, RobotModel, RobotReadings, RobotState, Stage

RISK_FROM_M = 0.06
"""A capture point further than this inside the feet is no risk."""


class Mind(Protocol):
    """Decides what the joints do."""

    fall_risk: float
    """0–1; 1 is a fall recognised."""
    interventions: int
    """Commands that had to be replaced, beside the guard's."""

    def begin(self, state: RobotState | None) -> None:
        """Starts anew; ``state`` is where the robot was put, where that is known."""
        ...

    def decide(self, readings: RobotReadings, laid: Laid, robot_s: float) -> RobotCommand | None:
        """A command; None where a fall is coming and balance is to be given up."""
        ...

    def fold(self, readings: RobotReadings) -> RobotCommand | None:
        """How it lies down, from the first call on; None where it has no posture for that."""
        ...


class WholeBodyMind:
    """Estimates, balances and dances.

    Args:
        performer: Whose.
        model: Its body.
        stage: Where it dances.
    """

    def __init__(self, performer: Performer, model: RobotModel, stage: Stage) -> None:
        self._body, self._model, self._stage = BODIES[performer.robot], model, stage
        self._physics = robot_physics(performer.robot)
        self._alarm = ALARMING[performer.robot]
        words = self._body.support_joints
        holds_up = np.array([any(word in name for word in words) for name in model.joint_names])
        share = np.where(holds_up & (len(self._body.feet[0].points_m) > 1), 0.0, POSITION_SHARE)
        self._kp, self._kd = share * model.kp, share * model.kd
        self.fall_risk, self.interventions, self.failures = 0.0, 0, 0
        self.begin(None)

    def begin(self, state: RobotState | None) -> None:
        body, model, physics = self._body, self._model, self._physics
        self._kinematics = Kinematics(physics)
        self._controller = WholeBody(body, model, physics, self._kinematics)
        self._watch = FallWatch(body, physics, self._kinematics)
        self._workspace = Workspace(body, model, physics, self._stage)
        self._estimator = Estimator(body, model, physics)
        self._fold: Fold | None = None
        self.fall_risk = 0.0
        if state is not None:
            self._estimator.reset(state)

    def decide(self, readings: RobotReadings, laid: Laid, robot_s: float) -> RobotCommand | None:
        reference, row = laid.reference, laid.row
        if laid.is_new:
            self._controller.begin_anew()
            self._watch.expect(reference, laid.expected)
        self._estimator.take_in(readings, reference.contacts[row], CONTROL_STEP_S)
        state = self._estimator.ahead(robot_s - readings.host_s)
        if self._watch.update(state, reference, row, laid.beside):
            self.fall_risk = 1.0
            return None
        self.fall_risk = _risk(self._watch.newest, self._alarm)
        effort = self._controller.solve(state, reference, row, state.contacts)
        self.failures += not effort.solved
        command = RobotCommand(
            joints_rad=reference.qpos[row, 7:],
            joints_rad_s=reference.qvel[row, 6:],
            torques_nm=effort.torques_nm,
            kp=self._kp * effort.follows,
            kd=self._kd * effort.follows,
            expires_s=state.host_s + COMMAND_LIFE_S,
        )
        before = self._workspace.interventions
        command = self._workspace.limit(command, readings, state)
        self.interventions += self._workspace.interventions - before
        return command

    def fold(self, readings: RobotReadings) -> RobotCommand:
        if self._fold is None:
            self._fold = Fold(self._body, self._model)
        return self._fold.command(readings)


def _risk(signs: FallSigns, alarming: FallSigns) -> float:
    """The strongest sign of a fall as a share of what means one; a balance well inside the feet is none."""
    shares = (
        (signs.beyond_m + RISK_FROM_M) / (alarming.beyond_m + RISK_FROM_M),
        signs.sinks_m / alarming.sinks_m,
        signs.tilts_rad / alarming.tilts_rad,
    )
    return float(min(0.99, max(0.0, *shares)))


class PlainMind:
    """Sends joints to where the reference has them: for robots without weight.

    Args:
        model: The body.
    """

    def __init__(self, model: RobotModel) -> None:
        self._model = model
        self.fall_risk, self.interventions = 0.0, 0

    def begin(self, state: RobotState | None) -> None:
        self.fall_risk = 0.0

    def decide(self, readings: RobotReadings, laid: Laid, robot_s: float) -> RobotCommand | None:
        joints = len(self._model.joint_names)
        return RobotCommand(
            joints_rad=laid.numbers[7 : 7 + joints],
            joints_rad_s=laid.numbers[13 + joints : 13 + 2 * joints],
            torques_nm=np.zeros(joints),
            kp=self._model.kp,
            kd=self._model.kd,
            expires_s=robot_s + COMMAND_LIFE_S,
        )

    def fold(self, readings: RobotReadings) -> RobotCommand | None:
        return None
