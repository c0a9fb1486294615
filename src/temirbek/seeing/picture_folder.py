"""A folder of pictures instead of a camera: one after another in the order of their names."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.seeing.extras import opencv
from temirbek.seeing.pictures import PICTURE_SUFFIXES, Picture
from temirbek.seeing.source import Pixels

PICTURES_PER_S = 10.0


class PictureFolder:
    """A :class:`~temirbek.seeing.PictureSource`; lost after its last picture, at the first when it is opened again.

    Args:
        path: The folder; pictures are what ends in .png, .jpg, .jpeg, .bmp or .webp.
        per_s: How many are shown in a second.
        now_s: The clock that they are shown by [host s].
    """

    def __init__(
        self,
        path: Path,
        *,
        per_s: float = PICTURES_PER_S,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path, self._per_s, self._now_s = path, per_s, now_s
        self._names: list[Path] = []
        self._begin_s = 0.0
        self._shown = 0

    def read(self) -> Picture | None:
        """The next picture when it is due; none is left out."""
        due_s = self._begin_s + self._shown / self._per_s
        if self._now_s() < due_s:
            return None
        if self._shown >= len(self._names):
            raise DeviceLost(f"{self._path.name}: its {len(self._names)} pictures are over")
        path = self._names[self._shown]
        self._shown += 1
        return Picture(_read(path), due_s)

    def __enter__(self) -> Self:
        names = sorted(one for one in self._path.iterdir() if one.suffix.lower() in PICTURE_SUFFIXES)
        if not names:
            raise InvalidInput(f"{self._path}: no pictures; expected files in {', '.join(PICTURE_SUFFIXES)}")
        _read(names[0])  # a folder of broken pictures is refused at once
        self._names, self._begin_s, self._shown = names, self._now_s(), 0
        return self

    def __exit__(self, *_: object) -> None:
        self._names = []


def _read(path: Path) -> Pixels:
    cv2 = opencv("a folder of pictures")
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise InvalidInput(f"{path}: not a picture that can be read")
    return np.asarray(pixels, dtype=np.uint8)
