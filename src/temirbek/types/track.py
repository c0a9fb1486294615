"""What is known of one recording."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked
from temirbek.types.beat_grid import BeatGrid

Mode = Literal["major", "minor"]
SectionLabel = Literal["intro", "verse", "build", "drop", "break", "outro"]
SECTION_LABELS: tuple[SectionLabel, ...] = ("intro", "verse", "build", "drop", "break", "outro")

TONIC_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One recording. Its ``id`` is a hash of the decoded sound, so a renamed file is the same track.

    Attributes:
        id: SHA-256 of the decoded PCM, hexadecimal.
        path: Where the file lies; never written to.
        title, artist: From the file's tags, else the title is the file's name without its ending.
        duration_s: Length of the decoded sound [s].
        sample_rate_hz, channels: As in the file.
        license: What the tags say about rights, or "".
    """

    id: str
    path: Path
    title: str
    artist: str = ""
    duration_s: float
    sample_rate_hz: int
    channels: int
    license: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A musical key: ``tonic`` 0–11 counted from C, and its mode."""

    tonic: int
    mode: Mode

    def __post_init__(self) -> None:
        if not 0 <= self.tonic <= 11 or self.mode not in ("major", "minor"):
            raise ValueError(
                f"no such key: tonic {self.tonic}, mode {self.mode!r}; expected 0–11, major or minor"
            )

    @property
    def name(self) -> str:
        """As musicians write it: "A minor"."""
        return f"{TONIC_NAMES[self.tonic]} {self.mode}"

    @property
    def camelot(self) -> str:
        """The place on the Camelot wheel, as DJs write it: "8A" is A minor, "8B" is C major."""
        major_tonic = self.tonic if self.mode == "major" else (self.tonic + 3) % 12
        return f"{(major_tonic * 7 + 7) % 12 + 1}{'B' if self.mode == 'major' else 'A'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEstimate:
    """The key heard, the next best, how sure (0–1), and how far the tuning lies from A = 440 Hz [cents]."""

    best: Key
    second: Key
    confidence: float
    tuning_cents: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of music between two beats of one timeline, with its role and mean energy (0–1)."""

    start_beat: float
    end_beat: float
    label: SectionLabel
    energy: float
    confidence: float = 1.0

    def __post_init__(self) -> None:
        if self.end_beat <= self.start_beat:
            raise ValueError(f"section from beat {self.start_beat} to {self.end_beat} has no length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How far each part of an analysis may be trusted, 0 (a guess) to 1 (certain).

    Attributes:
        grid: That beats lie where the grid says, at the right metrical level.
        downbeat: That "the one" is right, given the beats.
        phrase: That phrase boundaries are right, given the bars.
        sections: That section boundaries and labels are right.
    """

    grid: float
    downbeat: float
    phrase: float
    sections: float


def _unmeasured() -> NDArray[np.float64]:
    return np.zeros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicEvent:
    """Something that happens in the music: a "build" from its first to its last beat, a "drop" on its first beat.

    Attributes:
        kind: "build" (tension rises) or "drop" (it is released: the bass comes in, the energy leaps).
        start_beat, end_beat: Track beats; a drop ends where its section does.
        strength: How strongly it is felt, 0–1.
    """

    kind: Literal["build", "drop"]
    start_beat: float
    end_beat: float
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CuePoint:
    """A place in a track that a DJ wants to find again.

    Attributes:
        track_s: Where [track s].
        kind: "mix_in" and "mix_out" are where to come in and leave; "hot" is a person's own.
        name: As it is shown.
        length_s: Of a loop [s]; 0 for a point.
    """

    track_s: float
    kind: Literal["mix_in", "mix_out", "drop", "break", "section", "hot"]
    name: str = ""
    length_s: float = 0.0


N_TIMBRE = 20
"""Length of a track's timbre."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackAnalysis:
    """Everything that the DJ and the dancers need to know of a recording. Times are track time.

    Attributes:
        track: The recording.
        beat_grid: Its beats and bars (track seconds ⇄ track beats).
        is_constant_tempo: False where the tempo varies and the grid is piecewise.
        key: Best and second-best key.
        sections: In order, adjoining, covering the grid from ``start`` to ``end``; track beats.
        phrases_beats: Track beats at which phrases begin [beats], shape (p,), increasing, on downbeats.
        energy: Perceived energy of each whole bar, shape (n_bars,), 0–1; bar k starts at
            ``beat_grid.bar_start_beat(k)``.
        band_energy: Share of low / mid / high energy per bar, each 0–1 of the track's own maximum,
            shape (n_bars, 3).
        loudness_lufs: Integrated loudness (ITU-R BS.1770-4) [LUFS].
        true_peak_dbtp: True peak at four times oversampling [dBTP].
        confidence: What may be trusted.
        notes: How unusual input was treated, in plain words ("three beats in the bar", …).
        waveform: Peak magnitude per 1/50 s for pictures, shape (m,), 0–1.
        vocals: Chance that somebody sings or speaks, per bar, shape (n_bars,), 0–1.
        chroma: Pitch classes (C first) of each bar, rows of unit length or zero, shape (n_bars, 12).
        bar_loudness_lufs: K-weighted loudness of each bar [LUFS], shape (n_bars,), ungated, −70 at least.
        timbre: How the track sounds as a whole, shape (20,): nearness (Euclidean) is likeness, unrelated tracks lie
            about 1 apart.
        events: Builds and drops, in order.
        cues: Set by a person, from a DJ's library; empty where there is none.
        is_grid_human: The beats were set by a person, and are taken as they are.

    Arrays that were not measured may be left out: they are zeros then.
    """

    track: Track
    beat_grid: BeatGrid
    is_constant_tempo: bool
    key: KeyEstimate
    sections: tuple[Section, ...]
    phrases_beats: NDArray[np.float64]
    energy: NDArray[np.float64]
    band_energy: NDArray[np.float64]
    loudness_lufs: float
    true_peak_dbtp: float
    confidence: Confidence
    notes: tuple[str, ...] = ()
    waveform: NDArray[np.float64]
    vocals: NDArray[np.float64] = field(default_factory=_unmeasured)
    chroma: NDArray[np.float64] = field(default_factory=_unmeasured)
    bar_loudness_lufs: NDArray[np.float64] = field(default_factory=_unmeasured)
    timbre: NDArray[np.float64] = field(default_factory=_unmeasured)
    events: tuple[MusicEvent, ...] = ()
    cues: tuple[CuePoint, ...] = ()
    is_grid_human: bool = False

    def __post_init__(self) -> None:
        n_bars = self.beat_grid.n_bars
        shapes = {
            "vocals": (n_bars,),
            "chroma": (n_bars, 12),
            "bar_loudness_lufs": (n_bars,),
            "timbre": (N_TIMBRE,),
        }
        for name, shape in shapes.items():
            if getattr(self, name).size == 0:
                object.__setattr__(self, name, np.zeros(shape))
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}; expected {shape}")
        for name in ("phrases_beats", "energy", "band_energy", "waveform", *shapes):
            object.__setattr__(self, name, locked(getattr(self, name)))
        if self.energy.shape != (n_bars,):
            raise ValueError(f"energy has shape {self.energy.shape}; expected ({n_bars},), one value a bar")
        if self.band_energy.shape != (n_bars, 3):
            raise ValueError(f"band_energy has shape {self.band_energy.shape}; expected ({n_bars}, 3)")


