"""The player: the process whose only work is to hand finished samples to the device, and to say where the device is.

It has no files to read and nothing to decide, so nothing in it can be late but its own waking. The engine starts it with
``python -m temirbek.stage.audio.player``; what it has to tell goes to the engine as JSON lines; it ends when the engine does.
"""

import gc
import json
import os
import select
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from temirbek.stage.audio.ring import Ring, Stereo
from temirbek.stage.audio.sinks import NullSink, Sink
from temirbek.stage.clock import SAMPLE_RATE_HZ, DeviceTime, SharedClock
from temirbek.store.nouns import from_json
from temirbek.types.evening import SoundSetup

LOOK_EVERY_S = 0.010
SWITCH_INTERVAL_S = 0.0005


class RingFeed:
    """Draws from the ring, and notes which frame sounds when."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._lock = threading.Lock()
        self.reported: tuple[int, float] = (0, 0.0)
        self.skipped = 0

    def fill(self, out: Stereo, sounds_at_host_s: float) -> None:
        """Gives the next samples."""
        self.reported = (self._ring.taken, sounds_at_host_s)
        self._ring.take(out)

    def skip(self, frames: int) -> None:
        """The device played silence for so many frames."""
        self.skipped += frames
        self._ring.skip_to(self._ring.taken + frames)

    def position(self) -> int:
        """The next frame."""
        return self._ring.taken


class Player:
    """One run of the output.

    Args:
        ring, clock: Shared with the engine.
        setup: Of the venue.
    """

    def __init__(self, ring: Ring, clock: SharedClock, setup: SoundSetup) -> None:
        self._ring, self._clock, self._setup = ring, clock, setup
        self._feed = RingFeed(ring)
        self._underruns = 0

    def run(self) -> None:
        """Plays until the engine is gone."""
        sink: Sink = NullSink(self._setup.buffer_ms / 1e3)
        tell({"event": "sink", "sink": sink.name, "why": "played to nobody, at the pace of the clock"})
        sink.start(self._feed)
        deadline_s = time.monotonic()
        told = (0, 0)
        while engine_is_there():
            frame, host_s = self._feed.reported
            if host_s:
                self._clock.write_device(
                    DeviceTime(
                        frame=frame, host_s=host_s, latency_s=sink.latency_s, underruns=self._underruns
                    )
                )
            state = (self._feed.skipped, self._ring.missed)
            if state != told:
                self._underruns += 1
                tell({"event": "underrun", "device_frames": state[0], "engine_frames": state[1]})
                told = state
            deadline_s += LOOK_EVERY_S
            time.sleep(max(0.0, deadline_s - time.monotonic()))
        sink.close()


def tell(body: dict[str, object]) -> None:
    """Tells the engine."""
    os.write(sys.stdout.fileno(), json.dumps(body).encode() + b"\n")


def engine_is_there() -> bool:
    """Whether the engine still holds the other end of our input."""
    ready, _, _ = select.select([sys.stdin], [], [], 0.0)
    return not ready or bool(os.read(sys.stdin.fileno(), 1))


def main(arguments: Sequence[str]) -> int:
    """``player RUN SETUP_JSON``."""
    folder = Path(arguments[0])
    setup = from_json(SoundSetup, json.loads(arguments[1]))
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    with Ring.open(folder / "sound.ring") as ring, SharedClock.open(folder / "clock.shm") as clock:
        ring.block = SAMPLE_RATE_HZ // 100
        gc.collect()
        gc.freeze()
        gc.disable()
        Player(ring, clock, setup).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
