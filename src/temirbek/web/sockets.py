"""Consoles on the wire: each connection reads, asks and is told, and none can hold up another."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from temirbek.show.permissions import may
from temirbek.types.live import Answer, Event
from temirbek.web.desk import Desk
from temirbek.web.hub import Hub
from temirbek.web.limits import Allowance
from temirbek.web.links import NoAccess, RoleLinks, Session
from temirbek.web.protocol import (
    CLOSE_FLOOD,
    CLOSE_NO_SESSION,
    Ask,
    NotUnderstood,
    Ping,
    answer_message,
    as_text,
    hello_message,
    read_message,
)

BURST, PER_S = 40, 20
"""Messages of one connection: at once, and a second."""
STOPS, STOPS_PER_S = 10, 2
"""Show stops have an allowance of their own: no flood uses it up."""
PATIENCE = 100
"""Messages beyond the allowance that are answered before the connection is closed."""
WAITING = 16
"""Commands of one connection that wait for the show."""
LOOK_S = 2.0
"""How often a quiet connection's session is looked at [s]."""

_log = logging.getLogger(__name__)


class Over(Exception):
    """This connection is at its end, with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Connection:
    """One accepted socket of one session; it has a place and can be asked to leave."""

    def __init__(self, socket: WebSocket, session: Session, links: RoleLinks) -> None:
        self.socket, self.session = socket, session
        self._links = links
        self._leave = asyncio.Event()

    def make_room(self) -> None:
        """Its place is needed, or its rights are gone: it looks now."""
        self._leave.set()

    async def look(self) -> None:
        """Raises :class:`Over` when this connection has to end."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._leave.wait()
            self.check()
            if self._leave.is_set():
                raise Over(CLOSE_FLOOD, "this console is open too often")

    def check(self) -> None:
        """Raises :class:`Over` when the session does not stand any more."""
        try:
            self._links.check(self.session)
        except NoAccess as error:
            raise Over(CLOSE_NO_SESSION, str(error)) from error

    async def together(self, *works: Coroutine[Any, Any, None]) -> None:
        """Works until one ends by disconnection or :class:`Over`; then the socket is closed."""
        over: Over | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                for work in (self.look(), *works):
                    tasks.create_task(work)
        except* WebSocketDisconnect:
            over = None
        except* Over as group:
            over = next(e for e in group.exceptions if isinstance(e, Over))
        if over is not None:
            with suppress(RuntimeError, WebSocketDisconnect):
                await self.socket.close(over.code, over.reason)


class Console(Connection):
    """A console: it is told what changes, and asks.

    Args:
        socket: Accepted.
        session: Whose it is.
        desk, hub, links: The show, what is seen of it, and who may.
    """

    def __init__(
        self, socket: WebSocket, session: Session, *, desk: Desk, hub: Hub, links: RoleLinks
    ) -> None:
        super().__init__(socket, session, links)
        self._desk, self._hub = desk, hub
        self._messages, self._stops = Allowance(BURST, PER_S), Allowance(STOPS, STOPS_PER_S)
        self._patience = PATIENCE
        self._asks: asyncio.Queue[Ask] = asyncio.Queue(WAITING)
        self._stopping: asyncio.Queue[Ask] = asyncio.Queue(STOPS)

    async def serve(self) -> None:
        """Until the console leaves, or has to."""
        # Show stops have a lane of their own: they never wait behind anything else.
        await self.together(
            self._tell(), self._answer(self._asks), self._answer(self._stopping), self._read()
        )

    async def _tell(self) -> None:
        s = self.session
        await self._send(
            hello_message(role=s.role, name=s.name, session=s.id, utc_s=time.time(), host_s=time.monotonic())
        )
        watch = self._hub.watch()
        while True:
            await self.socket.send_text(await watch.next())

    async def _read(self) -> None:
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            self.check()
            text = message.get("text")
            try:
                if text is None:
                    raise NotUnderstood("a binary message")
                read = read_message(text)
            except NotUnderstood as error:
                self._count()
                await self._send(
                    {"type": "refused", "reason": f"{error}; expected JSON as in web/protocol.py"}
                )
                continue
            await self._take(read)

    async def _take(self, read: Ping | Ask) -> None:
        if isinstance(read, Ask) and read.command == "stop" and self._stops.take():
            await self._put(self._stopping, read)
        elif not self._count():
            await self._refuse(read, "too many messages at once; wait a second")
        elif isinstance(read, Ping):
            await self._send({"type": "pong", "t": read.t, "utc_s": time.time(), "host_s": time.monotonic()})
        else:
            await self._put(self._asks, read)

    async def _put(self, queue: asyncio.Queue[Ask], ask: Ask) -> None:
        try:
            queue.put_nowait(ask)
        except asyncio.QueueFull:
            await self._refuse(ask, f"{queue.maxsize} commands of yours wait already")

    def _count(self) -> bool:
        if self._messages.take():
            return True
        self._patience -= 1
        if self._patience < 0:
            raise Over(CLOSE_FLOOD, "too many messages")
        return False

    async def _answer(self, queue: asyncio.Queue[Ask]) -> None:
        while True:
            await self._submit(await queue.get())

    async def _submit(self, ask: Ask) -> None:
        self.check()
        allowed = may(self.session.role, ask.command, ask.payload)
        answer = await self._ask_desk(ask) if allowed.is_accepted else allowed
        await self._send(answer_message(ask.key, answer))

    async def _ask_desk(self, ask: Ask) -> Answer:
        event = Event(
            type=ask.command,
            payload=ask.payload,
            by=self.session.by,
            role=self.session.role,
            # Keys are the session's own: nobody can use up another's, and a repeat after a reconnect is known.
            key=f"{self.session.id}:{ask.key}",
            utc_s=time.time(),
            host_s=time.monotonic(),
        )
        try:
            return await self._desk.submit(event)
        except Exception:
            # On stage, degrade and record: one command that fails must not take the console away.
            _log.exception("%s of %s failed", ask.command, event.by)
            return Answer(is_accepted=False, reason="the show could not take it; see its log")

    async def _refuse(self, read: Ping | Ask, reason: str) -> None:
        if isinstance(read, Ping):
            await self._send({"type": "refused", "reason": reason})
        else:
            await self._send(answer_message(read.key, Answer(is_accepted=False, reason=reason)))

    async def _send(self, message: dict[str, object]) -> None:
        await self.socket.send_text(as_text(message))


class PosesView(Connection):
    """The stage in 3D: frames of poses; whatever it says is not heard."""

    def __init__(self, socket: WebSocket, session: Session, *, desk: Desk, links: RoleLinks) -> None:
        super().__init__(socket, session, links)
        self._desk = desk

    async def serve(self) -> None:
        """Until the console leaves, or has to."""
        await self.together(self._show(), self._hear())

    async def _show(self) -> None:
        async for frame in self._desk.poses():
            await self.socket.send_bytes(frame)

    async def _hear(self) -> None:
        message = await self.socket.receive()
        raise WebSocketDisconnect(message.get("code", 1005))
