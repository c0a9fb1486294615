"""A film instead of a camera: its pictures come at the times at which they were taken, so that a rehearsal sees what was filmed."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.seeing.extras import opencv
from temirbek.seeing.pictures import Picture

PICTURES_PER_S = (1.0, 240.0)
USUAL_PER_S = 30.0


class Film:
    """A :class:`~temirbek.seeing.PictureSource`; lost when it is over, and at its beginning when it is opened again.

    Args:
        path: A video file that OpenCV can read.
        now_s: The clock that it is shown by [host s].
    """

    def __init__(self, path: Path, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._path, self._now_s = path, now_s
        self._capture: Any = None
        self._per_s = USUAL_PER_S
        self._begin_s = 0.0
        self._shown = 0

    def read(self) -> Picture | None:
        """The picture that is due, once; those that nobody asked for in time are left out."""
        due = int((self._now_s() - self._begin_s) * self._per_s) + 1
        if due <= self._shown:
            return None
        while self._shown < due - 1 and self._capture.grab():
            self._shown += 1
        has_come, pixels = self._capture.read()
        if not has_come:
            raise DeviceLost(f"{self._path.name}: the film is over after {self._shown} pictures")
        taken_s = self._begin_s + self._shown / self._per_s
        self._shown += 1
        return Picture(pixels, taken_s)

    def __enter__(self) -> Self:
        cv2 = opencv("a video file")
        capture = cv2.VideoCapture(str(self._path))
        if not capture.isOpened():
            raise InvalidInput(f"{self._path}: not a video file that can be read")
        per_s = float(capture.get(cv2.CAP_PROP_FPS))
        self._per_s = per_s if PICTURES_PER_S[0] <= per_s <= PICTURES_PER_S[1] else USUAL_PER_S
        self._capture, self._begin_s, self._shown = capture, self._now_s(), 0
        return self

    def __exit__(self, *_: object) -> None:
        self._capture.release()
