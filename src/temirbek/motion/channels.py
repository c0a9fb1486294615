"""What the channels of a dance mean to a body: where they rest, and what becomes of them in a mirror."""

from collections.abc import Mapping

from temirbek.types import LAYERS, Layer, RobotKind, Role

Rest = Mapping[Layer, Mapping[str, float]]

_ARM_JOINTS = (
    "shoulder_pitch",
    "shoulder_roll",
    "shoulder_yaw",
    "elbow",
    "wrist_roll",
    "wrist_pitch",
    "wrist_yaw",
)
_HANGING = (0.1, 0.25, 0.0, 0.7, 0.0, 0.0, 0.0)
_ABOVE_DESK = (-0.45, 0.4, 0.0, 0.1, 0.0, 0.0, 0.0)  # hands a hand's breadth above the table


def _g1_arm(side: str, angles: tuple[float, ...]) -> dict[str, float]:
    sign = 1.0 if side == "left" else -1.0
    return {
        f"{side}_{joint}": value * (sign if is_odd(joint) else 1.0)
        for joint, value in zip(_ARM_JOINTS, angles, strict=True)
    }


def is_odd(channel: str) -> bool:
    """Whether a channel changes its sign in a mirror: rolls, yaws and whatever goes to the side."""
    return channel.endswith(("roll", "yaw", "roll_rad", "yaw_rad")) or channel == "sway_y_m"


def _zeros(*names: str) -> dict[str, float]:
    return dict.fromkeys(names, 0.0)


def _paw(side: str) -> dict[str, float]:
    return _zeros(f"{side}_lift_m", f"{side}_forward_m", f"{side}_out_m")


def _g1(arm: tuple[float, ...]) -> Rest:
    return {
        "legs": _zeros("pelvis_z_m"),
        "pelvis": _zeros("sway_x_m", "sway_y_m", "roll_rad", "pitch_rad", "yaw_rad"),
        "torso": _zeros("waist_yaw", "waist_roll", "waist_pitch"),
        "left_arm": _g1_arm("left", arm),
        "right_arm": _g1_arm("right", arm),
    }


_REST: Mapping[RobotKind, Rest] = {
    "g1": _g1(_HANGING),
    "go2": {
        "legs": _zeros("trunk_z_m"),
        "pelvis": _zeros("sway_x_m", "sway_y_m"),
        "torso": _zeros("roll_rad", "pitch_rad", "yaw_rad"),
        "left_arm": _paw("left"),
        "right_arm": _paw("right"),
    },
}


def rest_of(robot: RobotKind, role: Role) -> Rest:
    """Layer → channel → value at rest, from which intensity scales. The DJ rests with its hands above the desk."""
    return _g1(_ABOVE_DESK) if robot == "g1" and role == "dj" else _REST[robot]


CHANNEL_ORDER: Mapping[RobotKind, tuple[str, ...]] = {
    kind: tuple(name for layer in LAYERS for name in layers[layer]) for kind, layers in _REST.items()
}
"""All channels of a robot, in the order of the columns of a score."""


def mirrored_layer(layer: Layer) -> Layer:
    """The layer that plays this layer's part in a mirror."""
    other: dict[Layer, Layer] = {"left_arm": "right_arm", "right_arm": "left_arm"}
    return other.get(layer, layer)


def mirrored_channel(channel: str) -> str:
    """The channel that plays this channel's part in a mirror."""
    if channel.startswith("left_"):
        return "right_" + channel.removeprefix("left_")
    if channel.startswith("right_"):
        return "left_" + channel.removeprefix("right_")
    return channel
