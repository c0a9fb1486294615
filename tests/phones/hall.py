"""A phone server inside a test, with its conductor's line and tokens for seats that do not exist."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from temirbek.lines import PlainClient
from temirbek.phones.alone import AloneBus
from temirbek.phones.limits import Limits
from temirbek.phones.process import PhonesProcess, PhonesSettings
from temirbek.phones.store import FileStore
from temirbek.phones.wire import WireName

PATIENCE_S = 30.0
"""Nothing here measures time; a busy machine is slow."""


def seat_of(token: str) -> str | None:
    """Seats of a test: their token is their name."""
    return token if token.startswith("seat-") else None


class ServedHall:
    """A hall that is served.

    Args:
        folder: Its run folder.
        port: Where.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.url = f"http://127.0.0.1:{port}/"
        self.line = PlainClient(folder / "phones.sock")

    def ask(self, **body: Any) -> dict[str, Any]:
        """An order of the conductor, which is accepted."""
        answer = self.line.ask(body)
        assert answer["ok"], answer
        return answer

    def event(self, name: str, **values: Any) -> dict[str, Any]:
        """The next event of this name with these values."""
        while True:
            event = self.line.wait(PATIENCE_S)
            assert event is not None, f"no {name} with {values}"
            if event.get("event") == name and all(event[key] == value for key, value in values.items()):
                return event


@contextmanager
def a_hall(
    folder: Path,
    *,
    wire: WireName | None = None,
    port: int = 0,
    limits: Limits | None = None,
    certificate: Path | None = None,
) -> Iterator[ServedHall]:
    """Serves a hall in a thread."""
    folder.mkdir(exist_ok=True)
    ready, found = threading.Event(), list[int]()
    store = FileStore(folder / "phones.sqlite")
    settings = PhonesSettings(
        run=folder, port=port, wire=wire, limits=limits or Limits(), certificate=certificate
    )

    def on_ready(port: int) -> None:
        found.append(port)
        loops.append(asyncio.get_running_loop())
        ready.set()

    loops: list[asyncio.AbstractEventLoop] = []
    process = PhonesProcess(settings, seat_of, store, lambda: AloneBus(store), on_ready=on_ready)
    thread = threading.Thread(target=lambda: asyncio.run(process.run()), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE_S)
    hall = ServedHall(folder, found[0])
    try:
        yield hall
    finally:
        hall.line.close()
        loops[0].call_soon_threadsafe(process.end)
        thread.join(PATIENCE_S)
