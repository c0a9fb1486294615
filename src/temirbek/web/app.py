"""The console's server: its pages, its questions and its sockets."""

import asyncio
import hashlib
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

from temirbek.show.permissions import may
from temirbek.types.live import COMMANDS, OPERATOR_ROLES
from temirbek.web.desk import Desk
from temirbek.web.gate import Gate
from temirbek.web.hub import Hub
from temirbek.web.links import LASTS_S, LONGEST_NAME, NoAccess, Session
from temirbek.web.pages import Pages
from temirbek.web.protocol import CLOSE_FLOOD, CLOSE_NO_SESSION
from temirbek.web.seats import Full, Seats
from temirbek.web.settings import WebSettings
from temirbek.web.sockets import Console, PosesView

LONGEST_BODY = 4096
LONGEST_H = 72
"""The longest life of a link that is made on the page [h]."""
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
            *(Route(path, pages.console) for path in ("/", "/presenter", "/timer", "/screen")),
            Route("/join", pages.join),
            Route("/join.js", pages.join_script),
            Route("/assets/{path:path}", pages.asset),
            Route("/api/join", room.join, methods=["POST"]),
            Route("/api/session", room.session, methods=["GET", "POST"]),
            Route("/api/leave", room.leave, methods=["POST"]),
            Route("/api/links", room.links, methods=["GET", "POST"]),
            Route("/api/links/revoke", room.revoke, methods=["POST"]),
            Route("/api/stage", room.stage),
            Route("/waveforms/{name}", room.waveform),
            WebSocketRoute("/ws", room.console),
            WebSocketRoute("/ws/poses", room.poses),
        ],
        middleware=[Middleware(Gate, settings=settings)],
        exception_handlers={NoAccess: _no_access, _Refused: _refused},
        lifespan=room.lifespan,
    )


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


async def _no_access(request: Request, error: Exception) -> Response:
    return JSONResponse({"reason": str(error)}, 401)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, _Refused)
    return JSONResponse({"reason": str(error)}, error.status)


