"""The stops of a dancing body: instants at which a movement arrives.

Dance hits the music by stopping: the speed of the body falls to a minimum there. Where a pose is held, the minimum
itself may lie anywhere in the hold, so a stop is told from how the speed falls: where the falling line would reach the
ground.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.battle.peaks import peaks_of
from temirbek.battle.seen import RATE_HZ, SeenMotion

Floats = NDArray[np.float64]

PROMINENT = 0.5  # of the root mean square speed: smaller bumps are no movements
HIGH, LOW = 0.6, 0.25  # shares of a movement's peak between which its fall is a line
LONGEST_FALL_S = 0.6
UNEVEN = (
    0.5  # mean distance of the times between stops from the usual one [octaves] at which execution is 1/e
)
FEWEST_TO_JUDGE = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stops:
    """Where movements arrive.

    Attributes:
        at_s: Instants [s], shape (k,), increasing.
        weights: How much of a movement each ends, shape (k,), above 0.
        clarity: How still it is after each, for how fast it was before, 0–1, shape (k,).
    """

    at_s: Floats
    weights: Floats
    clarity: Floats

    @property
    def sharpness(self) -> float:
        """How clear the stops are and how evenly they follow each other, whatever the tempo, 0–1."""
        if len(self.at_s) < FEWEST_TO_JUDGE:
            return 0.0
        between_s = np.maximum(np.diff(self.at_s), 1.0 / RATE_HZ)
        uneven = np.minimum(np.abs(np.log2(between_s / np.median(between_s))), 1.0).mean()
        clear = float(np.average(self.clarity, weights=self.weights))
        return clear * float(np.exp(-uneven / UNEVEN))


def find_stops(motion: SeenMotion) -> Stops:
    """The stops of a motion."""
    speed, scale = motion.speed, motion.energy
    nothing = Stops(at_s=np.zeros(0), weights=np.zeros(0), clarity=np.zeros(0))
    if scale <= 1e-9:
        return nothing
    peaks = peaks_of(np.concatenate([[0.0], speed, [0.0]]), PROMINENT * scale)
    found = [_fall(speed, peak.at - 1, peak.prominence) for peak in peaks]
    kept = [f for f in found if f is not None]
    if not kept:
        return nothing
    at, clarity, weights = np.array(sorted(kept)).T
    return Stops(
        at_s=motion.times_s[0] + at / RATE_HZ, weights=np.minimum(weights / scale, 2.0), clarity=clarity
    )


def _fall(speed: Floats, peak: int, prominence: float) -> tuple[float, float, float] | None:
    """Where the speed would reach its ground after a peak [samples], how clear that is, and the weight."""
    after = speed[peak : peak + int(LONGEST_FALL_S * RATE_HZ)]
    ground = _ground(after)
    if len(after) < 4 or ground == 0:
        return None
    height = after[0] - after[ground]
    fall = after[: ground + 1]
    high = _crossing(fall, after[ground] + HIGH * height)
    low = _crossing(fall, after[ground] + LOW * height)
    at = low + (low - high) * LOW / (HIGH - LOW)
    return peak + at, float(height / after[0]), min(prominence, float(height))


def _ground(after: Floats) -> int:
    """The deepest place before the speed rises again by a third of what it fell."""
    lowest = 0
    for i in range(1, len(after)):
        if after[i] < after[lowest]:
            lowest = i
        elif after[i] - after[lowest] > (after[0] - after[lowest]) / 3.0:
            break
    return lowest


def _crossing(fall: Floats, level: float) -> float:
    """Where a fall first comes below a level [samples, between two]."""
    i = int(np.argmax(fall < level))
    if i == 0:
        return float(len(fall) - 1)
    return float(i - 1 + (fall[i - 1] - level) / (fall[i - 1] - fall[i]))
