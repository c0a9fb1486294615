"""What is true of a piece of the box: written, not heard."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temirbek.demo.box.tune import Lane, Tune
from temirbek.types import BeatGrid, Key, MusicEvent, SectionLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSection:
    """A section as it was arranged: its role, first and last beat (track beats)."""

    label: SectionLabel
    start_beat: float
    end_beat: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoxTrack:
    """One piece of the box and the truth about it. Track beats count from ``beats_s[0]``, track time from sample 0.

    Attributes:
        path: The file.
        style: Its style's name, one of :data:`temirbek.demo.box.STYLES`.
        seed: What it was drawn from.
        tempo_bpm: Median tempo at the felt level [BPM].
        beats_s: Beats at the felt level [s], shape (n,).
        first_downbeat: Index of the first beat that is "the one" of a bar.
        beats_per_bar: Beats in the bar.
        phrases_beats: Track beats on which phrases begin, counted anew in each section, shape (p,).
        sections: In order, adjoining, from the first beat to the last.
        key: Key.
        tuning_cents: Tuning against A = 440 Hz [cents].
        vocals: Share of each whole bar in which somebody sings or raps, shape (n_bars,), 0–1.
        events: Builds, and the drops that do not merely follow a verse.
    """

    path: Path
    style: str
    seed: int
    tempo_bpm: float
    beats_s: NDArray[np.float64]
    first_downbeat: int
    beats_per_bar: int
    phrases_beats: NDArray[np.float64]
    sections: tuple[BoxSection, ...]
    key: Key
    tuning_cents: float
    vocals: NDArray[np.float64]
    events: tuple[MusicEvent, ...]

    @property
    def beat_grid(self) -> BeatGrid:
        """The true beats and bars as the noun that the other rooms use."""
        return BeatGrid(
            beats_s=self.beats_s, first_downbeat=self.first_downbeat, beats_per_bar=self.beats_per_bar
        )

    @property
    def downbeats_s(self) -> NDArray[np.float64]:
        """First beats of the bars [s]."""
        return self.beats_s[self.first_downbeat :: self.beats_per_bar]


def truth_of(tune: Tune, path: Path) -> BoxTrack:
    """What is true of a tune, without playing it."""
    beats = np.arange(tune.first_beat, tune.n_beats)
    first_bar = max(0, -(-tune.first_beat // tune.beats_per_bar))
    sections = _sections(tune)
    return BoxTrack(
        path=path,
        style=tune.style,
        seed=tune.seed,
        tempo_bpm=float(np.median(tune.tempi_bpm)),
        beats_s=tune.time_s(beats.astype(float)),
        first_downbeat=int(-tune.first_beat % tune.beats_per_bar),
        beats_per_bar=tune.beats_per_bar,
        phrases_beats=_phrases(tune),
        sections=sections,
        key=tune.key,
        tuning_cents=tune.tuning_cents,
        vocals=_vocals(tune)[first_bar:],
        events=_events(sections),
    )


def _phrases(tune: Tune) -> NDArray[np.float64]:
    """Track beats of the phrases: counted anew from the start of each section, shape (p,)."""
    phrase = tune.beats_per_bar * tune.phrase_bars
    starts = [
        np.arange(tune.start_beat(i), tune.start_beat(i) + part.bars * tune.beats_per_bar, phrase)
        for i, part in enumerate(tune.parts)
    ]
    beats = np.concatenate(starts).astype(float)
    return np.asarray(beats[beats >= tune.first_beat] - tune.first_beat)


def _sections(tune: Tune) -> tuple[BoxSection, ...]:
    starts = [tune.start_beat(i) - tune.first_beat for i in range(len(tune.parts))]
    ends = [*starts[1:], tune.n_beats - tune.first_beat]
    starts[0] = 0  # an upbeat belongs to the first section
    return tuple(
        BoxSection(label=part.label, start_beat=float(start), end_beat=float(end))
        for part, start, end in zip(tune.parts, starts, ends, strict=True)
    )


def _events(sections: tuple[BoxSection, ...]) -> tuple[MusicEvent, ...]:
    """Builds, and the drops that release something: a high point that follows a verse is a chorus, and no event."""
    events = []
    for i, section in enumerate(sections):
        is_drop = section.label == "drop" and i > 0 and sections[i - 1].label != "verse"
        if section.label == "build" or is_drop:
            kind: Literal["build", "drop"] = "drop" if is_drop else "build"
            events.append(
                MusicEvent(kind=kind, start_beat=section.start_beat, end_beat=section.end_beat, strength=1.0)
            )
    return tuple(events)


def _vocals(tune: Tune) -> NDArray[np.float64]:
    """Share of each bar from bar 0 on that is sung, in steps of a sixteenth of a beat, shape (bars,)."""
    fine = 16
    sung = np.zeros(tune.n_beats * fine, dtype=bool)
    for lane in tune.lanes:
        if lane.is_voice:
            for start, end in _spans(tune, lane):
                sung[max(0, round(start * fine)) : max(0, round(end * fine))] = True
    return np.asarray(sung.reshape(-1, tune.beats_per_bar * fine).mean(axis=1))


def _spans(tune: Tune, lane: Lane) -> list[tuple[float, float]]:
    spans: list[tuple[float, float]] = []
    for i, pattern in lane.plays.items():
        played = pattern.filling(tune.parts[i].bars * tune.beats_per_bar)
        starts = tune.start_beat(i) + played.beats
        spans += list(zip(starts.tolist(), (starts + played.lengths_beats).tolist(), strict=True))
    return spans
