"""An analysis as large as a real one."""

import hashlib
from pathlib import Path

import numpy as np

from temirbek.types import BeatGrid, Confidence, Key, KeyEstimate, MusicEvent, Section, Track, TrackAnalysis


def made_analysis(path: Path) -> TrackAnalysis:
    """Two minutes at 120 BPM, numbers drawn from the file's name."""
    digest = hashlib.sha256(path.name.encode()).hexdigest()
    rng = np.random.default_rng(int(digest[:8], 16))
    key = Key(tonic=2, mode="major")
    return TrackAnalysis(
        track=Track(
            id=digest, path=path, title=path.stem, duration_s=121.0, sample_rate_hz=44100, channels=2
        ),
        beat_grid=BeatGrid(beats_s=0.1 + np.arange(240) * 0.5),
        is_constant_tempo=True,
        key=KeyEstimate(best=key, second=key, confidence=0.5),
        sections=(Section(start_beat=0, end_beat=240, label="drop", energy=0.9),),
        phrases_beats=np.arange(0, 240, 32, dtype=float),
        energy=rng.random(60),
        band_energy=rng.random((60, 3)),
        loudness_lufs=-9.0,
        true_peak_dbtp=-0.3,
        confidence=Confidence(grid=0.9, downbeat=0.8, phrase=0.7, sections=0.6),
        waveform=rng.random(6000).astype(np.float32),
        chroma=rng.random((60, 12)),
        events=(MusicEvent(kind="drop", start_beat=32, end_beat=96, strength=0.5),),
    )
