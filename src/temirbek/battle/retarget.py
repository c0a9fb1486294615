"""A person's phrase as a move of the G1: key poses of arms, waist and knees on every beat.

A camera sees a plane, so the G1 answers in it: upper arms stay in the plane of its chest, and its forearms turn up or down in
it. Up to :data:`SIDEWAYS_RAD` an arm is lifted to its side (shoulder roll); above that it goes up from ahead (shoulder pitch)
and leans out by the rest, since the shoulder's roll ends there. Hands that the person brings to the middle (to clap, to cross)
would go into the robot's own trunk in that plane: they meet before it. The trunk's lean becomes a roll of the waist, what the hips do
sideways a sway, and the knees bounce on the beat, deeper where the person went down.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from temirbek.battle.phrase import PER_BEAT, DancePhrase
from temirbek.types import Accent, Layer, Move, MoveKeys

Floats = NDArray[np.float64]

SIDEWAYS_RAD = 1.9
OVERHEAD_PITCH_RAD = -2.6
ROLL_RAD = (0.28, 1.95)
HANGS_OUT_RAD, OVERHEAD_OUT_RAD = 0.15, 0.6
"""Seen from before, the arm of the description file hangs so far out; and since the axis of its shoulder pitch is inclined, so
much nearer to the head it comes when it was raised ahead."""
ELBOW_RAD, ELBOW_STRAIGHT_RAD = (-0.75, 1.37), 1.37
"""Between these the elbow's channel moves; and where the arm looks straight."""
SHOULDER_M, ARM_M = 0.141, 0.185
"""Of the G1: half of its shoulders' width; upper arm and forearm."""
OUTSIDE_M, ACROSS_M = 0.24, 0.15
"""A hand nearer to the middle than the first is held before the body, by the second nearer quite so."""
AHEAD, AHEAD_ABOVE = (-1.0, 0.38, 0.06, 0.35), (-2.5, 0.55, -0.08, 1.0)
"""Shoulder pitch, roll, yaw and elbow of hands that meet before the body and over the head: a little wider than the moves
"claps" and "claps_high" have them, since nobody looks at what a trunk that leans does to them."""
TWIST_RAD = 1.3
STRAIGHT_RAD = 0.4  # an elbow bent by less hardly shows which way
WAIST_ROLL_RAD, SWAY_M = 0.16, 0.04
BOUNCE_M, DEEP_M = 0.035, 0.08
DEPTH_M = 0.3  # of a body length down
_LEFT_ELBOW, _RIGHT_ELBOW, _LEFT_ARM, _RIGHT_ARM, _LEFT_HIP, _RIGHT_HIP = 0, 1, 2, 3, 6, 7


def arm_angles(phrase: DancePhrase) -> tuple[Floats, Floats]:
    """Of left and right arm on every beat: abduction and bend of the elbow [rad], each shape (n_beats, 2).

    Abduction is 0 where the arm hangs, π straight up, below 0 across the body; a bend above 0 turns the forearm on in the
    same sense.
    """
    poses = phrase.beat_poses
    left = np.stack([_wrapped(-poses[:, _LEFT_ARM]), _wrapped(np.pi - poses[:, _LEFT_ELBOW])], axis=1)
    right = np.stack([_wrapped(poses[:, _RIGHT_ARM]), _wrapped(np.pi + poses[:, _RIGHT_ELBOW])], axis=1)
    return left, right


def _wrapped(angle: Floats) -> Floats:
    return np.asarray((angle + np.pi) % (2.0 * np.pi) - np.pi)


