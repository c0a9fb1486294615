"""The loop's place in the queue, as good as the system lets it have.

Niceness counts only among the processes of one session where Linux groups them by session (autogroup), and a show's processes
are sessions of their own: so the session gets the same niceness as the process. Where there are cores enough, real-time scheduling
is asked for, below the sound's: physics keeps this loop busy for most of the time, so on a machine with one core it would leave
nobody else a turn whenever it falls behind.
"""

import os
from pathlib import Path

from temirbek.stage.audio.priority import raise_priority

SESSION_NICE = -10
PRIORITY = 1
FEWEST_CORES = 2
_AUTOGROUP = Path("/proc/self/autogroup")


def come_first(*, is_real_time: bool = True) -> str:
    """Asks for this process to come before most others; says what was granted.

    Args:
        is_real_time: Before all ordinary ones, where there are cores enough.
    """
    has_cores = (os.cpu_count() or 1) >= FEWEST_CORES
    granted = raise_priority(is_real_time=is_real_time and has_cores, priority=PRIORITY)
    if os.getsid(0) != os.getpid():
        return granted
    try:
        _AUTOGROUP.write_text(str(SESSION_NICE), encoding="ascii")
    except OSError:  # another system, or not permitted
        return granted
    return f"{granted}, its session as well"
