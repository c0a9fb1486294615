"""Numbers in the show file, and files of bars."""

import tomllib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, cast

import numpy as np
from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator, model_validator

from temirbek.errors import InvalidInput
from temirbek.show.faults import faults_of, meant
from temirbek.show.strict import PAIR, Metres, Name, Point, ShortName, Strict, Words
from temirbek.types import AUDIENCE, LAYERS, Artist, Layer, Number, PinnedBars, round_zone

_Bar = Annotated[int, Field(ge=1, le=100_000)]


def _a_layer(value: str) -> str:
    if value not in LAYERS:
        raise ValueError(f"no such layer{meant(value, LAYERS)}; there are {', '.join(LAYERS)}")
    return value


class BarsModel(Strict):
    """One ``[[number.bars]]``, or one ``[[bars]]`` of a file of bars."""

    performer: Name
    bar: _Bar
    beat: Annotated[float, Field(ge=1, le=64, strict=False)] = 1.0
    length_bars: Annotated[int, Field(ge=1, le=10_000)] | None = None
    length_beats: Annotated[float, Field(gt=0, le=100_000, strict=False)] | None = None
    move: Name
    layers: list[Annotated[str, AfterValidator(_a_layer)]] = Field(default_factory=list)
    intensity: Annotated[float, Field(gt=0, le=1, strict=False)] | None = None
    mirrored: bool = False
    tempo_rule: Annotated[float, Field(gt=0, le=4, strict=False)] | None = None
    parameters: dict[str, Annotated[float, Field(strict=False, allow_inf_nan=False)]] = Field(
        default_factory=dict
    )

    @field_validator("performer")
    @classmethod
    def _is_in_the_cast(cls, value: str, info: ValidationInfo) -> str:
        known: Sequence[str] = (info.context or {}).get("performers", ())
        if known and value not in known:
            raise ValueError(
                f"nobody in the cast has this id{meant(value, known)}; there are {', '.join(known)}"
            )
        return value

    @model_validator(mode="after")
    def _one_length(self) -> "BarsModel":
        if self.length_bars is not None and self.length_beats is not None:
            raise ValueError("length_bars and length_beats are both given; one is enough")
        return self

    def noun(self) -> PinnedBars:
        """As the composer reads it."""
        return PinnedBars(
            performer=self.performer,
            bar=self.bar,
            beat=self.beat,
            length_bars=self.length_bars or 1,
            length_beats=self.length_beats,
            move=self.move,
            layers=tuple(cast(Layer, layer) for layer in self.layers),
            intensity=self.intensity,
            mirrored=self.mirrored,
            tempo_rule=self.tempo_rule,
            parameters=tuple(sorted(self.parameters.items())),
        )


class ArtistModel(Strict):
    """One ``[[number.artist]]``."""

    id: ShortName
    name: Words
    mark_m: Point
    zone_radius_m: Annotated[float, Field(gt=0, le=10, strict=False)] | None = None
    zone_corners_m: Annotated[list[Annotated[tuple[Metres, Metres], PAIR]], Field(min_length=3)] | None = None

    @model_validator(mode="after")
    def _one_zone(self) -> "ArtistModel":
        if (self.zone_radius_m is None) == (self.zone_corners_m is None):
            raise ValueError(
                "expected either zone_radius_m or zone_corners_m: the floor that is the artist's own"
            )
        if self.zone_corners_m is not None and not is_convex(self.zone_corners_m):
            raise ValueError("zone_corners_m: the corners are not in order around a convex zone")
        return self

    def noun(self) -> Artist:
        """As the composer reads it."""
        mark = (self.mark_m[0], self.mark_m[1])
        if self.zone_radius_m is not None:
            zone = round_zone(mark, self.zone_radius_m)
        else:
            zone = tuple(self.zone_corners_m or ())
        return Artist(id=self.id, name=self.name, mark_m=mark, zone_m=zone)


