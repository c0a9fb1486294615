"""What was made for a cue, as whoever plays it needs to know it. Reading it loads nothing of what made it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from temirbek.store.nouns import from_json
from temirbek.types import (
    AnnouncementCue,
    BattleCue,
    BeatGrid,
    Cue,
    CueKind,
    DjSetCue,
    RobotGestureCue,
    RobotNumberCue,
    TrackCue,
)

MARKER, WAVEFORM = "made.json", "waveform.bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """From a beat on, this sounds: a section and the track that leads."""

    beat: float
    label: str
    track_id: str
    title: str
    artist: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What lies in the folder of a cue.

    Attributes:
        cue, kind: Whose.
        sounds: What it is for ("music", or a language) → file name, 48 kHz stereo.
        speeches: Language → file name of what is seen while it is heard (:class:`SpeechScript`).
        talks: Language → file of the part that humanoids make while it is heard.
        duration_s: Of the music, or of all speech [s].
        grid: Its beats, or None where it has none.
        phrases_beats: At which phrases begin.
        headings: What sounds from which beat on.
        part: File of the dance, or "".
        waveform: File of the music's peaks: 50 a second of A, B and the whole, one byte each, or "".
        analyses, wishes: Files for the live DJ, or "".
        notes: What should be said of it.
    """

    cue: str
    kind: CueKind
    sounds: Mapping[str, str] = field(default_factory=dict)
    speeches: Mapping[str, str] = field(default_factory=dict)
    talks: Mapping[str, str] = field(default_factory=dict)
    duration_s: float = 0.0
    grid: BeatGrid | None = None
    phrases_beats: tuple[float, ...] = ()
    headings: tuple[Heading, ...] = ()
    part: str = ""
    waveform: str = ""
    analyses: str = ""
    wishes: str = ""
    notes: tuple[str, ...] = ()


def part_of(cue: Cue, language: str) -> str:
    """What the part that goes with an announcement in a language is called."""
    return f"{cue.id}.{language}"


def needs_making(cue: Cue) -> bool:
    """Whether anything has to be made before a cue can begin."""
    match cue.payload:
        case TrackCue() | RobotNumberCue() | DjSetCue() | RobotGestureCue() | BattleCue():
            return True
        case AnnouncementCue() as announcement:
            return announcement.is_spoken
    return False


def read_made(folder: Path) -> Made | None:
    """What was made for a cue; None while it is not whole."""
    try:
        return from_json(Made, json.loads((folder / MARKER).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def gestures_part(robot: str) -> str:
    """What the part is called that holds the gestures which a robot keeps ready."""
    return f"gestures-{robot}"
