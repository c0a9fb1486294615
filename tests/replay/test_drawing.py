"""Drawing without a graphics card: what is near hides what is far, and bodies are where physics has them."""

from dataclasses import replace

import mujoco
import numpy as np
import pytest

from temirbek.replay.drawing import Camera, FigureDrawing
from temirbek.robots import figure, robot_model, robot_physics
from temirbek.types import Figure, FigureBody, FigureMesh

JOINTS = ("hinge",)
STILL = np.array([0, 0, 0, 1, 0, 0, 0, 0.0])
AHEAD = Camera(size_px=(40, 40), look_at_m=(0, 0, 0), height_m=2.0, distance_m=50.0)


def plate(body: int, x: float, half_m: float, rgb: tuple[float, float, float]) -> FigureMesh:
    """A square that faces the hall."""
    corners = [(x, -half_m, -half_m), (x, half_m, -half_m), (x, half_m, half_m), (x, -half_m, half_m)]
    return FigureMesh(
        body=body, vertices_m=np.array(corners), triangles=np.array([[0, 1, 2], [0, 2, 3]]), rgba=(*rgb, 1.0)
    )


def toy(*meshes: FigureMesh) -> Figure:
    """A base, and a body that a hinge turns about the upright axis."""
    bodies = (
        FigureBody(name="base", parent=-1, position_m=(0, 0, 0), quat_wxyz=(1, 0, 0, 0)),
        FigureBody(name="left_arm", parent=0, position_m=(0, 0, 0), quat_wxyz=(1, 0, 0, 0), joint="hinge"),
    )
    return Figure(bodies=bodies, meshes=meshes)


def test_the_near_hides_the_far_whatever_the_order() -> None:
    near, far = plate(0, 0.5, 0.3, (1, 0, 0)), plate(0, -0.5, 0.6, (0, 0, 1))
    for meshes in ((near, far), (far, near)):
        picture = FigureDrawing(toy(*meshes)).draw(STILL, JOINTS, AHEAD)
        middle, beside, outside = picture[20, 20], picture[20, 29], picture[20, 36]
        assert middle[0] > 0.5 and middle[2] == 0.0
        assert beside[2] > 0.5 and beside[0] == 0.0
        assert outside[3] == 0.0


def test_a_plate_covers_as_many_pixels_as_it_should() -> None:
    opacity = FigureDrawing(toy(plate(0, 0.0, 0.5, (1, 1, 1)))).draw(STILL, JOINTS, AHEAD)[..., 3]
    assert opacity.sum() == pytest.approx(20 * 20, rel=0.02)
    assert (opacity[11:29, 11:29] == 1.0).all()


def test_a_turned_plate_is_seen_from_its_edge() -> None:
    drawing = FigureDrawing(toy(plate(1, 0.0, 0.5, (1, 1, 1))))
    turned = STILL.copy()
    turned[7] = np.pi / 2
    assert drawing.draw(turned, JOINTS, AHEAD)[..., 3].sum() < 45
    beside = replace(AHEAD, azimuth_rad=np.pi / 2)
    assert drawing.draw(turned, JOINTS, beside)[..., 3].sum() == pytest.approx(20 * 20, rel=0.02)


def test_colors_of_bodies_go_before_those_of_meshes() -> None:
    drawing = FigureDrawing(toy(plate(1, 0.0, 0.5, (1, 0, 0))), {"left_arm": (0.0, 1.0, 0.0)})
    red, green, _, _ = drawing.draw(STILL, JOINTS, AHEAD)[20, 20]
    assert green > 0.5 > red


def test_a_camera_sees_left_on_the_right_and_up_above() -> None:
    left, up, near = AHEAD.project(np.array([[0, 0.5, 0], [0, 0, 0.5], [1.0, 0, 0]]))
    assert left[0] == pytest.approx(30) and left[1] == pytest.approx(20)
    assert up[1] == pytest.approx(10)
    assert near[2] == pytest.approx(49)


@pytest.mark.parametrize("kind", ["g1", "go2"])
def test_bodies_are_where_physics_has_them(kind: str) -> None:
    robot, physics = robot_model(kind), robot_physics(kind)  # type: ignore[arg-type]
    qpos = np.array([0.3, -0.2, robot.stand_height_m, 0.9, 0.1, -0.2, 0.3, *robot.stand_rad])
    qpos[3:7] /= np.linalg.norm(qpos[3:7])
    qpos[7:] += 0.2 * np.sin(np.arange(len(robot.joint_names)))
    shape = figure(kind)  # type: ignore[arg-type]
    positions, turns = FigureDrawing(shape).poses(qpos, robot.joint_names)
    data = mujoco.MjData(physics)
    data.qpos[:] = qpos
    mujoco.mj_kinematics(physics, data)
    names = {physics.body(i).name for i in range(physics.nbody)}
    compared = [i for i, body in enumerate(shape.bodies) if body.name in names]
    assert len(compared) > 10
    for i in compared:
        body = data.body(shape.bodies[i].name)
        np.testing.assert_allclose(positions[i], body.xpos, atol=1e-6)
        np.testing.assert_allclose(turns[i].ravel(), body.xmat, atol=1e-6)
