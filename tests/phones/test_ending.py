"""Tasks end even where a client loses what they are told."""

import asyncio
import contextlib

from temirbek.phones.ending import ended


def test_a_task_that_lost_a_cancellation_ends_all_the_same() -> None:
    async def evening() -> None:
        async def deaf() -> None:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60.0)
            await asyncio.sleep(60.0)

        async def broken() -> None:
            raise OSError("gone already")

        tasks = [asyncio.create_task(deaf()), asyncio.create_task(broken())]
        await asyncio.sleep(0)
        await asyncio.wait_for(ended(tasks), 10.0)
        assert all(task.done() for task in tasks)

    asyncio.run(evening())
