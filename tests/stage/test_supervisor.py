"""The supervisor: who dies is started again, who lives is adopted, and when the conductor closes the show all end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from temirbek.processes import Kin, kin_of, read_kin
from temirbek.stage.supervisor import write_plan

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
CLOSES = "import pathlib,sys,time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.02)"


def wait_for(what: Callable[[], bool], seconds: float = 20.0) -> None:
    """Waits until something is true."""
    end_s = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end_s, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Path]:
    write_plan(
        tmp_path,
        {"sound": SLEEPER, "conductor": [sys.executable, "-c", CLOSES, str(tmp_path / "close")]},
    )
    yield tmp_path
    for kin in read_kin(tmp_path).values():
        kin.kill()


def supervise(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "temirbek.stage.supervisor", str(folder)])


def living(folder: Path) -> dict[str, Kin]:
    return {name: kin for name, kin in read_kin(folder).items() if kin.is_alive()}


def test_who_dies_is_started_again_and_the_close_ends_all(run: Path) -> None:
    supervisor = supervise(run)
    wait_for(lambda: living(run).keys() == {"supervisor", "sound", "conductor"})
    first = living(run)
    first["sound"].kill()
    wait_for(lambda: "sound" in living(run) and living(run)["sound"] != first["sound"])
    assert living(run)["conductor"] == first["conductor"]
    sound = living(run)["sound"]
    (run / "close").touch()
    assert supervisor.wait(20) == 0
    assert not sound.is_alive() and not first["conductor"].is_alive()


def test_a_new_supervisor_adopts_who_lives(run: Path) -> None:
    first = supervise(run)
    wait_for(lambda: len(living(run)) == 3)
    before = living(run)
    first.kill()
    first.wait()
    assert before["sound"].is_alive(), "who was started survives"
    second = supervise(run)
    wait_for(lambda: living(run).get("supervisor") == kin_of(second.pid))
    assert {n: k for n, k in living(run).items() if n != "supervisor"} == {
        n: k for n, k in before.items() if n != "supervisor"
    }
    before["sound"].kill()
    wait_for(lambda: "sound" in living(run))
    second.send_signal(signal.SIGINT)
    assert second.wait(20) == 0
    assert living(run) == {}


def test_a_stranger_with_the_same_number_is_no_kin() -> None:
    me = kin_of(os.getpid())
    assert me.is_alive()
    assert not Kin(pid=me.pid, born=me.born + 1).is_alive()
