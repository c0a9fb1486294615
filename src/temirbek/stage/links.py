"""The conductor's line to another process: found when it is there, found again when it was started again."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from temirbek.errors import DeviceLost
from temirbek.lines import ANSWER_TIMEOUT_S, LineClient

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.05
Answered = Callable[[dict[str, Any]], None]


class Link:
    """One process that does things.

    Args:
        name: As people call it.
        path: Of its socket.
        on_event: Hears what it tells.
        on_found: Hears that it is there, for the first time or again.
        on_lost: Hears that it has gone.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        on_event: Callable[[dict[str, Any]], None],
        on_found: Callable[[], None],
        on_lost: Callable[[], None],
    ) -> None:
        self.name = name
        self._on_found, self._on_lost = on_found, on_lost
        self._client = LineClient(path, on_event=on_event, on_lost=self._lost)
        self._gone = asyncio.Event()
        self._asking: set[asyncio.Task[None]] = set()

    @property
    def is_there(self) -> bool:
        """Whether it can be asked."""
        return self._client.is_connected

    async def run(self) -> None:
        """Looks for it, for ever."""
        try:
            while True:
                self._gone.clear()
                try:
                    await self._client.connect()
                except DeviceLost:
                    await asyncio.sleep(LOOK_EVERY_S)
                    continue
                self._on_found()
                await self._gone.wait()
        finally:
            await self._client.close()

    def _lost(self) -> None:
        self._gone.set()
        self._on_lost()

    def ask(
        self,
        body: Mapping[str, Any],
        answered: Answered | None = None,
        *,
        timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> None:
        """Asks without waiting; questions arrive in the order in which they were asked.

        Args:
            body: What.
            answered: Hears the answer; one that never came is {"ok": False, "reason": …}.
            timeout_s: So long is waited for it [s].
        """
        task = asyncio.create_task(self._ask(body, answered, timeout_s))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _ask(self, body: Mapping[str, Any], answered: Answered | None, timeout_s: float) -> None:
        try:
            answer = await self._client.ask(body, timeout_s)
        except DeviceLost as error:
            answer = {"ok": False, "reason": f"the {self.name} does not answer: {error}"}
        if not answer.get("ok", False):
            logger.warning("%s: %s: %s", self.name, body.get("do"), answer.get("reason"))
        if answered is not None:
            answered(answer)

    async def close(self) -> None:
        """Waits for what was asked, shortly, and hangs up."""
        if self._asking:
            await asyncio.wait(set(self._asking), timeout=0.5)
        for task in self._asking:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._client.close()
