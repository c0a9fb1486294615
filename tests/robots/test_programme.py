"""The programme solved in its small form against the answer of daqp to the whole of it."""

import daqp
import numpy as np
import pytest

from temirbek.robots.programme import EQUALITY, NO_BOUND, Programme

JOINTS, EDGES, FORCE_WEIGHT = 8, 16, 1e-4


def brute(
    hessian: np.ndarray,
    gradient: np.ndarray,
    inertia: np.ndarray,
    bias: np.ndarray,
    edges: np.ndarray,
    most_n: np.ndarray,
    acceleration: tuple[np.ndarray, np.ndarray],
    torque_nm: np.ndarray,
) -> np.ndarray:
    """All variables, all bounds, all rows at once; edges that bear nothing are bound to nothing."""
    nv = JOINTS + 6
    nx = nv + EDGES
    cost = FORCE_WEIGHT * np.eye(nx)
    cost[:nv, :nv] = hessian
    free = np.full(6, NO_BOUND)
    x, _, flag, _ = daqp.solve(
        cost,
        np.r_[gradient, np.zeros(EDGES)],
        np.hstack([inertia, -edges.T]),
        np.r_[free, acceleration[1], most_n, -bias[:6], torque_nm - bias[6:]],
        np.r_[-free, acceleration[0], np.zeros(EDGES), -bias[:6], -torque_nm - bias[6:]],
        np.r_[np.zeros(nx), np.full(6, EQUALITY), np.zeros(JOINTS)].astype(np.int32),
    )
    assert flag == 1
    torques: np.ndarray = (inertia @ x[:nv] - edges.T @ x[nv:] + bias)[6:]
    return torques


@pytest.mark.parametrize(
    ("torque_nm", "reach_rad_s2"), [(1e4, 1e4), (12.0, 1e4), (1e4, 8.0), (12.0, 8.0)], ids=str
)
@pytest.mark.parametrize("standing", [2, 1, 0])
def test_the_small_form_answers_the_whole_programme(
    torque_nm: float, reach_rad_s2: float, standing: int, rng: np.random.Generator
) -> None:
    nv, compared = JOINTS + 6, 0
    limits = np.full(JOINTS, torque_nm)
    programme = Programme(FORCE_WEIGHT, limits)
    for _ in range(20):
        root = rng.normal(size=(nv, nv))
        inertia = root @ root.T + 3.0 * np.eye(nv)
        tasks = rng.normal(size=(nv + 3, nv))
        hessian, gradient = tasks.T @ tasks + 0.1 * np.eye(nv), rng.normal(size=nv)
        edges, bias = rng.normal(size=(EDGES, nv)), 3.0 * rng.normal(size=nv)
        most_n = np.repeat([NO_BOUND, 5.0][:standing] + [0.0] * (2 - standing), EDGES // 2)
        reach = np.full(JOINTS, reach_rad_s2)
        arguments = (hessian, gradient, inertia, bias, edges, most_n, (-reach, reach))
        found = programme.torques(*arguments)
        if found is None:
            continue
        np.testing.assert_allclose(found, brute(*arguments, limits), atol=1e-5)
        assert np.abs(found).max() <= torque_nm + 1e-4
        compared += 1
    assert compared >= 1 or torque_nm < 1e3
