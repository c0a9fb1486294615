"""The controller's algebra against MuJoCo."""

from dataclasses import replace

import mujoco
import numpy as np
import pytest

from temirbek.robots import robot_model, robot_physics
from temirbek.robots.bodies.spec import BODIES
from temirbek.robots.reference import Reference, make_reference, sample
from temirbek.robots.whole_body import MOST_TURNING_RAD_S2, WholeBody
from temirbek.types import RobotKind, RobotState

from .makers import arm_waving, performer

KINDS: tuple[RobotKind, ...] = ("g1", "go2")


def standing(kind: RobotKind) -> tuple[WholeBody, Reference]:
    body, model, physics = BODIES[kind], robot_model(kind), robot_physics(kind)
    trajectory = arm_waving(performer(kind), model, seconds=0.1)
    reference = make_reference(trajectory, physics, body, start_s=2.0, step_s=0.004, rows=10)
    return WholeBody(body, model, physics), reference


def state_at(reference: Reference, row: int, **noise: np.ndarray) -> RobotState:
    q = reference.qpos[row] + noise.get("q", 0.0)
    v = reference.qvel[row] + noise.get("v", 0.0)
    return RobotState(
        host_s=0.0,
        base_position_m=q[:3],
        base_quat_wxyz=q[3:7] / np.linalg.norm(q[3:7]),
        base_velocity_m_s=v[:3],
        base_angular_rad_s=v[3:6],
        joints_rad=q[7:],
        joints_rad_s=v[6:],
    )


@pytest.mark.parametrize("kind", KINDS)
def test_edges_of_friction_push_through_the_points_of_the_feet(kind: RobotKind) -> None:
    controller, reference = standing(kind)
    controller.solve(state_at(reference, 0), reference, 0)
    body, physics, data = BODIES[kind], controller._physics, controller._data
    columns, column = controller._edge_forces().T, 0
    for foot in body.feet:
        link = physics.body(foot.link).id
        for point in foot.points_m:
            place = data.xpos[link] + data.xmat[link].reshape(3, 3) @ point - [0, 0, foot.radius_m]
            jacobian = np.zeros((3, physics.nv))
            mujoco.mj_jac(physics, data, jacobian, None, place, link)
            for edge in controller._edges.T:
                np.testing.assert_allclose(columns[:, column], jacobian.T @ edge, atol=1e-9)
                column += 1
    assert column == columns.shape[1]


@pytest.mark.parametrize("kind", KINDS)
def test_standing_takes_torques_that_hold_the_weight(kind: RobotKind) -> None:
    controller, reference = standing(kind)
    effort = controller.solve(state_at(reference, 0), reference, 0)
    assert effort.solved
    physics = robot_physics(kind)
    data = mujoco.MjData(physics)
    data.qpos[:] = reference.qpos[0] - np.r_[0, 0, 1e-3, np.zeros(physics.nq - 3)]
    data.ctrl[:] = effort.torques_nm
    for _ in range(25):
        mujoco.mj_step(physics, data)
    assert np.abs(data.qvel).max() < 0.15


@pytest.mark.parametrize("kind", KINDS)
def test_torques_stay_below_the_limits_in_wild_states(kind: RobotKind, rng: np.random.Generator) -> None:
    controller, reference = standing(kind)
    limit = robot_model(kind).torque_limit_nm
    for _ in range(30):
        q, v = 0.05 * rng.normal(size=reference.qpos.shape[1]), rng.normal(size=reference.qvel.shape[1])
        effort = controller.solve(state_at(reference, 0, q=q, v=v), reference, 0)
        assert (np.abs(effort.torques_nm) <= limit).all()


