"""The desk's filter knob: a low-pass that closes to the left, a high-pass that closes to the right.

Second-order Butterworth sections whose corner moves in steps of 2.7 ms, their state carried over (coefficients after
Bristow-Johnson's cookbook). Near the middle the knob fades between the open and the filtered sound.
"""

import numpy as np
import scipy.signal

from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, Samples
from temirbek.mixing.lanes import Gain

STEP = 128
HIGH_PASS_HZ = (20.0, 6000.0)
LOW_PASS_HZ = (18000.0, 100.0)
"""Corner with the knob in the middle and at its end."""
FULLY_WET = 0.1
BUTTERWORTH_Q = 1 / np.sqrt(2)


class Sweep:
    """Filters a stream; blocks must follow each other and be whole steps long."""

    def __init__(self) -> None:
        self._state = np.zeros((1, 2, 2))
        self._is_high_pass = True

    def __call__(self, sound: Samples, knob: Gain) -> Samples:
        """The filtered sound.

        Args:
            sound: Shape (2, n).
            knob: −1 (low-pass closed) over 0 (open) to 1 (high-pass closed): one position, or shape (n,).
        """
        if isinstance(knob, float) and knob == 0:
            self._state = np.zeros((1, 2, 2))
            return sound
        knob = np.broadcast_to(np.asarray(knob, dtype=sound.dtype), sound.shape[1:])
        out = np.empty_like(sound)
        for start in range(0, sound.shape[1], STEP):
            part = slice(start, start + STEP)
            out[:, part] = self._step(sound[:, part], float(knob[part].mean()))
        wet = np.minimum(1.0, np.abs(knob) / FULLY_WET)
        return np.asarray(sound + wet * (out - sound))

    def _step(self, sound: Samples, knob: float) -> Samples:
        if knob == 0:
            self._state = np.zeros((1, 2, 2))
            return sound
        if (knob > 0) != self._is_high_pass:
            self._is_high_pass = knob > 0
            self._state = np.zeros((1, 2, 2))
        out, self._state = scipy.signal.sosfilt(_section(knob), sound, axis=1, zi=self._state)
        return np.asarray(out)


def _section(knob: float) -> Floats:
    """One second-order section for a position of the knob, shape (1, 6)."""
    open_hz, closed_hz = HIGH_PASS_HZ if knob >= 0 else LOW_PASS_HZ
    corner_hz = open_hz * (closed_hz / open_hz) ** min(1.0, abs(knob))
    omega = 2 * np.pi * corner_hz / SAMPLE_RATE_HZ
    cos, alpha = np.cos(omega), np.sin(omega) / (2 * BUTTERWORTH_Q)
    edge = (1 + cos) / 2 if knob >= 0 else (1 - cos) / 2
    middle = -2 * edge if knob >= 0 else 2 * edge
    return np.asarray(np.array([[edge, middle, edge, 1 + alpha, -2 * cos, 1 - alpha]]) / (1 + alpha))
