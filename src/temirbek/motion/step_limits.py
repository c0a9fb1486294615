"""Which steps a body can take, and words for those that it cannot."""

from itertools import pairwise

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.errors import MotionInfeasible
from temirbek.motion.balance import moved_corners
from temirbek.motion.footsteps import FeetCourse, Swing
from temirbek.motion.inverse_kinematics import BodySolver, BodyTargets
from temirbek.motion.smooth import Motion
from temirbek.types import Place, Stage

Floats = NDArray[np.float64]

FASTEST_M_S = 3.0  # a foot in the air
CLEAR_M = 0.02  # between the soles of two feet, one of which may be passing the other
EDGE_RAD = 0.08  # a foot that meets the ground on its edge by more would trip
MISSED_M = 0.01  # a foot this far from where it should be has a leg that does not reach
_INSTANTS = 12
_LEG = ("hip", "knee", "ankle")
_EVERY_KNOTS, _AFTER_S = 2, 0.1


class StepLimits:
    """Checks the steps of one humanoid.

    Args:
        performer: Whose, for messages.
        solver: Its body.
        feet: Its feet.
        corners: The points on which each foot stands, as the robot stands at its start, shape (p, 2) each.
    """

    def __init__(
        self, performer: str, solver: BodySolver, feet: FeetCourse, corners: tuple[Floats, ...]
    ) -> None:
        self._performer, self._solver, self._feet, self._corners = performer, solver, feet, corners

    def require_steps(self, start: Place, stage: Stage, end_s: float) -> None:
        """Within the dance, one foot at a time, not too fast, clear of the other foot, all on the level of the start.

        Args:
            start: Where it starts, stage frame.
            stage: Where the riser is.
            end_s: When the dance ends [s].

        Raises:
            MotionInfeasible: A step is otherwise; the message names foot and beat.
        """
        swings = self._feet.swings
        for a, b in pairwise(swings):
            if b.lift_s < a.touch_s - 1e-6:
                raise self._refused(b, "would leave the ground while the other is still in the air")
        for swing in swings:
            if swing.lift_s < 0.0 or swing.touch_s > end_s:
                raise self._refused(swing, f"would be in the air outside the dance, from 0 to {end_s:.2f} s,")
        if not swings:
            return
        shares = np.linspace(0.0, 1.0, _INSTANTS)
        times = np.array([s.lift_s + shares * (s.touch_s - s.lift_s) for s in swings])
        rows = self._feet.at(times.ravel())
        soles = rows.soles_m.reshape(len(swings), _INSTANTS, -1, 3)
        moves = np.linalg.norm(np.diff(soles, axis=1), axis=3).max(axis=2) / np.diff(times, axis=1)
        standing = moved_corners(self._corners, self._feet.stand_feet_m, rows.soles_m, rows.yaw_rad)
        gap = _gap_m(standing[:, 0], standing[:, 1]).reshape(times.shape).min(axis=1)
        level = _on_riser(standing.reshape(-1, 2), start, stage).reshape(len(swings), -1)
        for swing, speed, between, raised in zip(swings, moves.max(axis=1), gap, level, strict=True):
            if speed > FASTEST_M_S:
                raise self._refused(swing, f"would move at {speed:.2f} m/s, faster than {FASTEST_M_S:g} m/s,")
            if between < CLEAR_M:
                raise self._refused(
                    swing, f"would come within {between:.3f} m of the other, nearer than {CLEAR_M:g} m,"
                )
            if raised.any() != level[0, 0] or raised.all() != level[0, 0]:
                raise self._refused(swing, "would step over the edge of the riser")

    def require_reach(self, targets: BodyTargets, knots_s: Floats, motion: Motion, times_s: Floats) -> None:
        """Legs long enough and ankles that turn far enough, and no leg in the way of the other.

        Args:
            targets: What the body was told at ``knots_s``.
            knots_s: Shape (k,) [s].
            motion: What it does at ``times_s``, in the frame of its start.
            times_s: Shape (n,), all knots up to the last of them among them [s].

        Raises:
            MotionInfeasible: A step asks for more; the message names joint or bodies, and the beat.
        """
        data = mujoco.MjData(self._solver.model)
        for swing in self._feet.swings:
            self._require_flat(swing, targets, knots_s)
            first, last = np.searchsorted(knots_s, [swing.lift_s, swing.touch_s + _AFTER_S])
            for knot in range(first, last, _EVERY_KNOTS):
                row = int(np.searchsorted(times_s, knots_s[knot] - 1e-9))
                if row >= len(times_s):
                    break
                data.qpos[:] = motion.qpos[row]
                mujoco.mj_kinematics(self._solver.model, data)
                mujoco.mj_collision(self._solver.model, data)
                self._require_there(
                    swing, data, targets.feet_m[np.searchsorted(knots_s, times_s[row] - 1e-9)]
                )
                self._require_free(swing, data)

    def _require_flat(self, swing: Swing, targets: BodyTargets, knots_s: Floats) -> None:
        if targets.feet_roll_rad is None:
            return
        row = min(int(np.searchsorted(knots_s, swing.touch_s)), len(knots_s) - 1)
        roll = abs(float(targets.feet_roll_rad[row, swing.foot]))
        if roll > EDGE_RAD:
            joint = f"{self._feet.foot_names[swing.foot]}_ankle_roll_joint"
            limit = float(self._solver.robot.upper_rad[self._solver.robot.joint_names.index(joint)])
            raise self._refused(
                swing,
                f"would meet the ground on its edge, {roll:.2f} rad from flat, as {joint} turns no further than "
                f"{limit:.2f} rad,",
            )

    def _require_there(self, swing: Swing, data: mujoco.MjData, soles_m: Floats) -> None:
        for foot, name in enumerate(self._feet.foot_names):
            missed = float(np.linalg.norm(data.site(f"{name}_sole").xpos - soles_m[foot]))
            if missed > MISSED_M:
                robot, joints = self._solver.robot, data.qpos[7:]
                leg = [i for i, n in enumerate(robot.joint_names) if n.startswith(name) and _is_leg(n)]
                room = np.minimum(joints - robot.lower_rad, robot.upper_rad - joints)
                joint = robot.joint_names[min(leg, key=lambda i: room[i])]
                raise self._refused(
                    swing, f"asks too much of the {name} leg, which stays {missed:.2f} m away ({joint})"
                )

    def _require_free(self, swing: Swing, data: mujoco.MjData) -> None:
        model = self._solver.model
        for contact in data.contact:
            bodies = [model.body(model.geom_bodyid[g]).name for g in contact.geom]
            if contact.dist < 0.0 and all(_is_leg(name) for name in bodies):
                raise self._refused(swing, f"would bring {bodies[0]} against {bodies[1]}")

    def _refused(self, swing: Swing, why: str) -> MotionInfeasible:
        foot = self._feet.foot_names[swing.foot]
        return MotionInfeasible(
            f"{self._performer}: the {foot} foot {why} in its step to beat {swing.touch_beat:g}"
        )


