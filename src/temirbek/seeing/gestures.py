"""What somebody means: a wave, a raised hand, a high five that is offered; from the last second and a half of key points.

All is measured in torso lengths from the middle of the shoulders, so that neither the distance nor the height of a person
matters. A *raised hand* is above the head and still. A *wave* is a hand above its elbow that goes to and fro sideways like a
sine (0.8–4.5 Hz, a least-squares fit tells how much like one) while the elbow, the other hand and the body keep still. A
*high five offer* is an upright forearm at head height, before the body and still.

Limits. Dancers do all of that, too: of seconds of dancing, a share seems to be a wave (``benchmarks/seeing.py`` tells it),
so the confidence falls with everything else that moves, and who listens believes waves only in fitting moments. A hand
before the body looks the same near and far to one camera: an offer is only believed of somebody who stands near.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from temirbek.seeing.source import KEYPOINT_SEEN
from temirbek.seeing.standing import L_HIP, L_SHOULDER, NOSE, R_HIP, R_SHOULDER, SHOULDERS_PER_TORSO
from temirbek.types import BodyGesture, BodyGestureKind, BodyTrack

Array = NDArray[np.float64]
WINDOW_S = 1.5
LENGTH_S: dict[BodyGestureKind, float] = {"wave": 1.0, "raised_hand": 0.7, "high_five_offer": 0.5}
"""From how much of it a gesture is told [s]. A hand is held up for longer than a dancer's arm rests on a beat."""
LEAST_RATE_HZ, LEAST_SPAN = 8.0, 0.74
HELD_S = 1.0
"""A gesture that is not seen for so long is over."""
FORGET_S = 5.0
SWING_HZ = np.linspace(0.8, 4.5, 38)
LEAST_SWING, FULL_SWING = 0.07, 0.20
"""Standard deviation of a waving hand, in torso lengths: none below the first, surely from the second."""
LEAST_LIKENESS = 0.5
STILL = 0.07
"""Standard deviation of a hand that is still, in torso lengths; networks shake it by that much at 6 m."""
CALM, CALM_PER_SWING = 0.06, 0.4
"""So much may the rest of a body move beside a hand that waves: as it shakes, and a share of the hand's own swing."""
LEAST_CONFIDENCE = 0.5
LEAST_TORSO = 1e-3
OFFER_AT_MOST = 0.8
ARMS = ((5, 7, 9, 10), (6, 8, 10, 9))
"""Shoulder, elbow, wrist, and the other wrist."""


@dataclass(slots=True)
class _Seen:
    """What was seen of one person lately."""

    times_s: deque[float] = field(default_factory=deque)
    keypoints: deque[Array] = field(default_factory=deque)
    current: dict[BodyGestureKind, tuple[float, float]] = field(default_factory=dict)


