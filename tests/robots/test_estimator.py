"""Where a robot believes itself to be: still when it stands, right while it dances, not fooled by a foot that slips."""

from collections.abc import Iterator

import mujoco
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from temirbek.choreography import load_moves
from temirbek.motion import realize
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.robots.bodies.spec import BODIES
from temirbek.robots.disturbances import NONE, Disturbances, Push, gravity_frame
from temirbek.robots.estimator import Estimator
from temirbek.types import (
    BeatGrid,
    Choreography,
    ExecutedMotion,
    MoveCall,
    Performer,
    RobotKind,
    RobotReadings,
    RobotState,
    Trajectory,
    footsteps_of,
)

from .makers import arm_waving, performer

STAGE = default_stage()
DT = 0.004
WORN = Disturbances(
    noise=1.0, delay_s=0.006, torso_mass_scale=1.15, friction=0.6, tilt_rad=(0.01, -0.01), seed=5
)


def standing(kind: RobotKind, tilt: Rotation | None = None) -> tuple[Estimator, RobotState, RobotReadings]:
    """An estimator reset to a robot that stands, and the exact readings of one that stands on a tilted floor."""
    model, physics = robot_model(kind), robot_physics(kind)
    tilt = tilt or Rotation.identity()
    data = mujoco.MjData(physics)
    data.qpos[:] = np.r_[0.4, -0.2, model.stand_height_m, 1, 0, 0, 0, model.stand_rad]
    physics.opt.gravity[:] = tilt.inv().apply(physics.opt.gravity)
    mujoco.mj_forward(physics, data)
    soles = [data.site(f"{name}_sole").xpos for name in model.foot_names]
    links = [physics.body(f.link).id for f in BODIES[kind].feet]
    weight = -physics.body_subtreemass[1] * physics.opt.gravity
    jacobian = np.zeros((3, physics.nv))
    # The feet share the weight so that its moment about the centre of mass vanishes.
    arms = np.array(soles) - data.subtree_com[1]
    balance = np.vstack([np.ones(len(soles)), arms[:, :2].T])
    shares = np.linalg.lstsq(balance, np.r_[1.0, 0.0, 0.0], rcond=None)[0]
    torques = data.qfrc_bias.copy()
    for share, sole, link in zip(shares, soles, links, strict=True):
        mujoco.mj_jac(physics, data, jacobian, None, sole, link)
        torques -= jacobian.T @ (share * weight)
    state = RobotState(
        host_s=0.0,
        base_position_m=data.qpos[:3].copy(),
        base_quat_wxyz=data.qpos[3:7].copy(),
        base_velocity_m_s=np.zeros(3),
        base_angular_rad_s=np.zeros(3),
        joints_rad=model.stand_rad,
        joints_rad_s=np.zeros(len(model.joint_names)),
    )
    readings = RobotReadings(
        host_s=0.0,
        angular_rad_s=np.zeros(3),
        acceleration_m_s2=-physics.opt.gravity,
        joints_rad=model.stand_rad,
        joints_rad_s=np.zeros(len(model.joint_names)),
        torques_nm=torques[6:],
    )
    estimator = Estimator(BODIES[kind], model, robot_physics(kind))
    estimator.reset(state)
    return estimator, state, readings


@pytest.mark.parametrize("kind", ["g1", "go2"])
def test_who_stands_still_stays_where_it_is(kind: RobotKind) -> None:
    estimator, start, readings = standing(kind)
    expected = np.ones(len(robot_model(kind).foot_names), dtype=bool)
    for _ in range(500):
        state = estimator.update(readings, expected, DT)
    np.testing.assert_allclose(state.base_position_m, start.base_position_m, atol=1e-4)
    np.testing.assert_allclose(state.base_quat_wxyz, start.base_quat_wxyz, atol=1e-4)
    np.testing.assert_allclose(state.base_velocity_m_s, 0.0, atol=1e-4)
    assert state.contacts.all()