def g1_move(phrase: DancePhrase, name: str, title: str) -> Move:
    """The move of a G1 that shows a phrase, on planted feet.

    Args:
        phrase: Of a person.
        name, title: Of the move.
    """
    beats = np.arange(float(phrase.n_beats))
    left, right = arm_angles(phrase)
    halves = np.arange(0.0, phrase.n_beats, 0.5)
    layers: dict[Layer, MoveKeys] = {
        "legs": MoveKeys(beats=halves, targets={"pelvis_z_m": _bounce(phrase)}),
        "pelvis": MoveKeys(
            beats=beats,
            targets={"sway_y_m": np.clip(0.08 * phrase.along[::PER_BEAT], -SWAY_M, SWAY_M)},
        ),
        "torso": MoveKeys(beats=beats, targets={"waist_roll": _lean(phrase)}),
        "left_arm": MoveKeys(beats=beats, targets=_arm(left, "left")),
        "right_arm": MoveKeys(beats=beats, targets=_arm(right, "right")),
    }
    return Move(
        name=name,
        family="answers",
        title=title,
        robot="g1",
        length_beats=float(phrase.n_beats),
        layers=layers,
        accents=tuple(Accent(beat=float(b), part="whole") for b in beats),
        tempo_bpm=(40.0, 220.0),
        tempo_rules=(),
    )


def _arm(angles: Floats, side: str) -> Mapping[str, Floats]:
    """Channels of an arm with these abductions and bends."""
    raised, bend = angles.T
    # an arm that crosses the body far goes up behind the head to a camera: it is raised, whichever way
    raised = np.where(raised < -0.5 * np.pi, raised + 2.0 * np.pi, raised)
    overhead = raised > SIDEWAYS_RAD
    across = np.clip((OUTSIDE_M - _hand_m(raised, bend)) / ACROSS_M, 0.0, 1.0)
    bend = _kept_outside(np.maximum(raised, 0.0), bend)
    out = np.clip(np.where(overhead, np.pi - raised + OVERHEAD_OUT_RAD, raised) - HANGS_OUT_RAD, *ROLL_RAD)
    twist = TWIST_RAD * np.tanh(bend / STRAIGHT_RAD) * np.where(overhead, -1.0, 1.0) * (1.0 - across)
    beside = np.stack(
        [
            np.where(overhead, OVERHEAD_PITCH_RAD, 0.1),
            out,
            twist,
            np.clip(ELBOW_STRAIGHT_RAD - np.abs(bend), *ELBOW_RAD),
        ]
    )
    ahead = np.where(overhead, np.array(AHEAD_ABOVE)[:, None], np.array(AHEAD)[:, None])
    sign = 1.0 if side == "left" else -1.0
    pitch, roll, yaw, elbow = (1.0 - across) * beside + across * ahead
    return {
        f"{side}_shoulder_pitch": pitch,
        f"{side}_shoulder_roll": sign * roll,
        f"{side}_shoulder_yaw": sign * yaw,
        f"{side}_elbow": elbow,
    }


def _hand_m(raised: Floats, bend: Floats) -> Floats:
    """How far the hand of an arm in the plane of the chest is from the middle, to the arm's own side [m]."""
    return np.asarray(SHOULDER_M + ARM_M * (np.sin(raised) + np.sin(raised + bend)))


def _kept_outside(raised: Floats, bend: Floats) -> Floats:
    """Bends, made less where the forearm would turn into the trunk or the head."""
    shares = np.linspace(1.0, 0.0, 21)[:, None]
    outside = _hand_m(raised, shares * bend) >= OUTSIDE_M
    outside[-1] = True  # a straight arm is as far outside as it can be
    return np.asarray(bend * shares[np.argmax(outside, axis=0), 0])


def _lean(phrase: DancePhrase) -> Floats:
    """Roll of the waist: how the trunk leans over both thighs; above 0 to the right, as the joint counts."""
    poses = phrase.beat_poses
    away = 0.5 * (_wrapped(poses[:, _LEFT_HIP] - np.pi) + _wrapped(poses[:, _RIGHT_HIP] - np.pi))
    return np.asarray(np.clip(away, -WAIST_ROLL_RAD, WAIST_ROLL_RAD))


def _bounce(phrase: DancePhrase) -> Floats:
    """Height of the pelvis on beats and between: down on the beat."""
    down = np.clip(BOUNCE_M + DEPTH_M * 0.5 * np.maximum(phrase.low[::PER_BEAT], 0.0), 0.0, DEEP_M)
    heights = np.zeros(2 * phrase.n_beats)
    heights[::2] = -down
    heights[1::2] = -0.15 * down
    return heights
