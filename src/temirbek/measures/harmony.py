"""Do two tracks fit each other's harmony where they sound together, and do two voices sing at once?

- **Camelot steps** between the keys: around the wheel, changing the ring counts one;
- **tonal-interval distance** between the measured pitch classes of bars that sound together: Euclidean distance in the
  tonal interval space of Bernardes et al. (2016, Journal of New Music Research 45/4), 0 for the same pitch classes in
  the same proportions; a fifth apart is near, a semitone or a tritone far;
- **vocal overlap**: seconds in which the bars of both tracks have a voice.
"""

import numpy as np
from numpy.typing import NDArray

from temirbek.types import Key, TrackAnalysis

Floats = NDArray[np.float64]

TONAL_WEIGHTS = np.array([2.0, 11.0, 17.0, 16.0, 19.0, 7.0])
"""Of the six intervals, from listeners' ratings of dyads (Bernardes et al. 2016, table 2)."""
SINGS = 0.5


def camelot_steps(first: Key, second: Key) -> int:
    """Steps between two keys on the Camelot wheel; changing the ring counts one."""
    a, b = int(first.camelot[:-1]), int(second.camelot[:-1])
    around = min((a - b) % 12, (b - a) % 12)
    return around + (first.mode != second.mode)


def tonal_distance(first: Floats, second: Floats) -> Floats:
    """Distance of pitch-class profiles in the tonal interval space.

    Args:
        first, second: Pitch classes, C first, ≥ 0, shapes (n, 12).

    Returns:
        Shape (n,); NaN where one is empty.
    """
    return np.asarray(np.linalg.norm(_tonal_vectors(first) - _tonal_vectors(second), axis=1))


def _tonal_vectors(chroma: Floats) -> NDArray[np.complex128]:
    total = chroma.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(total > 0, chroma / total, np.nan)
    return np.asarray(np.fft.fft(share, axis=1)[:, 1:7] * TONAL_WEIGHTS)


def bars_of(track: TrackAnalysis, track_s: Floats) -> NDArray[np.int64]:
    """The bar in which each instant of a track lies, held inside the bars that it has, shape (n,)."""
    grid = track.beat_grid
    bar = np.floor((grid.beat_at(track_s) - grid.first_downbeat) / grid.beats_per_bar)
    return np.asarray(np.clip(bar, 0, max(0, grid.n_bars - 1)), dtype=np.int64)


def chroma_at(track: TrackAnalysis, track_s: Floats, semitones: float = 0.0) -> Floats:
    """Measured pitch classes of the bars at instants of a track, moved by whole semitones, shape (n, 12)."""
    rows = track.chroma[bars_of(track, track_s)]
    return np.asarray(np.roll(rows, round(semitones), axis=1))


def sings_at(track: TrackAnalysis, track_s: Floats) -> NDArray[np.bool_]:
    """Whether somebody sings or speaks in the bars at instants of a track, shape (n,)."""
    return np.asarray(track.vocals[bars_of(track, track_s)] >= SINGS)
