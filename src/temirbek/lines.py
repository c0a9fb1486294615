"""How the processes of one stage talk: JSON lines on Unix sockets in the run folder.

Each part of the machine serves one socket and polls it from its own loop, so it needs no thread for it; whoever asks
connects again when it was restarted. A question carries an ``id``, its answer the same ``id``; a line without one is an
event that goes to everybody who is connected. Whoever does not read is cut off at a bounded buffer: nobody waits for it.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import selectors
import socket
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from temirbek.errors import DeviceLost, InvalidInput

MOST_LINE_BYTES = 4 << 20
MOST_UNREAD_BYTES = 1 << 20
"""So much may wait for one reader before it is cut off."""
LONGEST_ADDRESS_BYTES = 100
"""A Unix socket's address is at most 104 to 108 bytes long, depending on the system."""
ANSWER_TIMEOUT_S = 5.0

Body = Mapping[str, Any]


def address_of(path: Path) -> str:
    """The socket's real address: the path itself, or where that is too long for a socket, one that follows from it."""
    address = str(path.absolute())
    if len(os.fsencode(address)) <= LONGEST_ADDRESS_BYTES:
        return address
    folder = Path(tempfile.gettempdir()) / f"temirbek-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise InvalidInput(f"{folder}: expected a folder of your own that nobody else may enter")
    return str(folder / f"{hashlib.sha256(os.fsencode(address)).hexdigest()[:24]}.sock")


def to_line(body: Body) -> bytes:
    """One message as it travels."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes) -> dict[str, Any]:
    """One message as it came.

    Raises:
        ValueError: It is no JSON object.
    """
    body = json.loads(line)
    if not isinstance(body, dict):
        raise ValueError(f"expected a JSON object, not {type(body).__name__}")
    return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a client said: who (a number that stands for its connection), and the body."""

    client: int
    body: dict[str, Any]


@dataclass(slots=True)
class _Client:
    connection: socket.socket
    incoming: bytearray = field(default_factory=bytearray)
    outgoing: bytearray = field(default_factory=bytearray)


class LineServer:
    """Serves one socket without a thread: :meth:`poll` does all the work, whenever its owner's loop has time.

    Args:
        path: Where; a socket that a killed process left there is taken over.

    Raises:
        DeviceLost: Somebody else serves there, or nothing can be bound.
    """

    def __init__(self, path: Path) -> None:
        self._address = address_of(path)
        self._clients: dict[int, _Client] = {}
        self._next = 0
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._bind()
        except OSError as error:
            self._listener.close()
            self._selector.close()
            raise DeviceLost(f"{path}: cannot be served ({error})") from error
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, -1)

    def _bind(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1.0)
            try:
                probe.connect(self._address)
            except (FileNotFoundError, ConnectionRefusedError):
                pass
            else:
                raise OSError("another process serves it")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._address)
        self._listener.bind(self._address)
        os.chmod(self._address, 0o600)
        self._listener.listen(16)

    @property
    def n_clients(self) -> int:
        """How many are connected."""
        return len(self._clients)

    def poll(self, timeout_s: float = 0.0) -> list[Message]:
        """What came since last time; waits at most so long for something to come [s]."""
        messages: list[Message] = []
        for key, mask in self._selector.select(timeout_s):
            if key.data == -1:
                self._accept()
                continue
            if mask & selectors.EVENT_WRITE:
                self._flush(key.data)
            if mask & selectors.EVENT_READ and key.data in self._clients:
                messages += self._receive(key.data)
        return messages

    def send(self, client: int, body: Body) -> None:
        """Answers one client; one that has gone hears nothing."""
        if client in self._clients:
            self._queue(client, to_line(body))

    def publish(self, body: Body) -> None:
        """Tells everybody who is connected."""
        line = to_line(body)
        for client in list(self._clients):
            self._queue(client, line)

    def close(self) -> None:
        """Hangs up."""
        for client in list(self._clients):
            self._drop(client)
        self._selector.close()
        self._listener.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
            connection, _ = self._listener.accept()
            connection.setblocking(False)
            self._clients[self._next] = _Client(connection)
            self._selector.register(connection, selectors.EVENT_READ, self._next)
            self._next += 1

    def _receive(self, number: int) -> list[Message]:
        client = self._clients[number]
        try:
            data = client.connection.recv(1 << 16)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        if not data:
            self._drop(number)
            return []
        client.incoming += data
        *lines, rest = bytes(client.incoming).split(b"\n")
        client.incoming = bytearray(rest)
        messages = []
        for line in lines:
            try:
                messages.append(Message(client=number, body=from_line(line)))
            except ValueError as error:
                self.send(number, {"ok": False, "reason": f"not a message: {error}"})
        if len(rest) > MOST_LINE_BYTES:
            self._drop(number)
        return messages

    def _queue(self, number: int, line: bytes) -> None:
        client = self._clients[number]
        client.outgoing += line
        self._flush(number)
        if number in self._clients and len(client.outgoing) > MOST_UNREAD_BYTES:
            self._drop(number)

    def _flush(self, number: int) -> None:
        client = self._clients[number]
        try:
            while client.outgoing:
                sent = client.connection.send(client.outgoing)
                del client.outgoing[:sent]
        except BlockingIOError:
            pass
        except OSError:
            self._drop(number)
            return
        waiting = selectors.EVENT_WRITE if client.outgoing else 0
        self._selector.modify(client.connection, selectors.EVENT_READ | waiting, number)

    def _drop(self, number: int) -> None:
        client = self._clients.pop(number)
        self._selector.unregister(client.connection)
        client.connection.close()


