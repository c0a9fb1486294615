"""Where the robots are, for whoever draws them: a block of shared memory that is written thirty times a second.

Layout (little-endian): a sequence number (uint64; odd while it is being written), host_s and mix_s (float64), then float32
for each robot: base position [m], quaternion (w, x, y, z), joints [rad]. ``poses.json`` beside it says who, which joints
and at which byte. A reader copies the block and takes it only if the sequence was even and the same before and after; the
writer waits for nobody.
"""

import json
import mmap
import os
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import DeviceLost
from temirbek.types import Performer

SHARED, LAYOUT = "poses.shm", "poses.json"
_HEAD = struct.Struct("<Qdd")
_TRIES = 8


class PoseWriter:
    """Writes the poses of a cast.

    Args:
        run: The run's folder.
        performers: The cast, in order.
    """

    def __init__(self, run: Path, performers: Sequence[Performer]) -> None:
        from temirbek.robots import robot_model  # here: readers need no physics

        sizes = [7 + len(robot_model(p.robot).joint_names) for p in performers]
        starts = [sum(sizes[:k]) for k in range(len(sizes))]
        self._size = _HEAD.size + 4 * sum(sizes)
        layout = {
            "format": 1,
            "bytes": self._size,
            "head": [["sequence", "uint64", 0], ["host_s", "float64", 8], ["mix_s", "float64", 16]],
            "robots": [
                {
                    "id": p.id,
                    "name": p.name,
                    "robot": p.robot,
                    "color": p.accent_color,
                    "offset": _HEAD.size + 4 * start,
                    "joints": list(robot_model(p.robot).joint_names),
                }
                for p, start in zip(performers, starts, strict=True)
            ],
        }
        partial = run / f".{LAYOUT}.{os.getpid()}.partial"
        partial.write_text(json.dumps(layout, indent=1), encoding="utf-8")
        shared = run / f".{SHARED}.{os.getpid()}.partial"
        with shared.open("wb") as file:
            file.write(bytes(self._size))  # really there: a full disk is told now, not by a fault in the loop
        with shared.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), self._size)
        shared.replace(run / SHARED)
        partial.replace(run / LAYOUT)
        self._numbers = np.frombuffer(self._memory, dtype="<f4", offset=_HEAD.size)
        self._slices = {
            p.id: slice(start, start + size) for p, start, size in zip(performers, starts, sizes, strict=True)
        }
        self._sequence = 0

    def write(self, host_s: float, mix_s: float, poses: Mapping[str, NDArray[np.float64]]) -> None:
        """Publishes one instant.

        Args:
            host_s, mix_s: When.
            poses: Performer id → base position, quaternion (w first) and joints, shape (7 + j,).
        """
        _HEAD.pack_into(self._memory, 0, self._sequence + 1, host_s, mix_s)
        for name, pose in poses.items():
            self._numbers[self._slices[name]] = pose
        self._sequence += 2
        struct.pack_into("<Q", self._memory, 0, self._sequence)

    def close(self) -> None:
        """Lets go of the memory; the last poses stay in the file."""
        del self._numbers
        self._memory.close()


class PoseReader:
    """Reads what a :class:`PoseWriter` in another process writes.

    Args:
        run: The run's folder.

    Attributes:
        layout: What ``poses.json`` says.

    Raises:
        DeviceLost: Nobody has written poses there.
    """

    def __init__(self, run: Path) -> None:
        try:
            self.layout = json.loads((run / LAYOUT).read_text(encoding="utf-8"))
            with (run / SHARED).open("rb") as file:
                self._inode = os.fstat(file.fileno()).st_ino
                self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise DeviceLost(f"{run}: no poses can be read there ({error})") from error
        self._run = run

    @property
    def is_current(self) -> bool:
        """Whether the file is still the one that is written: a restarted writer begins a new one."""
        try:
            return (self._run / SHARED).stat().st_ino == self._inode
        except OSError:
            return False

    def read(self) -> bytes:
        """The newest whole block, as it is laid out; b"" while nothing was written, or a writer died in the middle."""
        for _ in range(_TRIES):
            before = self._memory[:8]
            block = self._memory[:]
            if before == self._memory[:8] and not before[0] & 1 and any(before):
                return block
        return b""

    def close(self) -> None:
        """Lets go of the memory."""
        self._memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
