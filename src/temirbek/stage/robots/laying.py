"""Works a part out for the robots' loop, in a process of its own: ``python -m temirbek.stage.robots.laying PART FOLDER``."""

import os
import sys
from pathlib import Path

from temirbek.errors import TemirbekError
from temirbek.stage.robots.parts import lay_out

NICE = 10
"""The loop and the sound go first."""


def main(arguments: list[str]) -> int:
    """Lays a part out; says on the error stream why it cannot be."""
    os.setpriority(os.PRIO_PROCESS, 0, NICE)
    try:
        lay_out(Path(arguments[0]), Path(arguments[1]))
    except TemirbekError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
