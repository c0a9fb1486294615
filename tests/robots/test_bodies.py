"""Bodies: what their descriptions say, against MuJoCo's own reader as a twin."""

import xml.etree.ElementTree as ET
from pathlib import Path

import mujoco
import numpy as np
import pytest

from temirbek.errors import DeviceLost
from temirbek.robots import robot_model, robot_physics
from temirbek.robots.bodies import description
from temirbek.robots.bodies.figure import decimated, figure
from temirbek.robots.bodies.spec import BODIES
from temirbek.types import RobotKind

KINDS: tuple[RobotKind, ...] = ("g1", "go2")


@pytest.mark.parametrize("kind", KINDS)
def test_dynamics_agree_with_mujocos_own_reader(kind: RobotKind, rng: np.random.Generator) -> None:
    ours, twin = robot_physics(kind), _twin(kind)
    assert ours.body_subtreemass[1] == pytest.approx(twin.body_subtreemass[1], rel=1e-9)
    for _ in range(5):
        q = np.r_[
            rng.normal(size=3), rng.normal(size=4), rng.uniform(ours.jnt_range[1:, 0], ours.jnt_range[1:, 1])
        ]
        q[3:7] /= np.linalg.norm(q[3:7])
        v = rng.normal(size=ours.nv)
        a, b = _mass_and_bias(ours, q, v), _mass_and_bias(twin, q, v)
        armature = np.diag(ours.dof_armature)
        np.testing.assert_allclose(a[0] - armature, b[0], atol=1e-6)
        np.testing.assert_allclose(a[1], b[1], atol=1e-5)


def _twin(kind: RobotKind) -> mujoco.MjModel:
    tree = ET.parse(description.robots_folder() / BODIES[kind].urdf).getroot()
    for link in tree.findall("link"):
        for tag in ("visual", "collision"):
            for element in link.findall(tag):
                link.remove(element)
    extension = ET.SubElement(ET.SubElement(tree, "mujoco"), "compiler")
    extension.set("fusestatic", "false")
    extension.set("balanceinertia", "true")
    spec = mujoco.MjSpec.from_string(ET.tostring(tree, encoding="unicode"))
    root = spec.body(description.read_description(BODIES[kind].urdf).root)
    root.add_freejoint(name="root")
    return spec.compile()


def _mass_and_bias(physics: mujoco.MjModel, q: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    data = mujoco.MjData(physics)
    data.qpos[:], data.qvel[:] = q, v
    mujoco.mj_forward(physics, data)
    mass = np.zeros((physics.nv, physics.nv))
    mujoco.mj_fullM(physics, data, mass)
    return mass, data.qfrc_bias.copy()


def test_limits_of_the_g1_are_those_of_its_description() -> None:
    model = robot_model("g1")
    limits = dict(zip(model.joint_names, model.torque_limit_nm, strict=True))
    assert len(limits) == 29
    for joint in ("left_ankle_pitch", "right_ankle_roll", "waist_roll", "waist_pitch"):
        assert limits[f"{joint}_joint"] == 35.0
    assert limits["left_knee_joint"] == 139.0


@pytest.mark.parametrize("kind", KINDS)
def test_motors_joints_and_positions_share_one_order(kind: RobotKind) -> None:
    physics, names = robot_physics(kind), robot_model(kind).joint_names
    assert tuple(physics.actuator(i).name for i in range(physics.nu)) == names
    assert tuple(physics.joint(i).name for i in range(1, physics.njnt)) == names
    assert [physics.joint(n).qposadr[0] for n in names] == list(range(7, 7 + len(names)))


@pytest.mark.parametrize("kind", KINDS)
def test_standing_touches_the_ground_with_the_soles_and_nothing_else(kind: RobotKind) -> None:
    physics, model = robot_physics(kind), robot_model(kind)
    data = mujoco.MjData(physics)
    data.qpos[:] = np.r_[0, 0, model.stand_height_m - 0.002, 1, 0, 0, 0, model.stand_rad]
    mujoco.mj_forward(physics, data)
    touching = {physics.geom(g).name for g in data.contact.geom.ravel()}
    assert touching - {"floor"} == {
        physics.geom(g).name for g in range(physics.ngeom) if "_sole_" in physics.geom(g).name
    }


@pytest.mark.parametrize("kind", KINDS)
def test_key_points_are_bodies(kind: RobotKind) -> None:
    physics, model = robot_physics(kind), robot_model(kind)
    for name, part in model.key_points:
        assert physics.body(name).id > 0
        assert part in ("hands", "pelvis", "head", "feet", "whole")


def test_the_head_moves_like_a_head() -> None:
    physics, model = robot_physics("g1"), robot_model("g1")
    (head,) = (name for name, part in model.key_points if part == "head")
    data = mujoco.MjData(physics)
    data.qpos[:] = np.r_[0, 0, model.stand_height_m, 1, 0, 0, 0, model.stand_rad]
    mujoco.mj_kinematics(physics, data)
    assert data.body(head).xpos[2] > 1.1


def test_missing_descriptions_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(description, "_prefixes", lambda: (tmp_path,))
    with pytest.raises(DeviceLost, match="example-robot-data"):
        description.robots_folder()


def test_another_install_layout_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / description.SHARE).mkdir(parents=True)
    monkeypatch.setenv("CMAKE_PREFIX_PATH", str(tmp_path))
    assert tmp_path in description._prefixes()


