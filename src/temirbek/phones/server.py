"""The phones' server: thousands of connections, one loop, nobody waited for.

What changes travels at most five times a second, the same bytes to everybody, in slices between which the loop does other
things. Whoever does not read is cut off at a bounded buffer. Votes are answered when they are durable
(:mod:`temirbek.phones.store_contract`); where too many wait, the phone hears "busy" and tries again.
"""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Callable
from functools import partial

from temirbek.errors import DeviceLost
from temirbek.phones.front import Front
from temirbek.phones.hall import Answer, Guest, Hall
from temirbek.phones.http import Request
from temirbek.phones.limits import Allowance
from temirbek.phones.page import Page
from temirbek.phones.plain import PlainPhones, known_by
from temirbek.phones.protocol import refused
from temirbek.phones.store_contract import Outcome, Store, Write
from temirbek.phones.wire import GOING_AWAY, TOO_MUCH, Switchboard, Wire

BACKLOG = 8192
"""Of each listener; Linux grants no more than ``net.core.somaxconn``, 4096 as it is delivered."""
LISTENERS = 16
"""Sockets on the one port, among which the system deals out newcomers (``SO_REUSEPORT``). The queue is sixteen times as long: with one,
a server that had no core for three seconds while 5,500 phones came back lost 7,000 greetings, and a phone whose greeting is lost asks
again after 1, 3 and 7 s; with sixteen none was lost. And libuv since 1.45, hence uvloop, accepts one connection of a listener in a turn
of the loop, however many wait: now sixteen are let in between two looks at those who are here, which takes a few milliseconds."""
SEND_BUFFER_BYTES = 32 * 1024
"""What the system may hold for one phone beside what this process holds."""
SLICE = 200
"""So many phones are told before the loop may do something else."""
SWEEP_EVERY_S = 2.0
IDLE_S = 30.0
"""So long a connection is kept for a next request."""
_LOG = logging.getLogger(__name__)


class Phone:
    """One open WebSocket: hears it, and answers.

    Args:
        server: Whose it is.
        epoch, since: What it says that it knows.
    """

    __slots__ = ("_known", "_server", "guest", "wire")

    def __init__(self, server: "PhoneServer", guest: Guest, epoch: str, since: int) -> None:
        self._server, self.guest, self._known = server, guest, (epoch, since)
        self.wire: Wire | None = None

    def on_open(self, wire: Wire) -> None:
        """See :class:`temirbek.phones.wire.Ear`."""
        self.wire = wire
        state = self._server.hall.state
        self.guest.known = state.sequence
        self.send(state.catch_up(*self._known))
        self._known = ("", 0)

    def on_text(self, data: bytes) -> None:
        """See :class:`temirbek.phones.wire.Ear`."""
        answer = self._server.hear(self.guest, data, self.send)
        for reply in answer.replies:
            self.send(reply)
        if answer.is_over and self.wire is not None:
            self.wire.close(TOO_MUCH)

    def on_noise(self) -> bool:
        """See :class:`temirbek.phones.wire.Ear`."""
        now_s = time.monotonic()
        self.guest.heard_s = now_s
        if self.guest.allowance.take(1, now_s):
            return True
        self.guest.n_refused += 1
        if self.guest.n_refused > self._server.hall.limits.most_refusals and self.wire is not None:
            self.wire.cut()
        return False

    def on_gone(self) -> None:
        """See :class:`temirbek.phones.wire.Ear`."""
        self.wire = None
        self._server.phones.pop(self, None)

    def send(self, text: bytes) -> None:
        """Sends, or cuts off whoever lets too much wait."""
        if self.wire is None:
            return
        if self.wire.unread_bytes > self._server.hall.limits.most_unread_bytes:
            self.wire.cut()
        else:
            self.wire.send(text)


