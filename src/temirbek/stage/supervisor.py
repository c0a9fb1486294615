"""Keeps the processes of a run alive: starts them, starts them again, and takes over those that are there already.

It does nothing else, so that there is little that could go wrong in it. Whoever it starts survives its death; the
conductor, which it watches, watches it in turn and starts it again (``python -m temirbek.stage.supervisor RUN``), and the
new one adopts everybody who lives.
"""

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from temirbek.processes import Kin, kin_of, read_kin, write_kin
from temirbek.stage.run_folder import FolderLock, RunFolder

logger = logging.getLogger(__name__)

PLAN_FILE = "supervised.json"
LOOK_EVERY_S = 0.05
PATIENCE_S = 3.0
"""So long may a process take to end when asked, before it is ended."""
LIVED_WELL_S = 10.0
"""A process that lived so long is started again at once; one that dies sooner waits, twice as long each time."""
LONGEST_PAUSE_S = 5.0
CONDUCTOR = "conductor"
RUN_IS_OVER = 0
"""With this status the conductor says that the show is closed, and nobody is started again."""


@dataclass(slots=True)
class _Child:
    """One process under supervision, started or adopted."""

    name: str
    command: Sequence[str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    kin: Kin | None = None
    started_s: float = 0.0
    pause_s: float = 0.0
    starts: int = field(default=0)

    def is_alive(self) -> bool:
        if self.process is not None:
            return self.process.poll() is None
        return self.kin is not None and self.kin.is_alive()

    @property
    def status(self) -> int | None:
        """Its exit status, where it is known: an adopted process tells none."""
        return None if self.process is None else self.process.poll()

    def start(self) -> None:
        with (self.folder / f"{self.name}.out").open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor: it ends them in order
            )
        self.kin = kin_of(self.process.pid)
        self.started_s = time.monotonic()
        self.starts += 1

    def start_again(self) -> None:
        """Starts it once its pause is over."""
        now_s = time.monotonic()
        lived_s = now_s - self.started_s
        if self.starts and lived_s < self.pause_s:
            return
        lived_well = lived_s > LIVED_WELL_S + self.pause_s
        self.pause_s = 0.0 if lived_well or not self.starts else min(LONGEST_PAUSE_S, 2 * self.pause_s + 0.1)
        logger.warning("%s is started again", self.name)
        self.start()

    def ask_to_end(self) -> None:
        if self.is_alive() and self.kin is not None:
            self.kin.kill(signal.SIGTERM)

    def end(self, deadline_s: float) -> None:
        while self.is_alive() and time.monotonic() < deadline_s:
            time.sleep(0.02)
        if self.is_alive() and self.kin is not None:
            logger.warning("%s did not end when asked", self.name)
            self.kin.kill(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()


def plan_of(folder: Path) -> dict[str, list[str]]:
    """Name → command of the processes that belong to a run, in the order in which they are started."""
    plan: dict[str, list[str]] = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
    return plan


def write_plan(folder: Path, commands: Mapping[str, Sequence[str]]) -> None:
    """Notes what belongs to a run, so that any supervisor can go on with it."""
    partial = folder / f".{PLAN_FILE}"
    partial.write_text(json.dumps(commands, indent=1), encoding="utf-8")
    partial.replace(folder / PLAN_FILE)


class Supervisor:
    """Runs the processes of a run folder until its conductor says that the show is over.

    Args:
        folder: Of the run; the plan lies in it (:func:`write_plan`).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        known = read_kin(folder)
        self._children = [
            _Child(name=name, command=command, folder=folder, kin=known.get(name))
            for name, command in plan_of(folder).items()
        ]
        self._is_ending = False

    def run(self) -> int:
        """Keeps everybody alive; returns when the show is over, with the exit status of the run."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        for child in self._children:
            if not child.is_alive():
                child.start()
        self._note()
        while not self._is_ending:
            self._look()
            time.sleep(LOOK_EVERY_S)
        self._end_all()
        return 0

    def _look(self) -> None:
        for child in self._children:
            if child.is_alive():
                continue
            if child.name == CONDUCTOR and child.status == RUN_IS_OVER:
                self._is_ending = True
                return
            before = child.starts
            child.start_again()
            if child.starts != before:
                self._note()

    def _note(self) -> None:
        kin = {child.name: child.kin for child in self._children if child.kin is not None}
        write_kin(self._folder, {"supervisor": kin_of(os.getpid()), **kin})

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._is_ending = True

    def _end_all(self) -> None:
        """The conductor first: it closes the show in order, and tells the others to come to rest."""
        ordered = sorted(self._children, key=lambda child: child.name != CONDUCTOR)
        for child in ordered:
            child.ask_to_end()
            child.end(time.monotonic() + PATIENCE_S)
        write_kin(self._folder, {})


def main(arguments: Sequence[str]) -> int:
    """``python -m temirbek.stage.supervisor RUN``: goes on with a run whose supervisor died."""
    folder = RunFolder(Path(arguments[0]))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    with FolderLock(folder), contextlib.suppress(KeyboardInterrupt):
        return Supervisor(folder.path).run()
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
