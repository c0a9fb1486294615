"""``python -m temirbek.stage.ears RUN_FOLDER``: the ears' process."""

import sys
from contextlib import closing

from temirbek.lines import LineServer
from temirbek.stage.ears.desk import EarsDesk
from temirbek.stage.ears.tap import Tap
from temirbek.stage.serving import opened, serve

TICK_S = 0.05


def main() -> int:
    """Listens until told to end."""
    run, evening = opened("temirbek.stage.ears", __doc__)
    setup, seed = evening.venue.ears, evening.show.seed
    with LineServer(run.ears_socket) as server, closing(EarsDesk(setup, Tap(run.path), server, seed)) as desk:
        serve(desk, server, TICK_S)
    return 0


if __name__ == "__main__":
    sys.exit(main())
