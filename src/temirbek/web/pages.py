"""The console's page as files: built by the front end, served with the headers that each kind of file needs."""

import base64
import hashlib
import mimetypes
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

PAGE = "console.html"
_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Temirbek</title>
<body><h1>The console's page is not built yet</h1><p>Run <code>make setup</code>, then reload. The show runs without it.</p>"""
_JOIN = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Temirbek</title><body><p id="says">…</p><script src="/join.js"></script>"""
_JOIN_SCRIPT = """"use strict";
(async () => {
  const token = location.hash.slice(1);
  history.replaceState(null, "", "/join");
  const answer = await fetch("/api/join", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token }) });
  if (answer.ok) location.replace("/");
  else document.getElementById("says").textContent = (await answer.json()).reason;
})();
"""


class Pages:
    """Serves the built page.

    Args:
        folder: Where the build lies; it may not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def console(self, request: Request) -> Response:
        """The page of all views."""
        try:
            page = (self._folder / PAGE).read_bytes()
        except FileNotFoundError:
            return HTMLResponse(_MISSING, 503)
        return HTMLResponse(page, headers={"content-security-policy": _policy(page, request)})

    async def join(self, request: Request) -> Response:
        """Trades the token behind the # for a session, and goes on to the console."""
        return HTMLResponse(_JOIN, headers={"content-security-policy": _policy(b"", request)})

    async def join_script(self, _request: Request) -> Response:
        """The script of :meth:`join`."""
        return Response(_JOIN_SCRIPT, media_type="text/javascript")

    async def asset(self, request: Request) -> Response:
        """A file of the build; its name holds its hash, so it never changes."""
        root = (self._folder / "assets").resolve()
        path = (root / request.path_params["path"]).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return PlainTextResponse("no such file", 404)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return FileResponse(
            path, media_type=kind, headers={"cache-control": "public, max-age=31536000, immutable"}
        )


def _policy(page: bytes, request: Request) -> str:
    """Scripts of our own files only, and of exactly those that stand in the page itself."""
    inline = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in _INLINE.findall(page)
    )
    host = request.headers["host"]
    sockets = f"{'wss' if request.url.scheme == 'https' else 'ws'}://{host}"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {inline}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            f"connect-src 'self' {sockets} data: blob:",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
