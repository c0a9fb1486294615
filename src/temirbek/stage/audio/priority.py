"""As much of the machine as it lets a sound process have, and which that is, in words."""

import ctypes
import gc
import os
import sys
import threading

PLAYER_PRIORITY, ENGINE_PRIORITY = 80, 2
"""Under SCHED_FIFO: the player before all others, the engine, which computes, after JACK and its clients (5 and more)."""
NICE = -10
SWITCH_INTERVAL_S = 0.0005
STACK_BYTES = 1 << 19
_ALL_PAGES = 3


def raise_priority(*, is_real_time: bool, priority: int = ENGINE_PRIORITY) -> str:
    """Asks for a better place in the queue.

    Args:
        is_real_time: Before everybody else (SCHED_FIFO), for a process that does little; or only before most.
        priority: Under SCHED_FIFO, 1–99.

    Returns:
        What was granted.
    """
    if is_real_time:
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
            return f"SCHED_FIFO {priority}"
        except (OSError, AttributeError):  # not permitted; or a system that has no such thing
            pass
    try:
        return f"niceness {os.nice(NICE - os.nice(0))}"
    except OSError:
        return f"niceness {os.nice(0)}: a better one is not permitted"


def keep_in_memory() -> str:
    """Asks that the process is never swapped out, its later threads with small stacks; says what was granted."""
    threading.stack_size(STACK_BYTES)
    try:
        locked = ctypes.CDLL(None, use_errno=True).mlockall(_ALL_PAGES) == 0
    except (OSError, AttributeError):
        locked = False
    return "memory locked" if locked else "memory not locked"


def settle() -> None:
    """Call when everything is set up: no garbage is collected from here on, threads take turns quickly."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()
    gc.disable()


def is_real_time() -> bool:
    """Whether this process comes before all ordinary ones."""
    return hasattr(os, "sched_getscheduler") and os.sched_getscheduler(0) == os.SCHED_FIFO
