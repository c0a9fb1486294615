"""Glances: often, short, at somebody else than before; never a stare."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from temirbek.manners.guests import NOTICED_M
from temirbek.manners.memory import Memory
from temirbek.manners.places import away_m, bearing_rad
from temirbek.types import BodyTrack, Glance, Performer, RobotKind, RobotNow

GLANCE_S = (0.5, 1.5)
PAUSE_S = (1.5, 5.0)
"""Between two glances of a robot it looks ahead for so long; at nobody near, the longer."""
MOST_RAD: Mapping[RobotKind, float] = {"g1": 0.5, "go2": 0.3}
"""As far as a body turns without moving its feet."""
ASIDE_RAD = 1.2
"""Who is further aside is not looked at: a turn that stops half way looks past people."""
AWAY_M = 5.0
LEAST_RAD = 0.05
"""Nobody turns for less."""


def glances(
    memory: Memory,
    cast: Sequence[Performer],
    tracks: Sequence[BodyTrack],
    robots: Mapping[str, RobotNow],
    host_s: float,
    seed: int,
) -> tuple[Memory, dict[str, Glance]]:
    """Which robots glance at somebody now, and what is remembered of it."""
    given: dict[str, Glance] = {}
    for performer in cast:
        robot = robots.get(performer.id)
        if robot is None or not robot.is_free or host_s < memory.busy_until_s.get(performer.id, host_s):
            continue
        last, until_s = memory.glanced.get(performer.id, ("", host_s))
        if host_s < until_s:
            continue
        seen = [(t, b) for t in tracks if (b := _side(t, robot)) is not None]
        if len(seen) > 1:
            seen = [(t, b) for t, b in seen if t.id != last]
        if not seen:
            continue
        rng = np.random.default_rng((seed, memory.decisions))
        weights = np.array([_interest(t, robot) for t, _ in seen])
        track, bearing = seen[int(rng.choice(len(seen), p=weights / weights.sum()))]
        most = MOST_RAD[performer.robot]
        seconds = float(rng.uniform(*GLANCE_S))
        pause_s = float(rng.uniform(*PAUSE_S))
        memory = replace(
            memory.drawn(),
            glanced={**memory.glanced, performer.id: (track.id, host_s + seconds + pause_s)},
        )
        yaw = min(most, max(-most, bearing))
        if abs(yaw) >= LEAST_RAD:
            given[performer.id] = Glance(yaw_rad=yaw, seconds=seconds)
    return memory, given


def _side(track: BodyTrack, robot: RobotNow) -> float | None:
    bearing, distance_m = bearing_rad(track, robot), away_m(track, robot)
    if bearing is None or distance_m is None or abs(bearing) > ASIDE_RAD or distance_m > AWAY_M:
        return None
    return bearing


def _interest(track: BodyTrack, robot: RobotNow) -> float:
    """Who is near or moves is looked at more often."""
    distance_m = away_m(track, robot)
    assert distance_m is not None
    near = 2.0 if distance_m < NOTICED_M else 1.0
    return near / (1.0 + distance_m) + 0.3 * track.motion
