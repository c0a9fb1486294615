"""The truth of a dance in physics, written down step by step into arrays that are there from the start.

What a step leaves is only copied; what follows from it is worked out for many steps at once.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.robots.bodies.model import robot_model
from temirbek.robots.bodies.spec import BODIES, PHYSICS_STEP_S
from temirbek.robots.reference import sample
from temirbek.robots.support import support_margin
from temirbek.types import ExecutedMotion, Performer, Stage, Trajectory, Wait

Floats = NDArray[np.float64]
Compact = NDArray[Any]
"""float32: ten minutes of four robots at 500 Hz must fit into memory."""

CARRIES_N = 5.0
"""A foot that presses the ground with more than this carries the robot."""
PRESSES_N = 20.0
"""A foot that presses with more than this and moves along the ground slides."""
EDGES_PER_CONTACT = 4
STEPS_AT_ONCE = 256
GROUND_NAMES = ("floor", "riser")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contacts:
    """All contacts of a physics step: geoms (c, 2), normal forces (c,) [N], places (c, 2) [m].

    Attributes:
        is_ground: For every geom of the scene, whether it is floor or riser.
    """

    geoms: NDArray[np.int32]
    force_n: Floats
    points_m: Floats
    is_ground: NDArray[np.bool_]

    @property
    def on_ground(self) -> NDArray[np.bool_]:
        """Which contacts are with floor or riser, shape (c,)."""
        touched: NDArray[np.bool_] = self.is_ground[self.geoms[:, 0]] | self.is_ground[self.geoms[:, 1]]
        return touched

    def of_feet(self, foot_of_geom: NDArray[np.intp], feet: int) -> Floats:
        """Normal forces of one robot's feet on the ground [N], shape (feet,)."""
        foot = foot_of_geom[self.geoms].max(axis=1, initial=-1)
        stands = self.on_ground & (foot >= 0)
        force_n = np.zeros(feet)
        np.add.at(force_n, foot[stands], self.force_n[stands])
        return force_n


def feet_of_geoms(scene: mujoco.MjModel, performer: Performer) -> NDArray[np.intp]:
    """Which of a performer's feet each geom of a scene is a sole of, -1 for none."""
    foot_of_geom = np.full(scene.ngeom, -1)
    for f, foot in enumerate(BODIES[performer.robot].feet):
        for i in range(len(foot.points_m)):
            foot_of_geom[scene.geom(f"{performer.id}/{foot.name}_sole_{i}").id] = f
    return foot_of_geom


class ContactReader:
    """Reads the contacts of a scene, once a step for all robots.

    Args:
        scene: Its model, with pyramidal friction of three dimensions at every contact.
    """

    def __init__(self, scene: mujoco.MjModel) -> None:
        grounds = [scene.geom(name).id for name in GROUND_NAMES]
        self._is_ground = np.isin(np.arange(scene.ngeom), grounds)
        self._edges = np.arange(EDGES_PER_CONTACT)

    def read(self, data: mujoco.MjData) -> Contacts:
        """The contacts that pressed during the last physics step."""
        contact = data.contact
        address, geoms, points_m = contact.efc_address, contact.geom, contact.pos[:, :2]
        active = address >= 0
        if active.all():
            geoms, points_m = geoms.copy(), points_m.copy()
        else:
            address, geoms, points_m = address[active], geoms[active], points_m[active]
        return Contacts(
            geoms=geoms,
            force_n=data.efc_force[address[:, None] + self._edges].sum(axis=1),
            points_m=points_m,
            is_ground=self._is_ground,
        )


class Slices(Protocol):
    """Where a robot's numbers lie in the scene's arrays."""

    q: slice
    v: slice
    motors: slice


