"""Cues in which the hall plays a part: greeting guests, the battle, polls."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from temirbek.show.cue_model import CueModel, named
from temirbek.show.music_model import MusicModel
from temirbek.show.strict import PAIR, ShortName, Strict, Texts, Words
from temirbek.types import (
    BattleCue,
    BattleRules,
    GreetingCue,
    Music,
    Payload,
    PollCue,
    PollOption,
    Venue,
)

_Zone = Annotated[str, named(lambda known: known.guest_zones, "guest zone", "[[venue.guest_zones]]")]
_Weight = Annotated[float, Field(ge=0, le=100, strict=False)]
_Wait = Annotated[float, Field(ge=1, le=600, strict=False)]


class GreetingModel(CueModel):
    """Robots greet guests in zones of the venue."""

    kind: Literal["greeting"]
    zones: Annotated[list[_Zone], Field(min_length=1)]
    allows_contact: bool = False

    @model_validator(mode="after")
    def _somebody_greets(self) -> "GreetingModel":
        if not self.robots:
            raise ValueError('a greeting needs who greets: robots = ["…"]')
        return self

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return GreetingCue(zones=tuple(self.zones), allows_contact=self.allows_contact)


class BattleModel(CueModel):
    """A robot dances against somebody from the audience; by which rules is said beside."""

    kind: Literal["battle"]
    music: MusicModel | None = None
    zone: _Zone | None = None
    rounds: Annotated[int, Field(ge=1, le=7)] = 3
    bars_per_turn: Annotated[int, Field(ge=2, le=16)] = 8
    has_votes: bool = True
    jury: Annotated[list[Words], Field(max_length=9)] = Field(default_factory=list)
    measured_weight: _Weight = 0.4
    audience_weight: _Weight = 0.4
    jury_weight: _Weight = 0.2
    draw_points: Annotated[float, Field(ge=0, le=50, strict=False)] = 3.0
    vote_prior: Annotated[float, Field(ge=0, le=1000, strict=False)] = 10.0
    vote_s: _Wait = 20.0
    consent_wait_s: _Wait = 60.0
    lost_wait_s: _Wait = 8.0

    @model_validator(mode="after")
    def _hangs_together(self) -> "BattleModel":
        faults: list[str] = []
        if len(self.robots or []) != 1:
            faults.append('robots: a battle needs the one robot that answers: robots = ["…"]')
        if self.measured_weight + self.audience_weight + self.jury_weight <= 0:
            faults.append("measured_weight, audience_weight, jury_weight: all are 0; one must count")
        faults += [
            f"jury: {name!r} is given twice"
            for name in sorted({n for n in self.jury if self.jury.count(n) > 1})
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return BattleCue(
            music=music if self.music is None else self.music.noun(folder),
            zone=self.zone or "",
            rules=BattleRules(
                robot=(self.robots or [""])[0],
                rounds=self.rounds,
                bars_per_turn=self.bars_per_turn,
                has_votes=self.has_votes,
                jury=tuple(self.jury),
                measured_weight=self.measured_weight,
                audience_weight=self.audience_weight,
                jury_weight=self.jury_weight,
                draw_points=self.draw_points,
                vote_prior=self.vote_prior,
                vote_s=self.vote_s,
                consent_wait_s=self.consent_wait_s,
                lost_wait_s=self.lost_wait_s,
            ),
        )


class PollOptionModel(Strict):
    """One ``[[cues.options]]``."""

    id: ShortName
    text: Texts


class PollModel(CueModel):
    """The hall is asked on its phones."""

    kind: Literal["poll"]
    question: Texts
    options: Annotated[list[PollOptionModel], Field(min_length=2, max_length=12), PAIR]

    @model_validator(mode="after")
    def _can_be_answered(self) -> "PollModel":
        faults: list[str] = []
        if self.planned_length_s() <= 0:
            faults.append("a poll needs its length: length_s or length_min")
        ids = [option.id for option in self.options]
        faults += [
            f"options: the id {i!r} is given twice" for i in sorted({i for i in ids if ids.count(i) > 1})
        ]
        for place, option in enumerate(self.options):
            missing = [language for language in self.question if language not in option.text]
            if missing:
                faults.append(
                    f"options[{place}].text: is missing in {', '.join(missing)}, as the question is asked"
                )
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return PollCue(
            question=dict(self.question),
            options=tuple(PollOption(id=option.id, text=dict(option.text)) for option in self.options),
        )
