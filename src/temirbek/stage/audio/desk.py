"""What can be asked of the sound, and what each command changes. Decides only: no clock, no socket, no device."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temirbek.errors import InvalidInput
from temirbek.stage.audio.mixer import Duck, Mixer
from temirbek.stage.audio.pace import LEAST_RATE, LONG_SEAM, MOST_RATE, is_stretched, plan_rate
from temirbek.stage.audio.sources import Source, open_source
from temirbek.stage.audio.voices import SILENT_DB, Gain, Leg, Piece, Take
from temirbek.stage.clock import SAMPLE_RATE_HZ, DeviceTime

STOP_S = 0.05

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command did.

    Attributes:
        frame: The first output frame that sounds otherwise than before; None where nothing does.
        answer: For whoever asked.
        begun: The take that it began.
    """

    frame: int | None
    answer: dict[str, Any]
    begun: Take | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """When a command comes.

    Attributes:
        earliest: The first output frame that can still be changed, if that is done quickly.
        written: The first output frame that has not been made: whatever takes long to make begins there.
        device: The device's map.
    """

    earliest: int
    written: int
    device: DeviceTime


class Desk:
    """Commands → the mixer.

    Args:
        mixer: Whose takes are changed.
        opened: How files are opened.
    """

    def __init__(self, mixer: Mixer, opened: Callable[[Path, int], Source] = open_source) -> None:
        self._mixer, self._open = mixer, opened
        self._commands: dict[str, Callable[[Body, Now], Done]] = {
            "play": self._play,
            "splice": self._splice,
            "end": self._end,
            "fade": self._fade,
            "duck": self._duck,
            "rate": self._rate,
            "stop": self._stop,
        }

    def do(self, body: Body, now: Now) -> Done:
        """Does what was asked.

        Raises:
            InvalidInput: It cannot be done; the message says why, and what could be.
        """
        command = self._commands.get(str(body.get("do")))
        if command is None:
            known = ", ".join([*self._commands, "state"])
            raise InvalidInput(f"the sound knows no command {body.get('do')!r}; it knows {known}")
        return command(body, now)

    def _play(self, body: Body, now: Now) -> Done:
        start_frame = _whole(body, "start_frame", 0)
        mix_frame = _whole(body, "mix_frame", start_frame)
        start = now.earliest
        if body.get("at_host_s") is not None:
            start = max(start, round(now.device.frame_at(_number(body, "at_host_s"))))
        gain = Gain(10 ** (_number(body, "gain_db", 0.0) / 20))
        fade_in = _frames(body, "fade_in_s", 0.0)
        if fade_in:
            gain.ramp(start, start + fade_in, gain.at(start), begin=0.0)
        voice, programme = _text(body, "voice"), str(body.get("programme", ""))
        source = self._open(Path(_text(body, "path")), start_frame)
        take = Take(
            voice=voice,
            programme=programme,
            start=start,
            pieces=[Piece(mix_frame=mix_frame, source=source, source_frame=start_frame)],
            legs=[Leg(frame=start, mix_frame=mix_frame)],
            gain=gain,
            end_mix_frame=_end_of(source, mix_frame, start_frame),
        )
        self._mixer.begin(take)
        return self._done(now, start, begun=take)

    def _splice(self, body: Body, now: Now) -> Done:
        take, mix_frame = self._playing(body), _whole(body, "mix_frame")
        start_frame = _whole(body, "start_frame", 0)
        frame, earliest = take.frame_of(mix_frame), max(now.earliest, take.start)
        stretches = any(is_stretched(leg) for leg in [take.leg_at(earliest), take.leg_at(frame)])
        if stretches:
            earliest = max(earliest, now.written) + LONG_SEAM
        if frame < earliest:
            first = int(take.mix_frame_at(earliest)) + 1
            raise InvalidInput(
                f"mix frame {mix_frame} has been handed over; the earliest that can be spliced is {first}"
            )
        source = self._open(Path(_text(body, "path")), start_frame)
        for piece in take.pieces:
            if piece.mix_frame >= mix_frame:
                piece.source.close()
        take.pieces = [p for p in take.pieces if p.mix_frame < mix_frame]
        take.pieces.append(Piece(mix_frame=mix_frame, source=source, source_frame=start_frame))
        take.end_mix_frame = _end_of(source, mix_frame, start_frame)
        if stretches:  # what has been made of the old sound goes up to here, the new one is joined to it
            here = take.leg_at(earliest)
            anew = Leg(frame=earliest, mix_frame=here.mix_frame_at(earliest), rate=here.rate)
            before = [leg for leg in take.legs if leg.frame < earliest]
            take.legs = [*before, anew, *(leg for leg in take.legs if leg.frame > earliest)]
            frame = earliest - LONG_SEAM
            self._mixer.changed(take, earliest)
        return self._done(now, frame)

    def _end(self, body: Body, now: Now) -> Done:
        take, mix_frame = self._playing(body), _whole(body, "mix_frame")
        frame = take.frame_of(mix_frame)
        if frame < now.earliest:
            first = int(take.mix_frame_at(now.earliest)) + 1
            raise InvalidInput(f"mix frame {mix_frame} has been handed over; the earliest end is {first}")
        before = take.over_at()
        take.end_mix_frame = mix_frame
        return self._done(now, frame if before is None else min(frame, before))

    def _fade(self, body: Body, now: Now) -> Done:
        take, frames = self._playing(body), _frames(body, "seconds")
        first, to_db = max(now.earliest, take.start), _number(body, "to_db", SILENT_DB)
        then = body.get("then", "keep")
        if then not in ("stop", "keep"):
            raise InvalidInput(f"then: {then!r}; expected 'stop' or 'keep'")
        take.gain.ramp(first, first + frames, 10 ** (to_db / 20) if to_db > SILENT_DB else 0.0)
        if then == "stop":
            take.stop, take.why_stopped = min(first + frames, take.stop or first + frames), "faded"
        return self._done(now, first)

    def _duck(self, body: Body, now: Now) -> Done:
        duck = Duck(
            voice=_text(body, "voice"),
            under=_text(body, "while"),
            by_db=_number(body, "by_db"),
            attack=_frames(body, "attack_s", 0.2),
            release=_frames(body, "release_s", 0.6),
            hold=_frames(body, "hold_s", 0.0),
        )
        self._mixer.ducks[duck.voice] = duck
        return self._done(now, now.earliest)

    def _rate(self, body: Body, now: Now) -> Done:
        take, ratio = self._playing(body), _number(body, "ratio")
        if not LEAST_RATE <= ratio <= MOST_RATE:
            raise InvalidInput(f"ratio: {ratio}; expected {LEAST_RATE} to {MOST_RATE}")
        first = plan_rate(take, now.earliest, now.written, ratio)
        self._mixer.changed(take, first)
        return self._done(now, min(first, max(now.written, first - LONG_SEAM)), sounds=first)

    def _stop(self, body: Body, now: Now) -> Done:
        frames = _frames(body, "seconds", STOP_S)
        for take in self._mixer.takes():
            take.cut(now.earliest, frames, "stopped")
        return self._done(now, now.earliest)

    def _playing(self, body: Body) -> Take:
        voice = _text(body, "voice")
        take = self._mixer.newest(voice)
        if take is None or take.is_ended:
            raise InvalidInput(f"the voice {voice!r} plays nothing")
        if body.get("of", take.programme) != take.programme:  # meant for something that plays no more
            raise InvalidInput(f"the voice {voice!r} plays {take.programme!r}, not {body['of']!r}")
        return take

    def _done(self, now: Now, frame: int, *, sounds: int | None = None, begun: Take | None = None) -> Done:
        heard = frame if sounds is None else sounds
        answer = {"frame": heard, "host_s": now.device.host_at(heard)}
        return Done(frame=frame, answer=answer, begun=begun)


def delay(take: Take, frames: int) -> None:
    """Begins a take later that has not begun: all of it moves."""
    take.start += frames
    take.legs = [Leg(frame=leg.frame + frames, mix_frame=leg.mix_frame, rate=leg.rate) for leg in take.legs]
    take.gain.move(frames)


def _end_of(source: Source, mix_frame: int, start_frame: int) -> int | None:
    return None if source.n_frames is None else mix_frame + max(0, source.n_frames - start_frame)


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{name}: {value!r}; expected a text")
    return value


def _number(body: Body, name: str, default: float | None = None) -> float:
    value = body.get(name, default)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidInput(f"{name}: {value!r}; expected a number")
    return float(value)


def _whole(body: Body, name: str, default: int | None = None) -> int:
    value = _number(body, name, default)
    if not value.is_integer():
        raise InvalidInput(f"{name}: {value!r}; expected a whole number of frames")
    return int(value)


def _frames(body: Body, name: str, default: float | None = None) -> int:
    seconds = _number(body, name, default)
    if not 0 <= seconds <= 3600:
        raise InvalidInput(f"{name}: {seconds} s; expected 0 to 3600")
    return round(seconds * SAMPLE_RATE_HZ)
