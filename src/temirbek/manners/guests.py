"""Guests: who has come near enough to be greeted, who waves, whose hand is up; once each, in groups, and then let be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from temirbek.manners.choosing import free, pick, reaction
from temirbek.manners.hands_up import WINDOW_S, Sign, row_of, sign_of
from temirbek.manners.memory import Guest, Memory
from temirbek.manners.places import away_m, faces, is_before
from temirbek.types import (
    BodyGesture,
    BodyGestureKind,
    BodyTrack,
    GestureUse,
    Moment,
    Performer,
    Reaction,
    RobotNow,
)

NEAR_M, NOTICED_M = 1.5, 2.5
"""The zones: who is near is greeted, who is noticed is looked at."""
DWELL_S = 0.6
"""So long must somebody be near and face a robot."""
COOL_S = 4.0
"""Between two greetings, whoever gives them."""
FORGET_S = 60.0
"""Whom nobody saw for so long is forgotten; who then comes is somebody new."""
GROUP_M, GROUP_S = 1.0, 2.0
"""People so near to each other who came within such a time are a group, and greeted as one."""
WAVE_M = 6.0
"""Waves from further away are hardly meant for a robot."""
WAVE_AGAIN_S = 10.0
REACH_M = (0.45, 0.8)
"""Where somebody stands whose hand meets a robot's."""
ALONE_M = 1.2
"""Nobody else may be nearer to a robot that offers its hand."""
GREETING_MOMENTS: tuple[Moment, ...] = ("between",)
"""While a number, a speech or a battle runs robots have something else to do."""
CONFIDENT = 0.5
SIGN_S = 1.0
"""A sign that was told longer ago is over."""
MEANS: Mapping[BodyGestureKind, Sign] = {"wave": "wave", "high_five_offer": "hand_up", "raised_hand": ""}
"""What is answered of the gestures that are told; a raised hand asks for the floor, not for a robot's hand."""


def greetings(
    memory: Memory,
    cast: Sequence[Performer],
    tracks: Sequence[BodyTrack],
    moment: Moment,
    robots: Mapping[str, RobotNow],
    host_s: float,
    seed: int,
    *,
    allows_contact: bool,
) -> tuple[Memory, tuple[Reaction, ...]]:
    """Whom robots greet, and what is remembered of everybody in sight."""
    seen = [t for t in tracks if t.confidence >= CONFIDENT]
    memory = _look(memory, seen, robots, host_s)
    if moment not in GREETING_MOMENTS or host_s < memory.guests_until_s:
        return memory, ()
    able = free(memory, cast, robots, host_s)
    if not able:
        return memory, ()
    for answer in (_high_five if allows_contact else _nobody, _greet, _wave_back):
        memory, given = answer(memory, able, seen, robots, host_s, seed)
        if given:
            return replace(memory, guests_until_s=host_s + COOL_S), given
    return memory, ()


def told(memory: Memory, gesture: BodyGesture) -> Memory:
    """The memory of a gesture that whoever follows hands more closely has read; it is answered with the next look."""
    memory = replace(memory, is_told_signs=True)
    sign = MEANS[gesture.kind]
    if not sign or gesture.confidence < CONFIDENT:
        return memory
    guest = memory.guests.get(gesture.track, Guest(seen_s=gesture.host_s))
    guest = replace(guest, sign=(sign, gesture.began_host_s, gesture.host_s))
    return replace(memory, guests={**memory.guests, gesture.track: guest})


def _sign(memory: Memory, guest: Guest, host_s: float) -> tuple[str, float]:
    """What somebody's hands mean now, and since when."""
    if not memory.is_told_signs:
        return sign_of(guest.hands), guest.hands[0][0] if guest.hands else host_s
    if guest.sign is None or host_s - guest.sign[2] > SIGN_S:
        return "", host_s
    return guest.sign[0], guest.sign[1]


def _look(memory: Memory, seen: Sequence[BodyTrack], robots: Mapping[str, RobotNow], host_s: float) -> Memory:
    """Everybody in sight is remembered a little further, whoever has been gone for long is forgotten."""
    guests = {i: g for i, g in memory.guests.items() if host_s - g.seen_s <= FORGET_S}
    for track in seen:
        guest = guests.get(track.id, Guest(seen_s=host_s))
        is_near = any(
            (d := away_m(track, robot)) is not None and d < NEAR_M and faces(track, robot)
            for robot in robots.values()
        )
        since_s = guest.near_since_s if guest.near_since_s is not None else host_s
        row = row_of(track)
        hands = tuple(r for r in guest.hands if 0.0 <= host_s - r[0] <= WINDOW_S)
        if row is not None and (not hands or row[0] > hands[-1][0]):
            hands = (*hands, row)
        guests[track.id] = replace(
            guest, seen_s=host_s, near_since_s=since_s if is_near else None, hands=hands
        )
    return replace(memory, guests=guests)


