"""A look-ahead limiter for true peaks.

The peak between samples is found by four-fold oversampling (ITU-R BS.1770-4, annex 2). The gain that it allows is
held over the look-ahead (a sliding minimum), let go exponentially, and smoothed by a Hann window no longer than the
look-ahead: a mean of gains none of which exceeds what the peak allows cannot exceed it either. Frames keep the
release in between, so the result does not depend on where one frame ends and the next begins.
"""

import numpy as np
import scipy.ndimage
import scipy.signal

from temirbek.audio import peaks_between
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, Samples

LOOK_AHEAD = 192
"""Samples (4 ms) by which the gain is down before a peak."""
RELEASE_S = 0.1
DETECTOR_DELAY = 12
"""Samples that the search for peaks between samples needs on either side."""
MARGIN = 2 * LOOK_AHEAD + DETECTOR_DELAY
"""Samples that a frame needs on either side."""
LEAST_REDUCTION = 1e-7

_HANN = np.hanning(2 * LOOK_AHEAD + 3)[1:-1] / np.hanning(2 * LOOK_AHEAD + 3)[1:-1].sum()


class Limiter:
    """Keeps true peaks below a ceiling; frames must follow each other.

    Attributes:
        reduction: By what share the gain is down after the last frame: all that is carried from frame to frame.
    """

    def __init__(self, ceiling: float) -> None:
        self._ceiling = ceiling
        self.reduction = 0.0

    def frame(self, sound: Samples) -> Samples:
        """Limits one frame.

        Args:
            sound: Samples with :data:`MARGIN` more on either side, shape (2, n + 2 MARGIN).

        Returns:
            The frame, shape (2, n).
        """
        inner = sound[:, MARGIN:-MARGIN]
        peaks = peaks_between(sound, self._ceiling)
        needed = np.maximum(peaks[:-1], peaks[1:])
        if self.reduction < LEAST_REDUCTION and needed.max() <= self._ceiling:
            self.reduction = 0.0
            return inner
        reduction = 1.0 - self._ceiling / np.maximum(needed, self._ceiling).astype(float)
        held = scipy.ndimage.maximum_filter1d(reduction, 2 * LOOK_AHEAD + 1)[LOOK_AHEAD:-LOOK_AHEAD]
        released = self._released(held, inner.shape[1])
        smooth = scipy.signal.oaconvolve(released, _HANN, mode="valid")
        return np.asarray(inner * (1.0 - smooth).astype(np.float32))

    def _released(self, held: Floats, n: int) -> Floats:
        """``held``, never falling faster than the release: r[i] = max(held[i], a · r[i − 1])."""
        fall = 1.0 / (RELEASE_S * SAMPLE_RATE_HZ)
        log = np.log(np.maximum(np.concatenate([[self.reduction], held]), LEAST_REDUCTION / 10))
        climb = np.arange(len(log)) * fall
        released = np.exp(np.maximum.accumulate(log + climb) - climb)[1:]
        released[released < LEAST_REDUCTION] = 0.0
        self.reduction = float(released[n - 1])
        return np.asarray(released)
