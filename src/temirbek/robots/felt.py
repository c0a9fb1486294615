"""Which feet carry the robot, felt from the motors' torques: a G1 has no sensors in its soles.

Whatever the rigid-body dynamics of the measured motion ask for and the motors did not give must have come from
outside, through the feet: M q̈ + h − S τ = Σ Jᵢᵀ wᵢ. The legs' rows of this and the free base's six determine the
wrenches w by weighted least squares; the base's rows keep the vertical force known when a knee is straight, the legs'
rows say how the feet share it. A low pass smooths the answer: as everything is linear, this is the acceleration form
of the momentum observer of De Luca et al. (*Collision detection and safe reaction*, IROS 2006), with the
accelerometer in place of the base's unknown acceleration; Bledt et al. (*Contact model fusion for event-based
locomotion*, ICRA 2018) use such an observer beside the schedule, as :mod:`~temirbek.robots.estimator` does.
"""

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dposv

from temirbek.robots.bodies.body import Body

Floats = NDArray[np.float64]

LAG_S = 0.008
"""Time constant of the low pass: speeds are differentiated, and motors are not perfect."""
BASE_FORCE_N, BASE_MOMENT_NM, LEG_NM = 20.0, 10.0, 1.5
"""How far each kind of row is trusted: errors of mass, of inertia, and of a drive's torque."""
USUAL_N, USUAL_NM = 500.0, 50.0
"""How large a wrench may be expected: keeps the answer small where nothing determines it."""
SLIDING_RAD_S = 0.1


class FeltForces:
    """Vertical forces under the feet.

    Args:
        body: Data of the robot's kind.
        physics: The robot alone; its data are shared, see :meth:`update`.
    """

    def __init__(self, body: Body, physics: mujoco.MjModel) -> None:
        self._physics = physics
        self._links = [physics.body(f.link).id for f in body.feet]
        self._soles = np.array([physics.site(f"{f.name}_sole").id for f in body.feet])
        self._size = 6 if len(body.feet[0].points_m) > 1 else 3
        legs = {dof for link in self._links for dof in _dofs_above(physics, link)}
        # From the base to the last of them; a row between that is no leg's has no part in any wrench.
        self._rows = slice(0, max(legs) + 1)
        variance = np.full(self._rows.stop, LEG_NM**2)
        variance[:3], variance[3:6] = BASE_FORCE_N**2, BASE_MOMENT_NM**2
        self._weight = 1.0 / variance
        usual = np.tile(np.r_[np.full(3, USUAL_N), np.full(self._size - 3, USUAL_NM)], len(self._links))
        self._prior = np.diag(1.0 / usual**2)
        self._jacobian = np.zeros((len(self._links), 6, physics.nv))
        self._asked = np.zeros(physics.nv)
        self._armature, self._damping = physics.dof_armature[6:].copy(), physics.dof_damping[6:].copy()
        self._friction = physics.dof_frictionloss[6:].copy()
        self.reset()

    def reset(self) -> None:
        """Forgets what was felt; the next update begins without a lag."""
        self._speed: Floats | None = None
        self.force_n = np.zeros(len(self._links))

    def update(self, data: mujoco.MjData, base_m_s2: Floats, torques_nm: Floats, dt: float) -> None:
        """Takes in one step; the answer is ``force_n``, shape (feet,), at least 0 [N].

        Args:
            data: With positions, kinematics, comPos and velocities set; its accelerations are overwritten.
            base_m_s2: Acceleration of the base's origin, stage frame, shape (3,) [m/s²].
            torques_nm: What the motors did, shape (j,).
            dt: Since the last update [s].
        """
        physics, qvel, qacc = self._physics, data.qvel, data.qacc
        speed, before = qvel[3:].copy(), self._speed
        qacc[:3] = base_m_s2
        qacc[3:] = 0.0 if before is None else (speed - before) / dt
        self._speed = speed
        mujoco.mj_comVel(physics, data)
        mujoco.mj_rne(physics, data, 1, self._asked)
        joints = speed[3:]
        self._asked[6:] += (
            self._armature * qacc[6:]
            + self._damping * joints
            + self._friction * np.tanh(joints / SLIDING_RAD_S)
            - torques_nm
        )
        soles_m = data.site_xpos.take(self._soles, axis=0)
        for link, sole_m, jacobian in zip(self._links, soles_m, self._jacobian, strict=True):
            mujoco.mj_jac(physics, data, jacobian[:3], jacobian[3:], sole_m, link)
        along = self._jacobian[:, : self._size, self._rows].reshape(-1, self._rows.stop)
        weighted = along * self._weight
        _, wrench, _ = dposv(weighted @ along.T + self._prior, weighted @ self._asked[self._rows])
        vertical = wrench.reshape(len(self._links), -1)[:, 2]
        share = 1.0 if before is None else dt / (LAG_S + dt)
        self.force_n = np.maximum(self.force_n + share * (vertical - self.force_n), 0.0)


def _dofs_above(physics: mujoco.MjModel, link: int) -> list[int]:
    """The degrees of freedom that move a link."""
    dofs: list[int] = []
    while link:
        first = int(physics.body_dofadr[link])
        dofs += range(first, first + int(physics.body_dofnum[link]))
        link = int(physics.body_parentid[link])
    return dofs
