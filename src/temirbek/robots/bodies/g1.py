"""Unitree G1, 29 degrees of freedom: 1.3 m, 35 kg.

Limits come from its URDF (ankles and waist roll/pitch: 35 N·m). Gains are Unitree's, reflected inertias those of
BeyondMimic (arXiv 2508.08241), feet the four spheres of the URDF's collision model. Capsules were fitted by hand to
the extents of the meshes, so that physics needs no mesh at all.
"""

from temirbek.robots.bodies.body import Body, Capsule, Drive, Foot, Tuning, both_sides

_A5020, _A7514, _A7522, _A4010 = 0.003609725, 0.010177520, 0.025101925, 0.00425
_ARM = Drive(kp=40.0, kd=1.0, armature=_A5020)
_ANKLE = Drive(kp=40.0, kd=2.0, armature=2 * _A5020)
_WAIST = Drive(kp=40.0, kd=5.0, armature=2 * _A5020)
_WRIST = Drive(kp=20.0, kd=1.0, armature=_A4010)


def _foot(side: str) -> Foot:
    return Foot(
        name=side,
        link=f"{side}_ankle_roll_link",
        points_m=((-0.05, 0.025, -0.03), (-0.05, -0.025, -0.03), (0.12, 0.03, -0.03), (0.12, -0.03, -0.03)),
        radius_m=0.005,
        sole_m=(0.035, 0.0, -0.035),
    )


def _on_both_sides(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((a.format(side), b.format(side)) for side in ("left", "right") for a, b in pairs)


G1 = Body(
    kind="g1",
    urdf="g1_description/urdf/g1_29dof_rev_1_0.urdf",
    drives={
        "hip_pitch": Drive(kp=100.0, kd=2.0, armature=_A7514),
        "hip_roll": Drive(kp=100.0, kd=2.0, armature=_A7522),
        "hip_yaw": Drive(kp=100.0, kd=2.0, armature=_A7514),
        "knee": Drive(kp=150.0, kd=4.0, armature=_A7522),
        "ankle_pitch": _ANKLE,
        "ankle_roll": _ANKLE,
        "waist_yaw": Drive(kp=200.0, kd=5.0, armature=_A7514),
        "waist_roll": _WAIST,
        "waist_pitch": _WAIST,
        "shoulder_pitch": _ARM,
        "shoulder_roll": _ARM,
        "shoulder_yaw": _ARM,
        "elbow": _ARM,
        "wrist_roll": Drive(kp=20.0, kd=1.0, armature=_A5020),
        "wrist_pitch": _WRIST,
        "wrist_yaw": _WRIST,
    },
    # Feet stand wider than the hips (0.36 m apart), because a dancer sways sideways.
    stand_rad={
        "hip_pitch": -0.35,
        "knee": 0.7,
        "ankle_pitch": -0.35,
        "left_hip_roll": 0.1,
        "right_hip_roll": -0.1,
        "left_ankle_roll": -0.1,
        "right_ankle_roll": 0.1,
        "shoulder_pitch": 0.1,
        "left_shoulder_roll": 0.25,
        "right_shoulder_roll": -0.25,
        "elbow": 0.6,
    },
    feet=(_foot("left"), _foot("right")),
    flesh=(
        Capsule(link="pelvis", start_m=(0, 0, -0.05), end_m=(0, 0, -0.09), radius_m=0.06),
        Capsule(link="torso_link", start_m=(0.005, -0.03, 0.09), end_m=(0.005, 0.03, 0.09), radius_m=0.07),
        Capsule(link="torso_link", start_m=(0.008, -0.035, 0.23), end_m=(0.008, 0.035, 0.23), radius_m=0.073),
        Capsule(link="head_link", start_m=(0.0, 0, 0.40), end_m=(0.0, 0, 0.46), radius_m=0.075),
        *both_sides(
            (
                Capsule(
                    link="left_hip_yaw_link", start_m=(0, 0, -0.05), end_m=(-0.065, 0, -0.17), radius_m=0.048
                ),
                Capsule(link="left_knee_link", start_m=(0.012, 0, -0.02), end_m=(0, 0, -0.26), radius_m=0.04),
                Capsule(
                    link="left_ankle_roll_link",
                    start_m=(-0.03, 0, -0.012),
                    end_m=(0.105, 0, -0.012),
                    radius_m=0.032,
                ),
                Capsule(
                    link="left_shoulder_yaw_link",
                    start_m=(0.005, 0, 0),
                    end_m=(0.005, 0, -0.07),
                    radius_m=0.036,
                ),
                Capsule(
                    link="left_elbow_link", start_m=(0.02, 0, -0.01), end_m=(0.13, 0, -0.01), radius_m=0.032
                ),
                Capsule(
                    link="left_wrist_yaw_link", start_m=(0, 0, 0), end_m=(0.135, -0.01, 0.008), radius_m=0.034
                ),
            )
        ),
    ),
    ignored_pairs=(
        ("pelvis", "torso_link"),
        *_on_both_sides(
            (
                ("pelvis", "{}_hip_yaw_link"),
                ("{}_knee_link", "{}_ankle_roll_link"),
                ("{}_elbow_link", "{}_wrist_yaw_link"),
            )
        ),
    ),
    key_points=(
        ("left_wrist_yaw_link", "hands"),
        ("right_wrist_yaw_link", "hands"),
        ("pelvis", "pelvis"),
        ("mid360_link", "head"),  # the lidar in the head; head_link's own origin lies in the waist
        ("left_ankle_roll_link", "feet"),
        ("right_ankle_roll_link", "feet"),
        ("torso_link", "whole"),
        ("left_shoulder_roll_link", "whole"),
        ("right_shoulder_roll_link", "whole"),
        ("left_elbow_link", "whole"),
        ("right_elbow_link", "whole"),
        ("left_knee_link", "whole"),
        ("right_knee_link", "whole"),
    ),
    support_joints=("hip", "knee", "ankle"),
    fallen_height_m=0.45,
    tuning=Tuning(
        com_weight=10.0,
        com_height_weight=5.0,
        orientation_weight=5.0,
        support_joint_weight=0.02,
        free_joint_weight=1.0,
        stance_weight=200.0,
        swing_weight=100.0,
    ),
)
