"""What one connection may cost: uvicorn's protocols with bounds that it leaves open.

uvicorn waits politely for whoever reads slowly, answers pings without looking at its buffer, and gives a client that
never ends its request all the time in the world. A show does not wait: a peer that stays behind is cut off, not asked.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from temirbek.web.limits import Allowance

BUFFER = 64 * 1024
"""Bytes that may wait for a console before nothing more is written to it."""
MOST = 2 * 1024 * 1024
"""Bytes at which it is cut off at once, whatever wrote them."""
SLOW_S = 3.0
"""A console that has not made room for so long, twice in a row, is cut off [s]."""
RECEIVED, RECEIVED_PER_S = 256 * 1024, 32 * 1024
"""Bytes that one console may send: at once, and a second; frames of every kind count."""
REQUEST_S = 10.0
"""A request is complete after this time, or is not heard [s]."""
PER_ADDRESS = 48
"""Connections from one address other than this machine's own."""


class BoundedSocket(WebSocketsSansIOProtocol):
    """A WebSocket that is cut off when it floods, or when it does not read."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Sets the bounds."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=BUFFER)
        self._received = Allowance(RECEIVED, RECEIVED_PER_S)
        self._was_behind = False
        self._looking = self.loop.call_later(SLOW_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is looked at any more."""
        self._looking.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hears it, as far as the allowance goes."""
        if not self._received.take(len(data)):
            self.transport.abort()
            return
        super().data_received(data)
        if self.transport.get_write_buffer_size() > MOST:
            self.transport.abort()

    def _look(self) -> None:
        is_behind = not self.writable.is_set() or self.transport.is_closing()
        if is_behind and self._was_behind:
            self.transport.abort()
            return
        self._was_behind = is_behind
        self._looking = self.loop.call_later(SLOW_S, self._look)


class BoundedHttp(H11Protocol):
    """HTTP whose requests have to end, and that one address cannot fill."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Refuses whoever has too many connections already."""
        super().connection_made(transport)
        self._looking = self.loop.call_later(REQUEST_S, self._look)
        address = _address(self)
        if sum(_address(c) == address for c in self.connections) > PER_ADDRESS and not _is_here(address):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is looked at any more."""
        self._looking.cancel()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: Any) -> None:
        """From here on the socket's own bounds hold."""
        self._looking.cancel()
        super().handle_websocket_upgrade(event)

    def _look(self) -> None:
        """Ends what is not answering a request just now; a browser that wants more opens another connection."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self._looking = self.loop.call_later(REQUEST_S, self._look)


def _address(connection: Any) -> str:
    return connection.client[0] if connection.client else ""


def _is_here(address: str) -> bool:
    return address.startswith("127.") or address == "::1"
