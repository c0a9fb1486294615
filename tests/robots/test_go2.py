"""The Go2 as a body: feet that hold the ground, and roll."""

import mujoco
import numpy as np

from temirbek.robots import robot_model, robot_physics, robot_spec
from temirbek.robots.bodies.go2 import GO2


def test_soles_say_how_hard_their_contact_is() -> None:
    physics = robot_physics("go2")
    for foot in GO2.feet:
        sole = physics.geom(f"{foot.name}_sole_0")
        np.testing.assert_allclose(sole.solimp[:2], foot.impedance)
        assert sole.solmix[0] > 100 * physics.geom("floor").solmix[0]


def test_a_foot_under_a_sideways_force_does_not_creep_away() -> None:
    """A soft contact lets a light foot creep by centimetres a second."""
    model, physics = robot_model("go2"), robot_physics("go2")
    data = mujoco.MjData(physics)
    data.qpos[:3], data.qpos[3:7] = (0.0, 0.0, model.stand_height_m), (1, 0, 0, 0)
    data.qpos[7:] = model.stand_rad
    sites = [physics.site(f"{foot}_sole").id for foot in model.foot_names]
    base = physics.body("base").id

    def hold() -> None:
        data.ctrl[:] = 200.0 * (model.stand_rad - data.qpos[7:]) - 4.0 * data.qvel[6:]
        mujoco.mj_step(physics, data)

    for _ in range(250):
        hold()
    data.xfrc_applied[base, 1] = 30.0
    for _ in range(100):
        hold()
    before = data.site_xpos[sites].copy()
    for _ in range(250):
        hold()
    assert np.linalg.norm(data.site_xpos[sites] - before, axis=1).max() < 0.004


def test_the_standing_robot_is_within_its_limits() -> None:
    model = robot_model("go2")
    assert np.all((model.stand_rad > model.lower_rad) & (model.stand_rad < model.upper_rad))
    assert robot_spec("go2").compile().nu == len(model.joint_names) == 12
