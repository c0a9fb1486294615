"""The language between a phone and the show: five sentences in, five out, nothing else.

A phone sends one small JSON object for each sentence, as a text frame or as the body of ``POST /do``:

============================================================ =====================================================
``{"do":"hello","token":…}``                                 who sits here
``{"do":"vote","poll":…,"option":…,"n":k}``                  a vote; ``n`` comes back with the answer
``{"do":"wish","track":…,"n":k}``                            a wish
``{"do":"clap","count":c}``                                  so many claps since the last such sentence
``{"do":"ping","t":t}``                                      asks for the show's clock (:mod:`temirbek.phones.light`)
============================================================ =====================================================

It hears ``snapshot`` (every part of the state), ``delta`` (the parts that changed, whole), ``accepted``, ``refused`` with a
:data:`Reason` (the page says it in its own language) and ``pong``. Both snapshot and delta carry ``epoch`` (which server)
and ``seq``: a phone that returns tells both in its address (``/ws?epoch=…&since=…``, ``/state?epoch=…&since=…``) and gets at
once what it missed, or everything where the epoch is another; on a bad network that is one way and back less.

This module is without sockets, clocks and threads: text in, nouns out. Whatever bytes come, :func:`parse` answers with a
sentence or raises :class:`NotUnderstood`, and nothing else.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn

MOST_FRAME_BYTES: Final = 4096
"""What one sentence of a phone may be long; a longer one ends the connection before it is read."""
MOST_TOKEN_CHARS: Final = 200
MOST_ID_CHARS: Final = 80
MOST_CLAPS_AT_ONCE: Final = 12
"""More claps in one sentence count as so many: nobody has more hands."""
_MOST_NUMBER: Final = 1 << 53

Reason = Literal[
    "not_understood",  # no sentence of this language
    "too_fast",  # more than anybody's thumb
    "no_seat",  # looks on, but has no ticket: hello came without a token
    "bad_token",  # forged, mistyped, of another show, or run out
    "poll_closed",  # no such poll, or it is over
    "no_such_option",
    "already_voted",  # with another option; "kept" says which
    "no_such_track",  # not in the crate, or hidden
    "enough_wishes",  # this seat has made as many as it may
    "busy",  # the store cannot keep up: try again in a moment
]


@dataclass(frozen=True, slots=True)
class Hello:
    """A phone says who sits here: its token, or "" for somebody who looks on."""

    token: str = ""


@dataclass(frozen=True, slots=True)
class CastVote:
    """A vote; ``number`` comes back with the answer."""

    poll: str
    option: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class MakeWish:
    """A wish; ``number`` comes back with the answer."""

    track: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Clap:
    """So many claps, 1 to :data:`MOST_CLAPS_AT_ONCE`."""

    count: int


@dataclass(frozen=True, slots=True)
class Ping:
    """The phone's own clock; comes back as it is."""

    t: float


Saying = Hello | CastVote | MakeWish | Clap | Ping


class NotUnderstood(ValueError):
    """These bytes are no sentence of a phone."""


def parse(data: bytes) -> Saying:
    """What a phone says.

    Args:
        data: One sentence as it came, whatever it is.

    Raises:
        NotUnderstood: It is none of the five; the text says why, for the tests and for nobody else.
    """
    if len(data) > MOST_FRAME_BYTES:
        raise NotUnderstood(f"{len(data)} bytes; at most {MOST_FRAME_BYTES} are read")
    try:
        body = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("no JSON") from error
    if not isinstance(body, dict):
        raise NotUnderstood("no JSON object")
    match body.get("do"):
        case "vote":
            return CastVote(_name(body, "poll"), _name(body, "option"), _whole(body, "n"))
        case "clap":
            return Clap(min(max(_whole(body, "count"), 1), MOST_CLAPS_AT_ONCE))
        case "ping":
            return Ping(_number(body, "t"))
        case "wish":
            return MakeWish(_name(body, "track"), _whole(body, "n"))
        case "hello":
            return Hello(_text(body, "token", MOST_TOKEN_CHARS))
    raise NotUnderstood("no sentence that is known")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number here")


def _text(body: Mapping[str, Any], name: str, most: int) -> str:
    value = body.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most:
        raise NotUnderstood(f"{name}: a text of at most {most} characters")
    return value


def _name(body: Mapping[str, Any], name: str) -> str:
    value = _text(body, name, MOST_ID_CHARS)
    if not value:
        raise NotUnderstood(f"{name} is missing")
    return value


def _whole(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name, 0)
    if type(value) is not int or not 0 <= value <= _MOST_NUMBER:
        raise NotUnderstood(f"{name}: a whole number, not negative")
    return value


def _number(body: Mapping[str, Any], name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _MOST_NUMBER:
        raise NotUnderstood(f"{name}: a number")
    return float(value)


def to_wire(body: Mapping[str, Any]) -> bytes:
    """One sentence as it travels.

    Raises:
        ValueError: It holds what JSON cannot say (infinities, halves of characters).
    """
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def accepted(number: int, **more: str) -> bytes:
    """It counts; ``more`` holds what ("kept"). With the number 0 it answers a hello."""
    return to_wire({"is": "accepted", "n": number, **more})


def refused(reason: Reason, number: int = 0, **more: str) -> bytes:
    """It does not count, because of this; ``more`` may hold what counts instead ("kept")."""
    return to_wire({"is": "refused", "n": number, "reason": reason, **more})


def pong(t: float, host_s: float) -> bytes:
    """The phone's own number, and the show's clock [host s] when it was read."""
    return b'{"is":"pong","t":%s,"host_s":%s}' % (_plain(t), b"%.4f" % host_s)


def _plain(value: float) -> bytes:
    return repr(value if math.isfinite(value) else 0.0).encode()
