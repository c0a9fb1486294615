"""Real servers of Redis and NATS, as Debian has them, on a loopback port of their own; ended by their process id."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

PATIENCE_S = 10.0


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


class RealServer:
    """One server and its folder; it can be killed and started again where it was.

    Args:
        kind: "redis" or "nats".
        folder: Where it keeps its things.
        durable: Redis only: whether it keeps what it acknowledges.
    """

    def __init__(self, kind: str, folder: Path, *, durable: bool = True) -> None:
        self.kind, self._folder, self._durable = kind, folder, durable
        program = shutil.which(f"{kind}-server")
        if program is None:
            pytest.skip(f"{kind}-server is not installed (Debian: apt install {kind}-server)")
        self._program = program
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True)
        self.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.kind}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it, and waits until it listens."""
        keeps = (
            ("--appendonly", "yes", "--appendfsync", "always") if self._durable else ("--appendonly", "no")
        )
        options = {
            "redis": ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", ".", *keeps],
            "nats": ["-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", "."],
        }[self.kind]
        self._process = subprocess.Popen(
            [self._program, *options],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        self.kill()
        raise TimeoutError(f"{self._program} does not listen")

    def kill(self) -> None:
        """SIGKILL, as a machine that dies would do it to a process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)
            self._process = None
