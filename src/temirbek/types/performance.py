"""What really happened: the executed motion, as physics (or hardware) moved it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """That a robot stands still instead of dancing on, because another lies where it would have gone.

    Attributes:
        performer: Who waits.
        from_s: Mix time from which it stands [s].
        lying: Who lies there.
        distance_m: From where it stands to the pelvis of the one that lies [m].
    """

    performer: str
    from_s: float
    lying: str
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExecutedMotion:
    """The executed motion of one robot on mix time, one row per physics step.

    Attributes:
        performer: Whose.
        robot: "g1" or "go2".
        start_s, rate_hz: Mix time of the first row [s]; rows a second [Hz].
        joint_names: Names of the j joints.
        qpos: Base position [m], quaternion wxyz, joints [rad], shape (n, 7 + j).
        key_point_names, key_point_parts: Bodies looked at, and the part each belongs to, k of each.
        key_points_m: Their positions, stage frame, shape (n, k, 3) [m].
        torque_share: Largest |torque| / limit over the joints, shape (n,), and per joint its peak, shape (j,).
        joint_error_rad: Root mean square over joints of reference minus executed, shape (n,).
        cop_margin_m: Distance of the centre of pressure from the edge of the support polygon, positive
            inside, NaN without contact, shape (n,).
        foot_force_n: Vertical force of each foot, shape (n, feet).
        self_collisions: Steps during which the robot touched itself, another robot or the desk.
        collision_pairs: The bodies that touched, ("a", "b"), each pair once.
        fell_at_s: When it fell (mix time), or None.
        fall_seen_at_s: When its coming fall was recognised (mix time), or None.
        guard_interventions: Commands that the guard had to change.
        solver_failures: Control steps for which the QP found no solution.
        torque_rms_share: Root mean square of torque / limit of each joint over the dance, shape (j,): what warms motors.
        foot_slip_m: How far each foot slid while it carried the robot, summed over the dance, shape (feet,).
        wait: From when on, and for whom, it stood still instead of dancing; None: it never did.
    """

    performer: str
    robot: str
    start_s: float
    rate_hz: float
    joint_names: tuple[str, ...]
    qpos: NDArray[np.float64]
    key_point_names: tuple[str, ...]
    key_point_parts: tuple[str, ...]
    key_points_m: NDArray[np.float64]
    torque_share: NDArray[np.float64]
    torque_share_peak: NDArray[np.float64]
    joint_error_rad: NDArray[np.float64]
    cop_margin_m: NDArray[np.float64]
    foot_force_n: NDArray[np.float64]
    self_collisions: int
    collision_pairs: tuple[tuple[str, str], ...]
    fell_at_s: float | None
    guard_interventions: int
    solver_failures: int
    fall_seen_at_s: float | None = None
    torque_rms_share: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    foot_slip_m: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    wait: Wait | None = None

    def __post_init__(self) -> None:
        n, j, k = len(self.qpos), len(self.joint_names), len(self.key_point_names)
        expected = {
            "qpos": (n, 7 + j),
            "key_points_m": (n, k, 3),
            "torque_share": (n,),
            "torque_share_peak": (j,),
            "joint_error_rad": (n,),
            "cop_margin_m": (n,),
        }
        for name in (*expected, "foot_force_n", "torque_rms_share", "foot_slip_m"):
            object.__setattr__(self, name, locked(getattr(self, name), dtype=np.float32))
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                raise ValueError(
                    f"{self.performer}: {name} has shape {getattr(self, name).shape}; expected {shape}"
                )

    @property
    def time_s(self) -> NDArray[np.float64]:
        """Mix time of each row [s], shape (n,)."""
        return self.start_s + np.arange(len(self.qpos)) / self.rate_hz
