"""The player: the process whose only work is to hand finished samples to the device, and to say where the device is.

It reads no files and decides nothing, so nothing in it can be late but its own waking. The engine starts it with
``python -m temirbek.stage.audio.player``; what it has to tell goes to the engine as JSON lines; it ends when the engine does.

When a device is lost the null sink goes on in its place from the frame that would sound now, and the device is looked for
every few seconds. A new sink begins with the frame that is due when its first sample sounds: time goes on evenly.
"""

import json
import os
import select
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from temirbek.errors import DeviceLost
from temirbek.stage.audio.choice import choose, open_sink
from temirbek.stage.audio.priority import PLAYER_PRIORITY, keep_in_memory, raise_priority, settle
from temirbek.stage.audio.ring import CHANNELS, Ring, Stereo
from temirbek.stage.audio.sinks import NullSink, Sink
from temirbek.stage.audio.tape import Tape
from temirbek.stage.audio.timing import DeviceClock
from temirbek.stage.clock import DeviceTime, SharedClock
from temirbek.store.nouns import from_json
from temirbek.types.evening import SoundSetup

LOOK_EVERY_S = 0.010
TELL_EVERY_S = 1.0
LOOK_FOR_DEVICE_EVERY_S = 2.0
FRAME_BYTES = 4 * CHANNELS

Tell = Callable[[dict[str, Any]], None]


class RingFeed:
    """Draws from the ring for one sink, and notes which frame sounds when.

    Args:
        ring: To draw from.
        due: What should sound when, if the ring was played before: the first frame is found by it.
        capture: Gets what was given, by frame.
    """

    def __init__(self, ring: Ring, due: DeviceTime | None = None, capture: Tape | None = None) -> None:
        self._ring, self._due, self._capture = ring, due, capture
        self.reported: tuple[int, float, int] | None = None
        """Frame, when it sounds, and how many gaps there were before it."""
        self.skipped = 0
        self.gaps = 0

    def fill(self, out: Stereo, sounds_at_host_s: float) -> None:
        """Gives the next samples."""
        if self.reported is None and self._due is not None:
            self._ring.seek(round(self._due.frame_at(sounds_at_host_s)))
        first = self._ring.taken
        self._ring.take(out)
        if self._capture is not None:
            self._capture.add(first, out)
        self.reported = (first, sounds_at_host_s, self.gaps)

    def skip(self, frames: int) -> None:
        """The device played silence for so many frames."""
        self._ring.seek(self._ring.taken + frames)
        self.skipped += frames
        self.gaps += 1

    def gap(self) -> None:
        """The device played silence for a while."""
        self.gaps += 1


