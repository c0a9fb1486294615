"""The same work on several things at once, one process a core, or on whatever executor is given.

Processes are spawned, not forked: the parent has threads (progress bars, audio libraries), and a fork copies their
locks. A worker ignores Ctrl-C; the parent hears it and ends its workers, so that an interrupt takes no longer than
the blink of an eye and leaves no traceback of a worker on the screen. A worker whose parent was killed ends itself.

A worker that dies (out of memory, a fault in a decoder) takes the whole pool with it. Those items that it may have
been at are then done again, each alone, so that exactly the culprit fails; all others go on in a new pool.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Done = tuple[int, Callable[[], Answer]]


def each_in_parallel(
    work: Callable[[Item], Answer], items: Sequence[Item], *, on: Executor | None = None
) -> Iterator[Done[Answer]]:
    """Does ``work`` on every item and yields as they are done: (index, call that returns the answer or raises).

    ``work`` and the items must be picklable. Without ``on``, one item is done in this process: a second one would only
    cost time.

    Args:
        work: What to do.
        items: On what.
        on: An executor that somebody else began and will end; without it, a process a core.
    """
    if on is not None:
        futures = {on.submit(work, item): i for i, item in enumerate(items)}
        yield from ((index, future.result) for index, future in _as_done(futures))
    elif len(items) == 1:
        yield 0, lambda: work(items[0])
    else:
        yield from _in_processes(work, dict(enumerate(items)), os.cpu_count() or 1)


def _in_processes(
    work: Callable[[Item], Answer], left: dict[int, Item], n_workers: int
) -> Iterator[Done[Answer]]:
    while left:
        for index, future in _in_pool(work, left, n_workers):
            if isinstance(future.exception(), BrokenProcessPool):
                break
            del left[index]
            yield index, future.result
        else:
            return
        under_way = (
            2 * n_workers + 1
        )  # a pool hands items to its workers in order, one each and as many in advance
        for index in sorted(left)[:under_way]:
            for _, future in _in_pool(work, {index: left.pop(index)}, 1):
                yield index, future.result


def _in_pool(
    work: Callable[[Item], Answer], items: dict[int, Item], n_workers: int
) -> Iterator[tuple[int, Future[Answer]]]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(len(items), n_workers), mp_context=context, initializer=begin_worker)
    try:
        yield from _as_done({pool.submit(work, item): i for i, item in sorted(items.items())})
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _as_done(futures: dict[Future[Answer], int]) -> Iterator[tuple[int, Future[Answer]]]:
    """Futures with their indices as they are done, each forgotten when it was looked at: answers may be large."""
    for future in as_completed(list(futures)):
        yield futures.pop(future), future


def begin_worker() -> None:
    """What every worker process does first: it leaves Ctrl-C to its parent, and ends when that has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # nobody is left who could be told
