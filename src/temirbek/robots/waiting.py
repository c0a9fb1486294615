"""The others, when one lies on the stage: who would come too near stops before, and waits.

A robot that is seen falling gives up its balance and folds (:mod:`~temirbek.robots.falls`). The others dance on, but do
not walk where it lies. The decision is pure: planned places over time, moments at which the dance rests on all feet,
and the place of the one that lies make the moment at which to stop, or none. It is taken twice for each fall: when the
fall is seen, for the place where the robot falls, and when it must be lying, for the place where it lies.

How near is too near
    In physics, folded robots that had been pushed over (G1: 150–220 N, Go2: 260–380 N, 0.2 s, from four sides) lay
    within 0.65 m of their pelvis, a G1 within 0.97 m of where its fall was seen: folding spares most of the 1.85 m of
    a stiff fall, and one that lies reaches nobody any more. An arm that is stretched out goes some 0.45 m beyond a
    dancer's feet, and places are known to a decimetre. So no planned place, of pelvis or sole, comes nearer than
    :data:`SAFE_M` to the pelvis of the one that lies. Who is nearer already comes no nearer: two dancers in each
    other's arms need not stop, and one that leaves may leave.

How to stop
    The dance is slowed down, not cut off: over :data:`EASE_S` its time comes to a stand at the last moment before the
    danger around which all feet carry. What is slower asks for less force, and the preview of
    :mod:`~temirbek.robots.preview` leans into the rest: a G1 stopped in walks, turns and side steps (every double
    support of eight beats each at 105–110 BPM, sensors of usual noise) never fell. It stands there, as its dance has it
    at that moment, to the end. If no such moment comes before the danger, the first one after it is taken: a robot in
    mid-stride must first come to stand.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from temirbek.robots.reference import Reference, sample
from temirbek.types import Trajectory, Wait

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SAFE_M = 1.2
"""No planned place of pelvis or sole comes nearer to the pelvis of a robot that lies."""
NEARER_M = 0.1
"""Who is nearer than that already may come nearer by this much: robots sway where they stand."""
EASE_S = 0.6
"""Time over which a dance slows down to a stand: about a beat."""
RESTS_S = 0.08
"""So long before and after a moment of rest all feet carry: one that has just landed bears its weight, and none is about
to lift."""


def rest_before(
    times_s: Floats, places_m: Floats, rests: Flags, lying_m: Floats, now_s: float
) -> float | None:
    """At which moment of its dance a robot has to stop so as not to come near one that lies.

    Args:
        times_s: Mix times, rising, shape (n,).
        places_m: Where the plan has pelvis and soles then, shape (n, k, 2).
        rests: Whether the dance may stop then (:func:`resting`), shape (n,).
        lying_m: Where the pelvis of the one that lies is, shape (2,).
        now_s: Mix time; what lies before it is past.

    Returns:
        The moment of the dance [mix s] at which it stands, :data:`EASE_S` / 2 from now or later; None: it may go on,
        for it never comes near, or never rests again.
    """
    distance_m = np.linalg.norm(places_m - lying_m, axis=-1).min(axis=-1)
    now = min(int(np.searchsorted(times_s, now_s)), len(times_s) - 1)
    bound_m = SAFE_M if distance_m[now] >= SAFE_M else distance_m[now] - NEARER_M
    dangers = np.flatnonzero(distance_m[now:] < bound_m)
    if not len(dangers):
        return None
    can = np.flatnonzero(rests & (times_s >= now_s + EASE_S / 2.0))
    if not len(can):
        return None
    before = can[can < now + dangers[0]]
    return float(times_s[before[-1] if len(before) else can[0]])


def resting(contacts: Flags, rate_hz: float) -> Flags:
    """At which rows a dance may stop: all feet carry around them, for :data:`RESTS_S` before and after.

    Args:
        contacts: Which feet carry, shape (n, feet).
        rate_hz: Rows a second.
    """
    n, rows = len(contacts), np.arange(len(contacts))
    lifted = np.concatenate([[0], np.cumsum(~contacts.all(axis=1))])
    around = round(RESTS_S * rate_hz)
    first, last = np.maximum(rows - around, 0), np.minimum(rows + around, n - 1)
    rests: Flags = lifted[last + 1] == lifted[first]
    return rests


def planned_wait(
    plan: Trajectory, reference: Reference, lying: str, lying_m: Floats, now_s: float
) -> tuple[Wait, float] | None:
    """Whether and where one that follows a plan has to wait because of one that lies; None: it goes on.

    Args:
        plan: What it dances.
        reference: The same on the control's steps, with its feet.
        lying: Performer id of the one that lies.
        lying_m: Where its pelvis is, shape (2,).
        now_s: Mix time.

    Returns:
        What to write down, and the moment of the dance at which it stops [mix s], for :func:`stopped`.
    """
    times_s = reference.start_s + reference.step_s * np.arange(len(reference.qpos), dtype=np.float64)
    places_m = np.concatenate([reference.qpos[:, None, :2], reference.foot_m[:, :, :2]], axis=1)
    rests = resting(reference.contacts, 1.0 / reference.step_s)
    stop_s = rest_before(times_s, places_m, rests, lying_m, now_s)
    if stop_s is None:
        return None
    stands_m = places_m[int(np.searchsorted(times_s, stop_s - 1e-9))]
    distance_m = float(np.linalg.norm(stands_m - lying_m, axis=-1).min())
    from_s = min(stop_s + EASE_S / 2.0, plan.end_s)
    return Wait(performer=plan.performer, from_s=from_s, lying=lying, distance_m=distance_m), stop_s


def stopped(trajectory: Trajectory, stop_s: float) -> Trajectory:
    """The same dance until shortly before a moment, where its time eases to a stand.

    Args:
        trajectory: The plan.
        stop_s: Moment of the dance at which it stands [mix s]; it does from half of :data:`EASE_S` later on.
    """
    n = len(trajectory.qpos)
    times_s = trajectory.start_s + np.arange(n) / trajectory.rate_hz
    u = np.clip((times_s - stop_s) / EASE_S + 0.5, 0.0, 1.0)
    # The speed of its time falls smoothly, 1 − 3u² + 2u³; place and further rate follow from it.
    speed = 1.0 - u * u * (3.0 - 2.0 * u)
    change = -6.0 * u * (1.0 - u) / EASE_S
    passed_s = EASE_S * (u - u**3 + 0.5 * u**4)
    moments_s = np.where(times_s < stop_s - EASE_S / 2.0, times_s, stop_s - EASE_S / 2.0 + passed_s)
    qpos, qvel, qacc, contacts = sample(trajectory, moments_s)
    first = int(np.searchsorted(times_s, stop_s - EASE_S / 2.0))
    for old, new in ((trajectory.qpos, qpos), (trajectory.qvel, qvel), (trajectory.qacc, qacc)):
        new[:first] = old[:first]
    contacts[:first] = trajectory.contacts[:first]
    qacc[first:] = speed[first:, None] ** 2 * qacc[first:] + change[first:, None] * qvel[first:]
    qvel[first:] *= speed[first:, None]
    return replace(trajectory, qpos=qpos, qvel=qvel, qacc=qacc, contacts=contacts)
