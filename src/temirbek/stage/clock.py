"""The shared clock: what sounds at which instant, in a small file that every process of the show maps into memory.

Three parts, each with one writer. The *device* part is an affine map from output samples to the host's monotonic clock
(``host_s``): sample ``frame`` leaves the loudspeaker at ``host_s``. The *programme* part lists the spans of the
music voice: from which output sample on which mix time sounds, at which rate. Together they tell which ``mix_s`` sounds
at any ``host_s``, and, because samples are made ready ahead, also what will sound in the next tenths of a second: a
robot asks for the instant at which its command lands. The *human* part is the beat of the human DJ.

Every part is a record with a counter, odd while it is written, and a checksum: a reader that met a writer at
work, or a writer that was killed at work, sees it and reads again, in the end what it had read last. Nobody waits for
a lock. The file keeps its place when either side starts anew, so maps of it stay good.
"""

import hashlib
import mmap
import os
import stat
import struct
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from temirbek.errors import DeviceLost

SAMPLE_RATE_HZ = 48000
MOST_SPANS = 24
"""Spans told at a time: some that have sounded, the one that sounds, all that are made ready."""
RETRIES = 200
NAME_BYTES = 64
MEMORY = Path("/dev/shm")
"""Files there never meet a disk (Linux)."""

_MAGIC = b"TMBKCLK1"
_HEAD = struct.Struct("<IIII")  # counter before, checksum, length, counter after
_DEVICE = struct.Struct("<ddddddq")
_SPANS = struct.Struct("<I")
_SPAN = struct.Struct(f"<ddd?{NAME_BYTES}s")
_HUMAN = struct.Struct("<8sddddd")
_DEVICE_AT = 64
_SPANS_AT = 256
_HUMAN_AT = 3072
_BYTES = 4096

