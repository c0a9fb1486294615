"""Processes that know each other by number and birth, so that nobody mistakes a stranger for kin."""

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

KIN_FILE = "processes.json"
LOOK_EVERY_S = 1.0
ALONE_S = 60.0


@dataclass(frozen=True, slots=True)
class Kin:
    """One process of a run: its number, and when it was born (in the system's ticks; 0 where the system does not tell).

    A number alone may be given to another process later; a number and a birth may not.
    """

    pid: int
    born: int

    def is_alive(self) -> bool:
        """Whether it is still there."""
        return birth_of(self.pid) == self.born and _is_there(self.pid)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Sends it a signal; nothing happens if it has gone."""
        if self.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def kin_of(pid: int) -> Kin:
    """A living process as kin."""
    return Kin(pid=pid, born=birth_of(pid))


def birth_of(pid: int) -> int:
    """When a process was born [clock ticks since boot]; 0 where that cannot be told, −1 where it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return -1 if Path("/proc/self/stat").exists() else 0
    fields = text[text.rindex(")") + 2 :].split()
    return -1 if fields[0] == "Z" else int(fields[19])


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def write_kin(folder: Path, kin: Mapping[str, Kin]) -> None:
    """Notes who belongs to a run; replaces the note as a whole."""
    partial = folder / f".{KIN_FILE}.{os.getpid()}"
    partial.write_text(json.dumps({name: asdict(one) for name, one in kin.items()}), encoding="utf-8")
    partial.replace(folder / KIN_FILE)


def read_kin(folder: Path) -> dict[str, Kin]:
    """Who belonged to a run when that was last noted; empty where nothing was."""
    try:
        noted = json.loads((folder / KIN_FILE).read_text(encoding="utf-8"))
        return {name: Kin(pid=int(one["pid"]), born=int(one["born"])) for name, one in noted.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # a note that cannot be read tells nothing: whoever lives is found by its socket


def told_to_end() -> Callable[[], bool]:
    """Whether this process has been told to end, from now on: by SIGTERM, or by SIGINT at a terminal."""
    is_told = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal is_told
        is_told = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return lambda: is_told


def end_when_left_alone(folder: Path, *, after_s: float = ALONE_S) -> None:
    """Ends this process when those who steer it are gone for good: neither supervisor nor conductor came back in time.

    Sound goes on meanwhile, and robots come to rest by themselves; but nothing plays on for ever in an empty hall. In a
    folder where nobody ever steered nothing happens: the process was started by hand.

    Args:
        folder: Of the run.
        after_s: How long to wait for one of them to come back [s].
    """
    threading.Thread(target=_watch, args=(folder, after_s), daemon=True, name="left-alone").start()


def _watch(folder: Path, after_s: float) -> None:
    alone_since: float | None = None
    while True:
        time.sleep(LOOK_EVERY_S)
        if not (folder / KIN_FILE).exists():
            continue
        kin = read_kin(folder)
        if any(name in kin and kin[name].is_alive() for name in ("supervisor", "conductor")):
            alone_since = None
        elif alone_since is None:
            alone_since = time.monotonic()
        elif time.monotonic() - alone_since > after_s:
            os._exit(4)  # nobody is left who could be told
