"""Hands at the desk: where they are to be, and the posture of the arm that takes them there.

A reach has two halves that agree: key poses of the arm, so that it travels like any other move and arrives on its beat,
and a target for the hand itself, which holds it on the control while the body dances on above its planted feet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
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
FLICK_S = 0.08  # a cut moves a fader within milliseconds; a hand takes this long (sd of its course), before and after
_ANCHORINGS = 4
_SIDES = ("left", "right")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HandWork:
    """The work of one hand over a whole dance.

    Attributes:
        side: "left" or "right".
        reaches: In order of time.
        position_m: Where the hand is to be at each instant, in the robot's own frame, shape (n, 3).
        weight: 0 (the arm dances) to 1 (the hand is there), shape (n,).
    """

    side: str
    reaches: tuple[Reach, ...]
    position_m: Floats
    weight: Floats

    @property
    def layer(self) -> Layer:
        """The layer of the arm."""
        return "left_arm" if self.side == "left" else "right_arm"


def work_of_hands(
    reaches: Sequence[Reach],
    automation: Sequence[Automation],
    performer: Performer,
    stage: Stage,
    ground_m: float,
    grid: BeatGrid,
    knots_s: Floats,
) -> tuple[HandWork, ...]:
    """Where each hand with work is to be.

    Raises:
        MotionInfeasible: A reach names a control that the desk does not have, or two reaches of a hand leave no time
            to go from one to the other.
    """
    beats = grid.beat_at(knots_s)
    work = []
    for side in _SIDES:
        mine = sorted((r for r in reaches if r.hand == side), key=lambda r: r.start_beat)
        if mine:
            _require_time_between(mine)
            paths = [_path(r, automation, performer, stage, ground_m, grid, knots_s) for r in mine]
            work.append(_joined(side, mine, paths, beats))
    return tuple(work)


def _require_time_between(reaches: Sequence[Reach]) -> None:
    for a, b in pairwise(reaches):
        if b.start_beat - a.end_beat < TRAVEL_BEATS:
            raise MotionInfeasible(
                f"{a.performer}: the {a.hand} hand is at {a.target} until beat {a.end_beat:g} and at {b.target} from "
                f"beat {b.start_beat:g}; it needs {TRAVEL_BEATS:g} beat or more between them"
            )


def _path(
    reach: Reach,
    automation: Sequence[Automation],
    performer: Performer,
    stage: Stage,
    ground_m: float,
    grid: BeatGrid,
    knots_s: Floats,
) -> Floats:
    """Where the hand on the control is, at all instants, in the robot's own frame, shape (n, 3)."""
    control = stage.desk.controls.get(reach.target)
    if control is None:
        raise MotionInfeasible(
            f"{reach.performer}: no control {reach.target!r} on the desk (reach at beat {reach.start_beat:g}); "
            f"there are {', '.join(stage.desk.controls)}"
        )
    beats, value = grid.beat_at(knots_s), np.full(len(knots_s), 0.5)
    for course in automation:
        if course.deck == reach.automation_deck and course.control == reach.automation_control:
            at = course.at(np.clip(beats, reach.start_beat, reach.end_beat))
            value = (at + 1.0) / 2.0 if course.control == "filter" else at
    value = gaussian_filter1d(value, FLICK_S / float(np.median(np.diff(knots_s))), mode="nearest")
    on_stage = control.position_at(value) + np.array([0.0, 0.0, HOVER_M])
    mark = np.array([*performer.mark_m, ground_m])
    return np.asarray(Rotation.from_euler("z", -performer.facing_rad).apply(on_stage - mark))


def _joined(side: str, reaches: Sequence[Reach], paths: Sequence[Floats], beats: Floats) -> HandWork:
    """One course for the whole dance; it changes from control to control half-way between, where the weight is 0."""
    weight, position = np.zeros(len(beats)), paths[0].copy()
    for i, (reach, path) in enumerate(zip(reaches, paths, strict=True)):
        travel = TRAVEL_BEATS
        if i:
            last = reaches[i - 1].end_beat
            position[beats >= 0.5 * (last + reach.start_beat)] = path[
                beats >= 0.5 * (last + reach.start_beat)
            ]
            travel = min(travel, 0.5 * (reach.start_beat - last))
        after = TRAVEL_BEATS
        if i + 1 < len(reaches):
            after = min(after, 0.5 * (reaches[i + 1].start_beat - reach.end_beat))
        arriving = _ramp(beats, reach.start_beat - travel, reach.start_beat)
        leaving = _ramp(beats, reach.end_beat, reach.end_beat + after)
        weight += arriving - leaving
    return HandWork(side=side, reaches=tuple(reaches), position_m=position, weight=weight.clip(0.0, 1.0))


