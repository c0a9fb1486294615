"""Small dances for tests of the robots: an arm that swings on the beat, and a foot that is said to step."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from temirbek.robots import default_stage
from temirbek.stage.robots.bodies import standing
from temirbek.stage.robots.loading import Loaded
from temirbek.stage.robots.parts import DancePart, lay_out, read_about, write_part
from temirbek.stage.robots.sources import Dance
from temirbek.stage.robots.tape import Tape
from temirbek.types import Accent, BeatGrid, Performer, Trajectory

RATE_HZ = 200.0
BPM = 120.0
ARM = {"g1": "left_elbow_joint", "go2": "FL_hip_joint"}


def swinging(
    performer: Performer,
    seconds: float,
    *,
    start_s: float = 0.0,
    steps: Sequence[tuple[float, float]] = (),
    shift_m: float = 0.0,
    swing_rad: float = 0.3,
) -> Trajectory:
    """An arm goes out on one beat and back on the next, from standing and back to it.

    Args:
        performer: Whose.
        seconds: How long.
        start_s: Mix time of the first row [s].
        steps: Stretches [mix s] in which the first foot is said to be in the air.
        shift_m: How far along x all of it is danced from the mark.
        swing_rad: How far the arm goes.
    """
    stand = standing(performer, default_stage())
    n = round(seconds * RATE_HZ) + 1
    times_s = np.arange(n) / RATE_HZ
    omega = np.pi * BPM / 60.0
    joint = stand.joint_names.index(ARM[performer.robot])
    edge_s = 0.5
    u = np.clip(np.minimum(times_s, times_s[-1] - times_s) / edge_s, 0.0, 1.0)
    fade = u**3 * (10 - 15 * u + 6 * u**2)
    course = swing_rad * fade * 0.5 * (1.0 - np.cos(omega * times_s))
    qpos = np.tile(stand.qpos[0], (n, 1))
    qpos[:, 0] += shift_m
    qvel, qacc = np.zeros((n, stand.qvel.shape[1])), np.zeros((n, stand.qvel.shape[1]))
    qpos[:, 7 + joint] += course
    qvel[:, 6 + joint] = np.gradient(course, times_s)
    qacc[:, 6 + joint] = np.gradient(qvel[:, 6 + joint], times_s)
    contacts = np.ones((n, len(stand.foot_names)), dtype=bool)
    for lift_s, touch_s in steps:
        contacts[(times_s + start_s >= lift_s) & (times_s + start_s < touch_s), 0] = False
    return Trajectory(
        performer=performer.id,
        joint_names=stand.joint_names,
        foot_names=stand.foot_names,
        start_s=start_s,
        rate_hz=RATE_HZ,
        qpos=qpos,
        qvel=qvel,
        qacc=qacc,
        contacts=contacts,
    )


def part_of(
    cast: Sequence[Performer],
    trajectories: Sequence[Trajectory],
    *,
    name: str = "part",
    loop_beats: tuple[float, float] | None = None,
    programme: str = "mix",
) -> DancePart:
    """A part of these trajectories, with an accent on every beat."""
    end_s = max(t.end_s for t in trajectories)
    grid = BeatGrid(beats_s=np.arange(int(end_s * BPM / 60.0) + 2) * 60.0 / BPM)
    accents = tuple(Accent(beat=float(b)) for b in range(2, grid.n_beats - 4))
    return DancePart(
        id=name,
        title=name,
        programme="" if loop_beats else programme,
        performers=tuple(cast),
        trajectories={p.id: t for p, t in zip(cast, trajectories, strict=True)},
        grid=grid,
        accents={p.id: accents for p in cast},
        loop_beats=loop_beats,
    )


def laid_out(part: DancePart, folder: Path) -> Path:
    """The part worked out for the loop, in this process."""
    out = folder / part.id
    if not out.exists():
        write_part(folder / f"{part.id}.npz", part)
        lay_out(folder / f"{part.id}.npz", out)
    return out


def loaded(folder: Path) -> Loaded:
    """What the loader would hand over."""
    about = read_about(folder)
    dances = {p.id: Dance(about=about, tape=Tape.read(folder / p.id, p.robot)) for p in about.performers}
    return Loaded(part=about.id, about=about, dances=dances)
