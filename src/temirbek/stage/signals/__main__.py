"""``python -m temirbek.stage.signals RUN_FOLDER``: the signals' process."""

import argparse
import logging
import signal
import sys
import time
from contextlib import closing
from pathlib import Path
from types import FrameType

from temirbek.lines import LineServer
from temirbek.processes import end_when_left_alone
from temirbek.stage.opening import read_opened_evening, read_opening
from temirbek.stage.run_folder import RunFolder
from temirbek.stage.signals.desk import SignalsDesk

COARSE_S = 0.0015
"""A wait for sockets may end a millisecond late: it ends before the deadline, the rest is slept exactly."""


def main() -> int:
    """Runs until told to end."""
    parser = argparse.ArgumentParser(prog="python -m temirbek.stage.signals", description=__doc__)
    parser.add_argument("folder", type=Path, help="the run folder")
    run = RunFolder(parser.parse_args().folder)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    end_when_left_alone(run.path)
    evening = read_opened_evening(run, read_opening(run))
    is_over = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal is_over
        is_over = True

    with LineServer(run.signals_socket) as server, closing(SignalsDesk(run.path, evening, server)) as desk:
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        while not is_over:
            serve_once(desk, server)
    return 0


def serve_once(desk: SignalsDesk, server: LineServer) -> None:
    """Does what is due, and answers until something is due again."""
    now_s = time.monotonic()
    desk.look(now_s)
    deadline_s = desk.due_s(now_s)
    left_s = deadline_s - time.monotonic()
    for message in server.poll(max(0.0, left_s - COARSE_S)):
        desk.answer(message, time.monotonic())
    left_s = deadline_s - time.monotonic()
    if 0 < left_s <= COARSE_S:
        time.sleep(left_s)


if __name__ == "__main__":
    sys.exit(main())
