"""Beats and bars of synthesised music whose beats are known."""

from pathlib import Path

import mir_eval
import numpy as np
import pytest

from temirbek.analysis import analyze
from temirbek.types import TrackAnalysis

from .makers import PATTERNS, Song, beats_of, recording

PHASE_TOLERANCE_S = 0.001
VARYING_TOLERANCE_S = 0.008


def heard(tmp_path: Path, song: Song) -> TrackAnalysis:
    return analyze(*recording(tmp_path, song))


def charted(times_s: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return times_s[(times_s > truth[0] - 0.1) & (times_s < truth[-1] + 0.1)]


def assert_beats(analysis: TrackAnalysis, song: Song, tolerance_s: float) -> None:
    truth = beats_of(song)
    beats = charted(analysis.beat_grid.beats_s, truth)
    assert mir_eval.beat.f_measure(truth, beats) > 0.97
    distance = np.abs(beats[:, None] - truth).min(axis=1)
    assert np.median(distance) < tolerance_s
    ones = truth[song.pickup_beats :: song.beats_per_bar]
    assert mir_eval.beat.f_measure(ones, charted(analysis.beat_grid.downbeats_s, truth)) > 0.95


@pytest.mark.parametrize(
    ("pattern", "bpm"),
    [
        ("house", 124.0),
        ("house", 132.37),
        ("rock", 96.0),
        ("rock", 172.0),
        ("hiphop", 74.0),
        ("boombap", 88.5),
        ("dnb", 174.0),
        ("samba", 104.0),
        ("metal", 150.0),
    ],
)
def test_constant_tempo(tmp_path: Path, pattern: str, bpm: float) -> None:
    song = Song(bpm=bpm, pattern=pattern, bars=24)
    analysis = heard(tmp_path, song)
    assert analysis.is_constant_tempo and analysis.beat_grid.beats_per_bar == 4
    assert analysis.beat_grid.tempo_bpm == pytest.approx(bpm, rel=2e-4)
    assert_beats(analysis, song, PHASE_TOLERANCE_S)


@pytest.mark.parametrize("pickup_beats", [1, 2, 3])
def test_a_pickup_does_not_move_the_one(tmp_path: Path, pickup_beats: int) -> None:
    song = Song(bpm=116, bars=20, pickup_beats=pickup_beats, start_s=1.234)
    assert_beats(heard(tmp_path, song), song, PHASE_TOLERANCE_S)


@pytest.mark.parametrize("bpm", [92.0, 168.0])
def test_three_beats_in_the_bar(tmp_path: Path, bpm: float) -> None:
    song = Song(bpm=bpm, pattern="waltz", bars=32, beats_per_bar=3)
    analysis = heard(tmp_path, song)
    assert analysis.beat_grid.beats_per_bar == 3
    assert "three beats in the bar" in analysis.notes
    assert_beats(analysis, song, PHASE_TOLERANCE_S)


def test_swing_keeps_even_beats(tmp_path: Path) -> None:
    song = Song(bpm=84, pattern="boombap", bars=20, swing=0.62)
    assert_beats(heard(tmp_path, song), song, PHASE_TOLERANCE_S)


def test_drumless_chords_have_beats(tmp_path: Path) -> None:
    song = Song(bpm=100, pattern="none", bars=24)
    analysis = heard(tmp_path, song)
    assert analysis.beat_grid.tempo_bpm == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize("kind", ["accelerando", "breathing", "two tempi"])
def test_a_varying_tempo_is_recognised_and_followed(tmp_path: Path, kind: str) -> None:
    i = np.arange(140)
    tempo_bpm = {
        "accelerando": 114 + 12 * i / len(i),
        "breathing": 120 * (1 + 0.02 * np.sin(i / 20)),
        "two tempi": np.where(i < 70, 120.0, 138.0),
    }[kind]
    song = Song(pattern="rock", beats_s=0.5 + np.concatenate([[0], np.cumsum(60 / tempo_bpm)[:-1]]), bars=35)
    analysis = heard(tmp_path, song)
    assert not analysis.is_constant_tempo
    assert any("varies" in note for note in analysis.notes)
    assert_beats(analysis, song, VARYING_TOLERANCE_S)
    steady = heard(tmp_path, Song(pattern="rock", bars=35))
    assert analysis.confidence.grid < steady.confidence.grid


def test_the_grid_covers_the_recording_and_nothing_else(tmp_path: Path) -> None:
    song = Song(bpm=128, bars=16, start_s=3.3)
    analysis = heard(tmp_path, song)
    beats_s, period_s = analysis.beat_grid.beats_s, 60 / 128
    assert 0 <= beats_s[0] < period_s
    assert analysis.track.duration_s - period_s < beats_s[-1] <= analysis.track.duration_s


def test_every_pattern_is_used() -> None:
    assert set(PATTERNS) == {"house", "rock", "hiphop", "boombap", "dnb", "samba", "metal", "waltz", "none"}
