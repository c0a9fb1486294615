"""Reads BVH, the common text format of motion capture: a skeleton, then one line of numbers a frame.

The grammar is that of Biovision (Meredith & Maddock 2001, "Motion capture file formats explained"), read tolerantly
where writers differ and meaning does not: any case of the keywords, any spaces and line ends, names with spaces, joints
without channels, channels in any order, a frame broken over several lines, a missing last line end. What would change the
meaning is refused with all that is wrong: numbers that are none, too few or too many of them, unknown channels, two joints
of one name.

A joint's rotation channels turn one after the other, each about the axis as the one before has left it. Position
channels are where the joint is in its parent's frame; where there are none, that is its OFFSET.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from temirbek.errors import InvalidInput

Floats = NDArray[np.float64]

END_SITE = ".end"
"""An end site is named as its joint with this behind it."""
_CHANNELS = tuple(f"{axis}{kind}" for kind in ("position", "rotation") for axis in "xyz")
_LEAST_FRAMES, _MOST_FRAMES = 30, 600_000
_MOST_FAULTS = 12


@dataclass(slots=True)
class BvhJoint:
    """A joint as the file has it: name, index of its parent (−1: none), offset (3,), channels in lower case."""

    name: str
    parent: int
    offset: Floats = field(default_factory=lambda: np.zeros(3))
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bvh:
    """A recorded skeleton, in the file's own units and axes.

    Attributes:
        source: The file's name.
        joints: Parents before children; end sites among them.
        frame_s: Time from frame to frame [s].
        values: Channels of all joints in their order, shape (n, channels) [file units, degrees].
    """

    source: str
    joints: tuple[BvhJoint, ...]
    frame_s: float
    values: Floats

    def positions(self) -> dict[str, Floats]:
        """Joint → where it is in the world, shape (n, 3), in the file's units."""
        n = len(self.values)
        turns: list[Rotation] = []
        places: list[Floats] = []
        column = 0
        for joint in self.joints:
            mine = self.values[:, column : column + len(joint.channels)]
            column += len(joint.channels)
            place = np.tile(joint.offset, (n, 1))
            order, angles = "", []
            for k, channel in enumerate(joint.channels):
                if channel.endswith("position"):
                    place[:, "xyz".index(channel[0])] = mine[:, k]
                else:
                    order += channel[0].upper()
                    angles.append(mine[:, k])
            own = _turned(order, angles, n)
            if joint.parent >= 0:
                place = places[joint.parent] + turns[joint.parent].apply(place)
                own = turns[joint.parent] * own
            turns.append(own)
            places.append(place)
        return {joint.name: place for joint, place in zip(self.joints, places, strict=True)}


def _turned(order: str, angles: list[Floats], n: int) -> Rotation:
    """Rotations about the axes in their order, each as the one before has left it."""
    turn = Rotation.identity(n)
    for axis, angle in zip(order, angles, strict=True):
        turn = turn * Rotation.from_euler(axis, angle[:, None], degrees=True)
    return turn


def read_bvh(path: Path) -> Bvh:
    """A recorded skeleton.

    Raises:
        InvalidInput: It cannot be read, or is not BVH; the message says what was expected in which line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error}") from error
    lines = _Lines(path.name, text)
    joints = _hierarchy(lines)
    frames, frame_s = _motion_head(lines)
    width = sum(len(joint.channels) for joint in joints)
    values = _frames(lines, frames, width)
    return Bvh(source=path.name, joints=tuple(joints), frame_s=frame_s, values=values)


class _Lines:
    """The lines that hold something, with their numbers."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.rows = [(n, line.split()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        self.next = 0

    def take(self, wanted: str) -> tuple[int, list[str]]:
        """The next line; ``wanted`` says what it should have been where the file has ended."""
        if self.next == len(self.rows):
            raise InvalidInput(f"{self.source}: the file ends where {wanted} was expected: it is cut short")
        self.next += 1
        return self.rows[self.next - 1]

    def wrong(self, line: int, words: list[str], wanted: str) -> InvalidInput:
        return InvalidInput(f"{self.source}, line {line}: {' '.join(words)[:60]!r}; expected {wanted}")


