"""Eyes made of parts: what they can tell, when pictures were taken, and that they let go of everything."""

from typing import Any

import numpy as np
import pytest

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.seeing import Picture, Pinhole, Sees, Sighting, Watching, ids_from
from temirbek.types import FloorPoint

MARKS = Pinhole().floor_points([(1, -1), (1, 1), (5, 2), (5, -2)])


class Pictures:
    """Two pictures, a tenth of a second apart."""

    def __init__(self, *, is_there: bool = True) -> None:
        self.is_there, self.is_open = is_there, False
        self.left = [Picture(np.zeros((90, 160, 3), dtype=np.uint8), at_s) for at_s in (5.1, 5.0)]

    def read(self) -> Picture | None:
        return self.left.pop() if self.left else None

    def __enter__(self) -> "Pictures":
        if not self.is_there:
            raise DeviceLost("camera 0: it is not there")
        self.is_open = True
        return self

    def __exit__(self, *_: object) -> None:
        self.is_open = False


class Finder:
    """Finds one who stands at the same place."""

    sees = Sees(bodies=False, places=True, headings=False)
    is_open = False

    def open(self) -> None:
        self.is_open = True

    def find(self, pixels: Any, host_s: float) -> tuple[Sighting, ...]:
        return (Sighting(box=(0.8, 0.4, 0.9, 0.7), confidence=1.0),)

    def close(self) -> None:
        self.is_open = False


def watching(pictures: Pictures, finder: Finder, floor: tuple[FloorPoint, ...] = MARKS) -> Watching:
    return Watching(pictures, finder, new_id=ids_from(np.random.default_rng(1)), floor=floor, latency_s=0.2)


def test_tracks_carry_the_time_of_their_picture() -> None:
    pictures, finder = Pictures(), Finder()
    with watching(pictures, finder) as eyes:
        first, second = eyes.read(), eyes.read()
        assert eyes.read() is None
        assert pictures.is_open
        assert finder.is_open
    assert first is not None
    assert second is not None
    assert [one.host_s for one in first + second] == pytest.approx([4.8, 4.9])
    assert first[0].id == second[0].id
    assert first[0].position_m is not None
    assert not pictures.is_open
    assert not finder.is_open


def test_without_a_floor_there_are_no_places_and_they_say_so_before_they_are_opened() -> None:
    assert watching(Pictures(), Finder()).sees == Sees(bodies=False, places=True, headings=False)
    blind = watching(Pictures(), Finder(), floor=())
    assert blind.sees == Sees(bodies=False, places=False, headings=False)
    with blind as eyes:
        tracks = eyes.read()
    assert tracks is not None
    assert tracks[0].position_m is None


def test_a_camera_that_is_not_there_leaves_no_network_loaded() -> None:
    finder = Finder()
    with pytest.raises(DeviceLost):
        watching(Pictures(is_there=False), finder).__enter__()
    assert not finder.is_open


def test_marks_that_make_no_floor_are_told_with_the_first_picture() -> None:
    mirrored = tuple(FloorPoint(picture=one.picture, stage=(one.stage[0], -one.stage[1])) for one in MARKS)
    with watching(Pictures(), Finder(), floor=mirrored) as eyes, pytest.raises(InvalidInput, match="mirror"):
        eyes.read()
