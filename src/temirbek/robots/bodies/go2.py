"""Unitree Go2: 15 kg on four point feet.

Limits come from its URDF, gains and reflected inertias are those of common simulation set-ups. Legs are named FL, FR,
RL, RR (front left …).
"""

from temirbek.robots.bodies.body import Body, Capsule, Drive, Foot, Tuning

_LEGS = ("FL", "FR", "RL", "RR")
_FOOT_RADIUS_M = 0.022
_DRIVE = Drive(kp=40.0, kd=1.0, armature=0.01)


def _leg_flesh(leg: str) -> tuple[Capsule, ...]:
    inward = -0.02 if leg.endswith("L") else 0.02
    return (
        Capsule(link=f"{leg}_thigh", start_m=(0, inward / 2, -0.03), end_m=(-0.01, 0, -0.19), radius_m=0.03),
        Capsule(link=f"{leg}_calf", start_m=(0.005, 0, -0.03), end_m=(0, 0, -0.19), radius_m=0.016),
    )


GO2 = Body(
    kind="go2",
    urdf="go2_description/urdf/go2.urdf",
    drives={"hip": _DRIVE, "thigh": _DRIVE, "calf": _DRIVE},
    stand_rad={"thigh": 0.8, "calf": -1.5},
    feet=tuple(
        Foot(
            name=leg,
            link=f"{leg}_foot",
            points_m=((0.0, 0.0, 0.0),),
            radius_m=_FOOT_RADIUS_M,
            sole_m=(0.0, 0.0, 0.0),
            impedance=(0.98, 0.995),
        )
        for leg in _LEGS
    ),
    flesh=(
        Capsule(link="base", start_m=(-0.15, 0, 0), end_m=(0.2, 0, 0), radius_m=0.07),
        Capsule(link="base", start_m=(0.28, 0, 0.0), end_m=(0.29, 0, 0.0), radius_m=0.05),
        *(capsule for leg in _LEGS for capsule in _leg_flesh(leg)),
    ),
    ignored_pairs=tuple(
        pair for leg in _LEGS for pair in (("base", f"{leg}_thigh"), (f"{leg}_thigh", f"{leg}_foot"))
    ),
    key_points=(
        ("base", "pelvis"),
        ("head", "head"),
        *((f"{leg}_foot", "feet") for leg in _LEGS),
        *((f"{leg}_calf", "whole") for leg in _LEGS),
        *((f"{leg}_thigh", "whole") for leg in _LEGS),
    ),
    landmarks={"head": ("base", (0.30, 0.0, 0.05))},
    support_joints=("hip", "thigh", "calf"),
    fallen_height_m=0.11,
    tuning=Tuning(
        com_weight=10.0,
        com_height_weight=10.0,
        orientation_weight=10.0,
        support_joint_weight=0.05,
        free_joint_weight=0.05,
        stance_weight=100.0,
        swing_weight=20.0,
    ),
)
