"""The hall in the show file: its wall clock, its floor, and what it is equipped with."""

import zoneinfo
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from temirbek.show.faults import meant
from temirbek.show.hall_model import EarsModel, EyesModel, PhonesModel, VoiceModel
from temirbek.show.number_model import is_convex
from temirbek.show.strict import (
    PAIR,
    Color,
    Metres,
    Name,
    Point,
    Share,
    ShortName,
    Strict,
    Words,
    a_listening_address,
)
from temirbek.types import (
    HOUSE_LOOKS,
    Ears,
    Eyes,
    Fixture,
    Language,
    Links,
    Look,
    Peer,
    Sink,
    SoundSetup,
    Venue,
    Zone,
    round_zone,
)

ARTNET_PORT = 6454
DMX_CHANNELS = 512
DMX_UNIVERSES = 32_768  # Art-Net 4: fifteen bits of port address


def _a_timezone(value: str) -> str:
    known = zoneinfo.available_timezones()
    if value not in known:
        raise ValueError(
            f"no such time zone{meant(value, sorted(known))}; expected an IANA name such as 'Asia/Almaty'"
        )
    return value


Port = Annotated[int, Field(ge=1, le=65_535)]
Extent = Annotated[float, Field(ge=1, le=20, strict=False)]


class PeerModel(Strict):
    """``[venue.links.osc.NAME]`` and ``[venue.links.artnet]``."""

    host: Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9._:-]+$")]
    port: Port

    def noun(self) -> Peer:
        """As the signals know it."""
        return Peer(host=self.host, port=self.port)


class ArtnetModel(PeerModel):
    """``[venue.links.artnet]``: its port is the protocol's, if none is said."""

    port: Port = ARTNET_PORT


class FixtureModel(Strict):
    """One ``[[venue.links.fixtures]]``."""

    id: ShortName
    universe: Annotated[int, Field(ge=0, lt=DMX_UNIVERSES)]
    channel: Annotated[int, Field(ge=1, le=DMX_CHANNELS)]
    channels: Annotated[list[ShortName], Field(min_length=1, max_length=64)]

    @model_validator(mode="after")
    def _fits(self) -> "FixtureModel":
        last = self.channel + len(self.channels) - 1
        if last > DMX_CHANNELS:
            raise ValueError(
                f"channels: {len(self.channels)} from channel {self.channel} end at {last}; a universe has {DMX_CHANNELS}"
            )
        return self

    def noun(self) -> Fixture:
        """As the lights know it."""
        return Fixture(
            id=self.id, universe=self.universe, channel=self.channel, channels=tuple(self.channels)
        )


class LinksModel(Strict):
    """``[venue.links]``."""

    osc: dict[ShortName, PeerModel] = Field(default_factory=dict)
    osc_in_port: Port | None = None
    osc_in_host: Annotated[str, AfterValidator(a_listening_address)] = "127.0.0.1"
    artnet: ArtnetModel | None = None
    fixtures: list[FixtureModel] = Field(default_factory=list)
    midi_in: Name | None = None
    midi_out: Name | None = None
    midi_clock_out: bool = False
    mtc_out: bool = False
    ltc_out: bool = False
    link: bool = False

    @model_validator(mode="after")
    def _hangs_together(self) -> "LinksModel":
        faults: list[str] = []
        for a, b in combinations(self.fixtures, 2):
            if a.id == b.id:
                faults.append(f"fixtures: the id {a.id!r} is given twice")
            elif _overlap(a, b):
                faults.append(
                    f"fixtures: {a.id!r} and {b.id!r} share channels of universe {a.universe}, but are not alike"
                )
        for key in ("midi_clock_out", "mtc_out"):
            if getattr(self, key) and self.midi_out is None:
                faults.append(f'{key}: needs the port that it goes to: midi_out = "…"')
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def noun(self) -> Links:
        """As the signals know it."""
        return Links(
            osc={name: peer.noun() for name, peer in self.osc.items()},
            osc_in_port=self.osc_in_port,
            osc_in_host=self.osc_in_host,
            artnet=None if self.artnet is None else self.artnet.noun(),
            fixtures=tuple(fixture.noun() for fixture in self.fixtures),
            midi_in=self.midi_in or "",
            midi_out=self.midi_out or "",
            midi_clock_out=self.midi_clock_out,
            mtc_out=self.mtc_out,
            ltc_out=self.ltc_out,
            link=self.link,
        )


class SoundModel(Strict):
    """``[venue.sound]``."""

    sink: Sink = "auto"
    device: Name | None = None
    buffer_ms: Annotated[float, Field(ge=5, le=500, strict=False)] = 40.0
    latency_ms: Annotated[float, Field(ge=0, le=2000, strict=False)] | None = None
    input_device: Name | None = None

    @model_validator(mode="after")
    def _a_file_has_a_name(self) -> "SoundModel":
        if self.sink == "file" and self.device is None:
            raise ValueError('sink = "file" needs the path that it writes: device = "…"')
        return self

    def noun(self) -> SoundSetup:
        """As the sound process knows it."""
        return SoundSetup(
            sink=self.sink,
            device=self.device or "",
            buffer_ms=self.buffer_ms,
            latency_ms=self.latency_ms,
            input_device=self.input_device or "",
        )


