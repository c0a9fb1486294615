"""The engine: takes commands, keeps the ring full, tells what happens."""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.stage.audio.mixer import MUSIC, Duck, Mixer, fade
from temirbek.stage.audio.ring import Ring
from temirbek.stage.audio.sources import open_source
from temirbek.stage.audio.voices import Gain, Leg, Piece, Take
from temirbek.stage.clock import SAMPLE_RATE_HZ, DeviceTime, SharedClock
from temirbek.stage.lines import LineServer, Message
from temirbek.store.nouns import to_json
from temirbek.types.evening import SoundSetup

LEAD_S = 0.25
"""So far ahead of the device sound is made."""
TICK_S = 0.010
CHUNK = 2400
SAFE_S = 0.010
"""What the device takes within so short a time is not written anew."""
LEVEL_EVERY_S = 0.1


class Engine:
    """The sound process.

    Args:
        folder: Of the run: sound.sock, sound.ring and clock.shm lie there.
        setup: Of the venue.
    """

    def __init__(self, folder: Path, setup: SoundSetup) -> None:
        self._folder, self._setup = folder, setup
        self.mixer = Mixer()
        self._marks: list[tuple[int, dict[str, Any]]] = []
        self._clock = SharedClock.create(folder / "clock.shm")
        self._ring = Ring.create(folder / "sound.ring")
        self._server = LineServer(folder / "sound.sock")
        self._player: subprocess.Popen[bytes] | None = None
        self._told = b""
        self._sink = {"sink": "", "why": "starting"}
        self._level_at_s = 0.0
        self.is_over = False

    def run(self) -> None:
        """Serves until told to end."""
        self._start_player()
        deadline_s = time.monotonic()
        while not self.is_over:
            for message in self._server.poll(max(0.0, deadline_s - time.monotonic())):
                self._answer(message)
            now_s = time.monotonic()
            if now_s < deadline_s:
                continue
            deadline_s = max(deadline_s + TICK_S, now_s)
            self._tick()

    def close(self) -> None:
        """Lets go of everything."""
        if self._player is not None:
            assert self._player.stdin is not None and self._player.stdout is not None
            self._player.stdin.close()
            self._player.wait()
            self._player.stdout.close()
        self._server.close()
        self._clock.close()
        self._ring.close()

    def _start_player(self) -> None:
        command = [sys.executable, "-m", "temirbek.stage.audio.player"]
        arguments = [str(self._folder), json.dumps(to_json(self._setup))]
        self._player = subprocess.Popen([*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._player.stdout is not None
        os.set_blocking(self._player.stdout.fileno(), False)

    def _tick(self) -> None:
        self._hear_player()
        self._fill()
        self._tell()

    def _hear_player(self) -> None:
        assert self._player is not None and self._player.stdout is not None
        with contextlib.suppress(BlockingIOError):
            self._told += os.read(self._player.stdout.fileno(), 1 << 16)
        *lines, self._told = self._told.split(b"\n")
        for line in lines:
            body = json.loads(line)
            if body["event"] == "sink":
                self._sink = body
            self._server.publish(body)

    def _fill(self) -> None:
        if self.mixer.missing_from is not None:
            self._again(self.mixer.missing_from)
        if self._ring.written < self._ring.taken:  # fell behind: goes on where the device is
            self._make(self._earliest(), CHUNK)
        goal = self._ring.taken + round(LEAD_S * SAMPLE_RATE_HZ)
        while self._ring.written < goal:
            self._make(self._ring.written, CHUNK)

    def _make(self, first: int, n: int) -> None:
        self._ring.write(first, self.mixer.render(first, n))

    def _earliest(self) -> int:
        """The first frame that can still be written anew."""
        return self._ring.taken + self._ring.block + round(SAFE_S * SAMPLE_RATE_HZ)

    def _again(self, first: int) -> int:
        """Makes anew what was made already, from ``first`` or as early as can be; returns from where."""
        self.mixer.missing_from = None
        first = max(first, self._earliest())
        made = self._ring.written
        if made > first:
            self._make(first, made - first)
        return first

    def _changed(self, first: int) -> None:
        self._again(first)
        self._clock.write_spans(self.mixer.spans())

    def _device(self) -> DeviceTime:
        return self._clock.read().device

    def _answer(self, message: Message) -> None:
        body = message.body
        try:
            command = getattr(self, f"_do_{body.get('do')}", None)
            if command is None:
                raise InvalidInput(f"{body.get('do')!r} is no command of the sound")
            answer = {"ok": True, **command(body)}
        except (InvalidInput, DeviceLost, KeyError, TypeError, ValueError) as error:
            answer = {"ok": False, "reason": f"{error}" if str(error) else repr(error)}
        if "id" in body:
            answer["id"] = body["id"]
        self._server.send(message.client, answer)

    def _do_play(self, body: dict[str, Any]) -> dict[str, Any]:
        voice, path = str(body["voice"]), Path(body["path"])
        source_frame = int(body.get("start_frame", 0))
        mix_frame = int(body.get("mix_frame", source_frame))
        source = open_source(path, source_frame)
        start = self._start_frame(body.get("at_host_s"))
        gain = Gain(10 ** (float(body.get("gain_db", 0.0)) / 20))
        fade_in = round(float(body.get("fade_in_s", 0.0)) * SAMPLE_RATE_HZ)
        if fade_in:
            gain.ramp(start, start + fade_in, gain.at(start), begin=0.0)
        take = Take(
            programme=str(body.get("programme", "")),
            start=start,
            pieces=[Piece(mix_frame=mix_frame, source=source, source_frame=source_frame)],
            legs=[Leg(frame=start, mix_frame=mix_frame)],
            gain=gain,
        )
        if source.n_frames is not None:
            take.end_mix_frame = mix_frame + source.n_frames - source_frame
        self.mixer.begin(voice, take)
        self._changed(start)
        host_s = self._device().host_at(start)
        self._marks.append(
            (start, {"event": "started", "voice": voice, "programme": take.programme, "host_s": host_s})
        )
        return {"host_s": host_s, "frame": start}

    def _start_frame(self, at_host_s: float | None) -> int:
        earliest = self._earliest()
        return earliest if at_host_s is None else max(earliest, round(self._device().frame_at(at_host_s)))

    def _do_stop(self, body: dict[str, Any]) -> dict[str, Any]:
        first = self._earliest()
        frames = round(float(body.get("seconds", 0.05)) * SAMPLE_RATE_HZ)
        for takes in self.mixer.takes.values():
            for take in takes:
                fade(take.gain, first, frames, -200.0)
                take.stop = min(take.stop or first + frames, first + frames)
        self._changed(first)
        return {"host_s": self._device().host_at(first)}

    def _do_fade(self, body: dict[str, Any]) -> dict[str, Any]:
        take = self._newest(body)
        first = max(self._earliest(), take.start)
        frames = round(float(body["seconds"]) * SAMPLE_RATE_HZ)
        fade(take.gain, first, frames, float(body.get("to_db", -200.0)))
        if body.get("then") == "stop":
            take.stop = first + frames
        self._changed(first)
        return {"host_s": self._device().host_at(first)}

    def _do_duck(self, body: dict[str, Any]) -> dict[str, Any]:
        self.mixer.ducks[str(body["voice"])] = Duck(
            voice=str(body["voice"]),
            under=str(body["while"]),
            by_db=float(body["by_db"]),
            attack=round(float(body.get("attack_s", 0.2)) * SAMPLE_RATE_HZ),
            release=round(float(body.get("release_s", 0.5)) * SAMPLE_RATE_HZ),
        )
        self._changed(self._earliest())
        return {}

    def _do_state(self, body: dict[str, Any]) -> dict[str, Any]:
        reading = self._clock.read()
        voices = {
            voice: {"programme": takes[-1].programme, "start": takes[-1].start}
            for voice, takes in self.mixer.takes.items()
            if takes
        }
        return {
            "sink": self._sink,
            "voices": voices,
            "mix_s": reading.mix_s,
            "programme": reading.programme,
            "is_playing": reading.is_playing,
            "host_s": reading.host_s,
        }

    def _newest(self, body: dict[str, Any]) -> Take:
        take = self.mixer.newest(str(body["voice"]))
        if take is None:
            raise InvalidInput(f"the voice {body['voice']!r} plays nothing")
        return take

    def _tell(self) -> None:
        now_s = time.monotonic()
        sounding = int(self._device().frame_at(now_s))
        due = [body for frame, body in self._marks if frame <= sounding]
        self._marks = [(frame, body) for frame, body in self._marks if frame > sounding]
        for body in due:
            self._server.publish(body)
        if now_s - self._level_at_s >= LEVEL_EVERY_S:
            self._level_at_s = now_s
            n = round(LEVEL_EVERY_S * SAMPLE_RATE_HZ)
            sound = self._ring.peek(max(0, sounding - n), n)
            rms = float(np.sqrt(np.mean(sound**2)))
            self._server.publish({"event": "level", "rms": round(rms, 4), "voice": MUSIC})
            self.mixer.forget_before(sounding)
