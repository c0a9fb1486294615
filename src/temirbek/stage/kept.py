"""What was made for one run is kept for the next: a rehearsal of the same show begins at once."""

import functools
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import temirbek
from temirbek.store import to_json
from temirbek.types import AnnouncementCue, Cue, Evening

KEPT_FOLDERS = 60
"""So many are kept; those that nobody used for longest go first."""


def name_of(evening: Evening, cue: Cue | None, base: Path) -> str:
    """Names what is made for a cue (None: for the cast) by all that it depends on: the show, its files, this version."""
    show = evening.show
    files = [_about(path) for path in sorted(_files_of(evening, cue, base))]
    payload = None if cue is None else to_json(cue.payload)
    numbers = to_json(show.numbers) if cue is not None and cue.kind == "robot_number" else None
    robots = None if cue is None else [cue.id, *cue.robots]
    spoken = None
    if cue is not None and isinstance(cue.payload, AnnouncementCue):
        spoken = [evening.venue.languages, to_json(evening.lexicon)]
    told = [to_json(show.cast), show.seed, robots, payload, numbers, spoken, files, _version()]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:24]


def _files_of(evening: Evening, cue: Cue | None, base: Path) -> Iterator[Path]:
    for folder in evening.show.moves:
        yield from folder.rglob("*.toml")
    if cue is not None and isinstance(cue.payload, AnnouncementCue):
        yield from (base / name for name in cue.payload.audio.values() if (base / name).is_file())
    music = getattr(cue.payload, "music", None) if cue is not None else None
    for path in getattr(music, "paths", ()):
        yield from (p for p in (path.rglob("*") if path.is_dir() else [path]) if p.is_file())


def _about(path: Path) -> tuple[str, int, int]:
    about = path.stat()
    return str(path), about.st_size, about.st_mtime_ns


@functools.cache
def _version() -> str:
    """Of everything that makes things: the sources themselves."""
    digest = hashlib.sha256()
    root = Path(temirbek.__file__).parent
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.toml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def take_over(kept: Path, folder: Path) -> None:
    """Puts what is kept into a run's folder, as links where the disk allows it; whole or not at all."""
    if folder.exists():
        return
    os.utime(kept)
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(kept, partial, copy_function=_link)
    partial.replace(folder)


def take_over_file(kept: Path, folder: Path) -> None:
    """Puts one file that is kept into a folder of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / kept.name).exists():
        _link(str(kept), str(folder / kept.name))


def _link(source: str, target: str, *, follow_symlinks: bool = True) -> Any:
    try:
        os.link(source, target)
    except OSError:
        return shutil.copy2(source, target, follow_symlinks=follow_symlinks)
    return target


def forget_oldest(folder: Path) -> None:
    """Lets go of what nobody used for longest."""
    kept = sorted((p for p in folder.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
    for old in kept[:-KEPT_FOLDERS]:
        shutil.rmtree(old, ignore_errors=True)
