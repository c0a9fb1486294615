"""The dance, as it was executed: on the beat, together, upright, within limits.

The input is the motion that physics (or hardware) produced, never the reference. Measures:

- **beat error** (:mod:`temirbek.measures.beat_error`) at the accents that the choreography plans and, beside it,
  at all beats of the mix; for the whole body (all key points) and for hands, pelvis, feet and head apart. A part is
  judged at the accents planned for it and at those planned for the whole body;
- **beat alignment score** in both readings: per kinematic beat as in AIST++ (Li et al., "AI Choreographer", ICCV
  2021) and per music beat as in Bailando's code (Siyao et al., CVPR 2022). It saturates at tens of milliseconds,
  so it serves comparison with published dances only;
- **safety**: falls a minute, margin of the centre of pressure, share of the torque limits, joint error,
  self-collisions, interventions of the guard, failures of the solver;
- **together**: the difference between dancers' executed accents where both were meant to hit.

A body that stops before the choreography does (it fell) is charged with every accent that it missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from temirbek.measures.beat_error import BeatError, errors_at, executed_accents, mean_speed
from temirbek.measures.plain import finite_or_none
from temirbek.types import Accent, BeatGrid, Choreography, ExecutedMotion

Floats = NDArray[np.float64]

PARTS = ("whole", "hands", "pelvis", "feet", "head")
STILL_M_S = 0.05
"""A part of the body that is slower than this nine tenths of the time is not judged."""
ALIGNMENT_RATE_HZ = 60.0
ALIGNMENT_SMOOTHING = 5.0  # frames
ALIGNMENT_SIGMA = 3.0  # frames


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DancerMeasures:
    """Everything measured on one robot.

    Attributes:
        performer: Whose.
        at_accents, at_beats: Beat error by part, at planned accents and at all beats; parts without key points,
            without planned accents, or that stand still are absent.
        accents_per_bar: Planned accents a bar, over the bars that have any.
        alignment_per_motion_beat, alignment_per_music_beat: Beat alignment score, 0–1.
        fell_at_s: When it fell, or None.
        falls_per_minute: Falls over the minutes danced.
        cop_margin_min_m, cop_margin_p5_m: Least and 5th percentile of the margin inside the support [m]; NaN if
            there was never contact.
        torque_share_peak: Greatest |torque| / limit, and the joint where it came.
        joint_error_rms_rad: Root mean square of reference minus executed [rad].
        self_collisions, guard_interventions, solver_failures: Counted steps.
        collision_pairs: The bodies that touched.
    """

    performer: str
    at_accents: tuple[BeatError, ...]
    at_beats: tuple[BeatError, ...]
    accents_per_bar: float
    alignment_per_motion_beat: float
    alignment_per_music_beat: float
    fell_at_s: float | None
    falls_per_minute: float
    cop_margin_min_m: float
    cop_margin_p5_m: float
    torque_share_peak: float
    torque_peak_joint: str
    joint_error_rms_rad: float
    self_collisions: int
    collision_pairs: tuple[tuple[str, str], ...]
    guard_interventions: int
    solver_failures: int

    @property
    def whole(self) -> BeatError:
        """Beat error of the whole body at planned accents."""
        for error in self.at_accents:
            if error.part == "whole":
                return error
        return BeatError(part="whole", planned_s=np.zeros(0), error_ms=np.zeros(0))

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "performer": self.performer,
            "at_accents": [e.to_json() for e in self.at_accents],
            "at_beats": [e.to_json() for e in self.at_beats],
            "accents_per_bar": finite_or_none(self.accents_per_bar, 3),
            "alignment_per_motion_beat": finite_or_none(self.alignment_per_motion_beat),
            "alignment_per_music_beat": finite_or_none(self.alignment_per_music_beat),
            "fell_at_s": finite_or_none(self.fell_at_s),
            "falls_per_minute": finite_or_none(self.falls_per_minute),
            "cop_margin_min_m": finite_or_none(self.cop_margin_min_m),
            "cop_margin_p5_m": finite_or_none(self.cop_margin_p5_m),
            "torque_share_peak": finite_or_none(self.torque_share_peak),
            "torque_peak_joint": self.torque_peak_joint,
            "joint_error_rms_rad": finite_or_none(self.joint_error_rms_rad, 5),
            "self_collisions": self.self_collisions,
            "collision_pairs": [list(pair) for pair in self.collision_pairs],
            "guard_interventions": self.guard_interventions,
            "solver_failures": self.solver_failures,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Together:
    """How simultaneously two dancers hit the accents that both were given.

    Attributes:
        performers: The two.
        planned_s: Shared accents that both were found to hit [s], shape (m,).
        difference_ms: The second's executed accent minus the first's [ms], shape (m,).
        shared: How many accents both were given, found or not.
    """

    performers: tuple[str, str]
    planned_s: Floats
    difference_ms: Floats
    shared: int

    @property
    def mean_ms(self) -> float:
        """Mean of |difference| [ms]; NaN where there is none."""
        return float(np.mean(np.abs(self.difference_ms))) if len(self.difference_ms) else float("nan")

    @property
    def p95_ms(self) -> float:
        """95th percentile of |difference| [ms]; NaN where there is none."""
        return (
            float(np.percentile(np.abs(self.difference_ms), 95)) if len(self.difference_ms) else float("nan")
        )

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "performers": list(self.performers),
            "shared": self.shared,
            "both_hit": len(self.difference_ms),
            "mean_ms": finite_or_none(self.mean_ms, 3),
            "p95_ms": finite_or_none(self.p95_ms, 3),
            "planned_s": [round(float(t), 5) for t in self.planned_s],
            "difference_ms": [round(float(d), 2) for d in self.difference_ms],
        }


def measure_dancer(motion: ExecutedMotion, accents: Sequence[Accent], beat_grid: BeatGrid) -> DancerMeasures:
    """Everything about one robot's executed motion.

    Args:
        motion: What it did.
        accents: What the choreography had it hit [mix beats].
        beat_grid: Of the mix.
    """
    score_motion, score_music = beat_alignment(motion.key_points_m, motion.rate_hz, motion.start_s, beat_grid)
    minutes = len(motion.qpos) / motion.rate_hz / 60.0
    margin = motion.cop_margin_m[np.isfinite(motion.cop_margin_m)]
    peak = int(np.argmax(motion.torque_share_peak))
    return DancerMeasures(
        performer=motion.performer,
        at_accents=errors_by_part(motion, accents, beat_grid),
        at_beats=errors_at_beats(motion, beat_grid),
        accents_per_bar=accents_per_dancing_bar(accents, beat_grid),
        alignment_per_motion_beat=score_motion,
        alignment_per_music_beat=score_music,
        fell_at_s=motion.fell_at_s,
        falls_per_minute=float(motion.fell_at_s is not None) / minutes,
        cop_margin_min_m=float(np.min(margin)) if len(margin) else float("nan"),
        cop_margin_p5_m=float(np.percentile(margin, 5)) if len(margin) else float("nan"),
        torque_share_peak=float(motion.torque_share_peak[peak]),
        torque_peak_joint=motion.joint_names[peak],
        joint_error_rms_rad=float(np.sqrt(np.mean(np.square(motion.joint_error_rad, dtype=float)))),
        self_collisions=motion.self_collisions,
        collision_pairs=motion.collision_pairs,
        guard_interventions=motion.guard_interventions,
        solver_failures=motion.solver_failures,
    )


def measure_together(
    motions: Sequence[ExecutedMotion], choreography: Choreography, beat_grid: BeatGrid
) -> tuple[Together, ...]:
    """Each pair of robots that share accents of the whole body, in the order given."""
    errors = {m.performer: _whole_errors(m, choreography.accents, beat_grid) for m in motions}
    pairs = []
    for first, second in combinations(errors, 2):
        shared = sorted(errors[first].keys() & errors[second].keys())
        both = [b for b in shared if np.isfinite(errors[first][b]) and np.isfinite(errors[second][b])]
        if shared:
            pairs.append(
                Together(
                    performers=(first, second),
                    planned_s=np.asarray(beat_grid.time_at(np.array(both))),
                    difference_ms=np.array([errors[second][b] - errors[first][b] for b in both]),
                    shared=len(shared),
                )
            )
    return tuple(pairs)


def errors_by_part(
    motion: ExecutedMotion, accents: Sequence[Accent], beat_grid: BeatGrid
) -> tuple[BeatError, ...]:
    """Beat error at the planned accents, by part of the body."""
    found = []
    for part in PARTS:
        beats = np.unique([a.beat for a in accents if a.part in (part, "whole")])
        executed_s = accents_of_part(motion, part)
        if len(beats) and executed_s is not None:
            planned_s = beat_grid.time_at(beats)
            errors = errors_at(executed_s, planned_s, beat_grid)
            found.append(BeatError(part=part, planned_s=planned_s, error_ms=errors))
    return tuple(found)


def errors_at_beats(motion: ExecutedMotion, beat_grid: BeatGrid) -> tuple[BeatError, ...]:
    """Beat error at every beat of the mix that lies within the motion, by part of the body."""
    end_s = motion.start_s + (len(motion.qpos) - 1) / motion.rate_hz
    beats_s = beat_grid.beats_s[(beat_grid.beats_s >= motion.start_s) & (beat_grid.beats_s <= end_s)]
    found = []
    for part in PARTS:
        executed_s = accents_of_part(motion, part)
        if executed_s is not None:
            errors = errors_at(executed_s, beats_s, beat_grid)
            found.append(BeatError(part=part, planned_s=beats_s, error_ms=errors))
    return tuple(found)


def accents_of_part(motion: ExecutedMotion, part: str) -> Floats | None:
    """Executed accents of a part of the body [s] ("whole" is all key points); None for a part that is not there or
    stands still: planted feet tremble a little with every beat, and nobody takes that for dancing."""
    chosen = [part in (p, "whole") for p in motion.key_point_parts]
    if not any(chosen):
        return None
    speed = mean_speed(motion.key_points_m[:, chosen], motion.rate_hz)
    if part != "whole" and np.percentile(speed, 90) < STILL_M_S:
        return None
    return executed_accents(speed, motion.rate_hz, motion.start_s)


def accents_per_dancing_bar(accents: Sequence[Accent], beat_grid: BeatGrid) -> float:
    """Distinct accents a bar, over the bars that have any; 0 where there are none."""
    beats = np.unique([a.beat for a in accents])
    if not len(beats):
        return 0.0
    bars = np.floor((beats - beat_grid.first_downbeat) / beat_grid.beats_per_bar)
    return len(beats) / len(np.unique(bars))


def beat_alignment(
    key_points_m: Floats, rate_hz: float, start_s: float, beat_grid: BeatGrid
) -> tuple[float, float]:
    """Beat alignment score per kinematic beat (AIST++) and per music beat (Bailando's code).

    At 60 frames a second the mean speed of the points is smoothed by a Gaussian of 5 frames; its strict local
    minima are the kinematic beats. Each beat of one kind is worth exp(−d² / (2·3²)), d the distance to the nearest
    of the other kind in frames.

    Args:
        key_points_m: Positions [m], shape (n, k, 3).
        rate_hz: Rows a second [Hz].
        start_s: Mix time of the first row [s].
        beat_grid: Of the mix.

    Returns:
        Both scores, 0–1; 0 where there is nothing to compare.
    """
    n_frames = int((len(key_points_m) - 1) / rate_hz * ALIGNMENT_RATE_HZ) + 1
    rows = np.round(np.arange(n_frames) * rate_hz / ALIGNMENT_RATE_HZ).astype(int)
    speed = np.linalg.norm(np.diff(np.asarray(key_points_m[rows], dtype=float), axis=0), axis=2).mean(axis=1)
    if len(speed) < 3:
        return 0.0, 0.0
    speed = gaussian_filter1d(speed, ALIGNMENT_SMOOTHING)
    kinematic = 1 + np.flatnonzero((speed[1:-1] < speed[:-2]) & (speed[1:-1] < speed[2:]))
    music = (beat_grid.beats_s - start_s) * ALIGNMENT_RATE_HZ
    music = music[(music >= 0) & (music < len(speed))]
    if not len(kinematic) or not len(music):
        return 0.0, 0.0
    distance = np.abs(kinematic[:, None] - music[None, :])
    score = np.exp(-(distance**2) / (2 * ALIGNMENT_SIGMA**2))
    return float(score.max(axis=1).mean()), float(score.max(axis=0).mean())


def _whole_errors(
    motion: ExecutedMotion, accents: Mapping[str, tuple[Accent, ...]], beat_grid: BeatGrid
) -> dict[float, float]:
    """Planned mix beat → error [ms] of the whole body."""
    beats = np.unique([a.beat for a in accents.get(motion.performer, ()) if a.part == "whole"])
    executed_s = accents_of_part(motion, "whole")
    if executed_s is None or not len(beats):
        return {}
    errors = errors_at(executed_s, beat_grid.time_at(beats), beat_grid)
    return {round(float(b), 6): float(e) for b, e in zip(beats, errors, strict=True)}
