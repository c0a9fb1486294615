"""``python -m temirbek.stage.audio RUN_FOLDER --setup JSON``: the sound process."""

import argparse
import json
import signal
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType

from temirbek.processes import end_when_left_alone, read_kin
from temirbek.stage.audio.priority import is_real_time, raise_priority, settle
from temirbek.store.nouns import from_json
from temirbek.types.evening import SoundSetup


def main() -> int:
    """Runs until told to end."""
    parser = argparse.ArgumentParser(prog="python -m temirbek.stage.audio", description=__doc__)
    parser.add_argument("folder", type=Path, help="the run folder")
    parser.add_argument("--setup", default="{}", help="the venue's sound (SoundSetup as JSON)")
    parser.add_argument("--capture", type=Path, help="a raw file for all that is played, for proof")
    arguments = parser.parse_args()
    priority = raise_priority(is_real_time=True)
    from temirbek.stage.audio.engine import (
        Engine,
    )  # not before: a restart is quick however busy the machine is

    setup = from_json(SoundSetup, json.loads(arguments.setup))
    if read_kin(arguments.folder):  # part of a show, not asked for by itself
        end_when_left_alone(arguments.folder)
    with closing(Engine(arguments.folder, setup, arguments.capture)) as engine:

        def end(number: int, frame: FrameType | None) -> None:
            engine.is_over = True

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        settle()
        engine.run(priority, is_real_time=is_real_time())
    return 0


if __name__ == "__main__":
    sys.exit(main())
