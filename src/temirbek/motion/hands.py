"""Hands at the desk: where they are to be, and the posture of the arm that takes them there.

A reach has two halves that agree: key poses of the arm, so that it travels like any other move and arrives on its beat,
and a target for the hand itself, which holds it on the control while the body dances on above its planted feet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from temirbek.errors import MotionInfeasible
from temirbek.motion.channels import Rest
from temirbek.motion.inverse_kinematics import BodySolver, BodyTargets, HandTarget
from temirbek.motion.key_poses import LayerKeys
from temirbek.motion.score import Score
from temirbek.types import Automation, BeatGrid, Layer, Performer, Reach, Stage

Floats = NDArray[np.float64]

HOVER_M = 0.01  # the underside of the hand above the control: it shows the work without pressing on the table
TRAVEL_BEATS = 1.0
_ANCHORINGS = 4
_SIDES = ("left", "right")


def hand_targets(
    reaches: Sequence[Reach],
    automation: Sequence[Automation],
    performer: Performer,
    stage: Stage,
    ground_m: float,
    grid: BeatGrid,
    knots_s: Floats,
) -> tuple[HandTarget, ...]:
    """Where each hand with work is to be, in the robot's own frame.

    Raises:
        MotionInfeasible: A reach names a control that the desk does not have.
    """
    beats = grid.beat_at(knots_s)
    targets = []
    for side in _SIDES:
        mine = sorted((r for r in reaches if r.hand == side), key=lambda r: r.start_beat)
        if mine:
            paths = [_path(r, automation, performer, stage, ground_m, beats) for r in mine]
            targets.append(_joined(side, mine, paths, beats))
    return tuple(targets)


def _path(
    reach: Reach,
    automation: Sequence[Automation],
    performer: Performer,
    stage: Stage,
    ground_m: float,
    beats: Floats,
) -> Floats:
    """Where the control under the hand is, at all instants, in the robot's own frame, shape (n, 3)."""
    control = stage.desk.controls.get(reach.target)
    if control is None:
        raise MotionInfeasible(
            f"{reach.performer}: no control {reach.target!r} on the desk (reach at beat {reach.start_beat:g}); "
            f"there are {', '.join(stage.desk.controls)}"
        )
    value = np.full(len(beats), 0.5)
    for course in automation:
        if course.deck == reach.automation_deck and course.control == reach.automation_control:
            at = course.at(np.clip(beats, reach.start_beat, reach.end_beat))
            value = (at + 1.0) / 2.0 if course.control == "filter" else at
    middle, travel = np.array(control.position_m), np.array(control.travel_m)
    on_stage = middle + (value - 0.5)[:, None] * travel + np.array([0.0, 0.0, HOVER_M])
    mark = np.array([*performer.mark_m, ground_m])
    return np.asarray(Rotation.from_euler("z", -performer.facing_rad).apply(on_stage - mark))


def _joined(side: str, reaches: Sequence[Reach], paths: Sequence[Floats], beats: Floats) -> HandTarget:
    """One target for the whole dance: from control to control straight where they follow closely."""
    weight = np.zeros(len(beats))
    position = paths[0].copy()
    for i, (reach, path) in enumerate(zip(reaches, paths, strict=True)):
        there = np.minimum(
            _ramp(beats, reach.start_beat - TRAVEL_BEATS, reach.start_beat),
            1.0 - _ramp(beats, reach.end_beat, reach.end_beat + TRAVEL_BEATS),
        )
        weight = np.maximum(weight, there)
        if i == 0:
            continue
        last = reaches[i - 1].end_beat
        if reach.start_beat - last <= 2 * TRAVEL_BEATS:
            between = (beats >= last) & (beats <= reach.start_beat)
            weight[between] = 1.0
            u = _ramp(beats, last, reach.start_beat)[:, None]
        else:
            u = (beats >= 0.5 * (last + reach.start_beat)).astype(float)[:, None]
        position = (1.0 - u) * position + u * path
    return HandTarget(side=side, position_m=position, weight=weight)


def _ramp(beats: Floats, start: float, end: float) -> Floats:
    """0 before ``start``, 1 from ``end`` on, minimum-jerk between."""
    s = np.clip((beats - start) / max(end - start, 1e-9), 0.0, 1.0)
    return np.asarray(s**3 * (10.0 - 15.0 * s + 6.0 * s * s))


def with_reaching_arms(
    score: Score,
    reaches: Sequence[Reach],
    hands: Sequence[HandTarget],
    solver: BodySolver,
    rest_pose: Rest,
    knots_s: Floats,
) -> Score:
    """The same dance with the key poses of arms at work replaced by those that reach."""
    keys: Mapping[Layer, LayerKeys] = dict(score.keys)
    for hand in hands:
        layer: Layer = "left_arm" if hand.side == "left" else "right_arm"
        layer_keys = keys[layer]
        mine = sorted((r for r in reaches if r.hand == hand.side), key=lambda r: r.start_beat)
        free = np.ones(len(layer_keys.beats), dtype=bool)
        beats, poses = [], []
        for reach in mine:
            free &= (layer_keys.beats <= reach.start_beat - TRAVEL_BEATS) | (
                layer_keys.beats >= reach.end_beat + TRAVEL_BEATS
            )
            for beat in (reach.start_beat, reach.end_beat):
                beats.append(beat)
                poses.append(_posture(hand, layer, solver, rest_pose, _index(score, knots_s, beat)))
        all_beats = np.concatenate([layer_keys.beats[free], beats])
        all_poses = np.vstack([layer_keys.poses[free], poses])
        first = np.unique(np.round(all_beats, 6), return_index=True)[1]
        keys = {**keys, layer: replace(layer_keys, beats=all_beats[first], poses=all_poses[first])}
    return replace(score, keys=keys)


def _index(score: Score, knots_s: Floats, beat: float) -> int:
    return int(np.clip(np.searchsorted(knots_s, score.beat_grid.time_at(beat)), 0, len(knots_s) - 1))


def _posture(hand: HandTarget, layer: Layer, solver: BodySolver, rest_pose: Rest, k: int) -> Floats:
    """The arm's angles with the hand in place and everything else at rest, shape (7,)."""
    rest = {name: value for part in rest_pose.values() for name, value in part.items()}
    names = [joint.removesuffix("_joint") for joint in solver.robot.joint_names]
    arm = [names.index(channel) for channel in rest_pose[layer]]
    joints = np.array([rest.get(name, 0.0) for name in names])
    for _ in range(_ANCHORINGS):  # the posture is drawn to where the last answer was, so its pull vanishes
        targets = BodyTargets(
            base_m=np.array([[*solver.stand_com_m[:2], solver.robot.stand_height_m]]),
            base_rpy_rad=np.zeros((1, 3)),
            upper_rad=joints[None, solver.upper],
            feet_m=solver.stand_feet_m[None],
            hands=(HandTarget(side=hand.side, position_m=hand.position_m[k : k + 1], weight=np.ones(1)),),
        )
        joints[arm] = solver.solve(targets)[0, 7:][arm]
    return joints[arm]
