"""Where pictures come from: a camera, a film, a folder. Each is opened, asked for its newest picture, and closed."""

from dataclasses import dataclass
from typing import Protocol, Self

from temirbek.seeing.source import Pixels

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture, for as long as somebody looks at it.

    Attributes:
        pixels: (height, width, 3), blue green red.
        host_s: When it was taken, as far as known [host s].
    """

    pixels: Pixels
    host_s: float

    @property
    def aspect(self) -> float:
        """Its width over its height."""
        return float(self.pixels.shape[1] / self.pixels.shape[0])


class PictureSource(Protocol):
    """Gives pictures, newest first, and never waits for one."""

    def read(self) -> Picture | None:
        """The newest picture, once; None while there is no newer one.

        Raises:
            DeviceLost: The camera went away, or the film is over.
        """
        ...

    def __enter__(self) -> Self:
        """Opens it.

        Raises:
            InvalidInput: A file is not what it should be, or a package is missing.
            DeviceLost: The camera is not there.
        """
        ...

    def __exit__(self, *_: object) -> None:
        """Lets go of it."""
        ...
