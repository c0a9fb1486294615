"""Music in the show file: the whole show's, or that of one cue."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from temirbek.show.strict import PAIR, Name, Share, Strict
from temirbek.types import Music, NamedWishes


class MusicModel(Strict):
    """``[music]``, or ``music = { … }`` of a cue."""

    source: Literal["demo", "files"]
    files: list[Name] = Field(default_factory=list)
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
    titles: list[Name] = Field(default_factory=list)

    @model_validator(mode="after")
    def _places_are_clear(self) -> "MusicModel":
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
        if len(set(self.titles)) < len(self.titles):
            raise ValueError("titles: a recording is named twice")
        return self

    @model_validator(mode="after")
    def _files_belong_to_source(self) -> "MusicModel":
        if (self.source == "files") != bool(self.files):
            raise ValueError('source = "files" needs files = ["…"], and source = "demo" has none')
        return self

    def noun(self, folder: Path) -> Music:
        """As it is opened; paths count from ``folder``."""
        return Music(
            paths=tuple((folder / name).resolve() for name in self.files),
            is_demo=self.source == "demo",
            length_s=None if self.length_min is None else self.length_min * 60.0,
            keep_order=self.order == "as_given",
            wishes=self._wishes(),
            library=(folder / self.library).resolve() if self.library else None,
            playlist=self.playlist or "",
            titles=tuple(self.titles),
        )

    def _wishes(self) -> NamedWishes:
        locked = dict(self.locked)
        if self.opens_with is not None:
            locked[0] = self.opens_with
        if self.closes_with is not None:
            locked[-1] = self.closes_with
        return NamedWishes(
            energy_arc=tuple(self.energy),
            must_play=tuple(self.must_play),
            never_after=tuple(self.never_after),
            locked=locked,
        )
