"""Which sink a venue gets, and why, in words."""

from dataclasses import dataclass
from pathlib import Path

from temirbek.errors import DeviceLost
from temirbek.stage.audio.jackd import JackSink
from temirbek.stage.audio.portaudio import PortAudioSink, has_output
from temirbek.stage.audio.sinks import FileSink, NullSink, Sink
from temirbek.types.evening import SoundSetup

SOUND_FILE = "sound.flac"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A sink, and the reason: ``is_wanted`` says whether it is the one that the venue asks for."""

    sink: Sink
    why: str
    is_wanted: bool = True


def choose(setup: SoundSetup, folder: Path) -> Choice:
    """The sink that the venue asks for; the null sink where that one is not to be had."""
    if setup.sink == "auto":
        why_not = has_output()
        if why_not and not setup.device:
            return Choice(sink=_null(setup), why=f"chosen automatically: {why_not}")
    try:
        return Choice(
            sink=open_sink(setup, folder), why="as the venue asks" if setup.sink != "auto" else "found"
        )
    except DeviceLost as error:
        return Choice(sink=_null(setup), why=f"in place of {setup.sink}: {error}", is_wanted=False)


def open_sink(setup: SoundSetup, folder: Path) -> Sink:
    """The sink that the venue names ("auto": PortAudio); a file's path is meant from ``folder`` on.

    Raises:
        DeviceLost: It cannot be had now.
    """
    latency_s = None if setup.latency_ms is None else setup.latency_ms / 1e3
    buffer_s = setup.buffer_ms / 1e3
    if setup.sink == "null":
        return _null(setup)
    if setup.sink == "file":
        return FileSink(free_name(folder / (setup.device or SOUND_FILE)), buffer_s, latency_s)
    if setup.sink == "jack":
        return JackSink(setup.device, latency_s)
    return PortAudioSink(setup.device, buffer_s, latency_s)


def free_name(path: Path) -> Path:
    """The path itself, or one like it with a number: what was recorded before a restart is kept."""
    k = 1
    free = path
    while free.exists():
        k += 1
        free = path.with_stem(f"{path.stem}-{k}")
    return free


def _null(setup: SoundSetup) -> NullSink:
    return NullSink(setup.buffer_ms / 1e3, None if setup.latency_ms is None else setup.latency_ms / 1e3)
