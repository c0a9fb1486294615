"""``python -m temirbek.stage.dj RUN_FOLDER``: the DJ's process."""

import argparse
import contextlib
import os
import sys
from contextlib import closing
from pathlib import Path

from temirbek.lines import LineServer
from temirbek.processes import told_to_end
from temirbek.stage.dj.desk import DjDesk
from temirbek.stage.dj.sound import SoundProcess

NICENESS = -5
"""Who mixes for the hall does not wait for those who draw pictures of it; only the sound itself goes before."""


def main() -> int:
    """Runs until told to end."""
    parser = argparse.ArgumentParser(prog="temirbek.stage.dj")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    with contextlib.suppress(PermissionError):  # not everybody may; then it works as others do
        os.nice(NICENESS)
    with (
        LineServer(folder / "dj.sock") as server,
        closing(DjDesk(folder, SoundProcess(folder), server)) as desk,
    ):
        is_over = told_to_end()
        while not is_over():
            desk.serve_once()
    return 0


if __name__ == "__main__":
    sys.exit(main())
