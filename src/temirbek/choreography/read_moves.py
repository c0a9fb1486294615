"""Moves in: from data files, strictly. The format is documented in the room's essay and in ``docs/moves.md``."""

import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import cast, get_args

import numpy as np
from numpy.typing import NDArray

from temirbek.choreography.lint import faults_of_move, faults_of_vocabulary
from temirbek.choreography.move_table import MoveTable
from temirbek.choreography.vocabulary import CHANNELS, STEP_SCALES
from temirbek.errors import InvalidInput
from temirbek.types import (
    FEET,
    LAYERS,
    SECTION_LABELS,
    Accent,
    BodyPart,
    Layer,
    Move,
    MoveKeys,
    MoveParameter,
    MoveStep,
    RobotKind,
)

_KEYS = (
    "title",
    "family",
    "length_beats",
    "energy",
    "moods",
    "tempo_bpm",
    "tempo_rules",
    "after",
    "accents",
    "steps",
    "parameters",
    "layers",
)
_PARTS: tuple[BodyPart, ...] = get_args(BodyPart)
_MAX_LENGTH_BEATS = 64.0
_TEMPO_RULES = (2.0, 0.5)
_FARTHEST_STEP_M = 1.0  # of one cycle; whether a single step is short enough is the body's business
_FARTHEST_TURN_DEG = 360.0


def load_moves(folders: Sequence[Path] = ()) -> dict[str, Move]:
    """The whole vocabulary: name → move, in alphabetical order within each robot.

    Args:
        folders: Whose moves are added to the house's own: ``<folder>/<robot>/<name>.toml``.

    Raises:
        InvalidInput: A folder holds no moves; data files are wrong, or do not go together; the message has a line for
            every fault, with file, key and what is allowed.
    """
    moves: dict[str, Move] = {}
    faults: list[str] = [fault for folder in folders if (fault := _fault_of_folder(folder))]
    house = files("temirbek.choreography").joinpath("moves")
    for root, called in [(house, ""), *((folder, f"{folder}/") for folder in folders)]:
        for robot, entry in _entries(root):
            name = entry.name.removesuffix(".toml")
            where = f"{called}{robot}/{entry.name}"
            text = entry.read_text(encoding="utf-8")
            if not comment_of(text):
                faults.append(f"{where}: line 1: expected a comment that says what the move is")
            if name in moves:
                faults.append(f"{where}: the name {name!r} is taken by another move")
                continue
            try:
                moves[name] = move_from_text(text, name, robot, where=where)
            except InvalidInput as error:
                faults.append(str(error))
    faults += faults_of_vocabulary(moves) if not faults else []
    if faults:
        raise InvalidInput("\n".join(faults))
    return moves


def load_comments() -> dict[str, str]:
    """What each of the house's moves is, in the words of the first line of its file: name → words."""
    return {
        entry.name.removesuffix(".toml"): comment_of(entry.read_text(encoding="utf-8"))
        for _, entry in _entries(files("temirbek.choreography").joinpath("moves"))
    }


def _entries(root: Traversable) -> Iterator[tuple[RobotKind, Traversable]]:
    """The files of moves under a root, robot by robot, in alphabetical order."""
    for robot in CHANNELS:
        folder = root.joinpath(robot)
        if folder.is_dir():
            for entry in sorted(folder.iterdir(), key=lambda e: e.name):
                if entry.name.endswith(".toml"):
                    yield robot, entry


def _fault_of_folder(folder: Path) -> str:
    if any(_entries(folder)):
        return ""
    return f"{folder}: no moves; expected files {' or '.join(f'{robot}/*.toml' for robot in CHANNELS)} in it"


def comment_of(text: str) -> str:
    """The comment in the first line of a file; "" where there is none."""
    first = text.partition("\n")[0]
    return first.removeprefix("#").strip() if first.startswith("#") else ""


