"""Moves in: from data files, strictly. The format is documented in the room's essay."""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, get_args

import numpy as np

from temirbek.choreography.vocabulary import CHANNELS
from temirbek.errors import InvalidInput
from temirbek.types import LAYERS, SECTION_LABELS, Accent, BodyPart, Layer, Move, MoveKeys, RobotKind

_KEYS = ("family", "title", "length_beats", "energy", "moods", "tempo_bpm", "accents", "layers")
_PARTS: tuple[BodyPart, ...] = get_args(BodyPart)
_MAX_LENGTH_BEATS = 64.0


def load_moves() -> dict[str, Move]:
    """The whole vocabulary: name → move, in alphabetical order within each robot.

    Raises:
        InvalidInput: A data file is wrong; the message names the file, the key and what is allowed.
    """
    moves: dict[str, Move] = {}
    for robot in CHANNELS:
        folder = files("temirbek.choreography").joinpath("moves").joinpath(robot)
        for entry in sorted(folder.iterdir(), key=lambda e: e.name):
            if entry.name.endswith(".toml"):
                name = entry.name.removesuffix(".toml")
                if name in moves:
                    raise InvalidInput(
                        f"{robot}/{entry.name}: the name {name!r} is taken by another robot's move"
                    )
                where = f"{robot}/{entry.name}"
                moves[name] = move_from_text(entry.read_text(encoding="utf-8"), name, robot, where=where)
    return moves


def move_from_text(text: str, name: str, robot: RobotKind, *, where: str) -> Move:
    """One move from the text of its file.

    Args:
        text: TOML.
        name: The file's name without its ending.
        robot: The folder in which the file lies.
        where: How messages call the file.

    Raises:
        InvalidInput: The text is not TOML, or a key, layer, channel or value in it is not allowed.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{where}: not valid TOML: {error}") from error
    _only(data, _KEYS, where, "")
    length = _number(data, "length_beats", where, 0.25, _MAX_LENGTH_BEATS)
    return Move(
        name=name,
        family=_text(data, "family", where),
        title=_text(data, "title", where),
        robot=robot,
        length_beats=length,
        layers=_layers(data.get("layers"), robot, length, where),
        accents=_accents(data.get("accents", []), length, where),
        energy=_range(data, "energy", where, 0.0, 1.0),
        moods=_moods(data.get("moods", []), where),
        tempo_bpm=_range(data, "tempo_bpm", where, 30.0, 300.0),
    )


def _layers(data: Any, robot: RobotKind, length: float, where: str) -> dict[Layer, MoveKeys]:
    if not isinstance(data, dict) or not data:
        raise InvalidInput(f"{where}: layers: expected one table or more of {', '.join(LAYERS)}")
    _only(data, LAYERS, where, "layers.")
    return {layer: _keys(data[layer], robot, layer, length, where) for layer in LAYERS if layer in data}


def _keys(data: Any, robot: RobotKind, layer: Layer, length: float, where: str) -> MoveKeys:
    path = f"layers.{layer}"
    if not isinstance(data, dict):
        raise InvalidInput(f"{where}: {path}: expected a table")
    allowed = CHANNELS[robot][layer]
    _only(data, ("beats", *allowed), where, f"{path}.")
    beats = _numbers(data.get("beats"), f"{path}.beats", where)
    if len(beats) == 0 or beats[0] != 0.0 or np.any(np.diff(beats) <= 0) or beats[-1] >= length:
        raise InvalidInput(
            f"{where}: {path}.beats: {beats.tolist()}: expected increasing beats from 0 to below {length:g}"
        )
    targets = {}
    for channel, (low, high) in allowed.items():
        if channel not in data:
            continue
        values = _numbers(data[channel], f"{path}.{channel}", where)
        if len(values) != len(beats):
            raise InvalidInput(
                f"{where}: {path}.{channel}: {len(values)} values for {len(beats)} beats; expected one each"
            )
        outside = values[(values < low) | (values > high)]
        if len(outside):
            raise InvalidInput(f"{where}: {path}.{channel}: {outside[0]:g} is outside {low:g} to {high:g}")
        targets[channel] = values
    if not targets:
        raise InvalidInput(f"{where}: {path}: moves nothing; channels: {', '.join(allowed)}")
    return MoveKeys(beats=beats, targets=targets)


def _accents(data: Any, length: float, where: str) -> tuple[Accent, ...]:
    if not isinstance(data, list):
        raise InvalidInput(f"{where}: accents: expected a list of {{ beat = …, part = … }}")
    accents = []
    for i, entry in enumerate(data):
        path = f"accents.{i}"
        if not isinstance(entry, dict):
            raise InvalidInput(f"{where}: {path}: expected {{ beat = …, part = … }}")
        _only(entry, ("beat", "part"), where, f"{path}.")
        beat = _number(entry, "beat", where, 0.0, length, path=path)
        if beat >= length:
            raise InvalidInput(f"{where}: {path}.beat: {beat:g}: expected 0 to below {length:g}")
        part = entry.get("part", "whole")
        if part not in _PARTS:
            raise InvalidInput(f"{where}: {path}.part: {part!r}: expected one of {', '.join(_PARTS)}")
        accents.append(Accent(beat=beat, part=part))
    return tuple(sorted(accents, key=lambda a: (a.beat, a.part)))


def _moods(data: Any, where: str) -> tuple[str, ...]:
    if not isinstance(data, list):
        raise InvalidInput(f"{where}: moods: expected a list of {', '.join(SECTION_LABELS)}")
    for mood in data:
        if mood not in SECTION_LABELS:
            raise InvalidInput(f"{where}: moods: {mood!r}: expected one of {', '.join(SECTION_LABELS)}")
    return tuple(data)


def _only(data: Mapping[str, Any], allowed: Sequence[str], where: str, prefix: str) -> None:
    for key in data:
        if key not in allowed:
            close = difflib.get_close_matches(key, allowed, n=1)
            meant = f"; did you mean {close[0]!r}?" if close else ""
            raise InvalidInput(f"{where}: {prefix}{key}: no such key{meant}; allowed: {', '.join(allowed)}")


def _text(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{where}: {key}: {value!r}: expected words")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))


def _number(
    data: Mapping[str, Any], key: str, where: str, low: float, high: float, *, path: str = ""
) -> float:
    value = data.get(key)
    full = f"{path}.{key}" if path else key
    if not _is_number(value) or not low <= value <= high:  # type: ignore[operator]
        raise InvalidInput(f"{where}: {full}: {value!r}: expected a number from {low:g} to {high:g}")
    return float(value)  # type: ignore[arg-type]


def _numbers(value: Any, path: str, where: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    if not isinstance(value, list) or not all(_is_number(v) for v in value):
        raise InvalidInput(f"{where}: {path}: {value!r}: expected a list of numbers")
    return np.array(value, dtype=float)


def _range(data: Mapping[str, Any], key: str, where: str, low: float, high: float) -> tuple[float, float]:
    values = _numbers(data.get(key), key, where)
    if len(values) != 2 or not low <= values[0] <= values[1] <= high:
        raise InvalidInput(
            f"{where}: {key}: {values.tolist()}: expected [lowest, highest] from {low:g} to {high:g}"
        )
    return float(values[0]), float(values[1])
