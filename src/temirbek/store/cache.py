"""The cache of analyses, addressed by content."""

import json
import os
from dataclasses import replace
from pathlib import Path

from temirbek.store.files import write_text
from temirbek.store.nouns import from_json, to_json
from temirbek.types import Track, TrackAnalysis


def default_cache_dir() -> Path:
    """Where the user's caches lie: ``$XDG_CACHE_HOME/temirbek``, else ``~/.cache/temirbek``."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "temirbek"


class AnalysisCache:
    """Analyses by the hash of the decoded sound and the version of the analyser.

    Args:
        folder: Where entries lie; made when the first is written.
        version: Of the analyser: another version never reads this one's entries.
    """

    def __init__(self, folder: Path, version: str) -> None:
        self._folder = folder / "analyses" / version

    def get(self, track: Track) -> TrackAnalysis | None:
        """The analysis of a sound, told of the track as it is named now; None where there is none that can be read."""
        path = self._folder / f"{track.id}.json"
        try:
            found = from_json(TrackAnalysis, json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None  # absent or damaged: it is made anew
        return replace(found, track=track)

    def put(self, analysis: TrackAnalysis) -> None:
        """Keeps an analysis. A cache that cannot be written is no reason to stop: the next run computes again."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_text(self._folder / f"{analysis.track.id}.json", json.dumps(to_json(analysis)))
        except OSError:
            return
