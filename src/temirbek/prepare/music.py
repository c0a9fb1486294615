"""From files and folders to analysed tracks; what cannot be used is left out, by name and with the reason."""

from collections.abc import Sequence
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.prepare.crate import open_crate
from temirbek.prepare.library import LeftOut, Library
from temirbek.prepare.listen import PLAIN, Hearing
from temirbek.types import Progress, no_progress

__all__ = ["AUDIO_SUFFIXES", "LeftOut", "Library", "analyze_files", "find_recordings"]

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


def analyze_files(
    files: Sequence[Path],
    cache_dir: Path,
    *,
    hearing: Hearing = PLAIN,
    on_progress: Progress = no_progress,
) -> Library:
    """Analyses recordings on all cores; those analysed before come from the cache.

    One bad file costs nothing but itself: it is left out with its reason. All analyses are in memory at once; for a large
    collection see :func:`temirbek.prepare.open_crate`.
    """
    return open_crate(files, cache_dir, hearing=hearing, on_progress=on_progress).load()
