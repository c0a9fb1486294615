"""WebSockets by the ``websockets`` library without its networking: where picows cannot be had."""

import asyncio
import logging

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from temirbek.phones.protocol import MOST_FRAME_BYTES
from temirbek.phones.wire import Ear, head_of

_UNSUPPORTED = 1003
_QUIET = logging.getLogger("temirbek.phones.websockets")
_QUIET.setLevel(logging.CRITICAL)
_LOG = logging.getLogger(__name__)


class PlainSwitchboard:
    """Gives connections to ``websockets``."""

    def connect(self, transport: asyncio.Transport, key: str, rest: bytes, ear: Ear) -> None:
        """See :meth:`temirbek.phones.wire.Switchboard.connect`."""
        wire = PlainWire(transport, ear)
        transport.set_protocol(wire)
        wire.take(head_of(key))
        wire.take(rest)


class PlainWire(asyncio.BufferedProtocol):
    """A wire, and its protocol at the same time.

    Args:
        transport: Of the connection.
        ear: Who listens.
    """

    _shared = bytearray(1 << 16)
    """What was read is taken out before anybody else can read: one buffer serves all connections of a loop."""

    def __init__(self, transport: asyncio.Transport, ear: Ear) -> None:
        self._transport, self._ear = transport, ear
        self._protocol = ServerProtocol(max_size=MOST_FRAME_BYTES, logger=_QUIET)
        self._is_open = False

    @property
    def unread_bytes(self) -> int:
        """See :class:`temirbek.phones.wire.Wire`."""
        return self._transport.get_write_buffer_size()

    def send(self, text: bytes) -> None:
        """See :class:`temirbek.phones.wire.Wire`."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_text(text)
            self._flush()

    def close(self, code: int) -> None:
        """See :class:`temirbek.phones.wire.Wire`."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(code)
            self._flush()
        self._transport.close()

    def cut(self) -> None:
        """See :class:`temirbek.phones.wire.Wire`."""
        self._transport.abort()

    def get_buffer(self, sizehint: int) -> bytearray:
        """Where to read into."""
        return self._shared

    def buffer_updated(self, nbytes: int) -> None:
        """Something was read."""
        self.take(bytes(self._shared[:nbytes]))

    def take(self, data: bytes) -> None:
        """Goes on with what came."""
        if not data:
            return
        self._protocol.receive_data(data)
        try:
            for event in self._protocol.events_received():
                self._hear(event)
        except Exception:
            _LOG.exception("a phone's sentence")
            self.cut()
            return
        self._flush()

    def eof_received(self) -> bool:
        """The other side has nothing more to say."""
        self._protocol.receive_eof()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        if self._is_open:
            self._is_open = False
            self._ear.on_gone()

    def _hear(self, event: object) -> None:
        if isinstance(event, Request):
            self._protocol.send_response(self._protocol.accept(event))
            self._flush()
            self._is_open = True
            self._ear.on_open(self)
        elif isinstance(event, Frame) and self._is_open:
            if event.opcode is Opcode.TEXT and event.fin:
                self._ear.on_text(bytes(event.data))
            elif event.opcode in (Opcode.PING, Opcode.PONG):
                if not self._ear.on_noise():
                    self._protocol.data_to_send()  # the library has answered already: that is not sent
            elif event.opcode is not Opcode.CLOSE:
                self.close(_UNSUPPORTED)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()
