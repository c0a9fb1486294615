"""The engine: takes commands, keeps the ring full, tells what happens, and keeps a player at work."""

import logging
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from temirbek.errors import InvalidInput
from temirbek.lines import LineServer, Message
from temirbek.stage.audio.desk import Desk, Done, Now, delay
from temirbek.stage.audio.mixer import Mixer
from temirbek.stage.audio.pace import get_ready
from temirbek.stage.audio.player_process import PlayerProcess
from temirbek.stage.audio.ring import Ring
from temirbek.stage.audio.voices import Take
from temirbek.stage.clock import SAMPLE_RATE_HZ, DeviceTime, SharedClock
from temirbek.types.evening import SoundSetup

logger = logging.getLogger(__name__)

LEAD = SAMPLE_RATE_HZ // 4
"""So far ahead of the device sound is made [frames]."""
PATIENT_LEAD = 3 * SAMPLE_RATE_HZ // 5
"""The same for an engine that has to queue for the processor with everybody else."""
MOST_AHEAD = SAMPLE_RATE_HZ
TICK_S = 0.010
CHUNK = 2400
SAFE = round(0.012 * SAMPLE_RATE_HZ)
"""What the device takes within so short a time is not written anew: making it takes a while [frames]."""
TRIES = 3
LEVEL_EVERY_S = 0.1


