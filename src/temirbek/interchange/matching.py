"""Which recording here is which track of a DJ's library: the library may come from another machine."""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from temirbek.interchange.places import file_name, path_text
from temirbek.types import DjLibrary, LibraryTrack, Track

SAME_LENGTH_S = 1.5
"""Programs round a length to seconds, and decoders differ by some hundredths."""


def match(library: DjLibrary, tracks: Sequence[Track]) -> Mapping[str, LibraryTrack]:
    """Finds recordings in a library.

    A track is found by its path; else by its file's name, where title and length do not speak against it; else by
    artist, title and length together, since the same recording may lie here in another format. Of several that fit
    alike the one whose folders are most alike is taken; where that leaves more than one, none.

    Args:
        library: A DJ's library.
        tracks: Recordings here.

    Returns:
        Track id → the library's track, for those that were found.
    """
    by_path: dict[str, list[LibraryTrack]] = defaultdict(list)
    by_file: dict[str, list[LibraryTrack]] = defaultdict(list)
    by_title: dict[str, list[LibraryTrack]] = defaultdict(list)
    for entry in library.tracks:
        by_path[_place(entry.path)].append(entry)
        by_file[_plain(file_name(entry.path))].append(entry)
        by_title[_plain(entry.title)].append(entry)
    found: dict[str, LibraryTrack] = {}
    for track in tracks:
        same_file = [x for x in by_file[_plain(file_name(track.path))] if _may_be(x, track)]
        same_song = [x for x in by_title[_plain(track.title)] if _is_same_song(x, track)]
        for candidates in (by_path[_place(track.path)], same_file, same_song):
            best = _nearest(candidates, track.path)
            if best is not None:
                found[track.id] = best
                break
    return found


def _may_be(entry: LibraryTrack, track: Track) -> bool:
    """Neither title nor length contradicts; a title that only repeats the file's name says nothing."""
    names = {_plain(track.path.stem), _plain(Path(file_name(entry.path)).stem), ""}
    titles = {_plain(entry.title), _plain(track.title)} - names
    return len(titles) <= 1 and (entry.duration_s is None or _is_as_long(entry.duration_s, track))


def _is_same_song(entry: LibraryTrack, track: Track) -> bool:
    return (
        bool(track.title and track.artist)
        and _plain(entry.artist) == _plain(track.artist)
        and entry.duration_s is not None
        and _is_as_long(entry.duration_s, track)
    )


def _is_as_long(duration_s: float, track: Track) -> bool:
    return abs(duration_s - track.duration_s) <= SAME_LENGTH_S


def _nearest(candidates: Sequence[LibraryTrack], path: Path) -> LibraryTrack | None:
    """The one whose path ends most like this one's; None where two end alike."""
    if not candidates:
        return None
    likeness = [_shared_end(entry.path, path) for entry in candidates]
    best = [entry for entry, n in zip(candidates, likeness, strict=True) if n == max(likeness)]
    return best[0] if len({_place(entry.path) for entry in best}) == 1 else None


def _shared_end(a: Path, b: Path) -> int:
    """How many last parts of two paths are the same."""
    ends = [_place(path).split("/")[::-1] for path in (a, b)]
    return next((k for k, (x, y) in enumerate(zip(*ends, strict=False)) if x != y), min(map(len, ends)))


def _place(path: Path) -> str:
    return _plain(os.path.normpath(path_text(path)))


def _plain(text: str) -> str:
    """Without what systems disagree about: how accents are composed, upper and lower case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