@pytest.mark.parametrize("kind", KINDS)
def test_figures_are_light_and_whole(
    kind: RobotKind, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    figure.cache_clear()
    fresh = figure(kind)
    figure.cache_clear()
    kept = figure(kind)
    triangles = sum(len(m.triangles) for m in fresh.meshes)
    assert 8000 < triangles < 20000
    assert all(b.parent < i for i, b in enumerate(fresh.bodies))
    assert len(list((tmp_path / "temirbek" / "figures").iterdir())) == 1
    for a, b in zip(fresh.meshes, kept.meshes, strict=True):
        np.testing.assert_allclose(a.vertices_m, b.vertices_m, atol=1e-6)
        np.testing.assert_array_equal(a.triangles, b.triangles)
        assert a.triangles.max() < len(a.vertices_m)
    figure.cache_clear()


def test_hinges_of_a_figure_turn_as_physics_does(rng: np.random.Generator) -> None:
    physics, shown = robot_physics("g1"), figure("g1")
    data = mujoco.MjData(physics)
    data.qpos[:] = np.r_[np.zeros(3), 1, 0, 0, 0, rng.uniform(-0.2, 0.2, physics.nu)]
    mujoco.mj_kinematics(physics, data)
    angles = {physics.joint(i).name: data.qpos[6 + i] for i in range(1, physics.njnt)}
    poses: list[tuple[np.ndarray, np.ndarray]] = []
    for body in shown.bodies:
        turn, place = np.zeros(9), np.array(body.position_m)
        mujoco.mju_quat2Mat(turn, np.array(body.quat_wxyz))
        matrix = turn.reshape(3, 3)
        if body.joint:
            quat, hinge = np.zeros(4), np.zeros(9)
            mujoco.mju_axisAngle2Quat(quat, np.array(body.axis), angles[body.joint])
            mujoco.mju_quat2Mat(hinge, quat)
            matrix = matrix @ hinge.reshape(3, 3)
        if body.parent >= 0:
            parent_place, parent_matrix = poses[body.parent]
            place, matrix = parent_place + parent_matrix @ place, parent_matrix @ matrix
        poses.append((place, matrix))
        np.testing.assert_allclose(place, data.body(body.name).xpos, atol=1e-9)


def test_decimation_keeps_the_box_and_small_parts() -> None:
    u, v = (g.ravel() for g in np.meshgrid(np.linspace(0, 1, 60), np.linspace(0, 1, 60)))
    corners = np.stack([u, v, 0.1 * np.sin(6 * u)], axis=1)
    cell = np.array([i * 60 + j for i in range(59) for j in range(59)])
    faces = np.concatenate(
        [np.stack([cell, cell + 1, cell + 60], 1), np.stack([cell + 1, cell + 61, cell + 60], 1)]
    )
    points, simpler = decimated(corners, faces, 900)
    assert len(simpler) < 1300
    np.testing.assert_allclose(points[np.unique(simpler)].max(axis=0), corners.max(axis=0), atol=0.006)
    small, untouched = decimated(corners, faces[:50], 10)
    np.testing.assert_array_equal(untouched, faces[:50])
    np.testing.assert_array_equal(small, corners)
