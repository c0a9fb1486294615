"""The engine's view of its player: starts it, hears it, and starts it again when it dies or hangs."""

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from temirbek.stage.clock import SharedClock
from temirbek.store.nouns import to_json
from temirbek.types.evening import SoundSetup

HANGS_S = 1.5
"""A player that has not told the clock for so long is ended: a device's library holds it."""
QUICK_S = 5.0
QUICK_DEATHS = 3
"""A player that dies so often, each time so soon, does without the device."""


class PlayerProcess:
    """One player at a time.

    Args:
        folder: Of the run.
        setup: Of the venue.
        clock: That the player tells.
        capture: See the engine.
    """

    def __init__(self, folder: Path, setup: SoundSetup, clock: SharedClock, capture: Path | None) -> None:
        self._folder, self._setup, self._clock, self._capture = folder, setup, clock, capture
        self._process: subprocess.Popen[bytes] | None = None
        self._heard = b""
        self._started_s = 0.0
        self._quick_deaths = 0
        self._state: dict[str, Any] = {}
        self._may_go = False
        self.has_begun = False
        """Whether a device has drawn: from then on it is known when anything sounds."""

    def start(self) -> None:
        """Starts one; the first one waits for :meth:`go`, a later one goes on where the one before ended."""
        setup = json.dumps(to_json(self._setup))
        arguments = [str(self._folder), setup, "1" if self.has_begun else "0"]
        arguments += [str(self._capture)] if self._capture is not None else []
        self._started_s = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "temirbek.stage.audio.player", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        self._heard = b""
        if self._may_go:
            self.go()

    def go(self) -> None:
        """Lets it draw from the ring, which had better be filled; and every later one."""
        self._may_go = True
        assert self._process is not None and self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()

    def look(self) -> list[dict[str, Any]]:
        """What it told since last time; starts another one if need be."""
        events = self._hear()
        why = self._why_dead()
        if why:
            events.append({"event": "player_lost", "why": why})
            self._end()
            if time.monotonic() - self._started_s < QUICK_S:
                self._quick_deaths += 1
            else:
                self._quick_deaths = 0
            if self._quick_deaths >= QUICK_DEATHS and self._setup.sink != "null":
                self._setup = replace(self._setup, sink="null")
                events.append({"event": "lost", "sink": self._setup.sink, "why": "its player keeps dying"})
            self.start()
        return events

    def state(self) -> dict[str, Any]:
        """What it told last about its sink, its priority and its health."""
        return dict(self._state)

    def close(self) -> None:
        """Asks it to end, by hanging up."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(HANGS_S)
            self._end()

    def _end(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process = None

    def _hear(self) -> list[dict[str, Any]]:
        assert self._process is not None and self._process.stdout is not None
        with contextlib.suppress(BlockingIOError):
            self._heard += os.read(self._process.stdout.fileno(), 1 << 16)
        *lines, self._heard = self._heard.split(b"\n")
        events = [json.loads(line) for line in lines]
        for event in events:
            if event["event"] in ("sink", "priority", "health"):
                self._state[event["event"]] = {k: v for k, v in event.items() if k != "event"}
            self.has_begun |= event["event"] == "begun"
        return events

    def _why_dead(self) -> str:
        assert self._process is not None
        status = self._process.poll()
        if status is not None:
            return f"it ended with status {status}"
        now_s = time.monotonic()
        written_s = self._clock.read().device.written_s
        if self.has_begun and now_s - max(written_s, self._started_s + QUICK_S) > HANGS_S:
            return f"it has told nothing for {now_s - written_s:.1f} s"
        return ""
