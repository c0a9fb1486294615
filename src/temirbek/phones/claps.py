"""The clap meter: how fast a hall claps on its phones, and how many of it do."""

from collections import deque

WINDOW_S = 2.0
"""What was clapped in the last two seconds is what is clapped now."""
_STEP_S = 0.25


class ClapMeter:
    """Counts claps in steps of a quarter of a second, so that it costs the same for ten people and for ten thousand."""

    def __init__(self) -> None:
        self._steps: deque[tuple[int, list[int]]] = deque()
        self._last: dict[str, int] = {}

    def add(self, seat: str, count: int, now_s: float) -> None:
        """Somebody clapped so often."""
        step = int(now_s / _STEP_S)
        if not self._steps or self._steps[-1][0] != step:
            self._steps.append((step, [0]))
        self._steps[-1][1][0] += count
        self._last[seat] = step

    def read(self, now_s: float) -> tuple[float, int]:
        """Claps a second of the whole hall, and how many seats are clapping."""
        oldest = int(now_s / _STEP_S) - int(WINDOW_S / _STEP_S)
        while self._steps and self._steps[0][0] <= oldest:
            self._steps.popleft()
        if self._last:
            self._last = {seat: step for seat, step in self._last.items() if step > oldest}
        return sum(count[0] for _, count in self._steps) / WINDOW_S, len(self._last)
