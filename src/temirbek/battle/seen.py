"""From key points as a camera gives them to a body's motion, smooth and even, with what was not seen left out.

Frames come unevenly, some never, and every key point trembles. Each point's course is a local line through the frames
nearby, weighted by a Gaussian in time (Cleveland 1979): that neither leads nor lags, whatever the frame rate. What a
speed has of the trembling alone is known from how far frames lie beside those lines, and is taken off.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.battle.mending import mended
from temirbek.battle.skeletons import Skeleton

Floats = NDArray[np.float64]

RATE_HZ = 60.0
SURE = 0.3  # key points below this confidence are not believed
WIDTH_S = 0.045  # of the Gaussian, or of the time between frames, whichever is longer
WIDTH_FRAMES = 1.0
REACH_S = 0.2  # from so far nothing is concluded about a point that is not seen
FEWEST_FRAMES = 8
OFTEN = 0.9  # a key point that is sure in so many frames is seen all the time


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenMotion:
    """A body's motion over a turn.

    Attributes:
        skeleton: Which kind of body.
        times_s: Evenly spaced instants [s], shape (t,).
        points: Where the points are, shape (t, n, 2), in body lengths.
        speed: Root mean square of the points' speeds, shape (t,) [body lengths/s].
        coverage: Share of the used points' instants over the turn that were seen, 0–1.
    """

    skeleton: Skeleton
    times_s: Floats
    points: Floats
    speed: Floats
    coverage: float

    @property
    def energy(self) -> float:
        """Root mean square of the speed [body lengths/s]."""
        return float(np.sqrt(np.mean(self.speed**2)))

    @property
    def liveliness(self) -> float:
        """How surely anything is danced at all, 0–1."""
        low, high = self.skeleton.still_bl_s, self.skeleton.lively_bl_s
        return float(np.clip((self.energy - low) / (high - low), 0.0, 1.0))

    def pose_at(self, times_s: Floats) -> Floats:
        """Poses at given instants, shape (k, a) [rad]."""
        index = np.round((times_s - self.times_s[0]) * RATE_HZ).astype(int)
        return self.skeleton.pose(self.points[np.clip(index, 0, len(self.points) - 1)])


def see_motion(
    times_s: Floats, keypoints: Floats, skeleton: Skeleton, *, start_s: float, end_s: float
) -> SeenMotion:
    """The motion of a body over a turn.

    Args:
        times_s: When the pictures were taken, shape (t,), in any order [s].
        keypoints: Shape (t, n, 3): x right, y down in one unit, confidence 0–1.
        skeleton: Which kind of body.
        start_s, end_s: The turn; frames a little outside help at its ends.

    Raises:
        ValueError: The shapes do not agree, or the turn has no length.
    """
    if keypoints.shape != (len(times_s), skeleton.n_points, 3):
        raise ValueError(
            f"key points have shape {keypoints.shape}; expected ({len(times_s)}, {skeleton.n_points}, 3)"
        )
    if not end_s > start_s:
        raise ValueError(f"a turn from {start_s} s to {end_s} s has no length")
    frames_s, points, sure = _ordered(times_s, keypoints, start_s - 1.0, end_s + 1.0)
    points, sure = mended(frames_s, points, sure, skeleton)
    even_s = np.arange(start_s, end_s, 1.0 / RATE_HZ)
    coverage = _coverage(even_s, frames_s, sure[:, list(skeleton.used)])
    if len(frames_s) < FEWEST_FRAMES or coverage <= 0.0:
        nothing = np.zeros((len(even_s), skeleton.n_points, 2))
        return SeenMotion(
            skeleton=skeleton, times_s=even_s, points=nothing, speed=np.zeros(len(even_s)), coverage=coverage
        )
    width_s = max(WIDTH_S, WIDTH_FRAMES * float(np.median(np.diff(frames_s))))
    places, squares = (
        np.zeros((len(even_s), skeleton.n_points, 2)),
        np.zeros((len(even_s), skeleton.n_points)),
    )
    for joint in skeleton.used:
        if np.count_nonzero(sure[:, joint]) >= FEWEST_FRAMES:
            at = sure[:, joint]
            places[:, joint], squares[:, joint] = _course(frames_s[at], points[at, joint], even_s, width_s)
    length = max(skeleton.body_length(places), 1e-9)
    squared = squares[:, list(skeleton.used)].mean(axis=1) / length**2
    return SeenMotion(
        skeleton=skeleton,
        times_s=even_s,
        points=places / length,
        speed=np.sqrt(np.maximum(squared, 0.0)),
        coverage=coverage,
    )


def _ordered(
    times_s: Floats, keypoints: Floats, from_s: float, to_s: float
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Frames of a stretch in order, each instant once; what is not finite was not seen."""
    _, first = np.unique(times_s, return_index=True)
    kept = first[(times_s[first] >= from_s) & (times_s[first] <= to_s) & np.isfinite(times_s[first])]
    points = keypoints[kept, :, :2]
    sure = (keypoints[kept, :, 2] >= SURE) & np.isfinite(points).all(axis=-1)
    return times_s[kept], np.where(sure[..., None], points, 0.0), sure


