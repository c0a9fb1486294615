"""``python -m temirbek.stage.signals RUN_FOLDER``: the signals' process."""

import sys
import time
from contextlib import closing

from temirbek.lines import LineServer
from temirbek.processes import told_to_end
from temirbek.stage.serving import opened
from temirbek.stage.signals.desk import SignalsDesk

COARSE_S = 0.0015
"""A wait for sockets may end a millisecond late: it ends before the deadline, the rest is slept exactly."""


def main() -> int:
    """Runs until told to end."""
    run, evening = opened("temirbek.stage.signals", __doc__)
    with LineServer(run.signals_socket) as server, closing(SignalsDesk(run.path, evening, server)) as desk:
        is_over = told_to_end()
        while not is_over():
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
