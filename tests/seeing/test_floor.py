"""From the picture to the floor and back: known answers, and a pinhole camera as the twin."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.seeing import Pinhole, Sighting, floor_of
from temirbek.seeing.body_model import Pose, body_points, placed
from temirbek.seeing.standing import heading_of, place_of, wrapped
from temirbek.types import FloorPoint

CAMERAS = st.builds(
    Pinhole,
    position_m=st.tuples(st.floats(-6, 6), st.floats(-6, 6), st.floats(1.7, 4.0)),
    heading_rad=st.floats(-3.1, 3.1),
    pitch_rad=st.floats(0.15, 0.7),
    focal=st.floats(0.7, 2.0),
    aspect=st.sampled_from([16 / 9, 4 / 3]),
)


def before(camera: Pinhole, ahead_m: float, left_m: float) -> np.ndarray:
    """A place on the floor, as the camera sees it."""
    c, s = np.cos(camera.heading_rad), np.sin(camera.heading_rad)
    return np.array(camera.position_m[:2]) + np.array([c * ahead_m - s * left_m, s * ahead_m + c * left_m])


def floor(camera: Pinhole):
    corners = [before(camera, *at) for at in ((3, -1), (3, 1), (6, 1.5), (6, -1.5))]
    return floor_of(camera.floor_points(corners), camera.aspect)


def test_four_corners_of_a_flat_picture_have_known_answers() -> None:
    # A camera straight above: a picture of 2 m × 2 m whose upper edge is far from the stage (x grows upwards).
    points = [
        ((0.0, 1.0), (0.0, 1.0)),
        ((1.0, 1.0), (0.0, -1.0)),
        ((1.0, 0.0), (2.0, -1.0)),
        ((0.0, 0.0), (2.0, 1.0)),
    ]
    flat = floor_of(tuple(FloorPoint(picture=p, stage=s) for p, s in points), 1.0)
    assert flat.place(0.5, 0.5) == pytest.approx((1.0, 0.0))
    assert flat.place(0.25, 0.75) == pytest.approx((0.5, 0.5))
    assert flat.camera is None, "from straight above, nothing tells the height"
    assert flat.place(0.5, 0.5, height_m=1.0) is None


@settings(max_examples=25)
@given(
    camera=CAMERAS,
    ahead_m=st.floats(2.5, 8),
    left_m=st.floats(-2, 2),
    height_m=st.sampled_from([0.0, 0.9, 1.2]),
)
def test_what_the_camera_projects_is_found_again(
    camera: Pinhole, ahead_m: float, left_m: float, height_m: float
) -> None:
    x, y = before(camera, ahead_m, left_m)
    found = floor(camera)
    assert found.camera_m == pytest.approx(camera.position_m, abs=1e-6)
    px, py = camera.project([x, y, height_m])
    assert found.place(px, py, height_m=height_m) == pytest.approx((x, y), abs=1e-5)


@settings(max_examples=10)
@given(camera=CAMERAS)
def test_the_sky_has_no_place(camera: Pinhole) -> None:
    horizon = 0.5 - camera.focal * np.tan(camera.pitch_rad)
    assert floor(camera).place(camera.aspect / 2, horizon - 0.05) is None
    assert floor(camera).place(camera.aspect / 2, -50.0) is None


def test_marks_in_a_mirror_or_out_of_order_are_refused() -> None:
    camera = Pinhole()
    points = camera.floor_points([(1, -1), (1, 1), (5, 2), (5, -2)])
    mirrored = tuple(replace(one, stage=(one.stage[0], -one.stage[1])) for one in points)
    with pytest.raises(InvalidInput, match="mirror"):
        floor_of(mirrored, camera.aspect)
    swapped = tuple(replace(one, stage=points[k].stage) for one, k in zip(points, (1, 0, 2, 3), strict=True))
    with pytest.raises(InvalidInput, match="side by side"):
        floor_of(swapped, camera.aspect)


def seen_by(camera: Pinhole, x: float, y: float, heading: float) -> np.ndarray:
    points = placed(body_points(Pose(), 1.7), x, y, heading)
    keypoints = np.column_stack([camera.project(points), np.full(17, 0.9)])
    away = np.arctan2(camera.position_m[1] - y, camera.position_m[0] - x)
    if np.cos(heading - away) < -0.2:
        keypoints[:3, 2] = 0.1
    return keypoints


@settings(max_examples=40)
@given(camera=CAMERAS, turned_rad=st.floats(-2.9, 2.9))
def test_headings_have_the_sign_and_about_the_size_of_the_turn(camera: Pinhole, turned_rad: float) -> None:
    x, y = before(camera, 4.5, 0.3)
    to_camera = np.arctan2(camera.position_m[1] - y, camera.position_m[0] - x)
    heading = wrapped(to_camera + turned_rad)
    found = heading_of(seen_by(camera, x, y, heading), (float(x), float(y)), floor(camera), heading)
    assert found is not None
    assert abs(wrapped(found - heading)) < 0.45


def test_left_is_left() -> None:
    camera = Pinhole()  # behind the stage's middle, looks at the audience
    keypoints = seen_by(camera, 4.0, 0.0, np.pi)
    assert keypoints[5, 0] > keypoints[6, 0], "who faces the camera has their left on the picture's right"
    to_left = heading_of(seen_by(camera, 4.0, 0.0, np.pi + 0.8), (4.0, 0.0), floor(camera), None)
    to_right = heading_of(seen_by(camera, 4.0, 0.0, np.pi - 0.8), (4.0, 0.0), floor(camera), None)
    assert to_left == pytest.approx(wrapped(np.pi + 0.8), abs=0.25)
    assert to_right == pytest.approx(wrapped(np.pi - 0.8), abs=0.25)


def test_hidden_feet_leave_the_place_to_the_hips() -> None:
    camera = Pinhole()
    keypoints = seen_by(camera, 4.0, 0.5, np.pi)
    whole = Sighting(box=(0, 0, 1, 1), confidence=1.0, keypoints=keypoints)
    assert place_of(whole, floor(camera)) == pytest.approx((4.0, 0.5), abs=0.05)
    keypoints = keypoints.copy()
    keypoints[13:, 2] = 0.0
    hidden = replace(whole, keypoints=keypoints)
    assert place_of(hidden, floor(camera)) == pytest.approx((4.0, 0.5), abs=0.1)
    keypoints[11:, 2] = 0.0
    assert place_of(hidden, floor(camera)) is None
    assert heading_of(keypoints, (4.0, 0.5), floor(camera), None) is None