class Player:
    """One run of the output.

    Args:
        ring, clock: Shared with the engine.
        setup: Of the venue.
        tell: Says what happens.
        folder: Of the run.
        capture: Gets what is played, by frame; None for nobody.
        sink: To begin with; what the venue asks for, if not given.
        reopen: Opens the venue's sink again.
    """

    def __init__(
        self,
        ring: Ring,
        clock: SharedClock,
        setup: SoundSetup,
        tell: Tell,
        *,
        folder: Path,
        capture: Tape | None = None,
        sink: Sink | None = None,
        reopen: Callable[[SoundSetup, Path], Sink] = open_sink,
    ) -> None:
        self._ring, self._clock, self._setup, self._tell = ring, clock, setup, tell
        self._folder, self._capture, self._reopen = folder, capture, reopen
        self._given = sink
        self._time = DeviceClock()
        self._due_before: DeviceTime | None = None
        self._is_lost = self._has_begun = False
        self._look_at_s = self._tell_at_s = 0.0
        self._underruns = self._told_missed = 0

    def start(self, due: DeviceTime | None = None) -> None:
        """Takes the sink that the venue asks for, or the one that is to be had; ``due`` if it played before."""
        if self._given is not None:
            self._take(self._given, "given", due)
            return
        choice = choose(self._setup, self._folder)
        try:
            self._take(choice.sink, choice.why, due)
            self._is_lost = not choice.is_wanted
        except DeviceLost as error:
            self._fall_back(f"{error}", due)

    def close(self) -> None:
        """Ends."""
        self._sink.close()

    def look(self) -> None:
        """Once in a period: tells the clock, and looks after the device."""
        now_s = time.monotonic()
        self._follow()
        why_dead = self._sink.why_dead()
        if why_dead:
            self._tell({"event": "lost", "sink": self._sink.name, "why": why_dead, "host_s": now_s})
            self._sink.close()
            self._fall_back(why_dead, self._due())
        elif self._is_lost and now_s >= self._look_at_s:
            self._look_at_s = now_s + LOOK_FOR_DEVICE_EVERY_S
            self._come_back()
        self._tell_faults(now_s)

    def _take(self, sink: Sink, why: str, due: DeviceTime | None) -> None:
        self._feed = RingFeed(self._ring, due, self._capture)
        self._sink = sink
        self._ring.block = sink.block
        self._seen_gaps = 0
        self._time, self._due_before = DeviceClock(), due
        sink.start(self._feed)
        self._tell({"event": "sink", "sink": sink.name, "words": sink.words, "why": why})

    def _fall_back(self, why: str, due: DeviceTime | None) -> None:
        self._is_lost = True
        self._look_at_s = time.monotonic() + LOOK_FOR_DEVICE_EVERY_S
        latency_s = None if self._setup.latency_ms is None else self._setup.latency_ms / 1e3
        self._take(NullSink(self._setup.buffer_ms / 1e3, latency_s), why, due)

    def _come_back(self) -> None:
        try:
            sink = self._reopen(self._setup, self._folder)
        except DeviceLost:
            return  # not yet
        due, before = self._due(), self._sink
        before.close()
        try:
            self._take(sink, "it is there again", due)
        except DeviceLost as error:
            self._fall_back(f"{error}", due)
            return
        self._is_lost = False
        self._tell({"event": "back", "sink": sink.name, "host_s": time.monotonic()})

    def _due(self) -> DeviceTime | None:
        """What sounds when: of this sink, or of the one before while this one has not drawn; None before any did."""
        return (
            self._time.time(self._sink.latency_s, self._underruns) if self._time.is_set else self._due_before
        )

    def _follow(self) -> None:
        reported = self._feed.reported
        if reported is None:
            return
        frame, host_s, gaps = reported
        if gaps != self._seen_gaps:
            self._underruns += gaps - self._seen_gaps
            self._seen_gaps = gaps
            self._time.jump(frame, host_s)
        else:
            self._time.report(frame, host_s)
        self._clock.write_device(self._time.time(self._sink.latency_s, self._underruns))
        if not self._has_begun:
            self._has_begun = True
            self._tell({"event": "begun", "host_s": time.monotonic()})

    def _tell_faults(self, now_s: float) -> None:
        missed, skipped = self._ring.missed, self._feed.skipped
        if missed + skipped + self._underruns != self._told_missed:
            self._told_missed = missed + skipped + self._underruns
            self._tell(
                {
                    "event": "underrun",
                    "count": self._underruns,
                    "device_frames": skipped,
                    "engine_frames": missed,
                }
            )
        if now_s >= self._tell_at_s:
            self._tell_at_s = now_s + TELL_EVERY_S
            late_ms = round(1e3 * self._sink.lateness_s(), 3)
            jitter_ms = round(1e3 * self._time.jitter_s, 4)
            self._tell(
                {"event": "health", "latest_ms": late_ms, "jitter_ms": jitter_ms, "gaps": self._time.gaps}
            )


def tell_engine(body: dict[str, Any]) -> None:
    """One line to the engine."""
    os.write(sys.stdout.fileno(), json.dumps(body).encode() + b"\n")


def engine_is_there() -> bool:
    """Whether the engine still holds the other end of our input."""
    ready, _, _ = select.select([sys.stdin], [], [], 0.0)
    return not ready or bool(os.read(sys.stdin.fileno(), 1))


def capture_into(path: Path) -> Tape:
    """A tape that lies in a raw file, each frame at its own place: what was never played reads as silence."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    return Tape(
        lambda frame, sound: os.pwrite(descriptor, sound.tobytes(), frame * FRAME_BYTES),
        lambda: os.close(descriptor),
    )


def main(arguments: Sequence[str]) -> int:
    """``player RUN SETUP_JSON IS_CONTINUED [CAPTURE]``: plays until the engine is gone."""
    folder = Path(arguments[0])
    setup = from_json(SoundSetup, json.loads(arguments[1]))
    with Ring.open(folder / "sound.ring") as ring, SharedClock.open(folder / "clock.shm") as clock:
        granted = f"{raise_priority(is_real_time=True, priority=PLAYER_PRIORITY)}, {keep_in_memory()}"
        capture = capture_into(Path(arguments[3])) if len(arguments) > 3 else None
        if not os.read(sys.stdin.fileno(), 1):  # the engine says when it is ready, or is gone
            return 0
        player = Player(ring, clock, setup, tell_engine, folder=folder, capture=capture)
        player.start(clock.read().device if arguments[2] == "1" else None)
        tell_engine({"event": "priority", "of": "player", "granted": granted})
        settle()
        deadline_s = time.monotonic()
        while engine_is_there():
            player.look()
            deadline_s = max(deadline_s + LOOK_EVERY_S, time.monotonic() - LOOK_EVERY_S)
            time.sleep(max(0.0, deadline_s - time.monotonic()))
        player.close()
    if capture is not None:
        capture.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
