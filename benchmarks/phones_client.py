"""Thousands of phones in one process: WebSockets by hand on asyncio, so that the client costs less than the server it measures.

Connections come from several loopback addresses (127.0.0.2 …), because one address has some 28,000 ports. What a phone hears is
split into frames; a delta is noted with the instant it came, an answer is given to whoever waits for it.
"""

import asyncio
import json
import os
import random
import socket
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient

ADDRESSES = 8
OPENED_AT_ONCE = 300
PATIENCE_S = 60.0
STORM_PATIENCE_S = 60.0
GIVES_UP_S = 8.0
"""The page's own: a connection that says nothing for so long is tried again."""
JITTER_S = 3.0
"""The page's own: a hall that lost the network comes back within three seconds."""
_HELLO = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def frame(body: bytes, code: int = 1) -> bytes:
    """One masked frame; a mask of zeros is a mask."""
    length = len(body)
    if length < 126:
        head = bytes((0x80 | code, 0x80 | length))
    elif length < 1 << 16:
        head = struct.pack(">BBH", 0x80 | code, 0x80 | 126, length)
    else:
        head = struct.pack(">BBQ", 0x80 | code, 0x80 | 127, length)
    return head + b"\0\0\0\0" + body


def saying(**body: object) -> bytes:
    """A sentence as a frame."""
    return frame(json.dumps(body, separators=(",", ":")).encode())


class Phone(asyncio.Protocol):
    """One phone.

    Args:
        token: Of its seat, or "".
        port: Of the server.
    """

    __slots__ = (
        "answers",
        "buffer",
        "heard_s",
        "hears",
        "is_open",
        "n_deltas",
        "opened",
        "port",
        "token",
        "transport",
    )

    def __init__(self, token: str, port: int) -> None:
        self.token, self.port = token, port
        self.buffer = b""
        self.is_open = False
        self.opened: asyncio.Future[None] | None = None
        self.hears: Callable[[Phone, bytes], None] | None = None
        self.answers: Counter[str] = Counter()
        self.heard_s = 0.0
        self.n_deltas = 0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.transport.write(_HELLO.format(port=self.port).encode())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.is_open:
            head, gap, rest = self.buffer.partition(b"\r\n\r\n")
            if not gap:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.answers[head[9:12].decode()] += 1
                self.transport.close()
                return
            self.buffer, self.is_open = rest, True
            if self.token:
                self.transport.write(saying(do="hello", token=self.token))
        self._take_frames()

    def _take_frames(self) -> None:
        data, at = self.buffer, 0
        while len(data) - at >= 2:
            length, head = data[at + 1] & 127, 2
            if length == 126:
                if len(data) - at < 4:
                    break
                length, head = struct.unpack_from(">H", data, at + 2)[0], 4
            if len(data) - at < head + length:
                break
            self._hear(data[at + head : at + head + length])
            at += head + length
        self.buffer = data[at:]

    def _hear(self, text: bytes) -> None:
        if text.startswith(b'{"is":"delta"'):
            self.heard_s = time.monotonic()
            self.n_deltas += 1
        elif text.startswith(b'{"is":"snapshot"'):
            if self.opened is not None and not self.opened.done():
                self.opened.set_result(None)
        elif text.startswith(b'{"is":"refused"'):
            self.answers[json.loads(text)["reason"]] += 1
        if self.hears is not None:
            self.hears(self, text)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open, self.buffer = False, b""
        self.answers["lost"] += 1
        if self.opened is not None and not self.opened.done():
            self.opened.set_exception(ConnectionError("lost before the snapshot"))

    def say(self, **body: object) -> None:
        """Says something, if it can."""
        if self.is_open:
            self.transport.write(saying(**body))

    async def connect(self, number: int) -> None:
        """Connects, and waits for the snapshot."""
        loop = asyncio.get_running_loop()
        self.opened = loop.create_future()
        await loop.create_connection(
            lambda: self, "127.0.0.1", self.port, local_addr=(f"127.0.0.{2 + number % ADDRESSES}", 0)
        )
        await self.opened


