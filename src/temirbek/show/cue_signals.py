"""Cues that speak to other machines: lamps, OSC peers, MIDI."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from temirbek.show.cue_model import CueModel, named
from temirbek.show.faults import meant
from temirbek.show.references import known_to
from temirbek.show.strict import Seconds
from temirbek.show.venue_model import DMX_CHANNELS, DMX_UNIVERSES
from temirbek.types import LightCue, MidiCue, Music, OscCue, Payload, Venue

_Level = Annotated[int, Field(ge=0, le=255)]
_DMX = re.compile(r"(\d{1,5})\.(\d{1,3})")


def _a_channel(value: str, info: ValidationInfo) -> str:
    known = known_to(info)
    fault = _channel_fault(value, {} if known is None else known.fixtures)
    if fault:
        raise ValueError(fault)
    return value


_Channel = Annotated[str, AfterValidator(_a_channel)]


class LightModel(CueModel):
    """A look of the lamps."""

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


class OscModel(CueModel):
    """An OSC message."""

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


class MidiModel(CueModel):
    """A MIDI message."""

    kind: Literal["midi"]
    message: Annotated[
        list[Annotated[int, Field(ge=0, le=255)]],
        Field(min_length=1, max_length=1024),
        AfterValidator(_a_message),
    ]

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        return MidiCue(message=tuple(self.message))


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
