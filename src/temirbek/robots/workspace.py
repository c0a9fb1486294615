"""Where a robot may be, and which postures it may take: the last word on place, beside the guard's on joints.

Two things are asked of every command, by forward kinematics of the commanded posture at the place where the robot is
estimated to be. The *posture* may not press a part of the body into another, nor bring one into a zone of people: such a
posture is not taken up, the robot keeps to the last one that was allowed. The *base* may not leave the stage, nor come
nearer to a zone than its own half width: then the dance of this robot has ended, and it is damped where it is, before
the edge and not beyond it.

It is cheap enough for every control step of every robot (some twenty microseconds), because it looks at some twenty
capsules only.
"""

from dataclasses import replace

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.robots.bodies.body import Body
from temirbek.robots.robot import damping_command
from temirbek.types import RobotCommand, RobotModel, RobotReadings, RobotState, Stage

Floats = NDArray[np.float64]

PRESSED_M = 0.01
"""Capsules may overlap by this much: they are plumper than the robot, and hands clap."""
EDGE_M = 0.3
"""The base keeps this far inside the stage's edge: a foot in its usual stance is still on the floor there."""
ZONE_M = 0.3
"""The base keeps this far from every zone, beyond one of its sides."""


class Workspace:
    """Judges the commands to one robot.

    Args:
        body: Data of the robot's kind.
        model: Its limits.
        physics: The robot alone (:func:`~temirbek.robots.robot_physics`).
        stage: Where it dances.
    """

    def __init__(self, body: Body, model: RobotModel, physics: mujoco.MjModel, stage: Stage) -> None:
        self._model, self._physics, self._data = model, physics, mujoco.MjData(physics)
        self._qpos = self._data.qpos
        self._extent = stage.half_extent_m[0] - EDGE_M, stage.half_extent_m[1] - EDGE_M
        self._sides = [_sides(np.array(zone.corners_m)) for zone in stage.zones]
        flesh = [g for g in range(physics.ngeom) if physics.geom(g).name.startswith("flesh_")]
        self._flesh = np.array(flesh)
        self._half_m = physics.geom_size[self._flesh, 1][:, None]
        self._radius_m = physics.geom_size[self._flesh, 0]
        self._reach_m = float(2.0 * model.stand_height_m)
        self._allowed = model.stand_rad
        self.has_left = False
        self.interventions = 0

    def limit(self, command: RobotCommand, readings: RobotReadings, state: RobotState) -> RobotCommand:
        """The command, or what may be done instead.

        Args:
            command: With finite angles of all joints; what is not is left to the guard.
            readings: The newest.
            state: Where the robot is estimated to be.
        """
        self.has_left = self.has_left or not self.contains(state.base_position_m[:2])
        if self.has_left:
            self.interventions += 1
            return damping_command(self._model, readings)
        if not self._is_allowed(command.joints_rad, state):
            self.interventions += 1
            still = np.zeros_like(self._allowed)
            return replace(command, joints_rad=self._allowed, joints_rad_s=still)
        self._allowed = command.joints_rad
        return command

    def contains(self, place_m: Floats) -> bool:
        """Whether a base may be at a place, shape (2,) [m]; nowhere is not a place."""
        (x, y), (most_x, most_y) = place_m.tolist(), self._extent
        if not (abs(x) <= most_x and abs(y) <= most_y):
            return False
        return all((normals @ place_m - offsets).max() >= ZONE_M for normals, offsets in self._sides)

    def _is_allowed(self, joints_rad: Floats, state: RobotState) -> bool:
        physics, data = self._physics, self._data
        q = self._qpos
        q[:3], q[3:7], q[7:] = state.base_position_m, state.base_quat_wxyz, joints_rad
        q[2] += self._reach_m  # the model's own floor is none of this judge's business
        mujoco.mj_kinematics(physics, data)
        mujoco.mj_collision(physics, data)
        if data.ncon and float(data.contact.dist.min()) < -PRESSED_M:
            return False
        return not self._sides or self._is_clear_of_zones(state.base_position_m[:2])

    def _is_clear_of_zones(self, base_m: Floats) -> bool:
        """Whether for every zone near by, each capsule lies beyond one of its sides."""
        near = [(n, o) for n, o in self._sides if (n @ base_m - o).max() < self._reach_m]
        if not near:
            return True
        middle = self._data.geom_xpos[self._flesh, :2]
        along = self._half_m * self._data.geom_xmat[self._flesh][:, 2:6:3]
        for normals, offsets in near:
            beyond = middle @ normals.T - np.abs(along @ normals.T) - offsets
            if (beyond.max(axis=1) <= self._radius_m).any():
                return False
        return True


def _sides(corners_m: Floats) -> tuple[Floats, Floats]:
    """Outward normals of a convex polygon's sides and how far each lies along its own, shapes (c, 2) and (c,)."""
    along = np.roll(corners_m, -1, axis=0) - corners_m
    x, y = corners_m.T
    around = np.sign((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    normals = (
        around * np.stack([along[:, 1], -along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True)
    )
    return normals, (normals * corners_m).sum(axis=1)
