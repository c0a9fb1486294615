"""Who is free, which gesture it makes, and what is remembered of that."""

from collections.abc import Mapping, Sequence

import numpy as np

from temirbek.manners.memory import Memory
from temirbek.manners.repertoire import gestures_for
from temirbek.types import Gesture, GestureUse, Performer, Reaction, RobotNow

WAY_S = 2.0
"""To a gesture and back from it [s]."""
REST_S = 2.0
"""A robot that has answered leaves the next answers to others for so long."""


def free(
    memory: Memory, cast: Sequence[Performer], robots: Mapping[str, RobotNow], host_s: float
) -> list[Performer]:
    """Who can answer now, in the cast's order."""
    return [
        p
        for p in cast
        if p.id in robots and robots[p.id].is_free and host_s >= memory.busy_until_s.get(p.id, host_s)
    ]


def pick(
    memory: Memory,
    performer: Performer,
    uses: Sequence[GestureUse],
    seed: int,
    *,
    allows_contact: bool = False,
) -> tuple[Memory, Gesture | None]:
    """A gesture by lot among those of the first use that has one which this robot has not just made."""
    recent = memory.recent.get(performer.id, ())
    for use in uses:
        open_ = [
            g
            for g in gestures_for(performer, use)
            if g.name not in recent and (allows_contact or not g.needs_contact)
        ]
        if open_:
            rng = np.random.default_rng((seed, memory.decisions))
            return memory.drawn(), open_[int(rng.integers(len(open_)))]
    return memory, None


def reaction(
    memory: Memory,
    performer: Performer,
    gesture: Gesture,
    *,
    cause: str,
    cause_host_s: float,
    host_s: float,
    clap_tempo_bpm: float | None = None,
    clap_beat_host_s: float | None = None,
) -> tuple[Memory, Reaction]:
    """The reaction, and the memory of it: its robot is busy until it is over and has rested."""
    beats_s = gesture.length_s if clap_tempo_bpm is None else gesture.length_beats * 60.0 / clap_tempo_bpm
    made = Reaction(
        robot=performer.id,
        gesture=gesture.name,
        cause=cause,
        cause_host_s=cause_host_s,
        decided_host_s=host_s,
        clap_tempo_bpm=clap_tempo_bpm,
        clap_beat_host_s=clap_beat_host_s,
    )
    return memory.made(performer.id, gesture.name, host_s + WAY_S + beats_s + REST_S), made