def _ramp(beats: Floats, start: float, end: float) -> Floats:
    """0 before ``start``, 1 from ``end`` on, minimum-jerk between."""
    s = np.clip((beats - start) / max(end - start, 1e-9), 0.0, 1.0)
    return np.asarray(s**3 * (10.0 - 15.0 * s + 6.0 * s * s))


def with_reaching_arms(
    score: Score, work: Sequence[HandWork], solver: BodySolver, rest_pose: Rest, knots_s: Floats
) -> Score:
    """The same dance with the key poses of arms at work replaced by those that reach."""
    keys: Mapping[Layer, LayerKeys] = dict(score.keys)
    for hand in work:
        layer_keys = keys[hand.layer]
        free = np.ones(len(layer_keys.beats), dtype=bool)
        beats, poses = [], []
        for reach in hand.reaches:
            free &= (layer_keys.beats <= reach.start_beat - TRAVEL_BEATS) | (
                layer_keys.beats >= reach.end_beat + TRAVEL_BEATS
            )
            for beat in (reach.start_beat, reach.end_beat):
                k = int(np.searchsorted(knots_s, score.beat_grid.time_at(beat)).clip(0, len(knots_s) - 1))
                beats.append(beat)
                poses.append(_posture(hand, solver, rest_pose, k))
        all_beats = np.concatenate([beats, layer_keys.beats[free]])
        all_poses = np.vstack([poses, layer_keys.poses[free]])
        first = np.unique(np.round(all_beats, 6), return_index=True)[1]
        keys = {**keys, hand.layer: replace(layer_keys, beats=all_beats[first], poses=all_poses[first])}
    return replace(score, keys=keys)


def hand_targets(score: Score, work: Sequence[HandWork], knots_s: Floats) -> tuple[HandTarget, ...]:
    """Targets for hands, with the postures that their arms have at work.

    Args:
        score: The dance, with reaching arms.
        work: What the hands do.
        knots_s: The instants for which ``work`` was made.
    """
    targets = []
    for hand in work:
        edges = np.array([score.beat_grid.time_at([r.start_beat, r.end_beat]) for r in hand.reaches])
        half_way = 0.5 * (edges[:-1, 1] + edges[1:, 0])
        which = np.searchsorted(half_way, knots_s, side="right")
        at_work = np.clip(knots_s, edges[which, 0], edges[which, 1])
        arm_rad = score.curves()[hand.layer].at(at_work)
        targets.append(
            HandTarget(side=hand.side, position_m=hand.position_m, weight=hand.weight, arm_rad=arm_rad)
        )
    return tuple(targets)


def _posture(hand: HandWork, solver: BodySolver, rest_pose: Rest, k: int) -> Floats:
    """The arm's angles with the hand in place and everything else at rest, shape (7,)."""
    rest = {name: value for part in rest_pose.values() for name, value in part.items()}
    names = [joint.removesuffix("_joint") for joint in solver.robot.joint_names]
    arm = [names.index(channel) for channel in rest_pose[hand.layer]]
    joints = np.array([rest.get(name, 0.0) for name in names])
    for _ in range(_ANCHORINGS):  # the posture is drawn to where the last answer was, so its pull vanishes
        target = HandTarget(
            side=hand.side,
            position_m=hand.position_m[k : k + 1],
            weight=np.ones(1),
            arm_rad=joints[None, arm],
        )
        targets = BodyTargets(
            base_m=np.array([[*solver.stand_com_m[:2], solver.robot.stand_height_m]]),
            base_rpy_rad=np.zeros((1, 3)),
            upper_rad=joints[None, solver.upper],
            feet_m=solver.stand_feet_m[None],
            hands=(target,),
        )
        joints[arm] = solver.solve(targets)[0, 7:][arm]
    return joints[arm]
