"""One look at the show for all consoles: the newest snapshot, written as JSON once, told apart once."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from temirbek.store import to_json
from temirbek.types.live import Snapshot
from temirbek.web.desk import Desk
from temirbek.web.protocol import MANY_CHANGES, as_text, changes

QUIET_S = 0.2
"""While only clocks run, consoles hear of it this often [s]."""
BUSY_S = 0.02
"""However much happens, no oftener than this [s]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Version:
    """A snapshot as consoles get it; ``value`` is never changed."""

    number: int
    value: Any
    whole: str


_kept = lru_cache(maxsize=2048)(to_json)


def snapshot_json(snapshot: Snapshot) -> Any:
    """What :func:`~temirbek.store.to_json` gives, five times faster: what stood in the snapshot before is written once.

    Its parts may be shared with other snapshots' and must not be changed.
    """
    music = snapshot.music
    value = to_json(replace(snapshot, cues=(), log=(), music=replace(music, crate=(), upcoming=())))
    value["cues"] = [_kept(cue) for cue in snapshot.cues]
    value["log"] = [_kept(line) for line in snapshot.log]
    value["music"]["crate"] = _kept(music.crate)
    value["music"]["upcoming"] = [_kept(track) for track in music.upcoming]
    return value


class Watch:
    """One console's eye on the hub: :meth:`next` gives the newest text that it has not been sent."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._sent: Version | None = None

    async def next(self) -> str:
        """Waits until there is something new, and says it: whole the first time, then what changed.

        Whatever happened while nobody asked is left out: a slow reader costs one change, not a queue.
        """
        newest = await self._hub.newer_than(self._sent)
        text = newest.whole if self._sent is None else self._hub.change(self._sent, newest)
        self._sent = newest
        return text


class Hub:
    """Reads the desk's snapshots for everybody.

    Args:
        desk: The show.
        operators: Says who is connected, role → how many; the desk cannot know.
    """

    def __init__(self, desk: Desk, operators: Callable[[], Mapping[str, int]]) -> None:
        self._desk, self._operators = desk, operators
        self._last: Snapshot | None = None
        self._newest: Version | None = None
        self._arrived, self._urgent = asyncio.Event(), asyncio.Event()
        self._new = asyncio.Condition()
        self._told: dict[int, str] = {}

    def watch(self) -> Watch:
        """For a new console."""
        return Watch(self)

    def tell_again(self) -> None:
        """Somebody came or left: consoles hear of it even while the show is silent."""
        self._arrived.set()

    async def run(self) -> None:
        """Follows the desk until it is cancelled, or until the desk has nothing more to say."""
        async with asyncio.TaskGroup() as tasks:
            publishing = tasks.create_task(self._publish())
            async for snapshot in self._desk.snapshots():
                before, self._last = self._last, snapshot
                self._arrived.set()
                if before is None or _is_news(before, snapshot):
                    self._urgent.set()
            publishing.cancel()

    async def newer_than(self, version: Version | None) -> Version:
        """The newest version that is not this one."""
        async with self._new:
            await self._new.wait_for(lambda: self._newest is not None and self._newest is not version)
            assert self._newest is not None
            return self._newest

    def change(self, base: Version, newest: Version) -> str:
        """What differs between two versions; consoles that keep pace share the work."""
        if newest is not self._newest:
            return newest.whole  # it is outdated already, and the next change follows at once
        if base.number not in self._told:
            told = changes(base.value, newest.value)
            self._told[base.number] = (
                newest.whole
                if len(told) > MANY_CHANGES
                else as_text({"type": "change", "base": base.number, "version": newest.number, "set": told})
            )
        return self._told[base.number]

    async def _publish(self) -> None:
        """At once what has a new sequence or caption, five times a second what only has another time."""
        due_s = 0.0
        while True:
            await self._arrived.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, due_s - time.monotonic())):
                    await self._urgent.wait()
            self._arrived.clear()
            self._urgent.clear()
            due_s = time.monotonic() + QUIET_S
            if self._last is not None:
                await self._put(self._last)
            await asyncio.sleep(BUSY_S)

    async def _put(self, snapshot: Snapshot) -> None:
        value = snapshot_json(replace(snapshot, operators=self._operators()))
        number = 1 if self._newest is None else self._newest.number + 1
        whole = as_text({"type": "snapshot", "version": number, "snapshot": value})
        async with self._new:
            self._newest = Version(number=number, value=value, whole=whole)
            self._told.clear()
            self._new.notify_all()


def _is_news(before: Snapshot, after: Snapshot) -> bool:
    """Something has happened, or is being said: captions keep time with the words."""
    return (before.sequence, before.caption) != (after.sequence, after.caption)
