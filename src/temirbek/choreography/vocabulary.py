"""The channels that moves may drive, and how far.

Angles are radians, displacements metres. The ranges of joints are the limits of the description files less a margin
of about 5 %, so that no data file can ask a robot for its end stops; those of displacements are what planted feet
allow. What a joint angle *means*: at zero a G1's upper arm hangs, its forearm points ahead (elbow 1.57 is a straight
arm, negative bends further); negative shoulder pitch raises the arm ahead; positive roll raises the *left* arm to its
side, negative roll the right.
"""

from collections.abc import Mapping

from temirbek.types import Layer, RobotKind

Range = tuple[float, float]
Channels = Mapping[str, Range]


def _g1_arm(side: str) -> Channels:
    roll = (-1.5, 2.1) if side == "left" else (-2.1, 1.5)
    return {
        f"{side}_shoulder_pitch": (-2.9, 2.5),
        f"{side}_shoulder_roll": roll,
        f"{side}_shoulder_yaw": (-2.4, 2.4),
        f"{side}_elbow": (-1.0, 2.0),
        f"{side}_wrist_roll": (-1.85, 1.85),
        f"{side}_wrist_pitch": (-1.5, 1.5),
        f"{side}_wrist_yaw": (-1.5, 1.5),
    }


def _go2_paw(side: str) -> Channels:
    return {
        f"{side}_lift_m": (0.0, 0.22),
        f"{side}_forward_m": (-0.1, 0.18),
        f"{side}_out_m": (-0.08, 0.1),
    }


CHANNELS: Mapping[RobotKind, Mapping[Layer, Channels]] = {
    "g1": {
        "legs": {"pelvis_z_m": (-0.12, 0.03)},
        "pelvis": {
            "sway_x_m": (-0.04, 0.04),
            "sway_y_m": (-0.07, 0.07),
            "roll_rad": (-0.2, 0.2),
            "pitch_rad": (-0.25, 0.35),
            "yaw_rad": (-0.4, 0.4),
        },
        "torso": {"waist_yaw": (-0.9, 0.9), "waist_roll": (-0.4, 0.4), "waist_pitch": (-0.3, 0.45)},
        "left_arm": _g1_arm("left"),
        "right_arm": _g1_arm("right"),
    },
    "go2": {
        "legs": {"trunk_z_m": (-0.18, 0.05)},
        "pelvis": {"sway_x_m": (-0.16, 0.16), "sway_y_m": (-0.1, 0.1)},
        "torso": {"roll_rad": (-0.35, 0.35), "pitch_rad": (-0.6, 0.6), "yaw_rad": (-0.45, 0.45)},
        "left_arm": _go2_paw("left"),
        "right_arm": _go2_paw("right"),
    },
}
"""Robot → layer → channel → (lowest, highest) target. On a Go2 the "arms" are the front paws, the "torso" is the
attitude of the trunk and "legs" its height."""

STEP_SCALES = ("step_x", "step_y", "step_turn", "step_height")
"""What parameters can scale of a move's steps."""

REST: Mapping[str, float] = {
    **{f"{side}_shoulder_pitch": 0.1 for side in ("left", "right")},
    **{f"{side}_elbow": 0.7 for side in ("left", "right")},
    "left_shoulder_roll": 0.25,
    "right_shoulder_roll": -0.25,
}
"""Channel → where it rests, if that is not zero: intensity and parameters multiply the distance from there."""
