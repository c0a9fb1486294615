"""Some of the recordings of a folder, named by file or by title."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from temirbek.audio import probe
from temirbek.errors import InvalidInput, TemirbekError
from temirbek.prepare.crate import known_tracks


def recordings_named(titles: Sequence[str], files: Sequence[Path], cache_dir: Path) -> tuple[Path, ...]:
    """The recordings behind some names, in the order of the names.

    A recording is named by its file's name, with or without its ending, or by its title; upper and lower case do not
    matter. Tags are only read where the files' names are not enough, and of files heard before the index knows them.

    Args:
        titles: Names, each of one recording.
        files: All recordings that there are.
        cache_dir: Where what was heard is kept between runs.

    Raises:
        InvalidInput: A name fits no recording or several; all such names at once.
    """
    by_name = _index([(name, path) for path in files for name in (path.name, path.stem)])
    if not all(len(by_name[_plain(title)]) == 1 for title in titles):
        known = known_tracks(files, cache_dir)
        for path in files:
            title = known[path].title if path in known else _title(path)
            by_name[_plain(title)].setdefault(path)
    faults = [fault for title in titles if (fault := _fault(title, by_name))]
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise InvalidInput(f"titles: {len(faults)} fault(s)\n{listed}")
    return tuple(dict.fromkeys(next(iter(by_name[_plain(title)])) for title in titles))


def _index(names: Sequence[tuple[str, Path]]) -> defaultdict[str, dict[Path, None]]:
    found: defaultdict[str, dict[Path, None]] = defaultdict(dict)
    for name, path in names:
        found[_plain(name)].setdefault(path)
    return found


def _fault(title: str, by_name: defaultdict[str, dict[Path, None]]) -> str:
    found = by_name.get(_plain(title), {})
    if len(found) == 1:
        return ""
    if found:
        return f"{title!r} fits {len(found)} recordings ({', '.join(p.name for p in found)}); name the file"
    near = get_close_matches(_plain(title), [name for name, paths in by_name.items() if paths], n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    return f"{title!r} is none of the recordings{meant}"


def _title(path: Path) -> str:
    """The title in the file's tags; its name where it has none, or cannot be opened (hearing it says why)."""
    try:
        return probe(path).title
    except TemirbekError:
        return path.stem


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
