"""The verb: a choreography becomes reference motion."""

from collections.abc import Mapping, Sequence

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from temirbek.errors import MotionInfeasible
from temirbek.motion.balance import (
    centre_of_mass_shift,
    moved_corners,
    support_corners,
    zero_moment_point,
)
from temirbek.motion.channels import rest_of
from temirbek.motion.effort import eased
from temirbek.motion.footsteps import FeetCourse
from temirbek.motion.hands import hand_targets, with_reaching_arms, work_of_hands
from temirbek.motion.inverse_kinematics import BodySolver, HandTarget
from temirbek.motion.key_poses import layer_keys
from temirbek.motion.limits import feasible_keys, require_limits
from temirbek.motion.quadruped import QuadrupedDance
from temirbek.motion.reach import Legs
from temirbek.motion.score import Score
from temirbek.motion.smooth import Motion, placed, smooth_motion
from temirbek.motion.step_limits import StepLimits
from temirbek.motion.targets import Ground, humanoid_targets
from temirbek.motion.walking import WeightCourse
from temirbek.types import (
    Automation,
    BeatGrid,
    Choreography,
    Move,
    Performer,
    Progress,
    RobotModel,
    Stage,
    Trajectory,
    no_progress,
    start_place,
)

Floats = NDArray[np.float64]

COARSE_RATE_HZ = 50.0  # postures solved once to see where the zero-moment point goes
BALANCE_ROUNDS = 2
KNOT_RATE_HZ = 100.0  # postures solved for good
RATE_HZ = 200.0  # rows of the trajectory


def realize(
    choreography: Choreography,
    performer: Performer,
    grid: BeatGrid,
    moves: Mapping[str, Move],
    robot: RobotModel,
    physics: mujoco.MjModel,
    stage: Stage,
    automation: Sequence[Automation],
    *,
    end_s: float,
    on_progress: Progress = no_progress,
) -> Trajectory:
    """Makes one performer's part of a choreography into motion that its body can follow.

    Args:
        choreography: The dance, in mix beats.
        performer: Whose part.
        grid: The mix's beats.
        moves: The vocabulary: name → move.
        robot, physics: The performer's body.
        stage: Where it stands, and where the desk's controls are.
        automation: What the controls do while hands are on them.
        end_s: Length of the motion, from mix time 0 [s].
        on_progress: Hears the share done.

    Returns:
        The reference on mix time from 0 to ``end_s``, in the stage frame. It begins and ends standing still.

    Raises:
        MotionInfeasible: The choreography cannot be danced by this body; the message names joint, limit and beat.
    """
    calls = [c for c in choreography.calls if c.performer == performer.id]
    reaches = [r for r in choreography.reaches if r.performer == performer.id]
    if end_s < 1.0:
        raise MotionInfeasible(f"{performer.id}: {end_s:g} s are too short to dance; expected 1 s or more")
    start_beat, end_beat = (float(b) for b in grid.beat_at([0.0, end_s]))
    rest_pose = rest_of(robot.kind, performer.role)
    keys = layer_keys(calls, moves, robot.kind, rest_pose, start_beat=start_beat, end_beat=end_beat)
    score = feasible_keys(Score(robot=robot.kind, keys=keys, beat_grid=grid), robot)
    if robot.kind == "go2":
        return _on_four_legs(choreography, performer, score, robot, physics, stage, end_s)
    knots_s = np.arange(int(np.ceil(end_s * KNOT_RATE_HZ)) + 3) / KNOT_RATE_HZ
    solver = BodySolver(physics, robot)
    start = start_place(performer)
    steps = choreography.footsteps.get(performer.id, ())
    feet = FeetCourse(performer.id, steps, robot.foot_names, solver.stand_feet_m, start, grid)
    corners = support_corners(physics, robot, solver.stand_qpos)
    limits = StepLimits(performer.id, solver, feet, corners)
    limits.require_steps(start, stage, end_s)
    ground = Ground(
        feet=feet, weight=WeightCourse(feet, float(solver.stand_com_m[2]), end_s), legs=Legs(solver)
    )
    score = _within_strength(score, solver, ground, end_s)
    height_m = _ground_height_m((start.x_m, start.y_m), stage)
    work = work_of_hands(reaches, automation, performer, stage, height_m, grid, knots_s)
    score = with_reaching_arms(score, work, solver, rest_pose, knots_s)
    hands = hand_targets(score, work, knots_s)
    shift = _balanced(solver, score, hands, ground, corners, knots_s, on_progress)
    targets = humanoid_targets(solver, score, hands, ground, knots_s, shift)
    times_s = _rows_s(end_s)
    motion = smooth_motion(knots_s, solver.solve(targets), times_s)
    limits.require_reach(targets, knots_s, motion, times_s)
    contacts = feet.at(times_s).carries
    on_stage = placed(motion, (start.x_m, start.y_m), height_m, start.heading_rad)
    trajectory = _trajectory(performer, robot, on_stage, contacts)
    require_limits(trajectory, robot, grid)
    on_progress(1.0)
    return trajectory


