"""The phones come last: on a machine that is too busy they are late, not the show.

Niceness counts only among the processes of one session where Linux groups them by session (autogroup), and the processes of a
show are sessions of their own: so the session gets the same niceness as the process.
"""

import contextlib
import os
from pathlib import Path

NICE = 5
"""A third of the time that an equal process would get: votes are still answered while something else computes."""
_AUTOGROUP = Path("/proc/self/autogroup")


def come_last() -> None:
    """Asks for this process to come after the show's; a system that cannot do that does without."""
    with contextlib.suppress(OSError):
        os.nice(NICE)
        if os.getsid(0) == os.getpid():
            _AUTOGROUP.write_text(str(NICE), encoding="ascii")
