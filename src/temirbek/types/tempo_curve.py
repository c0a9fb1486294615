"""A tempo that changes: mix beats ⇄ seconds along straight tempo lines.

Between two points the tempo v (beats per minute) is linear in the *beat* b, so the time of a beat is the integral of
60 / v(b): with slope m = dv/db, t = 60/m · ln(v/v₀), and 60 (b − b₀)/v₀ where m = 0. Both maps are exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.types._arrays import locked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TempoCurve:
    """Tempo over beats; constant before the first point and after the last.

    Attributes:
        beats: Beats of the points, shape (n,), strictly increasing, n ≥ 1.
        bpm: Tempo there [beats per minute], shape (n,), > 0.

    Raises:
        ValueError: The points do not match, do not increase, or a tempo is not positive.
    """

    beats: Floats
    bpm: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "beats", locked(self.beats))
        object.__setattr__(self, "bpm", locked(self.bpm))
        if self.beats.ndim != 1 or self.beats.shape != self.bpm.shape or len(self.beats) == 0:
            raise ValueError(f"tempo points {self.beats.shape} and tempi {self.bpm.shape} do not match")
        if np.any(np.diff(self.beats) <= 0):
            raise ValueError("tempo points must be strictly increasing in beats")
        if not np.all(self.bpm > 0):
            raise ValueError(f"tempi must be above 0 BPM; the lowest is {self.bpm.min():g}")

    def bpm_at(self, beat: ArrayLike) -> Floats:
        """Tempo [beats per minute] at beats; any shape."""
        return np.asarray(np.interp(np.asarray(beat, dtype=float), self.beats, self.bpm))

    def seconds_at(self, beat: ArrayLike) -> Floats:
        """Seconds from beat 0 to the given beats (negative before it); any shape."""
        return self._from_first_point(np.asarray(beat, dtype=float)) - self._from_first_point(np.zeros(()))

    def beat_at(self, seconds: ArrayLike) -> Floats:
        """Beats at the given seconds from beat 0; the inverse of :meth:`seconds_at`; any shape."""
        t = np.asarray(seconds, dtype=float) + self._from_first_point(np.zeros(()))
        knots_s = self._knots_s()
        i = np.searchsorted(knots_s, t, side="right") - 1
        at = np.clip(i, 0, len(self.beats) - 1)
        slope = np.where(i < 0, 0.0, self._slopes()[at])
        dt_min = (t - knots_s[at]) / 60.0
        grown = self.bpm[at] * dt_min
        safe = np.where(slope == 0, 1.0, slope)
        ramp = self.bpm[at] * np.expm1(safe * dt_min) / safe
        return np.asarray(self.beats[at] + np.where(slope == 0, grown, ramp))

    def _slopes(self) -> Floats:
        """Slope to the right of each point [BPM per beat]; 0 after the last."""
        return np.append(np.diff(self.bpm) / np.diff(self.beats), 0.0)

    def _knots_s(self) -> Floats:
        """Seconds of the points, counted from the first."""
        if len(self.beats) == 1:
            return np.zeros(1)
        steps = _seconds(self.bpm[:-1], self._slopes()[:-1], np.diff(self.beats))
        return np.concatenate([[0.0], np.cumsum(steps)])

    def _from_first_point(self, beat: Floats) -> Floats:
        i = np.searchsorted(self.beats, beat, side="right") - 1
        at = np.clip(i, 0, len(self.beats) - 1)
        slope = np.where(i < 0, 0.0, self._slopes()[at])
        return np.asarray(self._knots_s()[at] + _seconds(self.bpm[at], slope, beat - self.beats[at]))


def _seconds(bpm: Floats, slope: Floats, beats: Floats) -> Floats:
    """Seconds that ``beats`` take from a point at ``bpm`` where the tempo grows by ``slope`` a beat."""
    safe = np.where(slope == 0, 1.0, slope)
    inside = np.where(slope == 0, 0.0, slope * beats / bpm)
    return np.asarray(60.0 * np.where(slope == 0, beats / bpm, np.log1p(inside) / safe))