def move_from_text(text: str, name: str, robot: RobotKind, *, where: str) -> Move:
    """One move from the text of its file.

    Args:
        text: TOML.
        name: The file's name without its ending.
        robot: The folder in which the file lies.
        where: How messages call the file.

    Raises:
        InvalidInput: The text is not TOML, or something in it is not allowed; the message has a line for every fault.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{where}: not valid TOML: {error}") from error
    top = MoveTable(data, "", [])
    move = _move(top, name, robot)
    faults = top.faults or faults_of_move(move)
    if faults:
        raise InvalidInput("\n".join(f"{where}: {fault}" for fault in faults))
    return move


def _move(top: MoveTable, name: str, robot: RobotKind) -> Move:
    top.only(_KEYS)
    length = top.number("length_beats", 0.25, _MAX_LENGTH_BEATS)
    return Move(
        name=name,
        family=top.words("family"),
        title=top.words("title"),
        robot=robot,
        length_beats=length,
        layers=_layers(top, robot, length),
        accents=_accents(top, length),
        energy=top.range("energy", 0.0, 1.0),
        moods=top.names("moods", SECTION_LABELS),
        tempo_bpm=top.range("tempo_bpm", 30.0, 300.0),
        tempo_rules=_tempo_rules(top),
        steps=_steps(top, robot, length),
        parameters=_parameters(top, robot),
        after=top.names("after"),
    )


def _layers(top: MoveTable, robot: RobotKind, length: float) -> dict[Layer, MoveKeys]:
    layers = top.table("layers") if "layers" in top.data else None
    if layers is None or not layers.data:
        top.fault("layers", f"expected one table or more of {', '.join(LAYERS)}")
        return {}
    layers.only(LAYERS)
    found: dict[Layer, MoveKeys] = {}
    for layer in LAYERS:
        table = layers.table(layer) if layer in layers.data else None
        if table is not None:
            found[layer] = _keys(table, robot, layer, length)
    return found


def _keys(table: MoveTable, robot: RobotKind, layer: Layer, length: float) -> MoveKeys:
    allowed = CHANNELS[robot][layer]
    table.only(("beats", "flows", *allowed))
    beats = _key_beats(table, length)
    targets = {}
    for channel, (low, high) in allowed.items():
        if channel not in table.data:
            continue
        values = table.numbers(channel)
        if values is not None and len(values) != len(beats):
            table.fault(channel, f"{len(values)} values for {len(beats)} beats; expected one each")
            values = None
        if values is None:
            values = np.zeros(len(beats))
        outside = values[(values < low) | (values > high)]
        if len(outside):
            table.fault(channel, f"{outside[0]:g} is outside {low:g} to {high:g}")
        targets[channel] = values
    if not targets:
        table.faults.append(f"{table.path}: moves nothing; channels: {', '.join(allowed)}")
    return MoveKeys(beats=beats, targets=targets, flows=table.yes_or_no("flows"))


def _key_beats(table: MoveTable, length: float) -> NDArray[np.float64]:
    beats = table.numbers("beats")
    if beats is None:
        return np.zeros(1)
    if len(beats) == 0 or beats[0] != 0.0 or np.any(np.diff(beats) <= 0) or beats[-1] >= length:
        table.fault("beats", f"{beats.tolist()}: expected increasing beats from 0 to below {length:g}")
    return beats


def _accents(top: MoveTable, length: float) -> tuple[Accent, ...]:
    accents = []
    for entry in top.tables("accents", "{ beat = …, part = … }"):
        entry.only(("beat", "part"))
        beat = entry.number("beat", 0.0, length)
        if beat >= length:
            entry.fault("beat", f"{beat:g}: expected 0 to below {length:g}")
        accents.append(Accent(beat=beat, part=cast(BodyPart, entry.choice("part", _PARTS, "whole"))))
    return tuple(sorted(accents, key=lambda a: (a.beat, a.part)))


def _steps(top: MoveTable, robot: RobotKind, length: float) -> tuple[MoveStep, ...]:
    steps = []
    for entry in top.tables("steps", "{ beat = …, foot = …, to_m = [x, y] }"):
        entry.only(("beat", "foot", "to_m", "turn_deg", "swing_beats", "height_m"))
        x_m, y_m = _step_to(entry)
        turn_deg = entry.number("turn_deg", -_FARTHEST_TURN_DEG, _FARTHEST_TURN_DEG, 0.0)
        steps.append(
            MoveStep(
                beat=entry.number("beat", 0.0, length),
                foot=entry.choice("foot", FEET[robot]),
                to=(x_m, y_m, float(np.radians(turn_deg))),
                swing_beats=entry.number("swing_beats", 0.1, 4.0, 0.6),
                height_m=entry.number("height_m", 0.01, 0.15, 0.05),
            )
        )
    if any(b.beat < a.beat for a, b in pairwise(steps)):
        top.fault("steps", "expected in the order of their beats")
    return tuple(steps)


def _step_to(entry: MoveTable) -> tuple[float, float]:
    to_m = entry.numbers("to_m") if "to_m" in entry.data else np.zeros(2)
    if to_m is None:
        return 0.0, 0.0
    if len(to_m) != 2 or np.abs(to_m).max() > _FARTHEST_STEP_M:
        entry.fault("to_m", f"{to_m.tolist()}: expected [ahead, left], each within {_FARTHEST_STEP_M:g} m")
        return 0.0, 0.0
    return float(to_m[0]), float(to_m[1])


def _parameters(top: MoveTable, robot: RobotKind) -> tuple[MoveParameter, ...]:
    tables = top.table("parameters") if "parameters" in top.data else None
    if tables is None:
        return ()
    known = (*STEP_SCALES, *(channel for layer in CHANNELS[robot].values() for channel in layer))
    found = []
    for name in tables.data:
        table = tables.table(name)
        if table is not None:
            found.append(_parameter(table, name, known))
    return tuple(found)


def _parameter(table: MoveTable, name: str, known: tuple[str, ...]) -> MoveParameter:
    table.only(("title", "range", "default", "scales"))
    low, high = table.range("range", -2.0, 3.0)
    scales = table.names("scales", known)
    if not scales:
        table.fault("scales", f"expected one name or more of {', '.join(known)}")
    return MoveParameter(
        name=name,
        title=table.words("title"),
        low=low,
        high=high,
        default=table.number("default", low, high, 1.0),
        scales=scales,
    )


def _tempo_rules(top: MoveTable) -> tuple[float, ...]:
    if "tempo_rules" not in top.data:
        return _TEMPO_RULES
    rules = top.numbers("tempo_rules")
    if rules is None:
        return ()
    if any(rule not in _TEMPO_RULES for rule in rules) or len(set(rules)) < len(rules):
        top.fault(
            "tempo_rules", f"{rules.tolist()}: expected of 2 (half time) and 0.5 (double time), best first"
        )
    return tuple(float(rule) for rule in rules)
