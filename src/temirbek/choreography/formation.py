"""Formations: where the dancers stand to one another, and the ways from one to the next."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from temirbek.choreography.floor import CLEAR_M, Floor, distance_to_zone
from temirbek.choreography.layers import end_of
from temirbek.choreography.walking import Walker
from temirbek.types import Artist, MoveCall, Performer, Place, SectionLabel

FORMATIONS: dict[SectionLabel, tuple[str, ...]] = {
    "intro": ("home",),
    "verse": ("diagonal", "swapped", "facing", "line", "wide", "close"),
    "build": ("close", "front"),
    "drop": ("front", "home", "wide", "swapped"),
    "break": ("back", "facing", "diagonal", "line", "wide"),
    "outro": ("home",),
}
"""Label → formations that suit it, the likeliest first."""
WORDS = {
    "home": "back to their marks",
    "wide": "further apart",
    "close": "close together",
    "diagonal": "into a diagonal",
    "line": "into a line, one behind the other",
    "front": "forward to the hall",
    "back": "back from the hall",
    "swapped": "to each other's sides",
    "facing": "to their marks, turned to each other",
    "open": "aside and back: room for a solo",
}
CLOSE_M = 1.6  # two who spread their arms at this distance still do not touch
STEP_ASIDE_M = 0.35
AHEAD_M = 0.45
MOST_TRIES = 60  # combinations of ways, the shortest first
PASS_M = 0.75  # so far ahead and back of their line two dancers pass each other
TURN_RAD = 0.7  # so far two dancers turn to each other: the hall still sees both
MOST_TURN_RAD = 1.0  # who turns further to an artist turns the back on the hall


def targets(name: str, dancers: Sequence[Performer], homes: Sequence[Place]) -> tuple[Place, ...]:
    """Where everybody stands in a formation.

    Args:
        name: Of the formation.
        dancers: Who, the leader first.
        homes: Their places at home, in the same order.
    """
    xy = np.array([(h.x_m, h.y_m) for h in homes])
    center = xy.mean(axis=0)
    off = xy - center
    rank = np.linspace(1.0, -1.0, len(dancers)) if len(dancers) > 1 else np.zeros(1)
    ahead = np.zeros((len(dancers), 2))
    ahead[:, 0] = 1.0
    spread = float(np.max(np.linalg.norm(off, axis=1)))
    match name:
        case "wide":
            off = off * (1.0 + STEP_ASIDE_M / max(spread, STEP_ASIDE_M))
        case "close":
            off = off * max(CLOSE_M / 2 / max(spread, 1e-9), 0.5) if spread > CLOSE_M / 2 else off
        case "diagonal":
            off = off * 0.9 + rank[:, None] * AHEAD_M * ahead
        case "line":
            off = np.stack([rank * max(0.8, 0.4 * len(dancers)), 0.35 * off[:, 1]], axis=1)
        case "front":
            off = off + AHEAD_M * ahead
        case "back":
            off = off - 0.6 * AHEAD_M * ahead
        case "open":
            off = off * (1.0 + STEP_ASIDE_M / max(spread, STEP_ASIDE_M)) - 0.6 * AHEAD_M * ahead
        case "swapped":
            off = off[::-1]
    turned = -TURN_RAD * np.sign(off[:, 1]) if name == "facing" else np.zeros(len(dancers))
    return tuple(
        Place(x_m=float(x), y_m=float(y), heading_rad=home.heading_rad + float(turn))
        for (x, y), home, turn in zip(center + off, homes, turned, strict=True)
    )


def pushed_out(place: Place, floor: Floor) -> Place:
    """The nearest place to one from which nothing reaches into an artist's zone."""
    at = place
    for _ in range(8):
        near = [z for z in floor.zones if distance_to_zone(at.x_m, at.y_m, z.corners_m) < CLEAR_M]
        if not near:
            return at
        middle = np.mean(np.array(near[0].corners_m), axis=0)
        away = np.array([at.x_m, at.y_m]) - middle
        away = away / np.linalg.norm(away) if np.linalg.norm(away) > 1e-6 else np.array([-1.0, 0.0])
        missing = CLEAR_M - distance_to_zone(at.x_m, at.y_m, near[0].corners_m) + 0.02
        at = Place(
            x_m=float(at.x_m + missing * away[0]),
            y_m=float(at.y_m + missing * away[1]),
            heading_rad=at.heading_rad,
        )
    return at


def walks_to(
    goals: Sequence[Place],
    dancers: Sequence[Performer],
    floor: Floor,
    walker: Walker,
    *,
    start_beat: float,
    last_beat: float,
    intensity: float,
) -> list[MoveCall] | None:
    """The shortest safe walks of all dancers from where they are to some goals.

    Straight ways come first, then ways around each other.

    Returns:
        The calls, or None where nobody can get there in time, or only too near to another.
    """
    choices = []
    for dancer, goal in zip(dancers, goals, strict=True):
        here = floor.place(dancer, start_beat)
        walks = [walker.walk(via, start_beat, dancer.id, intensity) for via in _ways(here, goal)]
        choices.append([w for w in walks if w is not None and all(end_of(c) <= last_beat + 1e-6 for c in w)])
    if not all(choices):
        return None
    combined = [[call for walk in walks for call in walk] for walks in product(*choices)]
    for calls in sorted(combined, key=_end)[:MOST_TRIES]:
        if not calls:
            return calls
        if floor.is_open(start_beat, _end(calls), calls):
            return calls
    return None


def _end(calls: Sequence[MoveCall]) -> float:
    return max((end_of(c) for c in calls), default=0.0)


def _ways(here: Place, goal: Place) -> Iterator[tuple[Place, ...]]:
    """Ways from here to a goal: direct, one axis after the other, or around somebody who stands between."""
    turned = Place(x_m=here.x_m, y_m=here.y_m, heading_rad=goal.heading_rad)
    start = (here, turned) if abs(here.heading_rad - goal.heading_rad) > 1e-6 else (here,)

    def at(x_m: float, y_m: float) -> Place:
        return Place(x_m=x_m, y_m=y_m, heading_rad=goal.heading_rad)

    yield (*start, goal)
    yield (*start, at(goal.x_m, here.y_m), goal)
    yield (*start, at(here.x_m, goal.y_m), goal)
    if abs(goal.y_m - here.y_m) > 1.0:
        for aside in (PASS_M, -PASS_M):
            yield (*start, at(here.x_m + aside, here.y_m), at(here.x_m + aside, goal.y_m), goal)


def faced(place: Place, home: Place, artist: Artist | None) -> Place:
    """A place with the heading that looks at an artist as far as the hall still sees the dancer; else as it is."""
    if artist is None:
        return place
    to_artist = np.arctan2(artist.mark_m[1] - place.y_m, artist.mark_m[0] - place.x_m)
    turn = (to_artist - home.heading_rad + np.pi) % (2 * np.pi) - np.pi
    heading = home.heading_rad + float(np.clip(turn, -MOST_TURN_RAD, MOST_TURN_RAD))
    return Place(x_m=place.x_m, y_m=place.y_m, heading_rad=heading)
