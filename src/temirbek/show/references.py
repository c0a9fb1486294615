"""What cues may name: ids that the file gives elsewhere, read before it is known whether the file is right.

So a cue that names nobody is reported together with the faults of everybody else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationInfo

from temirbek.show.faults import meant
from temirbek.types import HOUSE_LOOKS


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Everything that can be named.

    Attributes:
        robots, people, numbers, peers, looks, guest_zones: Ids; the people include the artists of numbers.
        fixtures: Id of the lamp → its channels' names.
        patched: "lamp.channel" → "universe.channel".
        has_midi_out: MIDI messages have a port to go to.
    """

    robots: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    looks: tuple[str, ...] = HOUSE_LOOKS
    guest_zones: tuple[str, ...] = ()
    fixtures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patched: Mapping[str, str] = field(default_factory=dict)
    has_midi_out: bool = False


def references_in(data: Mapping[str, Any], house_cast: Sequence[str]) -> References:
    """What a file offers, as far as it can be read.

    Args:
        data: The file as TOML gives it.
        house_cast: Ids of the robots that perform where the file names none.
    """
    links = table_of(table_of(data, "venue"), "links")
    numbers = tables_of(data, "number")
    artists = [artist for number in numbers for artist in tables_of(number, "artist")]
    return References(
        robots=ids_of(tables_of(data, "cast")) or tuple(house_cast),
        people=tuple(dict.fromkeys(ids_of(tables_of(data, "people")) + ids_of(artists))),
        numbers=ids_of(numbers),
        peers=tuple(table_of(links, "osc")),
        looks=HOUSE_LOOKS + ids_of(tables_of(table_of(data, "venue"), "looks")),
        guest_zones=ids_of(tables_of(table_of(data, "venue"), "guest_zones")),
        fixtures={
            lamp["id"]: tuple(str(name) for name in lamp["channels"])
            for lamp in tables_of(links, "fixtures")
            if isinstance(lamp.get("id"), str) and isinstance(lamp.get("channels"), list)
        },
        patched=_patched(tables_of(links, "fixtures")),
        has_midi_out=bool(links.get("midi_out")),
    )


def known_to(info: ValidationInfo) -> References | None:
    """What the file being read offers; None where a part is read by itself."""
    context = info.context or {}
    known = context.get("references")
    return known if isinstance(known, References) else None


def require_known(value: str, known: Sequence[str], what: str, where: str) -> str:
    """The value, if it is among what is known.

    Raises:
        ValueError: It is not; the message names a near one, and where such are declared.
    """
    if value not in known:
        there = f"there are {', '.join(known)}" if known else f"there are none; {where} declares them"
        raise ValueError(f"no such {what}{meant(value, known)}; {there}")
    return value


def table_of(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A table of the file, empty where there is none."""
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def tables_of(data: Mapping[str, Any], key: str) -> tuple[Mapping[str, Any], ...]:
    """A list of tables, each at its own place: what is no table is an empty one."""
    found = data.get(key)
    return tuple(item if isinstance(item, dict) else {} for item in found) if isinstance(found, list) else ()


def ids_of(tables: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Their ids, as far as they have any."""
    return tuple(table["id"] for table in tables if isinstance(table.get("id"), str))


def _patched(lamps: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Where the channels of lamps lie, as far as the lamps are right."""
    return {
        f"{lamp['id']}.{name}": f"{lamp['universe']}.{lamp['channel'] + i}"
        for lamp in lamps
        if isinstance(lamp.get("id"), str)
        and isinstance(lamp.get("channels"), list)
        and isinstance(lamp.get("universe"), int)
        and isinstance(lamp.get("channel"), int)
        for i, name in enumerate(lamp["channels"])
    }