WAVEFORM_RATE_HZ = 50.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackSummary:
    """What can be said of a track in one row, so that a crate of ten thousand is looked through at once.

    Attributes:
        track: The recording.
        tempo_bpm: Mean tempo where it is constant, else the median.
        beats_per_bar: Of its grid.
        is_constant_tempo: As analysed.
        key: Best and second-best key.
        energy: Mean energy of the livelier half of its bars, 0–1.
        vocals: Mean of the bars' vocal activity, 0–1.
        loudness_lufs: Integrated loudness [LUFS].
        confidence: What may be trusted.
        n_phrases: How many phrases begin in it.
        timbre: As in the analysis, shape (20,).
    """

    track: Track
    tempo_bpm: float
    beats_per_bar: int
    is_constant_tempo: bool
    key: KeyEstimate
    energy: float
    vocals: float
    loudness_lufs: float
    confidence: Confidence
    n_phrases: int
    timbre: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "timbre", locked(self.timbre))


def summary_of(analysis: TrackAnalysis) -> TrackSummary:
    """An analysis in one row."""
    grid = analysis.beat_grid
    tempo_bpm = grid.tempo_bpm
    if analysis.is_constant_tempo:
        tempo_bpm = float(60.0 * (grid.n_beats - 1) / (grid.beats_s[-1] - grid.beats_s[0]))
    livelier = np.sort(analysis.energy)[len(analysis.energy) // 2 :]
    return TrackSummary(
        track=analysis.track,
        tempo_bpm=tempo_bpm,
        beats_per_bar=grid.beats_per_bar,
        is_constant_tempo=analysis.is_constant_tempo,
        key=analysis.key,
        energy=float(livelier.mean()) if len(livelier) else 0.0,
        vocals=float(analysis.vocals.mean()) if len(analysis.vocals) else 0.0,
        loudness_lufs=analysis.loudness_lufs,
        confidence=analysis.confidence,
        n_phrases=len(analysis.phrases_beats),
        timbre=analysis.timbre,
    )
