"""What robots are given to dance: parts of a programme, and grooves for music that has no part yet.

A part is one ``.npz`` (trajectories) whose entry ``about`` is JSON: the programme it belongs to, from which mix time it is
valid, its beats, and what it hits. Whoever makes dances writes it with :func:`write_part`; the robots' process works it out
for its loop (:func:`lay_out`) in a child process, so that the loop does not feel it.
"""

import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from temirbek.errors import InvalidInput
from temirbek.stage.robots.tape import write_tape
from temirbek.store.nouns import from_json, to_json
from temirbek.types import Accent, BeatGrid, Footstep, Performer, Trajectory

FORMAT = 1
_ARRAYS = ("qpos", "qvel", "qacc")


@dataclass(frozen=True, slots=True, kw_only=True)
class GestureSpan:
    """Where a gesture lies in a part of gestures, from standing to standing [beats of the part].

    Attributes:
        stroke_beat: The first beat of the move: on it and on those after it a beat of the music may fall.
        first_beat, last_beat: Standing before, standing after.
        keeps_beat: Whether it may be made in another tempo.
        title: For people.
    """

    first_beat: float
    stroke_beat: float
    last_beat: float
    keeps_beat: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DancePart:
    """A dance of some performers to one programme, or a loop that suits any.

    Attributes:
        id: Unique among the parts of a run; also a name of files.
        title: For people.
        programme: What must sound for it ("": anything).
        performers: Who dances, and where their marks are.
        trajectories: Performer id → reference on mix time.
        grid: Beats of that mix.
        valid_from_s: Before that mix time another part counts [s].
        accents, footsteps: Performer id → what is hit and stepped, in mix beats.
        loop_beats: (first, last) beat of a loop that is danced by beat alone; None: it follows mix time.
        gestures: Name → where it lies, in a part that is no dance but the gestures of one performer.
    """

    id: str
    title: str = ""
    programme: str = ""
    performers: tuple[Performer, ...]
    trajectories: Mapping[str, Trajectory]
    grid: BeatGrid
    valid_from_s: float = 0.0
    accents: Mapping[str, tuple[Accent, ...]] = field(default_factory=dict)
    footsteps: Mapping[str, tuple[Footstep, ...]] = field(default_factory=dict)
    loop_beats: tuple[float, float] | None = None
    gestures: Mapping[str, GestureSpan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        missing = [p.id for p in self.performers if p.id not in self.trajectories]
        if missing:
            raise InvalidInput(f"part {self.id!r} has no trajectory for {', '.join(missing)}")
        if not self.id or any(c in self.id for c in "/\\\0") or self.id.startswith("."):
            raise InvalidInput(f"{self.id!r} is no name of a part: it becomes a file's name")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class About:
    """What a part says of itself beside its trajectories; fields as of :class:`DancePart`."""

    id: str
    title: str
    programme: str
    performers: tuple[Performer, ...]
    grid: BeatGrid
    valid_from_s: float
    accents: Mapping[str, tuple[Accent, ...]]
    footsteps: Mapping[str, tuple[Footstep, ...]]
    loop_beats: tuple[float, float] | None
    gestures: Mapping[str, GestureSpan] = field(default_factory=dict)

    def performer(self, name: str) -> Performer | None:
        """Who has this id, if somebody does."""
        return next((p for p in self.performers if p.id == name), None)


def write_part(path: Path, part: DancePart) -> None:
    """Writes a part to ``path``; it appears there only when it is whole."""
    about = {
        "format": FORMAT,
        **{name: to_json(getattr(part, name)) for name in About.__dataclass_fields__},
    }
    arrays: dict[str, Any] = {"about": np.array(json.dumps(about, ensure_ascii=False))}
    for name, trajectory in part.trajectories.items():
        for array in _ARRAYS:
            arrays[f"{name}/{array}"] = getattr(trajectory, array).astype(np.float32)
        arrays[f"{name}/contacts"] = trajectory.contacts
        arrays[f"{name}/times"] = np.array([trajectory.start_s, trajectory.rate_hz])
        arrays[f"{name}/joint_names"] = np.array(trajectory.joint_names)
        arrays[f"{name}/foot_names"] = np.array(trajectory.foot_names)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            np.savez(file, **arrays)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_part(path: Path) -> DancePart:
    """A part as :func:`write_part` wrote it.

    Raises:
        InvalidInput: The file is not there, or is no part.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as data:
            about = json.loads(str(data["about"]))
            if about.pop("format", None) != FORMAT:
                raise ValueError(f"expected format {FORMAT}")
            said = from_json(About, about)
            trajectories = {p.id: _trajectory(data, p.id) for p in said.performers}
    except (OSError, KeyError, ValueError) as error:
        raise InvalidInput(f"{path}: is no part of a dance ({error})") from error
    return DancePart(
        trajectories=trajectories, **{name: getattr(said, name) for name in About.__dataclass_fields__}
    )


def _trajectory(data: Mapping[str, Any], name: str) -> Trajectory:
    start_s, rate_hz = (float(x) for x in data[f"{name}/times"])
    return Trajectory(
        performer=name,
        joint_names=tuple(str(x) for x in data[f"{name}/joint_names"]),
        foot_names=tuple(str(x) for x in data[f"{name}/foot_names"]),
        start_s=start_s,
        rate_hz=rate_hz,
        contacts=data[f"{name}/contacts"],
        **{array: data[f"{name}/{array}"].astype(float) for array in _ARRAYS},
    )


def lay_out(path: Path, folder: Path) -> None:
    """Works a part out for the loop: ``about.json`` and one tape for each performer; seconds of work.

    Args:
        path: Of the part.
        folder: Where to; ``about.json`` appears last, so that a folder that has one is whole.

    Raises:
        InvalidInput: The file is no part.
    """
    part = read_part(path)
    folder.mkdir(parents=True, exist_ok=True)
    for performer in part.performers:
        trajectory = part.trajectories[performer.id]
        start_s = max(
            trajectory.start_s, part.valid_from_s if part.loop_beats is None else trajectory.start_s
        )
        write_tape(
            folder / performer.id, performer.robot, trajectory, start_s=start_s, end_s=trajectory.end_s
        )
    about = {name: to_json(getattr(part, name)) for name in About.__dataclass_fields__}
    partial = folder / f".about.{os.getpid()}.partial"
    partial.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    partial.replace(folder / "about.json")


def read_about(folder: Path) -> About:
    """What the part that was laid out there says of itself."""
    return from_json(About, json.loads((folder / "about.json").read_text(encoding="utf-8")))