def _greet(
    memory: Memory,
    able: Sequence[Performer],
    seen: Sequence[BodyTrack],
    robots: Mapping[str, RobotNow],
    host_s: float,
    seed: int,
) -> tuple[Memory, tuple[Reaction, ...]]:
    """Who has been near for long enough, and those who came along, by the robot that they came to."""
    waiting = [t for t in seen if _is_waiting(memory.guests[t.id], host_s)]
    best = min(
        (
            (distance_m, k, t, p)
            for t in waiting
            for k, p in enumerate(able)
            if (distance_m := away_m(t, robots[p.id])) is not None
            and distance_m < NEAR_M
            and faces(t, robots[p.id])
        ),
        key=lambda found: found[:2],
        default=None,
    )
    if best is None:
        return memory, ()
    _, _, first, performer = best
    group = _group_of(memory, first, seen)
    uses: tuple[GestureUse, ...] = ("greet_group", "greet") if len(group) > 1 else ("greet",)
    before_s = memory.guests[first.id].near_since_s
    memory, gesture = pick(memory, performer, uses, seed)
    if gesture is None:
        return memory, ()
    memory, made = reaction(
        memory,
        performer,
        gesture,
        cause="a guest" if len(group) == 1 else f"{len(group)} guests",
        cause_host_s=min(host_s if before_s is None else before_s, host_s),
        host_s=host_s,
    )
    greeted = {i: replace(memory.guests[i], is_greeted=True) for i in group}
    return replace(memory, guests={**memory.guests, **greeted}), (made,)


def _is_waiting(guest: Guest, host_s: float) -> bool:
    since_s = guest.near_since_s
    return not guest.is_greeted and since_s is not None and host_s - since_s >= DWELL_S


def _group_of(memory: Memory, first: BodyTrack, seen: Sequence[BodyTrack]) -> list[str]:
    """With whom somebody came: one stands beside another of them, and they came at about the same time."""
    group, others = [first], [t for t in seen if t.id != first.id and t.position_m is not None]
    since_s = memory.guests[first.id].near_since_s
    grows = True
    while grows:
        grows = False
        for track in others:
            guest = memory.guests[track.id]
            came_s = guest.near_since_s
            if (
                guest.is_greeted
                or track in group
                or (came_s is not None and abs(came_s - (since_s or came_s)) > GROUP_S)
            ):
                continue
            if any(_between_m(track, member) <= GROUP_M for member in group):
                group.append(track)
                grows = True
    return [t.id for t in group]


def _between_m(a: BodyTrack, b: BodyTrack) -> float:
    if a.position_m is None or b.position_m is None:
        return float("inf")
    return float(np.hypot(a.position_m[0] - b.position_m[0], a.position_m[1] - b.position_m[1]))


def _wave_back(
    memory: Memory,
    able: Sequence[Performer],
    seen: Sequence[BodyTrack],
    robots: Mapping[str, RobotNow],
    host_s: float,
    seed: int,
) -> tuple[Memory, tuple[Reaction, ...]]:
    """Who waves is waved to, by the nearest robot; where places are unknown, by the first that is free."""
    for track in seen:
        guest = memory.guests[track.id]
        sign, since_s = _sign(memory, guest, host_s)
        if host_s - guest.waved_back_s < WAVE_AGAIN_S or sign != "wave":
            continue
        distances = [away_m(track, robots[p.id]) for p in able]
        order = sorted(
            (0.0 if d is None else d, k) for k, d in enumerate(distances) if d is None or d <= WAVE_M
        )
        for _, k in order:
            memory, gesture = pick(memory, able[k], ("wave_back",), seed)
            if gesture is None:
                continue
            memory, made = reaction(
                memory,
                able[k],
                gesture,
                cause="a wave",
                cause_host_s=min(since_s, host_s),
                host_s=host_s,
            )
            waved = replace(memory.guests[track.id], waved_back_s=host_s, hands=())
            return replace(memory, guests={**memory.guests, track.id: waved}), (made,)
    return memory, ()


def _high_five(
    memory: Memory,
    able: Sequence[Performer],
    seen: Sequence[BodyTrack],
    robots: Mapping[str, RobotNow],
    host_s: float,
    seed: int,
) -> tuple[Memory, tuple[Reaction, ...]]:
    """Who holds a hand up before a robot, in its reach and alone, is offered one."""
    for performer in able:
        robot = robots[performer.id]
        distances = sorted(
            ((d, t.id, t) for t in seen if (d := away_m(t, robot)) is not None), key=lambda x: x[:2]
        )
        if robot.state != "standing" or not distances:
            continue
        if any(t.position_m is None for t in seen) or (len(distances) > 1 and distances[1][0] < ALONE_M):
            continue  # somebody may be nearer than is known
        distance_m, _, track = distances[0]
        guest = memory.guests[track.id]
        if not (REACH_M[0] <= distance_m <= REACH_M[1] and is_before(track, robot) and faces(track, robot)):
            continue
        sign, since_s = _sign(memory, guest, host_s)
        if sign != "hand_up" or host_s - guest.waved_back_s < WAVE_AGAIN_S:
            continue
        memory, gesture = pick(memory, performer, ("high_five",), seed, allows_contact=True)
        if gesture is None:
            continue
        memory, made = reaction(
            memory,
            performer,
            gesture,
            cause="a hand held up",
            cause_host_s=min(since_s, host_s),
            host_s=host_s,
        )
        met = replace(memory.guests[track.id], waved_back_s=host_s, is_greeted=True, hands=())
        return replace(memory, guests={**memory.guests, track.id: met}), (made,)
    return memory, ()


def _nobody(memory: Memory, *_: object) -> tuple[Memory, tuple[Reaction, ...]]:
    """Where the venue allows no contact no hand is offered."""
    return memory, ()
