"""Curves as few straight lines: what editors want, who draw every point."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def corners(x: Floats, y: Floats, tolerance: float) -> NDArray[np.intp]:
    """Indices of the points that must stay, so that lines between them pass all others within ``tolerance`` of y.

    Args:
        x: Increasing, shape (n,), n ≥ 1.
        y: Values, shape (n,).
        tolerance: Largest error in y, > 0.

    Returns:
        Increasing indices, the first and the last among them. Greedy: each line goes as far as it can
        (O'Rourke 1981, "An on-line algorithm for fitting straight lines between data ranges").
    """
    kept = [0]
    while kept[-1] < len(x) - 1:
        start = kept[-1]
        run, rise = x[start + 1 :] - x[start], y[start + 1 :] - y[start]
        slope = rise / run
        highest = np.minimum.accumulate((rise + tolerance) / run)
        lowest = np.maximum.accumulate((rise - tolerance) / run)
        is_off = (slope > highest) | (slope < lowest)
        kept.append(start + int(np.argmax(is_off)) if is_off.any() else len(x) - 1)
    return np.array(kept, dtype=np.intp)
