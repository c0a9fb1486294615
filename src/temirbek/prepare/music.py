"""From files and folders to analysed tracks; what cannot be used is left out, by name and with the reason."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.prepare.crate import Crate, known_tracks, open_crate
from temirbek.prepare.dj_library import HandMade, look_up, read_library
from temirbek.prepare.library import LeftOut, Library
from temirbek.prepare.listen import Hearing
from temirbek.prepare.titles import recordings_named
from temirbek.prepare.wishes import wishes_of
from temirbek.types import Music, Progress, SetWishes, no_progress

__all__ = [
    "AUDIO_SUFFIXES",
    "LeftOut",
    "Library",
    "OpenedMusic",
    "analyze_files",
    "find_recordings",
    "open_music",
]

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".m4a", ".aac", ".aif", ".aiff")


def find_recordings(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The audio files among the given files and (recursively) folders, in order of name within each folder.

    Hidden files are passed over. A file that is named itself is taken whatever its ending.

    Raises:
        InvalidInput: A path is not there, or nothing that looks like a recording was found.
    """
    absent = [str(path) for path in paths if not path.exists()]
    if absent:
        raise InvalidInput(f"no such file or folder: {', '.join(absent)}")
    found: list[Path] = []
    for path in paths:
        found += sorted(_recordings_in(path)) if path.is_dir() else [path]
    if not found:
        looked = ", ".join(str(path) for path in paths)
        raise InvalidInput(f"{looked}: no recording found; looked for {', '.join(AUDIO_SUFFIXES)}")
    return tuple(dict.fromkeys(found))


def _recordings_in(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in AUDIO_SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMusic:
    """The music of a show.

    Attributes:
        crate: Everything that can be played, and what cannot.
        wishes: What is asked of the set.
        notes: What should be said of the library that was named.
    """

    crate: Crate
    wishes: SetWishes
    notes: tuple[str, ...] = ()


def open_music(
    music: Music,
    cache_dir: Path,
    *,
    weights: Path | None = None,
    on: Executor | None = None,
    on_progress: Progress = no_progress,
) -> OpenedMusic:
    """Finds and hears the recordings of a show, and takes its wishes at their word.

    Args:
        music: What is to be played; ``paths`` name what is here, a demo's too.
        cache_dir: Where analyses are kept between runs.
        weights: Of Beat This!, if its beats are to vote.
        on: See :func:`temirbek.prepare.open_crate`.
        on_progress: Told the share done of hearing them.

    Raises:
        InvalidInput: A path, a title, the library, the playlist or a wished track is not there.
    """
    files = find_recordings(music.paths)
    if music.titles:
        files = recordings_named(music.titles, files, cache_dir)
    hand = HandMade(files=files, by_hand={})
    if music.library is not None:
        library, known = read_library(music.library), known_tracks(files, cache_dir)
        hand = look_up(files, library, music.playlist, where=music.library, known=known)
    hearing = Hearing(by_hand=hand.by_hand, weights=weights)
    crate = open_crate(hand.files, cache_dir, hearing=hearing, on=on, on_progress=on_progress)
    return OpenedMusic(
        crate=replace(crate, left_out=(*crate.left_out, *hand.left_out)),
        wishes=wishes_of(music, crate.summaries),
        notes=hand.notes,
    )


def analyze_files(files: Sequence[Path], cache_dir: Path, *, on_progress: Progress = no_progress) -> Library:
    """All analyses of some recordings at once, in memory; for a large collection see :func:`temirbek.prepare.open_crate`."""
    return open_crate(files, cache_dir, on_progress=on_progress).load()
