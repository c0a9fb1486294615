"""What the stores beyond this machine have in common: writes that wait, their groups, and telling what became of them."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence

from temirbek.phones.store import MOST_IN_GROUP, MOST_WAITING, TOLD_AT_ONCE
from temirbek.phones.store_contract import OnDone, Outcome, Write

PATIENCE_S = 5.0
"""So long a store is asked again when it does not answer; then the phone hears "busy" and asks by itself."""
PAUSE_S = 0.25
REFRESH_EVERY_S = 0.4

Decide = Callable[[Sequence[Write]], Awaitable[Sequence[Outcome] | None]]
"""Writes → what became of each, or None where nobody knows: then they are asked about once more."""
_LOG = logging.getLogger(__name__)


class WaitingWrites:
    """Gathers what comes while a group is being decided, and decides it as the next one.

    A group whose answer was lost is given again as it was. That counts nothing twice: a write that was kept the first time
    is the same write the second time.

    Args:
        decide: Asks the store.
        most_in_group: Writes in a group.
    """

    def __init__(self, decide: Decide, *, most_in_group: int = MOST_IN_GROUP) -> None:
        self._decide, self._most_in_group = decide, most_in_group
        self._rows: deque[tuple[Write, OnDone]] = deque()
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_closing = False
        self.n_waiting = 0

    def submit(self, write: Write, on_done: OnDone) -> bool:
        """Takes a write; see :meth:`temirbek.phones.store_contract.Store.submit`."""
        if self.n_waiting >= MOST_WAITING or self._is_closing:
            return False
        self.n_waiting += 1
        self._rows.append((write, on_done))
        self._ready.set()
        return True

    def open(self) -> None:
        """Begins to decide."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Decides what was taken."""
        self._is_closing = True
        self._ready.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._rows or not self._is_closing:
            if not self._rows:
                self._ready.clear()
                await self._ready.wait()
                continue
            group = [self._rows.popleft() for _ in range(min(len(self._rows), self._most_in_group))]
            outcomes = await self._decided([write for write, _ in group])
            for number, ((_, on_done), outcome) in enumerate(zip(group, outcomes, strict=True), 1):
                self.n_waiting -= 1
                on_done(outcome)
                if number % TOLD_AT_ONCE == 0:
                    await asyncio.sleep(0)

    async def _decided(self, writes: Sequence[Write]) -> Sequence[Outcome]:
        loop = asyncio.get_running_loop()
        end_s = loop.time() + PATIENCE_S
        while True:
            outcomes = await self._asked(writes)
            if outcomes is not None:
                return outcomes
            if loop.time() >= end_s:
                _LOG.error("%d votes and wishes could not be kept", len(writes))
                return [Outcome("lost")] * len(writes)
            await asyncio.sleep(PAUSE_S)

    async def _asked(self, writes: Sequence[Write]) -> Sequence[Outcome] | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._decide(writes)
        except TimeoutError:
            return None


class SharedStore:
    """What a store beyond this machine looks like: it takes writes, and tells what it has read of all workers'.

    Args:
        decide: Asks the store.
        most_in_group: Writes in a group.
    """

    def __init__(self, decide: Decide, *, most_in_group: int) -> None:
        self._writes = WaitingWrites(decide, most_in_group=most_in_group)
        self._votes: dict[str, dict[str, int]] = {}
        self._wished: dict[str, int] = {}

    @property
    def n_waiting(self) -> int:
        """How many writes were taken and are not decided yet."""
        return self._writes.n_waiting

    def submit(self, write: Write, on_done: OnDone) -> bool:
        """Takes a write; see :meth:`temirbek.phones.store_contract.Store.submit`."""
        return self._writes.submit(write, on_done)

    def tally(self, poll: str) -> Mapping[str, int]:
        """Option → stored votes of all workers, at most half a second old."""
        return self._votes.get(poll, {})

    def wishes(self) -> Mapping[str, int]:
        """Track → seats that wish it, likewise."""
        return self._wished
