"""The measuring: key points and beats in, a score out; and the phrase that was danced."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.battle.groove import Groove, find_groove
from temirbek.battle.likeness import copy_of, originality_of, variety_of
from temirbek.battle.phrase import PER_BEAT, DancePhrase
from temirbek.battle.seen import SeenMotion, see_motion
from temirbek.battle.skeletons import PERSON, Skeleton
from temirbek.battle.stops import Stops, find_stops
from temirbek.errors import InvalidInput
from temirbek.types import BodyTrack, DanceScore

Floats = NDArray[np.float64]

LEAST_COVERAGE = 0.7
FEWEST_BEATS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """What was measured of a turn, and what was danced in it (None where too little was seen)."""

    score: DanceScore
    phrase: DancePhrase | None


def points_of(tracks: Sequence[BodyTrack]) -> tuple[Floats, Floats]:
    """Instants (t,) and key points (t, 17, 3) of one person's tracks; those without key points are left out."""
    with_points = [t for t in tracks if len(t.keypoints)]
    if not with_points:
        return np.zeros(0), np.zeros((0, PERSON.n_points, 3))
    return np.array([t.host_s for t in with_points]), np.stack([t.keypoints for t in with_points])


def measure_dance(
    keypoints: Floats,
    times_host_s: ArrayLike,
    beats_host_s: ArrayLike,
    *,
    latency_s: float | None,
    robot_phrase: DancePhrase | None = None,
    earlier: Sequence[DancePhrase] = (),
    skeleton: Skeleton = PERSON,
) -> DanceScore:
    """Measures one turn; see :func:`measure_turn`, which also tells what was danced."""
    return measure_turn(
        keypoints,
        times_host_s,
        beats_host_s,
        latency_s=latency_s,
        model=robot_phrase,
        earlier=earlier,
        skeleton=skeleton,
    ).score


def measure_turn(
    keypoints: Floats,
    times_host_s: ArrayLike,
    beats_host_s: ArrayLike,
    *,
    latency_s: float | None,
    model: DancePhrase | None = None,
    earlier: Sequence[DancePhrase] = (),
    skeleton: Skeleton = PERSON,
) -> Measured:
    """Measures one turn of a person or of a robot.

    Args:
        keypoints: (t, 17, 3) as of a :class:`~temirbek.types.BodyTrack`, or as the skeleton says.
        times_host_s: When the pictures say that they were taken, shape (t,) [host s].
        beats_host_s: Beats of the music as they sounded, over the turn, shape (n,), increasing [host s].
        latency_s: How much later than the truth those times are [s]; None: not known; then the lag on the beat cannot be
            told, and is allowed to be anything.
        model: What the other has just danced, to be copied; None: nothing.
        earlier: What has been danced in this battle before.
        skeleton: Which kind of body.

    Returns:
        The score, in which what cannot be told is None with its reason, and the phrase.

    Raises:
        InvalidInput: The beats are too few or do not increase, or shapes do not agree.
    """
    beats = np.asarray(beats_host_s, dtype=float)
    times = np.asarray(times_host_s, dtype=float)
    if len(beats) < FEWEST_BEATS or not np.all(np.diff(beats) > 0):
        raise InvalidInput(f"{len(beats)} beats; a turn needs {FEWEST_BEATS} or more, increasing")
    shift_s = latency_s or 0.0
    try:
        motion = see_motion(
            times - shift_s, np.asarray(keypoints, dtype=float), skeleton, start_s=beats[0], end_s=beats[-1]
        )
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    if motion.coverage < LEAST_COVERAGE:
        return Measured(score=_abstains(motion.coverage), phrase=None)
    stops = find_stops(motion)
    groove = find_groove(stops, beats, None if latency_s is None else 0.0)
    lag_s = groove.lag_s if groove.value > 0.0 else 0.0
    phrase = phrase_of_motion(motion, beats, lag_s)
    return Measured(score=_score(motion, stops, groove, phrase, model, earlier, latency_s), phrase=phrase)


def _abstains(coverage: float) -> DanceScore:
    names = ("groove", "energy", "variety", "execution", "copy", "originality")
    return DanceScore(coverage=coverage, missing=dict.fromkeys(names, "not_seen"))


def _score(
    motion: SeenMotion,
    stops: Stops,
    groove: Groove,
    phrase: DancePhrase,
    model: DancePhrase | None,
    earlier: Sequence[DancePhrase],
    latency_s: float | None,
) -> DanceScore:
    lively = motion.liveliness
    mine = [p.beat_poses for p in earlier if p.skeleton.name == phrase.skeleton.name]
    known = np.concatenate(mine) if mine else phrase.beat_poses[:0]
    missing = {}
    if model is None:
        missing["copy"] = "nothing_to_copy"
    if not mine:
        missing["originality"] = "nothing_before"
    return DanceScore(
        coverage=motion.coverage,
        groove=lively * groove.value,
        energy=motion.energy,
        variety=lively * variety_of(phrase.beat_poses, phrase.skeleton.alike_rad),
        execution=lively * stops.sharpness,
        copy=None if model is None else lively * copy_of(phrase, model),
        originality=lively * originality_of(phrase.beat_poses, known, phrase.skeleton.alike_rad)
        if mine
        else None,
        lag_s=groove.lag_s if latency_s is not None and groove.value > 0.0 else None,
        pulse=groove.pulse if groove.value > 0.0 else None,
        missing=missing,
    )


def phrase_of_motion(motion: SeenMotion, beats_s: Floats, lag_s: float) -> DancePhrase:
    """A motion on the beats; the last of ``beats_s`` ends it. ``lag_s`` is how late the body is."""
    n = len(beats_s) - 1
    at_s = np.interp(np.arange(n * PER_BEAT) / PER_BEAT, np.arange(n + 1), beats_s) + lag_s
    index = np.clip(
        np.round((at_s - motion.times_s[0]) * (1.0 / (motion.times_s[1] - motion.times_s[0]))).astype(int),
        0,
        len(motion.times_s) - 1,
    )
    hips = motion.points[:, list(motion.skeleton.length[1])].mean(axis=1)[index]
    return DancePhrase(
        skeleton=motion.skeleton,
        n_beats=n,
        poses=motion.pose_at(at_s),
        speed=motion.speed[index],
        along=hips[:, 0] - np.median(hips[:, 0]),
        low=hips[:, 1] - np.median(hips[:, 1]),
    )
