"""Analyses made by hand, so that planning can be asked about any music without hearing it."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from temirbek.types import (
    BeatGrid,
    Confidence,
    Key,
    KeyEstimate,
    Mode,
    Section,
    SectionLabel,
    Track,
    TrackAnalysis,
)


def with_measurements(analysis: TrackAnalysis, rng: np.random.Generator) -> TrackAnalysis:
    """The same track with voices, chords, loudness and timbre drawn at random, in blocks of four bars."""
    n_bars = len(analysis.energy)
    blocks = -(-n_bars // 4)

    def drawn(values: np.ndarray) -> np.ndarray:
        return np.repeat(values, 4, axis=0)[:n_bars]

    chroma = drawn(rng.uniform(0, 1, (blocks, 12)) ** 3)
    return replace(
        analysis,
        vocals=drawn((rng.uniform(0, 1, blocks) > 0.6).astype(float)),
        chroma=chroma / np.linalg.norm(chroma, axis=1, keepdims=True),
        band_energy=drawn(rng.uniform(0, 1, (blocks, 3))),
        bar_loudness_lufs=analysis.loudness_lufs + drawn(rng.normal(0, 4, blocks)),
        timbre=rng.normal(0, 0.2, 20),
        key=replace(analysis.key, tuning_cents=float(rng.uniform(-50, 50))),
    )


SHAPE: tuple[tuple[SectionLabel, int, float], ...] = (
    ("intro", 8, 0.3),
    ("build", 8, 0.5),
    ("drop", 8, 0.9),
    ("break", 8, 0.4),
    ("drop", 8, 1.0),
    ("outro", 8, 0.3),
)
"""Label, bars and energy of the sections of an ordinary piece of dance music."""


def make_analysis(
    name: str,
    tempo_bpm: float = 120.0,
    *,
    key: tuple[int, Mode] = (9, "minor"),
    beats_per_bar: int = 4,
    shape: tuple[tuple[SectionLabel, int, float], ...] = SHAPE,
    phrase_bars: int = 8,
    pickup_beats: int = 0,
    start_s: float = 0.0,
    confidence: float = 1.0,
    loudness_lufs: float = -14.0,
    path: Path | None = None,
    beats_s: np.ndarray | None = None,
) -> TrackAnalysis:
    """A track of constant tempo with whole sections and phrases of ``phrase_bars``."""
    bars = sum(part[1] for part in shape)
    n_beats = pickup_beats + bars * beats_per_bar
    times = start_s + np.arange(n_beats) * 60.0 / tempo_bpm if beats_s is None else beats_s
    sections, beat = [], float(pickup_beats)
    for label, length, energy in shape:
        sections.append(
            Section(start_beat=beat, end_beat=beat + length * beats_per_bar, label=label, energy=energy)
        )
        beat += length * beats_per_bar
    best = Key(tonic=key[0], mode=key[1])
    return TrackAnalysis(
        track=Track(
            id=name,
            path=path or Path(f"{name}.flac"),
            title=name,
            duration_s=float(times[-1] + times[-1] - times[-2]),
            sample_rate_hz=44100,
            channels=2,
        ),
        beat_grid=BeatGrid(beats_s=times, first_downbeat=pickup_beats, beats_per_bar=beats_per_bar),
        is_constant_tempo=beats_s is None,
        key=KeyEstimate(best=best, second=best, confidence=1.0),
        sections=tuple(sections),
        phrases_beats=pickup_beats + np.arange(0, bars, phrase_bars) * float(beats_per_bar),
        energy=np.concatenate([np.full(length, energy) for _, length, energy in shape]),
        band_energy=np.full((bars, 3), 0.5),
        loudness_lufs=loudness_lufs,
        true_peak_dbtp=-1.0,
        confidence=Confidence(grid=confidence, downbeat=confidence, phrase=confidence, sections=confidence),
        waveform=np.zeros(10),
    )
