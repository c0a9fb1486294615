"""A body of seventeen points that can stand, walk, wave and dance; drawn from the proportions of Drillis and Contini (1966).

The body's frame: x where the chest faces, y to its left, z up [m]; the origin is on the floor between the feet. An arm is
two directions: each is an elevation (0 hangs down, π/2 level, π straight up) in a vertical plane at an azimuth
(0: sideways, away from the body; π/2: forwards).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from temirbek.seeing.guests import Act

Array = NDArray[np.float64]
SWINGS_HZ, SWING_RAD = (1.2, 3.0), (0.35, 0.7)
"""How often a waving hand goes to and fro, and how far to each side; everybody has a way of their own."""
STRIDE_HZ = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Where an arm points: upper arm and forearm, each (elevation, azimuth) [rad]."""

    upper: tuple[float, float] = (0.12, 0.2)
    fore: tuple[float, float] = (0.25, 0.8)

    def mixed(self, other: "Arm", share: float) -> "Arm":
        """So far on the way to another."""

        def mix(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
            return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])

        return Arm(upper=mix(self.upper, other.upper), fore=mix(self.fore, other.fore))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """How a body stands.

    Attributes:
        left, right: Its arms.
        sink_m: How far its hips are below their height when it stands straight [m].
        sway_m: How far they are to its left [m].
        stride_m: How far its left foot is before the right one [m].
    """

    left: Arm = Arm()
    right: Arm = Arm()
    sink_m: float = 0.0
    sway_m: float = 0.0
    stride_m: float = 0.0


RAISED = Arm(upper=(2.85, 0.3), fore=(3.0, 0.3))
OFFERED = Arm(upper=(1.45, 1.2), fore=(2.8, 1.35))
CLAPPING_OPEN = Arm(upper=(0.5, 1.1), fore=(1.7, 1.3))
CLAPPING_SHUT = Arm(upper=(0.5, 1.1), fore=(1.7, 2.1))
DANCED = (
    Arm(upper=(1.5, 0.1), fore=(1.6, 0.2)),
    Arm(upper=(1.2, 0.8), fore=(2.4, 0.9)),
    Arm(upper=(2.5, 0.2), fore=(2.9, 0.1)),
    Arm(upper=(0.7, 0.2), fore=(1.8, 1.3)),
    Arm(upper=(1.9, 0.3), fore=(2.8, -0.4)),
    Arm(upper=(0.4, 0.3), fore=(0.5, 1.2)),
)
"""What a dancing arm goes through; no two of them alike, some of them near to a wave."""


def pose_of(act: Act | None, host_s: float, *, speed_m_s: float, seed: int) -> Pose:
    """How somebody stands who does that (and walks so fast); a pure function of the instant.

    Args:
        act: What they do, or None.
        host_s: When [host s].
        speed_m_s: How fast they walk.
        seed: Of who they are: how they wave, which arms a dancer chooses, by how much they miss the beat.
    """
    pose = _walking(host_s, speed_m_s)
    if act is None:
        return pose
    if act.kind == "dance":
        return _dancing(act, host_s, seed)
    if act.kind == "clap":
        phase = (host_s - act.beat_host_s) * act.tempo_bpm / 60.0
        arm = CLAPPING_SHUT.mixed(CLAPPING_OPEN, 0.5 - 0.5 * float(np.cos(2 * np.pi * phase)))
        return replace(pose, left=arm, right=arm)
    share = float(np.clip((host_s - act.from_s) / 0.35, 0, 1) * np.clip((act.to_s - host_s) / 0.35, 0, 1))
    if act.kind == "wave":
        own = np.random.default_rng([seed, 4])
        rate_hz, width_rad = own.uniform(*SWINGS_HZ), own.uniform(*SWING_RAD)
        swing = float(width_rad * np.sin(2 * np.pi * rate_hz * (host_s - act.from_s)))
        goal = Arm(upper=(1.75, 0.1), fore=(np.pi - 0.1 + swing, 0.1))
    else:
        goal = RAISED if act.kind == "raise_hand" else OFFERED
    arm = (pose.left if act.side == "left" else pose.right).mixed(goal, share)
    return replace(pose, left=arm) if act.side == "left" else replace(pose, right=arm)


