"""The conductor's heartbeat to the robots: beaten by a thread, as long as the conductor's own loop has turned lately.

The loop may wait for the disk for a second (everything is on disk before it happens, and a disk may be busy with other
things); robots shall not come to rest for that. A process that has died, or a loop that has hung, is silent soon enough.
"""

import threading
import time
from pathlib import Path

from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient

EVERY_S = 0.2
HANGS_AFTER_S = 4.0
"""A loop that has not turned for so long hangs: from then on nothing is heard of it."""


class Heart:
    """Beats until it is closed.

    Args:
        socket: Of the robots' process.
    """

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._turned_s = time.monotonic()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="heart")
        self._thread.start()

    def turn(self) -> None:
        """The loop has turned."""
        self._turned_s = time.monotonic()

    def close(self) -> None:
        """Beats no more."""
        self._is_over.set()
        self._thread.join(2.0)

    def _run(self) -> None:
        client: PlainClient | None = None
        while not self._is_over.wait(EVERY_S):
            if time.monotonic() - self._turned_s > HANGS_AFTER_S:
                continue
            try:
                client = client or PlainClient(self._socket)
                client.ask({"do": "heartbeat"}, 1.0)
                client.events.clear()
            except DeviceLost:  # it is being started again
                if client is not None:
                    client.close()
                client = None
        if client is not None:
            client.close()
