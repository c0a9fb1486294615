"""Parts of the body and when they hit.

"whole" is all key points; "hands", "pelvis", "feet", "head" are those of that part; "left_hand" … "right_foot" those of
one side. A part is judged at the accents planned for it and, if it is not one-sided, at those of the whole body.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from temirbek.measures.beat_error import BeatError, errors_at, executed_accents, mean_speed
from temirbek.types import Accent, BeatGrid, ExecutedMotion

Floats = NDArray[np.float64]

BOTH_SIDED = ("whole", "hands", "pelvis", "feet", "head")
ONE_SIDED = {
    f"{side}_{one}": (side, both)
    for one, both in (("hand", "hands"), ("foot", "feet"))
    for side in ("left", "right")
}
PARTS = (*BOTH_SIDED, *ONE_SIDED)
LEFT, RIGHT = ("left_", "FL_", "RL_"), ("right_", "FR_", "RR_")
STILL_M_S = 0.05
"""A part of the body that is slower than this nine tenths of the time is not judged."""


def executed_by_part(motion: ExecutedMotion) -> dict[str, Floats]:
    """Part of the body → its executed accents [s], shape (a,), increasing.

    Parts that are not there or stand still are left out: planted feet tremble a little with every beat, and nobody takes
    that for dancing.
    """
    found = {}
    for part in PARTS:
        chosen = _points_of(motion, part)
        if not any(chosen):
            continue
        speed = mean_speed(motion.key_points_m[:, chosen], motion.rate_hz)
        if part == "whole" or np.percentile(speed, 90) >= STILL_M_S:
            found[part] = executed_accents(speed, motion.rate_hz, motion.start_s)
    return found


def errors_by_part(
    executed: Mapping[str, Floats], accents: Sequence[Accent], beat_grid: BeatGrid
) -> tuple[BeatError, ...]:
    """Beat error at the planned accents.

    Args:
        executed: As :func:`executed_by_part` gives it.
        accents: What was planned [mix beats].
        beat_grid: Of the mix.
    """
    found = []
    for part, executed_s in executed.items():
        judged_at = (part,) if part in ONE_SIDED else (part, "whole")
        beats = np.unique([a.beat for a in accents if a.part in judged_at])
        if len(beats):
            planned_s = np.asarray(beat_grid.time_at(beats))
            errors = errors_at(executed_s, planned_s, beat_grid)
            found.append(BeatError(part=part, planned_s=planned_s, error_ms=errors))
    return tuple(found)


def errors_at_beats(
    executed: Mapping[str, Floats], motion: ExecutedMotion, beat_grid: BeatGrid
) -> tuple[BeatError, ...]:
    """Beat error at every beat of the mix that lies within the motion, by part of the body."""
    end_s = motion.start_s + (len(motion.qpos) - 1) / motion.rate_hz
    beats_s = beat_grid.beats_s[(beat_grid.beats_s >= motion.start_s) & (beat_grid.beats_s <= end_s)]
    return tuple(
        BeatError(part=part, planned_s=beats_s, error_ms=errors_at(executed[part], beats_s, beat_grid))
        for part in BOTH_SIDED
        if part in executed
    )


def _points_of(motion: ExecutedMotion, part: str) -> list[bool]:
    side, both = ONE_SIDED.get(part, ("", part))
    prefixes = {"left": LEFT, "right": RIGHT, "": ("",)}[side]
    return [
        both in (of, "whole") and name.startswith(prefixes)
        for name, of in zip(motion.key_point_names, motion.key_point_parts, strict=True)
    ]
