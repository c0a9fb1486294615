"""What a DJ's own library says: grids, cues and playlists that a person set by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from temirbek.types.beat_grid import BeatGrid
from temirbek.types.track import CuePoint, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryTrack:
    """One recording in a DJ's library.

    Attributes:
        path: Where the library says that the file lies.
        title, artist: As the library has them; "" where it has none.
        beat_grid: Beats set or corrected in the DJ's program; None where there are none.
        cues: Hot cues and memory cues.
        key: As the library has it, or None.
        duration_s: As the library has it [s], or None.
        are_bars_human: The grid's bars are a person's too; False where the program keeps beats alone, and the first
            downbeat is only likely.
        is_grid_locked: The DJ locked the grid against the program's own analysis. False says nothing: most programs
            cannot tell whose a grid is.
    """

    path: Path
    title: str = ""
    artist: str = ""
    beat_grid: BeatGrid | None = None
    cues: tuple[CuePoint, ...] = ()
    key: Key | None = None
    duration_s: float | None = None
    are_bars_human: bool = True
    is_grid_locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DjLibrary:
    """A DJ's library.

    Attributes:
        tracks: Every recording in it.
        playlists: Name ("folder/list") → paths, in order.
        notes: What could not be read, in plain words.
    """

    tracks: tuple[LibraryTrack, ...]
    playlists: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
