"""``python -m temirbek.stage.audio RUN_FOLDER --setup JSON``: the sound process."""

import argparse
import json
import signal
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType

from temirbek.stage.audio.engine import Engine
from temirbek.store.nouns import from_json
from temirbek.types.evening import SoundSetup


def main() -> int:
    """Runs until told to end."""
    parser = argparse.ArgumentParser(prog="temirbek.stage.audio")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--setup", default="{}", help="SoundSetup as JSON")
    arguments = parser.parse_args()
    setup = from_json(SoundSetup, json.loads(arguments.setup))
    with closing(Engine(arguments.folder, setup)) as engine:

        def end(number: int, frame: FrameType | None) -> None:
            engine.is_over = True

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        engine.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
