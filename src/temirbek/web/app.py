"""The console's server: its pages, its questions and its sockets."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from temirbek.types.live import COMMANDS
from temirbek.web.desk import Desk
from temirbek.web.gate import Gate
from temirbek.web.hub import Hub
from temirbek.web.links import LONGEST_NAME, NoAccess, Session
from temirbek.web.pages import Pages
from temirbek.web.protocol import CLOSE_NO_SESSION
from temirbek.web.roles import may
from temirbek.web.settings import WebSettings
from temirbek.web.sockets import Console, send_poses

LONGEST_BODY = 4096
LANGUAGES = ("kk", "ru", "en")
_log = logging.getLogger(__name__)


def build_app(desk: Desk, settings: WebSettings) -> Starlette:
    """The console's server as an ASGI application.

    Args:
        desk: The show.
        settings: How it is served, and who may come in.
    """
    room = _Room(desk, settings)
    pages = Pages(settings.static)
    return Starlette(
        routes=[
            *(Route(path, pages.console) for path in ("/", "/presenter", "/timer")),
            Route("/join", pages.join),
            Route("/join.js", pages.join_script),
            Route("/assets/{path:path}", pages.asset),
            Route("/api/join", room.join, methods=["POST"]),
            Route("/api/session", room.session, methods=["GET", "POST"]),
            Route("/api/leave", room.leave, methods=["POST"]),
            Route("/api/stage", room.stage),
            Route("/waveforms/{name}", room.waveform),
            WebSocketRoute("/ws", room.console),
            WebSocketRoute("/ws/poses", room.poses),
        ],
        middleware=[Middleware(Gate, settings=settings)],
        lifespan=room.lifespan,
    )


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.answer = JSONResponse({"reason": reason}, status)


class _Room:
    """What all requests share."""

    def __init__(self, desk: Desk, settings: WebSettings) -> None:
        self._desk, self._settings, self._links = desk, settings, settings.links
        self._hub = Hub(desk)
        self._cookie = f"{'__Host-' if settings.is_secure else ''}temirbek-{settings.links.show}"

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        hub = asyncio.create_task(self._hub.run())
        hub.add_done_callback(_tell_failure)
        yield
        hub.cancel()
        with suppress(asyncio.CancelledError):
            await hub

    async def join(self, request: Request) -> Response:
        try:
            body = await _body(request)
            session = self._links.join(str(body.get("token", "")))
        except NoAccess as error:
            return JSONResponse({"reason": str(error)}, 403)
        except _Refused as refused:
            return refused.answer
        return self._with_cookie(session)

    async def session(self, request: Request) -> Response:
        try:
            session = self._session(request)
            if request.method == "POST":
                return self._with_cookie(_renamed(session, await _body(request)))
        except NoAccess as error:
            return JSONResponse({"reason": str(error)}, 401)
        except _Refused as refused:
            return refused.answer
        return JSONResponse(_session_json(session))

    async def leave(self, request: Request) -> Response:
        with suppress(NoAccess):
            self._links.revoke([self._session(request).id])
        response = JSONResponse({})
        response.delete_cookie(
            self._cookie, secure=self._settings.is_secure, httponly=True, samesite="strict"
        )
        return response

    async def stage(self, request: Request) -> Response:
        try:
            self._session(request)
        except NoAccess as error:
            return JSONResponse({"reason": str(error)}, 401)
        return Response(self._desk.stage_description(), media_type="application/json")

    async def waveform(self, request: Request) -> Response:
        try:
            self._session(request)
        except NoAccess as error:
            return JSONResponse({"reason": str(error)}, 401)
        data = self._desk.waveform(request.path_params["name"])
        if data is None:
            return JSONResponse({"reason": "no waveform has this name"}, 404)
        return Response(
            data, media_type="application/octet-stream", headers={"cache-control": "private, max-age=3600"}
        )

    async def console(self, socket: WebSocket) -> None:
        session = await self._accept(socket)
        if session is not None:
            await Console(socket, session, desk=self._desk, hub=self._hub, links=self._links).serve()

    async def poses(self, socket: WebSocket) -> None:
        session = await self._accept(socket)
        if session is not None:
            await send_poses(socket, self._desk, session, self._links)

    async def _accept(self, socket: WebSocket) -> Session | None:
        # Accepted first: a browser tells its page nothing of a refused handshake, but everything of a close code.
        await socket.accept()
        try:
            return self._session(socket)
        except NoAccess as error:
            await socket.close(CLOSE_NO_SESSION, str(error))
            return None

    def _session(self, connection: HTTPConnection) -> Session:
        cookie = connection.cookies.get(self._cookie)
        if cookie is None:
            raise NoAccess("open the console by your link")
        return self._links.read_session(cookie)

    def _with_cookie(self, session: Session) -> Response:
        response = JSONResponse(_session_json(session))
        response.set_cookie(
            self._cookie,
            self._links.write_session(session),
            httponly=True,
            secure=self._settings.is_secure,
            samesite="strict",
            path="/",
        )
        return response


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("consoles see nothing new any more", exc_info=task.exception())


async def _body(request: Request) -> dict[str, Any]:
    """A small JSON object."""
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > LONGEST_BODY:
            raise _Refused(413, f"more than {LONGEST_BODY} bytes")
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _Refused(400, "not JSON") from error
    if not isinstance(body, dict):
        raise _Refused(400, "not an object")
    return body


def _renamed(session: Session, body: dict[str, Any]) -> Session:
    name, language = body.get("name", session.name), body.get("language", session.language)
    if not isinstance(name, str) or len(name.strip()) > LONGEST_NAME or not name.isprintable():
        raise _Refused(400, f"a name is a text of at most {LONGEST_NAME} characters")
    if language not in (*LANGUAGES, ""):
        raise _Refused(400, f"languages are {', '.join(LANGUAGES)}")
    return replace(session, name=name.strip(), language=language)


def _session_json(session: Session) -> dict[str, Any]:
    return {
        "role": session.role,
        "name": session.name,
        "language": session.language,
        "expires_utc_s": session.expires_utc_s,
        "session": session.id,
        "may": [command for command in COMMANDS if may(session.role, command)],
    }