def _on_four_legs(
    choreography: Choreography,
    performer: Performer,
    score: Score,
    robot: RobotModel,
    physics: mujoco.MjModel,
    stage: Stage,
    end_s: float,
) -> Trajectory:
    """A quadruped's part."""
    times_s = _rows_s(end_s)
    footsteps = choreography.footsteps.get(performer.id, ())
    dance = QuadrupedDance(robot, physics, performer, footsteps, score, times_s)
    motion, contacts = dance.motion()
    start = start_place(performer)
    height_m = _ground_height_m((start.x_m, start.y_m), stage)
    on_stage = placed(motion, (start.x_m, start.y_m), height_m, start.heading_rad)
    trajectory = _trajectory(performer, robot, on_stage, contacts)
    require_limits(trajectory, robot, score.beat_grid)
    return trajectory


def _ground_height_m(place_m: tuple[float, float], stage: Stage) -> float:
    """Height of the ground at a place: the riser's where it lies on it."""
    x, y, half_depth, half_width, height = stage.riser_m
    on_riser = abs(place_m[0] - x) <= half_depth and abs(place_m[1] - y) <= half_width
    return height if on_riser else 0.0


def _within_strength(score: Score, solver: BodySolver, ground: Ground, end_s: float) -> Score:
    """The dance, made smaller where waist or arms would be too weak for it."""
    coarse_s = _coarse_s(end_s)
    still = np.zeros((len(coarse_s), 2))

    def move(dance: Score) -> Motion:
        targets = humanoid_targets(solver, dance, (), ground, coarse_s, still, lands=False)
        return smooth_motion(coarse_s, solver.solve(targets), coarse_s)

    return eased(score, solver.robot, solver.model, coarse_s, move)


def _balanced(
    solver: BodySolver,
    score: Score,
    hands: tuple[HandTarget, ...],
    ground: Ground,
    corners: tuple[Floats, ...],
    knots_s: Floats,
    on_progress: Progress,
) -> Floats:
    """How to move the centre of mass so that the ground can carry the motion, at the knots, shape (n, 2)."""
    coarse_s = _coarse_s(float(knots_s[-1]))
    coarse_hands = tuple(h.at(knots_s, coarse_s) for h in hands)
    feet = ground.feet.at(coarse_s)
    standing = moved_corners(corners, solver.stand_feet_m, feet.soles_m, feet.yaw_rad)
    height_m = float(solver.stand_com_m[2])
    shift = np.zeros((len(coarse_s), 2))
    for done in range(BALANCE_ROUNDS):
        rough = humanoid_targets(solver, score, coarse_hands, ground, coarse_s, shift, lands=False)
        moving = smooth_motion(coarse_s, solver.solve(rough), coarse_s)
        point = zero_moment_point(solver.model, moving.qpos, moving.qvel, moving.qacc)
        shift = shift + centre_of_mass_shift(point, standing, feet.carries, height_m, COARSE_RATE_HZ)
        on_progress(0.6 * (done + 1) / BALANCE_ROUNDS)
    return np.asarray(make_interp_spline(coarse_s, shift)(knots_s))


def _coarse_s(end_s: float) -> Floats:
    return np.arange(int(np.ceil(end_s * COARSE_RATE_HZ)) + 3) / COARSE_RATE_HZ


def _rows_s(end_s: float) -> Floats:
    return np.arange(int(np.floor(end_s * RATE_HZ + 1e-9)) + 1) / RATE_HZ


def _trajectory(
    performer: Performer, robot: RobotModel, motion: Motion, contacts: NDArray[np.bool_]
) -> Trajectory:
    return Trajectory(
        performer=performer.id,
        joint_names=robot.joint_names,
        foot_names=robot.foot_names,
        start_s=0.0,
        rate_hz=RATE_HZ,
        qpos=motion.qpos,
        qvel=motion.qvel,
        qacc=motion.qacc,
        contacts=contacts,
    )