class ZoneModel(Strict):
    """One ``[[venue.zones]]`` or ``[[venue.guest_zones]]``."""

    id: ShortName
    title: Words
    corners_m: Annotated[list[Annotated[tuple[Metres, Metres], PAIR]], Field(min_length=3)] | None = None
    center_m: Point | None = None
    radius_m: Annotated[float, Field(gt=0, le=20, strict=False)] | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> "ZoneModel":
        if (self.center_m is None) != (self.radius_m is None) or (self.corners_m is None) == (
            self.radius_m is None
        ):
            raise ValueError("expected either corners_m, or center_m with radius_m")
        if self.corners_m is not None and not is_convex(self.corners_m):
            raise ValueError("corners_m: the corners are not in order around a convex zone")
        return self

    def noun(self) -> Zone:
        """As the stage knows it."""
        if self.center_m is not None and self.radius_m is not None:
            corners = round_zone((self.center_m[0], self.center_m[1]), self.radius_m)
        else:
            corners = tuple(self.corners_m or ())
        return Zone(id=self.id, title=self.title, corners_m=corners)


class LookModel(Strict):
    """One ``[[venue.looks]]``."""

    id: ShortName
    color: Color = "#ffffff"
    level: Share = 1.0
    fixtures: list[ShortName] = Field(default_factory=list)

    def noun(self) -> Look:
        """As the lights know it."""
        return Look(id=self.id, color=self.color, level=self.level, fixtures=tuple(self.fixtures))


class VenueModel(Strict):
    """``[venue]``."""

    name: Annotated[str, Field(max_length=200)] = ""
    timezone: Annotated[str, AfterValidator(_a_timezone)] = "Asia/Almaty"
    languages: Annotated[list[Language], Field(min_length=1)] = Field(default=["kk", "ru", "en"])
    stage_half_extent_m: Annotated[tuple[Extent, Extent], PAIR] | None = None
    sound: SoundModel = Field(default_factory=SoundModel)
    links: LinksModel = Field(default_factory=LinksModel)
    zones: list[ZoneModel] = Field(default_factory=list)
    guest_zones: list[ZoneModel] = Field(default_factory=list)
    looks: list[LookModel] = Field(default_factory=list)
    ears: EarsModel | None = None
    eyes: EyesModel | None = None
    phones: PhonesModel | None = None
    voice: dict[Language, VoiceModel] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _hangs_together(self) -> "VenueModel":
        faults: list[str] = []
        given: dict[str, list[str]] = {
            "languages": [*self.languages],
            "zones": [zone.id for zone in self.zones],
            "guest_zones": [zone.id for zone in self.guest_zones],
            "looks": [look.id for look in self.looks],
        }
        for key, ids in given.items():
            faults += [f"{key}: {i!r} is given twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
        lamps = [fixture.id for fixture in self.links.fixtures]
        for i, look in enumerate(self.looks):
            if look.id in HOUSE_LOOKS:
                faults.append(f"looks[{i}].id: {look.id!r} is a look of the house")
            faults += [
                f"looks[{i}].fixtures: {lamp!r}: no such fixture{meant(lamp, lamps)}"
                for lamp in look.fixtures
                if lamp not in lamps
            ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def noun(self, folder: Path) -> Venue:
        """As everybody knows it; paths count from the folder."""
        return Venue(
            name=self.name,
            timezone=self.timezone,
            languages=tuple(self.languages),
            stage_half_extent_m=self.stage_half_extent_m,
            zones=tuple(zone.noun() for zone in self.zones),
            guest_zones=tuple(zone.noun() for zone in self.guest_zones),
            sound=self.sound.noun(),
            links=self.links.noun(),
            looks=tuple(look.noun() for look in self.looks),
            ears=Ears() if self.ears is None else self.ears.noun(),
            eyes=Eyes() if self.eyes is None else self.eyes.noun(folder),
            phones=None if self.phones is None else self.phones.noun(folder),
            voices={language: voice.noun(language, folder) for language, voice in self.voice.items()},
        )


class VenueFile(Strict):
    """A file of its own with nothing but the hall in it."""

    format: Literal[1]
    venue: VenueModel


def _overlap(a: FixtureModel, b: FixtureModel) -> bool:
    """Whether two lamps share channels without being patched in parallel."""
    if a.universe != b.universe or (a.channel, a.channels) == (b.channel, b.channels):
        return False
    return a.channel < b.channel + len(b.channels) and b.channel < a.channel + len(a.channels)