def _is_leg(name: str) -> bool:
    return any(word in name for word in _LEG)


def _on_riser(points_m: Floats, start: Place, stage: Stage) -> NDArray[np.bool_]:
    """Whether points in the frame of the start lie on the riser, shape (n,)."""
    c, s = np.cos(start.heading_rad), np.sin(start.heading_rad)
    x = start.x_m + c * points_m[:, 0] - s * points_m[:, 1]
    y = start.y_m + s * points_m[:, 0] + c * points_m[:, 1]
    middle_x, middle_y, half_depth, half_width, _ = stage.riser_m
    return np.asarray((np.abs(x - middle_x) <= half_depth) & (np.abs(y - middle_y) <= half_width))


def _gap_m(first: Floats, second: Floats) -> Floats:
    """How far two convex outlines are apart (negative: they overlap), row by row.

    Any direction gives a lower bound; an edge's normal gives the distance itself where an edge faces the other outline.

    Args:
        first, second: Their corners, shape (n, p, 2).
    """
    i, j = np.triu_indices(first.shape[1], 1)
    edges = np.concatenate([first[:, j] - first[:, i], second[:, j] - second[:, i]], axis=1)
    normals = np.stack([edges[..., 1], -edges[..., 0]], axis=-1) / np.linalg.norm(edges, axis=-1)[..., None]
    a, b = normals @ first.swapaxes(1, 2), normals @ second.swapaxes(1, 2)
    apart = np.maximum(a.min(axis=2) - b.max(axis=2), b.min(axis=2) - a.max(axis=2))
    return np.asarray(apart.max(axis=1))
