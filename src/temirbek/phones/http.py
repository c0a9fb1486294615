"""As much of HTTP/1.1 as the phones need: one request at a time, a head of 8 KB, a body of one sentence.

The parser is strict where two readers could understand a request differently (RFC 9112, section 11.2): one length at most,
no transfer codings, no blanks before a colon. What it refuses ends the connection.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from temirbek.phones.protocol import MOST_FRAME_BYTES

MOST_HEAD_BYTES = 8192
MOST_FIELDS = 100
_NAME = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class BadRequest(ValueError):
    """No request that is answered: ``status`` says why.

    Args:
        status: What is told.
    """

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked.

    Attributes:
        method, path: Of the first line; the path without its query.
        query: Behind the question mark, not decoded: ours are plain.
        fields: Header, by name in lower case.
        body: Whole.
        stays: The connection may be used again.
    """

    method: str
    path: str
    query: Mapping[str, str]
    fields: Mapping[str, str]
    body: bytes
    stays: bool


def take(data: bytearray) -> Request | None:
    """Takes one request out of what came; None while it is not complete.

    Raises:
        BadRequest: It will never be one.
    """
    end = data.find(b"\r\n\r\n", 0, MOST_HEAD_BYTES + 4)
    if end < 0:
        if len(data) > MOST_HEAD_BYTES:
            raise BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return None
    first, *lines = bytes(data[:end]).decode("latin-1").split("\r\n")
    method, target, version = _first(first)
    fields = _fields(lines)
    length = _length(fields)
    if len(data) < end + 4 + length:
        return None
    body = bytes(data[end + 4 : end + 4 + length])
    del data[: end + 4 + length]
    path, _, query = target.partition("?")
    wishes = {part.strip().lower() for part in fields.get("connection", "").split(",")}
    stays = "close" not in wishes if version == "HTTP/1.1" else "keep-alive" in wishes
    return Request(method, path, _query(query), fields, body, stays)


def response(
    status: HTTPStatus,
    body: bytes = b"",
    *,
    kind: str = "application/json",
    stays: bool = True,
    fields: Mapping[str, str] | None = None,
) -> bytes:
    """An answer as it travels; never kept by anybody in between unless ``fields`` say so."""
    head = {
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "Connection": "keep-alive" if stays else "close",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        **(fields or {}),
    }
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        *(f"{name}: {value}" for name, value in head.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _first(line: str) -> tuple[str, str, str]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[2] not in ("HTTP/1.1", "HTTP/1.0") or not parts[1].startswith("/"):
        raise BadRequest(HTTPStatus.BAD_REQUEST)
    if parts[0] not in ("GET", "HEAD", "POST"):
        raise BadRequest(HTTPStatus.METHOD_NOT_ALLOWED)
    return parts[0], parts[1], parts[2]


def _fields(lines: list[str]) -> dict[str, str]:
    if len(lines) > MOST_FIELDS:
        raise BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or not _NAME.issuperset(name):
            raise BadRequest(HTTPStatus.BAD_REQUEST)
        name, value = name.lower(), value.strip(" \t")
        if name in fields and name in ("content-length", "host", "sec-websocket-key"):
            raise BadRequest(HTTPStatus.BAD_REQUEST)
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields


def _length(fields: Mapping[str, str]) -> int:
    if "transfer-encoding" in fields:
        raise BadRequest(HTTPStatus.NOT_IMPLEMENTED)
    text = fields.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise BadRequest(HTTPStatus.BAD_REQUEST)
    if len(text) > 9 or int(text) > MOST_FRAME_BYTES:
        raise BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(text)


def _query(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split("&") if part)
    return {name: value for name, _, value in pairs}
