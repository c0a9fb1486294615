"""Consoles on the wire: each connection reads, asks and is told, and none can hold up another."""

import asyncio
import logging
import time
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

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
from temirbek.web.roles import may

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


class _Over(Exception):
    """This connection is at its end, with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Console:
    """One connection of one session.

    Args:
        socket: Accepted.
        session: Whose it is.
        desk, hub, links: The show, what is seen of it, and who may.
    """

    def __init__(
        self, socket: WebSocket, session: Session, *, desk: Desk, hub: Hub, links: RoleLinks
    ) -> None:
        self._socket, self._session = socket, session
        self._desk, self._hub, self._links = desk, hub, links
        self._messages, self._stops = Allowance(BURST, PER_S), Allowance(STOPS, STOPS_PER_S)
        self._patience = PATIENCE
        self._asks: asyncio.Queue[Ask] = asyncio.Queue(WAITING)

    async def serve(self) -> None:
        """Until the console leaves, or has to."""
        self._hub.came(self._session.role)
        try:
            await self._serve()
        finally:
            self._hub.left(self._session.role)

    async def _serve(self) -> None:
        over: _Over | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                for work in (self._tell(), self._answer(), self._look()):
                    tasks.create_task(work)
                await self._read(tasks)
        except* WebSocketDisconnect:
            over = None
        except* _Over as group:
            over = next(e for e in group.exceptions if isinstance(e, _Over))
        if over is not None:
            with suppress(RuntimeError, WebSocketDisconnect):
                await self._socket.close(over.code, over.reason)

    async def _tell(self) -> None:
        s = self._session
        await self._send(
            hello_message(role=s.role, name=s.name, session=s.id, utc_s=time.time(), host_s=time.monotonic())
        )
        watch = self._hub.watch()
        while True:
            await self._socket.send_text(await watch.next())

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self._check()

    async def _read(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            self._check()
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
            await self._take(read, tasks)

    async def _take(self, read: Ping | Ask, tasks: asyncio.TaskGroup) -> None:
        if isinstance(read, Ask) and read.command == "stop" and self._stops.take():
            tasks.create_task(self._submit(read))  # never behind anything else
        elif not self._count():
            await self._refuse(read, "too many messages at once; wait a second")
        elif isinstance(read, Ping):
            await self._send({"type": "pong", "t": read.t, "utc_s": time.time(), "host_s": time.monotonic()})
        else:
            try:
                self._asks.put_nowait(read)
            except asyncio.QueueFull:
                await self._refuse(read, f"{WAITING} commands of yours wait already")

    def _count(self) -> bool:
        if self._messages.take():
            return True
        self._patience -= 1
        if self._patience < 0:
            raise _Over(CLOSE_FLOOD, "too many messages")
        return False

    async def _answer(self) -> None:
        while True:
            await self._submit(await self._asks.get())

    async def _submit(self, ask: Ask) -> None:
        if not may(self._session.role, ask.command):
            await self._refuse(ask, f"a {self._session.role} may not {ask.command}")
            return
        self._check()
        event = Event(
            type=ask.command,
            payload=ask.payload,
            by=self._session.by,
            role=self._session.role,
            # Keys are the session's own: nobody can use up another's, and a repeat after a reconnect is known.
            key=f"{self._session.id}:{ask.key}",
            utc_s=time.time(),
            host_s=time.monotonic(),
        )
        try:
            answer = await self._desk.submit(event)
        except Exception:
            # On stage, degrade and record: one command that fails must not take the console away.
            _log.exception("%s of %s failed", ask.command, event.by)
            answer = Answer(is_accepted=False, reason="the show could not take it; see its log")
        await self._send(answer_message(ask.key, answer))

    async def _refuse(self, read: Ping | Ask, reason: str) -> None:
        if isinstance(read, Ping):
            await self._send({"type": "refused", "reason": reason})
        else:
            await self._send(answer_message(read.key, Answer(is_accepted=False, reason=reason)))

    async def _send(self, message: dict[str, object]) -> None:
        await self._socket.send_text(as_text(message))

    def _check(self) -> None:
        try:
            self._links.check(self._session)
        except NoAccess as error:
            raise _Over(CLOSE_NO_SESSION, str(error)) from error


async def send_poses(socket: WebSocket, desk: Desk, session: Session, links: RoleLinks) -> None:
    """Frames of poses until the console leaves; whatever it says is not heard."""

    async def frames() -> None:
        async for frame in desk.poses():
            await socket.send_bytes(frame)

    async def look() -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            links.check(session)

    over = False
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(frames())
            tasks.create_task(look())
            message = await socket.receive()
            raise WebSocketDisconnect(message.get("code", 1005))
    except* WebSocketDisconnect:
        pass
    except* NoAccess:
        over = True
    if over:
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(CLOSE_NO_SESSION)
