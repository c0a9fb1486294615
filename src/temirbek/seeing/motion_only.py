"""People as patches that move: no network, no weights, no key points.

A background of Gaussian mixtures (Zivkovic and van der Heijden, 2006; OpenCV's MOG2) tells what was not there before; patches of
it as large as people are sightings, and dense inverse search (Kroeger et al., ECCV 2016; OpenCV's DIS) tells how fast they move.

Limits. Shadows at their feet, people who touch (one patch), light that changes (robots' lamps: everything moves for a second),
and people who stand still (after half a minute they are background). It counts patches, not people.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.seeing.extras import opencv
from temirbek.seeing.source import Pixels, Sees, Sighting

HEIGHT_PX = 180
"""Pictures are looked at so small: a patch needs no more."""
HISTORY = 600
FADES_S = 30.0
"""Who stands still for so long is background [s]."""
BY_NUMBER = -1.0
"""OpenCV's word for a rate that falls with the number of pictures."""
LEARNING_S = 1.0
"""Nothing is told before the room was seen for so long [s]."""
LEAST_HEIGHT, LEAST_AREA = 0.12, 0.008
"""A patch as large as a person: in shares of the picture's height, and of its square."""
WIDEST_ASPECT = 1.6
FLOOD = 0.6
"""Where more than this share of the picture is new at once, the light has changed, not the people."""
SURE_FILL = 0.5
SHADOW = 127


class MotionOnly:
    """A :class:`~temirbek.seeing.Finder`."""

    sees = Sees(bodies=False, places=True, headings=False)

    def __init__(self) -> None:
        self._cv2: Any = None
        self._background: Any = None
        self._flow: Any = None
        self._before: tuple[float, Pixels] | None = None
        self._first_s = self._last_s = np.inf

    def open(self) -> None:
        """Begins to learn the empty room."""
        self._cv2 = opencv("seeing movement")
        self._background = self._cv2.createBackgroundSubtractorMOG2(HISTORY, 25.0, True)
        self._flow = self._cv2.DISOpticalFlow_create(self._cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._before, self._first_s = None, np.inf

    def close(self) -> None:
        """Forgets the room."""
        self._background = self._flow = self._before = None

    def find(self, pixels: Pixels, host_s: float) -> tuple[Sighting, ...]:
        """Patches that move and are as large as people."""
        self._first_s = min(self._first_s, host_s)
        small = self._small(pixels)
        grey = np.asarray(self._cv2.cvtColor(small, self._cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        speed = self._speed(grey, host_s)
        is_learning = host_s - self._first_s < LEARNING_S
        is_new = np.asarray(self._background.apply(small, None, self._rate(host_s, is_learning))) > SHADOW
        self._last_s = host_s
        if is_learning or is_new.mean() > FLOOD:
            return ()
        return self._patches(self._whole(is_new), speed)

    def _rate(self, host_s: float, is_learning: bool) -> float:
        """How much of the background one picture becomes: by time, so that a slow camera forgets nobody sooner.

        The mixture takes for background what has a tenth of all weight (its ratio is 0.9).
        """
        if is_learning:
            return BY_NUMBER
        return float(np.clip((host_s - self._last_s) * 0.1 / FADES_S, 0.0, 0.1))

    def _small(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        size = (max(1, round(width * HEIGHT_PX / height)), HEIGHT_PX)
        return np.asarray(self._cv2.resize(pixels, size, interpolation=self._cv2.INTER_AREA), dtype=np.uint8)

    def _speed(self, grey: Pixels, host_s: float) -> NDArray[np.float64]:
        """How fast each pixel moves, in picture heights per second."""
        before, self._before = self._before, (host_s, grey)
        if before is None or host_s <= before[0]:
            return np.zeros(grey.shape)
        flow = np.asarray(self._flow.calc(before[1], grey, None), dtype=float)
        return np.asarray(np.hypot(flow[..., 0], flow[..., 1]) / HEIGHT_PX / (host_s - before[0]))

    def _whole(self, is_new: NDArray[np.bool_]) -> Pixels:
        """Without specks, and with what belongs together grown together; more upwards than sideways, as people are."""
        cv2 = self._cv2
        mask = is_new.astype(np.uint8)
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((13, 7), np.uint8)), dtype=np.uint8)

    def _patches(self, mask: Pixels, speed: NDArray[np.float64]) -> tuple[Sighting, ...]:
        n, labels, stats, _ = self._cv2.connectedComponentsWithStats(mask, connectivity=8)
        found = []
        for number in range(1, n):
            left, top, width, height, area = (int(v) for v in stats[number])
            is_person = height / HEIGHT_PX >= LEAST_HEIGHT and area / HEIGHT_PX**2 >= LEAST_AREA
            if not is_person or width > WIDEST_ASPECT * height:
                continue
            inside = speed[top : top + height, left : left + width][
                labels[top : top + height, left : left + width] == number
            ]
            box = np.array([left, top, left + width, top + height]) / HEIGHT_PX
            found.append(
                Sighting(
                    box=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
                    confidence=float(np.clip(0.3 + 0.5 * area / (width * height) / SURE_FILL, 0.0, 0.8)),
                    motion=float(np.clip(np.percentile(inside, 75) * HEIGHT_PX / height, 0.0, 1.0)),
                )
            )
        return tuple(found)
