"""``python -m temirbek.stage.ears RUN_FOLDER``: the ears' process."""

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
from temirbek.stage.ears.desk import EarsDesk
from temirbek.stage.ears.tap import Tap
from temirbek.stage.opening import read_opened_evening, read_opening
from temirbek.stage.run_folder import RunFolder

TICK_S = 0.05


def main() -> int:
    """Listens until told to end."""
    parser = argparse.ArgumentParser(prog="python -m temirbek.stage.ears", description=__doc__)
    parser.add_argument("folder", type=Path, help="the run folder")
    run = RunFolder(parser.parse_args().folder)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    end_when_left_alone(run.path)
    evening = read_opened_evening(run, read_opening(run))
    is_over = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal is_over
        is_over = True

    setup, seed = evening.venue.ears, evening.show.seed
    with LineServer(run.ears_socket) as server, closing(EarsDesk(setup, Tap(run.path), server, seed)) as desk:
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        deadline_s = time.monotonic()
        while not is_over:
            desk.look(time.monotonic())
            deadline_s = max(deadline_s + TICK_S, time.monotonic())
            while not is_over and (left_s := deadline_s - time.monotonic()) > 0:
                for message in server.poll(left_s):
                    desk.answer(message)
    return 0


if __name__ == "__main__":
    sys.exit(main())