@pytest.mark.parametrize("kind", ["g1", "go2"])
def test_the_weight_is_felt_in_the_legs(kind: RobotKind) -> None:
    estimator, _, readings = standing(kind)
    expected = np.ones(len(robot_model(kind).foot_names), dtype=bool)
    for _ in range(50):
        state = estimator.update(readings, expected, DT)
    weight_n = 9.81 * robot_physics(kind).body_subtreemass[1]
    assert state.contact_force_n.sum() == pytest.approx(weight_n, rel=0.03)
    left = state.contact_force_n[::2].sum()
    assert left == pytest.approx(weight_n / 2, rel=0.05)


def test_level_is_found_without_being_told() -> None:
    tilt = Rotation.from_rotvec([0.017, -0.01, 0.0])
    estimator, _, readings = standing("g1", tilt)
    for _ in range(250):
        state = estimator.update(readings, np.ones(2, dtype=bool), DT)
    found = Rotation.from_quat(np.roll(state.base_quat_wxyz, -1))
    assert np.degrees((found * tilt.inv()).magnitude()) < 0.1


def test_a_foot_that_slips_does_not_take_the_robot_along() -> None:
    estimator, start, readings = standing("g1")
    joints = readings.joints_rad.copy()
    names = robot_model("g1").joint_names
    for k in range(250):
        if 100 <= k < 110:  # the left foot slides 4 cm outwards in 40 ms
            for name, share in (("left_hip_roll_joint", 1.0), ("left_ankle_roll_joint", -1.0)):
                joints[names.index(name)] += share * 0.006
        slipping = RobotReadings(
            **{n: getattr(readings, n) for n in RobotReadings.__slots__} | {"joints_rad": joints.copy()}
        )
        state = estimator.update(slipping, np.ones(2, dtype=bool), DT)
    assert np.linalg.norm(state.base_position_m - start.base_position_m) < 0.012
    assert np.linalg.norm(state.base_velocity_m_s) < 0.01


@pytest.mark.parametrize(
    "name", ["angular_rad_s", "acceleration_m_s2", "joints_rad", "joints_rad_s", "torques_nm"]
)
def test_readings_that_are_no_numbers_are_passed_over(name: str) -> None:
    estimator, start, readings = standing("go2")
    expected = np.ones(4, dtype=bool)
    for k in range(60):
        wrong = getattr(readings, name).copy()
        wrong[1] = np.nan if k % 3 else np.inf
        broken = RobotReadings(**{n: getattr(readings, n) for n in RobotReadings.__slots__} | {name: wrong})
        state = estimator.update(broken if 30 <= k < 40 else readings, expected, DT)
    np.testing.assert_allclose(state.base_position_m, start.base_position_m, atol=1e-4)
    assert state.contacts.all()


def test_ahead_is_where_it_will_be() -> None:
    estimator, _, readings = standing("g1")
    turning = RobotReadings(
        **{n: getattr(readings, n) for n in RobotReadings.__slots__}
        | {"angular_rad_s": np.array([0.0, 0.0, 1.0]), "joints_rad_s": np.full(29, 2.0)}
    )
    now = estimator.update(turning, np.zeros(2, dtype=bool), DT)
    soon = estimator.ahead(0.006)
    assert soon.host_s == pytest.approx(now.host_s + 0.006)
    np.testing.assert_allclose(soon.joints_rad, now.joints_rad + 0.012)
    turned = Rotation.from_quat(np.roll(now.base_quat_wxyz, -1)).inv() * Rotation.from_quat(
        np.roll(soon.base_quat_wxyz, -1)
    )
    assert turned.as_rotvec()[2] == pytest.approx(0.006, rel=0.05)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[RobotState]]:
    """What the estimators of the performances of a test say."""
    states: list[RobotState] = []
    take_in = Estimator.take_in

    def heard(self: Estimator, readings: RobotReadings, expected: NDArray[np.bool_], dt: float) -> None:
        take_in(self, readings, expected, dt)
        states.append(self.ahead(0.0))

    monkeypatch.setattr(Estimator, "take_in", heard)
    yield states


