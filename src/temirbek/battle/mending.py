"""What finders of bodies get wrong, put right or left out: sides that are taken for each other, and points that leap.

A frame in which left and right are exchanged lies nearer to its neighbours when they are exchanged back: every frame at which
that changes begins a stretch of the other kind, and the rarer kind is turned round. A point that leaps away for one frame and
is back in the next was not there.
"""

import numpy as np
from numpy.typing import NDArray

from temirbek.battle.skeletons import Skeleton

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CLEARLY = 0.6  # exchanged back, a frame must be nearer than this share of how near it was
LONGEST_GAP_S = 0.2  # over longer gaps frames are no neighbours
LEAP_BL = 0.25  # so far from between its neighbours, at 30 frames a second [body lengths]
USUAL_GAP_S = 1.0 / 30.0
LEAPS_RUNNING = 3  # leaps one after another
SWAY = 1.5  # times the way between the neighbours: real movements may go as far


def mended(times_s: Floats, points: Floats, sure: Flags, skeleton: Skeleton) -> tuple[Floats, Flags]:
    """Points with their sides put right, and which of them are believed.

    Args:
        times_s: Instants of the frames, shape (t,), increasing [s].
        points: Shape (t, n, 2).
        sure: Which points are believed so far, shape (t, n).
        skeleton: Which kind of body.
    """
    if len(times_s) < 3:
        return points, sure
    points, sure = _sides_put_right(times_s, points, sure, skeleton)
    return points, sure & ~_leaps(times_s, points, sure, skeleton)


def _sides_put_right(
    times_s: Floats, points: Floats, sure: Flags, skeleton: Skeleton
) -> tuple[Floats, Flags]:
    other = list(skeleton.mirror)
    both = sure[1:] & sure[:-1] & sure[1:][:, other]
    as_told = np.linalg.norm(points[1:] - points[:-1], axis=-1)
    exchanged = np.linalg.norm(points[1:][:, other] - points[:-1], axis=-1)
    near = np.diff(times_s) < LONGEST_GAP_S
    turns = near & (_mean(exchanged, both) < CLEARLY * _mean(as_told, both))
    is_other = np.concatenate([[False], np.cumsum(turns) % 2 == 1])
    if is_other.mean() > 0.5:
        is_other = ~is_other
    points, sure = points.copy(), sure.copy()
    points[is_other], sure[is_other] = points[is_other][:, other], sure[is_other][:, other]
    return points, sure


def _mean(values: Floats, where: Flags) -> Floats:
    return np.asarray((values * where).sum(axis=1) / np.maximum(where.sum(axis=1), 1))


def _leaps(times_s: Floats, points: Floats, sure: Flags, skeleton: Skeleton) -> Flags:
    """Which points were elsewhere in the frames before and after in which they are believed, shape (t, n)."""
    length = _length(points, sure, skeleton)
    found = np.zeros(sure.shape, dtype=bool)
    for joint in skeleton.used:
        for _ in range(LEAPS_RUNNING):
            at = np.flatnonzero(sure[:, joint] & ~found[:, joint])
            leaping = _leaping(times_s[at], points[at, joint], length)
            if not leaping.any():
                break
            found[at[1:-1][leaping], joint] = True
    return found


def _leaping(times_s: Floats, course: Floats, length: float) -> Flags:
    """Which inner frames of a point's course lie far beside both of their neighbours."""
    if len(course) < 3:
        return np.zeros(0, dtype=bool)
    gap_s = np.maximum(times_s[2:] - times_s[:-2], 1e-6) / 2.0
    allowed = LEAP_BL * length * np.maximum(gap_s / USUAL_GAP_S, 1.0)
    before, here, after = course[:-2], course[1:-1], course[2:]
    away = np.linalg.norm(here - 0.5 * (before + after), axis=-1)
    way = np.linalg.norm(after - before, axis=-1)
    far = away > allowed + SWAY * way
    # beside a leap both neighbours look wrong as well: the one that is farther away is
    worse = np.pad(away, 1)
    return np.asarray(far & (away >= worse[:-2]) & (away >= worse[2:]))


def _length(points: Floats, sure: Flags, skeleton: Skeleton) -> float:
    """The body's length where both of its ends are seen; without any, nothing leaps."""
    ends = [i for pair in skeleton.length for i in pair]
    whole = sure[:, ends].all(axis=1)
    return skeleton.body_length(points[whole]) if whole.any() else float("inf")