Leader = Literal["robot", "human", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTime:
    """Where the device is: an affine map of output samples and host time.

    Attributes:
        frame: An output sample (counted from the sound process's begin).
        host_s: When it leaves the loudspeaker [s].
        frames_per_s: Output samples per second of the host's clock.
        latency_s: From handing a sample to the device until it sounds [s], part of ``host_s`` already.
        jitter_s: Standard deviation of the device's single reports from this map [s].
        written_s: When this was told [host_s].
        underruns: Times that the device had to play silence for want of samples.
    """

    frame: float
    host_s: float
    frames_per_s: float = float(SAMPLE_RATE_HZ)
    latency_s: float = 0.0
    jitter_s: float = 0.0
    written_s: float = 0.0
    underruns: int = 0

    def host_at(self, frame: float) -> float:
        """When an output sample sounds [host_s]."""
        return self.host_s + (frame - self.frame) / self.frames_per_s

    def frame_at(self, host_s: float) -> float:
        """Which output sample sounds at an instant."""
        return self.frame + (host_s - self.host_s) * self.frames_per_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one output sample on, the music goes like this.

    Attributes:
        frame: The first output sample.
        mix_s: The mix time that sounds there [s].
        rate: Mix seconds per played second.
        programme: What is played (an id), or "".
        is_playing: Whether the mix moves; else it stands at ``mix_s``.
    """

    frame: float
    mix_s: float
    rate: float = 1.0
    programme: str = ""
    is_playing: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanBeat:
    """The beat of the human DJ, and who leads.

    Attributes:
        leader: Who leads tempo and phase.
        beat: Number of a beat.
        host_s: When it sounds [s].
        tempo_bpm: Beats per minute; 0 where none is known.
        confidence: 0–1.
        written_s: When this was told [host_s].
    """

    leader: Leader = "none"
    beat: float = 0.0
    host_s: float = 0.0
    tempo_bpm: float = 0.0
    confidence: float = 0.0
    written_s: float = 0.0

    def beat_at(self, host_s: float) -> float:
        """The human's beat at an instant."""
        return self.beat + (host_s - self.host_s) * self.tempo_bpm / 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """What the clock said at one moment; good for asking about instants around it.

    Attributes:
        host_s: The moment [s].
        mix_s: The mix time that sounds at it [s].
        rate: Mix seconds per host second there; 0 while nothing plays.
        programme: What sounds (an id), or "".
        is_playing: Whether the mix moves.
        latency_s: The output's [s]; part of the map already.
        age_s: Since the sound process last wrote [s]; large: it has died.
        device: The device's part.
        spans: The programme's part, oldest first.
    """

    host_s: float
    mix_s: float
    rate: float
    programme: str
    is_playing: bool
    latency_s: float
    age_s: float
    device: DeviceTime
    spans: tuple[Span, ...] = field(repr=False)

    def mix_at(self, host_s: float) -> float:
        """The mix time that sounds at an instant, as far as it is known [s]."""
        frame = self.device.frame_at(host_s)
        span = _span_at(self.spans, frame)
        return span.mix_s + _moved(span, frame)

    def span_at(self, host_s: float) -> Span:
        """What sounds at an instant."""
        return _span_at(self.spans, self.device.frame_at(host_s))

    def host_at(self, mix_s: float) -> float:
        """When a mix time sounds, if what sounds now goes on at its rate [host_s].

        A mix time that a known later span plays is looked for there. While nothing plays the answer is infinity.
        """
        here = self.span_at(self.host_s)
        after = [s for s in self.spans if s.frame > here.frame]
        for span, following in zip([here, *after], [*after, None], strict=True):
            if not span.is_playing or span.rate <= 0:
                continue
            frame = span.frame + (mix_s - span.mix_s) * SAMPLE_RATE_HZ / span.rate
            if following is None or frame < following.frame:
                return self.device.host_at(frame)
        return float("inf")


class SharedClock:
    """The clock file, mapped into memory; a context manager."""

    def __init__(self, path: Path, mapped: mmap.mmap) -> None:
        self.path = path
        self._mmap = mapped
        self._device = _Record(mapped, _DEVICE_AT, _SPANS_AT)
        self._spans = _Record(mapped, _SPANS_AT, _HUMAN_AT)
        self._human = _Record(mapped, _HUMAN_AT, _BYTES)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Opens the clock for writing; a file that is there keeps its place, its programme is silent."""
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(in_memory(path), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if os.fstat(descriptor).st_size != _BYTES:
                os.ftruncate(descriptor, _BYTES)
            mapped = mmap.mmap(descriptor, _BYTES)
        finally:
            os.close(descriptor)
        clock = cls(path, mapped)
        clock.write_spans([Span(frame=0, mix_s=0.0, is_playing=False)])
        clock.write_device(DeviceTime(frame=0.0, host_s=time.monotonic()))
        if clock._human.read() is None:
            clock.write_human(HumanBeat())
        mapped[: len(_MAGIC)] = _MAGIC
        return clock

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens a clock that is there, to read it or to write its human part.

        Raises:
            DeviceLost: There is none, or it is not a clock.
        """
        try:
            with path.open("r+b") as file:
                mapped = mmap.mmap(file.fileno(), _BYTES)
        except (OSError, ValueError) as error:
            raise DeviceLost(f"{path}: no clock to read ({error}); the sound process makes it") from error
        if mapped[: len(_MAGIC)] != _MAGIC:
            mapped.close()
            raise DeviceLost(f"{path}: is not a clock that this program wrote")
        return cls(path, mapped)

    def write(
        self,
        *,
        host_s: float,
        mix_s: float,
        rate: float = 1.0,
        programme: str = "",
        is_playing: bool = True,
        latency_s: float = 0.0,
    ) -> None:
        """Tells device and programme at once: ``mix_s`` sounds at ``host_s`` (for clocks without a device)."""
        frame = host_s * SAMPLE_RATE_HZ
        self.write_spans(
            [Span(frame=frame, mix_s=mix_s, rate=rate, programme=programme, is_playing=is_playing)]
        )
        self.write_device(DeviceTime(frame=frame, host_s=host_s, latency_s=latency_s))

    def write_device(self, device: DeviceTime) -> None:
        """Tells where the device is, now."""
        self._device.write(
            _DEVICE.pack(
                device.frame,
                device.host_s,
                device.frames_per_s,
                device.latency_s,
                device.jitter_s,
                time.monotonic(),
                device.underruns,
            )
        )

    def write_spans(self, spans: Sequence[Span]) -> None:
        """Tells the programme: one span at least, oldest first; only the newest :data:`MOST_SPANS` are kept."""
        if not spans:
            raise ValueError("a clock needs one span at least")
        kept = spans[-MOST_SPANS:]
        parts = [_SPANS.pack(len(kept))]
        parts += [_SPAN.pack(s.frame, s.mix_s, s.rate, s.is_playing, _bytes_of(s.programme)) for s in kept]
        self._spans.write(b"".join(parts))

    def write_human(self, beat: HumanBeat) -> None:
        """Tells the human's beat, now."""
        self._human.write(
            _HUMAN.pack(
                beat.leader.encode(),
                beat.beat,
                beat.host_s,
                beat.tempo_bpm,
                beat.confidence,
                time.monotonic(),
            )
        )

    def read(self) -> ClockReading:
        """What sounds now."""
        device, spans = self._read_device(), self._read_spans()
        now_s = time.monotonic()
        frame = device.frame_at(now_s)
        span = _span_at(spans, frame)
        is_playing = span.is_playing and frame >= span.frame
        return ClockReading(
            host_s=now_s,
            mix_s=span.mix_s + _moved(span, frame),
            rate=span.rate * device.frames_per_s / SAMPLE_RATE_HZ if is_playing else 0.0,
            programme=span.programme,
            is_playing=is_playing,
            latency_s=device.latency_s,
            age_s=max(0.0, now_s - device.written_s),
            device=device,
            spans=spans,
        )

    def read_human(self) -> HumanBeat:
        """The human's beat as it was told last."""
        payload = self._human.read()
        if payload is None:
            return HumanBeat()
        leader, beat, host_s, tempo_bpm, confidence, written_s = _HUMAN.unpack(payload)
        return HumanBeat(
            leader=_text_of(leader),  # type: ignore[arg-type]
            beat=beat,
            host_s=host_s,
            tempo_bpm=tempo_bpm,
            confidence=confidence,
            written_s=written_s,
        )

    def close(self) -> None:
        """Lets go of the file."""
        self._mmap.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_device(self) -> DeviceTime:
        payload = self._device.read()
        if payload is None:
            raise DeviceLost(f"{self.path}: the clock was never written")
        frame, host_s, frames_per_s, latency_s, jitter_s, written_s, underruns = _DEVICE.unpack(payload)
        return DeviceTime(
            frame=frame,
            host_s=host_s,
            frames_per_s=frames_per_s,
            latency_s=latency_s,
            jitter_s=jitter_s,
            written_s=written_s,
            underruns=underruns,
        )

    def _read_spans(self) -> tuple[Span, ...]:
        payload = self._spans.read()
        if payload is None:
            raise DeviceLost(f"{self.path}: the clock was never written")
        (count,) = _SPANS.unpack_from(payload)
        rows = (_SPAN.unpack_from(payload, _SPANS.size + k * _SPAN.size) for k in range(count))
        return tuple(
            Span(frame=frame, mix_s=mix_s, rate=rate, is_playing=playing, programme=_text_of(name))
            for frame, mix_s, rate, playing, name in rows
        )


class _Record:
    """Bytes between two places of the file, written by one, read by many."""

    def __init__(self, mapped: mmap.mmap, begin: int, end: int) -> None:
        self._mmap = mapped
        self._begin = begin
        self._room = end - begin - _HEAD.size
        self._last: bytes | None = None

    def write(self, payload: bytes) -> None:
        """Writes all of it: the counter is odd meanwhile."""
        if len(payload) > self._room:
            raise ValueError(f"{len(payload)} bytes do not fit into {self._room}")
        at = self._begin
        counter = (struct.unpack_from("<I", self._mmap, at)[0] | 1) & 0xFFFFFFFF
        struct.pack_into("<I", self._mmap, at, counter)
        self._mmap[at + _HEAD.size : at + _HEAD.size + len(payload)] = payload
        after = (counter + 1) & 0xFFFFFFFF
        _HEAD.pack_into(self._mmap, at, counter, zlib.crc32(payload), len(payload), after)
        struct.pack_into("<I", self._mmap, at, after)

    def read(self) -> bytes | None:
        """All of it, whole; what was read last where a writer never ends; None if nothing was ever written."""
        at = self._begin
        for _ in range(RETRIES):
            before, checksum, length, after = _HEAD.unpack_from(self._mmap, at)
            if before == after and before % 2 == 0 and 0 < length <= self._room:
                payload = self._mmap[at + _HEAD.size : at + _HEAD.size + length]
                if zlib.crc32(payload) == checksum:
                    self._last = payload
                    return payload
            time.sleep(0)
        return self._last


def in_memory(path: Path) -> Path:
    """A place in main memory for a file that processes map together; ``path`` becomes a link to it.

    On a disk the system holds up whoever writes to a mapped page that it is just saving, for as long as the disk is
    busy. Where there is no such place, the path itself is given.

    Args:
        path: Where everybody looks for the file; its folder is there.
    """
    folder = MEMORY / f"temirbek-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        about = folder.lstat()
    except OSError:
        return path
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
        return path
    address = os.fsencode(path.absolute())
    place = folder / f"{hashlib.sha256(address).hexdigest()[:24]}-{path.name}"
    if not path.is_symlink() or path.readlink() != place:
        link = path.with_name(f".{path.name}.{os.getpid()}")
        link.unlink(missing_ok=True)
        link.symlink_to(place)
        link.replace(path)
    return place


def _span_at(spans: Sequence[Span], frame: float) -> Span:
    """The span that an output sample lies on; the first one for all that is earlier."""
    found = spans[0]
    for span in spans:
        if span.frame > frame:
            break
        found = span
    return found


def _moved(span: Span, frame: float) -> float:
    """Mix seconds from a span's begin to an output sample."""
    return (
        (frame - span.frame) * span.rate / SAMPLE_RATE_HZ if span.is_playing and frame > span.frame else 0.0
    )


def _bytes_of(text: str) -> bytes:
    """A name as UTF-8, cut between letters where it is too long."""
    return text.encode()[:NAME_BYTES].decode(errors="ignore").encode()


def _text_of(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode()
