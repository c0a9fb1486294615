"""The show file in, nouns out."""

import math
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from temirbek.errors import InvalidInput
from temirbek.show.faults import faults_of
from temirbek.show.number_model import ArtistModel, BarsModel, NumberModel
from temirbek.show.strict import PAIR, Name, Point, Share, ShortName, Strict, Words
from temirbek.types import Music, NamedWishes, Performer, Show


class _Music(Strict):
    source: Literal["demo", "files"]
    files: list[str] = Field(default_factory=list)
    length_min: Annotated[float, Field(gt=0.25, le=600, strict=False)] | None = None
    order: Literal["best", "as_given"] = "best"
    energy: list[Annotated[tuple[Share, Share], PAIR]] = Field(default_factory=list)
    must_play: list[Name] = Field(default_factory=list)
    never_after: list[Annotated[tuple[Name, Name], PAIR]] = Field(default_factory=list)
    opens_with: Name | None = None
    closes_with: Name | None = None
    locked: list[Annotated[tuple[int, Name], PAIR]] = Field(default_factory=list)
    library: Name | None = None
    playlist: Name | None = None

    @model_validator(mode="after")
    def _places_are_clear(self) -> "_Music":
        places = [place for place, _ in self.energy]
        if places != sorted(places):
            raise ValueError("the points of energy are not in order of their places")
        locked = [place for place, _ in self.locked]
        locked += [0] * (self.opens_with is not None) + [-1] * (self.closes_with is not None)
        twice = sorted({place for place in locked if locked.count(place) > 1})
        if twice:
            raise ValueError(
                f"two tracks are locked to place {twice[0]} (opens_with is 0, closes_with is -1)"
            )
        if self.playlist and not self.library:
            raise ValueError('a playlist needs the library that it is in: library = "…"')
        return self

    @model_validator(mode="after")
    def _files_belong_to_source(self) -> "_Music":
        if (self.source == "files") != bool(self.files):
            raise ValueError('source = "files" needs files = ["…"], and source = "demo" has none')
        return self


class _Performer(Strict):
    id: ShortName
    name: Words
    robot: Literal["g1", "go2"]
    role: Literal["dancer", "dj", "animal"]
    mark_m: Point
    wings_m: Point | None = None
    facing_deg: Annotated[float, Field(ge=-360, le=360, strict=False)] = 0.0
    accent_color: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#00AFCA"


class _Show(Strict):
    format: Literal[1]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    music: _Music
    cast: Annotated[list[_Performer], Field(max_length=16)] = Field(default_factory=list)
    number: list[NumberModel] = Field(default_factory=list)
    moves: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "_Show":
        ids = [performer.id for performer in self.cast]
        ids += sorted({artist.id for number in self.number for artist in number.artist})
        numbers = [number.id for number in self.number]
        for where, given in (("cast", ids), ("number", numbers)):
            twice = sorted({i for i in given if given.count(i) > 1})
            if twice:
                raise ValueError(f"{where}: the id {', '.join(map(repr, twice))} is given twice")
        return self

    @model_validator(mode="after")
    def _one_number_at_a_time(self) -> "_Show":
        ordered = sorted(self.number, key=lambda n: n.from_bar)
        for a, b in pairwise(ordered):
            if a.to_bar is None or a.to_bar >= b.from_bar:
                raise ValueError(
                    f"number: {a.id!r} still lasts at bar {b.from_bar}, where {b.id!r} begins: to_bar says where it ends"
                )
        return self


_SECTIONS: dict[str, type[Strict]] = {
    "": _Show,
    "music": _Music,
    "cast": _Performer,
    "number": NumberModel,
    "artist": ArtistModel,
    "bars": BarsModel,
}
SHOW_FILE_KEYS: dict[str, tuple[str, ...]] = {
    section: tuple(model.model_fields) for section, model in _SECTIONS.items()
}
"""Section of the show file ("" is its top) → the keys that it knows."""

DEFAULT_CAST: tuple[Performer, ...] = (
    Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(1.2, 0.95), accent_color="#00AFCA"),
    Performer(
        id="gold", name="Altyn", robot="g1", role="dancer", mark_m=(1.2, -0.95), accent_color="#FEC50C"
    ),
    Performer(
        id="temirbek", name="Temirbek", robot="g1", role="dj", mark_m=(-1.4, 0.0), accent_color="#FF4F6D"
    ),
    Performer(
        id="adilet",
        name="Adilet",
        robot="go2",
        role="animal",
        mark_m=(0.7, 2.6),
        facing_rad=-0.5,
        accent_color="#E8EEF2",
    ),
)
"""Who is on stage when the show file names nobody: two dancers, the DJ, the snow leopard."""


def read_show(path: Path) -> Show:
    """The show that a file describes; paths in it count from the file's folder.

    Raises:
        InvalidInput: The file cannot be read, is not TOML, or says something that is not allowed; the message
            lists every fault with its path in the file.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: cannot be read as text ({error})") from error
    return show_from_text(text, where=str(path), folder=path.parent)


def show_from_text(text: str, *, where: str, folder: Path) -> Show:
    """Like :func:`read_show`, for text that came from elsewhere; ``where`` is how messages call it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{where}: not valid TOML: {error}") from error
    try:
        show = _Show.model_validate(data, context={"performers": _ids_in(data)})
    except ValidationError as error:
        faults = "\n".join(f"  {fault}" for fault in faults_of(error, SHOW_FILE_KEYS, top="the file"))
        raise InvalidInput(f"{where}: {error.error_count()} fault(s)\n{faults}") from error
    return Show(
        title=show.title,
        seed=show.seed,
        music=Music(
            paths=tuple((folder / name).resolve() for name in show.music.files),
            is_demo=show.music.source == "demo",
            length_s=None if show.music.length_min is None else show.music.length_min * 60.0,
            keep_order=show.music.order == "as_given",
            wishes=_wishes(show.music),
            library=(folder / show.music.library).resolve() if show.music.library else None,
            playlist=show.music.playlist or "",
        ),
        cast=tuple(_performer(p) for p in show.cast) or DEFAULT_CAST,
        numbers=tuple(number.noun(folder, _ids_in(data)) for number in show.number),
        moves=tuple((folder / name).resolve() for name in show.moves),
    )


def _ids_in(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of the cast as far as they can be read: bars of a number are checked against them even where the cast has
    faults of its own."""
    cast = data.get("cast") or [{"id": p.id} for p in DEFAULT_CAST]
    return tuple(p["id"] for p in cast if isinstance(p, dict) and isinstance(p.get("id"), str))


def _wishes(music: _Music) -> NamedWishes:
    locked = dict(music.locked)
    if music.opens_with is not None:
        locked[0] = music.opens_with
    if music.closes_with is not None:
        locked[-1] = music.closes_with
    return NamedWishes(
        energy_arc=tuple(music.energy),
        must_play=tuple(music.must_play),
        never_after=tuple(music.never_after),
        locked=locked,
    )


def _performer(p: _Performer) -> Performer:
    return Performer(
        id=p.id,
        name=p.name,
        robot=p.robot,
        role=p.role,
        mark_m=(p.mark_m[0], p.mark_m[1]),
        wings_m=None if p.wings_m is None else (p.wings_m[0], p.wings_m[1]),
        facing_rad=math.radians(p.facing_deg),
        accent_color=p.accent_color,
    )