class Engine:
    """The sound process.

    Args:
        folder: Of the run: sound.sock, sound.ring and clock.shm lie there.
        setup: Of the venue.
        capture: A raw file for all that is played (float32, interleaved, each output frame at its place), or None.
    """

    def __init__(self, folder: Path, setup: SoundSetup, capture: Path | None = None) -> None:
        self._folder = folder
        self._mixer = Mixer()
        self._desk = Desk(self._mixer)
        self._server = LineServer(folder / "sound.sock")
        self._clock = SharedClock.create(folder / "clock.shm")
        self._ring = Ring.create(folder / "sound.ring")
        self._player = PlayerProcess(folder, setup, self._clock, capture)
        self._silent: dict[str, int] = {}
        self._level_at_s = 0.0
        self._priority = ""
        self._lead = LEAD
        self.is_over = False

    def run(self, priority: str, *, is_real_time: bool) -> None:
        """Serves until told to end; ``priority``: what the system granted, in words and whether it is first in line."""
        self._priority = priority
        self._lead = LEAD if is_real_time else PATIENT_LEAD
        self._player.start()
        get_ready()  # not by a thread of its own: the music would have to wait for it
        self._fill()
        self._player.go()
        deadline_s = time.monotonic()
        while not self.is_over:
            self._tick()
            deadline_s = max(deadline_s + TICK_S, time.monotonic())
            while not self.is_over:
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    break
                for message in self._server.poll(left_s) if self._player.has_begun else self._wait(left_s):
                    self._answer(message)

    def close(self) -> None:
        """Lets go of everything."""
        self._player.close()
        self._mixer.close()
        self._server.close()
        self._clock.close()
        self._ring.close()
        (self._folder / "sound.ring").resolve().unlink(missing_ok=True)

    def _wait(self, left_s: float) -> list[Message]:
        """Before the device has begun nobody can be told when anything sounds: questions wait."""
        time.sleep(left_s)
        return []

    def _tick(self) -> None:
        for event in self._player.look():
            self._server.publish(event)
        self._fill()
        self._tell()

    # --- the ring ---

    def _fill(self) -> None:
        self._make_up()
        ring = self._ring
        if ring.written < ring.taken:  # fell behind: goes on where the device is
            self._make(ring.taken, CHUNK)  # without a gap: in one would sound what lay there a ring ago
        goal = ring.taken + self._lead
        if self._player.has_begun:  # while no device draws, what will be due when one does
            goal = max(
                goal,
                min(round(self._device().frame_at(time.monotonic())) + self._lead, ring.taken + MOST_AHEAD),
            )
        while ring.written < goal:
            self._make(ring.written, CHUNK)

    def _make_up(self) -> None:
        """Makes anew what lacked samples, as long as it was not taken; counts what was."""
        missing, self._mixer.missing = self._mixer.missing, {}
        if not missing:
            self._tell_resumed()
            return
        earliest = self._earliest()
        for voice, frame in missing.items():
            if frame < earliest:
                if voice not in self._silent:
                    self._server.publish({"event": "starving", "voice": voice, "is_over": False})
                self._silent[voice] = self._silent.get(voice, 0) + earliest - frame
        for voice in self._silent.keys() - missing.keys():
            self._resumed(voice)
        self._again(min(missing.values()))

    def _tell_resumed(self) -> None:
        for voice in list(self._silent):
            self._resumed(voice)

    def _resumed(self, voice: str) -> None:
        silent_s = self._silent.pop(voice) / SAMPLE_RATE_HZ
        self._server.publish({"event": "starving", "voice": voice, "is_over": True, "silent_s": silent_s})

    def _earliest(self) -> int:
        """The first frame that can still be written anew."""
        return self._ring.taken + self._ring.block + SAFE

    def _again(self, first: int) -> int:
        """Makes anew what was made already, from ``first`` or as early as can be; returns from where."""
        first = max(first, self._earliest())
        if self._ring.written > first:
            self._make(first, self._ring.written - first)
        return first

    def _make(self, first: int, n: int) -> None:
        self._ring.write(first, self._mixer.render(first, n))

    # --- commands ---

    def _answer(self, message: Message) -> None:
        body = message.body
        try:
            answer = {"ok": True, **(self._state() if body.get("do") == "state" else self._do(body))}
        except InvalidInput as error:
            answer = {"ok": False, "reason": str(error)}
        except Exception as error:  # whatever one command does, the music goes on
            logger.exception("%s", body)
            answer = {"ok": False, "reason": f"{type(error).__name__}: {error}"}
        if "id" in body:
            answer["id"] = body["id"]
        self._server.send(message.client, answer)

    def _do(self, body: dict[str, Any]) -> dict[str, Any]:
        done = self._desk.do(
            body, Now(earliest=self._earliest(), written=self._ring.written, device=self._device())
        )
        answer = done.answer
        if done.frame is not None:
            made_from = self._again(done.frame)
            if done.begun is not None:
                answer = self._in_time(done, done.begun, made_from)
        self._clock.write_spans(self._mixer.spans())
        return answer

    def _in_time(self, done: Done, take: Take, made_from: int) -> dict[str, Any]:
        """A take whose first frames the device took while they were made begins a little later, but whole."""
        for _ in range(TRIES):
            if max(self._ring.taken, made_from) <= take.start:
                break
            delay(take, self._earliest() - take.start)
            made_from = self._again(take.start)
        return {**done.answer, "frame": take.start, "host_s": self._device().host_at(take.start)}

    def _state(self) -> dict[str, Any]:
        reading = self._clock.read()
        frame = round(reading.device.frame_at(reading.host_s))
        voices = {
            take.voice: {
                "programme": take.programme,
                "mix_frame": round(take.mix_frame_at(max(frame, take.start))),
                "rate": take.leg_at(frame).rate,
                "gain": take.gain.at(frame),
                "is_begun": take.start <= frame,
            }
            for take in self._mixer.takes()
            if (over := take.over_at()) is None or over > frame
        }
        return {
            **self._player.state(),
            "priority": self._priority,
            "voices": voices,
            "host_s": reading.host_s,
            "mix_s": reading.mix_s,
            "programme": reading.programme,
            "is_playing": reading.is_playing,
            "latency_s": reading.latency_s,
            "underruns": reading.device.underruns,
        }

    # --- events ---

    def _device(self) -> DeviceTime:
        return self._clock.read().device

    def _tell(self) -> None:
        if not self._player.has_begun:
            return
        device, now_s = self._device(), time.monotonic()
        sounding = math.floor(device.frame_at(now_s))
        for take in self._mixer.takes():
            self._tell_take(take, sounding, device.host_at)
        if now_s - self._level_at_s >= LEVEL_EVERY_S:
            self._level_at_s = now_s
            self._server.publish({"event": "level", **self._level(sounding)})
            self._mixer.forget_before(sounding)

    def _tell_take(self, take: Take, sounding: int, host_at: Callable[[float], float]) -> None:
        about = {"voice": take.voice, "programme": take.programme}
        if not take.is_started and sounding >= take.start:
            take.is_started = True
            self._server.publish({"event": "started", **about, "host_s": host_at(take.start)})
        over = take.over_at()
        if not take.is_ended and over is not None and sounding >= over:
            take.is_ended = True
            why = take.why_stopped if take.stop == over else "over"
            mix_frame = round(take.mix_frame_at(over))
            self._server.publish(
                {"event": "ended", **about, "host_s": host_at(over), "mix_frame": mix_frame, "why": why}
            )

    def _level(self, sounding: int) -> dict[str, float]:
        n = round(LEVEL_EVERY_S * SAMPLE_RATE_HZ)
        sound = self._ring.peek(max(0, sounding - n), n)
        rms, peak = float(np.sqrt(np.mean(sound**2))), float(np.abs(sound).max())
        return {"rms": round(rms, 5), "peak": round(peak, 5)}
