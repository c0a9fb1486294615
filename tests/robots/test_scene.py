"""The stage: reach of the desk, looks, and what may touch what."""

import mink
import mujoco
import numpy as np
import pytest

from temirbek.robots import build_scene, default_stage, robot_model, robot_physics
from temirbek.types import CONTROLS, DeskControl, Performer

from .makers import performer

STAGE = default_stage()
DJ = Performer(id="dj", name="Temirbek", robot="g1", role="dj", mark_m=(-1.4, 0.0))
UNDERSIDE_M = np.array([0.10, 0.0, -0.03])
HOVER_M = 0.015


def test_the_desk_has_all_controls() -> None:
    moved_by_hand = [*(c for c in CONTROLS if c != "trim"), "platter"]
    names = {f"{what}_{deck}" for what in moved_by_hand for deck in "AB"}
    assert STAGE.desk.controls.keys() == names


@pytest.mark.parametrize(
    "pair",
    [
        ("fader_A", "fader_B"),
        ("high_A", "high_B"),
        ("platter_A", "low_B"),
        ("filter_A", "mid_B"),
        ("echo_A", "reverb_B"),
    ],
)
def test_both_hands_reach_the_controls_upright_and_touch_nothing(pair: tuple[str, str]) -> None:
    model, physics = robot_model("g1"), robot_physics("g1")
    mark = np.array([*DJ.mark_m, STAGE.riser_m[4]])
    configuration = mink.Configuration(physics)
    configuration.update(np.r_[0, 0, model.stand_height_m, 1, 0, 0, 0, model.stand_rad])
    base = mink.FrameTask("pelvis", "body", position_cost=20, orientation_cost=20)
    base.set_target_from_configuration(configuration)
    costs = np.r_[np.zeros(6), np.full(15, 1.0), np.full(14, 0.02)]
    posture = mink.PostureTask(physics, cost=costs)
    posture.set_target_from_configuration(configuration)
    hands = [
        _Hand(physics, side, STAGE.desk.controls[name], mark)
        for side, name in zip(("left", "right"), pair, strict=True)
    ]
    limits = [mink.ConfigurationLimit(physics)]
    for _ in range(120):
        tasks = [base, posture, *(hand.task(configuration) for hand in hands)]
        velocity = mink.solve_ik(configuration, tasks, 0.02, "daqp", damping=1e-4, limits=limits)
        configuration.integrate_inplace(velocity, 0.02)
    assert max(hand.error_m(configuration) for hand in hands) < 0.005
    waist = [model.joint_names.index(f"waist_{axis}_joint") for axis in ("yaw", "roll", "pitch")]
    assert np.abs(configuration.q[7:][waist]).max() < 0.1
    scene = build_scene(STAGE, [DJ])
    data = mujoco.MjData(scene)
    data.qpos[:] = configuration.q
    data.qpos[:3] += mark
    mujoco.mj_forward(scene, data)
    touching = {scene.geom(g).name for g in data.contact.geom.ravel()}
    assert not [name for name in touching if "flesh" in name or name == "desk"]


class _Hand:
    """The underside of a hand, on its way to a control."""

    def __init__(self, physics: mujoco.MjModel, side: str, control: DeskControl, mark_m: np.ndarray) -> None:
        self._link = f"{side}_wrist_yaw_link"
        self._target_m = np.add(control.position_m, (0.0, 0.0, HOVER_M)) - mark_m
        self._task = mink.FrameTask(self._link, "body", position_cost=20, orientation_cost=0)

    def task(self, configuration: mink.Configuration) -> mink.FrameTask:
        turn = configuration.data.body(self._link).xmat.reshape(3, 3)
        place = self._target_m - turn @ UNDERSIDE_M
        self._task.set_target(mink.SE3(np.r_[1, 0, 0, 0, place]))
        return self._task

    def error_m(self, configuration: mink.Configuration) -> float:
        body = configuration.data.body(self._link)
        place = body.xpos + body.xmat.reshape(3, 3) @ UNDERSIDE_M
        return float(np.linalg.norm(place - self._target_m))


def test_each_robot_has_its_own_names() -> None:
    cast = [performer(), performer("g1", "gold", (1.2, -0.95)), performer("go2", "adilet", (0.7, 2.6))]
    scene = build_scene(STAGE, cast)
    assert scene.nq == 2 * 36 + 19
    for who in cast:
        for name, _ in robot_model(who.robot).key_points:
            assert scene.body(f"{who.id}/{name}").id > 0


def test_looks_change_nothing_that_moves() -> None:
    cast = [performer(), performer("go2", "adilet", (0.7, 2.6))]
    plain, shown = build_scene(STAGE, cast), build_scene(STAGE, cast, visuals=True)
    assert shown.nmesh > 50
    assert plain.nmesh == 0
    np.testing.assert_allclose(plain.body_mass, shown.body_mass)
    np.testing.assert_allclose(plain.body_inertia, shown.body_inertia)
    np.testing.assert_allclose(plain.jnt_range, shown.jnt_range)


def test_hands_and_arms_of_a_robot_can_touch_each_other() -> None:
    scene = build_scene(STAGE, [performer()])
    model, data = robot_model("g1"), mujoco.MjData(scene)
    data.qpos[:] = np.r_[0, 0, 1.5, 1, 0, 0, 0, model.stand_rad]
    for side, sign in (("left", 1), ("right", -1)):
        data.qpos[7 + model.joint_names.index(f"{side}_shoulder_yaw_joint")] = -1.3 * sign
        data.qpos[7 + model.joint_names.index(f"{side}_elbow_joint")] = 0.0
    mujoco.mj_forward(scene, data)
    touching = {scene.geom(g).name for g in data.contact.geom.ravel()}
    assert any("wrist" in name or "elbow" in name for name in touching)
