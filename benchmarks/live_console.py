"""A console without a face: for benchmarks and tests that steer a real run."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect


class LiveConsole:
    """Connects to the run in a folder by one of its role links, and again whenever the connection breaks.

    Args:
        run: The run's folder.
        role: With which rights.
        patience_s: So long is waited for the console to be served [s].

    Attributes:
        snapshot: As it was told last; {} before.
        snapshots: How many changes were told.
        address, cookie: Of the console's server, and of this session.
    """

    def __init__(self, run: Path, role: str = "stage_manager", *, patience_s: float = 60.0) -> None:
        self._run, self._role = run, role
        self.snapshot: dict[str, Any] = {}
        self.snapshots = 0
        self._answers: dict[str, dict[str, Any]] = {}
        self._told = threading.Condition()
        self._socket: ClientConnection | None = None
        self.address = self.cookie = ""
        self._keys = 0
        self._is_over = False
        self.connect(patience_s)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def connect(self, patience_s: float = 30.0) -> None:
        """Joins, and opens the socket."""
        end_s = time.monotonic() + patience_s
        while True:
            try:
                self._connect()
                return
            except (OSError, ValueError, KeyError, httpx.HTTPError, WebSocketException, TimeoutError):
                if time.monotonic() > end_s:
                    raise
                time.sleep(0.05)

    def _connect(self) -> None:
        told = json.loads((self._run / "console.json").read_text(encoding="utf-8"))
        self.address, _, token = told["links"][self._role].partition("/join#")
        if not self.cookie:
            with httpx.Client(base_url=self.address) as client:
                answer = client.post("/api/join", json={"token": token}, headers={"origin": self.address})
                answer.raise_for_status()
                self.cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        self._socket = connect(
            self.address.replace("http", "ws", 1) + "/ws",
            additional_headers={"cookie": self.cookie},
            origin=self.address,  # type: ignore[arg-type]
            max_size=None,
            ping_interval=None,
            legacy=True,  # no context: it is opened again whenever it breaks
        )

    def _listen(self) -> None:
        while not self._is_over:
            try:
                assert self._socket is not None
                self._hear(json.loads(self._socket.recv()))
            except ConnectionClosed:
                if not self._is_over:
                    self.connect()

    def _hear(self, message: dict[str, Any]) -> None:
        with self._told:
            match message["type"]:
                case "snapshot":
                    self.snapshot = message["snapshot"]
                case "change":
                    for path, value in message["set"]:
                        place: Any = self.snapshot
                        for name in path[:-1]:
                            place = place[name]
                        place[path[-1]] = value
                case "answer":
                    self._answers[message["key"]] = message
            self.snapshots += 1
            self._told.notify_all()

    def ask(
        self,
        command: str,
        payload: Mapping[str, Any] | None = None,
        *,
        key: str = "",
        timeout_s: float = 10.0,
    ) -> dict[str, Any]:
        """What the show answers to a command.

        Raises:
            TimeoutError: Nothing came in time.
        """
        self._keys += 1
        key = key or f"bench-{id(self)}-{self._keys}-{time.monotonic_ns()}"
        assert self._socket is not None
        self._socket.send(json.dumps({"type": command, "payload": dict(payload or {}), "key": key}))
        with self._told:
            if not self._told.wait_for(lambda: key in self._answers, timeout_s):
                raise TimeoutError(f"no answer to {command}")
            return self._answers.pop(key)

    def wait_for(self, what: Callable[[dict[str, Any]], bool], timeout_s: float = 60.0) -> dict[str, Any]:
        """The first state of which something is true.

        Raises:
            TimeoutError: It did not become true in time.
        """
        with self._told:
            if not self._told.wait_for(lambda: bool(self.snapshot) and what(self.snapshot), timeout_s):
                raise TimeoutError("it did not happen in time")
            return self.snapshot

    def cue(self, name: str) -> dict[str, Any]:
        """A line of the running order."""
        return next(line for line in self.snapshot["cues"] if line["id"] == name)

    def close(self) -> None:
        """Hangs up."""
        self._is_over = True
        if self._socket is not None:
            self._socket.close()
        self._thread.join(2.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