def _walking(host_s: float, speed_m_s: float) -> Pose:
    """Legs and arms of somebody who walks, or breathes while standing."""
    share = min(speed_m_s / 1.2, 1.0)
    step = float(np.sin(2 * np.pi * STRIDE_HZ * host_s))
    return Pose(
        left=Arm(upper=(0.12 + 0.25 * share * max(step, 0.0), 1.2)),
        right=Arm(upper=(0.12 + 0.25 * share * max(-step, 0.0), 1.2)),
        sway_m=0.008 * float(np.sin(1.3 * host_s)),
        stride_m=-0.55 * share * step,
    )


def _dancing(act: Act, host_s: float, seed: int) -> Pose:
    """A key pose on each beat; who is skilled is near to the beat, moves much, and repeats little."""
    beat = (host_s - act.beat_host_s) * act.tempo_bpm / 60.0
    number = int(np.floor(beat))
    late = [_missed(act, number + k, seed) for k in (0, 1)]
    share = float(np.clip((beat - number - late[0]) / max(1.0 + late[1] - late[0], 0.2), 0.0, 1.0))
    share = share * share * (3.0 - 2.0 * share)
    energy = 0.25 + 0.75 * act.skill
    arms = [[_chosen(act, number + k, side, seed) for k in (0, 1)] for side in (0, 1)]
    rest = Arm()
    left, right = (rest.mixed(a.mixed(b, share), energy) for a, b in arms)
    down = 0.5 + 0.5 * float(np.cos(2 * np.pi * (beat - late[0])))
    return Pose(
        left=left,
        right=right,
        sink_m=0.07 * energy * down,
        sway_m=0.09 * energy * float(np.sin(np.pi * (beat - late[0]))),
    )


def _missed(act: Act, beat: int, seed: int) -> float:
    """By how many beats a dancer comes late to one."""
    spread_s = 0.16 * (1.0 - act.skill)
    random = np.random.default_rng([seed, 1, beat & 0xFFFFFFFF])
    return float(np.clip(random.normal(0.0, spread_s * act.tempo_bpm / 60.0), -0.45, 0.45))


def _chosen(act: Act, beat: int, side: int, seed: int) -> Arm:
    """Which pose an arm has on a beat; the unskilled know fewer."""
    known = 2 + round((len(DANCED) - 2) * act.skill)
    return DANCED[int(np.random.default_rng([seed, 2 + side, beat & 0xFFFFFFFF]).integers(known))]


def body_points(pose: Pose, body_height_m: float) -> Array:
    """Where the seventeen points are, (17, 3), in the body's frame [m]."""
    unit = body_height_m
    hips = np.array([0.0, pose.sway_m, 0.53 * unit - pose.sink_m])
    neck = np.array([0.0, 0.6 * pose.sway_m, 0.818 * unit - pose.sink_m])
    head = neck + np.array([0.0, 0.0, 0.10 * unit])
    points = np.empty((17, 3))
    points[0] = head + unit * np.array([0.07, 0.0, 0.005])
    for row, side, arm in ((0, 1.0, pose.left), (1, -1.0, pose.right)):
        points[1 + row] = head + unit * np.array([0.055, side * 0.019, 0.025])
        points[3 + row] = head + unit * np.array([0.0, side * 0.045, 0.01])
        points[5 + row] = neck + unit * np.array([0.0, side * 0.115, 0.0])
        points[7 + row] = points[5 + row] + 0.172 * unit * _direction(arm.upper, side)
        points[9 + row] = points[7 + row] + 0.150 * unit * _direction(arm.fore, side)
        points[11 + row] = hips + unit * np.array([0.0, side * 0.075, 0.0])
        forward = 0.5 * side * pose.stride_m
        points[15 + row] = [forward, side * 0.075 * unit, 0.039 * unit]
        bend = min(1.2 * np.sqrt(max(pose.sink_m, 0.0) / unit) * 0.4 * unit, 0.2 * unit)
        points[13 + row] = (points[11 + row] + points[15 + row]) / 2.0 + np.array([bend, 0.0, 0.0])
    return points


def _direction(angles: tuple[float, float], side: float) -> Array:
    """A unit vector of an arm on that side (1 left, −1 right)."""
    elevation, azimuth = angles
    level = np.sin(elevation)
    return np.array([level * np.sin(azimuth), side * level * np.cos(azimuth), -np.cos(elevation)])


def placed(points: Array, x_m: float, y_m: float, heading_rad: float) -> Array:
    """Points of a body's frame in the stage frame."""
    c, s = np.cos(heading_rad), np.sin(heading_rad)
    turned = points @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(turned + np.array([x_m, y_m, 0.0]))