def _coverage(even_s: Floats, frames_s: Floats, sure: NDArray[np.bool_]) -> float:
    """Share of points and instants with a sure frame nearby."""
    if not len(frames_s):
        return 0.0
    near_s = max(0.5 * REACH_S, 0.75 * float(np.median(np.diff(frames_s))) if len(frames_s) > 1 else 0.0)
    near_s = min(near_s, REACH_S)
    found = 0.0
    for joint in range(sure.shape[1]):
        seen_s = frames_s[sure[:, joint]]
        if len(seen_s):
            after = np.clip(np.searchsorted(seen_s, even_s), 0, len(seen_s) - 1)
            apart = np.minimum(
                np.abs(seen_s[after] - even_s), np.abs(seen_s[np.maximum(after - 1, 0)] - even_s)
            )
            found += float(np.mean(apart <= near_s))
    # a camera that shows a point in few of its frames has not seen it, however near those few lie
    seen = float(np.count_nonzero(sure)) / sure.size
    n_points: int = sure.shape[1]
    return found / n_points * min(1.0, seen / OFTEN)


def _course(frames_s: Floats, points: Floats, even_s: Floats, width_s: float) -> tuple[Floats, Floats]:
    """One point's place (t, 2) and squared speed (t,), less what noise adds to it."""
    near, weights = _nearby(frames_s, even_s, width_s)
    apart = frames_s[near] - even_s[:, None]
    total = weights.sum(axis=1)
    mean_s = (weights * apart).sum(axis=1) / total
    centred = weights * (apart - mean_s[:, None])
    spread = (centred * apart).sum(axis=1) + 1e-4 * total * width_s**2
    slopes = centred / spread[:, None]
    velocity = np.einsum("tk,tkc->tc", slopes, points[near])
    place = np.einsum("tk,tkc->tc", weights / total[:, None], points[near]) - mean_s[:, None] * velocity
    noise = _noise(points)
    return place, (velocity**2).sum(axis=1) - 2.0 * noise * (slopes**2).sum(axis=1)


def _nearby(frames_s: Floats, even_s: Floats, width_s: float) -> tuple[NDArray[np.intp], Floats]:
    """Indices of the frames around each instant, and their Gaussian weights, shape (t, k).

    The Gaussian is as wide as the gap where there are few frames.
    """
    n = len(frames_s)
    half = int(np.ceil(3.0 * width_s / max(float(np.median(np.diff(frames_s))), 1e-3))) + 1
    after = np.searchsorted(frames_s, even_s)
    index = after[:, None] + np.arange(-half, half)
    exists = (index >= 0) & (index < n)
    near = np.clip(index, 0, n - 1)
    right = after.clip(1, n - 1)
    gap_s = frames_s[right] - frames_s[right - 1]
    away_s = np.minimum(np.abs(frames_s[right] - even_s), np.abs(frames_s[right - 1] - even_s))
    count = np.searchsorted(frames_s, even_s + 2 * width_s) - np.searchsorted(frames_s, even_s - 2 * width_s)
    wide_s = np.maximum(np.where(count >= 3, width_s, np.maximum(width_s, gap_s)), away_s)
    weights = np.exp(-0.5 * ((frames_s[near] - even_s[:, None]) / wide_s[:, None]) ** 2)
    return near, np.where(exists, weights + 1e-12, 0.0)


def _noise(points: Floats) -> float:
    """Variance of a key point's trembling, one axis: from third differences, which smooth courses hardly have."""
    if len(points) < FEWEST_FRAMES:
        return 0.0
    third = points[3:] - 3.0 * points[2:-1] + 3.0 * points[1:-2] - points[:-3]
    return float((np.median(np.abs(third)) / 0.6745) ** 2 / 20.0)
