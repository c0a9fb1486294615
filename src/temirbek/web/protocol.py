"""What is said over ``/ws``: JSON, one object a message, told apart by ``type``.

Server → console::

    {"type": "hello", "role", "name", "session", "utc_s", "host_s"}       first
    {"type": "snapshot", "version": V, "snapshot": {…}}                   then the whole Snapshot (types/live.py)
    {"type": "change", "base": V, "version": W, "set": [[PATH, value], …]}  what differs between V and W
    {"type": "answer", "key": K, "is_accepted": bool, "reason": "…", "sequence": n}  to the command of that key
    {"type": "pong", "t": …, "utc_s": …, "host_s": …}                     to a ping, its "t" unchanged
    {"type": "refused", "reason": "…"}                                    to a message that is none of these

Console → server::

    {"type": "ping", "t": anything small}
    {"type": COMMAND, "payload": {…}, "key": K}         COMMAND and payload as in types/live.py

PATH is a list of names and indices into the snapshot: ``["music", "beat"]``, ``["cues", 3, "remaining_s"]``; the console
walks there and puts the value, in the order given. A change's base is always the version that this connection was sent
last, so changes are never lost and never applied twice; a list whose length changed is sent whole.

At most five changes a second are sent while only clocks run; whatever has a new ``sequence`` is sent at once. A console
that reads slowly gets fewer and larger changes, never a queue of old ones. K is the console's own, 1 to 64 characters,
unique per intention: sent again after a lost connection it does nothing a second time. A command carries no time and no
name: the server puts its own clocks, and the name and role of the session.

The server's clocks: with t0 and t1 the console's clock at ping and pong, the server's was at ``utc_s`` when the
console's was at (t0 + t1) / 2; the pong with the least t1 − t0 is the best.

Close codes: 4401 no session, or it has expired or been revoked (ask for a new link); 4429 too many messages, or too
many consoles; 1009 a message was too long; 1012 the server goes away and comes back. Whoever reads too slowly, or
sends too much, is cut off without a word (1006). After anything but 4401 a console waits a little and comes again.
"""

import json
from dataclasses import dataclass
from typing import Any

from temirbek.types.live import COMMANDS, Answer, Command

LONGEST_MESSAGE = 4096
"""Bytes of a console's message."""
LONGEST_KEY = 64
DEEPEST = 4
"""Objects and lists in a payload, one in another."""
GREATEST_NUMBER = 2**53
"""Up to here whole numbers are whole numbers in every language."""
MANY_CHANGES = 400
"""More places than this are told as a whole snapshot."""

CLOSE_NO_SESSION, CLOSE_FLOOD = 4401, 4429

Json = dict[str, Any]


class NotUnderstood(ValueError):
    """A console's message that is none; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """The console asks what time it is."""

    t: float | int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A command, as the console gave it."""

    command: Command
    payload: Json
    key: str


def read_message(text: str) -> Ping | Ask:
    """A console's message.

    Raises:
        NotUnderstood: It is not one; says what came and what was expected.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_MESSAGE:
        raise NotUnderstood(f"a message of more than {LONGEST_MESSAGE} bytes")
    try:
        message = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("a message that is not JSON") from error
    if not isinstance(message, dict) or not _is_plain(message, DEEPEST + 1):
        raise NotUnderstood("a message that is not a flat object of plain texts and numbers")
    kind = message.get("type")
    if kind == "ping":
        t = message.get("t")
        if isinstance(t, dict | list) or len(str(t)) > LONGEST_KEY:
            raise NotUnderstood("a ping whose t is not a small value")
        return Ping(t=t)
    return _ask(kind, message)


def _ask(kind: Any, message: Json) -> Ask:
    payload, key = message.get("payload", {}), message.get("key")
    if not isinstance(kind, str) or kind not in COMMANDS:
        raise NotUnderstood(f"no command is called {str(kind)[:40]!r}")
    unknown = sorted(set(message) - {"type", "payload", "key"})
    if unknown:
        raise NotUnderstood(f"{kind}: unknown {', '.join(unknown)[:80]}; known are type, payload, key")
    if not isinstance(payload, dict):
        raise NotUnderstood(f"{kind}: the payload is not an object")
    if not isinstance(key, str) or not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise NotUnderstood(f"{kind}: the key is not a text of 1 to {LONGEST_KEY} characters")
    return Ask(command=kind, payload=payload, key=key)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _is_plain(value: Any, depth: int) -> bool:
    """Whether this can go into a log, a database and a terminal without surprising any of them."""
    if isinstance(value, dict):
        return depth > 0 and all(_is_plain(v, depth - 1) for pair in value.items() for v in pair)
    if isinstance(value, list):
        return depth > 0 and all(_is_plain(v, depth - 1) for v in value)
    if isinstance(value, str):
        return value.replace(
            "\n", " "
        ).isprintable()  # neither control characters nor halves of surrogate pairs
    return value is None or isinstance(value, bool) or abs(value) <= GREATEST_NUMBER


def changes(before: Any, after: Any, path: tuple[str | int, ...] = ()) -> list[list[Any]]:
    """Places where two JSON values differ, as ``[path, new value]``; :func:`apply_changes` is the way back.

    Objects with other names and lists of another length are told whole.
    """
    if before is after:
        return []
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return [c for name in after for c in changes(before[name], after[name], (*path, name))]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [c for i, (b, a) in pairs for c in changes(b, a, (*path, i))]
    same = before == after and type(before) is type(after)
    return [] if same else [[list(path), after]]


def apply_changes(value: Any, told: list[list[Any]]) -> Any:
    """What the console makes of a change: the value with every place put, in order (the value itself is changed)."""
    for path, new in told:
        if not path:
            value = new
            continue
        place = value
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = new
    return value


def hello_message(*, role: str, name: str, session: str, utc_s: float, host_s: float) -> Json:
    """The first message."""
    return {"type": "hello", "role": role, "name": name, "session": session, "utc_s": utc_s, "host_s": host_s}


def answer_message(key: str, answer: Answer) -> Json:
    """What became of a command."""
    return {
        "type": "answer",
        "key": key,
        "is_accepted": answer.is_accepted,
        "reason": answer.reason,
        "sequence": answer.sequence,
    }


def as_text(message: Json) -> str:
    """A message on the wire.

    Raises:
        ValueError: It holds a number that JSON has no word for.
    """
    return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
