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
_STYLE = """<style>body{font:1.15rem/1.5 system-ui,"Noto Sans",sans-serif;background:#0b0d10;color:#e8ecf1;max-width:34rem;
margin:18vh auto;padding:0 1.5rem}h1{font-size:1.3rem}p{margin:.4rem 0}.why{color:#a9b2bf;font-size:.95rem;margin-top:1.2rem}
code{color:#7fd6e6}</style>"""
_HEAD = """<!doctype html><html lang="kk"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>Temirbek</title>"""
_MISSING = f"""{_HEAD}{_STYLE}</head><body><h1>The console's page is not built yet</h1>
<p>Run <code>make setup</code>, then reload this page. The show itself runs without it.</p></body></html>"""
_JOIN = f"""{_HEAD}{_STYLE}</head><body><div id="refused" hidden>
<h1>Бұл сілтеме жарамсыз. Жаңасын сұраңыз.</h1><p lang="ru">Эта ссылка не действует. Попросите новую.</p>
<p lang="en">This link does not work. Ask for a new one.</p><p class="why" id="why" lang="en"></p></div>
<noscript><p lang="en">The console needs JavaScript.</p></noscript><script src="/join.js"></script></body></html>"""
_JOIN_SCRIPT = """"use strict";
async function join() {
  const token = location.hash.slice(1);
  history.replaceState(null, "", "/join");
  const body = JSON.stringify({ token });
  const answer = await fetch("/api/join", { method: "POST", headers: { "content-type": "application/json" }, body });
  if (!answer.ok) throw new Error((await answer.json()).reason);
  location.replace("/");
}
join().catch((error) => {
  document.getElementById("why").textContent = error.message;
  document.getElementById("refused").hidden = false;
});
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
            return HTMLResponse(_MISSING, 503, headers={"content-security-policy": _policy(b"", request)})
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
