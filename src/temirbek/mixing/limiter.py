"""A look-ahead limiter for true peaks.

The peak between samples is found by four-fold oversampling (ITU-R BS.1770-4, annex 2). The gain that it allows is
held over the look-ahead (a sliding minimum), let go exponentially, and smoothed by a Hann window no longer than the
look-ahead: a mean of gains none of which exceeds what the peak allows cannot exceed it either. Frames keep the
release in between, so the result does not depend on where one frame ends and the next begins.
"""

import numpy as np
import scipy.ndimage
import scipy.signal

from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats

LOOK_AHEAD = 192
"""Samples (4 ms) by which the gain is down before a peak."""
RELEASE_S = 0.1
OVERSAMPLING = 4
TAPS_PER_PHASE = 24
DETECTOR_DELAY = TAPS_PER_PHASE // 2
MARGIN = 2 * LOOK_AHEAD + DETECTOR_DELAY
"""Samples that a frame needs on either side."""
LEAST_REDUCTION = 1e-7

_INTERPOLATOR = OVERSAMPLING * scipy.signal.firwin(
    TAPS_PER_PHASE * OVERSAMPLING + 1, 1.0 / OVERSAMPLING, window=("kaiser", 8.0)
)
_HANN = np.hanning(2 * LOOK_AHEAD + 3)[1:-1] / np.hanning(2 * LOOK_AHEAD + 3)[1:-1].sum()
_MOST_BETWEEN = max(float(np.abs(_INTERPOLATOR[k::OVERSAMPLING]).sum()) for k in range(OVERSAMPLING))
"""No peak between samples is higher than this times the highest sample around it."""


class Limiter:
    """Keeps true peaks below a ceiling; frames must follow each other."""

    def __init__(self, ceiling: float) -> None:
        self._ceiling = ceiling
        self._reduction = 0.0

    def frame(self, sound: Floats) -> Floats:
        """Limits one frame.

        Args:
            sound: Samples with :data:`MARGIN` more on either side, shape (2, n + 2 MARGIN).

        Returns:
            The frame, shape (2, n).
        """
        inner = sound[:, MARGIN:-MARGIN]
        needed = self._needed(sound)
        if self._reduction < LEAST_REDUCTION and not needed.any():
            self._reduction = 0.0
            return inner
        held = scipy.ndimage.maximum_filter1d(needed, 2 * LOOK_AHEAD + 1)[LOOK_AHEAD:-LOOK_AHEAD]
        released = self._released(held, inner.shape[1])
        smooth = scipy.signal.oaconvolve(released, _HANN, mode="valid")
        return np.asarray(inner * (1.0 - smooth))

    def _needed(self, sound: Floats) -> Floats:
        """By how much (0–1) each sample must be reduced for the peaks around it, shape (n + 4 LOOK_AHEAD,)."""
        n = sound.shape[1] - 2 * DETECTOR_DELAY
        if np.abs(sound).max() * _MOST_BETWEEN < self._ceiling:
            return np.zeros(n)
        between = scipy.signal.upfirdn(_INTERPOLATOR, sound, up=OVERSAMPLING, axis=1)
        first = (
            2 * OVERSAMPLING * DETECTOR_DELAY - 2
        )  # the filter's own delay and the margin, less half a sample
        around = np.abs(between[:, first : first + OVERSAMPLING * (n + 1)]).max(axis=0)
        quarters = around.reshape(n + 1, OVERSAMPLING).max(axis=1)
        peak = np.maximum(np.maximum(quarters[:-1], quarters[1:]), self._ceiling)
        return np.asarray(1.0 - self._ceiling / peak)

    def _released(self, held: Floats, n: int) -> Floats:
        """``held``, never falling faster than the release: r[i] = max(held[i], a · r[i − 1])."""
        fall = 1.0 / (RELEASE_S * SAMPLE_RATE_HZ)
        log = np.log(np.maximum(np.concatenate([[self._reduction], held]), LEAST_REDUCTION / 10))
        climb = np.arange(len(log)) * fall
        released = np.exp(np.maximum.accumulate(log + climb) - climb)[1:]
        released[released < LEAST_REDUCTION] = 0.0
        self._reduction = float(released[n - 1])
        return np.asarray(released)
