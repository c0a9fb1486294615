"""One phone's line: the contract that both WebSocket libraries keep, and what the server hears through it.

The front (:mod:`temirbek.phones.front`) reads a request's head by itself and gives the connection away when it asks for a
WebSocket: to picows, which is compiled and the rule, or where that cannot be imported to the ``websockets`` library without
its own networking. Both get a head that was written anew out of the few fields that count, so that what a browser sends
beside them (Firefox: ``Connection: keep-alive, Upgrade``) is neither kept for each connection nor able to confuse anybody.
"""

import asyncio
import importlib.util
from typing import Literal, Protocol

from temirbek.errors import InvalidInput

WireName = Literal["picows", "websockets"]
GOING_AWAY, TOO_MUCH, TRY_LATER = 1001, 1008, 1013
"""Codes of a closing frame (RFC 6455, section 7.4 and the IANA registry)."""


class Wire(Protocol):
    """A WebSocket that is open."""

    @property
    def unread_bytes(self) -> int:
        """What waits in this process for a phone that does not read fast enough."""
        ...

    def send(self, text: bytes) -> None:
        """Sends a text frame; nothing happens on a connection that is gone."""
        ...

    def close(self, code: int) -> None:
        """Says goodbye, and ends the connection."""
        ...

    def cut(self) -> None:
        """Ends the connection at once, and forgets what waits."""
        ...


class Ear(Protocol):
    """Who listens on a wire."""

    def on_open(self, wire: Wire) -> None:
        """The connection is a WebSocket now."""
        ...

    def on_text(self, data: bytes) -> None:
        """A text frame came, whole and no longer than a frame may be."""
        ...

    def on_noise(self) -> bool:
        """Something else came (a ping); whether it may be answered."""
        ...

    def on_gone(self) -> None:
        """The connection ended, however it did. Is heard once, and only after :meth:`on_open`."""
        ...


class Switchboard(Protocol):
    """Makes a WebSocket of a connection that asked for one."""

    def connect(self, transport: asyncio.Transport, key: str, rest: bytes, ear: Ear) -> None:
        """Takes the connection over: shakes hands, and goes on from there.

        Args:
            transport: Of the connection; its protocol is replaced.
            key: ``Sec-WebSocket-Key`` as it came, which is Base64 of 16 bytes.
            rest: What came after the head.
            ear: Who listens from now on.
        """
        ...


def make_switchboard(name: WireName | None = None) -> Switchboard:
    """The one that is named, or the fastest that is installed.

    Raises:
        InvalidInput: Neither of the libraries is here, or not the one that was asked for.
    """
    wanted: tuple[WireName, ...] = (name,) if name else ("picows", "websockets")
    for one in wanted:
        if importlib.util.find_spec(one) is None:
            continue
        if one == "picows":
            from temirbek.phones.wire_picows import PicowsSwitchboard

            return PicowsSwitchboard()
        from temirbek.phones.wire_websockets import PlainSwitchboard

        return PlainSwitchboard()
    raise InvalidInput(f"no WebSocket library: {' or '.join(wanted)} is needed (pip install {wanted[0]})")


def head_of(key: str) -> bytes:
    """The head of a request for a WebSocket, as short as RFC 6455 has it."""
    return (
        "GET /ws HTTP/1.1\r\nHost: phones\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode("ascii")
