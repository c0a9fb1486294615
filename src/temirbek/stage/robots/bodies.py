"""The bodies that the loop moves: robots in one physical scene, or robots without weight.

Both keep a time of their own (``now_s``), which grows by one control step at a time: a real robot's is its own clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.motion import realize
from temirbek.robots import (
    Disturbances,
    FakeRobot,
    SimulatedRobot,
    build_scene,
    robot_model,
    robot_physics,
)
from temirbek.robots.dancer import CONTROL_STEP_S, STEPS_PER_CONTROL
from temirbek.robots.robot import Robot
from temirbek.types import BeatGrid, Choreography, Performer, RobotState, Stage, Trajectory

Floats = NDArray[np.float64]
READINGS_LATE_S = 0.006
"""As in rehearsals: so late do robots know what their sensors feel."""
STAND_S = 1.0
"""Rows of standing; any would do."""


class Bodies(Protocol):
    """All bodies of a cast."""

    robots: Mapping[str, Robot]
    can_be_put: bool
    """Whether a robot that lies can be set on its mark again by this program."""

    @property
    def now_s(self) -> float:
        """The robots' own time [s]."""
        ...

    def advance(self) -> None:
        """Lets one control step pass."""
        ...

    def pose(self, name: str, reference: Floats) -> Floats:
        """Base position, quaternion and joints, shape (7 + j,); ``reference`` is where it was to be."""
        ...

    def torque_share(self, name: str) -> float:
        """Largest |torque| / limit now."""
        ...

    def put(self, name: str) -> RobotState | None:
        """Sets a robot on its mark, standing; where it is then."""
        ...


def standing(performer: Performer, stage: Stage) -> Trajectory:
    """A performer at rest on its place, as every dance begins and ends: a tenth of a second of work."""
    performer = replace(performer, wings_m=None)
    return realize(
        Choreography(performers=(performer,), calls=()),
        performer,
        BeatGrid(beats_s=np.arange(4, dtype=np.float64)),
        {},
        robot_model(performer.robot),
        robot_physics(performer.robot),
        stage,
        (),
        end_s=STAND_S,
    )


class SimulatedBodies:
    """All robots in one MuJoCo scene.

    Args:
        performers: The cast.
        stage: Where.
        stands: Performer id → how it stands (:func:`standing`).
        seed: Of the sensors' noise.
    """

    can_be_put = True

    def __init__(
        self,
        performers: Sequence[Performer],
        stage: Stage,
        stands: Mapping[str, Trajectory],
        seed: int = 0,
    ) -> None:
        self._scene = build_scene(stage, performers)
        self._data = mujoco.MjData(self._scene)
        disturbances = Disturbances(noise=1.0, delay_s=READINGS_LATE_S, seed=seed)
        self._simulated = {p.id: SimulatedRobot(self._scene, self._data, p, disturbances) for p in performers}
        self.robots: Mapping[str, Robot] = self._simulated
        self._each = tuple(self._simulated.values())
        self._stands = {p.id: stands[p.id].qpos[0] for p in performers}
        for p in performers:
            self._place(p.id)
        mujoco.mj_forward(self._scene, self._data)

    @property
    def now_s(self) -> float:
        return float(self._data.time)

    def advance(self) -> None:
        scene, data = self._scene, self._data
        for _ in range(STEPS_PER_CONTROL):
            for robot in self._each:
                robot.drive()
            mujoco.mj_step(scene, data)

    def pose(self, name: str, reference: Floats) -> Floats:
        pose: Floats = self._data.qpos[self._simulated[name].q]
        return pose

    def torque_share(self, name: str) -> float:
        robot = self._simulated[name]
        return float((np.abs(self._data.ctrl[robot.motors]) / robot.model.torque_limit_nm).max())

    def put(self, name: str) -> RobotState | None:
        self._place(name)
        mujoco.mj_forward(self._scene, self._data)
        return self._simulated[name].truth()

    def _place(self, name: str) -> None:
        robot, qpos = self._simulated[name], self._stands[name]
        robot.place(qpos, np.zeros(len(qpos) - 1))


class FakeBodies:
    """Robots without weight: they are where their reference has them.

    Args:
        performers: The cast.
    """

    can_be_put = True

    def __init__(self, performers: Sequence[Performer]) -> None:
        self._fakes = {p.id: FakeRobot(robot_model(p.robot)) for p in performers}
        self.robots: Mapping[str, Robot] = self._fakes
        self._now_s = 0.0

    @property
    def now_s(self) -> float:
        return self._now_s

    def advance(self) -> None:
        self._now_s += CONTROL_STEP_S
        for robot in self._fakes.values():
            robot.pass_time(CONTROL_STEP_S)

    def pose(self, name: str, reference: Floats) -> Floats:
        return np.concatenate([reference[:7], self._fakes[name].read().joints_rad])

    def torque_share(self, name: str) -> float:
        return 0.0

    def put(self, name: str) -> RobotState | None:
        return None
