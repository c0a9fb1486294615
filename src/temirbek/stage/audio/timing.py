"""From a device's shaky reports to a steady map of frames and host time: a delay-locked loop.

A callback says which frame sounds when, but it is called late by what the machine was busy with, and devices report in
periods. A loop of second order (cf. Adriaensen 2005) follows offset and speed so slowly that single reports hardly
move it: fast in its first seconds, then with a bandwidth of 0.1 Hz. A report far off is a gap of the device; there the
map jumps instead of gliding for seconds, after a second report has said the same.
"""

import math

from temirbek.stage.clock import SAMPLE_RATE_HZ, DeviceTime

BANDWIDTH_HZ = 0.1
FIRST_BANDWIDTH_HZ = 0.8
SETTLED_S = 4.0
SPEED_SHARE = 0.1
"""Speed is followed so much more slowly than offset: quartz drifts by a few parts in a million."""
GAP_S = 0.004
"""Reports so far off the map are no jitter [s]."""
GAP_REPORTS = 5
"""So many in a row, all to one side, are believed."""
MOST_DRIFT = 5e-4
"""A device's speed is never further from the host's than this share."""
JITTER_WEIGHT = 0.01


class DeviceClock:
    """Follows the reports of one device."""

    def __init__(self) -> None:
        self._frame = 0
        self._host_s = 0.0
        self._period_s = 1.0 / SAMPLE_RATE_HZ
        self._since_s = 0.0
        self._variance = 0.0
        self._off_s: list[float] = []
        self.is_set = False
        self.gaps = 0

    def report(self, frame: int, host_s: float) -> None:
        """Hears that a frame sounds at an instant; reports come in order."""
        if not self.is_set:
            self._begin(frame, host_s)
            return
        frames = frame - self._frame
        if frames <= 0:
            return
        expected_s = self._host_s + frames * self._period_s
        error_s = host_s - expected_s
        if abs(error_s) > GAP_S:
            self._distrust(frame, host_s, error_s)
            return
        self._off_s.clear()
        self._since_s += frames * self._period_s
        share = min(1.0, self._since_s / SETTLED_S)
        bandwidth_hz = FIRST_BANDWIDTH_HZ * (BANDWIDTH_HZ / FIRST_BANDWIDTH_HZ) ** share
        turn = min(0.5, 6.2832 * bandwidth_hz * frames * self._period_s)
        self._frame, self._host_s = frame, expected_s + 1.4142 * turn * error_s
        if share == 1.0:  # before, an offset is no sign of speed
            self._follow_speed((SPEED_SHARE * turn) ** 2 * error_s / frames)
        self._variance += JITTER_WEIGHT * (error_s * error_s - self._variance)

    def _follow_speed(self, more_s: float) -> None:
        nominal_s = 1.0 / SAMPLE_RATE_HZ
        least_s, most_s = nominal_s * (1 - MOST_DRIFT), nominal_s * (1 + MOST_DRIFT)
        self._period_s = min(max(self._period_s + more_s, least_s), most_s)

    def jump(self, frame: int, host_s: float) -> None:
        """Starts anew from here, its speed kept."""
        self._begin(frame, host_s)

    def _begin(self, frame: int, host_s: float) -> None:
        self._frame, self._host_s, self._since_s, self.is_set = frame, host_s, 0.0, True
        self._off_s.clear()

    def _distrust(self, frame: int, host_s: float, error_s: float) -> None:
        if self._off_s and (self._off_s[-1] > 0) != (error_s > 0):
            self._off_s.clear()
        self._off_s.append(error_s)
        if len(self._off_s) >= GAP_REPORTS:
            self.gaps += 1
            nearest_s = min(self._off_s, key=abs)  # lateness only ever adds
            self._begin(frame, host_s - error_s + nearest_s)

    @property
    def jitter_s(self) -> float:
        """Standard deviation of the reports from the map [s]."""
        return math.sqrt(self._variance)

    def time(self, latency_s: float, underruns: int) -> DeviceTime:
        """The map, as the shared clock tells it."""
        return DeviceTime(
            frame=float(self._frame),
            host_s=self._host_s,
            frames_per_s=1.0 / self._period_s,
            latency_s=latency_s,
            jitter_s=self.jitter_s,
            underruns=underruns,
        )
