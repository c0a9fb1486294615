"""Robots in real time: one loop, a step every four milliseconds, on the music as it sounds.

    conductor ──JSON lines──▶ Company ──▶ LiveDancer (one for each robot) ──▶ guard ──▶ body
    clock.shm ──▶ Music ─────────┘            Course: what is danced, when one may go over to something else
    stop.shm ────────────────────▶            Mind: estimate, balance, fall watch
                                  poses.shm ◀─┘

- :mod:`~temirbek.stage.robots.music`: where the music is when a command lands.
- :mod:`~temirbek.stage.robots.parts`, :mod:`~temirbek.stage.robots.tape`: dances, worked out ahead by a child process
  (:mod:`~temirbek.stage.robots.laying`) and mapped into memory; :mod:`~temirbek.stage.robots.groove` makes stock loops.
- :mod:`~temirbek.stage.robots.course`, :mod:`~temirbek.stage.robots.sources`: parts, grooves, gestures, standing; from one to
  another only while all feet stand in both, into music on bar lines.
- :mod:`~temirbek.stage.robots.gestures`, :mod:`~temirbek.stage.robots.reactions`,
  :mod:`~temirbek.stage.robots.reaction_desk`: answers to people, ready on one tape a robot, begun within a step from
  standing, on the hall's beat if it has one; glances between them; what became of each is told.
- :mod:`~temirbek.stage.robots.pace`: absolute deadlines; what is late is caught up, what is too late is given up and said.
- :mod:`~temirbek.stage.robots.stop_flag`: the stop that reaches every guard within one step.
- :mod:`~temirbek.stage.robots.recorder`, :mod:`~temirbek.stage.robots.as_run`: what was really danced, against what sounded.

Time
    A control step is due every 4 ms of the host's monotonic clock. Its command is sampled at the mix time that sounds when it
    lands: the deadline, by how late steps usually begin of late. A tempo other than the part's own is danced as such,
    velocities with the rate, accelerations with its square. Physics that cannot keep up loses time of its own, never the
    music's: what is danced then goes by at most an eighth faster until it is with the music again; a jump is joined on a line.

Measured
    ``benchmarks/live_robots.py --first``: three G1 (one at the desk) and a Go2, a dance by lot with steps and turns, on two
    cores that eighteen other processes wanted. Executed accents against the sounding beat, mean / 95th percentile: 0.8 / 2.5,
    3.3 / 18.0, 4.2 / 5.3 ms for the G1s, 5.6 / 21.3 ms for the Go2 (13 accents). From the stop flag to the last robot's
    damping command, 200 stops: 1.8 ms, p99 4.4 ms. The process took 0.8 of a core under that load. Without real-time
    scheduling it got 0.7 of a core there, fell behind by a tenth to a sixth, and said so.

Limits
    All robots of the simulated stage share one process and its core. A fake robot's base is where its reference has it.
    Rests and passages wait for feet that stand: whose feet never stand together for 0.4 s dances on to where they do.
    Nobody answers while it dances: arms laid over a dance would move a balance that was planned with them.
    Who left its mark by more than 15 cm waits for a part that begins where it stands: nobody walks there by itself.
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
