"""Where a deck's controls stand at each sample: the plan's straight lines, rounded as a hand would.

A control is the mean of its line over 3 ms, so that a jump does not click. Away from the points the mean of a straight
line is the line, so only the surroundings of a point are averaged. What a control is at a sample depends on
nothing else; where it does not move at all, it is one number, and the work that it would make is left out.
"""

import numpy as np

from temirbek.mixing.clock import Floats, MixClock, Samples
from temirbek.types import CONTROL_REST, Automation, Control

SMOOTHING = 145
"""Samples (3 ms) over which a control is averaged, as no hand is faster."""
HALF = SMOOTHING // 2

Gain = float | Samples
"""One value for a whole stretch, or one for each of its samples."""


class Lane:
    """One control of one deck over the mix's samples."""

    def __init__(self, control: Control, moved: Automation | None, clock: MixClock) -> None:
        if moved is None:
            self._points, self._knots, self._values = (
                np.zeros(0),
                np.zeros(1),
                np.array([CONTROL_REST[control]]),
            )
            return
        # a line over beats is a line over samples only as long as the tempo stays: it is cut on every beat
        between = np.arange(np.ceil(moved.beats[0]), moved.beats[-1])
        between = between[~np.isin(between, moved.beats)]
        order = np.argsort(np.concatenate([moved.beats, between]), kind="stable")
        self._points = clock.sample_at(moved.beats)
        self._knots = clock.sample_at(np.concatenate([moved.beats, between])[order])
        self._values = np.concatenate([moved.values, moved.at(between)])[order]

    def over(self, start: int, n: int) -> Gain:
        """The control from mix sample ``start`` on, for ``n`` samples; one number if it stands still."""
        values = self._values_over(start, n)
        if np.all(values == values[0]):
            return float(values[0])
        line = self._line(start, n)
        near = (self._points > start - HALF - 1) & (self._points < start + n + HALF + 1)
        for point in np.unique(self._points[near]):
            a, b = (int(np.clip(point + side, start, start + n)) for side in (-HALF - 1, HALF + 2))
            if a < b:
                around = np.lib.stride_tricks.sliding_window_view(
                    self._line(a - HALF, b - a + 2 * HALF), SMOOTHING
                )
                line[a - start : b - start] = around.mean(axis=1)
        return line.astype(np.float32)

    def is_zero_over(self, start: int, n: int) -> bool:
        """Whether the control stands at 0 over the whole stretch."""
        return not self._values_over(start, n).any()

    def _values_over(self, start: int, n: int) -> Floats:
        """The values of all knots that have a say from mix sample ``start`` on, for ``n`` samples."""
        first, last = np.searchsorted(self._knots, [start - HALF, start + n + HALF])
        return self._values[max(0, first - 1) : last + 1]

    def _line(self, start: int, n: int) -> Floats:
        first, last = np.searchsorted(self._knots, [start, start + n])
        near = slice(max(0, first - 2), last + 2)
        return np.asarray(np.interp(np.arange(start, start + n), self._knots[near], self._values[near]))
