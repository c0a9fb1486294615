"""Who comes to the simulated hall, when, and what they do there: the script of :class:`~temirbek.seeing.SyntheticPeople`."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from temirbek.errors import InvalidInput

ActKind = Literal["wave", "raise_hand", "high_five", "clap", "dance"]
ACT_KINDS: tuple[ActKind, ...] = get_args(ActKind)
Side = Literal["left", "right"]
WALK_M_S = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where a guest is at an instant; in between they walk straight.

    Attributes:
        host_s: When [host s].
        place_m: Stage frame (x, y) [m].
        heading_rad: Where they look there (0: along x, to the audience; π: at the stage); they turn while they walk.
    """

    host_s: float
    place_m: tuple[float, float]
    heading_rad: float = np.pi


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that a guest does for a while.

    Attributes:
        kind: What.
        from_s, to_s: When [host s].
        side: With which arm (for a wave, a raised hand and a high five).
        skill: How well they dance, 0–1: timing, energy and variety.
        tempo_bpm, beat_host_s: The music that they dance or clap to; one instant of its beat [host s].
    """

    kind: ActKind
    from_s: float
    to_s: float
    side: Side = "right"
    skill: float = 0.8
    tempo_bpm: float = 120.0
    beat_host_s: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in ACT_KINDS:
            raise InvalidInput(f"guests do not {self.kind!r}; they know {', '.join(ACT_KINDS)}")
        if self.side not in get_args(Side):
            raise InvalidInput(f"side {self.side!r}; expected left or right")
        if not self.to_s > self.from_s:
            raise InvalidInput(f"{self.kind} from {self.from_s:g} to {self.to_s:g} s takes no time")
        if not 0.0 <= self.skill <= 1.0 or not 40.0 <= self.tempo_bpm <= 240.0:
            raise InvalidInput(
                f"{self.kind} with skill {self.skill:g} at {self.tempo_bpm:g} BPM; expected 0 to 1, and 40 to 240 BPM"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One person of the script: there from the first stop to the last.

    Attributes:
        name: In the script; it never leaves it.
        stops: One or more, in the order of time; with one alone they stay for ever.
        acts: What they do.
        body_height_m: How tall they are [m].
    """

    name: str
    stops: tuple[Stop, ...]
    acts: tuple[Act, ...] = ()
    body_height_m: float = 1.7

    def __post_init__(self) -> None:
        if not self.stops:
            raise InvalidInput(f"the guest {self.name!r} is nowhere; expected at least one stop")
        times = [stop.host_s for stop in self.stops]
        if any(b <= a for a, b in pairwise(times)):
            raise InvalidInput(f"the guest {self.name!r} stops at {times} s; expected times that grow")
        if not 0.8 <= self.body_height_m <= 2.4:
            raise InvalidInput(
                f"the guest {self.name!r} is {self.body_height_m:g} m tall; expected 0.8 to 2.4"
            )

    def is_there(self, host_s: float) -> bool:
        """Whether they are in the hall."""
        begun = host_s >= self.stops[0].host_s
        return begun and (len(self.stops) == 1 or host_s <= self.stops[-1].host_s)

    def place_at(self, host_s: float) -> tuple[float, float, float]:
        """Where they stand (x, y) [m] and face [rad]."""
        times = [stop.host_s for stop in self.stops]
        x, y = (np.interp(host_s, times, [stop.place_m[k] for stop in self.stops]) for k in (0, 1))
        heading = np.interp(host_s, times, np.unwrap([stop.heading_rad for stop in self.stops]))
        return float(x), float(y), float(heading)

    def speed_at(self, host_s: float) -> float:
        """How fast they walk [m/s]."""
        before, after = (np.array(self.place_at(host_s + d)[:2]) for d in (-0.05, 0.05))
        return float(np.linalg.norm(after - before) / 0.1)

    def act_at(self, host_s: float) -> Act | None:
        """What they do."""
        return next((act for act in self.acts if act.from_s <= host_s < act.to_s), None)


def visit(
    name: str,
    *,
    arrive_s: float,
    stay_s: float,
    place_m: tuple[float, float],
    from_m: tuple[float, float] | None = None,
    faces_rad: float = np.pi,
    acts: tuple[Act, ...] = (),
    body_height_m: float = 1.7,
) -> Guest:
    """Somebody who walks up, stays for a while, and goes back to where they came from.

    Args:
        name: In the script.
        arrive_s: When they reach the place [host s]; they set out earlier.
        stay_s: How long they stay [s].
        place_m: Where (x, y) [m].
        from_m: Where from; None: from 4 m further into the hall.
        faces_rad: Where they look while they stay; π: at the stage.
        acts: What they do.
        body_height_m: How tall they are [m].
    """
    begin_m = from_m if from_m is not None else (place_m[0] + 4.0, place_m[1])
    dx, dy = place_m[0] - begin_m[0], place_m[1] - begin_m[1]
    walk_s = max(float(np.hypot(dx, dy)) / WALK_M_S, 0.5)
    there = float(np.arctan2(dy, dx)) if dx or dy else faces_rad
    leave_s = arrive_s + stay_s
    stops = (
        Stop(host_s=arrive_s - walk_s, place_m=begin_m, heading_rad=there),
        Stop(host_s=arrive_s - 0.3, place_m=_between(begin_m, place_m, 0.3 / walk_s), heading_rad=there),
        Stop(host_s=arrive_s, place_m=place_m, heading_rad=faces_rad),
        Stop(host_s=leave_s, place_m=place_m, heading_rad=faces_rad),
        Stop(host_s=leave_s + 0.6, place_m=place_m, heading_rad=there + np.pi),
        Stop(host_s=leave_s + 0.6 + walk_s, place_m=begin_m, heading_rad=there + np.pi),
    )
    return Guest(name=name, stops=stops, acts=acts, body_height_m=body_height_m)


def _between(
    begin_m: tuple[float, float], end_m: tuple[float, float], share_left: float
) -> tuple[float, float]:
    """A place on the way, so far before its end."""
    return (
        end_m[0] + share_left * (begin_m[0] - end_m[0]),
        end_m[1] + share_left * (begin_m[1] - end_m[1]),
    )
