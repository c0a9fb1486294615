"""How far from the music a movement hits: executed accents against planned ones, in milliseconds.

A dancer hits a beat by stopping for an instant: the speed of the body has a local minimum there. So an *executed
accent* is a local minimum of the smoothed speed, deep enough to be seen, and its time is refined below the
sampling interval by a parabola through three values. Conventions: times in seconds on mix time, errors signed,
positive where the movement comes late.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from temirbek.measures.plain import finite_or_none
from temirbek.types import BeatGrid

Floats = NDArray[np.float64]

SMOOTHING_S = 0.03
"""Gaussian sigma on the speed: below what a spectator resolves, above what a controller's ripple does."""
PROMINENCE = 0.06
"""How deep a minimum must be, as a share of the 90th percentile of the speed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BeatError:
    """Executed accents beside the instants they were meant for.

    Attributes:
        part: Which part of the body was looked at.
        planned_s: What was meant [s], shape (m,), increasing.
        error_ms: Executed minus planned [ms], shape (m,); NaN where no accent was found within half a beat.
    """

    part: str
    planned_s: Floats
    error_ms: Floats

    @property
    def found_ms(self) -> Floats:
        """The errors of the accents that were found [ms]."""
        return self.error_ms[np.isfinite(self.error_ms)]

    @property
    def count(self) -> int:
        """How many accents were meant."""
        return len(self.planned_s)

    @property
    def coverage(self) -> float:
        """Share of the accents that were found, 0–1; 0 where none was meant."""
        return len(self.found_ms) / self.count if self.count else 0.0

    @property
    def mean_ms(self) -> float:
        """Mean of |error| [ms]; NaN where none was found."""
        return float(np.mean(np.abs(self.found_ms))) if len(self.found_ms) else float("nan")

    @property
    def median_ms(self) -> float:
        """Median of |error| [ms]; NaN where none was found."""
        return float(np.median(np.abs(self.found_ms))) if len(self.found_ms) else float("nan")

    @property
    def p95_ms(self) -> float:
        """95th percentile of |error| [ms]; NaN where none was found."""
        return float(np.percentile(np.abs(self.found_ms), 95)) if len(self.found_ms) else float("nan")

    @property
    def bias_ms(self) -> float:
        """Median of the signed error [ms], positive when late; NaN where none was found."""
        return float(np.median(self.found_ms)) if len(self.found_ms) else float("nan")

    def to_json(self) -> dict[str, Any]:
        """The figures and every single accent, as JSON values; what was not found is null."""
        return {
            "part": self.part,
            "count": self.count,
            "coverage": round(self.coverage, 4),
            "mean_ms": finite_or_none(self.mean_ms, 3),
            "median_ms": finite_or_none(self.median_ms, 3),
            "p95_ms": finite_or_none(self.p95_ms, 3),
            "bias_ms": finite_or_none(self.bias_ms, 3),
            "planned_s": [round(float(t), 5) for t in self.planned_s],
            "error_ms": [finite_or_none(e, 2) for e in self.error_ms],
        }


def mean_speed(key_points_m: Floats, rate_hz: float) -> Floats:
    """Speed of some points, averaged over them and smoothed.

    Args:
        key_points_m: Positions [m], shape (n, k, 3), n ≥ 2, k ≥ 1.
        rate_hz: Rows a second [Hz].

    Returns:
        Speed [m/s], shape (n − 1,); value i belongs to the instant (i + ½) / rate_hz after the first row.

    Raises:
        ValueError: The shape is another.
    """
    points = np.asarray(key_points_m, dtype=float)
    if points.ndim != 3 or points.shape[2] != 3 or points.shape[0] < 2 or points.shape[1] < 1:
        raise ValueError(f"key_points_m has shape {points.shape}; expected (n, k, 3) with n ≥ 2 and k ≥ 1")
    speed = np.linalg.norm(np.diff(points, axis=0), axis=2).mean(axis=1) * rate_hz
    return np.asarray(gaussian_filter1d(speed, SMOOTHING_S * rate_hz))


def executed_accents(speed: Floats, rate_hz: float, start_s: float = 0.0) -> Floats:
    """Instants at which a movement hits: minima of its speed.

    Args:
        speed: As :func:`mean_speed` returns it [m/s], shape (n − 1,).
        rate_hz: Of the rows from which it was made [Hz].
        start_s: Instant of the first row [s].

    Returns:
        Instants [s], shape (a,), increasing; empty for a body at rest.
    """
    typical = float(np.percentile(speed, 90)) if len(speed) else 0.0
    if typical <= 1e-6:
        return np.zeros(0)
    lows, _ = find_peaks(-speed, prominence=PROMINENCE * typical)
    before, at, after = speed[lows - 1], speed[lows], speed[lows + 1]
    curvature = before - 2 * at + after
    flat = curvature == 0  # on a plateau the middle, which find_peaks gives, is the best answer
    offset = np.where(flat, 0.0, 0.5 * (before - after) / np.where(flat, 1.0, curvature))
    return np.asarray(start_s + (lows + 0.5 + offset) / rate_hz)


def errors_at(executed_s: Floats, planned_s: Floats, beat_grid: BeatGrid) -> Floats:
    """Signed error of the executed accent nearest to each planned instant, within ± half a beat.

    Args:
        executed_s: Executed accents [s], shape (a,), increasing.
        planned_s: Planned instants [s], shape (m,).
        beat_grid: Says how long a beat is around each of them.

    Returns:
        Executed minus planned [ms], shape (m,); NaN where nothing lies within half a beat.
    """
    planned = np.asarray(planned_s, dtype=float)
    if len(executed_s) == 0:
        return np.full(planned.shape, np.nan)
    right = np.clip(np.searchsorted(executed_s, planned), 1, max(1, len(executed_s) - 1))
    candidates = np.stack([executed_s[right - 1], executed_s[np.minimum(right, len(executed_s) - 1)]])
    errors = candidates - planned
    nearest = np.take_along_axis(errors, np.abs(errors).argmin(axis=0)[None], axis=0)[0]
    half_beat_s = 30.0 / beat_grid.tempo_at(beat_grid.beat_at(planned))
    return np.where(np.abs(nearest) <= half_beat_s, 1e3 * nearest, np.nan)