class GestureReader:
    """Reads gestures from tracks as they come; a pure function of what it was shown."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def look(self, tracks: tuple[BodyTrack, ...], host_s: float) -> tuple[BodyGesture, ...]:
        """What people do in this moment; one gesture keeps its begin as long as it goes on.

        Args:
            tracks: Who is there.
            host_s: Of the picture [host s].
        """
        found = [gesture for track in tracks for gesture in self._look_at(track)]
        gone = [
            id for id, seen in self._seen.items() if not seen.times_s or host_s - seen.times_s[-1] > FORGET_S
        ]
        for id in gone:
            del self._seen[id]
        return tuple(found)

    def _look_at(self, track: BodyTrack) -> list[BodyGesture]:
        if not len(track.keypoints):
            return []
        seen = self._seen.setdefault(track.id, _Seen())
        seen.times_s.append(track.host_s)
        seen.keypoints.append(track.keypoints)
        while seen.times_s[0] < track.host_s - WINDOW_S:
            seen.times_s.popleft()
            seen.keypoints.popleft()
        confidences = read(np.array(seen.times_s), np.array(seen.keypoints))
        return [self._told(track, seen, kind, value) for kind, value in confidences.items()]

    def _told(self, track: BodyTrack, seen: _Seen, kind: BodyGestureKind, confidence: float) -> BodyGesture:
        began_s, last_s = seen.current.get(kind, (-np.inf, -np.inf))
        if track.host_s - last_s > HELD_S:
            began_s = track.host_s - LENGTH_S[kind]
        seen.current[kind] = (began_s, track.host_s)
        return BodyGesture(
            track=track.id,
            kind=kind,
            began_host_s=float(began_s),
            host_s=track.host_s,
            confidence=confidence * track.confidence,
        )


def in_torsos(keypoints: Array) -> tuple[Array, Array]:
    """Bodies in torso lengths from the middle of their shoulders, y upwards; and where that middle was, in the same unit.

    The unit is the median of the whole stretch: the length of a torso shakes from picture to picture, and all that is
    measured by it would shake along.

    Args:
        keypoints: Of one person, (n, 17, 3); in each, both shoulders are seen.

    Returns:
        Bodies (n, 17, 3) and origins (n, 2).
    """
    shoulders = (keypoints[:, L_SHOULDER, :2] + keypoints[:, R_SHOULDER, :2]) / 2.0
    hips = (keypoints[:, L_HIP, :2] + keypoints[:, R_HIP, :2]) / 2.0
    width = np.linalg.norm(keypoints[:, L_SHOULDER, :2] - keypoints[:, R_SHOULDER, :2], axis=1)
    torso = float(np.median(width)) / SHOULDERS_PER_TORSO
    has_hips = (keypoints[:, [L_HIP, R_HIP], 2] >= KEYPOINT_SEEN).all(axis=1)
    if has_hips.any():
        torso = max(torso, float(np.median(np.linalg.norm((hips - shoulders)[has_hips], axis=1))))
    torso = max(torso, LEAST_TORSO)
    bodies = keypoints.copy()
    bodies[:, :, :2] = (keypoints[:, :, :2] - shoulders[:, None]) / torso * np.array([1.0, -1.0])
    return bodies, np.asarray(shoulders / torso)


def read(times_s: Array, keypoints: Array) -> dict[BodyGestureKind, float]:
    """What a stretch of key points ends with: gesture → confidence.

    Args:
        times_s: Instants, growing [s], (n,).
        keypoints: Of one person, (n, 17, 3), like those of a :class:`~temirbek.types.BodyTrack`.
    """
    found: dict[BodyGestureKind, float] = {}
    has_shoulders = (keypoints[:, [L_SHOULDER, R_SHOULDER], 2] >= KEYPOINT_SEEN).all(axis=1)
    if not has_shoulders.any():
        return found
    bodies, origins = in_torsos(keypoints[has_shoulders])
    for arm in ARMS:
        here = _read_arm(times_s[has_shoulders], bodies, origins, arm)
        sure = [kind for kind in LENGTH_S if here.get(kind, 0.0) >= LEAST_CONFIDENCE]
        for kind in sure[
            :1
        ]:  # an arm means one thing at a time, and a hand that swings a little is not held up
            found[kind] = max(found.get(kind, 0.0), here[kind])
    return found


def _read_arm(
    times_s: Array, bodies: Array, origins: Array, arm: tuple[int, int, int, int]
) -> dict[BodyGestureKind, float]:
    seen = (bodies[:, arm[:3], 2] >= KEYPOINT_SEEN).all(axis=1)
    found: dict[BodyGestureKind, float] = {}
    for kind, length_s in LENGTH_S.items():
        lately = seen & (times_s >= times_s[-1] - length_s)
        if not _is_enough(times_s[lately], length_s):
            continue
        here, origin = bodies[lately], origins[lately]
        if kind == "wave":
            found[kind] = _wave(times_s[lately], here, origin, arm)
        else:
            still = _stillness(here[:, arm[2], :2]) * _stillness(origin)
            is_so = _raised if kind == "raised_hand" else _offered
            found[kind] = still * is_so(here, arm)
    return found


def _is_enough(times_s: Array, length_s: float) -> bool:
    """Whether a stretch was seen well enough: from end to end, and often enough."""
    if len(times_s) < 0.9 * LEAST_RATE_HZ * length_s:
        return False
    return bool(times_s[-1] - times_s[0] >= LEAST_SPAN * length_s)


def _wave(at_s: Array, bodies: Array, origins: Array, arm: tuple[int, int, int, int]) -> float:
    _, elbow, wrist, other = arm
    is_up = (bodies[:, wrist, 1] > bodies[:, elbow, 1] + 0.1) & (bodies[:, wrist, 1] > -0.1)
    if is_up.mean() < 0.85:
        return 0.0
    sideways = bodies[:, wrist, 0] - bodies[:, elbow, 0]
    likeness, swing = _like_a_sine(at_s, sideways)
    if likeness < LEAST_LIKENESS or swing < LEAST_SWING:
        return 0.0
    strength = np.clip((swing - LEAST_SWING) / (FULL_SWING - LEAST_SWING), 0.0, 1.0)
    elsewhere = [bodies[:, elbow, :2], origins]
    if (bodies[:, other, 2] >= KEYPOINT_SEEN).mean() > 0.5:
        elsewhere.append(bodies[bodies[:, other, 2] >= KEYPOINT_SEEN, other, :2])
    allowed = CALM + CALM_PER_SWING * swing
    calm = min(float(np.clip(1.5 - _spread(one) / allowed, 0.0, 1.0)) for one in elsewhere)
    return float(likeness * (0.7 + 0.3 * strength) * calm)


def _like_a_sine(at_s: Array, values: Array) -> tuple[float, float]:
    """How much of a movement (beside its trend) one sine explains, 0–1, and its standard deviation."""
    middle_s = at_s - at_s.mean()
    trend = np.column_stack([np.ones_like(middle_s), middle_s])
    rest = values - trend @ np.linalg.lstsq(trend, values, rcond=None)[0]
    power = float(rest @ rest)
    if power <= 0.0:
        return 0.0, 0.0
    best = 0.0
    for rate_hz in SWING_HZ:
        turns = 2 * np.pi * rate_hz * middle_s
        basis = np.column_stack([np.cos(turns), np.sin(turns), np.ones_like(turns)])
        fitted = basis @ np.linalg.lstsq(basis, rest, rcond=None)[0]
        best = max(best, float(fitted @ fitted) / power)
    return min(best, 1.0), float(np.sqrt(power / len(rest)))


def _raised(bodies: Array, arm: tuple[int, int, int, int]) -> float:
    """How surely a hand is above the head (1.0), and alone there; both arms up are joy, not a question."""
    _, _, wrist, other = arm
    above = bodies[:, wrist, 1] - _head(bodies)
    alone = (bodies[:, other, 2] < KEYPOINT_SEEN) | (bodies[:, other, 1] < _head(bodies))
    return float((above > 0.12).mean() >= 0.85) * (1.0 if alone.mean() > 0.5 else 0.4)


def _offered(bodies: Array, arm: tuple[int, int, int, int]) -> float:
    """How surely a forearm stands upright before the body, its hand at head height; never quite (see the limits above)."""
    shoulder, elbow, wrist, other = arm
    forearm = bodies[:, wrist, :2] - bodies[:, elbow, :2]
    upright = (forearm[:, 1] > 0.3) & (np.abs(forearm[:, 0]) < 0.6 * forearm[:, 1])
    at_head = (bodies[:, wrist, 1] > -0.15) & (bodies[:, wrist, 1] < _head(bodies) + 0.12)
    before = (bodies[:, elbow, 1] < 0.15) & (
        np.abs(bodies[:, wrist, 0] - bodies[:, shoulder, 0]) < SHOULDERS_PER_TORSO
    )
    lower = (bodies[:, other, 2] < KEYPOINT_SEEN) | (bodies[:, other, 1] < -0.3)
    return OFFER_AT_MOST * float((upright & at_head & before & lower).mean() >= 0.8)


def _head(bodies: Array) -> Array:
    """How high the nose is, (n,); where there is none, as high as noses are."""
    return np.asarray(np.where(bodies[:, NOSE, 2] >= KEYPOINT_SEEN, bodies[:, NOSE, 1], 0.36))


def _stillness(points: Array) -> float:
    return float(np.clip(2.0 - _spread(points) / STILL, 0.0, 1.0))


def _spread(points: Array) -> float:
    """Standard deviation of points about their middle."""
    return float(np.sqrt(((points - np.median(points, axis=0)) ** 2).sum(axis=1).mean()))
