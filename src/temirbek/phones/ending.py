"""How tasks are ended that wait for a client of Redis or NATS.

Both clients wait by ``asyncio.wait_for``, which before Python 3.12 loses a cancellation that comes in the moment in which what is
waited for is there: the task reads on, and whoever waits for its end waits for ever.
"""

import asyncio
from collections.abc import Iterable

AGAIN_S = 0.2


async def ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancels tasks, as often as it takes, until they are over; how they ended is nobody's concern any more."""
    everyone = set(tasks)
    waiting = {task for task in everyone if not task.done()}
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=AGAIN_S)
    await asyncio.gather(*everyone, return_exceptions=True)
