"""The best path through a table of scores that moves little from row to row (Viterbi 1967)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def smoothest_path(scores: Floats, step_costs: Floats) -> NDArray[np.int64]:
    """The column of each row on the path with the highest sum of scores less the costs of its steps.

    Args:
        scores: Shape (rows, columns).
        step_costs: Of moving by −m … m columns from a row to the next, shape (2 m + 1,); farther is not allowed.

    Returns:
        Shape (rows,).
    """
    n, n_columns = scores.shape
    most = len(step_costs) // 2
    steps, columns = np.arange(-most, most + 1), np.arange(n_columns)
    came_from = np.zeros((n, n_columns), dtype=np.int64)
    total = scores[0]
    for row in range(1, n):
        padded = np.pad(total, most, constant_values=-np.inf)
        moved = np.lib.stride_tricks.sliding_window_view(padded, len(step_costs)) - step_costs
        chosen = moved.argmax(axis=1)
        came_from[row] = columns + steps[chosen]
        total = moved[columns, chosen] + scores[row]
    path = np.empty(n, dtype=np.int64)
    path[-1] = total.argmax()
    for row in range(n - 1, 0, -1):
        path[row - 1] = came_from[row, path[row]]
    return path
