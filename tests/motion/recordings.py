"""Recordings that are true by construction: a G1 that dances sines, and a made-up human who dances the same."""

from pathlib import Path

import mujoco
import numpy as np
from scipy.spatial.transform import Rotation

from temirbek.robots import robot_model, robot_physics

RATE_HZ = 60.0
BPM = 108.0
_Y_UP = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])  # x' = y, y' = z, z' = x


def g1_rows(length_s: float = 12.0, *, size: float = 1.0) -> np.ndarray:
    """Postures of a G1 that swings its arms with the beat, shape (n, 36): position, quaternion wxyz, joints.

    Every limb turns back on every beat, so every beat is an accent.
    """
    robot = robot_model("g1")
    names = [joint.removesuffix("_joint") for joint in robot.joint_names]
    beat = np.arange(round(length_s * RATE_HZ)) / RATE_HZ * BPM / 60.0
    swing, slow = np.cos(np.pi * beat), np.cos(np.pi * beat / 2.0) * np.cos(np.pi * beat)
    joints = np.tile(robot.stand_rad, (len(beat), 1))
    for name, middle, way in (
        ("left_shoulder_pitch", -0.6, 0.5 * swing),
        ("right_shoulder_pitch", -0.6, -0.5 * swing),
        ("left_shoulder_roll", 0.5, 0.25 * slow),
        ("right_shoulder_roll", -0.5, 0.25 * slow),
        ("left_elbow", 0.6, 0.4 * swing),
        ("right_elbow", 0.6, 0.4 * swing),
        ("left_shoulder_yaw", 0.2, 0.2 * slow),
        ("right_wrist_pitch", 0.0, 0.3 * swing),
        ("waist_yaw", 0.0, 0.15 * swing),
        ("waist_roll", 0.0, 0.05 * slow),
    ):
        joints[:, names.index(name)] = middle + size * way
    rows = np.zeros((len(beat), 36))
    rows[:, 2] = robot.stand_height_m - 0.02 + 0.02 * np.cos(2 * np.pi * beat)
    turn = Rotation.from_euler("ZYX", np.column_stack([0.05 * swing, 0.0 * swing, 0.03 * slow]))
    rows[:, 3:7] = turn.as_quat()[:, [3, 0, 1, 2]]
    rows[:, 7:] = joints
    return rows


def write_csv(path: Path, rows: np.ndarray) -> Path:
    """The table of a collection: quaternion with the scalar last."""
    table = rows[:, [0, 1, 2, 4, 5, 6, 3, *range(7, 36)]]
    path.write_text("\n".join(",".join(f"{x:.6f}" for x in row) for row in table) + "\n", encoding="utf-8")
    return path


def human_turns(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Attitudes of a robot's links, by the joint of the human that moves so, shape (n, 3, 3) each; and the hips' place."""
    physics = robot_physics("g1")
    data = mujoco.MjData(physics)
    links = {"Hips": "pelvis", "Spine": "torso_link", "Neck": "torso_link"}
    for side, word in (("left", "Left"), ("right", "Right")):
        links |= {
            f"{word}Arm": f"{side}_shoulder_yaw_link",
            f"{word}ForeArm": f"{side}_elbow_link",
            f"{word}Hand": f"{side}_wrist_yaw_link",
            f"{word}UpLeg": f"{side}_hip_yaw_link",
            f"{word}Leg": f"{side}_knee_link",
            f"{word}Foot": f"{side}_ankle_roll_link",
        }
    turns = {joint: np.empty((len(rows), 3, 3)) for joint in links}
    for k, row in enumerate(rows):
        data.qpos[:] = row
        mujoco.mj_kinematics(physics, data)
        for joint, link in links.items():
            turns[joint][k] = data.body(link).xmat.reshape(3, 3)
    return turns


def skeleton() -> list[tuple[str, str, tuple[float, float, float]]]:
    """Joint, parent and place in the parent's frame (x ahead, y left, z up, cm) of the made-up human; no ends."""
    bones: list[tuple[str, str, tuple[float, float, float]]] = [
        ("Hips", "", (0, 0, 0)),
        ("Spine", "Hips", (0, 0, 10)),
        ("Neck", "Spine", (0, 0, 42)),
    ]
    for word, side in (("Left", 1), ("Right", -1)):
        bones += [
            (f"{word}Arm", "Spine", (0, 18 * side, 36)),
            (f"{word}ForeArm", f"{word}Arm", (0, 0, -29)),
            (f"{word}Hand", f"{word}ForeArm", (26, 0, 0)),
            (f"{word}UpLeg", "Hips", (0, 9 * side, -4)),
            (f"{word}Leg", f"{word}UpLeg", (0, 0, -43)),
            (f"{word}Foot", f"{word}Leg", (0, 0, -42)),
        ]
    return bones


_TIPS = {
    "Neck": (0, 0, 15),
    "LeftHand": (10, 0, 0),
    "RightHand": (10, 0, 0),
    "LeftFoot": (15, 0, 0),
    "RightFoot": (15, 0, 0),
}


def write_bvh(path: Path, rows: np.ndarray, *, order: str = "ZXY", scale: float = 1.0) -> Path:
    """The same dance by the made-up human, y up, in centimetres (times ``scale``)."""
    turns = human_turns(rows)
    bones = skeleton()
    lines, columns = ["HIERARCHY"], []

    def joint(name: str, parent: str, offset: tuple[float, float, float], depth: int) -> None:
        pad = "\t" * depth
        lines.append(f"{pad}{'JOINT' if parent else 'ROOT'} {name}")
        lines.append(pad + "{")
        lines.append(f"{pad}\tOFFSET " + " ".join(f"{x * scale:.4f}" for x in _Y_UP @ offset))
        channels = [f"{axis}rotation" for axis in order]
        if not parent:
            channels = ["Xposition", "Yposition", "Zposition", *channels]
            places = rows[:, :3] * 130.0 * scale @ _Y_UP.T
            columns.append(places)
        lines.append(f"{pad}\tCHANNELS {len(channels)} " + " ".join(channels))
        own = turns[name] if not parent else np.swapaxes(turns[parent], 1, 2) @ turns[name]
        columns.append(Rotation.from_matrix(_Y_UP @ own @ _Y_UP.T).as_euler(order, degrees=True))
        for child, above, place in bones:
            if above == name:
                joint(child, above, place, depth + 1)
        if name in _TIPS:
            tip = " ".join(f"{x * scale:.4f}" for x in _Y_UP @ np.array(_TIPS[name], dtype=float))
            lines.extend([f"{pad}\tEnd Site", pad + "\t{", f"{pad}\t\tOFFSET {tip}", pad + "\t}"])
        lines.append(pad + "}")

    joint(*bones[0], 0)
    values = np.hstack(columns)
    lines += ["MOTION", f"Frames: {len(rows)}", f"Frame Time: {1.0 / RATE_HZ:.7f}"]
    lines += [" ".join(f"{x:.5f}" for x in row) for row in values]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