class PlainClient:
    """Asks one question at a time and waits for its answer; events that come between are kept in ``events``.

    Args:
        path: Of the socket.

    Raises:
        DeviceLost: Nobody serves there.
    """

    def __init__(self, path: Path) -> None:
        self.events: list[dict[str, Any]] = []
        self._incoming = bytearray()
        self._asked = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(address_of(path))
        except OSError as error:
            self._socket.close()
            raise DeviceLost(f"{path}: nobody answers there ({error})") from error

    def ask(self, body: Body, timeout_s: float = ANSWER_TIMEOUT_S) -> dict[str, Any]:
        """The answer to a question.

        Raises:
            DeviceLost: The other side hung up, or did not answer in time.
        """
        self._asked += 1
        self._socket.settimeout(timeout_s)
        try:
            self._socket.sendall(to_line({**body, "id": self._asked}))
            while True:
                answer = self._next_line()
                if answer.get("id") == self._asked:
                    return answer
                self.events.append(answer)
        except OSError as error:
            raise DeviceLost(
                f"no answer to {body.get('do', body)!r} ({error or type(error).__name__})"
            ) from error

    def wait(self, timeout_s: float) -> dict[str, Any] | None:
        """The next event, or None if none comes in that time [s].

        Raises:
            DeviceLost: The other side hung up.
        """
        if self.events:
            return self.events.pop(0)
        self._socket.settimeout(timeout_s)
        try:
            return self._next_line()
        except TimeoutError:
            return None
        except OSError as error:
            raise DeviceLost(f"the other side hung up ({error})") from error

    def _next_line(self) -> dict[str, Any]:
        while b"\n" not in self._incoming:
            data = self._socket.recv(1 << 16)
            if not data:
                raise ConnectionResetError("the other side hung up")
            self._incoming += data
        line, _, rest = bytes(self._incoming).partition(b"\n")
        self._incoming = bytearray(rest)
        return from_line(line)

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class LineClient:
    """Asks from an event loop; several questions may be under way at once.

    Args:
        path: Of the socket.
        on_event: Hears what the other side tells without being asked.
        on_lost: Hears that the connection is gone.
    """

    def __init__(
        self, path: Path, *, on_event: Callable[[dict[str, Any]], None], on_lost: Callable[[], None]
    ) -> None:
        self._path, self._on_event, self._on_lost = path, on_event, on_lost
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._asked = 0
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def is_connected(self) -> bool:
        """Whether somebody is there."""
        return self._writer is not None

    async def connect(self) -> None:
        """Connects.

        Raises:
            DeviceLost: Nobody serves there.
        """
        await self.close()
        try:
            reader, self._writer = await asyncio.open_unix_connection(
                address_of(self._path), limit=MOST_LINE_BYTES
            )
        except OSError as error:
            raise DeviceLost(f"{self._path}: nobody answers there ({error})") from error
        self._reading = asyncio.create_task(self._read(reader))

    async def ask(self, body: Body, timeout_s: float = ANSWER_TIMEOUT_S) -> dict[str, Any]:
        """The answer to a question.

        Raises:
            DeviceLost: Nobody is there, or does not answer in time.
        """
        if self._writer is None:
            raise DeviceLost(f"{self._path.name}: not connected")
        self._asked += 1
        number = self._asked
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(to_line({**body, "id": number}))
            return await asyncio.wait_for(answer, timeout_s)
        except (OSError, TimeoutError) as error:
            raise DeviceLost(f"{self._path.name}: no answer to {body.get('do')!r}") from error
        finally:
            self._waiting.pop(number, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                body = from_line(line)
                answer = self._waiting.get(body.get("id", 0))
                if answer is None:
                    self._on_event(body)
                elif not answer.done():
                    answer.set_result(body)
        except (OSError, ValueError):
            pass  # a broken line and a broken connection are answered in the same way
        self._lose()

    def _lose(self) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(DeviceLost(f"{self._path.name}: hung up"))
        self._on_lost()

    async def close(self) -> None:
        """Hangs up."""
        writer, self._writer = self._writer, None
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
            self._reading = None
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
