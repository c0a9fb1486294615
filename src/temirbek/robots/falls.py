"""Falls: seen before they happen, and made harmless.

Recognition
    A robot whose capture point (the divergent component of its motion, Hof 2008; Takenaka et al. 2009) has left what
    its feet can reach cannot come back: c + ċ/ω, with c its centre of mass and ω = √(g / height), runs away from every
    centre of pressure within the soles as e^(ωt). The feet count where they are, and where the dance puts them next, so
    that a step is no fall. Two more signs catch what the capture point does not: a base that sinks away from its
    reference (legs that give way), and one that tilts away from it (a robot that turns over a foot). Each sign looks
    ahead: the capture point and the tilt by their speed, the height by its acceleration, too, for legs that give way
    show in it at once. Any of them, held for a few control steps, is a coming fall. Only estimated states are read.
    Thresholds are fitted on some seeds of ``benchmarks/falls.py`` and reported on others.

Folding
    From then on balance is given up: the robot folds. Humanoids that bend their knees and hips while they go down land
    from lower and with less energy (UKEMI: Fujiwara et al., IROS 2002), and arms held close in front neither break nor
    reach anybody. Joints are led to the folded posture at a limited speed, and let go to damping alone once it must be
    lying.

What it gives
    ``benchmarks/falls.py``, with the estimator and the usual sensors, on seeds that nothing was fitted to: of 74 falls of
    a Go2, 67 were seen 150 ms ahead or more (280 ms in the median; before the signs looked ahead so, 30 of 51: its belly
    is 200 ms from the ground when its motors go), of a G1 all 52 (416 ms). Of those that danced under pushes of 60 N for
    nine seconds, 40 Go2s and 15 G1s, none was taken for falling. Folding takes a third off the
    hardest contact (2.1 kN instead of 3.3 kN for a G1, 1.2 instead of 1.7 kN for a Go2).

Limits
    A dance at half again its speed or more, which nobody asks for, can look like a fall that does not come, and so can a
    Go2 whose weakened legs still hold it, low. What throws a robot down within 200 ms is seen less than 150 ms ahead.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import acos, sqrt

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d
from scipy.spatial.transform import Rotation

from temirbek.robots.bodies.body import Body
from temirbek.robots.kinematics import Kinematics
from temirbek.robots.preview import GRAVITY
from temirbek.robots.reference import Reference
from temirbek.types import RobotCommand, RobotKind, RobotModel, RobotReadings, RobotState

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FallSigns:
    """What speaks for a coming fall at one instant.

    Attributes:
        beyond_m: How far the capture point will in :data:`RUNS_S` be outside what the feet reach, now and after the next
            step (negative inside) [m].
        sinks_m: How far the base will in :data:`AHEAD_S` be below all that its reference does around now [m].
        tilts_rad: How far it will then be tilted away from all that its reference does around now [rad].
    """

    beyond_m: float
    sinks_m: float
    tilts_rad: float

    def reach(self, other: "FallSigns") -> bool:
        """Whether any of these signs is as strong as the other's."""
        return (
            self.beyond_m >= other.beyond_m
            or self.sinks_m >= other.sinks_m
            or self.tilts_rad >= other.tilts_rad
        )


