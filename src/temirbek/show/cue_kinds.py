"""The kinds of cues in the show file, each with the keys of its own."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, ValidationInfo, field_validator, model_validator

from temirbek.show.cue_model import CueModel, Somebody, named
from temirbek.show.faults import meant
from temirbek.show.music_model import MusicModel
from temirbek.show.references import known_to
from temirbek.show.strict import Day, Name, Seconds, ShortName, Words
from temirbek.show.venue_model import DMX_CHANNELS, DMX_UNIVERSES
from temirbek.types import (
    ActCue,
    AnnouncementCue,
    CardCue,
    ChecklistCue,
    DjSetCue,
    Language,
    LightCue,
    MidiCue,
    Music,
    OscCue,
    PauseCue,
    Payload,
    RobotGestureCue,
    RobotNumberCue,
    SpeechCue,
    TrackCue,
    Venue,
)

_Decibels = Annotated[float, Field(ge=-60, le=12, strict=False)]
_Text = Annotated[str, Field(min_length=1, max_length=5000, pattern=r"\S")]
_Texts = Annotated[dict[Language, _Text], Field(min_length=1)]
_Level = Annotated[int, Field(ge=0, le=255)]
_DMX = re.compile(r"(\d{1,5})\.(\d{1,3})")


class _Act(CueModel):
    kind: Literal["act"]

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return ActCue()


class _Speech(CueModel):
    kind: Literal["speech"]

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return SpeechCue()


class _Pause(CueModel):
    kind: Literal["pause"]

    @model_validator(mode="after")
    def _lasts(self) -> "_Pause":
        if self.planned_length_s() <= 0:
            raise ValueError("a pause needs its length: length_min or length_s")
        return self

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return PauseCue()


class _Track(CueModel):
    kind: Literal["track"]
    track: Name | None = None
    music: MusicModel | None = None
    gain_db: _Decibels = 0.0
    fade_in_s: Seconds = 0.0
    fade_out_s: Seconds = 0.0

    @model_validator(mode="after")
    def _one_recording(self) -> "_Track":
        if (self.track is None) == (self.music is None):
            raise ValueError('expected either track = "a file", or music = { … } with one recording')
        if self.music is not None:
            named = self.music.titles or self.music.files
            if len(named) != 1:
                raise ValueError(
                    f"music: a track cue plays one recording, and {len(named) or 'none'} "
                    'are named; name one in titles = ["…"] or files = ["…"], and make more cues for more'
                )
        return self

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        if self.music is not None:
            one = self.music.noun(folder)
        else:
            one = Music(paths=((folder / (self.track or "")).resolve(),))
        return TrackCue(music=one, gain_db=self.gain_db, fade_in_s=self.fade_in_s, fade_out_s=self.fade_out_s)


class _DjSet(CueModel):
    kind: Literal["dj_set"]
    music: MusicModel | None = None
    with_human: Somebody | None = None
    dances: bool = True

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        crate = music if self.music is None else self.music.noun(folder)
        return DjSetCue(music=crate, with_human=self.with_human or "", dances=self.dances)


class _RobotNumber(CueModel):
    kind: Literal["robot_number"]
    music: MusicModel | None = None
    number: Annotated[str, named(lambda known: known.numbers, "number", "[[number]]")] | None = None

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        sounds = music if self.music is None else self.music.noun(folder)
        return RobotNumberCue(music=sounds, number=self.number or "")


class _RobotGesture(CueModel):
    kind: Literal["robot_gesture"]
    move: ShortName
    tempo_bpm: Annotated[float, Field(ge=40, le=240, strict=False)] | None = None

    @model_validator(mode="after")
    def _somebody_makes_it(self) -> "_RobotGesture":
        if not self.robots:
            raise ValueError('a gesture needs who makes it: robots = ["…"]')
        return self

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return RobotGestureCue(move=self.move, tempo_bpm=self.tempo_bpm)


class _Announcement(CueModel):
    kind: Literal["announcement"]
    text: _Texts
    approved_by: Words | None = None
    approved_on: Day | None = None
    audio: dict[Language, Name] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _hangs_together(self) -> "_Announcement":
        faults: list[str] = []
        if (self.approved_by is None) != (self.approved_on is None):
            faults.append("approved_by and approved_on belong together: who approved the words, and when")
        faults += [
            f"audio.{language}: is spoken, but has no text"
            for language in self.audio
            if language not in self.text
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return AnnouncementCue(
            text=dict(self.text),
            approved_by=self.approved_by or "",
            approved_on=self.approved_on,
            audio=dict(self.audio),
        )


class _Card(CueModel):
    kind: Literal["card"]
    text: _Texts

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return CardCue(text=dict(self.text))


def _a_channel(value: str, info: ValidationInfo) -> str:
    known = known_to(info)
    fault = _channel_fault(value, {} if known is None else known.fixtures)
    if fault:
        raise ValueError(fault)
    return value


_Channel = Annotated[str, AfterValidator(_a_channel)]


class _Light(CueModel):
    kind: Literal["light"]
    look: Annotated[str, named(lambda known: known.looks, "look", "[[venue.looks]]")]
    fade_s: Seconds = 1.0
    levels: dict[_Channel, _Level] = Field(default_factory=dict)

    @field_validator("levels")
    @classmethod
    def _each_channel_once(cls, value: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        known = known_to(info)
        lead_to: dict[str, str] = {}
        for key in value:
            address = _dmx(key, {} if known is None else known.patched)
            if address in lead_to:
                raise ValueError(f"{key!r} and {lead_to[address]!r} are the same channel")
            lead_to[address] = key
        return value

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        patched = _patched(venue)
        levels = {_dmx(key, patched): level for key, level in self.levels.items()}
        return LightCue(look=self.look, fade_s=self.fade_s, levels=levels)


class _Osc(CueModel):
    kind: Literal["osc"]
    peer: Annotated[str, named(lambda known: known.peers, "OSC peer", "[venue.links.osc]")]
    address: Annotated[str, Field(pattern=r"^/[^\s#*,?\[\]{}]*$", max_length=200)]
    arguments: list[bool | int | float | str] = Field(default_factory=list)
    needs_answer: bool = False

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return OscCue(
            peer=self.peer,
            address=self.address,
            arguments=tuple(self.arguments),
            needs_answer=self.needs_answer,
        )


def _a_message(value: list[int], info: ValidationInfo) -> list[int]:
    known = known_to(info)
    faults: list[str] = []
    if value[0] < 0x80:
        faults.append(f"begins with {value[0]}, and a message begins with a status byte (128–255)")
    is_sysex = value[0] == 0xF0
    if is_sysex and value[-1] != 0xF7:
        faults.append("a system exclusive message ends with 247")
    body = value[1:-1] if is_sysex else value[1:]
    faults += [f"byte {b} is no data byte (0–127)" for b in body if b > 0x7F]
    if known is not None and not known.has_midi_out:
        faults.append('there is no port that it could go to: venue.links.midi_out = "…"')
    if faults:
        raise ValueError("; ".join(faults))
    return value


class _Midi(CueModel):
    kind: Literal["midi"]
    message: Annotated[
        list[Annotated[int, Field(ge=0, le=255)]],
        Field(min_length=1, max_length=1024),
        AfterValidator(_a_message),
    ]

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return MidiCue(message=tuple(self.message))


class _Checklist(CueModel):
    kind: Literal["checklist"]
    items: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1)]
    blocks: list[Literal["lights_and_sound", "rehearsal", "live"]] = Field(default=["live"])

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return ChecklistCue(items=tuple(self.items), blocks=tuple(self.blocks))


AnyCue = Annotated[
    _Act
    | _Speech
    | _Track
    | _DjSet
    | _RobotNumber
    | _RobotGesture
    | _Announcement
    | _Light
    | _Card
    | _Osc
    | _Midi
    | _Checklist
    | _Pause,
    Discriminator("kind"),
]
CUE_MODELS: Mapping[str, type[CueModel]] = {
    "act": _Act,
    "track": _Track,
    "dj_set": _DjSet,
    "robot_number": _RobotNumber,
    "robot_gesture": _RobotGesture,
    "announcement": _Announcement,
    "speech": _Speech,
    "light": _Light,
    "card": _Card,
    "osc": _Osc,
    "midi": _Midi,
    "checklist": _Checklist,
    "pause": _Pause,
}
"""Kind → the table that such a cue is."""


def _channel_fault(key: str, fixtures: Mapping[str, tuple[str, ...]]) -> str:
    """What is wrong with the name of a channel, or ""."""
    address = _DMX.fullmatch(key)
    if address:
        fits = int(address[1]) < DMX_UNIVERSES and 1 <= int(address[2]) <= DMX_CHANNELS
        return "" if fits else f"expected universe 0–{DMX_UNIVERSES - 1} and channel 1–{DMX_CHANNELS}"
    lamp, dot, name = key.partition(".")
    if not dot:
        return 'expected "universe.channel" ("1.12") or "fixture.channel" ("par1.red")'
    if lamp not in fixtures:
        return f"no such fixture{meant(lamp, list(fixtures))}; [[venue.links.fixtures]] declares them"
    if name not in fixtures[lamp]:
        return (
            f"{lamp!r} has no such channel{meant(name, fixtures[lamp])}; it has {', '.join(fixtures[lamp])}"
        )
    return ""


def _dmx(key: str, patched: Mapping[str, str]) -> str:
    """The channel that a name leads to, as "universe.channel"; names that lead nowhere stay as they are."""
    address = _DMX.fullmatch(key)
    return f"{int(address[1])}.{int(address[2])}" if address else patched.get(key, key)


def _patched(venue: Venue) -> dict[str, str]:
    """Fixture and channel ("par1.red") → "universe.channel"."""
    return {
        f"{fixture.id}.{name}": f"{fixture.universe}.{fixture.channel + i}"
        for fixture in venue.links.fixtures
        for i, name in enumerate(fixture.channels)
    }
