"""The door of the server: whose requests are heard at all, and what every answer carries.

A page of another site can make a browser knock here with the operator's cookie, or, by pointing its own name at this
machine (DNS rebinding), even read the answers. So the name that was called must be ours, and whatever changes
something must come from a page that we served.
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from temirbek.web.settings import WebSettings

SAFE = ("GET", "HEAD")
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cache-control": "no-store",
}
"""On every answer, unless the answer says otherwise."""


class Gate:
    """Checks Host and Origin before anything else happens.

    Args:
        app: What is behind.
        settings: By which names this machine may be called.
    """

    def __init__(self, app: ASGIApp, *, settings: WebSettings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if scope["type"] == "websocket":
            await (WebSocketClose(1008) if refusal else self._app)(scope, receive, send)
            return
        answer = PlainTextResponse(refusal, 403) if refusal else self._app
        await answer(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not is_ours(hosts[0], self._settings):
            return "this console is not reached by that name"
        if scope["type"] == "http" and scope["method"] in SAFE:
            return ""
        secure = scope["scheme"] in ("https", "wss")
        if headers.getlist("origin") != [f"{'https' if secure else 'http'}://{hosts[0]}"]:
            return "this request does not come from the console's own page"
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return "this request does not come from the console's own page"
        return ""


def is_ours(host: str, settings: WebSettings) -> bool:
    """Whether a Host header names this machine: an address, ``localhost`` or a name that was allowed.

    Addresses cannot be rebound by a foreign name server; of foreign names none is taken.
    """
    try:
        parts = urlsplit(f"//{host}")
        name, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not name or parts.netloc != host or "@" in host:
        return False
    if name == "localhost" or name in settings.hosts:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or settings.is_open


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
