"""Where somebody stands and where their chest faces, from one picture and the floor.

Signs. Of somebody who faces the camera, the left shoulder is on the picture's right. Who then turns to their own left (their
heading grows) moves their nose to the picture's right as well: that decides between the two headings that shoulders alone
leave open, and is all there is for small turns, which shoulders do not show. From behind there is no nose, and the heading
nearer to the one before is taken.
"""

import numpy as np
from numpy.typing import NDArray

from temirbek.seeing.floor import Floor
from temirbek.seeing.source import KEYPOINT_SEEN, Sighting

Array = NDArray[np.float64]
ANKLE_M, HIP_M, CHEST_M = 0.07, 0.90, 1.2
"""Heights above the floor of a person of 1.70 m (Drillis and Contini, 1966)."""
SHOULDERS_PER_TORSO = 0.75
"""Width between the shoulder joints over the length from shoulders to hips."""
FRONTAL = 0.9
"""Shoulders that are seen so wide (1: as wide as they are) do not tell a small turn; the nose does, a little."""
NOSE_PER_TORSO, NOSE_AT_MOST_RAD = 0.24, 0.45
"""How far a nose is before the neck, in torso lengths; and what it may tell: a head turns without its chest."""
SHORTEST_TORSO = 0.01

NOSE, L_SHOULDER, R_SHOULDER, L_HIP, R_HIP, L_ANKLE, R_ANKLE = 0, 5, 6, 11, 12, 15, 16


def middle(keypoints: Array, one: int, other: int) -> Array | None:
    """The point between two key points, (2,); None unless both are seen."""
    if keypoints[one, 2] < KEYPOINT_SEEN or keypoints[other, 2] < KEYPOINT_SEEN:
        return None
    return np.asarray((keypoints[one, :2] + keypoints[other, :2]) / 2.0)


def place_of(sighting: Sighting, floor: Floor) -> tuple[float, float] | None:
    """Where somebody stands (x, y) [m]: below their ankles, their hips where feet are hidden, or their box.

    None where the picture does not tell: a body without ankles and hips, or a point above the horizon.
    """
    keypoints = sighting.keypoints
    if not len(keypoints):
        left, _, right, bottom = sighting.box
        return floor.place((left + right) / 2.0, bottom, height_m=sighting.height_m)
    for one, other, height_m in ((L_ANKLE, R_ANKLE, ANKLE_M), (L_HIP, R_HIP, HIP_M)):
        point = middle(keypoints, one, other)
        if point is None:
            continue
        if floor.camera is None:  # then only the floor itself is known, and an ankle is nearly on it
            height_m = 0.0 if one == L_ANKLE else height_m
        place = floor.place(float(point[0]), float(point[1]), height_m=height_m)
        if place is not None:
            return place
    return None


def heading_of(
    keypoints: Array, place_m: tuple[float, float] | None, floor: Floor, before_rad: float | None
) -> float | None:
    """Where a chest faces, stage frame [rad]; None where shoulders, hips or the camera are not known.

    Args:
        keypoints: (17, 3), or (0, 3).
        place_m: Where they stand.
        floor: Knows the camera.
        before_rad: Where they faced a picture ago, if known.
    """
    if not len(keypoints) or place_m is None or floor.camera_m is None:
        return None
    shoulders, hips = middle(keypoints, L_SHOULDER, R_SHOULDER), middle(keypoints, L_HIP, R_HIP)
    if shoulders is None or hips is None:
        return None
    dx, dy = floor.camera_m[0] - place_m[0], floor.camera_m[1] - place_m[1]
    from_above_rad = np.arctan2(floor.camera_m[2] - CHEST_M, np.hypot(dx, dy))
    torso = float(np.linalg.norm(hips - shoulders)) / max(float(np.cos(from_above_rad)), 0.2)
    if torso < SHORTEST_TORSO:
        return None
    width = float(keypoints[L_SHOULDER, 0] - keypoints[R_SHOULDER, 0])
    frontal = width / (SHOULDERS_PER_TORSO * torso)
    turned_rad = float(np.arccos(np.clip(frontal, -1.0, 1.0)))
    to_camera_rad = float(np.arctan2(dy, dx))
    aside = float(keypoints[NOSE, 0] - shoulders[0]) / torso
    if keypoints[NOSE, 2] >= KEYPOINT_SEEN:
        if frontal > FRONTAL:
            nose_rad = float(np.arcsin(np.clip(aside / NOSE_PER_TORSO, -1.0, 1.0)))
            return wrapped(to_camera_rad + np.clip(nose_rad, -NOSE_AT_MOST_RAD, NOSE_AT_MOST_RAD))
        return wrapped(to_camera_rad + np.copysign(turned_rad, aside))
    both = [wrapped(to_camera_rad + turned_rad), wrapped(to_camera_rad - turned_rad)]
    if before_rad is None:
        return both[0]
    return min(both, key=lambda one: abs(wrapped(one - before_rad)))


def wrapped(angle_rad: float) -> float:
    """The same angle between −π and π."""
    return float(np.arctan2(np.sin(angle_rad), np.cos(angle_rad)))
