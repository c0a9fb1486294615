"""What the channels of a dance mean to a body: where they rest, and what becomes of them in a mirror."""

from collections.abc import Mapping

from temirbek.types import LAYERS, Layer, RobotKind

Rest = Mapping[Layer, Mapping[str, float]]

_G1_ARM = {"shoulder_pitch": 0.1, "shoulder_roll": 0.25, "shoulder_yaw": 0.0, "elbow": 0.7} | dict.fromkeys(
    ("wrist_roll", "wrist_pitch", "wrist_yaw"), 0.0
)


def _g1_arm(side: str) -> dict[str, float]:
    sign = 1.0 if side == "left" else -1.0
    return {
        f"{side}_{joint}": value * (sign if is_odd(joint) else 1.0) for joint, value in _G1_ARM.items()
    }


def is_odd(channel: str) -> bool:
    """Whether a channel changes its sign in a mirror: rolls, yaws and whatever goes to the side."""
    return channel.endswith(("roll", "yaw", "roll_rad", "yaw_rad")) or channel == "sway_y_m"


def _zeros(*names: str) -> dict[str, float]:
    return dict.fromkeys(names, 0.0)


def _paw(side: str) -> dict[str, float]:
    return _zeros(f"{side}_lift_m", f"{side}_forward_m", f"{side}_out_m")


REST: Mapping[RobotKind, Rest] = {
    "g1": {
        "legs": _zeros("pelvis_z_m"),
        "pelvis": _zeros("sway_x_m", "sway_y_m", "roll_rad", "pitch_rad", "yaw_rad"),
        "torso": _zeros("waist_yaw", "waist_roll", "waist_pitch"),
        "left_arm": _g1_arm("left"),
        "right_arm": _g1_arm("right"),
    },
    "go2": {
        "legs": _zeros("trunk_z_m"),
        "pelvis": _zeros("sway_x_m", "sway_y_m"),
        "torso": _zeros("roll_rad", "pitch_rad", "yaw_rad"),
        "left_arm": _paw("left"),
        "right_arm": _paw("right"),
    },
}
"""Robot → layer → channel → value at rest. Intensity scales the distance from here."""

CHANNEL_ORDER: Mapping[RobotKind, tuple[str, ...]] = {
    kind: tuple(name for layer in LAYERS for name in layers[layer]) for kind, layers in REST.items()
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
