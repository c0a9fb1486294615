"""How well stops lie on beats, against how well they would lie on any grid of that tempo.

Beat alignment alone misleads: somebody who stands still or keeps another tempo is near some beat half of the time.
*Groove* is what the best lag gains over the mean of all lags (and over what chance finds among so many lags), as a share
of what could be gained. At another tempo every lag is alike, and the gain is nothing.

Which beats? Those of the music; and twice as many for somebody who stops clearly more often than once a beat, since who
hits halves is in time as well. Every second beat needs no grid of its own: its hits lie on the music's beats. Triplets are
not looked for, and who hits only between the beats counts as late.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.battle.stops import Stops

Floats = NDArray[np.float64]

LATEST_S = 0.14
"""A dancer may be so late: that is taste."""
EARLIEST_S = -0.06
"""Stops are told a little early from slow movements, and a good dancer may be before the beat."""
NEAR_S = 0.06  # a stop beside a beat by this counts 0.61
NEAR_BEATS = 0.13  # but never more than this share of the grid's period
STEP = 1 / 48  # of a period: the lags that are tried
FEWEST_STOPS = 6
DOUBLE_FROM = 1.25  # stops a beat


@dataclass(frozen=True, slots=True, kw_only=True)
class Groove:
    """How somebody keeps the beat: gain over chance 0–1, lag [s], and the pulse kept (1 beats, 2 halves of them,
    0.5 every second)."""

    value: float
    lag_s: float
    pulse: float


def find_groove(stops: Stops, beats_s: ArrayLike, latency_s: float | None) -> Groove:
    """How well stops keep beats.

    Args:
        stops: Of the body, on the camera's time.
        beats_s: Of the music [s], shape (n,), increasing, n ≥ 2.
        latency_s: How late the camera's times are [s]; None: unknown, then every lag is allowed.
    """
    beats = np.asarray(beats_s, dtype=float)
    best = _on_grid(stops, beats, 1.0, latency_s)
    if len(stops.at_s) >= DOUBLE_FROM * (len(beats) - 1):
        best = max(best, _on_grid(stops, _halved(beats), 2.0, latency_s), key=lambda g: g.value)
    if best.pulse == 1.0 and len(stops.at_s) >= FEWEST_STOPS:
        between_s = float(np.median(np.diff(stops.at_s)))
        if between_s > 1.5 * float(np.median(np.diff(beats))):
            return Groove(value=best.value, lag_s=best.lag_s, pulse=0.5)
    return best


def _halved(beats_s: Floats) -> Floats:
    places = np.arange(2 * len(beats_s) - 1) / 2.0
    return np.asarray(np.interp(places, np.arange(len(beats_s)), beats_s))


def _on_grid(stops: Stops, grid_s: Floats, pulse: float, latency_s: float | None) -> Groove:
    period_s = float(np.median(np.diff(grid_s)))
    lags_s = np.arange(-0.5, 0.5, STEP) * period_s
    if len(stops.at_s) < FEWEST_STOPS:
        return Groove(value=0.0, lag_s=0.0, pulse=pulse)
    if latency_s is None:
        allowed = np.ones(len(lags_s), dtype=bool)
        at_s = stops.at_s
    else:
        middle_s = (EARLIEST_S + LATEST_S) / 2.0
        lags_s = lags_s + middle_s
        allowed = (lags_s >= EARLIEST_S) & (lags_s <= LATEST_S)
        at_s = stops.at_s - latency_s
    width_s = min(NEAR_S, NEAR_BEATS * period_s)
    beside = _beside(at_s, lags_s, grid_s, period_s)
    near = np.exp(-0.5 * (beside / width_s) ** 2)
    weights = stops.weights / stops.weights.sum()
    aligned = near @ weights
    mean = float(aligned.mean())
    n = 1.0 / float((weights**2).sum())
    tries = max(1.0, float(allowed.sum()) * STEP * period_s / (2.5 * width_s))
    chance = mean + float(near.std()) * np.sqrt(2.0 * np.log(1.0 + tries) / n)
    best = int(np.argmax(np.where(allowed, aligned, -1.0)))
    gain = (aligned[best] - chance) / max(1.0 - chance, 1e-9)
    return Groove(value=float(np.clip(gain, 0.0, 1.0)), lag_s=float(lags_s[best]), pulse=pulse)


def _beside(at_s: Floats, lags_s: Floats, grid_s: Floats, period_s: float) -> Floats:
    """How far stops lie from the nearest line of a grid moved by each lag [s], shape (lags, stops).

    The grid goes on at its tempo before its first line and after its last.
    """
    wide = np.concatenate(
        [grid_s[0] - period_s * np.arange(4, 0, -1), grid_s, grid_s[-1] + period_s * np.arange(1, 5)]
    )
    moved = at_s[None, :] - lags_s[:, None]
    after = np.searchsorted(wide, moved).clip(1, len(wide) - 1)
    return np.asarray(np.minimum(np.abs(wide[after] - moved), np.abs(wide[after - 1] - moved)))
