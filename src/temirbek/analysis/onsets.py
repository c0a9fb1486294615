"""Attacks as points: where, and how strong."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.audio import AttackEnvelope

Floats = NDArray[np.float64]

ONSETS_PER_S = 25.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Onsets:
    """Attacks of a recording: instants [s], shape (n,), increasing, and strengths ≥ 0, shape (n,)."""

    times_s: Floats
    strengths: Floats

    def between(self, start_s: float, end_s: float) -> "Onsets":
        """The attacks in a stretch of time [s]."""
        first, last = np.searchsorted(self.times_s, [start_s, end_s])
        return Onsets(times_s=self.times_s[first:last], strengths=self.strengths[first:last])


def find_onsets(envelope: AttackEnvelope) -> Onsets:
    """Local maxima of the combined envelope, placed between frames by a parabola.

    Strengths are limited at their 97th percentile and squared, so that neither one slam nor a thousand
    whispers decide.
    """
    strength = envelope.combined().astype(float)
    inner = strength[1:-1]
    is_peak = (inner > strength[:-2]) & (inner >= strength[2:]) & (inner > 1.5 * strength.mean())
    index = np.flatnonzero(is_peak) + 1
    keep = int(ONSETS_PER_S * len(strength) / envelope.rate_hz)
    if len(index) > keep:
        index = np.sort(index[np.argsort(-strength[index], kind="stable")[:keep]])
    before, here, after = strength[index - 1], strength[index], strength[index + 1]
    offset = 0.5 * (before - after) / np.minimum(before - 2 * here + after, -1e-9)
    limit = np.percentile(here, 97) if len(here) else 1.0
    return Onsets(
        times_s=(index + offset) / envelope.rate_hz,
        strengths=np.minimum(here, limit) ** 2,
    )
