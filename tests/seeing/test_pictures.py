"""Where pictures come from: cameras, films, folders, and what each does at its end."""

import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.seeing import camera as camera_file
from temirbek.seeing import pictures_of
from temirbek.seeing.camera import Camera
from temirbek.seeing.film import Film
from temirbek.seeing.picture_folder import PictureFolder


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def shade(value: int) -> np.ndarray:
    return np.full((48, 64, 3), value, dtype=np.uint8)


def test_a_folder_shows_its_pictures_by_name_and_is_over(tmp_path: Path) -> None:
    for name, value in (("b.png", 80), ("a.png", 20), ("c.JPG", 200)):
        cv2.imwrite(str(tmp_path / name), shade(value))
    (tmp_path / "notes.txt").write_text("no picture")
    clock = Clock()
    shown = []
    with PictureFolder(tmp_path, per_s=10.0, now_s=clock) as pictures:
        for _ in range(3):
            picture = pictures.read()
            assert picture is not None
            shown.append((round(float(picture.pixels.mean()) / 20) * 20, picture.host_s))
            assert pictures.read() is None, "the next one is not due yet"
            clock.now_s += 0.1001
        with pytest.raises(DeviceLost, match="3 pictures are over"):
            pictures.read()
    assert [value for value, _ in shown] == [20, 80, 200]
    assert [at_s for _, at_s in shown] == pytest.approx([100.0, 100.1, 100.2])
    with pictures:
        assert pictures.read() is not None, "opened again, it begins again"


def test_a_folder_without_pictures_and_one_with_a_broken_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no pictures"):
        PictureFolder(tmp_path).__enter__()
    (tmp_path / "a.png").write_bytes(b"not a picture")
    with pytest.raises(InvalidInput, match=r"a\.png"):
        PictureFolder(tmp_path).__enter__()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 25.0, (64, 48))
    for k in range(10):
        writer.write(shade(20 * k))
    writer.release()
    return path


def test_a_film_is_shown_at_its_own_pace(film: Path) -> None:
    clock = Clock()
    with Film(film, now_s=clock) as pictures:
        first = pictures.read()
        assert first is not None
        assert first.host_s == 100.0
        assert first.aspect == pytest.approx(64 / 48)
        assert pictures.read() is None
        clock.now_s += 5 / 25 + 0.001
        late = pictures.read()
        assert late is not None
        assert late.host_s == pytest.approx(100.2)
        assert float(late.pixels.mean()) == pytest.approx(100.0, abs=6.0), "four were left out"
        clock.now_s += 10.0
        with pytest.raises(DeviceLost, match="over"):
            pictures.read()


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"no film at all")
    with pytest.raises(InvalidInput, match="not a video file"):
        Film(path).__enter__()


def test_words_become_sources(tmp_path: Path, film: Path) -> None:
    assert isinstance(pictures_of("0"), Camera)
    assert isinstance(pictures_of("/dev/video7"), Camera)
    assert isinstance(pictures_of(str(tmp_path)), PictureFolder)
    assert isinstance(pictures_of(str(film)), Film)
    with pytest.raises(InvalidInput, match="no such file or folder"):
        pictures_of(str(tmp_path / "nothing"))


def test_a_camera_that_is_not_there_is_lost() -> None:
    with pytest.raises(DeviceLost, match="not there"):
        Camera("/dev/video-that-nobody-has").__enter__()


class Captured:
    """A driver that shows what a test wants, when it wants."""

    def __init__(self) -> None:
        self.values: list[int] = []
        self.has_new = threading.Semaphore(0)
        self.is_released = threading.Event()

    def isOpened(self) -> bool:
        return True

    def read(self) -> tuple[bool, np.ndarray | None]:
        if not self.has_new.acquire(timeout=5.0) or not self.values:
            return False, None
        return True, shade(self.values.pop(0))

    def release(self) -> None:
        self.is_released.set()

    def show(self, *values: int) -> None:
        self.values += values
        self.has_new.release(len(values))


def until(is_so) -> None:
    end_s = time.monotonic() + 10.0
    while not is_so():
        assert time.monotonic() < end_s
        time.sleep(0.002)


def test_a_camera_gives_the_newest_picture_once_and_is_lost_when_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    captured = Captured()
    monkeypatch.setattr(camera_file, "open_capture", lambda device: captured)
    with Camera("0") as camera:
        assert camera.read() is None
        captured.show(10, 20, 30)
        until(
            lambda: (
                not captured.values and camera._newest is not None and camera._newest.pixels[0, 0, 0] == 30
            )
        )
        picture = camera.read()
        assert picture is not None
        assert picture.pixels[0, 0, 0] == 30
        assert camera.read() is None
        captured.has_new.release()  # the driver ends
        until(captured.is_released.is_set)
        with pytest.raises(DeviceLost, match="nothing any more"):
            camera.read()


def test_a_camera_that_falls_silent_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    captured = Captured()
    monkeypatch.setattr(camera_file, "open_capture", lambda device: captured)
    monkeypatch.setattr(camera_file, "SILENT_S", 0.05)
    with Camera("0") as camera:
        time.sleep(0.1)
        with pytest.raises(DeviceLost, match="nothing any more"):
            camera.read()
        captured.has_new.release()
