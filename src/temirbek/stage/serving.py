"""What the processes of a run have in common: how one opens the run, serves a desk, and ends when it is told to."""

import argparse
import logging
import time
from pathlib import Path
from typing import Protocol

from temirbek.lines import LineServer, Message
from temirbek.processes import end_when_left_alone, told_to_end
from temirbek.stage.opening import read_opened_evening, read_opening
from temirbek.stage.run_folder import RunFolder
from temirbek.types import Evening


class LookingDesk(Protocol):
    """A desk that has something to look after between questions."""

    def look(self, now_s: float, /) -> None:
        """Does what is to be done now."""

    def answer(self, message: Message, /) -> None:
        """Answers somebody."""


def opened(name: str, about: str | None) -> tuple[RunFolder, Evening]:
    """The run that the command line names, and its evening; the process ends by itself when all who steer it are gone.

    Args:
        name: Of the module.
        about: Its docstring.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description=about)
    parser.add_argument("folder", type=Path, help="the run folder")
    run = RunFolder(parser.parse_args().folder)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    end_when_left_alone(run.path)
    return run, read_opened_evening(run, read_opening(run))


def serve(desk: LookingDesk, server: LineServer, tick_s: float) -> None:
    """Lets a desk look after its work at every tick and answer in between, until the process is told to end.

    Args:
        desk: Whose.
        server: Through which it is asked.
        tick_s: From one look to the next; a tick that is missed is not made up for [s].
    """
    is_over = told_to_end()
    deadline_s = time.monotonic()
    while not is_over():
        desk.look(time.monotonic())
        deadline_s = max(deadline_s + tick_s, time.monotonic())
        while not is_over() and (left_s := deadline_s - time.monotonic()) > 0:
            for message in server.poll(left_s):
                desk.answer(message)
