"""The door of the phones' port: reads requests, answers plain ones, gives WebSockets away.

One port serves the page, the WebSocket and, where a network lets no WebSocket through, the same language by plain requests:
``GET /state`` is held until something changes, ``POST /do`` takes a sentence.
"""

import asyncio
import base64
import binascii
import time
from http import HTTPStatus
from typing import Protocol, cast

from temirbek.phones.http import MOST_HEAD_BYTES, BadRequest, Request, response, take
from temirbek.phones.limits import Allowance
from temirbek.phones.protocol import MOST_FRAME_BYTES

MOST_WAITING_BYTES = MOST_HEAD_BYTES + MOST_FRAME_BYTES
"""So much may come while a request is being answered."""
MOST_UNREAD_BYTES = 64 * 1024
"""Who asks for more before it has read so much is cut off."""


class Desk(Protocol):
    """Who answers what the door has read."""

    def on_front(self, front: "Front") -> bool:
        """Somebody connected; False where the hall is full."""
        ...

    def on_request(self, front: "Front", request: Request) -> bytes | None:
        """The answer, or None where it comes later by :meth:`Front.answer`."""
        ...

    def on_upgrade(self, front: "Front", request: Request, key: str, rest: bytes) -> None:
        """A WebSocket is asked for, in good form; the connection is no longer the door's."""
        ...

    def on_front_gone(self, front: "Front") -> None:
        """The connection ended while it was the door's."""
        ...


class Front(asyncio.BufferedProtocol):
    """One connection while it speaks HTTP.

    Args:
        desk: Who answers.
        now_s: When it was made [host s].
        allowance: What may be asked over it.

    Attributes:
        since_s: When it was made, answered last, or began its next request [host s].
        is_idle: It was answered, and has asked nothing since.
    """

    __slots__ = ("_data", "_desk", "_is_asking", "_stays", "allowance", "is_idle", "since_s", "transport")
    _shared = memoryview(bytearray(1 << 16))
    """What was read is taken out before anybody else can read: one buffer serves all connections of a loop."""

    def __init__(self, desk: Desk, now_s: float, allowance: Allowance) -> None:
        self._desk, self.since_s, self.allowance = desk, now_s, allowance
        self._data = bytearray()
        self._is_asking = False
        self._stays = True
        self.is_idle = False
        self.transport: asyncio.Transport | None = None

    @property
    def is_asking(self) -> bool:
        """A request is complete and waits for its answer."""
        return self._is_asking

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connected."""
        self.transport = cast(asyncio.Transport, transport)
        if not self._desk.on_front(self):
            self.refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where to read into."""
        return self._shared

    def buffer_updated(self, nbytes: int) -> None:
        """Something was read."""
        if self.is_idle:
            self.is_idle, self.since_s = False, time.monotonic()
        self._data += self._shared[:nbytes]
        if not self._is_asking:
            self._go_on()
        elif len(self._data) > MOST_WAITING_BYTES:
            self.cut()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self.transport = None
        self._desk.on_front_gone(self)

    def eof_received(self) -> bool:
        """The other side has nothing more to say."""
        return False

    def answer(self, data: bytes, now_s: float) -> None:
        """Answers the request that waits; nothing happens where the connection is gone."""
        if self.transport is not None and self._is_asking:
            self._write(self.transport, data, now_s)
            if self._data:
                self._go_on()

    def end_after_answer(self) -> None:
        """The answer to the request that is being read is the last one."""
        self._stays = False

    def refuse(self, status: HTTPStatus) -> None:
        """Says why not, and hangs up."""
        if self.transport is not None:
            again = {"Retry-After": "3"} if status is HTTPStatus.SERVICE_UNAVAILABLE else None
            self.transport.write(response(status, kind="text/plain", stays=False, fields=again))
            self.transport.close()

    def cut(self) -> None:
        """Ends the connection at once."""
        if self.transport is not None:
            self.transport.abort()

    def _go_on(self) -> None:
        while self.transport is not None and not self.transport.is_closing() and not self._is_asking:
            if self._data and self.transport.get_write_buffer_size() > MOST_UNREAD_BYTES:
                self.cut()
                return
            try:
                request = take(self._data)
            except BadRequest as error:
                self.refuse(error.status)
                return
            if request is None:
                return
            self._stays = request.stays
            if request.fields.get("upgrade", "").lower() == "websocket":
                self._upgrade(request)
                return
            self._is_asking = True
            data = self._desk.on_request(self, request)
            if data is not None:
                self._write(self.transport, data, self.since_s)

    def _write(self, transport: asyncio.Transport, data: bytes, now_s: float) -> None:
        self._is_asking, self.is_idle, self.since_s = False, not self._data, now_s
        transport.write(data)
        if not self._stays:
            transport.close()

    def _upgrade(self, request: Request) -> None:
        key = request.fields.get("sec-websocket-key", "")
        if request.method != "GET" or request.path != "/ws" or not _is_key(key):
            self.refuse(HTTPStatus.BAD_REQUEST)
        elif request.fields.get("sec-websocket-version") != "13":
            self.refuse(HTTPStatus.UPGRADE_REQUIRED)
        else:
            rest, self._data = bytes(self._data), bytearray()
            self._desk.on_upgrade(self, request, key, rest)


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False
