"""The command line, run as a user runs it, in this process."""

from pathlib import Path

import pytest

from temirbek.cli import main


def run(monkeypatch: pytest.MonkeyPatch, cache: Path, *words: object) -> int:
    """Runs a command; its exit status."""
    monkeypatch.setattr("sys.argv", ["temirbek", "--cache", str(cache), *map(str, words)])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0
