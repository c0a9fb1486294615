"""When feet come down, against the beats that they were to come down on.

A touchdown is the first instant at which a foot that was off the ground presses it with more than 20 N, looked for from
120 ms before the planned beat to 150 ms after. A foot that never left the ground in that time, or did not come down, has
missed its step; what it missed is charged to the coverage, not to the mean. Errors are signed, positive when late.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from temirbek.measures.beat_error import BeatError
from temirbek.types import FEET, BeatGrid, ExecutedMotion, Footstep

Floats = NDArray[np.float64]

PRESSES_N = 20.0
EARLIEST_S, LATEST_S = 0.12, 0.15
AROUND_A_SWING_BEATS = 0.5
"""What is nearer than this to a swing of a foot belongs to stepping."""


def touchdown_errors(motion: ExecutedMotion, footsteps: Sequence[Footstep], beat_grid: BeatGrid) -> BeatError:
    """Touchdown error of each footstep that lies within the motion.

    Args:
        motion: What the robot did; its foot forces count.
        footsteps: What it was to do [mix beats].
        beat_grid: Of the mix.

    Returns:
        One error per footstep, by touchdown; NaN where none was found.
    """
    names = FEET[motion.robot]
    steps = sorted(footsteps, key=lambda s: s.touch_beat)
    planned_s = np.array([float(beat_grid.time_at(s.touch_beat)) for s in steps])
    end_s = motion.start_s + (len(motion.qpos) - 1) / motion.rate_hz
    within = [
        k for k, t in enumerate(planned_s) if motion.start_s <= t - EARLIEST_S and t + LATEST_S <= end_s
    ]
    errors = [_error_ms(motion, names.index(steps[k].foot), planned_s[k]) for k in within]
    return BeatError(part="touchdown", planned_s=planned_s[within], error_ms=np.array(errors))


def _error_ms(motion: ExecutedMotion, foot: int, planned_s: float) -> float:
    first = int(np.floor((planned_s - EARLIEST_S - motion.start_s) * motion.rate_hz))
    last = int(np.ceil((planned_s + LATEST_S - motion.start_s) * motion.rate_hz))
    presses = motion.foot_force_n[max(first, 0) : last + 1, foot] > PRESSES_N
    rises = np.flatnonzero(presses[1:] & ~presses[:-1])
    if not len(rises):
        return float("nan")
    touched_s = motion.start_s + (max(first, 0) + 1 + rises[0]) / motion.rate_hz
    return float(1e3 * (touched_s - planned_s))


def is_stepping(beats: Floats, footsteps: Sequence[Footstep]) -> NDArray[np.bool_]:
    """Which beats lie within a swing of a foot, or nearer than half a beat to one.

    Args:
        beats: Mix beats, any shape.
        footsteps: Of the performer.
    """
    beats = np.asarray(beats, dtype=float)
    found = np.zeros(beats.shape, dtype=bool)
    for step in footsteps:
        found |= (beats >= step.lift_beat - AROUND_A_SWING_BEATS) & (
            beats <= step.touch_beat + AROUND_A_SWING_BEATS
        )
    return found
