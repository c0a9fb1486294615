"""The cache of analyses, addressed by content."""

import os
from dataclasses import replace
from pathlib import Path

from temirbek.store.compact import read_compact, write_compact
from temirbek.types import Track, TrackAnalysis


def default_cache_dir() -> Path:
    """Where the user's caches lie: ``$XDG_CACHE_HOME/temirbek``, else ``~/.cache/temirbek``."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "temirbek"


class AnalysisCache:
    """Analyses by the hash of the decoded sound, the version of the analyser and how it was told to listen.

    Args:
        folder: Where entries lie; made when the first is written.
        version: Of the analyser: another version never reads this one's entries.
    """

    def __init__(self, folder: Path, version: str) -> None:
        self._folder = folder / "analyses" / version

    def get(self, track: Track, variant: str = "") -> TrackAnalysis | None:
        """The analysis of a sound, told of the track as it is named now; None where there is none that can be read.

        Args:
            track: Which sound.
            variant: What else the analysis depended on (a person's grid, voting beats), as a file name may hold it.
        """
        try:
            found = read_compact(TrackAnalysis, self._path(track.id, variant))
        except (OSError, ValueError):
            return None  # absent or damaged: it is made anew
        return replace(found, track=track)

    def put(self, analysis: TrackAnalysis, variant: str = "") -> bool:
        """Keeps an analysis; False where it could not be written, which is no reason to stop."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_compact(self._path(analysis.track.id, variant), analysis)
        except OSError:
            return False
        return True

    def _path(self, track_id: str, variant: str) -> Path:
        return self._folder / f"{track_id}{variant and '-'}{variant}.npz"
