"""The whole show file: its sections, and what holds between them."""

import math
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from temirbek.show.cue_hall import PollOptionModel
from temirbek.show.cue_kinds import CUE_MODELS, AnyCue
from temirbek.show.hall_model import EarsModel, EyesModel, FloorPointModel, PhonesModel, VoiceModel
from temirbek.show.music_model import MusicModel
from temirbek.show.number_model import ArtistModel, BarsModel, NumberModel
from temirbek.show.strict import Color, Day, Name, Point, ShortName, Strict, Text, Words
from temirbek.show.venue_model import (
    ArtnetModel,
    FixtureModel,
    LinksModel,
    LookModel,
    PeerModel,
    SoundModel,
    VenueModel,
    ZoneModel,
)
from temirbek.types import Language, Performer, Person


class PerformerModel(Strict):
    """One ``[[cast]]``."""

    id: ShortName
    name: Words
    robot: Literal["g1", "go2"]
    role: Literal["dancer", "dj", "animal"]
    mark_m: Point
    wings_m: Point | None = None
    facing_deg: Annotated[float, Field(ge=-360, le=360, strict=False)] = 0.0
    accent_color: Color = "#00AFCA"

    def noun(self) -> Performer:
        """As the composer reads it."""
        return Performer(
            id=self.id,
            name=self.name,
            robot=self.robot,
            role=self.role,
            mark_m=(self.mark_m[0], self.mark_m[1]),
            wings_m=None if self.wings_m is None else (self.wings_m[0], self.wings_m[1]),
            facing_rad=math.radians(self.facing_deg),
            accent_color=self.accent_color,
        )


class PersonModel(Strict):
    """One ``[[people]]``."""

    id: ShortName
    name: Words
    role: Literal["singer", "band", "dj", "speaker", "host", "dancer", "other"] = "other"
    note: Annotated[str, Field(max_length=2000)] = ""

    def noun(self) -> Person:
        """As everybody knows it."""
        return Person(id=self.id, name=self.name, role=self.role, note=self.note)


class ShowModel(Strict):
    """The file."""

    format: Literal[1]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    date: Day | None = None
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    music: MusicModel
    cast: Annotated[list[PerformerModel], Field(max_length=16)] = Field(default_factory=list)
    number: list[NumberModel] = Field(default_factory=list)
    moves: list[Name] = Field(default_factory=list)
    people: Annotated[list[PersonModel], Field(max_length=1000)] = Field(default_factory=list)
    venue: VenueModel = Field(default_factory=VenueModel)
    cues: Annotated[list[AnyCue], Field(max_length=2000)] = Field(default_factory=list)
    lexicon: dict[Language, dict[Text, Text]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_number_at_a_time(self) -> "ShowModel":
        ordered = sorted(self.numbers_of_the_set(), key=lambda n: n.from_bar)
        for a, b in pairwise(ordered):
            if a.to_bar is None or a.to_bar >= b.from_bar:
                raise ValueError(
                    f"number: {a.id!r} still lasts at bar {b.from_bar}, where {b.id!r} begins: to_bar says where it ends"
                )
        return self

    def numbers_of_the_set(self) -> list[NumberModel]:
        """The numbers that lie in the mix of ``[music]``: those that no cue plays by itself."""
        played = {cue.number for cue in self.cues if cue.kind == "robot_number"}
        return [number for number in self.number if number.id not in played]


_SECTIONS: dict[str, type[Strict]] = {
    "": ShowModel,
    "music": MusicModel,
    "cast": PerformerModel,
    "number": NumberModel,
    "artist": ArtistModel,
    "bars": BarsModel,
    "people": PersonModel,
    "venue": VenueModel,
    "venue.sound": SoundModel,
    "venue.links": LinksModel,
    "venue.links.osc": PeerModel,
    "venue.links.artnet": ArtnetModel,
    "venue.links.fixtures": FixtureModel,
    "venue.zones": ZoneModel,
    "venue.guest_zones": ZoneModel,
    "venue.looks": LookModel,
    "venue.ears": EarsModel,
    "venue.eyes": EyesModel,
    "venue.eyes.floor": FloorPointModel,
    "venue.phones": PhonesModel,
    "venue.voice": VoiceModel,
    "cues.poll.options": PollOptionModel,
    **{f"cues.{kind}": model for kind, model in CUE_MODELS.items()},
}
SHOW_FILE_KEYS: dict[str, tuple[str, ...]] = {
    section: tuple(model.model_fields) for section, model in _SECTIONS.items()
}
"""Section of the show file ("" is its top; "cues.KIND" a cue of a kind) → the keys that it knows."""
