"""From a recorded dance to a move of one's own vocabulary."""

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d

from temirbek.choreography import move_from_text
from temirbek.choreography.vocabulary import CHANNELS
from temirbek.choreography.write_move import move_text
from temirbek.errors import InvalidInput, MotionInfeasible
from temirbek.interchange.bvh import read_bvh
from temirbek.interchange.g1_csv import RATE_HZ, read_g1_csv
from temirbek.interchange.skeleton_map import body_of, read_map
from temirbek.motion import realize
from temirbek.motion.clip import Clip, clip_of
from temirbek.motion.effort import TORQUE_SHARE, torque_shares
from temirbek.motion.loop import Loop, cut_loops
from temirbek.motion.recorded import Feasible, feasible_loop, loop_motion, move_layers, opened, weaker
from temirbek.motion.retarget import clip_of_body
from temirbek.motion.warp import Accents, Warp, find_accents, find_pulse, warp_to_beats
from temirbek.robots import default_stage, robot_model, robot_physics
from temirbek.store import write_text
from temirbek.types import BeatGrid, Choreography, Move, MoveCall, Performer, Trajectory

Floats = NDArray[np.float64]

SLOWEST_BPM, FASTEST_BPM = 88.0, 128.0
"""The tempi at which an imported move must be feasible at least; its own belongs to them in any case."""
_AT_OWN_TEMPO = 0.9, 1.05
_TRIAL_BEAT = 4.0  # a trial begins so late, from rest
_ROUNDS, _TRIALS = 12, 4
_INSTANTS_A_BEAT = 24
_SMALLEST = 0.6
_CLEAR_M = 0.01
_EVERY_ROWS = 4  # of the trajectory are looked at for touching
_ARM_LINKS = ("shoulder", "elbow", "wrist")
RANGES = {channel: limits for layer in CHANNELS["g1"].values() for channel, limits in layer.items()}
"""Channel → (lowest, highest) of a G1's vocabulary."""
_DANCER = Performer(id="trial", name="Trial", robot="g1", role="dancer", mark_m=(1.0, 0.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWishes:
    """What a person knows or wants of a recording.

    Attributes:
        name: Of the move; by default made from the file's name.
        rate_hz: Rows a second of a table [Hz].
        bpm: Its tempo.
        first_beat_s: Where a beat lies in it [s].
        bars: How long the move is to be.
        from_s, to_s: The stretch of the recording to take [s].
        skeleton_map: A file that says which joint of a BVH file is which part of the body; by default it is told by
            their names.
    """

    name: str = ""
    rate_hz: float = RATE_HZ
    bpm: float | None = None
    first_beat_s: float | None = None
    bars: int | None = None
    from_s: float = 0.0
    to_s: float | None = None
    skeleton_map: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportedMove:
    """A recording as a move, and how it became one.

    Attributes:
        path: The data file.
        move: What is in it.
        clip, accents, warp: What was found in the recording.
        made: What was changed.
        skeleton: The skeleton map that was used; "" for a robot's own motion.
    """

    path: Path
    move: Move
    clip: Clip
    accents: Accents
    warp: Warp
    made: Feasible
    skeleton: str = ""


def import_motion(source: Path, out_dir: Path, wishes: ImportWishes) -> ImportedMove:
    """Reads a recorded dance, puts its accents on beats, makes it feasible and writes it as a move.

    Args:
        source: A table of a G1's postures (``.csv``), or a human's skeleton (``.bvh``).
        out_dir: Folder of moves; the file goes to ``<out_dir>/g1/<name>.toml``.
        wishes: What a person knows or wants of it.

    Raises:
        InvalidInput: The file is not what it should be, or there is nothing in it to dance.
        MotionInfeasible: Too much would have to be cut; the message names joint and beat.
    """
    name = wishes.name or _name_of(source)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise InvalidInput(
            f"{name!r}: the name of a move; expected small letters, digits and _, a letter first"
        )
    clip, skeleton = _read_clip(source, wishes)
    accents = find_accents(clip.points_m, clip.rate_hz)
    if len(accents.times_s) < 4:
        raise InvalidInput(f"{source.name}: {len(accents.times_s)} accents found; a dance needs 4 or more")
    pulse = find_pulse(accents, bpm=wishes.bpm, first_beat_s=wishes.first_beat_s)
    warp = warp_to_beats(accents, pulse)
    loops = cut_loops(clip, warp, bars=wishes.bars, from_s=wishes.from_s, to_s=wishes.to_s)
    tempi = (
        float(np.floor(min(SLOWEST_BPM, _AT_OWN_TEMPO[0] * pulse.bpm))),
        float(np.ceil(max(FASTEST_BPM, _AT_OWN_TEMPO[1] * pulse.bpm))),
    )
    made = _first_feasible(loops, name, tempi, clip.source)
    move = _move(made, name, tempi, source)
    path = out_dir / "g1" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = move_text(move, _remarks(source, clip, made, pulse.bpm))
    move = move_from_text(text, name, "g1", where=path.name)  # what is written is what will be read
    write_text(path, text)
    return ImportedMove(
        path=path, move=move, clip=clip, accents=accents, warp=warp, made=made, skeleton=skeleton
    )


def _read_clip(source: Path, wishes: ImportWishes) -> tuple[Clip, str]:
    """The recording as channels, and the skeleton map that was used ("" for a robot's own)."""
    robot, physics = robot_model("g1"), robot_physics("g1")
    if not source.is_file():
        raise InvalidInput(f"{source}: no such file")
    if source.suffix.lower() == ".csv":
        return clip_of(read_g1_csv(source, rate_hz=wishes.rate_hz), robot, physics), ""
    if source.suffix.lower() == ".bvh":
        skeleton = read_map(wishes.skeleton_map) if wishes.skeleton_map is not None else None
        body, used = body_of(read_bvh(source), skeleton)
        return clip_of_body(body, robot, physics), used.title
    raise InvalidInput(
        f"{source.name}: motion is read from .csv (a G1's postures) and .bvh, not from {source.suffix!r}"
    )


def _name_of(source: Path) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", source.stem).lower()).strip("_")
    return plain if plain[:1].isalpha() else f"clip_{plain}"


def _move(made: Feasible, name: str, tempi: tuple[float, float], source: Path) -> Move:
    layers, accents = move_layers(made.loop)
    return Move(
        name=name,
        family="imported",
        title=f"Imported: {source.stem}",
        robot="g1",
        length_beats=float(made.loop.length_beats),
        layers=layers,
        accents=accents,
        energy=(0.3, 1.0),
        moods=("verse", "build", "drop"),
        tempo_bpm=tempi,
    )


def _remarks(source: Path, clip: Clip, made: Feasible, bpm: float) -> list[str]:
    loop = made.loop
    return [
        f"Imported from {source.name}, {loop.start_s:.2f}-{loop.end_s:.2f} s; all rights in the recording remain with "
        "its owner, whose terms hold for this file too.",
        f"Danced there at {bpm:.1f} BPM; accents warped onto beats, feet planted (the recording went {clip.travel_m:.1f} "
        "m over the floor).",
        *(f"{c.channel}: {c.share_left:.0%} of its amplitude, for {c.why}." for c in made.changes),
        *(
            [f"Shoulders opened by up to {made.outward_rad:.2f} rad, clear of the body."]
            if made.outward_rad
            else []
        ),
    ]


def _first_feasible(loops: Sequence[Loop], name: str, tempi: tuple[float, float], source: str) -> Feasible:
    """The best loop that a robot can dance.

    Raises:
        MotionInfeasible: None can be danced; the message is that of the best.
    """
    refused: list[MotionInfeasible] = []
    robot, physics = robot_model("g1"), robot_physics("g1")
    for loop in loops:
        try:
            made = feasible_loop(loop, RANGES, robot, physics, tempo_bpm=tempi, source=source)
            return _strong_and_clear(made, name, tempi, source)
        except MotionInfeasible as error:
            refused.append(error)
    raise refused[0]


def _strong_and_clear(made: Feasible, name: str, tempi: tuple[float, float], source: str) -> Feasible:
    """The same, smaller where waist or arms would be too weak for it at the fastest tempo, arms clear of the body.

    Raises:
        MotionInfeasible: It would be too small, or an arm still touches the body, or legs cannot follow.
    """
    physics = robot_physics("g1")
    touching: dict[str, Floats] = {}
    for _ in range(_TRIALS):  # the trial alone knows where the legs are
        made = _above_the_hips(made, tempi[1], source)
        trajectory = _trial(_move(made, name, tempi, Path(source)), tempi[1])
        beats = np.arange(len(trajectory.qpos)) / trajectory.rate_hz * tempi[1] / 60.0 - _TRIAL_BEAT
        inside = (beats >= 0) & (beats < made.loop.length_beats)
        touching = _touching(trajectory.qpos[inside][::_EVERY_ROWS], beats[inside][::_EVERY_ROWS], physics)
        if not touching:
            return made
        made = opened(made, touching, RANGES)
    side, where = next(iter(touching.items()))
    raise MotionInfeasible(
        f"{source}: the {side} arm touches the body at beat {where[0] % made.loop.length_beats:.2f} of the move, "
        f"though its shoulder was opened by {made.outward_rad:.2f} rad. Another stretch (--from, --to) may do"
    )


def _above_the_hips(made: Feasible, bpm: float, source: str) -> Feasible:
    """The same, as strong as waist and arms are at a tempo, and clear of the trunk."""
    robot, physics = robot_model("g1"), robot_physics("g1")
    for _ in range(_ROUNDS):
        motion = loop_motion(made.loop, robot, bpm=bpm, instants_a_beat=_INSTANTS_A_BEAT)
        beats = np.arange(len(motion.qpos)) / _INSTANTS_A_BEAT
        share = torque_shares(motion, robot, physics).max(axis=1)
        touching = _touching(motion.qpos, beats, physics)
        if share.max() <= TORQUE_SHARE and not touching:
            break
        if share.max() > TORQUE_SHARE:
            size = np.clip(TORQUE_SHARE / np.maximum(share, 1e-9), _SMALLEST, 1.0)
            smallest = minimum_filter1d(size, _INSTANTS_A_BEAT, mode="wrap")
            made = weaker(made, smallest[np.searchsorted(beats, made.loop.beats)], source=source)
        made = opened(made, touching, RANGES)
    return made


def _touching(qpos: Floats, beats: Floats, physics: mujoco.MjModel) -> dict[str, Floats]:
    """Side → beats at which that arm comes nearer than a margin to the rest of the body."""
    model = copy(physics)
    model.geom_margin[:] = _CLEAR_M / 2
    data = mujoco.MjData(model)
    found: dict[str, list[float]] = {}
    for row in range(len(qpos)):
        data.qpos[:] = qpos[row]
        mujoco.mj_kinematics(model, data)
        mujoco.mj_collision(model, data)
        for contact in data.contact:
            links = {model.body(int(model.geom_bodyid[g])).name for g in contact.geom}
            for side in ("left", "right"):
                if any(link.startswith(f"{side}_{part}") for link in links for part in _ARM_LINKS):
                    found.setdefault(side, []).append(float(beats[row]))
    return {side: np.unique(where) for side, where in found.items()}


def _trial(move: Move, bpm: float) -> Trajectory:
    """The reference motion of the move, danced once alone."""
    end_beat = _TRIAL_BEAT + move.length_beats + 4.0
    grid = BeatGrid(beats_s=np.arange(end_beat + 2.0) * (60.0 / bpm))
    call = MoveCall(
        performer=_DANCER.id,
        move=move.name,
        start_beat=_TRIAL_BEAT,
        length_beats=move.length_beats,
        intensity=1.0,
    )
    return realize(
        Choreography(performers=(_DANCER,), calls=(call,)),
        _DANCER,
        grid,
        {move.name: move},
        robot_model("g1"),
        robot_physics("g1"),
        default_stage(),
        (),
        end_s=float(grid.time_at(end_beat)),
    )