def errors(states: list[RobotState], motion: ExecutedMotion, disturbances: Disturbances) -> dict[str, float]:
    """Root mean squares after the first half second: speed [mm/s], level [°]; heading and place at the end."""
    frame = gravity_frame(disturbances)
    kept = [s for s in states if s.host_s > 0.5]
    rows = np.clip([round(s.host_s * motion.rate_hz) for s in kept], 1, len(motion.qpos) - 2)
    place = frame.apply(motion.qpos[:, :3].astype(float))
    speed = (place[rows + 1] - place[rows - 1]) * motion.rate_hz / 2
    truth = frame * Rotation.from_quat(np.roll(motion.qpos[rows, 3:7].astype(float), -1, axis=1))
    found = Rotation.from_quat(np.roll([s.base_quat_wxyz for s in kept], -1, axis=1))
    apart = np.degrees((found * truth.inv()).as_rotvec())
    off = np.array([s.base_position_m for s in kept]) - place[rows]
    agree = np.array([s.contacts for s in kept]) == (motion.foot_force_n[rows] > 20.0)
    return {
        "speed_mm_s": float(
            1e3 * np.sqrt(((np.array([s.base_velocity_m_s for s in kept]) - speed) ** 2).mean())
        ),
        "level_deg": float(np.sqrt((apart[:, :2] ** 2).mean())),
        "heading_deg": float(abs(apart[-1, 2])),
        "moved_mm": float(1e3 * np.linalg.norm(off[-1] - off[0])),
        "agree": float(agree.mean()),
    }


def marching(who: Performer) -> Trajectory:
    """Two bars of a march at 105 BPM."""
    moves = load_moves()
    name = "march" if who.robot == "g1" else "cat_trot"
    calls = (MoveCall(performer=who.id, move=name, start_beat=3.0, length_beats=8.0, intensity=1.0),)
    grid = BeatGrid(beats_s=0.1 + np.arange(20) * 60.0 / 105.0)
    paper = Choreography(performers=(who,), calls=calls, footsteps={who.id: footsteps_of(who, calls, moves)})
    model, physics = robot_model(who.robot), robot_physics(who.robot)
    return realize(paper, who, grid, moves, model, physics, STAGE, (), end_s=float(grid.time_at(14.0)))


@pytest.mark.physics
def test_without_noise_it_knows_a_dance(said: list[RobotState]) -> None:
    who = performer()
    dance = {who.id: arm_waving(who, robot_model("g1"), seconds=2.0, waves_hz=1.5)}
    motion = perform(dance, (who,), STAGE)[who.id]
    found = errors(said, motion, NONE)
    assert found["speed_mm_s"] < 6.0
    assert found["level_deg"] < 0.1
    assert found["moved_mm"] < 4.0
    assert found["agree"] == 1.0


@pytest.mark.physics
@pytest.mark.parametrize("kind", ["g1", "go2"])
def test_noisy_late_heavy_tilted_slippery_and_pushed_it_knows_a_march(
    kind: RobotKind, said: list[RobotState]
) -> None:
    who = performer(kind)
    push = Push(performer=who.id, mix_s=4.0, force_n=(0.0, 30.0))
    worn = Disturbances(**{n: getattr(WORN, n) for n in Disturbances.__slots__} | {"pushes": (push,)})
    motion = perform({who.id: marching(who)}, (who,), STAGE, disturbances=worn)[who.id]
    assert motion.fell_at_s is None
    found = errors(said, motion, worn)
    assert found["speed_mm_s"] < 15.0
    assert found["level_deg"] < 0.6
    assert found["heading_deg"] < 4.0
    assert found["moved_mm"] < 40.0
    assert found["agree"] > 0.94
