"""The mix as it was rendered."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked
from temirbek.types.beat_grid import BeatGrid
from temirbek.types.plan import SetPlan
from temirbek.types.track import Section, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class MixSection:
    """A section of the mix: that of the track that leads (has the bass) there. Mix beats."""

    section: Section
    track_id: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mix:
    """A rendered set on *mix time*: 0 s is the first sample of the file.

    Attributes:
        audio_path: The mix, 48 kHz stereo FLAC. A path, not an array: twenty minutes in memory are 461 MB.
        stem_paths: One file per deck, gains applied, before the limiter; empty where none were asked for.
        sample_rate_hz, duration_s: Of the file.
        beat_grid: Mix seconds ⇄ mix beats; mix beat 0 is the first downbeat of the set.
        plan: What was rendered.
        tracks: The tracks that sound, in order of the plays.
        sections: Adjoining, in order; mix beats.
        phrases_beats: Mix beats at which phrases begin, shape (p,), increasing.
        energy: Energy of each whole bar of the mix, shape (n_bars,), 0–1.
        loudness_lufs, true_peak_dbtp: Measured on the rendered file.
        waveforms: Peak magnitude per 1/50 s of deck A, deck B and the master, shape (3, m), 0–1.
    """

    audio_path: Path
    stem_paths: tuple[Path, ...] = ()
    sample_rate_hz: int
    duration_s: float
    beat_grid: BeatGrid
    plan: SetPlan
    tracks: tuple[Track, ...]
    sections: tuple[MixSection, ...]
    phrases_beats: NDArray[np.float64]
    energy: NDArray[np.float64]
    loudness_lufs: float
    true_peak_dbtp: float
    waveforms: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name in ("phrases_beats", "energy", "waveforms"):
            object.__setattr__(self, name, locked(getattr(self, name)))
