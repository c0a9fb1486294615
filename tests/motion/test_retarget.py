"""A human who dances as a G1 did comes back as that G1: file, map, axes, units and limbs."""

from pathlib import Path

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.interchange.bvh import read_bvh
from temirbek.interchange.skeleton_map import body_of, read_map
from temirbek.motion.channels import CHANNEL_ORDER
from temirbek.motion.clip import clip_of
from temirbek.motion.retarget import clip_of_body
from temirbek.robots import robot_model, robot_physics
from temirbek.types.capture import RobotCapture

from . import recordings

FEW_DEGREES = np.radians(4.0)
ROWS = recordings.g1_rows(3.0)


@pytest.mark.parametrize(("order", "scale"), [("ZXY", 1.0), ("XYZ", 0.01)])
def test_a_dance_goes_through_a_human_and_comes_back(tmp_path: Path, order: str, scale: float) -> None:
    robot, physics = robot_model("g1"), robot_physics("g1")
    original = clip_of(RobotCapture(robot="g1", source="g1", rate_hz=60.0, qpos=ROWS), robot, physics)
    body, used = body_of(
        read_bvh(recordings.write_bvh(tmp_path / "human.bvh", ROWS, order=order, scale=scale))
    )
    assert used.title.startswith("Mixamo")
    leg = np.linalg.norm(body.points_m["left_knee"] - body.points_m["left_hip"], axis=1)
    assert np.allclose(leg, 0.43, atol=1e-3)
    clip = clip_of_body(body, robot, physics)
    for column, channel in enumerate(CHANNEL_ORDER["g1"]):
        away = np.abs(clip.values[:, column] - original.values[:, column])
        if channel.endswith("wrist_roll"):  # places of joints do not tell it
            continue
        assert away.max() < (0.02 if channel.endswith("_m") else FEW_DEGREES), channel
    assert np.linalg.norm(clip.points_m - original.points_m, axis=2).max() < 0.03


def test_angles_stay_within_the_robots_limits(tmp_path: Path) -> None:
    robot, physics = robot_model("g1"), robot_physics("g1")
    wild = recordings.g1_rows(2.0, size=2.5)
    body, _ = body_of(read_bvh(recordings.write_bvh(tmp_path / "human.bvh", wild)))
    values = clip_of_body(body, robot, physics).values
    for i, joint in enumerate(robot.joint_names):
        name = joint.removesuffix("_joint")
        if name in CHANNEL_ORDER["g1"]:
            column = values[:, CHANNEL_ORDER["g1"].index(name)]
            assert column.min() >= robot.lower_rad[i] - 1e-9
            assert column.max() <= robot.upper_rad[i] + 1e-9


def test_another_skeleton_needs_a_map_and_is_read_with_one(tmp_path: Path) -> None:
    path = recordings.write_bvh(tmp_path / "human.bvh", ROWS[:60])
    path.write_text(
        path.read_text().replace("ForeArm", "Unterarm").replace("UpLeg", "Schenkel"), encoding="utf-8"
    )
    with pytest.raises(InvalidInput, match=r"no joint for .*left_elbow.*Write a map"):
        body_of(read_bvh(path))
    parts = {
        "shoulder": "Arm",
        "elbow": "Unterarm",
        "wrist": "Hand",
        "hip": "Schenkel",
        "knee": "Leg",
        "ankle": "Foot",
    }
    lines = ['title = "Ours"', "[joints]", 'pelvis = "Hips"', 'spine = "Spine"', 'neck = "Neck"']
    lines += [f'{s}_{part} = "{s.title()}{name}"' for s in ("left", "right") for part, name in parts.items()]
    (tmp_path / "map.toml").write_text("\n".join(lines), encoding="utf-8")
    _, used = body_of(read_bvh(path), read_map(tmp_path / "map.toml"))
    assert used.title == "Ours"


def test_a_body_that_lies_or_has_no_human_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="a leg of length"):
        body_of(read_bvh(recordings.write_bvh(tmp_path / "giant.bvh", ROWS[:40], scale=3.0)))
