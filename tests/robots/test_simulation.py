"""Dances in physics, small enough for a test."""

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.robots import default_stage, perform, robot_model
from temirbek.types import ExecutedMotion, Trajectory

from .makers import arm_waving, performer

pytestmark = pytest.mark.physics
STAGE = default_stage()


def tilted(trajectory: Trajectory) -> Trajectory:
    """The same, lying on its side."""
    qpos = trajectory.qpos.copy()
    qpos[:, 2] = 0.3
    qpos[:, 3:7] = (np.sqrt(0.5), np.sqrt(0.5), 0.0, 0.0)
    fields = {name: getattr(trajectory, name) for name in trajectory.__slots__}
    return Trajectory(**(fields | {"qpos": qpos}))


def test_two_robots_stand_and_wave_on_their_marks() -> None:
    sky, dog = performer(), performer("go2", "adilet", (0.7, 2.6))
    dance = {
        "sky": arm_waving(sky, robot_model("g1"), seconds=2.0, waves_hz=1.0),
        "adilet": arm_waving(dog, robot_model("go2"), seconds=2.0),
    }
    shares: list[float] = []
    motions = perform(dance, (sky, dog), STAGE, on_progress=shares.append)
    for name, motion in motions.items():
        assert motion.performer == name
        assert motion.start_s == 2.0
        assert motion.rate_hz == pytest.approx(500.0)
        assert len(motion.qpos) == 1001
        assert motion.fell_at_s is None
        assert motion.self_collisions == 0, motion.collision_pairs
        assert motion.solver_failures == motion.guard_interventions == 0
        assert motion.torque_share.max() < 0.9
        assert np.degrees(motion.joint_error_rad.max()) < 3.0
        weight_n = motion.foot_force_n[500:].sum(axis=1).mean()
        assert weight_n == pytest.approx({"sky": 327.0, "adilet": 158.0}[name], rel=0.02)
        assert np.nanmin(motion.cop_margin_m[500:]) > 0.01
        np.testing.assert_allclose(motion.qpos[-1, :2], dance[name].qpos[-1, :2], atol=0.01)
    assert shares == sorted(shares)


def test_the_same_dance_gives_the_same_bytes() -> None:
    sky = performer()
    dance = {"sky": arm_waving(sky, robot_model("g1"), seconds=0.4, waves_hz=2.0)}
    first, second = (perform(dance, (sky,), STAGE)["sky"] for _ in range(2))
    assert _bytes(first) == _bytes(second)


def _bytes(motion: ExecutedMotion) -> bytes:
    return motion.qpos.tobytes() + motion.key_points_m.tobytes() + motion.foot_force_n.tobytes()


def test_one_falls_and_the_other_dances_on() -> None:
    sky, gold = performer(), performer("g1", "gold", (1.2, -0.95))
    model = robot_model("g1")
    dance = {
        "sky": tilted(arm_waving(sky, model, seconds=0.6)),
        "gold": arm_waving(gold, model, seconds=0.6, waves_hz=1.0),
    }
    motions = perform(dance, (sky, gold), STAGE)
    assert motions["sky"].fell_at_s == pytest.approx(2.0)
    assert motions["sky"].self_collisions > 0
    assert any("floor" in pair for pair in motions["sky"].collision_pairs)
    assert motions["gold"].fell_at_s is None
    assert motions["gold"].self_collisions == 0


def test_the_dj_stands_on_the_riser() -> None:
    dj = performer("g1", "dj", (-1.4, 0.0))
    dance = {"dj": arm_waving(dj, robot_model("g1"), seconds=0.4, ground_m=STAGE.riser_m[4])}
    motion = perform(dance, (dj,), STAGE)["dj"]
    assert motion.fell_at_s is None
    assert motion.foot_force_n[-50:].sum(axis=1).mean() == pytest.approx(327.0, rel=0.1)


def test_a_hand_on_the_table_is_a_collision() -> None:
    dj = performer("g1", "dj", (-1.4, 0.0))
    dance = {"dj": arm_waving(dj, robot_model("g1"), seconds=0.1, ground_m=STAGE.riser_m[4])}
    motion = perform(dance, (dj,), STAGE)["dj"]  # hanging arms at a table do touch it
    assert motion.self_collisions > 0
    assert {"desk"} <= {name for pair in motion.collision_pairs for name in pair}


def test_a_lifted_paw_follows_the_reference() -> None:
    dog = performer("go2", "adilet")
    model = robot_model("go2")
    standing = arm_waving(dog, model, seconds=1.2)
    times = np.arange(len(standing.qpos)) / standing.rate_hz
    lift = np.clip((times - 0.5) / 0.2, 0, 1) * np.clip((0.9 - times) / 0.2, 0, 1)
    lift = lift * lift * (3 - 2 * lift)
    qpos, contacts = standing.qpos.copy(), standing.contacts.copy()
    thigh = model.joint_names.index("FR_thigh_joint")
    qpos[:, :2] += np.clip(times / 0.5, 0, 1)[:, None] * np.array([-0.05, 0.03])
    qpos[:, 7 + thigh] += 0.3 * lift
    qpos[:, 8 + thigh] -= 0.5 * lift
    contacts[:, 1] = lift < 0.02
    fields = {name: getattr(standing, name) for name in standing.__slots__}
    moved = Trajectory(**(fields | {"qpos": qpos, "contacts": contacts}))
    motion = perform({"adilet": moved}, (dog,), STAGE)["adilet"]
    assert motion.fell_at_s is None
    airborne = slice(int(0.66 * 500), int(0.74 * 500))
    assert motion.foot_force_n[airborne, 1].max() < 1.0
    assert motion.foot_force_n[-20:, 1].mean() > 5.0


def test_every_performer_needs_a_trajectory_of_its_own_body() -> None:
    sky = performer()
    with pytest.raises(InvalidInput, match="'sky' has no trajectory"):
        perform({"gold": arm_waving(sky, robot_model("g1"), seconds=0.1)}, (sky,), STAGE)
    with pytest.raises(InvalidInput, match="not one of a g1"):
        perform({"sky": arm_waving(sky, robot_model("go2"), seconds=0.1)}, (sky,), STAGE)
