"""What is true of a demo track, known because it was written and not heard."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temirbek.types import BeatGrid, Key, SectionLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSection:
    """A section as it was arranged: its role, the bar on which it begins (0 is the first) and its bars."""

    label: SectionLabel
    start_bar: int
    bars: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemoTrack:
    """One synthesised piece and the truth about it. Times are track time: 0 s is the first sample.

    Attributes:
        path: The file.
        title, artist, license: As in the file's tags.
        tempo_bpm: Tempo, constant [BPM].
        beats_s: Beats [s], shape (n,), each the instant of a sample; bars of four.
        downbeats_s: First beats of the bars [s], shape (n / 4,).
        sections: In order, adjoining, covering all bars.
        key: Key of the piece.
        phrase_bars: Bars in a phrase; every section is made of whole phrases, counted from the first bar.
    """

    path: Path
    title: str
    artist: str
    license: str
    tempo_bpm: float
    beats_s: NDArray[np.float64]
    downbeats_s: NDArray[np.float64]
    sections: tuple[DemoSection, ...]
    key: Key
    phrase_bars: int = 8

    @property
    def beat_grid(self) -> BeatGrid:
        """The true beats and bars as the noun that the other rooms use."""
        return BeatGrid(beats_s=self.beats_s, first_downbeat=0, beats_per_bar=4)

    @property
    def phrases_beats(self) -> NDArray[np.float64]:
        """Track beats at which phrases begin, shape (p,)."""
        return np.arange(0, len(self.beats_s), 4.0 * self.phrase_bars)
