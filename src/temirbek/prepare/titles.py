"""Some of the recordings of a folder, named by file or by title."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from temirbek.audio import probe
from temirbek.errors import InvalidInput, TemirbekError
from temirbek.prepare.crate import known_tracks


def recordings_named(titles: Sequence[str], files: Sequence[Path], cache_dir: Path) -> tuple[Path, ...]:
    """The recordings behind some names, in the order of the names.

    A recording is named by its file's name, with or without its ending, or by its title, with or without the artist; upper
    and lower case do not matter. Tags are only read where the files' names are not enough, and of files heard before the index knows them.

    Args:
        titles: Names, each of one recording.
        files: All recordings that there are.
        cache_dir: Where what was heard is kept between runs.

    Raises:
        InvalidInput: A name fits no recording or several; all such names at once.
    """
    by_name = _index([(name, path) for path in files for name in (path.name, path.stem)])
    if not all(_plain(title) in by_name for title in titles):
        by_title = _index([(name, path) for path, name in _titles(files, cache_dir)])
        by_name = {**by_title, **by_name}  # a file goes before a title of the name
    faults = [fault for title in titles if (fault := _fault(title, by_name))]
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise InvalidInput(f"titles: {len(faults)} fault(s)\n{listed}")
    return tuple(dict.fromkeys(next(iter(by_name[_plain(title)])) for title in titles))


def _titles(files: Sequence[Path], cache_dir: Path) -> Iterator[tuple[Path, str]]:
    known = known_tracks(files, cache_dir)
    for path in files:
        artist, title = (known[path].artist, known[path].title) if path in known else _tags(path)
        yield path, title
        if artist:
            yield path, f"{artist} – {title}"
            yield path, f"{artist} - {title}"


def _index(names: Iterable[tuple[str, Path]]) -> dict[str, dict[Path, None]]:
    found: dict[str, dict[Path, None]] = {}
    for name, path in names:
        found.setdefault(_plain(name), {})[path] = None
    return found


def _fault(title: str, by_name: Mapping[str, Mapping[Path, None]]) -> str:
    found = by_name.get(_plain(title), {})
    if len(found) == 1:
        return ""
    if found:
        return f"{title!r} fits {len(found)} recordings ({', '.join(map(str, found))}); name the file"
    near = get_close_matches(_plain(title), list(by_name), n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    return f"{title!r} is none of the recordings{meant}"


def _tags(path: Path) -> tuple[str, str]:
    """Artist and title in the file's tags; ("", its name) where it cannot be opened (hearing it says why)."""
    try:
        told = probe(path)
    except TemirbekError:
        return "", path.stem
    return told.artist, told.title


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
