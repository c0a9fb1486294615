"""How late a camera's pictures are, from somebody who claps along with beats that the machine knows.

The instants at which the wrists meet, or, where nobody claps, at which the hips are lowest, are put beside the beats as
they sounded. What they are late on the whole is the camera's latency (exposure, driver, finding the body), to which the
person's own lateness is added: some 20 ms, not known (people who tap along are rather early; Repp 2005), and forgiven by
the lag that the measuring allows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.battle.peaks import peaks_of
from temirbek.battle.seen import RATE_HZ, SeenMotion, see_motion
from temirbek.battle.skeletons import PERSON
from temirbek.errors import InvalidInput

Floats = NDArray[np.float64]

EARLIEST_S, LATEST_S = -0.08, 0.32
"""Where a latency is looked for; a beat lasts longer up to 150 BPM, so that it cannot be mistaken by one."""
FEWEST = 4
STEADY_S = 0.07  # claps that lie more unevenly than this calibrate nothing
LEAST_COVERAGE = 0.5
ARRIVED = 0.1  # of the way that is left when hands have nearly met
_WRISTS, _HIPS = (9, 10), (11, 12)
_MEETING, _LOWERING = 0.25, 0.05  # so far apart (down) at least, beside it [body lengths]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How late a camera is.

    Attributes:
        latency_s: The latency [s]; None: it could not be told.
        spread_s: Median distance of the claps from it [s].
        n_events: On so many claps it rests.
        reason: Why there is none, a word of :data:`temirbek.battle.words.REASONS`; "" otherwise.
    """

    latency_s: float | None
    spread_s: float = 0.0
    n_events: int = 0
    reason: str = ""


def calibrate(keypoints: Floats, times_host_s: ArrayLike, beats_host_s: ArrayLike) -> Calibration:
    """The latency of a camera before which somebody claps (or bounces) along.

    Args:
        keypoints: (t, 17, 3) as of a :class:`~temirbek.types.BodyTrack`.
        times_host_s: When the pictures say that they were taken, shape (t,) [host s].
        beats_host_s: The beats as they sounded, shape (n,), n ≥ 4 [host s].

    Raises:
        InvalidInput: The beats are too few, or shapes do not agree.
    """
    beats = np.asarray(beats_host_s, dtype=float)
    if len(beats) < FEWEST or not np.all(np.diff(beats) > 0):
        raise InvalidInput(f"{len(beats)} beats; a calibration needs {FEWEST} or more, increasing")
    points, times_s = np.asarray(keypoints, dtype=float), np.asarray(times_host_s, dtype=float)
    try:
        motion = see_motion(
            times_s, points, PERSON, start_s=beats[0] + EARLIEST_S - 0.2, end_s=beats[-1] + LATEST_S + 0.2
        )
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    if motion.coverage < LEAST_COVERAGE:
        return Calibration(latency_s=None, reason="not_seen")
    claps_s = _claps(motion)
    if len(claps_s) < FEWEST:
        claps_s = _lows(motion)
    return _latency(claps_s, beats)


def _claps(motion: SeenMotion) -> Floats:
    apart = np.linalg.norm(motion.points[:, _WRISTS[0]] - motion.points[:, _WRISTS[1]], axis=-1)
    return _peaks(motion, -apart, _MEETING)


def _lows(motion: SeenMotion) -> Floats:
    return _peaks(motion, motion.points[:, list(_HIPS), 1].mean(axis=1), _LOWERING)


def _peaks(motion: SeenMotion, course: Floats, prominence: float) -> Floats:
    """When a course comes to its peaks [s]: between nearly there and highest, since claps are held or rebound."""
    found = []
    for peak in peaks_of(course, prominence):
        rise = course[peak.base : peak.at + 1]
        level = course[peak.at] - ARRIVED * peak.prominence
        i = int(np.flatnonzero(rise <= level)[-1]) if np.any(rise <= level) else 0
        beside = (level - rise[i]) / max(rise[min(i + 1, len(rise) - 1)] - rise[i], 1e-12)
        nearly = peak.base + i + float(np.clip(beside, 0.0, 1.0))
        found.append(motion.times_s[0] + 0.5 * (nearly + peak.at) / RATE_HZ)
    return np.array(found)


def _latency(claps_s: Floats, beats_s: Floats) -> Calibration:
    """The lag around which most claps lie, each beside its own beat."""
    lags = (claps_s[:, None] - beats_s[None, :]).ravel()
    lags = np.sort(lags[(lags >= EARLIEST_S) & (lags <= LATEST_S)])
    if len(lags) < FEWEST:
        return Calibration(latency_s=None, n_events=len(lags), reason="no_claps")
    crowd = (np.abs(lags[:, None] - lags[None, :]) < STEADY_S).sum(axis=1)
    near = lags[np.abs(lags - lags[int(np.argmax(crowd))]) < STEADY_S]
    middle = float(np.median(near))
    spread_s = float(np.median(np.abs(near - middle)))
    if len(near) < max(FEWEST, len(beats_s) // 2):
        return Calibration(latency_s=None, spread_s=spread_s, n_events=len(near), reason="no_claps")
    return Calibration(latency_s=max(0.0, middle), spread_s=spread_s, n_events=len(near))
