"""``python -m temirbek.stage.dj RUN_FOLDER``: the DJ's process."""

import argparse
import signal
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType

from temirbek.stage.dj.desk import DjDesk
from temirbek.stage.dj.sound import SoundProcess
from temirbek.stage.lines import LineServer


def main() -> int:
    """Runs until told to end."""
    parser = argparse.ArgumentParser(prog="temirbek.stage.dj")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    with (
        LineServer(folder / "dj.sock") as server,
        closing(DjDesk(folder, SoundProcess(folder), server)) as desk,
    ):

        def end(number: int, frame: FrameType | None) -> None:
            desk.is_over = True

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        while not desk.is_over:
            desk.serve_once()
    return 0


if __name__ == "__main__":
    sys.exit(main())
