"""Datagrams to and from the peers of a venue, without ever waiting for the network."""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from temirbek.errors import DeviceLost
from temirbek.types.evening import Peer

logger = logging.getLogger(__name__)

LOOK_UP_AGAIN_S = 5.0
MOST_AT_ONCE = 256
"""So many datagrams are read at a time, so that a flood keeps nobody from anything else."""
MOST_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Datagram:
    """What came, and from where."""

    data: bytes
    host: str
    port: int


class Addresses:
    """Names of peers → addresses, looked up in a thread: that may take seconds, and may fail.

    Args:
        peers: Name → peer.
    """

    def __init__(self, peers: Mapping[str, Peer]) -> None:
        self._peers = dict(peers)
        self._known: dict[str, tuple[str, int]] = {}
        self._why: dict[str, str] = {}
        self._is_over = threading.Event()
        for name, peer in self._peers.items():  # numbers need no asking
            with contextlib.suppress(OSError):
                socket.inet_aton(peer.host)
                self._known[name] = (peer.host, peer.port)
        self._thread = threading.Thread(target=self._look_up, name="addresses", daemon=True)
        if len(self._known) < len(self._peers):
            self._thread.start()

    def of(self, name: str) -> tuple[str, int] | None:
        """The address of a peer; None while it is not known."""
        return self._known.get(name)

    def why_not(self, name: str) -> str:
        """Why the address of a peer is not known."""
        return self._why.get(name, "its address is still being looked up")

    def name_of(self, host: str) -> str:
        """The peer at an address, or ""."""
        return next((name for name, (known, _) in self._known.items() if known == host), "")

    def _look_up(self) -> None:
        while not self._is_over.is_set():
            for name, peer in self._peers.items():
                if name in self._known:
                    continue
                try:
                    found = socket.getaddrinfo(peer.host, peer.port, socket.AF_INET, socket.SOCK_DGRAM)
                    self._known[name] = (str(found[0][4][0]), peer.port)
                except OSError as error:
                    self._why[name] = f"{peer.host} is not known ({error})"
            if len(self._known) == len(self._peers):
                return
            self._is_over.wait(LOOK_UP_AGAIN_S)

    def close(self) -> None:
        """Looks no further."""
        self._is_over.set()


class Datagrams:
    """A UDP socket that never blocks.

    Args:
        host, port: Where it listens; port 0: anywhere, to send from and hear answers.

    Raises:
        DeviceLost: The port cannot be had.
    """

    def __init__(self, host: str = "0.0.0.0", port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            self._socket.bind((host, port))
        except OSError as error:
            self._socket.close()
            raise DeviceLost(f"UDP port {port} at {host} cannot be had ({error})") from error
        self._socket.setblocking(False)

    @property
    def port(self) -> int:
        """The port that it has."""
        return int(self._socket.getsockname()[1])

    def send(self, data: bytes, address: tuple[str, int]) -> str:
        """Sends; why it could not, or "". What the network cannot take at once is lost, as on any network."""
        try:
            self._socket.sendto(data, address)
        except OSError as error:
            return str(error)
        return ""

    def receive(self) -> list[Datagram]:
        """What came since last time."""
        found: list[Datagram] = []
        until_s = time.monotonic() + 0.01
        while len(found) < MOST_AT_ONCE and time.monotonic() < until_s:
            try:
                data, (host, port) = self._socket.recvfrom(MOST_BYTES)
            except BlockingIOError:
                break
            except OSError:  # an earlier datagram was refused by its peer's machine
                continue
            found.append(Datagram(data, str(host), int(port)))
        return found

    def close(self) -> None:
        """Lets go of the port."""
        self._socket.close()