def _hierarchy(lines: _Lines) -> list[BvhJoint]:
    line, words = lines.take("HIERARCHY")
    if [w.upper() for w in words] != ["HIERARCHY"]:
        raise lines.wrong(line, words, "HIERARCHY, with which a BVH file begins")
    joints: list[BvhJoint] = []
    open_joints: list[int] = []
    faults: list[str] = []
    for line, words in _until_motion(lines):
        word = words[0].upper()
        if word in ("ROOT", "JOINT", "END"):
            if joints and not open_joints:
                raise lines.wrong(line, words, "one skeleton only")
            parent = open_joints[-1] if open_joints else -1
            name = (
                joints[parent].name + END_SITE if word == "END" else " ".join(words[1:]).rstrip("{").strip()
            )
            if any(j.name == name for j in joints):
                faults.append(f"line {line}: a second joint named {name!r}")
            joints.append(BvhJoint(name=name, parent=parent))
            if words[-1].endswith("{"):
                open_joints.append(len(joints) - 1)
        elif word == "{":
            if not joints:
                raise lines.wrong(line, words, "ROOT and a name")
            open_joints.append(len(joints) - 1)
        elif word == "}" and open_joints:
            open_joints.pop()
        elif word == "OFFSET" and open_joints:
            joints[open_joints[-1]].offset = _offset(words, line, faults)
        elif word == "CHANNELS" and open_joints:
            joints[open_joints[-1]].channels = _channels(words, line, faults)
        else:
            raise lines.wrong(line, words, "ROOT, JOINT, End Site, OFFSET, CHANNELS, braces, or MOTION")
    if open_joints:
        faults.append(f"{len(open_joints)} braces are not closed before MOTION")
    if not joints:
        faults.append("no ROOT before MOTION")
    if faults:
        raise InvalidInput(_listed(lines.source, "the skeleton is wrong", faults))
    return joints


def _until_motion(lines: _Lines) -> Iterator[tuple[int, list[str]]]:
    while True:
        line, words = lines.take("MOTION")
        if words[0].upper() == "MOTION":
            return
        yield line, words


def _offset(words: list[str], line: int, faults: list[str]) -> Floats:
    numbers = [_number(word) for word in words[1:]]
    if len(numbers) != 3 or not np.isfinite(numbers).all():
        faults.append(f"line {line}: {' '.join(words)[:60]!r}; expected OFFSET and three numbers")
        return np.zeros(3)
    return np.array(numbers)


def _channels(words: list[str], line: int, faults: list[str]) -> tuple[str, ...]:
    names = tuple(word.lower() for word in words[2:])
    unknown = [word for word, name in zip(words[2:], names, strict=True) if name not in _CHANNELS]
    if len(words) < 2 or words[1] != str(len(names)) or unknown or len(set(names)) != len(names):
        allowed = "Xposition, Yposition, Zposition, Xrotation, Yrotation, Zrotation"
        faults.append(
            f"line {line}: {' '.join(words)[:90]!r}; expected CHANNELS, how many, and as many of {allowed}, each once"
        )
        return ()
    return names


def _motion_head(lines: _Lines) -> tuple[int, float]:
    """How many frames, and the time of each [s]."""
    line, words = lines.take("Frames:")
    count = _number("".join(words).lower().removeprefix("frames").removeprefix(":"))
    if not _LEAST_FRAMES <= count <= _MOST_FRAMES or count % 1:
        raise lines.wrong(line, words, f"Frames: and a number from {_LEAST_FRAMES} to {_MOST_FRAMES}")
    line, words = lines.take("Frame Time:")
    frame_s = _number("".join(words).lower().removeprefix("frametime").removeprefix(":"))
    if not 0.001 <= frame_s <= 0.1:
        raise lines.wrong(line, words, "Frame Time: and seconds from 0.001 to 0.1")
    return int(count), frame_s


def _frames(lines: _Lines, frames: int, width: int) -> Floats:
    faults: list[str] = []
    numbers: list[float] = []
    rest = lines.rows[lines.next :]
    for line, words in rest:
        row = [_number(word) for word in words]
        odd = [word for word, number in zip(words, row, strict=True) if not np.isfinite(number)]
        if odd:
            faults.append(f"line {line}: {odd[0][:30]!r}; expected a finite number")
        numbers += row
    if len(numbers) != frames * width:
        uneven = [line for line, words in rest if len(words) != width]
        where = f"; line {uneven[0]} is the first without {width} numbers" if uneven else ""
        faults.append(
            f"{len(numbers)} numbers after Frame Time; expected {frames} frames of {width} channels, {frames * width}{where}"
        )
    if faults:
        raise InvalidInput(_listed(lines.source, "the frames are wrong", faults))
    return np.array(numbers).reshape(frames, width)


def _number(word: str) -> float:
    """A number; NaN where it is none."""
    try:
        return float(word)
    except ValueError:
        return float("nan")


def _listed(source: str, what: str, faults: list[str]) -> str:
    more = [f"and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
    return f"{source}: {what}:\n  " + "\n  ".join([*faults[:_MOST_FAULTS], *more])
