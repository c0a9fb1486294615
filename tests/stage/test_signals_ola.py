"""Light as OLA, the Open Lighting Architecture, hears it: every frame that was sent is in its recording."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from temirbek.stage.signals.faults import Faults
from temirbek.stage.signals.light_desk import FRAME_S, LightDesk
from temirbek.types.evening import Fixture, Links, Peer

TOOLS = ("olad", "ola_dev_info", "ola_patch", "ola_recorder")
LINKS = Links(
    artnet=Peer(host="127.0.0.1", port=6454),
    fixtures=(Fixture(id="front", universe=0, channel=3, channels=("dimmer", "red", "green", "blue")),),
)


@pytest.fixture
def universe() -> Iterator[Path]:
    """OLA's universe 0 is fed by Art-Net; yields a folder of its own."""
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        pytest.skip(f"{', '.join(missing)}: not installed (ola)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ola-artnet.conf").write_text("ip = 127.0.0.1\nuse_loopback = true\nenabled = true\n")
        folder.chmod(0o777)
        as_nobody = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []  # olad refuses to be root
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        daemon = subprocess.Popen(
            [*as_nobody, "olad", "--config-dir", name, "--no-http", "-l", "0"],
            start_new_session=True,
            **quiet,
        )
        try:
            device = artnet_device()
            if not device:
                pytest.skip("olad does not start here, or has no Art-Net")
            subprocess.run(["ola_patch", "-d", device, "-p", "0", "-i", "-u", "0"], check=True, **quiet)
            yield folder
        finally:
            os.killpg(daemon.pid, signal.SIGTERM)
            daemon.wait()


def artnet_device() -> str:
    """The number of OLA's Art-Net device, once it answers."""
    for _ in range(40):
        told = subprocess.run(["ola_dev_info"], capture_output=True, text=True, check=False).stdout
        found = [line.split()[1].rstrip(":") for line in told.splitlines() if "ArtNet" in line]
        if found:
            return found[0]
        time.sleep(0.2)
    return ""


def test_ola_records_what_was_sent(universe: Path) -> None:
    record = universe / "show"
    recorder = subprocess.Popen(
        ["ola_recorder", "--record", str(record), "-u", "0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(1.0)
    faults = Faults(lambda body: None)
    with closing(LightDesk(LINKS, (), faults)) as desk:
        began_s = time.monotonic()
        desk.call("cool", 1.0, {"0.512": 9}, began_s)
        while (now_s := time.monotonic()) < began_s + 1.5:
            desk.look(now_s, None)
            time.sleep(FRAME_S)
    time.sleep(0.3)
    recorder.send_signal(signal.SIGINT)
    recorder.wait(10)
    lines = record.read_text().splitlines()
    frames = [[int(x) for x in line.split()[1].split(",")] for line in lines if "," in line]
    levels = [frame[2] for frame in frames]
    assert faults.all() == {}
    assert len(frames) >= 10
    assert levels == sorted(levels)
    assert frames[-1][:6] == [0, 0, 128, 77, 125, 255]
    assert frames[-1][511] == 9
