"""One recording heard: the part of the work that is done on any core, or on any machine that sees the file."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from temirbek.analysis import ANALYSIS_VERSION, analyze, track_of
from temirbek.analysis.beat_this import load_voter
from temirbek.analysis.votes import Voter
from temirbek.audio import decode
from temirbek.errors import AnalysisFailed, InvalidInput
from temirbek.interchange import grid_over
from temirbek.store import AnalysisCache
from temirbek.types import BeatGrid, LibraryTrack, Track, TrackAnalysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What else is known when recordings are listened to.

    Attributes:
        by_hand: File → what a DJ's library says of it: a person's grid and cues beat ours.
        weights: Of Beat This!, whose beats then vote; None does without.
    """

    by_hand: Mapping[Path, LibraryTrack] = field(default_factory=dict)
    weights: Path | None = None

    def errand(self, path: Path, cache_dir: Path) -> "Errand":
        """What is to be done for one file."""
        return Errand(path=path, cache_dir=cache_dir, by_hand=self.by_hand.get(path), weights=self.weights)

    def require_voter(self) -> None:
        """Refuses at the door what every single recording would stumble over.

        Raises:
            InvalidInput, DeviceLost: See :func:`temirbek.analysis.beat_this.load_voter`.
        """
        if self.weights is not None:
            _voter(self.weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A file to listen to.

    Attributes:
        path: The file; whoever runs the errand must see it under this path.
        cache_dir: Where analyses are kept; read where it can be, never written here.
        by_hand: What a DJ's library says of the file.
        weights: Of Beat This!, if it votes; must be seen under this path too.
    """

    path: Path
    cache_dir: Path
    by_hand: LibraryTrack | None = None
    weights: Path | None = None

    @property
    def variant(self) -> str:
        """What the analysis depends on besides the sound, short enough for a file's name; "" where there is nothing."""
        parts = []
        if self.by_hand is not None and (self.by_hand.beat_grid is not None or self.by_hand.cues):
            parts.append(f"hand-{_short(_told(self.by_hand))}")
        if self.weights is not None:
            parts.append(f"vote-{_weights_id(self.weights)}")
        return "-".join(parts)


PLAIN = Hearing()
"""Nothing but the recording is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of an errand.

    Attributes:
        track: What recording the file is.
        analysis: What was heard; None where it cannot be played.
        reason: Why it cannot.
        is_new: It was not in the cache.
    """

    track: Track
    analysis: TrackAnalysis | None
    reason: str = ""
    is_new: bool = True


def listen(errand: Errand) -> Heard:
    """Decodes and analyses a recording, or finds it in the cache.

    Raises:
        InvalidInput: The file cannot be decoded.
    """
    recording = decode(errand.path)
    track = track_of(recording, errand.path)
    found = AnalysisCache(errand.cache_dir, ANALYSIS_VERSION).get(track, errand.variant)
    if found is not None:
        return Heard(track=track, analysis=found, is_new=False)
    known_grid = _grid_by_hand(errand, recording.duration_s)
    analyze_it = partial(
        analyze,
        recording,
        errand.path,
        cues=errand.by_hand.cues if errand.by_hand else (),
        voter=None if errand.weights is None else _voter(errand.weights),
    )
    try:
        if known_grid is not None and errand.by_hand and not errand.by_hand.are_bars_human:
            known_grid = _with_bars_of(known_grid, analyze_it().beat_grid)
        heard = analyze_it(known_grid=known_grid)
    except AnalysisFailed as error:
        return Heard(track=track, analysis=None, reason=str(error).removeprefix(f"{errand.path}: "))
    return Heard(track=track, analysis=heard)


def _grid_by_hand(errand: Errand, duration_s: float) -> BeatGrid | None:
    """The beats that a person set, over the whole recording.

    A library that keeps no bars fills in beats of its own; only those that were locked are a person's.

    Raises:
        InvalidInput: They lie outside it: the library means another recording.
    """
    if errand.by_hand is None or errand.by_hand.beat_grid is None:
        return None
    if not (errand.by_hand.are_bars_human or errand.by_hand.is_grid_locked):
        return None
    try:
        return grid_over(errand.by_hand.beat_grid, duration_s)
    except ValueError as error:
        raise InvalidInput(
            f"{errand.path}: the library's beat grid does not fit its {duration_s:.1f} s ({error})"
        ) from error


def _with_bars_of(grid: BeatGrid, heard: BeatGrid) -> BeatGrid:
    """A person's beats with the bars that were heard."""
    beats = np.round(grid.beat_at(heard.downbeats_s)).astype(int)
    votes = np.bincount(beats % heard.beats_per_bar, minlength=heard.beats_per_bar)
    return replace(grid, first_downbeat=int(votes.argmax()), beats_per_bar=heard.beats_per_bar)


@lru_cache(maxsize=1)
def _voter(weights: Path) -> Voter:
    """Loaded once in each process."""
    return load_voter(weights)


@lru_cache(maxsize=1)
def _weights_id(weights: Path) -> str:
    try:
        return _short(weights.read_bytes())
    except OSError as error:
        raise InvalidInput(f"{weights}: the weights of Beat This! cannot be read ({error})") from error


def _told(entry: LibraryTrack) -> bytes:
    """What an analysis takes from a library's entry, byte for byte."""
    grid = entry.beat_grid
    beats = b"" if grid is None else grid.beats_s.tobytes()
    bars = grid and (grid.first_downbeat, grid.beats_per_bar, entry.are_bars_human, entry.is_grid_locked)
    return beats + repr((bars, entry.cues)).encode()


def _short(data: bytes) -> str:
    """A hash short enough for a file's name."""
    return hashlib.sha256(data).hexdigest()[:16]
