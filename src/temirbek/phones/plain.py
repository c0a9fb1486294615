"""Phones on a network that lets no WebSocket through: the same language by plain requests.

``GET /state`` is answered when something changed, or after a while with nothing; ``POST /do`` takes a sentence, with the token in
the field ``X-Seat``, which no other page's form can send. ``GET /`` is the page, ``GET /crate`` what can be wished.
"""

import asyncio
import gzip
import time
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from temirbek.phones.front import Front
from temirbek.phones.hall import Answer, Guest, Hall
from temirbek.phones.http import Request, response
from temirbek.phones.page import Page
from temirbek.phones.protocol import MOST_TOKEN_CHARS, to_wire

SLICE = 200
"""So many requests are answered before the loop may do something else."""

Hear = Callable[[Guest, bytes, Callable[[bytes], None]], Answer]


class PlainPhones:
    """Answers plain requests.

    Args:
        hall: What phones see.
        page: What is served at ``/``.
        hear: Does what a sentence asks.
    """

    def __init__(self, hall: Hall, page: Page, hear: Hear) -> None:
        self._hall, self._page, self._hear = hall, page, hear
        self._held: dict[Front, tuple[str, int, float]] = {}
        self._guests: dict[Front, tuple[str, Guest]] = {}
        self._crate_of: Mapping[str, Any] | None = None
        self._crate = b""

    @property
    def n_held(self) -> int:
        """Requests that wait for something to change."""
        return len(self._held)

    def forget(self, front: Front) -> None:
        """A connection ended."""
        self._held.pop(front, None)
        self._guests.pop(front, None)

    def answer(self, front: Front, request: Request, now_s: float) -> bytes | None:
        """See :meth:`temirbek.phones.front.Desk.on_request`."""
        if not front.allowance.take(1, now_s):
            return _last(front, HTTPStatus.TOO_MANY_REQUESTS)
        front.since_s = now_s
        match request.method, request.path:
            case (("GET" | "HEAD"), "/"):
                return self._send_page(request)
            case "GET", "/state":
                return self._state(front, request, now_s)
            case "GET", "/crate":
                return self._send_crate(request)
            case "POST", "/do":
                return self._do(front, request, now_s)
            case (("GET" | "HEAD"), "/favicon.ico"):
                return response(HTTPStatus.NO_CONTENT, stays=request.stays)
        return _last(front, HTTPStatus.NOT_FOUND)

    async def tell(self, now_s: float) -> None:
        """Answers the requests that waited for what changed, and those that have waited long enough."""
        state = self._hall.state
        for number, (front, (epoch, since, until_s)) in enumerate(list(self._held.items()), 1):
            if front in self._held and (state.sequence > since or now_s >= until_s):
                del self._held[front]
                front.answer(response(HTTPStatus.OK, state.catch_up(epoch, since)), now_s)
            if number % SLICE == 0:
                await asyncio.sleep(0)

    def _send_page(self, request: Request) -> bytes:
        page = self._page
        fields = {
            "Content-Security-Policy": page.policy_for(request.fields.get("host", "")),
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cache-Control": "no-cache",
            "ETag": page.tag,
            "Vary": "Accept-Encoding",
        }
        kind = "text/html; charset=utf-8"
        if request.fields.get("if-none-match") == page.tag:
            return response(HTTPStatus.NOT_MODIFIED, kind=kind, stays=request.stays, fields=fields)
        is_packed = _takes_packed(request)
        if is_packed:
            fields["Content-Encoding"] = "gzip"
        body = page.packed if is_packed else page.plain
        if request.method == "HEAD":
            return response(
                HTTPStatus.OK,
                kind=kind,
                stays=request.stays,
                fields={**fields, "Content-Length": str(len(body))},
            )
        return response(HTTPStatus.OK, body, kind=kind, stays=request.stays, fields=fields)

    def _send_crate(self, request: Request) -> bytes:
        tracks = self._hall.tracks
        if self._crate_of is not tracks:  # packed once for thousands who ask
            self._crate_of = tracks
            rows = [[track, *words] for track, words in tracks.items()]
            self._crate = gzip.compress(to_wire({"tracks": rows}), 6, mtime=0)
        if _takes_packed(request):
            packed = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            return response(HTTPStatus.OK, self._crate, stays=request.stays, fields=packed)
        return response(HTTPStatus.OK, gzip.decompress(self._crate), stays=request.stays)

    def _state(self, front: Front, request: Request, now_s: float) -> bytes | None:
        epoch, since = known_by(request)
        state = self._hall.state
        if epoch == state.epoch and since == state.sequence:
            self._held[front] = (epoch, since, now_s + self._hall.limits.hold_s)
            return None
        return response(HTTPStatus.OK, state.catch_up(epoch, since), stays=request.stays)

    def _do(self, front: Front, request: Request, now_s: float) -> bytes | None:
        token = request.fields.get("x-seat", "")[: MOST_TOKEN_CHARS + 1]
        known = self._guests.get(front)
        if known is None or known[0] != token:
            guest = self._hall.join(now_s) if known is None else known[1]
            guest.seat = (self._hall.seat_of(token) or "") if token else ""
            known = self._guests[front] = (token, guest)
        answer = self._hear(known[1], request.body, partial(_reply, front))
        if answer.is_over:
            return _last(front, HTTPStatus.TOO_MANY_REQUESTS)
        if answer.write is not None:
            return None
        return response(HTTPStatus.OK, b"[%s]" % b",".join(answer.replies), stays=request.stays)


def known_by(request: Request) -> tuple[str, int]:
    """What the phone that asks knows already: epoch and number."""
    since = request.query.get("since", "0")
    is_number = since.isascii() and since.isdigit() and len(since) < 16
    return request.query.get("epoch", ""), int(since) if is_number else 0


def _takes_packed(request: Request) -> bool:
    return "gzip" in request.fields.get("accept-encoding", "")


def _last(front: Front, status: HTTPStatus) -> bytes:
    front.end_after_answer()
    return response(status, kind="text/plain", stays=False)


def _reply(front: Front, text: bytes) -> None:
    front.answer(response(HTTPStatus.OK, b"[%s]" % text), time.monotonic())
