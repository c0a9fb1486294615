"""The same work on several things at once, one process a core.

Processes are spawned, not forked: the parent has threads (progress bars, audio libraries), and a fork copies their
locks. A worker ignores Ctrl-C; the parent hears it and ends its workers, so that an interrupt takes no longer than
the blink of an eye and leaves no traceback of a worker on the screen.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def each_in_parallel(
    work: Callable[[Item], Answer], items: Sequence[Item]
) -> Iterator[tuple[int, Callable[[], Answer]]]:
    """Does ``work`` on every item and yields as they are done: (index, call that returns the answer or raises).

    ``work`` and the items must be picklable. One item is done in this process: a second one would only cost time.
    """
    if not items:
        return
    if len(items) == 1:
        yield 0, lambda: work(items[0])
        return
    context = multiprocessing.get_context("spawn")
    n_workers = min(len(items), os.cpu_count() or 1)
    pool = ProcessPoolExecutor(n_workers, mp_context=context, initializer=_ignore_interrupts)
    try:
        futures: dict[Future[Answer], int] = {pool.submit(work, item): i for i, item in enumerate(items)}
        for future in as_completed(futures):
            yield futures[future], future.result
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
