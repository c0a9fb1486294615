"""As much of the machine as it lets a sound process have, and which that is, in words."""

import ctypes
import gc
import os
import sys

FIFO_PRIORITY = 70
NICE = -10
SWITCH_INTERVAL_S = 0.0005
_ALL_PAGES = 3


def raise_priority(*, is_real_time: bool) -> str:
    """Asks for a better place in the queue.

    Args:
        is_real_time: Before everybody (SCHED_FIFO), for a process that hardly computes; else only before most.

    Returns:
        What was granted.
    """
    if is_real_time:
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(FIFO_PRIORITY))
            return f"SCHED_FIFO {FIFO_PRIORITY}"
        except (OSError, AttributeError):  # not permitted; or a system that has no such thing
            pass
    try:
        return f"niceness {os.nice(NICE - os.nice(0))}"
    except OSError:
        return f"niceness {os.nice(0)}: a better one is not permitted"


def keep_in_memory() -> str:
    """Asks that the process is never swapped out; says what was granted."""
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