class NumberModel(Strict):
    """One ``[[number]]``."""

    id: ShortName
    title: Annotated[str, Field(min_length=1, max_length=200)]
    from_bar: _Bar = 1
    to_bar: _Bar | None = None
    face: Name = AUDIENCE
    solos: list[Annotated[tuple[_Bar, _Bar], PAIR]] = Field(default_factory=list)
    artist: list[ArtistModel] = Field(default_factory=list)
    bars: list[BarsModel] = Field(default_factory=list)
    bars_file: Name | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> "NumberModel":
        faults: list[str] = []
        last = self.to_bar or 10**9
        if last < self.from_bar:
            faults.append(f"to_bar {last} lies before from_bar {self.from_bar}")
        ids = [artist.id for artist in self.artist]
        if len(set(ids)) < len(ids):
            faults.append("artist: an id is given twice")
        if self.face not in (AUDIENCE, *ids):
            choices = [AUDIENCE, *ids]
            faults.append(
                f"face: {self.face!r}: expected {' or '.join(map(repr, choices))}{meant(self.face, choices)}"
            )
        for a, b in self.solos:
            if not self.from_bar <= a <= b <= last:
                faults.append(
                    f"solos: [{a}, {b}]: expected first and last bar of a stretch inside the number"
                )
        for (_, b), (c, _) in pairwise(sorted(self.solos)):
            if c <= b:
                faults.append(f"solos: bar {c} is in two solos")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def noun(self, folder: Path, performers: Sequence[str]) -> Number:
        """As the composer reads it; the file of bars, if it names one, is read.

        Raises:
            InvalidInput: The file of bars cannot be read, or is wrong.
        """
        bars = tuple(b.noun() for b in self.bars)
        if self.bars_file is not None:
            bars += read_bars(folder / self.bars_file, performers=performers)
        return Number(
            id=self.id,
            title=self.title,
            from_bar=self.from_bar,
            to_bar=self.to_bar,
            artists=tuple(a.noun() for a in self.artist),
            face=self.face,
            solos=tuple(self.solos),
            bars=bars,
        )


class _BarsFile(Strict):
    format: Annotated[int, Field(ge=1, le=1)]
    bars: list[BarsModel] = Field(default_factory=list)


BARS_FILE_KEYS = {"": tuple(_BarsFile.model_fields), "bars": tuple(BarsModel.model_fields)}
"""Section of a file of bars ("" is its top) → the keys that it knows."""


def read_bars(path: Path, *, performers: Sequence[str] = ()) -> tuple[PinnedBars, ...]:
    """The bars that a file holds, as :func:`bars_to_text` writes them.

    Args:
        path: Of the file.
        performers: Ids of the cast, or nothing where they are not known yet.

    Raises:
        InvalidInput: The file cannot be read, or says something that is not allowed; every fault is listed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: cannot be read as text ({error})") from error
    return bars_from_text(text, where=str(path), performers=performers)


def bars_from_text(text: str, *, where: str, performers: Sequence[str] = ()) -> tuple[PinnedBars, ...]:
    """Like :func:`read_bars`, for text that came from elsewhere; ``where`` is how messages call it."""
    try:
        read = _BarsFile.model_validate(tomllib.loads(text), context={"performers": tuple(performers)})
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{where}: not valid TOML: {error}") from error
    except ValidationError as error:
        faults = "\n".join(f"  {fault}" for fault in faults_of(error, BARS_FILE_KEYS, top="the file"))
        raise InvalidInput(f"{where}: {error.error_count()} fault(s)\n{faults}") from error
    return tuple(b.noun() for b in read.bars)


def is_convex(corners: Sequence[tuple[float, float]]) -> bool:
    """Whether corners lie in order around a convex shape, either way round; (x, y) each."""
    points = np.array(corners, dtype=float)
    edges = np.roll(points, -1, axis=0) - points
    after = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]
    once_around = abs(np.sum(np.arctan2(turns, np.sum(edges * after, axis=1)))) < 2 * np.pi + 0.1
    return bool(once_around and (np.all(turns > 0) or np.all(turns < 0)))
