"""The kinds of cues in the show file, each with the keys of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Discriminator, Field, model_validator

from temirbek.show.cue_hall import BattleModel, GreetingModel, PollModel
from temirbek.show.cue_model import CueModel, Somebody, named
from temirbek.show.cue_signals import LightModel, MidiModel, OscModel
from temirbek.show.music_model import MusicModel
from temirbek.show.strict import Day, Name, Seconds, ShortName, Texts, Words
from temirbek.types import (
    ActCue,
    AnnouncementCue,
    CardCue,
    ChecklistCue,
    DjSetCue,
    Language,
    Music,
    PauseCue,
    Payload,
    RobotGestureCue,
    RobotNumberCue,
    SpeechCue,
    TrackCue,
    Venue,
)

_Decibels = Annotated[float, Field(ge=-60, le=12, strict=False)]


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
    text: Texts
    approved_by: Words | None = None
    approved_on: Day | None = None
    approved_text: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None = None
    audio: dict[Language, Name] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _hangs_together(self) -> "_Announcement":
        faults: list[str] = []
        given = [self.approved_by is None, self.approved_on is None, self.approved_text is None]
        if any(given) and not all(given):
            faults.append(
                "approved_by, approved_on and approved_text belong together: who approved the words, when, and which; "
                f"`temirbek rundown approve SHOW {self.id} --by NAME` writes all three"
            )
        elif self.approved_text not in (None, AnnouncementCue(text=dict(self.text)).fingerprint):
            faults.append(
                f"text: is not what {self.approved_by} approved on {self.approved_on}: undo the change, or have it "
                f"approved again (`temirbek rundown approve SHOW {self.id} --by NAME`)"
            )
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
            approved_text=self.approved_text or "",
            audio=dict(self.audio),
            voices={
                language: venue.voices[language]
                for language in self.text
                if language in venue.voices and language not in self.audio
            },
        )


class _Card(CueModel):
    kind: Literal["card"]
    text: Texts

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return CardCue(text=dict(self.text))


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
    | LightModel
    | _Card
    | OscModel
    | MidiModel
    | GreetingModel
    | BattleModel
    | PollModel
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
    "light": LightModel,
    "card": _Card,
    "osc": OscModel,
    "midi": MidiModel,
    "greeting": GreetingModel,
    "battle": BattleModel,
    "poll": PollModel,
    "checklist": _Checklist,
    "pause": _Pause,
}
"""Kind → the table that such a cue is."""
