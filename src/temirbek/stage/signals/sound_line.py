"""Asks the sound process from a thread of its own, so that nobody waits for it."""

import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient

TIMEOUT_S = 1.0
MOST_WAITING = 16

Ask = Callable[[Mapping[str, Any]], None]


class SoundLine:
    """A way to the sound process that only goes there.

    Args:
        path: Of its socket.
        tell: Hears why a command was not done.
    """

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        self._path, self._tell = path, tell
        self._waiting: queue.Queue[Mapping[str, Any] | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="sound line", daemon=True)
        self._thread.start()

    def ask(self, body: Mapping[str, Any]) -> None:
        """Asks for something; what does not fit any more is told as not done."""
        try:
            self._waiting.put_nowait(body)
        except queue.Full:
            self._tell(f"the sound process does not keep up with {body.get('do')!r}")

    def close(self) -> None:
        """Asks no more."""
        while True:
            try:
                self._waiting.put_nowait(None)
                break
            except queue.Full:
                self._waiting.get_nowait()
        self._thread.join(2 * TIMEOUT_S)

    def _work(self) -> None:
        while (body := self._waiting.get()) is not None:
            try:
                with PlainClient(self._path) as client:
                    answer = client.ask(body, TIMEOUT_S)
                    why = "" if answer.get("ok") else str(answer.get("reason"))
            except DeviceLost as error:
                why = str(error)
            if why:
                self._tell(f"{body.get('do')}: {why}")
