"""What people do with their hands: a wave, or a hand held up, from key points.

A wave is a forearm that swings beside its elbow while the wrist is over the shoulder; a hand held up is over the head and
still. Lengths are in shoulder widths, so that near and far people wave alike. Dancing looks like waving to any rule
(17 of 100 dancers did in trials), so nobody is waved back to while there is a number.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from temirbek.types import COCO_KEYPOINTS, BodyTrack

WINDOW_S = 1.5
"""So much of the past is looked at."""
LEAST_S, LEAST_ROWS = 0.8, 8
SURE = 0.4
"""Key points of less confidence are not believed."""
SWING = 0.12
"""Standard deviation of a waving wrist beside its elbow [shoulder widths]; one that is held up stays below."""
SLOWEST_HZ, FASTEST_HZ = 0.8, 4.5
MOSTLY = 0.9
"""A hand is up if it was in so large a share of the time."""

Row = tuple[float, float, float, float, float]
Sign = Literal["wave", "hand_up", ""]
_AT = {name: k for k, name in enumerate(COCO_KEYPOINTS)}
_SIDES = ("left", "right")


def row_of(track: BodyTrack) -> Row | None:
    """What both hands do in one picture; None where they cannot be seen."""
    points = track.keypoints
    if not len(points):
        return None
    shoulders = points[[_AT["left_shoulder"], _AT["right_shoulder"]]]
    if shoulders[:, 2].min() < SURE:
        return None
    hips = points[[_AT["left_hip"], _AT["right_hip"]]]
    width = float(np.hypot(*(shoulders[0, :2] - shoulders[1, :2])))
    if hips[:, 2].min() >= SURE:  # of people seen from the side shoulders are narrow, backs are not
        width = max(width, 0.6 * float(np.hypot(*(shoulders[:, :2].mean(0) - hips[:, :2].mean(0)))))
    if width <= 0.0:
        return None
    row = [track.host_s]
    for side in _SIDES:
        shoulder, elbow, wrist = (points[_AT[f"{side}_{joint}"]] for joint in ("shoulder", "elbow", "wrist"))
        is_seen = min(elbow[2], wrist[2]) >= SURE
        is_up = is_seen and wrist[1] < shoulder[1] - 0.15 * width
        over_head = (
            is_up and points[_AT["nose"], 2] >= SURE and wrist[1] < points[_AT["nose"], 1] - 0.1 * width
        )
        row += [float(wrist[0] - elbow[0]) / width if is_seen else 0.0, float(is_up) + float(over_head)]
    return (row[0], row[1], row[2], row[3], row[4])


def sign_of(rows: Sequence[Row]) -> Sign:
    """What the hands of the last moments mean."""
    if len(rows) < LEAST_ROWS or rows[-1][0] - rows[0][0] < LEAST_S:
        return ""
    table = np.array(rows)
    seconds = float(table[-1, 0] - table[0, 0])
    found: Sign = ""
    for swing, up in ((table[:, 1], table[:, 2]), (table[:, 3], table[:, 4])):
        if np.mean(up >= 1.0) < MOSTLY:
            continue
        beside = swing - swing.mean()
        turns = int(np.count_nonzero((beside[1:] > 0) != (beside[:-1] > 0)))
        if beside.std() > SWING and SLOWEST_HZ < turns / seconds / 2.0 < FASTEST_HZ:
            return "wave"
        if beside.std() < SWING and np.mean(up >= 2.0) >= MOSTLY:
            found = "hand_up"
    return found
