"""The dance, as it was executed: on the beat, together, upright, within limits.

The input is the motion that physics (or hardware) produced, never the reference. Measures:

- **beat error** (:mod:`temirbek.measures.beat_error`) at the accents that the choreography plans and, beside it,
  at all beats of the mix, by part of the body (:mod:`temirbek.measures.parts`); those of the whole body apart for
  *planted* moves and for *stepping*: what lies within half a beat of a foot's swing is stepping;
- **touchdown error** (:mod:`temirbek.measures.touchdown`): feet against the beats that they come down on;
- **beat alignment score** (:mod:`temirbek.measures.beat_alignment`), for comparison with published dances;
- **safety**: falls a minute, and when they were seen coming; margin of the centre of pressure, over all and in planted
  moves; share of the torque limits, at the peak and as the root mean square that warms a motor; feet that slid; joint
  error, collisions, interventions of the guard, failures of the solver;
- **together**: the difference between dancers' executed accents where both were meant to hit.

A body that stops before the choreography does (it fell) is charged with every accent that it missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.measures.beat_alignment import beat_alignment
from temirbek.measures.beat_error import BeatError, errors_at
from temirbek.measures.parts import errors_at_beats, errors_by_part, executed_by_part
from temirbek.measures.plain import finite_or_none
from temirbek.measures.touchdown import is_stepping, touchdown_errors
from temirbek.types import FEET, Accent, BeatGrid, Choreography, ExecutedMotion, Footstep, Wait

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DancerMeasures:
    """Everything measured on one robot.

    Attributes:
        performer: Whose.
        at_accents, at_beats: Beat error by part, at planned accents and at all beats; parts without key points,
            without planned accents, or that stand still are absent.
        touchdown: Of its footsteps; empty where it takes none.
        stepping: Which planned accents of the whole body belong to stepping, shape (m,).
        accents_per_bar: Planned accents a bar, over the bars that have any.
        alignment_per_motion_beat, alignment_per_music_beat: Beat alignment score, 0–1.
        fell_at_s, fall_seen_at_s: When it fell, and when that was seen coming, or None.
        wait, wait_beat: Why and from when on it stood still instead of dancing, or None; what it did not hit then counts
            as missed.
        falls_per_minute: Falls over the minutes danced.
        cop_margin_min_m, cop_margin_p5_m: Least and 5th percentile of the margin inside the support [m]; NaN if
            there was never contact.
        cop_margin_planted_p5_m: The 5th percentile while no foot swings; NaN if there was never contact then.
        torque_share_peak: Greatest |torque| / limit, and the joint where it came.
        torque_rms_share: Greatest root mean square of torque / limit over the dance, and the joint: the warmest motor.
        slip_m_per_minute: How far the foot that slid most did so [m/min], and which it was; NaN if nobody looked.
        joint_error_rms_rad: Root mean square of reference minus executed [rad].
        self_collisions, guard_interventions, solver_failures: Counted steps.
        collision_pairs: The bodies that touched.
    """

    performer: str
    at_accents: tuple[BeatError, ...]
    at_beats: tuple[BeatError, ...]
    touchdown: BeatError
    stepping: NDArray[np.bool_]
    accents_per_bar: float
    alignment_per_motion_beat: float
    alignment_per_music_beat: float
    fell_at_s: float | None
    fall_seen_at_s: float | None
    wait: Wait | None
    wait_beat: float | None
    falls_per_minute: float
    cop_margin_min_m: float
    cop_margin_p5_m: float
    cop_margin_planted_p5_m: float
    torque_share_peak: float
    torque_peak_joint: str
    torque_rms_share: float
    warmest_joint: str
    slip_m_per_minute: float
    slipping_foot: str
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

    @property
    def planted_hits(self) -> BeatError:
        """Beat error of the whole body at planned accents of planted moves."""
        return _part_of(self.whole, ~self.stepping)

    @property
    def stepping_hits(self) -> BeatError:
        """Beat error of the whole body at planned accents while it steps."""
        return _part_of(self.whole, self.stepping)

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "performer": self.performer,
            "at_accents": [e.to_json() for e in self.at_accents],
            "at_beats": [e.to_json() for e in self.at_beats],
            "planted": self.planted_hits.to_json(),
            "stepping": self.stepping_hits.to_json(),
            "touchdown": self.touchdown.to_json(),
            "accents_per_bar": finite_or_none(self.accents_per_bar, 3),
            "alignment_per_motion_beat": finite_or_none(self.alignment_per_motion_beat),
            "alignment_per_music_beat": finite_or_none(self.alignment_per_music_beat),
            "fell_at_s": finite_or_none(self.fell_at_s),
            "fall_seen_at_s": finite_or_none(self.fall_seen_at_s),
            "wait": None if self.wait is None else _wait_to_json(self.wait, self.wait_beat),
            "falls_per_minute": finite_or_none(self.falls_per_minute),
            "cop_margin_min_m": finite_or_none(self.cop_margin_min_m),
            "cop_margin_p5_m": finite_or_none(self.cop_margin_p5_m),
            "cop_margin_planted_p5_m": finite_or_none(self.cop_margin_planted_p5_m),
            "torque_share_peak": finite_or_none(self.torque_share_peak),
            "torque_peak_joint": self.torque_peak_joint,
            "torque_rms_share": finite_or_none(self.torque_rms_share),
            "warmest_joint": self.warmest_joint,
            "slip_m_per_minute": finite_or_none(self.slip_m_per_minute),
            "slipping_foot": self.slipping_foot,
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


def measure_dancer(
    motion: ExecutedMotion,
    accents: Sequence[Accent],
    beat_grid: BeatGrid,
    footsteps: Sequence[Footstep] = (),
) -> DancerMeasures:
    """Everything about one robot's executed motion.

    Args:
        motion: What it did.
        accents: What the choreography had it hit [mix beats].
        beat_grid: Of the mix.
        footsteps: What it was to step [mix beats].
    """
    executed = executed_by_part(motion)
    at_accents = errors_by_part(executed, accents, beat_grid)
    score_motion, score_music = beat_alignment(motion.key_points_m, motion.rate_hz, motion.start_s, beat_grid)
    minutes = len(motion.qpos) / motion.rate_hz / 60.0
    margin = motion.cop_margin_m
    planted = ~is_stepping(np.asarray(beat_grid.beat_at(motion.time_s)), footsteps)
    torque, joint = _greatest(motion.torque_share_peak, motion.joint_names)
    warmth, warmest = _greatest(motion.torque_rms_share, motion.joint_names)
    slip_m, foot = _greatest(motion.foot_slip_m, FEET[motion.robot])
    return DancerMeasures(
        performer=motion.performer,
        at_accents=at_accents,
        at_beats=errors_at_beats(executed, motion, beat_grid),
        touchdown=touchdown_errors(motion, footsteps, beat_grid),
        stepping=is_stepping(_whole_beats(accents) if "whole" in executed else np.zeros(0), footsteps),
        accents_per_bar=accents_per_dancing_bar(accents, beat_grid),
        alignment_per_motion_beat=score_motion,
        alignment_per_music_beat=score_music,
        fell_at_s=motion.fell_at_s,
        fall_seen_at_s=motion.fall_seen_at_s,
        wait=motion.wait,
        wait_beat=None if motion.wait is None else float(beat_grid.beat_at(motion.wait.from_s)),
        falls_per_minute=float(motion.fell_at_s is not None) / minutes,
        cop_margin_min_m=_percentile(margin, 0),
        cop_margin_p5_m=_percentile(margin, 5),
        cop_margin_planted_p5_m=_percentile(margin[planted], 5),
        torque_share_peak=torque,
        torque_peak_joint=joint,
        torque_rms_share=warmth,
        warmest_joint=warmest,
        slip_m_per_minute=slip_m / minutes,
        slipping_foot=foot,
        joint_error_rms_rad=float(np.sqrt(np.mean(np.square(motion.joint_error_rad, dtype=float)))),
        self_collisions=motion.self_collisions,
        collision_pairs=motion.collision_pairs,
        guard_interventions=motion.guard_interventions,
        solver_failures=motion.solver_failures,
    )


def _wait_to_json(wait: Wait, beat: float | None) -> dict[str, Any]:
    return {
        "from_s": finite_or_none(wait.from_s),
        "from_beat": finite_or_none(beat),
        "lying": wait.lying,
        "distance_m": finite_or_none(wait.distance_m),
    }


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


def accents_per_dancing_bar(accents: Sequence[Accent], beat_grid: BeatGrid) -> float:
    """Distinct accents a bar, over the bars that have any; 0 where there are none."""
    beats = np.unique([a.beat for a in accents])
    if not len(beats):
        return 0.0
    bars = np.floor((beats - beat_grid.first_downbeat) / beat_grid.beats_per_bar)
    return len(beats) / len(np.unique(bars))


def _whole_errors(
    motion: ExecutedMotion, accents: Mapping[str, tuple[Accent, ...]], beat_grid: BeatGrid
) -> dict[float, float]:
    """Planned mix beat → error [ms] of the whole body."""
    beats = _whole_beats(accents.get(motion.performer, ()))
    executed_s = executed_by_part(motion).get("whole")
    if executed_s is None or not len(beats):
        return {}
    errors = errors_at(executed_s, beat_grid.time_at(beats), beat_grid)
    return {round(float(b), 6): float(e) for b, e in zip(beats, errors, strict=True)}


def _whole_beats(accents: Sequence[Accent]) -> Floats:
    return np.unique([a.beat for a in accents if a.part == "whole"])


def _part_of(error: BeatError, chosen: NDArray[np.bool_]) -> BeatError:
    return BeatError(part=error.part, planned_s=error.planned_s[chosen], error_ms=error.error_ms[chosen])


def _percentile(values: NDArray[np.floating[Any]], percent: float) -> float:
    """Of the finite values; NaN where there is none."""
    finite = values[np.isfinite(values)]
    return float(np.percentile(finite, percent)) if len(finite) else float("nan")


def _greatest(values: NDArray[np.floating[Any]], names: Sequence[str]) -> tuple[float, str]:
    """The greatest value and whose it is; NaN and "" where nothing was noted."""
    if not len(values):
        return float("nan"), ""
    k = int(np.argmax(values))
    return float(values[k]), names[k]
