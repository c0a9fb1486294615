"""The show stop as a word in shared memory: whoever may stop writes it, every guard reads it at every control step.

One counter: odd is stopped. It needs no socket, no message and nobody's loop: a process that is busy with something else
still sees it in its next step, and a process that starts while it is raised starts stopped.
"""

import mmap
import os
import struct
from pathlib import Path
from typing import Self

from temirbek.errors import DeviceLost

_WORD = struct.Struct("<Qd")


class StopFlag:
    """A flag in a file that processes of one machine map into their memory.

    Args:
        path: Of the file; :meth:`create` makes it.

    Raises:
        DeviceLost: The file is not there, or is none of this kind.
    """

    def __init__(self, path: Path) -> None:
        try:
            handle = os.open(path, os.O_RDWR)
        except OSError as error:
            raise DeviceLost(f"{path}: no stop flag can be read there ({error})") from error
        try:
            self._memory = mmap.mmap(handle, _WORD.size)
        except ValueError as error:
            raise DeviceLost(f"{path}: expected a stop flag of {_WORD.size} bytes ({error})") from error
        finally:
            os.close(handle)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Opens the flag, and makes it (lowered) where it is not there; one that is raised stays raised."""
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(handle).st_size != _WORD.size:
                os.ftruncate(handle, 0)
                os.write(handle, bytes(_WORD.size))
        finally:
            os.close(handle)
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens a flag that is there.

        Raises:
            DeviceLost: It is not.
        """
        return cls(path)

    def raise_(self, host_s: float) -> None:
        """Stops; ``host_s`` is kept, so that the way to the motors can be measured."""
        count = self._count()
        struct.pack_into("<d", self._memory, 8, host_s)
        struct.pack_into("<Q", self._memory, 0, count | 1)

    def is_raised(self) -> bool:
        """Whether the show is stopped."""
        return bool(self._memory[0] & 1)

    def raised_at_s(self) -> float:
        """When it was raised last, on the host's monotonic clock [s]; 0 if it never was."""
        return float(struct.unpack_from("<d", self._memory, 8)[0])

    def clear(self) -> None:
        """Lowers it. Nothing resumes by that."""
        count = self._count()
        struct.pack_into("<Q", self._memory, 0, count + (count & 1))

    def close(self) -> None:
        """Lets go of the memory; the flag stays as it is."""
        self._memory.close()

    def _count(self) -> int:
        return int(struct.unpack_from("<Q", self._memory, 0)[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
