"""Robots in real time: one loop, a step every four milliseconds, on the music as it sounds.

    conductor ──JSON lines──▶ Company ──▶ LiveDancer (one for each robot) ──▶ guard ──▶ body
    clock.shm ──▶ Music ─────────┘            Course: what is danced, when one may go over to something else
    stop.shm ────────────────────▶            Mind: estimate, balance, fall watch
                                  poses.shm ◀─┘

- :mod:`~temirbek.stage.robots.music`: where the music is when a command lands.
- :mod:`~temirbek.stage.robots.parts`, :mod:`~temirbek.stage.robots.tape`: dances, worked out ahead by a child process.
- :mod:`~temirbek.stage.robots.course`, :mod:`~temirbek.stage.robots.sources`: parts, grooves, gestures, standing.
- :mod:`~temirbek.stage.robots.pace`: absolute deadlines; what is late is caught up, what is too late is given up and said.
- :mod:`~temirbek.stage.robots.stop_flag`: the stop that reaches every guard within one step.
"""

from typing import TYPE_CHECKING

from temirbek.stage.robots.poses import PoseReader
from temirbek.stage.robots.stop_flag import StopFlag

if TYPE_CHECKING:
    from temirbek.stage.robots.parts import DancePart, read_part, write_part

__all__ = ["DancePart", "PoseReader", "StopFlag", "read_part", "write_part"]


def __getattr__(name: str) -> object:
    """Parts need physics, which whoever only stops or watches robots need not load."""
    if name not in ("DancePart", "read_part", "write_part"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from temirbek.stage.robots import parts

    return getattr(parts, name)
