"""WebSockets by picows: compiled, about 14 KB a connection.

picows can answer plain requests only at once, and only GET without a body: neither a held request nor a vote by POST. So its
server is not used: the connection's protocol is made here and put in the front's place. That class is not among the names
that picows promises, hence keywords throughout, one place to mend, and a contract test that runs on both libraries.
"""

import asyncio
import logging

from picows import WSAutoPingStrategy, WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport
from picows.picows import WSProtocol  # type: ignore[attr-defined]  # compiled, and not in the stubs

from temirbek.phones.protocol import MOST_FRAME_BYTES
from temirbek.phones.wire import Ear, head_of

READ_BUFFER_BYTES = 2048
_BACKGROUND = logging.getLogger("temirbek.phones.picows")
_BACKGROUND.setLevel(logging.CRITICAL)
_QUIET = logging.LoggerAdapter(_BACKGROUND, {})
"""picows reports each breach of the protocol; whoever sends garbage would fill the disk. No Logger: it would make one per connection."""
_LOG = logging.getLogger(__name__)


class PicowsSwitchboard:
    """Gives connections to picows."""

    def connect(self, transport: asyncio.Transport, key: str, rest: bytes, ear: Ear) -> None:
        """See :meth:`temirbek.phones.wire.Switchboard.connect`."""
        protocol = WSProtocol(
            host_port=None,
            ws_path=None,
            is_client_side=False,
            ws_listener_factory=lambda _: PicowsWire(ear),
            logger=_QUIET,
            disconnect_on_exception=True,
            websocket_handshake_timeout=None,
            enable_auto_ping=False,
            auto_ping_idle_timeout=0,
            auto_ping_reply_timeout=0,
            auto_ping_strategy=WSAutoPingStrategy.PING_WHEN_IDLE,
            enable_auto_pong=False,
            max_frame_size=MOST_FRAME_BYTES,
            extra_headers=None,
            read_buffer_init_size=READ_BUFFER_BYTES,
        )
        protocol.connection_made(transport)
        transport.set_protocol(protocol)
        _feed(protocol, head_of(key) + rest)


class PicowsWire(WSListener):
    """A wire, and its listener at the same time: one object less for each of thousands."""

    __slots__ = ("_ear", "_pipe", "_transport")

    def __init__(self, ear: Ear) -> None:
        self._ear = ear

    @property
    def unread_bytes(self) -> int:
        """See :class:`temirbek.phones.wire.Wire`."""
        return self._pipe.get_write_buffer_size()

    def send(self, text: bytes) -> None:
        """See :class:`temirbek.phones.wire.Wire`."""
        self._transport.send(WSMsgType.TEXT, text)

    def close(self, code: int) -> None:
        """See :class:`temirbek.phones.wire.Wire`."""
        self._transport.send_close(WSCloseCode(code))
        self._pipe.close()

    def cut(self) -> None:
        """See :class:`temirbek.phones.wire.Wire`."""
        self._pipe.abort()

    def pause_writing(self) -> None:
        """A phone reads slowly: looked at when there is something to send, see ``unread_bytes``."""

    def resume_writing(self) -> None:
        """It has caught up."""

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The handshake is done."""
        self._transport = transport
        self._pipe = transport.underlying_transport
        self._ear.on_open(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """A frame came."""
        kind = frame.msg_type
        if kind is WSMsgType.TEXT and frame.fin and not (frame.rsv1 or frame.rsv2 or frame.rsv3):
            try:
                self._ear.on_text(frame.get_payload_as_bytes())
            except Exception:
                _LOG.exception("a phone's sentence")
                self.cut()
        elif kind is WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            self._pipe.close()
        elif kind is WSMsgType.PING:
            if self._ear.on_noise():
                transport.send_pong(frame.get_payload_as_bytes())
        elif kind is WSMsgType.PONG:
            self._ear.on_noise()
        else:
            self.close(WSCloseCode.UNSUPPORTED_DATA.value)  # binary, or a sentence in pieces: no page of ours

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """It is over."""
        self._ear.on_gone()


def _feed(protocol: asyncio.BufferedProtocol, data: bytes) -> None:
    while data:
        buffer = memoryview(protocol.get_buffer(-1))
        count = min(len(data), len(buffer))
        buffer[:count] = data[:count]
        protocol.buffer_updated(count)
        data = data[count:]