class Recording:
    """One robot's executed motion as it grows.

    Args:
        scene: The model of the scene.
        performer: Who.
        slices: Where its numbers lie.
        trajectory: What it was to do.
        stage: Where it stands.
        start_s: Mix time of the first step [s].
        steps: How many physics steps there will be.
    """

    def __init__(
        self,
        scene: mujoco.MjModel,
        performer: Performer,
        slices: Slices,
        trajectory: Trajectory,
        stage: Stage,
        *,
        start_s: float,
        steps: int,
    ) -> None:
        model, body = robot_model(performer.robot), BODIES[performer.robot]
        self._performer, self._model, self._slices, self._start_s = performer, model, slices, start_s
        prefix = f"{performer.id}/"
        self._key_bodies = np.array([scene.body(prefix + name).id for name, _ in model.key_points])
        self._foot_bodies = np.array([scene.body(prefix + f.link).id for f in body.feet])
        self._sole_points = np.array(
            [[scene.geom(f"{prefix}{f.name}_sole_{i}").id for i in range(len(f.points_m))] for f in body.feet]
        )
        self._sole_geoms = self._sole_points.ravel()
        self._foot_of_geom = feet_of_geoms(scene, performer)
        self._soles = np.array([scene.site(f"{prefix}{f.name}_sole").id for f in body.feet])
        flat = len(body.feet[0].points_m) > 1
        self._sole_drop_m = 0.0 if flat else body.feet[0].radius_m
        self._root = scene.body_rootid[self._foot_bodies[0]]
        self._is_mine = np.array([scene.body(b).name.startswith(prefix) for b in scene.geom_bodyid])
        self._scene = scene
        self.ground_m = ground_height_m(stage, performer.mark_m)
        n, j = steps, len(model.joint_names)
        self._times_s = start_s + PHYSICS_STEP_S * np.arange(n, dtype=np.float64)
        self.expect(trajectory)
        self._qpos: Compact = np.zeros((n, 7 + j), dtype=np.float32)
        self._key_points: Compact = np.zeros((n, len(self._key_bodies), 3), dtype=np.float32)
        self._share: Compact = np.zeros(n, dtype=np.float32)
        self._share_peak, self._share_squares, self._rows = np.zeros(j), np.zeros(j), 0
        self._slip_m = np.zeros(len(body.feet))
        self._error: Compact = np.zeros(n, dtype=np.float32)
        self._force: Compact = np.zeros((n, len(body.feet)), dtype=np.float32)
        self._pressure = np.full((n, 2), np.nan)
        self._points: Compact = np.zeros((n, self._sole_points.size, 2), dtype=np.float32)
        self._collisions = 0
        self._pairs: set[tuple[str, str]] = set()
        # What the steps since the last working out have left.
        self._first = 0
        self._q, self._torque_nm = np.zeros((STEPS_AT_ONCE, 7 + j)), np.zeros((STEPS_AT_ONCE, j))
        self._foot_speed = np.zeros((STEPS_AT_ONCE, len(body.feet), 6))
        self._foot_m = np.zeros((STEPS_AT_ONCE, len(body.feet), 3))
        self._contacts: list[Contacts] = []

    def expect(self, trajectory: Trajectory) -> None:
        """What the robot is to do; a plan that has changed differs from the old one only where it is not yet danced."""
        self._expected = sample(trajectory, self._times_s)[0][:, 7:]

    def before(self, step: int, data: mujoco.MjData) -> None:
        """Notes the state at the start of a physics step, and what the motors are about to do; steps come in order."""
        if not self._contacts:
            self._first = step
        row = step - self._first
        self._q[row], self._torque_nm[row] = data.qpos[self._slices.q], data.ctrl[self._slices.motors]

    def after(self, step: int, data: mujoco.MjData, contacts: Contacts) -> None:
        """Notes what physics worked out for the start of that step: points of the body and contacts."""
        row = step - self._first
        self._key_points[step] = data.xpos.take(self._key_bodies, axis=0)
        self._points[step] = data.geom_xpos.take(self._sole_geoms, axis=0)[:, :2]
        data.cvel.take(self._foot_bodies, axis=0, out=self._foot_speed[row], mode="clip")
        np.subtract(
            data.site_xpos.take(self._soles, axis=0), data.subtree_com[self._root], out=self._foot_m[row]
        )
        self._contacts.append(contacts)
        if len(self._contacts) == STEPS_AT_ONCE:
            self._work_out()

    def _work_out(self) -> None:
        """What follows from the steps that were noted since the last time."""
        n = len(self._contacts)
        if not n:
            return
        rows, q = slice(self._first, self._first + n), self._q[:n]
        self._qpos[rows] = q
        self._error[rows] = np.sqrt(((q[:, 7:] - self._expected[rows]) ** 2).mean(axis=1))
        share = np.abs(self._torque_nm[:n]) / self._model.torque_limit_nm
        self._share[rows] = share.max(axis=1)
        np.maximum(self._share_peak, share.max(axis=0), out=self._share_peak)
        self._share_squares += (share * share).sum(axis=0)
        self._rows += n
        self._work_out_contacts(rows)
        self._contacts = []

    def _work_out_contacts(self, rows: slice) -> None:
        n, feet = len(self._contacts), self._force.shape[1]
        step = np.repeat(np.arange(n), [len(c.force_n) for c in self._contacts])
        geoms = np.concatenate([c.geoms for c in self._contacts])
        foot = self._foot_of_geom[geoms].max(axis=1)
        standing = self._contacts[0].is_ground[geoms].any(axis=1) & (foot >= 0)
        at, force_n = step[standing], np.concatenate([c.force_n for c in self._contacts])[standing]
        points_m = np.concatenate([c.points_m for c in self._contacts])[standing]
        self._force[rows] = np.bincount(at * feet + foot[standing], force_n, n * feet).reshape(n, feet)
        presses = self._force[rows] > PRESSES_N
        self._slip_m += PHYSICS_STEP_S * np.where(presses, self._sliding(n), 0.0).sum(axis=0)
        total = np.bincount(at, force_n, n)
        carried = total > CARRIES_N
        for axis in range(2):
            moment = np.bincount(at, force_n * points_m[:, axis], n)
            self._pressure[rows, axis][carried] = moment[carried] / total[carried]
        touched = self._is_mine[geoms].any(axis=1) & ~standing
        if touched.any():
            self._collisions += len(np.unique(step[touched]))
            self._note_collisions(np.unique(geoms[touched], axis=0))

    def _sliding(self, n: int) -> Floats:
        """Horizontal speed of the undersides of the feet [m/s], shape (n, feet); a ball that rolls does not slide."""
        turning, moving = self._foot_speed[:n, :, :3], self._foot_speed[:n, :, 3:]
        x, y = self._foot_m[:n, :, 0], self._foot_m[:n, :, 1]
        z = self._foot_m[:n, :, 2] - self._sole_drop_m
        along_x = moving[..., 0] + turning[..., 1] * z - turning[..., 2] * y
        along_y = moving[..., 1] + turning[..., 2] * x - turning[..., 0] * z
        sliding: Floats = np.hypot(along_x, along_y)
        return sliding

    def _note_collisions(self, geoms: NDArray[np.int32]) -> None:
        for pair in geoms:
            names = sorted(self._name(g) for g in pair)
            self._pairs.add((names[0], names[1]))

    def _name(self, geom: int) -> str:
        body = self._scene.geom_bodyid[geom]
        return str(self._scene.body(body).name if body else self._scene.geom(geom).name)

    def finish(
        self,
        *,
        fell_at_s: float | None,
        guard_interventions: int,
        solver_failures: int,
        fall_seen_at_s: float | None = None,
        wait: Wait | None = None,
    ) -> ExecutedMotion:
        """The executed motion; what the recording cannot see itself is told."""
        self._work_out()
        carries = np.repeat(self._force > CARRIES_N, self._sole_points.shape[1], axis=1)
        model = self._model
        return ExecutedMotion(
            performer=self._performer.id,
            robot=model.kind,
            start_s=self._start_s,
            rate_hz=1.0 / PHYSICS_STEP_S,
            joint_names=model.joint_names,
            qpos=self._qpos,
            key_point_names=tuple(name for name, _ in model.key_points),
            key_point_parts=tuple(part for _, part in model.key_points),
            key_points_m=self._key_points,
            torque_share=self._share,
            torque_share_peak=self._share_peak,
            joint_error_rad=self._error,
            cop_margin_m=support_margin(self._points, carries, self._pressure),
            foot_force_n=self._force,
            self_collisions=self._collisions,
            collision_pairs=tuple(sorted(self._pairs)),
            fell_at_s=fell_at_s,
            guard_interventions=guard_interventions,
            solver_failures=solver_failures,
            fall_seen_at_s=fall_seen_at_s,
            torque_rms_share=np.sqrt(self._share_squares / max(self._rows, 1)),
            foot_slip_m=self._slip_m,
            wait=wait,
        )


def ground_height_m(stage: Stage, mark_m: tuple[float, float]) -> float:
    """Height of the ground on which a mark lies [m]."""
    x, y, half_depth, half_width, height = stage.riser_m
    on_riser = abs(mark_m[0] - x) <= half_depth and abs(mark_m[1] - y) <= half_width
    return height if on_riser else 0.0