ALARMING: dict[RobotKind, FallSigns] = {
    "g1": FallSigns(beyond_m=0.08, sinks_m=0.08, tilts_rad=0.45),
    "go2": FallSigns(beyond_m=0.05, sinks_m=0.05, tilts_rad=0.5),
}
"""From here on each sign means a fall."""
AHEAD_S = 0.1
"""How far sinking and tilting are looked ahead."""
RUNS_S = 0.05
"""How far the capture point is looked ahead."""
RATE_STEPS = 3
"""Control steps over which its speed and the base's acceleration are taken: fewer are noise."""
LANDING_S = 0.3
"""Feet count where the reference has them that much later, too: a step in the air ends within that time."""
AROUND_S = 0.2
"""A base that is where its reference was or will be within this time comes late or early, but does not fall."""
HELD_STEPS = 3
"""Control steps in a row that must agree: one wrong estimate is no fall."""
_UPWARD = np.array([0.0, 0.0, 1.0])
_DIRECTIONS = np.stack([np.cos(a := np.arange(128) * np.pi / 64), np.sin(a)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """What a reference lets expect of a robot that does not fall, row by row.

    Attributes:
        up: The stage's upward axis as the base will see it :data:`AHEAD_S` later, shape (n, 3).
        least_height_m: Least height of the base around each row, looked ahead likewise, shape (n,).
        travel_m: How far each foot is elsewhere :data:`LANDING_S` later, shape (n, feet, 2).
    """

    up: Floats
    least_height_m: Floats
    travel_m: Floats


def expected_of(reference: Reference) -> Expected:
    """What a reference lets expect: a hundredth of a second of work for a minute of dance."""
    height_m = reference.qpos[:, 2] + AHEAD_S * reference.qvel[:, 2]
    height_m += np.minimum(0.5 * AHEAD_S**2 * reference.qacc[:, 2], 0.0)
    around = round(AROUND_S / reference.step_s)
    later = np.minimum(np.arange(len(height_m)) + round(LANDING_S / reference.step_s), len(height_m) - 1)
    turn = Rotation.from_quat(np.roll(reference.qpos[:, 3:7], -1, axis=1))
    turn *= Rotation.from_rotvec(AHEAD_S * reference.qvel[:, 3:6])
    return Expected(
        up=turn.inv().apply(_UPWARD),
        least_height_m=minimum_filter1d(height_m, 2 * around + 1, mode="nearest"),
        travel_m=(reference.foot_m[later] - reference.foot_m)[:, :, :2],
    )


class FallWatch:
    """Recognises a coming fall; once it has, it stays with it.

    Args:
        body: Data of the robot's kind.
        physics: The robot alone (:func:`~temirbek.robots.robot_physics`).
        kinematics: Of the same robot, where others look at it, too; None: its own.

    Attributes:
        is_coming: Whether a fall is coming, by everything seen so far.
        newest: The signs seen last.
    """

    def __init__(self, body: Body, physics: mujoco.MjModel, kinematics: Kinematics | None = None) -> None:
        self._kinematics = kinematics or Kinematics(physics)
        self._physics, data = physics, self._kinematics.data
        self._data, self._q, self._v = data, data.qpos, data.qvel
        self._geom_m, self._com_m, self._com_m_s = data.geom_xpos, data.subtree_com[1], data.subtree_linvel[1]
        points = [[f"{f.name}_sole_{i}" for i in range(len(f.points_m))] for f in body.feet]
        self._points = np.array([physics.geom(name).id for names in points for name in names])
        self._foot = np.repeat(np.arange(len(points)), [len(names) for names in points])
        self._alarming = ALARMING[body.kind]
        self._reference: Reference | None = None
        self._expected = Expected(
            up=np.zeros((0, 3)), least_height_m=np.zeros(0), travel_m=np.zeros((0, len(points), 2))
        )
        self._around, self._reached_m = 0, np.zeros((2 * len(self._foot), 2))
        self._past: deque[tuple[float, float, float, float]] = deque(maxlen=RATE_STEPS + 1)
        self._agreed = 0
        self.is_coming = False
        self.newest = FallSigns(beyond_m=-np.inf, sinks_m=-np.inf, tilts_rad=0.0)

    def expect(self, reference: Reference, expected: Expected | None = None) -> None:
        """Looks at a robot by another reference from now on.

        Args:
            reference: Which.
            expected: What follows from it, where that was worked out ahead.
        """
        self._reference = reference
        self._expected = expected_of(reference) if expected is None else expected
        self._around = round(AROUND_S / reference.step_s)

    def update(
        self, state: RobotState, reference: Reference, row: int, beside: Sequence[tuple[Expected, int]] = ()
    ) -> bool:
        """Whether a fall is coming, by everything seen so far.

        Args:
            state: Where the robot is estimated to be.
            reference: What it follows.
            row: Which row of it, one per control step.
            beside: What else may be expected of it now, each with a row: in a passage from one motion into another a
                robot is between the two, and low because of the one that it leaves.
        """
        is_alarming = self.signs(state, reference, row, beside).reach(self._alarming)
        self._agreed = self._agreed + 1 if is_alarming else 0
        self.is_coming = self.is_coming or self._agreed >= HELD_STEPS
        return self.is_coming

    def signs(
        self, state: RobotState, reference: Reference, row: int, beside: Sequence[tuple[Expected, int]] = ()
    ) -> FallSigns:
        """What speaks for a fall at this instant; arguments as of :meth:`update`."""
        self._kinematics.take(state)
        mujoco.mj_subtreeVel(self._physics, self._data)
        if reference is not self._reference:
            self.expect(reference)
        around, expected = self._around, self._expected
        up = _up_ahead(self._q[3:7], self._v[3:6])
        every = ((expected, row), *beside)
        likest = max(float((e.up[max(0, k - around) : k + around + 1] @ up).max()) for e, k in every)
        least_m = min(float(e.least_height_m[k]) for e, k in every)
        soles = self._geom_m.take(self._points, axis=0)
        height_m = max(float(self._com_m[2] - soles[:, 2].min()), 0.1)
        capture = self._com_m[:2] + sqrt(height_m / GRAVITY) * self._com_m_s[:2]
        (x, y), (z, rises) = capture.tolist(), (float(self._q[2]), float(self._v[2]))
        runs_x, runs_y, falls = self._rates(state.host_s, x, y, rises)
        soon = (x + RUNS_S * runs_x, y + RUNS_S * runs_y)
        self.newest = FallSigns(
            beyond_m=self._beyond_m(row, soles[:, :2] - soon),
            sinks_m=least_m - z - AHEAD_S * rises - 0.5 * AHEAD_S**2 * falls,
            tilts_rad=acos(min(1.0, max(-1.0, likest))),
        )
        return self.newest

    def _rates(self, host_s: float, x: float, y: float, rises: float) -> tuple[float, float, float]:
        """How fast the capture point runs [m/s] and the base's rising changes [m/s²], over the last few steps."""
        past = self._past
        if past and host_s < past[-1][0]:
            past.clear()
        if not past or host_s > past[-1][0]:
            past.append((host_s, x, y, rises))
        if len(past) <= RATE_STEPS:
            return 0.0, 0.0, 0.0
        before_s, before_x, before_y, before = past[0]
        since_s = host_s - before_s
        return (x - before_x) / since_s, (y - before_y) / since_s, (rises - before) / since_s

    def _beyond_m(self, row: int, now_m: Floats) -> float:
        """How far the capture point is outside the soles, where they are and where the next step puts them.

        Args:
            row: Of the reference.
            now_m: From the capture point to the soles' points, shape (n, 2).
        """
        n = len(now_m)
        self._reached_m[:n], self._reached_m[n:] = now_m, now_m + self._expected.travel_m[row, self._foot]
        return float(-(self._reached_m @ _DIRECTIONS).max(axis=0).min())


def _up_ahead(quat_wxyz: Floats, angular_rad_s: Floats) -> Floats:
    """The stage's upward axis as a base will see it :data:`AHEAD_S` from now, shape (3,); yaw does not change it."""
    quat, up = np.array(quat_wxyz), np.zeros(3)
    mujoco.mju_quatIntegrate(quat, angular_rad_s, AHEAD_S)
    mujoco.mju_negQuat(quat, quat)
    mujoco.mju_rotVecQuat(up, _UPWARD, quat)
    return up


FOLDED_RAD: dict[RobotKind, dict[str, float]] = {
    "g1": {
        "hip_pitch": -1.6,
        "knee": 2.2,
        "ankle_pitch": -0.8,
        "shoulder_pitch": -1.0,
        "left_shoulder_roll": 0.3,
        "right_shoulder_roll": -0.3,
        "elbow": -0.3,
    },
    "go2": {"thigh": 1.3, "calf": -2.6},
}
"""Joint name (with or without its side) → angle when folded, where it is not 0."""
FOLD_RAD_S = 8.0
"""How fast joints are led to the folded posture."""
FOLD_SHARE = 1.0
"""Share of the usual joint gains with which they are led."""
LYING_S = 1.2
"""After this it lies: damping alone."""
COMMAND_LIFE_S = 0.02


class Fold:
    """Folds a falling robot: a command per control step, from the recognition on.

    Args:
        body: Data of the robot's kind.
        model: Its limits.
    """

    def __init__(self, body: Body, model: RobotModel) -> None:
        self._model = model
        angles = FOLDED_RAD[body.kind]
        folded = [_angle(name, angles) for name in model.joint_names]
        self._folded = np.clip(folded, model.lower_rad, model.upper_rad)
        self._begun_s: float | None = None
        self._begun_rad = np.zeros(len(model.joint_names))

    def command(self, readings: RobotReadings) -> RobotCommand:
        """What the joints do now.

        Args:
            readings: What the robot's sensors tell; the first ones say when and from where folding began.
        """
        model = self._model
        if self._begun_s is None:
            self._begun_s, self._begun_rad = readings.host_s, readings.joints_rad.copy()
        since_s = readings.host_s - self._begun_s
        way = self._folded - self._begun_rad
        done = np.clip(since_s * FOLD_RAD_S / np.maximum(np.abs(way), 1e-6), 0.0, 1.0)
        is_lying = since_s > LYING_S
        zeros = np.zeros(len(way))
        return RobotCommand(
            joints_rad=self._begun_rad + done * way,
            joints_rad_s=np.where((done < 1.0) & (not is_lying), np.sign(way) * FOLD_RAD_S, 0.0),
            torques_nm=zeros,
            kp=zeros if is_lying else FOLD_SHARE * model.kp,
            kd=model.kd,
            expires_s=readings.host_s + COMMAND_LIFE_S,
        )


def _angle(joint_name: str, angles: dict[str, float]) -> float:
    name = joint_name.removesuffix("_joint")
    rest = name.partition("_")[2]
    return angles.get(name, angles.get(rest, 0.0))
