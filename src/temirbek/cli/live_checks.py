"""What a live show can use of this machine: sound, MIDI, speech, cameras, graphics, links to others."""

import contextlib
import ctypes.util
import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from temirbek.cli.check import Check
from temirbek.types import Language, Voice


def live_checks() -> list[Check]:
    """Looks at everything; opens nothing for longer than it takes to look."""
    return [
        _sound_card(),
        _jack(),
        _midi(),
        Check(
            name="Ableton Link",
            is_there=importlib.util.find_spec("link") is not None,
            note="shares tempo and phase with a human DJ's gear; the extra temirbek[link] (GPL)",
        ),
        *_voices(),
        _cameras(),
        _seeing(),
        _brokers(),
        _graphics(),
        _priority(),
    ]


def _sound_card() -> Check:
    try:
        import sounddevice
    except OSError:
        return Check(
            name="PortAudio",
            is_there=False,
            note="plays to sound cards; on Debian: apt-get install libportaudio2. Without it a show plays to a paced null device",
        )
    try:
        outputs = [d["name"] for d in sounddevice.query_devices() if d["max_output_channels"] >= 2]
    except sounddevice.PortAudioError as error:
        return Check(name="sound card", is_there=False, note=f"PortAudio does not answer: {error}")
    if not outputs:
        return Check(
            name="sound card",
            is_there=False,
            note="PortAudio is here, but no output; connect one, or a show plays to a paced null device",
        )
    return Check(name="sound card", is_there=True, note=", ".join(outputs[:4]))


def _jack() -> Check:
    has_binding = importlib.util.find_spec("jack") is not None
    has_library = ctypes.util.find_library("jack") is not None
    missing = [
        *([] if has_binding else ["the extra temirbek[jack]"]),
        *([] if has_library else ["JACK or PipeWire's JACK on the machine"]),
    ]
    note = 'sink = "jack" in [venue.sound]' if not missing else f"needs {' and '.join(missing)}"
    return Check(name="JACK", is_there=not missing, note=note)


def _midi() -> Check:
    try:
        import rtmidi
    except ImportError as error:
        note = f"MIDI ports need the system's libasound; on Debian: apt-get install libasound2 ({error})"
        return Check(name="MIDI", is_there=False, note=note)

    try:
        with _quietly():
            sender = rtmidi.MidiOut()
            ports = sender.get_ports()
            sender.delete()
    except rtmidi.RtMidiError as error:
        return Check(name="MIDI", is_there=False, note=f"the system's MIDI does not answer: {error}")
    if not ports:
        return Check(
            name="MIDI", is_there=False, note="no port; connect gear, or load snd-seq for ports of programs"
        )
    return Check(name="MIDI", is_there=True, note=", ".join(ports[:4]))


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """ALSA's library writes complaints of its own to the screen; what matters of them is in its errors."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _voices() -> list[Check]:
    from temirbek.voice import why_missing  # here: nothing else of these checks needs it

    told: dict[Language, str] = {"kk": "Kazakh", "ru": "Russian", "en": "English"}
    return [
        Check(
            name=f"voice, {words}",
            is_there=not (why := why_missing(Voice(language=language))),
            note=why or "espeak-ng speaks announcements that have no recording",
        )
        for language, words in told.items()
    ]


def _seeing() -> Check:
    missing = [
        f"temirbek[{extra}]"
        for package, extra in (("cv2", "seeing"), ("onnxruntime", "onnx"), ("mediapipe", "mediapipe"))
        if importlib.util.find_spec(package) is None
    ]
    note = "cameras and markers; bodies by a network whose file you name"
    is_there = importlib.util.find_spec("cv2") is not None
    return Check(
        name="seeing", is_there=is_there, note=note + (f"; not here: {', '.join(missing)}" if missing else "")
    )


def _brokers() -> Check:
    found = [p for p in ("redis-server", "valkey-server", "nats-server") if shutil.which(p)]
    note = ", ".join(found) if found else "only for phones beyond one machine"
    return Check(name="message broker", is_there=bool(found), note=note)


def _cameras() -> Check:
    found = sorted(str(path) for path in Path("/dev").glob("video*"))
    note = ", ".join(found) if found else "sees guests and challengers; connect one"
    return Check(name="camera", is_there=bool(found), note=note)


def _graphics() -> Check:
    drawn_by = next((name for name in ("EGL", "OSMesa", "GL") if ctypes.util.find_library(name)), None)
    if drawn_by is None:
        return Check(name="GL", is_there=False, note="renders --video; apt-get install libegl1 or libosmesa6")
    return Check(name="GL", is_there=True, note=f"{drawn_by}; renders --video")


def _priority() -> Check:
    """Whether this user may ask for real-time priority: fewer drop-outs on a busy machine."""
    import resource

    most = resource.getrlimit(getattr(resource, "RLIMIT_RTPRIO", resource.RLIMIT_NICE))[0]
    may = os.geteuid() == 0 or most > 0
    note = (
        "sound is played with it"
        if may
        else "fewer drop-outs on a busy machine: a line in /etc/security/limits.d"
    )
    return Check(name="real-time priority", is_there=may, note=note)
