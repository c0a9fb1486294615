"""Eyes made of three parts: where pictures come from, who finds people in one, and who knows them from the last one."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Self

from temirbek.seeing.floor import floor_of
from temirbek.seeing.following import Following
from temirbek.seeing.pictures import PictureSource
from temirbek.seeing.source import Finder, Sees
from temirbek.types import BodyTrack, FloorPoint


class Watching:
    """A :class:`~temirbek.seeing.PoseSource` that looks at pictures; it keeps none of them.

    Args:
        pictures: Where they come from.
        finder: Who finds people in one.
        new_id: Makes a random id.
        floor: Four marks, or none.
        latency_s: How old a picture is when it arrives [s].
    """

    def __init__(
        self,
        pictures: PictureSource,
        finder: Finder,
        *,
        new_id: Callable[[], str],
        floor: tuple[FloorPoint, ...] = (),
        latency_s: float = 0.0,
    ) -> None:
        self._pictures, self._finder = pictures, finder
        self._new_id, self._floor, self._latency_s = new_id, floor, latency_s
        self._following: Following | None = None
        self._open = ExitStack()

    @property
    def sees(self) -> Sees:
        """What it can tell: places and headings only with a floor."""
        finder, has_floor = self._finder.sees, bool(self._floor)
        return Sees(
            bodies=finder.bodies,
            places=finder.places and has_floor,
            headings=finder.headings and has_floor,
        )

    def read(self) -> tuple[BodyTrack, ...] | None:
        """Who is there, as of the newest picture."""
        picture = self._pictures.read()
        if picture is None:
            return None
        if self._following is None:
            floor = floor_of(self._floor, picture.aspect) if self._floor else None
            self._following = Following(self._new_id, floor)
        taken_s = picture.host_s - self._latency_s
        return self._following.follow(self._finder.find(picture.pixels, taken_s), taken_s)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._finder.open()
            opening.callback(self._finder.close)
            opening.enter_context(self._pictures)
            self._open = opening.pop_all()
        self._following = None
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