class _Room:
    """What all requests share."""

    def __init__(self, desk: Desk, settings: WebSettings) -> None:
        self._desk, self._settings, self._links = desk, settings, settings.links
        self._consoles, self._views = Seats(), Seats()
        self._hub = Hub(desk, self._consoles.operators)
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
        """A token for a session."""
        return self._with_cookie(self._links.join(str((await _body(request)).get("token", ""))))

    async def session(self, request: Request) -> Response:
        """Who am I? A POST says what I am called, and in which language I read."""
        session = self._session(request)
        if request.method == "GET":
            return JSONResponse(_session_json(session))
        session = _renamed(session, await _body(request))
        for sitting in self._consoles:
            if sitting.session.id == session.id:
                sitting.session = session
        return self._with_cookie(session)

    async def leave(self, request: Request) -> Response:
        """This session is over."""
        self._revoke([self._session(request).id])
        response = JSONResponse({})
        response.delete_cookie(
            self._cookie, secure=self._settings.is_secure, httponly=True, samesite="strict"
        )
        return response

    async def links(self, request: Request) -> Response:
        """The stage manager sees who is here, and makes links for others."""
        self._stage_manager(request)
        if request.method == "GET":
            return JSONResponse({"here": [_here_json(sitting.session) for sitting in self._consoles]})
        body = await _body(request)
        role: Any
        role, hours = body.get("role"), body.get("hours", LASTS_S / 3600)
        if role not in OPERATOR_ROLES or type(hours) not in (int, float) or not 0 < hours <= LONGEST_H:
            raise _Refused(
                400, f"a role ({', '.join(OPERATOR_ROLES)}) and 0 to {LONGEST_H} hours are expected"
            )
        token = self._links.issue(role, lasts_s=hours * 3600)
        link = self._links.read(token)
        url = f"{request.url.scheme}://{request.headers['host']}/join#{token}"
        return JSONResponse({"url": url, "link": link.id, "role": role, "expires_utc_s": link.expires_utc_s})

    async def revoke(self, request: Request) -> Response:
        """The stage manager ends links or sessions, at once."""
        self._stage_manager(request)
        ids = (await _body(request)).get("ids")
        if not isinstance(ids, list) or not all(isinstance(i, str) and 0 < len(i) <= 32 for i in ids):
            raise _Refused(400, "ids, a list of links or sessions, is expected")
        self._revoke(ids)
        return JSONResponse({"revoked": ids})

    async def stage(self, request: Request) -> Response:
        """The stage and the looks of its robots."""
        self._session(request)
        data = self._desk.stage_description()
        tag = f'"{hashlib.sha256(data).hexdigest()[:20]}"'
        headers = {"etag": tag, "cache-control": "private, no-cache"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(data, media_type="application/json", headers=headers)

    async def waveform(self, request: Request) -> Response:
        """Loudness over time."""
        self._session(request)
        data = self._desk.waveform(request.path_params["name"])
        if data is None:
            raise _Refused(404, "no waveform has this name")
        headers = {"cache-control": "private, max-age=3600"}
        return Response(data, media_type="application/octet-stream", headers=headers)

    async def console(self, socket: WebSocket) -> None:
        session = await self._accept(socket)
        if session is not None:
            console = Console(socket, session, desk=self._desk, hub=self._hub, links=self._links)
            await self._seat(console, self._consoles)

    async def poses(self, socket: WebSocket) -> None:
        session = await self._accept(socket)
        if session is not None:
            await self._seat(PosesView(socket, session, desk=self._desk, links=self._links), self._views)

    async def _accept(self, socket: WebSocket) -> Session | None:
        # Accepted first: a browser tells its page nothing of a refused handshake, but everything of a close code.
        await socket.accept()
        try:
            return self._session(socket)
        except NoAccess as error:
            await socket.close(CLOSE_NO_SESSION, str(error))
            return None

    async def _seat(self, view: Console | PosesView, seats: Seats) -> None:
        try:
            with seats.taken(view):
                self._hub.tell_again()
                await view.serve()
        except Full as error:
            await view.socket.close(CLOSE_FLOOD, str(error))
        finally:
            self._hub.tell_again()

    def _session(self, connection: HTTPConnection) -> Session:
        cookie = connection.cookies.get(self._cookie)
        if cookie is None:
            raise NoAccess("open the console by your link")
        return self._links.read_session(cookie)

    def _stage_manager(self, request: Request) -> None:
        role = self._session(request).role
        if role != "stage_manager":
            raise _Refused(403, f"a {role} may not make or revoke links; the stage manager may")

    def _revoke(self, ids: list[str]) -> None:
        try:
            self._links.revoke(ids)
        except OSError as error:
            _log.error("revoked until the next start only: %s", error)
            raise _Refused(
                507, "ended now, but the disk does not take it: a restart would forget it"
            ) from error
        finally:
            for sitting in (*self._consoles, *self._views):
                if sitting.session.id in ids or sitting.session.link in ids:
                    sitting.make_room()

    def _with_cookie(self, session: Session) -> Response:
        response = JSONResponse(_session_json(session))
        response.set_cookie(
            self._cookie,
            self._links.write_session(session),
            max_age=round(self._links.left_s(session)),  # a length, so the tablet's own clock does not matter
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


def _here_json(session: Session) -> dict[str, Any]:
    return {"session": session.id, "link": session.link, "role": session.role, "name": session.name}


def _session_json(session: Session) -> dict[str, Any]:
    return {
        "role": session.role,
        "name": session.name,
        "language": session.language,
        "expires_utc_s": session.expires_utc_s,
        "session": session.id,
        "may": [command for command in COMMANDS if may(session.role, command, {"scope": "none"}).is_accepted],
    }
