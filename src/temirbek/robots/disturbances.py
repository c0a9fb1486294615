"""What a real stage does to a robot that a simulation would not: other masses, floors, sensors, and hands that push.

One frozen noun says everything that is wrong; it is applied to a compiled scene (masses, friction, the floor's tilt),
step by step (pushes) and to the sensors (:mod:`~temirbek.robots.sensors`). Nobody on the robot's side is told.

A floor that is tilted is the same as gravity that is not perpendicular to it: gravity is turned, so that the stage's
frame stays the floor's. :func:`gravity_frame` turns the floor's frame into the one that an inertial unit knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from temirbek.errors import InvalidInput
from temirbek.types import Performer, RobotKind

TORSOS: dict[RobotKind, str] = {"g1": "torso_link", "go2": "base"}
"""The link that carries more or less than its description says, and that is pushed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A push at the centre of mass of a robot's torso.

    Attributes:
        performer: Whose.
        mix_s: When it begins [s].
        force_n: Towards stage x and y [N].
        duration_s: How long it lasts [s].
    """

    performer: str
    mix_s: float
    force_n: tuple[float, float]
    duration_s: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbances:
    """How a stage differs from what the robots believe.

    Attributes:
        torso_mass_scale: Mass and inertia of every torso, as a multiple of what the description says.
        friction: Of soles on the ground; None: as the scene was built.
        tilt_rad: How the floor is turned about stage x and y [rad].
        noise: Of the sensors, as a multiple of the usual (:mod:`~temirbek.robots.sensors`); 0: none.
        delay_s: Age of the readings when they arrive [s].
        pushes: Hands.
        seed: Of the sensors' noise.
    """

    torso_mass_scale: float = 1.0
    friction: float | None = None
    tilt_rad: tuple[float, float] = (0.0, 0.0)
    noise: float = 0.0
    delay_s: float = 0.0
    pushes: tuple[Push, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if self.torso_mass_scale <= 0 or self.noise < 0 or self.delay_s < 0:
            raise InvalidInput(
                f"a torso's mass must be more, noise and delay no less than nothing: scale {self.torso_mass_scale:g}, "
                f"noise {self.noise:g}, delay {self.delay_s:g} s"
            )
        if self.friction is not None and self.friction <= 0:
            raise InvalidInput(f"friction must be more than nothing, not {self.friction:g}")


NONE = Disturbances()
"""A stage that is as the robots believe."""


def drawn(
    seed: int,
    performers: Sequence[Performer],
    length_s: float,
    *,
    start_s: float = 0.0,
    push_n: float = 60.0,
    push_every_s: tuple[float, float] = (8.0, 20.0),
) -> Disturbances:
    """Disturbances by lot, within what a dance must endure.

    Torso mass ± 15 %, friction 0.6–1.0, a floor tilted by up to 1° in any direction, the usual sensor noise, readings
    that are 4–8 ms old, and for every performer pushes of 0.1 s from any side at any time.

    Args:
        seed: The same seed gives the same disturbances.
        performers: The cast.
        length_s: How long the dance lasts [s].
        start_s: Mix time at which it begins [s]; the first push comes no earlier than the shortest pause after it.
        push_n: Force of each push [N]; 0: none.
        push_every_s: Shortest and longest pause between two pushes of one performer [s].
    """
    rng = np.random.default_rng(seed)
    tilt, towards = np.radians(rng.uniform(0.0, 1.0)), rng.uniform(0.0, 2.0 * np.pi)
    scale, friction, delay_s = rng.uniform(0.85, 1.15), rng.uniform(0.6, 1.0), rng.uniform(0.004, 0.008)
    pushes = [
        push
        for performer in performers
        for push in _pushes(rng, performer.id, start_s, start_s + length_s, push_n, push_every_s)
    ]
    return Disturbances(
        torso_mass_scale=float(scale),
        friction=float(friction),
        tilt_rad=(float(tilt * np.cos(towards)), float(tilt * np.sin(towards))),
        noise=1.0,
        delay_s=float(delay_s),
        pushes=tuple(pushes),
        seed=seed,
    )


def _pushes(
    rng: np.random.Generator,
    performer: str,
    start_s: float,
    end_s: float,
    force_n: float,
    every_s: tuple[float, float],
) -> list[Push]:
    pushes: list[Push] = []
    mix_s = start_s + rng.uniform(*every_s)
    while force_n > 0 and mix_s < end_s:
        towards = rng.uniform(0.0, 2.0 * np.pi)
        force = (float(force_n * np.cos(towards)), float(force_n * np.sin(towards)))
        pushes.append(Push(performer=performer, mix_s=float(mix_s), force_n=force))
        mix_s += rng.uniform(*every_s)
    return pushes


def gravity_frame(disturbances: Disturbances) -> Rotation:
    """Turns vectors of the stage's frame (the floor's) into one whose z points against gravity."""
    return Rotation.from_rotvec([*disturbances.tilt_rad, 0.0])


def disturb_scene(scene: mujoco.MjModel, performers: Sequence[Performer], disturbances: Disturbances) -> None:
    """Changes a compiled scene: masses of the torsos, friction, the direction of gravity.

    Args:
        scene: Changed in place.
        performers: Its cast.
        disturbances: What is wrong.
    """
    if disturbances.friction is not None:
        scene.geom_friction[:, 0] = disturbances.friction
    scene.opt.gravity[:] = gravity_frame(disturbances).inv().apply(scene.opt.gravity)
    if disturbances.torso_mass_scale != 1.0:
        torsos = [_torso(scene, p) for p in performers]
        scene.body_mass[torsos] *= disturbances.torso_mass_scale
        scene.body_inertia[torsos] *= disturbances.torso_mass_scale
        mujoco.mj_setConst(scene, mujoco.MjData(scene))


class Hands:
    """Whoever pushes the robots of a scene.

    Args:
        scene: Its model.
        performers: Its cast.
        disturbances: Who is pushed when.

    Raises:
        InvalidInput: Someone is pushed who is not there.
    """

    def __init__(
        self, scene: mujoco.MjModel, performers: Sequence[Performer], disturbances: Disturbances
    ) -> None:
        torsos = {p.id: _torso(scene, p) for p in performers}
        for push in disturbances.pushes:
            if push.performer not in torsos:
                raise InvalidInput(
                    f"a push at {push.mix_s:.1f} s is meant for {push.performer!r}; there are: "
                    f"{', '.join(torsos) or 'none'}"
                )
        self._torsos = list(torsos.values())
        self._of = np.array([torsos[p.performer] for p in disturbances.pushes], dtype=int)
        self._from_s = np.array([p.mix_s for p in disturbances.pushes])
        self._until_s = self._from_s + np.array([p.duration_s for p in disturbances.pushes])
        self._force_n = np.array([p.force_n for p in disturbances.pushes]).reshape(-1, 2)

    def push(self, data: mujoco.MjData, mix_s: float) -> None:
        """Sets the forces on the torsos for the physics step that begins at a mix time [s]."""
        if not len(self._of):
            return
        data.xfrc_applied[self._torsos, :2] = 0.0
        now: NDArray[np.intp] = np.flatnonzero(
            (self._from_s - ROUNDING_S <= mix_s) & (mix_s < self._until_s - ROUNDING_S)
        )
        for i in now:
            data.xfrc_applied[self._of[i], :2] += self._force_n[i]


ROUNDING_S = 1e-7
"""Times of steps are sums; a push of 0.1 s lasts fifty steps of 2 ms, not fifty-one."""


def _torso(scene: mujoco.MjModel, performer: Performer) -> int:
    return int(scene.body(f"{performer.id}/{TORSOS[performer.robot]}").id)
