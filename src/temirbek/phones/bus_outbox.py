"""What every bus between machines does alike: what waits to be sent, and what came back.

A part is shown on the worker that keeps it at once, whether or not the others can be reached. Its echo comes later; until the
newest one has come, older echoes of the same worker are passed over, so that nothing flickers. After that the order in
which the server took them holds for everybody.
"""

import asyncio
import json
import logging
import secrets
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from temirbek.phones.bus_contract import OnPart, OnWord

MOST_WORDS = 100
"""Words that wait; the oldest gives way. Of parts only the newest waits, so they need no bound."""
_LOG = logging.getLogger(__name__)


class Outbox:
    """Of one worker. ``keep`` and ``tell`` may be called before :meth:`open`: what they leave is sent then."""

    def __init__(self) -> None:
        self._by = secrets.token_hex(6)
        self._number = 0
        self._newest: dict[str, int] = {}
        self._parts: dict[str, bytes] = {}
        self._words: deque[bytes] = deque(maxlen=MOST_WORDS)
        self._something = asyncio.Event()
        self._nothing = asyncio.Event()
        self._nothing.set()
        self._on_part: OnPart | None = None
        self._on_word: OnWord | None = None

    def open(self, on_part: OnPart, on_word: OnWord) -> None:
        """Says who is told from now on."""
        self._on_part, self._on_word = on_part, on_word

    def keep(self, part: str, envelope: Mapping[str, Any]) -> None:
        """Shows a part here, and lets it wait to be sent."""
        self._number += 1
        self._newest[part] = self._number
        self._parts[part] = self._text("part", part, envelope)
        self._wake()
        if self._on_part is not None:
            self._on_part(part, envelope)

    def tell(self, topic: str, body: Mapping[str, Any]) -> None:
        """Lets a word wait to be sent."""
        self._words.append(self._text("word", topic, body))
        self._wake()

    async def take(self) -> tuple[Mapping[str, bytes], Sequence[bytes]]:
        """What is to be sent, as soon as there is something: parts by name, and words."""
        await self._something.wait()
        self._something.clear()
        parts, self._parts = self._parts, {}
        words = list(self._words)
        self._words.clear()
        return parts, words

    def give_back(self, parts: Mapping[str, bytes]) -> None:
        """These could not be sent; newer ones of the same name come first. Words are old by now."""
        self._parts = {**parts, **self._parts}
        if self._parts:
            self._something.set()
        else:
            self.sent()

    def sent(self) -> None:
        """What was taken has been sent."""
        if not self._something.is_set():
            self._nothing.set()

    async def drained(self, timeout_s: float) -> None:
        """Waits until all is sent, but not longer than this."""
        try:
            await asyncio.wait_for(self._nothing.wait(), timeout_s)
        except TimeoutError:
            _LOG.warning("left before the other phone servers were told everything")

    def hear(self, text: bytes | str) -> None:
        """Something came from the server."""
        try:
            message = json.loads(text)
            kind, name, body = message["kind"], message["name"], message["body"]
            by, number = message["by"], message["number"]
        except (ValueError, KeyError, TypeError):
            _LOG.warning("something that is not ours came over the bus (%d bytes)", len(text))
            return
        if kind == "word" and self._on_word is not None:
            self._on_word(name, body)
        elif kind == "part" and self._on_part is not None:
            if by == self._by and number < self._newest.get(name, 0):
                return
            self._on_part(name, body)

    @staticmethod
    def part_of(text: bytes) -> str:
        """The name of a part that came; "" where this is none."""
        try:
            return str(json.loads(text)["name"])
        except (ValueError, KeyError, TypeError):
            return ""

    def _text(self, kind: str, name: str, body: Mapping[str, Any]) -> bytes:
        message = {"kind": kind, "name": name, "body": body, "by": self._by, "number": self._number}
        return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()

    def _wake(self) -> None:
        self._something.set()
        self._nothing.clear()
