"""``python -m temirbek.stage.robots RUN_FOLDER --cast JSON [--body simulated|fake] [--zones JSON] [--seed N]``: the robots' process."""

import argparse
import json
import logging
import sys
from pathlib import Path

from temirbek.errors import InvalidInput, TemirbekError
from temirbek.processes import end_when_left_alone, read_kin
from temirbek.stage.robots.process import RobotsProcess
from temirbek.store.nouns import from_json
from temirbek.types import Performer, Zone


def read_cast(text: str) -> tuple[Performer, ...]:
    """A cast as JSON, or as ``@file``.

    Raises:
        InvalidInput: It is none.
    """
    try:
        rows = json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
        performers = from_json(_Cast, rows)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"--cast: expected a list of performers as JSON ({error})") from error
    return performers


_Cast = tuple[Performer, ...]
_Zones = tuple[Zone, ...]


def main(arguments: list[str]) -> int:
    """Runs the robots until the process is told to end."""
    parser = argparse.ArgumentParser(prog="python -m temirbek.stage.robots", description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--cast", required=True)
    parser.add_argument("--body", choices=("simulated", "fake"), default="simulated")
    parser.add_argument("--zones", default="[]", help="floor of people, as JSON")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s robots %(levelname)s %(message)s")
    try:
        robots = RobotsProcess(options.run, read_cast(options.cast), options.body, seed=options.seed)
        if read_kin(options.run):
            end_when_left_alone(options.run)
        robots.run()
    except TemirbekError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