class PhoneServer:
    """Serves a hall's phones.

    Args:
        hall: What they see and may do.
        store: Keeps votes and wishes.
        switchboard: Makes WebSockets.
        page: What is served at ``/``.
    """

    def __init__(self, hall: Hall, store: Store, switchboard: Switchboard, page: Page) -> None:
        self.hall, self._store, self._switchboard = hall, store, switchboard
        self.phones: dict[Phone, None] = {}
        self._fronts: dict[Front, None] = {}
        self._plain = PlainPhones(hall, page, self.hear)
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._servers: list[asyncio.Server] = []

    @property
    def n_phones(self) -> int:
        """How many are here: WebSockets and held requests."""
        return len(self.phones) + self._plain.n_held

    @property
    def port(self) -> int:
        """Where it listens."""
        if not self._servers:
            raise DeviceLost("the phones' server does not listen")
        return int(self._servers[0].sockets[0].getsockname()[1])

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Listens.

        Raises:
            DeviceLost: The address cannot be had.
        """
        loop = asyncio.get_running_loop()
        limits = self.hall.limits
        try:
            for listener in _listeners(host, port):
                server = await loop.create_server(
                    self._front,
                    sock=listener,
                    backlog=BACKLOG,
                    ssl=tls,
                    ssl_handshake_timeout=limits.head_timeout_s if tls else None,
                )
                self._servers.append(server)
        except OSError as error:
            raise DeviceLost(f"{host}:{port} cannot be listened on ({error.strerror or error})") from error
        self._tasks = [
            loop.create_task(self._broadcast(limits.broadcast_every_s)),
            loop.create_task(self._sweep()),
        ]

    async def close(self) -> None:
        """Says goodbye to everybody."""
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for phone in list(self.phones):
            if phone.wire is not None:
                phone.wire.close(GOING_AWAY)
        for front in list(self._fronts):
            front.cut()

    def changed(self) -> None:
        """The hall's state is another: everybody will hear of it soon."""
        self._changed.set()

    def hear(self, guest: Guest, data: bytes, reply: Callable[[bytes], None]) -> Answer:
        """Does what a sentence asks; ``reply`` hears later what became of a write."""
        answer = self.hall.hear(guest, data, time.monotonic())
        write = answer.write
        if write is not None and not self._store.submit(write, partial(_stored, write, answer.number, reply)):
            return Answer((refused("busy", answer.number),))
        return answer

    def on_front(self, front: Front) -> bool:
        """See :class:`temirbek.phones.front.Desk`."""
        self._fronts[front] = None
        return len(self._fronts) + len(self.phones) <= self.hall.limits.most_phones

    def on_front_gone(self, front: Front) -> None:
        """See :class:`temirbek.phones.front.Desk`."""
        self._fronts.pop(front, None)
        self._plain.forget(front)

    def on_upgrade(self, front: Front, request: Request, key: str, rest: bytes) -> None:
        """See :class:`temirbek.phones.front.Desk`."""
        transport = front.transport
        self.on_front_gone(front)
        if transport is None:
            return
        phone = Phone(self, self.hall.join(time.monotonic()), *known_by(request))
        self.phones[phone] = None
        self._switchboard.connect(transport, key, rest, phone)
        if phone.wire is None and self.phones.pop(phone, phone) is None:  # no handshake came of it
            transport.abort()

    def on_request(self, front: Front, request: Request) -> bytes | None:
        """See :class:`temirbek.phones.front.Desk`."""
        return self._plain.answer(front, request, time.monotonic())

    def _front(self) -> Front:
        limits, now_s = self.hall.limits, time.monotonic()
        return Front(self, now_s, Allowance(limits.messages_at_once, limits.messages_per_s, now_s))

    async def _broadcast(self, every_s: float) -> None:
        told = self.hall.state.sequence
        while True:
            await self._changed.wait()
            began_s = time.monotonic()
            self._changed.clear()
            state = self.hall.state
            if state.sequence > told:
                text, sequence = state.delta(told), state.sequence
                told = sequence
                await self._tell_phones(text, sequence)
                await self._plain.tell(began_s)
            await asyncio.sleep(max(began_s + every_s - time.monotonic(), 0.0))

    async def _tell_phones(self, text: bytes, sequence: int) -> None:
        for number, phone in enumerate(list(self.phones), 1):
            # Whoever came meanwhile knows more than this says; whoever has not shaken hands yet will get it all.
            if phone.wire is not None and phone.guest.known < sequence:
                phone.guest.known = sequence
                phone.send(text)
            if number % SLICE == 0:
                await asyncio.sleep(0)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            now_s, limits = time.monotonic(), self.hall.limits
            await self._plain.tell(now_s)
            for front in list(self._fronts):
                if not front.is_asking and now_s - front.since_s > (
                    IDLE_S if front.is_idle else limits.head_timeout_s
                ):
                    front.cut()
            await asyncio.sleep(0)
            for phone in list(self.phones):
                if now_s - phone.guest.heard_s > limits.silence_s and phone.wire is not None:
                    phone.wire.cut()


def _stored(write: Write, number: int, reply: Callable[[bytes], None], outcome: Outcome) -> None:
    reply(Hall.stored(write, number, outcome))


def _listeners(host: str, port: int) -> list[socket.socket]:
    """Sockets on one port; the first is bound as if it were alone, so that a port that somebody has is refused."""
    if port:
        _bound(host, port, is_shared=False).close()
    first = _bound(host, port, is_shared=True)
    taken = first.getsockname()[1]
    return [first, *(_bound(host, taken, is_shared=True) for _ in range(LISTENERS - 1))]


def _bound(host: str, port: int, *, is_shared: bool) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
