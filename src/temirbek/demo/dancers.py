"""Dancers that nobody knows: bodies of key points that dance to given beats as well as they are told to.

A test of how dance is measured must know the truth. A :class:`Dancer` has a skill from 0 to 1, from which follow how
exactly it meets the beat, how large it moves, how many beats it misses and how many different poses it knows; or it is
given flaws on their own: a wrong tempo, laziness, standing still, a bad copy. It reaches a pose on each beat by
minimum-jerk movements (Flash & Hogan 1985), in the plane that a camera before it sees. The camera is told as well:
rate, jitter of its frames, dropped frames, noise of the key points, key points not seen, latency.

Everything is drawn from seeds; nobody was filmed for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from temirbek.types import BodyTrack

Floats = NDArray[np.float64]

N_CHANNELS = 10
"""Of a pose: left and right arm (abduction, bend of the elbow), left and right leg (abduction, bend of the knee) [rad],
lean of the trunk to its left [rad], place along the picture [m]. In that order."""
REST = np.array([0.2, 0.2, 0.2, 0.2, 0.05, 0.05, 0.05, 0.05, 0.0, 0.0])
LONGEST_MOVE_S = 0.38
PICTURE_HEIGHT_M = 3.0
"""So much of the world a picture shows from bottom to top at the dancer's distance."""
_LOWEST = np.array([0.1, -0.2, 0.1, -0.2, 0.0, 0.0, 0.0, 0.0, -0.25, -0.3])
_HIGHEST = np.array([2.9, 2.2, 2.9, 2.2, 0.6, 0.9, 0.6, 0.9, 0.25, 0.3])
_OTHER_SIDE = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dancer:
    """How somebody dances.

    Attributes:
        skill: 0–1; from it follow the three below where they are None.
        timing_s: Standard deviation of the hits around the beat [s].
        miss_share: Share of the beats on which nothing is hit.
        n_poses: How many different poses are known, 1–16.
        late_s: How late the hits are on the whole [s].
        tempo_factor: Beats of the dancer for each of the music; 1.07 is a wrong tempo, 2 and 0.5 are double and half.
        size: Of the movements; 1 is full, 0.05 is standing still.
        copy_error_rad: Standard deviation of each angle beside the phrase that is copied [rad].
        height_m: Of the body.
        seed: From which hits, misses and poses are drawn.
    """

    skill: float = 0.8
    timing_s: float | None = None
    miss_share: float | None = None
    n_poses: int | None = None
    late_s: float = 0.02
    tempo_factor: float = 1.0
    size: float = 1.0
    copy_error_rad: float = 0.0
    height_m: float = 1.7
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0.0 <= self.skill <= 1.0:
            raise ValueError(f"skill is {self.skill}; expected 0 to 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """What a camera makes of a dancer.

    Attributes:
        rate_hz: Frames a second.
        jitter_s: Standard deviation of a frame's instant [s].
        dropped_share: Share of the frames that never come.
        noise_m: Standard deviation of a key point at the dancer [m].
        unseen_share: Share of the key points that are not seen in a frame.
        latency_s: How late its pictures are said to have been taken [s].
        is_mirrored: Whether it shows left as right, as a camera for oneself does; whoever finds bodies in its picture
            then takes left for right.
        distance: Of the dancer, over the usual: 2 makes everything half as large.
        place: Where in the picture the dancer stands, x in shares of the picture's height.
        seed: Of its noise.
    """

    rate_hz: float = 30.0
    jitter_s: float = 0.0
    dropped_share: float = 0.0
    noise_m: float = 0.012
    unseen_share: float = 0.03
    latency_s: float = 0.0
    is_mirrored: bool = False
    distance: float = 1.0
    place: float = 0.9
    seed: int = 0


def vocabulary(seed: int = 7) -> Floats:
    """Sixteen poses that differ well, shape (16, 10), in the channels of :data:`N_CHANNELS`."""
    return np.random.default_rng(seed).uniform(_LOWEST, _HIGHEST, (16, N_CHANNELS))


def phrase_of(dancer: Dancer, n_beats: int, poses: Floats | None = None) -> Floats:
    """The poses that a dancer makes up, one a beat, shape (n_beats, 10).

    Args:
        dancer: Who; of its poses it knows ``n_poses``.
        n_beats: How many.
        poses: The vocabulary to draw from; None: :func:`vocabulary`.
    """
    known = vocabulary() if poses is None else poses
    rng = np.random.default_rng((dancer.seed, 1))
    n = dancer.n_poses if dancer.n_poses is not None else round(3 + 9 * dancer.skill)
    mine = rng.permutation(len(known))[: max(1, min(n, len(known)))]
    chosen = rng.choice(mine, n_beats)
    for i in range(1, n_beats):  # no pose twice running, where there is another
        if chosen[i] == chosen[i - 1] and len(mine) > 1:
            chosen[i] = rng.choice(mine[mine != chosen[i]])
    return np.asarray(known[chosen])


def angles_of(dancer: Dancer, phrase: Floats, beats_s: Floats, times_s: Floats) -> Floats:
    """The channels of a body that dances a phrase, at given instants, shape (t, 10).

    Args:
        dancer: How well.
        phrase: A pose for each beat, repeated where it ends.
        beats_s: Of the music [s], increasing.
        times_s: When to look [s].
    """
    rng = np.random.default_rng((dancer.seed, 2))
    s = dancer.skill
    misses = dancer.miss_share if dancer.miss_share is not None else 0.3 * (1.0 - s) ** 1.5
    size = dancer.size * (0.55 + 0.45 * s)
    n = int(np.floor((len(beats_s) - 1) * dancer.tempo_factor)) + 1
    own = np.interp(np.arange(n) / dancer.tempo_factor, np.arange(len(beats_s)), beats_s)
    hits_s = np.sort(own + dancer.late_s + _timing_s(dancer) * rng.standard_normal(n))
    poses = phrase[np.arange(n) % len(phrase)] + dancer.copy_error_rad * rng.standard_normal((n, N_CHANNELS))
    poses = REST + size * (poses - REST)
    kept = rng.random(n) >= misses
    kept[0] = True
    return _min_jerk(poses[kept], hits_s[kept], times_s)


def _timing_s(dancer: Dancer) -> float:
    """How far its hits lie around the beat [s]."""
    return dancer.timing_s if dancer.timing_s is not None else 0.015 + 0.165 * (1.0 - dancer.skill) ** 1.5


def _min_jerk(poses: Floats, hits_s: Floats, times_s: Floats) -> Floats:
    found = np.tile(poses[0], (len(times_s), 1))
    for i in range(1, len(hits_s)):
        way_s = max(min(0.75 * (hits_s[i] - hits_s[i - 1]), LONGEST_MOVE_S), 0.05)
        u = np.clip((times_s - (hits_s[i] - way_s)) / way_s, 0.0, 1.0)
        eased = u**3 * (10.0 - 15.0 * u + 6.0 * u**2)
        begun = times_s >= hits_s[i] - way_s
        found[begun] = poses[i - 1] + (poses[i] - poses[i - 1]) * eased[begun, None]
    return found


def body_of(channels: Floats, height_m: float = 1.7) -> Floats:
    """Key points of bodies with these channels, seen from before them, shape (t, 17, 2): x right, y down [m].

    The body's left is on the right of the picture, as of somebody who faces the camera.
    """
    size = height_m / 1.7
    left_arm, left_elbow, right_arm, right_elbow = channels[:, :4].T
    left_leg, left_knee, right_leg, right_knee, lean, along = channels[:, 4:].T
    drop = 0.12 * (2.0 - np.cos(left_knee) - np.cos(right_knee))
    pelvis = np.stack([along, -0.9 + drop], axis=-1)
    up = np.stack([np.sin(lean), -np.cos(lean)], axis=-1)
    out = np.stack([np.cos(lean), np.sin(lean)], axis=-1)
    neck = pelvis + 0.5 * up
    points = np.zeros((len(channels), 17, 2))
    points[:, 0] = neck + 0.2 * up
    for joint, aside in ((1, 0.03), (2, -0.03), (3, 0.07), (4, -0.07)):
        points[:, joint] = neck + 0.22 * up + aside * out
    limbs = (
        (1.0, 5, left_arm, left_elbow, left_leg, left_knee),
        (-1.0, 6, right_arm, right_elbow, right_leg, right_knee),
    )
    for sign, first, arm, elbow, leg, knee in limbs:
        points[:, first] = neck + sign * 0.19 * out
        points[:, first + 2] = points[:, first] + 0.28 * _down(sign * arm)
        points[:, first + 4] = points[:, first + 2] + 0.26 * _down(sign * (arm + elbow))
        points[:, first + 6] = pelvis + sign * 0.11 * out
        points[:, first + 8] = points[:, first + 6] + 0.42 * _down(sign * leg)
        points[:, first + 10] = points[:, first + 8] + 0.42 * _down(sign * (leg - knee))
    return size * points


def _down(angle: Floats) -> Floats:
    """Unit vectors that turn from straight down to the right of the picture."""
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1)


def seen_dance(
    dancer: Dancer,
    beats_s: Floats,
    camera: Camera | None = None,
    *,
    phrase: Floats | None = None,
    before_s: float = 0.5,
    after_s: float = 0.6,
) -> tuple[Floats, Floats]:
    """What a camera sees of somebody who dances to beats: instants (t,) and key points (t, 17, 3).

    Args:
        dancer: Who dances, and how.
        beats_s: Of the music [host s], increasing.
        camera: Who looks; None: a usual one.
        phrase: Poses to dance, one a beat; None: its own.
        before_s, after_s: How long it is looked at before the first beat and after the last [s].
    """
    eye = camera or Camera()
    rng = np.random.default_rng((eye.seed, dancer.seed, 3))
    beats_s = np.asarray(beats_s, dtype=float)
    true_s = np.arange(beats_s[0] - before_s, beats_s[-1] + after_s, 1.0 / eye.rate_hz)
    true_s = np.sort(true_s + eye.jitter_s * rng.standard_normal(len(true_s)))
    true_s = true_s[rng.random(len(true_s)) >= eye.dropped_share]
    poses = phrase_of(dancer, len(beats_s)) if phrase is None else phrase
    metres = body_of(angles_of(dancer, poses, beats_s, true_s), dancer.height_m)
    metres = metres + eye.noise_m * rng.standard_normal(metres.shape)
    if eye.is_mirrored:
        metres = metres[:, _OTHER_SIDE] * np.array([-1.0, 1.0])
    seen = metres / (PICTURE_HEIGHT_M * eye.distance) + np.array([eye.place, 0.8])
    sure = np.where(rng.random(metres.shape[:2]) < eye.unseen_share, 0.1, 0.9)
    return true_s + eye.latency_s, np.concatenate([seen, sure[..., None]], axis=-1)


def tracks_of(times_s: Floats, keypoints: Floats, id: str = "dancer") -> Sequence[BodyTrack]:
    """The same as a source of poses would tell it, one track a frame."""
    return [
        BodyTrack(id=id, host_s=float(t), confidence=0.9, keypoints=points)
        for t, points in zip(times_s, keypoints, strict=True)
    ]


OPEN, CLAP = (
    np.array([0.2, -0.6, 0.2, -0.6, 0.05, 0.05, 0.05, 0.05, 0.0, 0.0]),
    np.array([0.2, -1.435, 0.2, -1.435, 0.05, 0.25, 0.05, 0.25, 0.0, 0.0]),
)
"""Hands apart and hands together, in the channels of :data:`N_CHANNELS`."""


def seen_clapping(dancer: Dancer, beats_s: Floats, camera: Camera | None = None) -> tuple[Floats, Floats]:
    """What a camera sees of somebody who claps along, as :func:`seen_dance`; skill is of the timing alone."""
    clapping = replace(dancer, tempo_factor=2.0, skill=1.0, miss_share=0.0, timing_s=_timing_s(dancer))
    return seen_dance(clapping, beats_s, camera, phrase=np.stack([CLAP, OPEN]))
