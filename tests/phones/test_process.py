"""The phones' process as the show starts it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient
from temirbek.phones.priority import NICE
from temirbek.phones.tokens import KEY_FILE, TokenKey

from .hall import PATIENCE_S
from .servers import free_port


def start(run: Path, *options: str) -> subprocess.Popen[bytes]:
    """A process of its own, at the head of a session like those of a show."""
    command = [sys.executable, "-m", "temirbek.phones", str(run), "--port", str(free_port()), *options]
    return subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)


def line_to(run: Path) -> PlainClient:
    """The conductor's line, as soon as it is there."""
    until_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return PlainClient(run / "phones.sock")
        except DeviceLost:
            assert time.monotonic() < until_s
            time.sleep(0.05)


def test_it_answers_its_conductor_comes_after_the_show_and_ends_when_told(tmp_path: Path) -> None:
    TokenKey.make(tmp_path / KEY_FILE, "a test")
    process = start(tmp_path)
    try:
        with line_to(tmp_path) as line:
            assert line.ask({"do": "status"})["phones"] == 0
            assert line.ask({"do": "dance"})["ok"] is False
            event = line.wait(PATIENCE_S)
            assert event is not None and event["event"] in ("phones", "claps", "wishes")
            if os.getpriority(os.PRIO_PROCESS, 0) <= 19 - NICE:
                own = os.getpriority(os.PRIO_PROCESS, 0)
                assert os.getpriority(os.PRIO_PROCESS, process.pid) == own + NICE
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.communicate()
    assert not (tmp_path / "phones.sock").exists()


@pytest.mark.parametrize(("options", "words"), [((), KEY_FILE), (("--bus", "carrier://pigeon"), "carrier")])
def test_what_is_missing_is_named_without_a_traceback(
    tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    if options:
        TokenKey.make(tmp_path / KEY_FILE, "a test")
    process = start(tmp_path, *options)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert words in said.decode() and "Traceback" not in said.decode()
