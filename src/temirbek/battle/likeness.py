"""How many poses a dance has, how new they are, and how like another dance it is.

Poses are compared by their angles (root mean square of the chords between angles, 0 to 2). Variety is the effective
number of different poses (Leinster & Cobbold 2012, order 2): n² over the sum of their likenesses. Copying is dynamic time
warping (Sakoe & Chiba 1978) of poses four times a beat, within a beat; a mirror image is as good a copy. A person and an
animal have no angles in common: there the copy is of the rhythm, how the speed rises and falls along the beats.
"""

import numpy as np
from numpy.typing import NDArray

from temirbek.battle.phrase import PER_BEAT, DancePhrase

Floats = NDArray[np.float64]

COPY_NEAR, COPY_FAR = 0.12, 0.46  # distance of an excellent copy, and of something else
MOST_POSES = 8.0  # knowing more does not show in eight bars
WARP_BEATS = 1.0


def pose_distances(a: Floats, b: Floats) -> Floats:
    """Distances of poses (n, k) and (m, k) [rad] as root mean square chords, shape (n, m)."""
    apart = a[:, None, :] - b[None, :, :]
    return np.asarray(np.sqrt(np.mean(2.0 - 2.0 * np.cos(apart), axis=-1)))


def variety_of(poses: Floats, alike_rad: float) -> float:
    """How many different poses, for how many there could be, 0–1.

    Args:
        poses: One a beat, shape (n, k) [rad].
        alike_rad: Poses so near to each other are one.
    """
    n = len(poses)
    if n < 2:
        return 0.0
    likeness = np.exp(-((pose_distances(poses, poses) / alike_rad) ** 2))
    effective = n**2 / float(likeness.sum())
    return float(np.clip((effective - 1.0) / (min(n, MOST_POSES) - 1.0), 0.0, 1.0))


def originality_of(poses: Floats, earlier: Floats, alike_rad: float) -> float:
    """Share of poses that are like none of the earlier ones, 0–1; smooth where they are nearly."""
    if not len(earlier):
        return 1.0
    nearest = pose_distances(poses, earlier).min(axis=1)
    return float(np.mean(1.0 - np.exp(-((nearest / alike_rad) ** 2))))


def copy_of(phrase: DancePhrase, model: DancePhrase) -> float:
    """How like a phrase is to its model, 0–1."""
    if phrase.skeleton.name != model.skeleton.name:
        return _same_rhythm(phrase.speed, model.speed)
    mirrored = model.skeleton.mirrored_pose(model.poses)
    apart = min(_warped(phrase.poses, model.poses), _warped(phrase.poses, mirrored))
    return float(np.clip((COPY_FAR - apart) / (COPY_FAR - COPY_NEAR), 0.0, 1.0))


def _warped(a: Floats, b: Floats) -> float:
    """Mean distance along the best warping of two rows of poses within :data:`WARP_BEATS`."""
    n = min(len(a), len(b))
    band = round(WARP_BEATS * PER_BEAT)
    apart = pose_distances(a[:n], b[:n])
    total = np.full((n + 1, n + 1), np.inf)
    total[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(max(1, i - band), min(n, i + band) + 1):
            # a diagonal step costs both of its sides, so that no way is cheaper for being shorter
            straight = total[i - 1, j - 1] + 2.0 * apart[i - 1, j - 1]
            aside = min(total[i - 1, j], total[i, j - 1]) + apart[i - 1, j - 1]
            total[i, j] = min(straight, aside)
    return float(total[n, n]) / (2.0 * n)


def _same_rhythm(a: Floats, b: Floats) -> float:
    """Correlation of two courses of speed, the best within half a beat, 0–1."""
    n = min(len(a), len(b))
    best = 0.0
    for shift in range(-PER_BEAT // 2, PER_BEAT // 2 + 1):
        x, y = a[max(0, shift) : n + min(0, shift)], b[max(0, -shift) : n - max(0, shift)]
        if len(x) > PER_BEAT and x.std() > 1e-9 and y.std() > 1e-9:
            best = max(best, float(np.corrcoef(x, y)[0, 1]))
    return best
