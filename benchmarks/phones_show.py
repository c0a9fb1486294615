"""The cues of a whole show while all phones storm: a run as ``temirbek run`` starts it, with its own conductor and phones' process.

A chain of light cues, each due a fifth of a second after the one before, first while all phones are connected and silent, then
while they vote, clap and hear. From the run's log: how much later than due each was fired, and from there until the lights' own
process has begun it.
"""

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
from live_console import LiveConsole
from phones_client import Server, free_port

from live import begin, give_go
from temirbek.lines import PlainClient
from temirbek.phones.tokens import KEY_FILE, TokenKey
from temirbek.processes import read_kin
from temirbek.stage.run_folder import RunFolder
from temirbek.store.event_log import LogReader

DUE_S = 0.2
PATIENCE_S = 60.0
HEAD = """
format = 1
title = "Cues in a storm"
seed = 1
[music]
source = "demo"
[venue.sound]
sink = "null"
[venue.phones]
port = {port}
"""
CUE = """
[[cues]]
id = "{name}_{number}"
kind = "light"
title = "Light {number}"
look = "warm"
follow = "{follow}"
post_wait_s = {post_wait_s}
"""


class RunServer(Server):
    """The phones' process of a run.

    Args:
        run: The run.
        port: Where phones connect.
    """

    def __init__(self, run: RunFolder, port: int) -> None:
        self.port, self.pid = port, read_kin(run.path)["phones"].pid
        self.line = PlainClient(run.path / "phones.sock")


class Show:
    """A run with its processes, and somebody at its console.

    Args:
        folder: For the run.
        cues: How many cues each chain has.
        server_core: Where the phones' process runs; all others run anywhere.
    """

    def __init__(self, folder: Path, cues: int, server_core: int | None) -> None:
        self._cues, self._port = cues, free_port()
        text = HEAD.format(port=self._port)
        for name in ("quiet", "stormy"):
            for number in range(cues):
                is_last = number + 1 == cues
                text += CUE.format(
                    name=name,
                    number=number,
                    follow="manual" if is_last else "auto_continue",
                    post_wait_s=0.0 if is_last else DUE_S,
                )
        show = folder / "show.toml"
        show.write_text(text, encoding="utf-8")
        self.run, self._process = begin(folder, show, "lights_and_sound", is_captured=False)
        os.sched_setaffinity(
            self._process.pid, range(os.cpu_count() or 1)
        )  # long before it starts the others
        self.key = TokenKey.read(self.run.path / KEY_FILE)
        self._console = LiveConsole(self.run.path, patience_s=PATIENCE_S)
        self._console.wait_for(lambda s: bool(s.get("cues")), PATIENCE_S)
        self.server = RunServer(self.run, self._port)
        if server_core is not None:
            os.sched_setaffinity(self.server.pid, {server_core})

    def begin(self, name: str) -> None:
        """The first cue of a chain gets its GO."""
        give_go(self._console, f"{name}_0", PATIENCE_S)

    async def over(self, name: str) -> None:
        """Waits until the last cue of a chain has begun."""
        end_s = time.monotonic() + self._cues * DUE_S + PATIENCE_S
        while self._fired(name)[-1:] != [self._cues - 1]:
            if time.monotonic() > end_s:
                raise TimeoutError(f"the {name} chain did not come to its end")
            await asyncio.sleep(1.0)

    def _fired(self, name: str) -> list[int]:
        return [number for number, _ in self._told(name, "fired")]

    def _told(self, name: str, what: str) -> list[tuple[int, float]]:
        with LogReader(self.run.log) as log:
            told = [(str(e.event.payload["cue"]), e.event.host_s) for e in log.read() if e.event.type == what]
        return [(int(cue.split("_")[1]), at_s) for cue, at_s in told if cue.startswith(f"{name}_")]

    def late_ms(self, name: str) -> tuple[list[float], list[float]]:
        """How much later than due each cue of a chain was fired, and from there until it began [ms]."""
        fired, started = self._told(name, "fired"), dict(self._told(name, "started"))
        times = np.array([at_s for _, at_s in fired])
        until = [1e3 * (started[number] - at_s) for number, at_s in fired if number in started]
        return list(1e3 * (np.diff(times) - DUE_S)), until

    def close(self) -> None:
        """Ends all of it."""
        self._console.close()
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
