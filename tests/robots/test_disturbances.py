"""What is wrong with a stage: by lot within its bounds, and where and when it says."""

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.robots import build_scene, default_stage
from temirbek.robots.disturbances import NONE, Disturbances, Hands, Push, disturb_scene, drawn, gravity_frame

from .makers import performer

CAST = (performer(), performer("go2", "adilet", (0.7, 2.6)))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), length_s=st.floats(5.0, 200.0))
def test_lots_stay_within_their_bounds(seed: int, length_s: float) -> None:
    lot = drawn(seed, CAST, length_s, start_s=3.0)
    assert 0.85 <= lot.torso_mass_scale <= 1.15
    assert 0.6 <= lot.friction <= 1.0
    assert np.degrees(np.hypot(*lot.tilt_rad)) <= 1.0
    assert 0.004 <= lot.delay_s <= 0.008
    for push in lot.pushes:
        assert np.hypot(*push.force_n) == pytest.approx(60.0)
        assert 3.0 + 8.0 <= push.mix_s < 3.0 + length_s
    for who in CAST:
        pauses = np.diff([p.mix_s for p in lot.pushes if p.performer == who.id])
        assert ((pauses >= 8.0) & (pauses <= 20.0)).all()
    assert lot == drawn(seed, CAST, length_s, start_s=3.0)


def test_other_seeds_give_other_lots() -> None:
    assert len({drawn(seed, CAST, 60.0).delay_s for seed in range(20)}) == 20


def test_nothing_wrong_changes_nothing() -> None:
    plain, scene = (build_scene(default_stage(), CAST) for _ in range(2))
    disturb_scene(scene, CAST, NONE)
    for name in ("body_mass", "body_inertia", "geom_friction"):
        np.testing.assert_array_equal(getattr(scene, name), getattr(plain, name))
    np.testing.assert_array_equal(scene.opt.gravity, plain.opt.gravity)


def test_masses_friction_and_tilt_reach_the_scene() -> None:
    plain, scene = (build_scene(default_stage(), CAST) for _ in range(2))
    disturb_scene(scene, CAST, Disturbances(torso_mass_scale=1.15, friction=0.6, tilt_rad=(0.01, -0.02)))
    torso, trunk = scene.body("sky/torso_link").id, scene.body("adilet/base").id
    more = scene.body_mass - plain.body_mass
    assert np.flatnonzero(more).tolist() == sorted([torso, trunk])
    np.testing.assert_allclose(more[[torso, trunk]], 0.15 * plain.body_mass[[torso, trunk]])
    root = scene.body("sky/pelvis").id
    assert scene.body_subtreemass[root] == pytest.approx(plain.body_subtreemass[root] + more[torso])
    assert (scene.geom_friction[:, 0] == 0.6).all()
    np.testing.assert_allclose(np.linalg.norm(scene.opt.gravity), 9.81)


def test_a_floor_turned_about_x_lets_things_slide_to_the_right() -> None:
    # Turned by a positive angle about x, the floor's left (+y) side rises: what lies on it is drawn towards −y.
    scene = build_scene(default_stage(), CAST)
    tilt = Disturbances(tilt_rad=(0.02, 0.0))
    disturb_scene(scene, CAST, tilt)
    assert scene.opt.gravity[1] == pytest.approx(-9.81 * np.sin(0.02))
    np.testing.assert_allclose(gravity_frame(tilt).apply(scene.opt.gravity), (0, 0, -9.81), atol=1e-12)


def test_a_push_gives_its_impulse_when_and_where_it_says() -> None:
    scene = build_scene(default_stage(), CAST)
    scene.opt.gravity[:] = 0.0
    data = mujoco.MjData(scene)
    data.joint("adilet/root").qpos[2] = 5.0
    data.joint("sky/root").qpos[2] = 3.0
    push = Push(performer="adilet", mix_s=2.1, force_n=(36.0, -48.0), duration_s=0.1)
    hands = Hands(scene, CAST, Disturbances(pushes=(push,)))
    speeds = []
    for step in range(150):
        hands.push(data, 2.0 + step * scene.opt.timestep)
        mujoco.mj_step(scene, data)
        mujoco.mj_subtreeVel(scene, data)
        speeds.append(data.subtree_linvel[scene.body("adilet/base").id].copy())
    mass_kg = scene.body_subtreemass[scene.body("adilet/base").id]
    np.testing.assert_allclose(mass_kg * np.array(speeds[:50]), 0.0, atol=0.05)
    np.testing.assert_allclose(mass_kg * speeds[-1], (3.6, -4.8, 0.0), atol=0.05)
    np.testing.assert_allclose(mass_kg * speeds[102], mass_kg * speeds[-1], atol=0.05)
    np.testing.assert_allclose(data.subtree_linvel[scene.body("sky/pelvis").id], 0.0, atol=0.002)


def test_nobody_can_push_who_is_not_there() -> None:
    push = Push(performer="gold", mix_s=2.0, force_n=(60.0, 0.0))
    with pytest.raises(InvalidInput, match="'gold'; there are: sky, adilet"):
        Hands(build_scene(default_stage(), CAST), CAST, Disturbances(pushes=(push,)))


@pytest.mark.parametrize(
    "wrong", [{"torso_mass_scale": 0.0}, {"noise": -1.0}, {"delay_s": -0.1}, {"friction": 0.0}]
)
def test_impossible_stages_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        Disturbances(**wrong)
