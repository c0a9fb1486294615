"""The controller's quadratic programme, solved where it is small.

    minimise    ½ q̈ᵀ H q̈ + gᵀ q̈  +  ½ ε ‖λ‖²
    such that   the free base's six rows of  M q̈ + h = S τ + E λ,   0 ≤ λ ≤ most,
                |τ| ≤ limit,   low ≤ q̈ ≤ high

The limits of joints and motors are seldom reached. Without them q̈ follows from λ by the base's six rows alone,

    q̈ = −H⁻¹ (g + Bᵀ ν),    S ν = c − E₆ λ,    with  B = M₆,  S = B H⁻¹ Bᵀ,  c = h₆ − B H⁻¹ g

and what is left is a least-squares problem in the edges that carry, with bounds only. With ν = ε μ its optimum is where

    λ = clip(E₆ᵀ μ, 0, most)    and    ε S μ + E₆ λ = c,

six equations that are linear as long as the same edges stay free. Newton's method (Qi & Sun, *A nonsmooth version of
Newton's method*, 1993) meets the root in one step if it starts from the right edges, and those of the step before nearly
always are. Where the answer keeps all limits, it is the answer of the whole programme, which is strictly convex; where
it does not, or where Newton's method goes round in circles, daqp solves the whole programme.
"""

import daqp
import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dposv

Floats = NDArray[np.float64]

NO_BOUND = 1e30
EQUALITY = 5
TOLERANCE = 1e-7
"""How far a limit may be passed by rounding."""
NOTHING, ALL = b"\x00", b"\x02"
MOST_STEPS = 12
"""Newton's steps before the whole programme is solved instead."""


class Programme:
    """One robot's programme; keeps its arrays.

    Args:
        force_weight: ε.
        torque_nm: Limits of the motors, shape (j,).
    """

    def __init__(self, force_weight: float, torque_nm: Floats) -> None:
        nv = len(torque_nm) + 6
        self._nv, self._force_weight, self._torque_nm = nv, force_weight, torque_nm
        self._right = np.zeros((nv, 7), order="F")
        self._multipliers = np.zeros(6)

    def torques(
        self,
        hessian: Floats,
        gradient: Floats,
        inertia: Floats,
        bias: Floats,
        edges: Floats,
        most_n: Floats,
        acceleration: tuple[Floats, Floats],
    ) -> Floats | None:
        """The joint torques of the best answer [N·m]; None where there is none.

        Args:
            hessian, gradient: H and g, shapes (nv, nv) and (nv,).
            inertia, bias: M and h, shapes (nv, nv) and (nv,).
            edges: Generalised force of each edge, Eᵀ, shape (edges, nv).
            most_n: Force that each edge may bear, shape (edges,) [N].
            acceleration: Least and greatest accelerations of the joints, shape (j,) each.
        """
        carrying = most_n > 0.0
        if not carrying.all():
            edges, most_n = edges[carrying], most_n[carrying]
        found = self._reduced(hessian, gradient, inertia, bias, edges, most_n)
        if found is not None:
            accelerations, forces = found
            torques: Floats = (inertia @ accelerations + bias - forces @ edges)[6:]
            joints = accelerations[6:]
            if (
                (np.abs(torques) - self._torque_nm).max() <= TOLERANCE
                and (joints - acceleration[1]).max() <= TOLERANCE
                and (acceleration[0] - joints).max() <= TOLERANCE
            ):
                return torques
        return self._whole(hessian, gradient, inertia, bias, edges, most_n, acceleration)

    def _reduced(
        self,
        hessian: Floats,
        gradient: Floats,
        inertia: Floats,
        bias: Floats,
        edges: Floats,
        most_n: Floats,
    ) -> tuple[Floats, Floats] | None:
        """Accelerations and edge forces without the limits of joints and motors."""
        right, pushed = self._right, edges[:, :6]
        right[:, :6], right[:, 6] = inertia[:, :6], gradient
        _, solved, info = dposv(hessian.T, right, lower=1)
        if info:
            return None
        coupled = inertia[:6] @ solved
        held, asked = self._force_weight * coupled[:, :6], bias[:6] - coupled[:, 6]
        wanted, before = pushed @ self._multipliers, None
        for _ in range(MOST_STEPS):
            # Of every edge whether it bears nothing (0), something (1), or all it may (2).
            bears = (wanted > 0.0).view(np.int8) + (wanted >= most_n)
            now = bears.tobytes()
            if now == before:
                forces = np.minimum(np.maximum(wanted, 0.0), most_n)
                multipliers = self._force_weight * self._multipliers
                return -solved[:, 6] - solved[:, :6] @ multipliers, forces
            before = now
            pushing = pushed[bears == 1] if NOTHING in now or ALL in now else pushed
            rest = asked - most_n[bears == 2] @ pushed[bears == 2] if ALL in now else asked
            _, self._multipliers, info = dposv(held + pushing.T @ pushing, rest)
            if info:
                break
            wanted = pushed @ self._multipliers
        self._multipliers = np.zeros(6)
        return None

    def _whole(
        self,
        hessian: Floats,
        gradient: Floats,
        inertia: Floats,
        bias: Floats,
        edges: Floats,
        most_n: Floats,
        acceleration: tuple[Floats, Floats],
    ) -> Floats | None:
        """The joint torques with all limits kept."""
        nv, nx = self._nv, self._nv + len(edges)
        cost, slope = np.zeros((nx, nx)), np.zeros(nx)
        cost[:nv, :nv], slope[:nv] = hessian, gradient
        cost.reshape(-1)[nv * (nx + 1) :: nx + 1] = self._force_weight
        rows = np.concatenate([inertia, -edges.T], axis=1)
        free, base = np.full(6, NO_BOUND), -bias[:6]
        upper = np.concatenate([free, acceleration[1], most_n, base, self._torque_nm - bias[6:]])
        lower = np.concatenate([-free, acceleration[0], np.zeros(nx - nv), base, -self._torque_nm - bias[6:]])
        sense = np.zeros(nx + nv, dtype=np.int32)
        sense[nx : nx + 6] = EQUALITY
        x, _, flag, _ = daqp.solve(cost, slope, rows, upper, lower, sense)
        return (rows @ x + bias)[6:] if flag >= 1 else None
