"""People who wear a bib with an ArUco marker (Garrido-Jurado et al., *Pattern Recognition*, 2014): opted in, and well known apart.

A marker's number is what it is: a bib's, not a person's; the follower turns it into a random id. A bib hangs at chest height,
so its place on the floor is below it: a hand's breadth before its wearer's feet. Limits: a bib is seen from the front only, and needs about 20 pixels in the picture;
where it faces is not told.
"""

from typing import Any

import numpy as np

from temirbek.seeing.extras import opencv
from temirbek.seeing.source import Pixels, Sees, Sighting

BIB_HEIGHT_M = 1.2
"""A marker's lower edge on the chest of a grown person."""
LEAST_SIDE = 0.012
"""A smaller marker (in shares of the picture's height) is mostly a pattern that looks like one."""


class Markers:
    """A :class:`~temirbek.seeing.Finder` of markers of the dictionary DICT_4X4_50."""

    sees = Sees(bodies=False, places=True, headings=False)

    def __init__(self) -> None:
        self._cv2: Any = None
        self._detector: Any = None

    def open(self) -> None:
        """Loads the dictionary."""
        self._cv2 = opencv("seeing markers")
        aruco = self._cv2.aruco
        dictionary = aruco.getPredefinedDictionary(aruco.DICT_4X4_50)
        self._detector = aruco.ArucoDetector(dictionary, aruco.DetectorParameters())

    def close(self) -> None:
        """Lets go of it."""
        self._detector = None

    def find(self, pixels: Pixels, host_s: float) -> tuple[Sighting, ...]:
        """Bibs in the picture; one that is seen twice (a mirror, a poster) is told once, where it is largest."""
        grey = self._cv2.cvtColor(pixels, self._cv2.COLOR_BGR2GRAY)
        corners, numbers, _ = self._detector.detectMarkers(grey)
        if numbers is None:
            return ()
        found: dict[str, Sighting] = {}
        for quad, number in zip(corners, np.ravel(numbers), strict=True):
            sighting = _sighting(
                np.asarray(quad, dtype=float).reshape(4, 2) / pixels.shape[0], str(int(number))
            )
            known = found.get(sighting.badge)
            if sighting.size >= LEAST_SIDE and (known is None or sighting.size > known.size):
                found[sighting.badge] = sighting
        return tuple(found.values())


def _sighting(quad: np.ndarray[Any, np.dtype[np.float64]], badge: str) -> Sighting:
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return Sighting(
        box=(float(left), float(top), float(right), float(bottom)),
        confidence=1.0,
        badge=badge,
        height_m=BIB_HEIGHT_M,
    )