def test_what_is_asked_of_a_trunk_that_was_turned_is_bounded() -> None:
    """Far from the dance no more is asked of it than a little way from it: torques then differ by the joints alone."""
    controller, reference = standing("g1")
    far, further = np.zeros(36), np.zeros(36)
    far[6], further[6] = 0.3, 0.4  # z of the quaternion: a turn about the vertical
    asked = []
    for noise in (far, further):
        controller.solve(state_at(reference, 0, q=noise), reference, 0)
        asked.append(controller._wanted[3:6] / controller._posture_weight[3:6] - reference.qacc[0, 3:6])
    np.testing.assert_allclose(asked[0], asked[1], atol=1e-6)
    assert abs(asked[0][2]) == pytest.approx(MOST_TURNING_RAD_S2[2])


@pytest.mark.parametrize(("lifts_row", "rolls"), [(20, True), (400, False)])
def test_only_a_foot_about_to_leave_may_roll(lifts_row: int, rolls: bool) -> None:
    controller, reference = standing("g1")
    n = len(reference.contacts)
    lift_row = np.full_like(reference.lift_row, 10_000)
    lift_row[:, 1] = lifts_row
    share = np.tile([0.8, 0.2], (n, 1))
    controller.solve(state_at(reference, 0), replace(reference, lift_row=lift_row, share=share), 0)
    weights = controller._foot_weights
    assert (weights[0] == weights[0, 0]).all()
    assert (weights[1, 3:5] < 0.1 * weights[1, 0]).all() == rolls
    assert (weights[1, [0, 1, 2, 5]] == weights[0, 0]).all()


def test_a_programme_without_solution_keeps_the_last_torques() -> None:
    controller, reference = standing("go2")
    good = controller.solve(state_at(reference, 0), reference, 0)
    nonsense = np.full(reference.qvel.shape[1], 1e12)
    bad = controller.solve(state_at(reference, 0, v=nonsense), reference, 0)
    assert good.solved and not bad.solved
    np.testing.assert_array_equal(bad.torques_nm, good.torques_nm)


def test_sampling_agrees_with_the_trajectory_itself() -> None:
    model = robot_model("g1")
    trajectory = arm_waving(performer(), model, seconds=0.5, waves_hz=2.0)
    times = np.linspace(1.9, 2.6, 57)
    qpos, qvel, qacc, contacts = sample(trajectory, times)
    for k, t in enumerate(times):
        point = trajectory.at(float(t))
        np.testing.assert_allclose(qpos[k], point.qpos, atol=1e-12)
        np.testing.assert_allclose(qvel[k], point.qvel, atol=1e-12)
        np.testing.assert_allclose(qacc[k], point.qacc, atol=1e-12)
        np.testing.assert_array_equal(contacts[k], point.contacts)


def test_rates_of_the_centre_of_mass_agree_with_differences() -> None:
    body, model, physics = BODIES["g1"], robot_model("g1"), robot_physics("g1")
    trajectory = arm_waving(performer(), model, seconds=1.0, waves_hz=2.0)
    reference = make_reference(trajectory, physics, body, start_s=2.0, step_s=0.004, rows=250)
    speed = np.gradient(reference.com_m, 0.004, axis=0)[5:-5]
    push = np.gradient(reference.com_m_s, 0.004, axis=0)[5:-5]
    np.testing.assert_allclose(reference.com_m_s[5:-5], speed, atol=2e-3)
    np.testing.assert_allclose(reference.com_m_s2[5:-5], push, atol=5e-2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_robot_whose_soles_crept_away_is_balanced_where_it_stands(kind: RobotKind) -> None:
    """Four centimetres off its mark it needs the torques that it needs on the mark, once the reference has followed."""
    at_home, reference = standing(kind)
    crept, _ = standing(kind)
    expected = at_home.solve(state_at(reference, 0), reference, 0).torques_nm
    away = np.zeros(reference.qpos.shape[1])
    away[0] = 0.04
    for _ in range(400):
        effort = crept.solve(state_at(reference, 0, q=away), reference, 0)
    np.testing.assert_allclose(effort.torques_nm, expected, atol=0.05)
