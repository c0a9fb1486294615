"""Every move of the vocabulary in physics: does it stand, does it hit, does it stay within its motors?

Each move is repeated for eight bars at 100, 116 and 128 BPM by one robot on an empty stage; figures for arms and chest
are danced over the plainest groove. Printed, a line a move and tempo: when it fell; mean and 95th percentile of the
beat error of the whole body at planned accents [ms] and the share of accents found; the same two of the reference; the
greatest share of a torque limit and where; steps with self-collisions.

    python benchmarks/dance.py [--bpm 100,116,128] [MOVE …]
"""

import argparse
from collections.abc import Sequence

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.choreography import load_moves
from temirbek.measures.beat_error import errors_at, executed_accents, mean_speed
from temirbek.motion import realize
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.types import BeatGrid, Choreography, Move, MoveCall, Performer, Trajectory

FIRST_BEAT, BARS = 4.0, 8
RATE_HZ = 500.0
GROOVES = {"g1": "bounce", "go2": "cat_bounce"}


def dance_of(move: Move, bpm: float) -> tuple[Choreography, BeatGrid, float]:
    """One performer who repeats one move for eight bars; returns the dance, its grid and its length [s]."""
    beats = 4.0 * BARS
    grid = BeatGrid(beats_s=0.1 + np.arange(int(beats) + 12) * 60.0 / bpm)
    performer = Performer(id="solo", name="Solo", robot=move.robot, role="dancer", mark_m=(1.5, 0.0))
    names = [move.name] if "legs" in move.layers else [move.name, GROOVES[move.robot]]
    calls = tuple(
        MoveCall(performer="solo", move=n, start_beat=FIRST_BEAT, length_beats=beats, intensity=1.0)
        for n in names
    )
    return (
        Choreography(performers=(performer,), calls=calls),
        grid,
        float(grid.time_at(FIRST_BEAT + beats + 3)),
    )


def accents_s(move: Move, grid: BeatGrid) -> NDArray[np.float64]:
    """Planned accents of the whole body [s], less those of the first two beats."""
    repeats = np.arange(int(4 * BARS / move.length_beats)) * move.length_beats
    beats = [a.beat + r for r in repeats for a in move.accents if a.part == "whole"]
    return np.asarray(grid.time_at([FIRST_BEAT + b for b in sorted(beats) if b >= 2.0]))


def reference_points_m(
    trajectory: Trajectory, model: mujoco.MjModel, names: Sequence[str]
) -> NDArray[np.float64]:
    """Key points of a reference at 500 Hz, shape (n, k, 3)."""
    data = mujoco.MjData(model)
    points = []
    for time_s in np.arange(0.0, trajectory.end_s, 1.0 / RATE_HZ):
        data.qpos[:] = trajectory.at(float(time_s)).qpos
        mujoco.mj_kinematics(model, data)
        points.append([data.body(name).xpos.copy() for name in names])
    return np.array(points)


def beat_errors(points_m: NDArray[np.float64], move: Move, grid: BeatGrid) -> NDArray[np.float64]:
    """Errors at planned accents [ms]; NaN where none was found."""
    executed = executed_accents(mean_speed(points_m, RATE_HZ), RATE_HZ, 0.0)
    return errors_at(executed, accents_s(move, grid), grid)


def line(move: Move, bpm: float) -> str:
    """One row of the table."""
    dance, grid, end_s = dance_of(move, bpm)
    (performer,) = dance.performers
    robot, physics, stage = robot_model(move.robot), robot_physics(move.robot), default_stage()
    trajectory = realize(dance, performer, grid, load_moves(), robot, physics, stage, (), end_s=end_s)
    motion = perform({"solo": trajectory}, [performer], stage)["solo"]
    fell = "stood" if motion.fell_at_s is None else f"fell at {motion.fell_at_s:.1f} s"
    hit = ""
    if move.accents:
        names = [name for name, _ in robot.key_points]
        e = beat_errors(motion.key_points_m.astype(float), move, grid)
        r = beat_errors(reference_points_m(trajectory, physics, names), move, grid)
        hit = (
            f"{np.nanmean(np.abs(e)):5.1f} {np.nanpercentile(np.abs(e), 95):5.1f} {np.isfinite(e).mean():5.2f}   "
            f"{np.nanmean(np.abs(r)):5.2f} {np.nanpercentile(np.abs(r), 95):5.2f}"
        )
    joint = motion.joint_names[int(np.argmax(motion.torque_share_peak))]
    return (
        f"{move.name:18} {bpm:4.0f}  {fell:12} {hit:34} {motion.torque_share_peak.max():5.2f} {joint:22} "
        f"{motion.self_collisions:5d} {motion.collision_pairs[:2] or ''}"
    )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("moves", nargs="*")
    parser.add_argument("--bpm", default="100,116,128")
    options = parser.parse_args()
    moves = load_moves()
    print(f"{'move':18}  BPM  {'':12}  mean   p95   cov   ref mean/p95      torque share          collisions")
    for name in options.moves or moves:
        for bpm in options.bpm.split(","):
            print(line(moves[name], float(bpm)), flush=True)


if __name__ == "__main__":
    main()
