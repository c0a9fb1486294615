"""Triangles face outwards, whatever their winding was."""

import numpy as np
import trimesh

from temirbek.robots.bodies.facing import facing_outwards


def outward_share(vertices: np.ndarray, faces: np.ndarray) -> float:
    """Of triangles whose normal points away from the middle of a convex body."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    middle = vertices.mean(axis=0)
    return float((np.einsum("fk,fk->f", np.cross(b - a, c - a), (a + b + c) / 3 - middle) > 0).mean())


def test_a_ball_with_turned_triangles_is_mended() -> None:
    ball = trimesh.creation.icosphere(subdivisions=2, radius=0.1)
    faces = np.array(ball.faces)
    rng = np.random.default_rng(3)
    turned = rng.random(len(faces)) < 0.4
    faces[turned] = faces[turned][:, ::-1]
    assert outward_share(ball.vertices, faces) < 0.8
    assert outward_share(ball.vertices, facing_outwards(ball.vertices, faces)) == 1.0


def test_a_good_mesh_stays_as_it_is() -> None:
    box = trimesh.creation.box((0.1, 0.2, 0.05))
    assert np.array_equal(facing_outwards(box.vertices, box.faces), box.faces)


def test_a_single_triangle_has_no_wrong_side() -> None:
    faces = np.array([[0, 1, 2]])
    assert np.array_equal(facing_outwards(np.eye(3), faces), faces)
