"""Executed motion returns from its file."""

from pathlib import Path

import numpy as np
import pytest

from temirbek.store import read_motion, write_motion
from temirbek.types import ExecutedMotion, Wait


@pytest.mark.parametrize(("fell_at_s", "pairs"), [(None, ()), (1.25, (("hand", "desk"),))])
def test_motion_returns(
    tmp_path: Path, rng: np.random.Generator, fell_at_s: float | None, pairs: tuple[tuple[str, str], ...]
) -> None:
    n = 5
    motion = ExecutedMotion(
        performer="sky",
        robot="g1",
        start_s=0.5,
        rate_hz=500.0,
        joint_names=("a", "b"),
        qpos=rng.normal(size=(n, 9)),
        key_point_names=("hand",),
        key_point_parts=("hands",),
        key_points_m=rng.normal(size=(n, 1, 3)),
        torque_share=np.ones(n),
        torque_share_peak=np.ones(2),
        joint_error_rad=np.zeros(n),
        cop_margin_m=np.array([np.nan, 1, 1, 1, 1]),
        foot_force_n=np.zeros((n, 2)),
        self_collisions=3,
        collision_pairs=pairs,
        fell_at_s=fell_at_s,
        fall_seen_at_s=None if fell_at_s is None else fell_at_s - 0.2,
        torque_rms_share=np.array([0.2, 0.3]),
        foot_slip_m=np.array([0.01, 0.0]),
        guard_interventions=1,
        solver_failures=2,
        wait=Wait(performer="sky", from_s=0.75, lying="gold", distance_m=1.25) if pairs else None,
    )
    write_motion(tmp_path / "motion.npz", {"sky": motion})
    back = read_motion(tmp_path / "motion.npz")["sky"]
    np.testing.assert_array_equal(back.qpos, motion.qpos)
    np.testing.assert_array_equal(back.cop_margin_m, motion.cop_margin_m)
    np.testing.assert_array_equal(back.torque_rms_share, motion.torque_rms_share)
    np.testing.assert_array_equal(back.foot_slip_m, motion.foot_slip_m)
    for name in (
        "fell_at_s",
        "fall_seen_at_s",
        "wait",
        "collision_pairs",
        "self_collisions",
        "joint_names",
        "key_point_parts",
        "rate_hz",
    ):
        assert getattr(back, name) == getattr(motion, name)