async def connect_all(phones: Sequence[Phone], *, at_once: int = OPENED_AT_ONCE) -> float:
    """Connects all, so many at a time; how long it took [s]."""
    gate = asyncio.Semaphore(at_once)

    async def one(number: int, phone: Phone) -> None:
        async with gate:
            await phone.connect(number)

    began_s = time.monotonic()
    await asyncio.wait_for(asyncio.gather(*(one(n, p) for n, p in enumerate(phones))), 2 * PATIENCE_S)
    return time.monotonic() - began_s


async def storm_back(phones: Sequence[Phone], seed: int, jitter_s: float = JITTER_S) -> tuple[float, int]:
    """All lose their connection at once and come back as the page does; when the last is back [s], and tries that failed.

    Where one is not back after a minute, that is how long it took: infinitely.
    """
    draw = random.Random(seed)
    failed = 0

    async def one(number: int, phone: Phone, wait_s: float) -> None:
        nonlocal failed
        while True:
            await asyncio.sleep(wait_s)
            try:
                async with asyncio.timeout(GIVES_UP_S):
                    await phone.connect(number)
                return
            except OSError:  # a TimeoutError is one
                hang_up([phone])
                failed += 1
                wait_s = jitter_s * draw.random() + 4.0

    for phone in phones:
        phone.transport.abort()
    await asyncio.sleep(0)
    began_s = time.monotonic()
    waits = [jitter_s * draw.random() for _ in phones]
    try:
        await asyncio.wait_for(
            asyncio.gather(*(one(n, p, w) for n, (p, w) in enumerate(zip(phones, waits, strict=True)))),
            STORM_PATIENCE_S,
        )
    except TimeoutError:
        return float("inf"), failed
    return time.monotonic() - began_s, failed


def hang_up(phones: Sequence[Phone]) -> None:
    """Ends all connections."""
    for phone in phones:
        if phone.transport is not None:
            phone.transport.abort()


class Server:
    """The phones' process, on a core of its own, with a conductor's line.

    Args:
        folder: Its run folder, with the key of the tokens in it.
        port: Where phones connect.
        core: Where it runs; None where the machine has one core only.
    """

    def __init__(self, folder: Path, port: int, core: int | None, bus: str = "") -> None:
        self.port = port
        command = [sys.executable, "-m", "temirbek.phones", str(folder), "--port", str(port)]
        if bus:
            command += ["--bus", bus]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # as the processes of a show are
            preexec_fn=None if core is None else lambda: os.sched_setaffinity(0, {core}),
        )
        self.pid = self.process.pid
        self.line = self._line(folder / "phones.sock", port)

    def _line(self, path: Path, port: int) -> PlainClient:
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s and self.process.poll() is None:
            if _listens(port):
                try:
                    line = PlainClient(path)
                    line.ask({"do": "status"})
                    return line
                except DeviceLost:
                    pass  # not yet
            time.sleep(0.02)
        self.kill()
        raise TimeoutError("the phones' process does not serve")

    def ask(self, **body: object) -> None:
        """An order of the conductor."""
        answer = self.line.ask(body)
        if not answer["ok"]:
            raise RuntimeError(answer["reason"])

    def open_poll(self, name: str) -> None:
        """Opens a poll between a and b."""
        words = {"kk": name, "ru": name, "en": name}
        options = [{"id": option, "text": words} for option in "ab"]
        self.ask(do="poll", poll=name, question=words, options=options)

    def memory_kb(self) -> int:
        """What it holds in memory (resident set) [KB]."""
        text = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS"))

    def cpu_s(self) -> float:
        """Processor time that it has used [s]; unlike a wall clock, this knows nothing of a busy machine."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def waited_s(self) -> float:
        """How long its loop was ready to run and had no core [s]: what it owes to a busy machine."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[1]) / 1e9

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def end(self) -> None:
        """Asks it to end."""
        self.line.close()
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
