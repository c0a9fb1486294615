"""``python -m temirbek.stage.eyes RUN_FOLDER``: the eyes' process."""

import secrets
import sys
import time
from contextlib import closing

from temirbek.lines import LineServer
from temirbek.seeing import PoseSource, eyes_of
from temirbek.stage.eyes.desk import EyesDesk
from temirbek.stage.serving import opened, serve

TICK_S = 1.0 / 60.0
"""Twice as often as a usual camera has a picture."""


def main() -> int:
    """Looks until told to end."""
    run, evening = opened("temirbek.stage.eyes", __doc__)

    def choose() -> PoseSource | None:
        return eyes_of(
            evening.venue.eyes,
            new_id=lambda: secrets.token_hex(8),
            seed=evening.show.seed,
            now_s=time.monotonic,
        )

    with LineServer(run.eyes_socket) as server, closing(EyesDesk(choose, server)) as desk:
        serve(desk, server, TICK_S)
    return 0


if __name__ == "__main__":
    sys.exit(main())
