"""A DJ's own library beside the recordings: whose grids and cues are taken, and what is in a playlist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from temirbek.audio import probe
from temirbek.errors import InvalidInput
from temirbek.interchange import match, read_mixxx, read_rekordbox
from temirbek.prepare.library import LeftOut
from temirbek.types import DjLibrary, LibraryTrack, Track

_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandMade:
    """What a library says of the recordings here.

    Attributes:
        files: The recordings to play, in the playlist's order where one was named.
        by_hand: File → the library's entry, for those that were found in it.
        left_out: What the playlist holds and is not here.
        notes: What could not be read in the library.
    """

    files: tuple[Path, ...]
    by_hand: Mapping[Path, LibraryTrack]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


def read_library(path: Path) -> DjLibrary:
    """A library in a file: Mixxx's database if it is one, else a Rekordbox XML. It is only read.

    Raises:
        InvalidInput: The file cannot be read, or is neither.
    """
    try:
        with path.open("rb") as file:
            is_database = file.read(len(_SQLITE)) == _SQLITE
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read ({error})") from error
    return read_mixxx(path) if is_database else read_rekordbox(path)


def look_up(
    files: Sequence[Path],
    library: DjLibrary,
    playlist: str,
    *,
    where: Path,
    known: Mapping[Path, Track] = MappingProxyType({}),
) -> HandMade:
    """Finds recordings in a library.

    Args:
        files: Recordings here.
        library: What a DJ has.
        playlist: Keeps what is in it alone, in its order; "" keeps everything.
        where: How messages call the library.
        known: What recordings some of the files are; the headers of the others are read.

    Raises:
        InvalidInput: There is no such playlist, or nothing of it is here.
    """
    found = match(library, [_as_track(path, known.get(path)) for path in files])
    by_hand = {path: found[str(path)] for path in files if str(path) in found}
    if not playlist:
        return HandMade(files=tuple(files), by_hand=by_hand, notes=library.notes)
    here = {entry.path: path for path, entry in by_hand.items()}
    listed = tuple(dict.fromkeys(library.playlists[_playlist(library, playlist, where)]))
    absent = tuple(
        LeftOut(path=path, reason=f"in the playlist {playlist}, but not here")
        for path in listed
        if path not in here
    )
    if len(absent) == len(listed):
        raise InvalidInput(
            f"{where}: none of the {len(listed)} recordings of the playlist {playlist!r} is here"
        )
    return HandMade(
        files=tuple(here[path] for path in listed if path in here),
        by_hand=by_hand,
        left_out=absent,
        notes=library.notes,
    )


def _playlist(library: DjLibrary, name: str, where: Path) -> str:
    """The full name of a playlist that may be named without its folders."""
    if name in library.playlists:
        return name
    ends = [full for full in library.playlists if full.rpartition("/")[2] == name]
    if len(ends) == 1:
        return ends[0]
    near = get_close_matches(name, list(library.playlists), n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    known = ", ".join(repr(full) for full in library.playlists) or "none"
    raise InvalidInput(f"{where}: no playlist {name!r}{meant}; there are: {known}")


def _as_track(path: Path, known: Track | None) -> Track:
    """A file as far as is known or as its header tells, its path for an id: nothing is decoded to find it."""
    if known is not None:
        return replace(known, id=str(path))
    try:
        info = probe(path)
    except InvalidInput:  # the analysis will say what is wrong with it
        return Track(id=str(path), path=path, title=path.stem, duration_s=0.0, sample_rate_hz=0, channels=0)
    return Track(
        id=str(path),
        path=path,
        title=info.title,
        artist=info.artist,
        duration_s=info.duration_s,
        sample_rate_hz=info.sample_rate_hz,
        channels=info.channels,
    )
