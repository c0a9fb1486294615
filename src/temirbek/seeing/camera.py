"""A camera of this machine, by its number or device.

A driver may keep its reader waiting for seconds, so a thread of its own reads, keeps the newest picture alone, and notes when
it came; whoever is slower than the camera misses pictures and is never late.
"""

import threading
import time
from typing import Any, Self

from temirbek.errors import DeviceLost
from temirbek.seeing.extras import opencv
from temirbek.seeing.pictures import Picture

SILENT_S = 2.0
"""A camera that shows nothing for so long is lost."""
JOIN_S = 3.0


def open_capture(device: str) -> Any:
    """OpenCV's capture of a camera."""
    cv2 = opencv("a camera")
    return cv2.VideoCapture(int(device) if device.isdigit() else device)


class Camera:
    """A :class:`~temirbek.seeing.PictureSource`.

    Args:
        device: Its number ("0"), or its device ("/dev/video0").
    """

    def __init__(self, device: str) -> None:
        self._device = device
        self._capture: Any = None
        self._newest: Picture | None = None
        self._came_s = 0.0
        self._is_over = threading.Event()
        self._has_ended = False
        self._thread: threading.Thread | None = None

    def read(self) -> Picture | None:
        """The newest picture, once."""
        picture, self._newest = self._newest, None
        if picture is None and (self._has_ended or time.monotonic() - self._came_s > SILENT_S):
            raise DeviceLost(f"camera {self._device}: it shows nothing any more")
        return picture

    def __enter__(self) -> Self:
        capture = open_capture(self._device)
        if not capture.isOpened():
            capture.release()
            raise DeviceLost(f"camera {self._device}: it is not there, or another program has it")
        self._capture, self._came_s, self._has_ended = capture, time.monotonic(), False
        self._is_over.clear()
        self._thread = threading.Thread(target=self._keep_newest, daemon=True, name="camera")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        if self._thread is not None:
            self._thread.join(JOIN_S)
            self._thread = None
        self._newest = None

    def _keep_newest(self) -> None:
        """The thread's work; the capture is let go where it is used, so that nobody waits for a driver that hangs."""
        capture = self._capture
        try:
            while not self._is_over.is_set():
                has_come, pixels = capture.read()
                now_s = time.monotonic()
                if not has_come:
                    break
                self._came_s, self._newest = now_s, Picture(pixels, now_s)
        finally:
            self._has_ended = True
            capture.release()
