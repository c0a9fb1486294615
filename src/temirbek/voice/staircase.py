"""Which unit sounds when, from two readings that differ in nothing but how loud each unit is.

Reading A is even; in reading B unit ``k`` has the loudness ``LEVELS[k % 3]`` of it. The ratio B/A over short windows is a
staircase. Three levels tell a unit that sounded from one that a program passed over. The path through the units is the
cheapest one (Viterbi): it never goes back, and pays for windows of another level and for units passed over.
"""

import numpy as np
from numpy.typing import NDArray

LEVELS = (1.0, 0.6, 0.36)
"""4.4 dB apart."""
WINDOW_S = 0.005
SILENT = 10 ** (-66 / 20)
"""Below this, root mean square, a window counts as silent: 16-bit rounding would blur the ratio."""
_PASSED_OVER = 6.0
"""What a unit costs that never sounded, in windows of the wrong level."""

Floats = NDArray[np.float64]


def unit_times(even: Floats, stepped: Floats, rate_hz: int, n_units: int) -> list[tuple[float, float]]:
    """From when to when each unit sounds [s].

    Args:
        even, stepped: The two readings, shape (n,) each.
        rate_hz: Samples a second.
        n_units: How many units were read, > 0.

    Returns:
        (start, end) per unit, never running back; a unit that made no sound has no length.
    """
    window = round(WINDOW_S * rate_hz)
    window_s = window / rate_hz  # a whole number of samples: rounding adds up over a minute
    n = min(len(even), len(stepped)) // window
    a = even[: n * window].reshape(n, window)
    b = stepped[: n * window].reshape(n, window)
    power = (a * a).sum(axis=1)
    sounds = np.sqrt(power / window) > SILENT
    ratio = (a * b).sum(axis=1) / np.maximum(power, 1e-12)
    apart = np.abs(np.log(np.maximum(ratio, 1e-3))[:, None] - np.log(LEVELS)) / np.log(LEVELS[0] / LEVELS[1])
    costs = np.where(sounds[:, None], np.minimum(apart, 1.0), 0.0)
    path = _path(costs[:, np.arange(n_units) % len(LEVELS)])
    spans: list[tuple[float, float]] = []
    end_s = 0.0
    for unit in range(n_units):
        mine = np.flatnonzero(sounds & (path == unit) & (costs[:, unit % len(LEVELS)] < 0.5))
        start_s = max(end_s, mine[0] * window_s) if len(mine) else end_s
        end_s = max(start_s, (mine[-1] + 1) * window_s) if len(mine) else start_s
        spans.append((start_s, end_s))
    return spans


def _path(costs: Floats) -> NDArray[np.intp]:
    """The cheapest way from the first unit to the last through windows × units, shape (n_windows,)."""
    n, units = costs.shape
    pay = _PASSED_OVER * np.arange(units)
    total = np.full((n, units), np.inf)
    came_from = np.zeros((n, units), dtype=np.intp)
    before = pay.astype(float)  # passing over the first ones
    for i in range(n):
        # from any earlier unit: each one in between that never sounded costs; from the one before: nothing
        reach = before - pay
        best = np.minimum.accumulate(reach)
        where = np.maximum.accumulate(np.where(reach == best, np.arange(units), 0))
        jump = np.concatenate([[np.inf], best[:-1] + pay[1:] - _PASSED_OVER])
        stays = before <= jump
        total[i] = np.where(stays, before, jump) + costs[i]
        came_from[i] = np.where(stays, np.arange(units), np.concatenate([[0], where[:-1]]))
        before = total[i]
    path = np.zeros(n, dtype=np.intp)
    unit = int(np.argmin(before + pay[::-1])) if n else 0
    for i in range(n - 1, -1, -1):
        path[i] = unit
        unit = int(came_from[i, unit])
    return path
