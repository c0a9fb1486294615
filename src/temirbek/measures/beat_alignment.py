"""The beat alignment score, in both readings that are published.

Per kinematic beat as in AIST++ (Li et al., "AI Choreographer", ICCV 2021) and per music beat as in Bailando's code (Siyao
et al., CVPR 2022). It saturates at tens of milliseconds, so it serves comparison with published dances only.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from temirbek.types import BeatGrid

ALIGNMENT_RATE_HZ = 60.0
ALIGNMENT_SMOOTHING = 5.0  # frames
ALIGNMENT_SIGMA = 3.0  # frames


def beat_alignment(
    key_points_m: NDArray[np.float64], rate_hz: float, start_s: float, beat_grid: BeatGrid
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
