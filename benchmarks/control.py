"""How well the whole-body controller dances: bounce, sway and arms on every beat, in physics.

    python benchmarks/control.py [--seconds 30] [--bpm 100 120 128] [--scene]

For each tempo: did it fall; beat error of the executed motion at every beat (mean / 95th percentile, whole body, hands,
pelvis); joint error; greatest share of a torque limit; centre-of-pressure margin. With ``--scene``: three G1 and a Go2
in one scene, and how much faster than the music they are (processor time, one core).

The references are made here with mink: key poses of the arms on the beats, a pelvis that bounces, a centre of mass that
sways, planted feet.
"""

import argparse
import os
import time
from dataclasses import dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import mink
import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from temirbek.measures.beat_error import errors_at, executed_accents, mean_speed
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.types import BeatGrid, ExecutedMotion, Performer, Trajectory

Floats = NDArray[np.float64]
KNOT_RATE_HZ, RATE_HZ = 100.0, 500.0
START_S, SETTLE_S = 1.5, 3.0
POSES: tuple[dict[str, float], ...] = (
    {"l_shoulder_roll": 1.3, "r_shoulder_roll": -1.3, "b_shoulder_pitch": -0.2, "b_elbow": 1.0},
    {"l_shoulder_roll": 0.25, "r_shoulder_roll": -0.25, "b_shoulder_pitch": 0.1, "b_elbow": 0.6},
    {"l_shoulder_pitch": -1.9, "l_shoulder_roll": 0.5, "l_elbow": 0.5, "r_shoulder_pitch": 0.3,
     "r_shoulder_roll": -0.5, "r_elbow": 0.9, "waist_yaw": 0.45},
    {"r_shoulder_pitch": -1.9, "r_shoulder_roll": -0.5, "r_elbow": 0.5, "l_shoulder_pitch": 0.3,
     "l_shoulder_roll": 0.5, "l_elbow": 0.9, "waist_yaw": -0.45},
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Groove:
    """Amplitudes of a reference: bounce and sway [m], arms as a share of the key poses, beats in a sway."""

    bounce_m: float = 0.06
    sway_m: float = 0.04
    arms: float = 1.0
    beats_per_sway: int = 2


def arrive(share: Floats) -> Floats:
    """Minimum-jerk passage from 0 to 1."""
    s = np.clip(share, 0.0, 1.0)
    return s**3 * (10 - 15 * s + 6 * s * s)


def arm_poses(names: tuple[str, ...], groove: Groove, beats: Floats) -> Floats:
    """Joint angles at given beat positions: a key pose on every beat."""
    rest = robot_model("g1").stand_rad
    table = np.tile(rest, (len(POSES), 1))
    for row, pose in zip(table, POSES, strict=True):
        for key, value in pose.items():
            side, plain = (key[:2], key[2:]) if key[1] == "_" else ("", key)
            for prefix in {"b_": ("left_", "right_"), "l_": ("left_",), "r_": ("right_",), "": ("",)}[side]:
                row[names.index(f"{prefix}{plain}_joint")] = value
    table = rest + groove.arms * (table - rest)
    order = np.array([0, 1] * 4 + [2, 3] * 4)
    beat = np.floor(beats).astype(int)
    s = arrive(beats - beat)[:, None]
    now, following = (table[order[(beat + i) % len(order)]] for i in (0, 1))
    poses: Floats = np.where((beats < 0)[:, None], table[0], now + (following - now) * s)
    return poses


def g1_reference(
    performer: Performer, grid: BeatGrid, seconds: float, groove: Groove, z_m: float
) -> Trajectory:
    """A dancing G1 on planted feet."""
    model, physics = robot_model("g1"), robot_physics("g1")
    knots = np.arange(0, seconds + 0.05, 1 / KNOT_RATE_HZ)
    beats = grid.beat_at(knots)
    fade = arrive((knots - 0.3) / 1.2)
    bounce = -groove.bounce_m * (0.5 + 0.5 * np.cos(2 * np.pi * beats)) * fade
    sway = groove.sway_m * np.cos(2 * np.pi * beats / groove.beats_per_sway) * fade
    angles = model.stand_rad + fade[:, None] * (arm_poses(model.joint_names, groove, beats) - model.stand_rad)
    configuration = mink.Configuration(physics)
    q = np.r_[0, 0, model.stand_height_m, 1, 0, 0, 0, model.stand_rad]
    configuration.update(q)
    soles = [physics.site(f"{f}_sole").id for f in model.foot_names]
    middle = configuration.data.site_xpos[soles].mean(axis=0)
    feet = []
    for foot, sole in zip(model.foot_names, soles, strict=True):
        task = mink.FrameTask(f"{foot}_sole", "site", position_cost=50.0, orientation_cost=20.0)
        place = configuration.data.site_xpos[sole] * [1, 1, 0]
        task.set_target(mink.SE3(np.r_[1, 0, 0, 0, place]))
        feet.append(task)
    com = mink.ComTask(cost=[20.0, 20.0, 0.0])
    trunk = mink.FrameTask("pelvis", "body", position_cost=[0, 0, 10], orientation_cost=5.0)
    posture = mink.PostureTask(physics, cost=np.r_[np.zeros(6), np.full(12, 1e-3), np.full(17, 3.0)])
    limits = [mink.ConfigurationLimit(physics)]
    rows = np.zeros((len(knots), physics.nq))
    for k in range(len(knots)):
        com.set_target(np.array([middle[0] - 0.01, sway[k], 0.0]))
        trunk.set_target(mink.SE3(np.r_[1, 0, 0, 0, 0, 0, model.stand_height_m - 0.02 + bounce[k]]))
        posture.set_target(np.r_[configuration.q[:7], angles[k]])
        for _ in range(40 if k == 0 else 2):
            velocity = mink.solve_ik(
                configuration, [*feet, com, trunk, posture], 0.01, "daqp", damping=1e-6, limits=limits
            )
            configuration.integrate_inplace(velocity, 0.01)
        rows[k] = configuration.q
    return splined(performer, knots, rows, physics, z_m, np.ones(2, dtype=bool))


def go2_reference(performer: Performer, grid: BeatGrid, seconds: float) -> Trajectory:
    """A Go2 that bounces and wiggles on planted feet."""
    model, physics = robot_model("go2"), robot_physics("go2")
    knots = np.arange(0, seconds + 0.05, 1 / KNOT_RATE_HZ)
    beats = grid.beat_at(knots)
    fade = arrive((knots - 0.3) / 1.2)
    configuration = mink.Configuration(physics)
    configuration.update(np.r_[0, 0, model.stand_height_m, 1, 0, 0, 0, model.stand_rad])
    tasks = []
    for foot in model.foot_names:
        task = mink.FrameTask(f"{foot}_sole", "site", position_cost=10.0, orientation_cost=0.0)
        task.set_target_from_configuration(configuration)
        tasks.append(task)
    trunk = mink.FrameTask("base", "body", position_cost=5.0, orientation_cost=5.0)
    rows = np.zeros((len(knots), physics.nq))
    for k in range(len(knots)):
        turn = 0.18 * fade[k] * np.cos(np.pi * beats[k])
        drop = fade[k] * 0.05 * (0.5 + 0.5 * np.cos(2 * np.pi * beats[k]))
        pose = mink.SE3.from_rotation_and_translation(
            mink.SO3.from_rpy_radians(0.5 * turn, 0.0, turn),
            np.array([0, 0, model.stand_height_m - 0.02 - drop]),
        )
        trunk.set_target(pose)
        for _ in range(40 if k == 0 else 2):
            velocity = mink.solve_ik(configuration, [*tasks, trunk], 0.01, "daqp", damping=1e-6)
            configuration.integrate_inplace(velocity, 0.01)
        rows[k] = configuration.q
    return splined(performer, knots, rows, physics, 0.0, np.ones(4, dtype=bool))


def splined(
    performer: Performer,
    knots: Floats,
    rows: Floats,
    physics: mujoco.MjModel,
    z_m: float,
    contacts: NDArray[np.bool_],
) -> Trajectory:
    """Postures joined by quintic splines in the tangent space, placed on the performer's mark."""
    model = robot_model(performer.robot)
    zero = np.r_[0, 0, 0, 1, 0, 0, 0, np.zeros(physics.nq - 7)]
    tangent = np.zeros((len(rows), physics.nv))
    for k, row in enumerate(rows):
        mujoco.mj_differentiatePos(physics, tangent[k], 1.0, zero, row)
    spline = make_interp_spline(knots, tangent, k=5)
    times = np.arange(0, knots[-1] - 0.03, 1 / RATE_HZ)
    y, v, a = (spline(times, order) for order in (0, 1, 2))
    qpos = np.tile(zero, (len(times), 1))
    for k in range(len(times)):
        mujoco.mj_integratePos(physics, qpos[k], y[k], 1.0)
    qpos[:, :3] += [*performer.mark_m, z_m]
    return Trajectory(
        performer=performer.id,
        joint_names=model.joint_names,
        foot_names=model.foot_names,
        start_s=0.0,
        rate_hz=RATE_HZ,
        qpos=qpos,
        qvel=v,
        qacc=a,
        contacts=np.tile(contacts, (len(times), 1)),
    )


def beat_grid(bpm: float, seconds: float) -> BeatGrid:
    return BeatGrid(beats_s=np.arange(START_S, seconds + 3.0, 60.0 / bpm))


def part_errors(motion: ExecutedMotion, grid: BeatGrid, part: str) -> Floats:
    """Errors [ms] at the beats, NaN where a beat has no accent."""
    end_s = motion.fell_at_s or motion.start_s + len(motion.qpos) / motion.rate_hz
    beats_s = grid.beats_s[(grid.beats_s > SETTLE_S) & (grid.beats_s < end_s - 0.6)]
    chosen = [part in ("whole", p) for p in motion.key_point_parts]
    if not any(chosen):
        return np.zeros(0)
    speed = mean_speed(motion.key_points_m[:, chosen], motion.rate_hz)
    errors: Floats = errors_at(executed_accents(speed, motion.rate_hz, motion.start_s), beats_s, grid)
    return errors


def line(name: str, motion: ExecutedMotion, grid: BeatGrid) -> str:
    """One line of results."""
    fell = "stood" if motion.fell_at_s is None else f"FELL {motion.fell_at_s:.1f} s"
    words = [f"{name:24s} {fell:12s}"]
    for part in ("whole", "hands", "pelvis"):
        e = part_errors(motion, grid, part)
        found = np.abs(e[np.isfinite(e)])
        if len(found):
            words.append(
                f"{part} {found.mean():4.1f}/{np.percentile(found, 95):5.1f} ms ({np.isfinite(e).mean():.0%})"
            )
    words.append(f"joints {np.degrees(np.sqrt((motion.joint_error_rad**2).mean())):.2f}°")
    worst = int(motion.torque_share_peak.argmax())
    words.append(
        f"torque {motion.torque_share_peak.max():.2f} {motion.joint_names[worst].removesuffix('_joint')}"
    )
    margin = motion.cop_margin_m[int(SETTLE_S * motion.rate_hz) :]
    words.append(f"CoP min {np.nanmin(margin) * 100:.1f} p5 {np.nanpercentile(margin, 5) * 100:.1f} cm")
    words.append(f"touched {motion.self_collisions} {motion.collision_pairs[:2]}")
    words.append(f"guard {motion.guard_interventions} solver {motion.solver_failures}")
    return " | ".join(words)


DANCER = Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(1.2, 0.95))
CAST = (
    DANCER,
    Performer(id="gold", name="Altyn", robot="g1", role="dancer", mark_m=(1.2, -0.95)),
    Performer(id="third", name="Third", robot="g1", role="dancer", mark_m=(-3.0, 0.0)),
    Performer(id="adilet", name="Adilet", robot="go2", role="animal", mark_m=(0.7, 2.6)),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--bpm", type=float, nargs="+", default=[100.0, 120.0, 128.0])
    parser.add_argument("--bounce-m", type=float, default=Groove().bounce_m)
    parser.add_argument("--sway-m", type=float, default=Groove().sway_m)
    parser.add_argument("--arms", type=float, default=Groove().arms)
    parser.add_argument("--sway-beats", type=int, default=Groove().beats_per_sway)
    parser.add_argument("--scene", action="store_true")
    options = parser.parse_args()
    groove = Groove(
        bounce_m=options.bounce_m, sway_m=options.sway_m, arms=options.arms, beats_per_sway=options.sway_beats
    )
    for bpm in options.bpm:
        grid = beat_grid(bpm, options.seconds)
        dance = {DANCER.id: g1_reference(DANCER, grid, options.seconds, groove, 0.0)}
        speed, push = (np.abs(getattr(dance[DANCER.id], name)[:, 6:]).max() for name in ("qvel", "qacc"))
        cast: tuple[Performer, ...] = (DANCER,)
        if options.scene:
            cast = CAST
            dance |= {p.id: g1_reference(p, grid, options.seconds, groove, 0.0) for p in CAST[1:3]}
            dance["adilet"] = go2_reference(CAST[3], grid, options.seconds)
        start = time.process_time()
        motions = perform(dance, cast, default_stage())
        took = time.process_time() - start
        print(
            f"{bpm:g} BPM, {len(cast)} robots: {options.seconds / took:.2f} × real time; reference joints ≤ {speed:.1f} rad/s, {push:.0f} rad/s²"
        )
        for performer in cast:
            print("  " + line(performer.id, motions[performer.id], grid), flush=True)


if __name__ == "__main__":
    main()
