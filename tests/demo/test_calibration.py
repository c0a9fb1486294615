"""The benchmark's measures, tried with ears that are known to be right or wrong in one way."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from temirbek.demo.box import BoxTrack, composed, truth_of
from temirbek.types import (
    BeatGrid,
    Confidence,
    Key,
    KeyEstimate,
    Section,
    Track,
    TrackAnalysis,
)

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def calibration() -> Iterator[ModuleType]:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import calibration

        yield calibration
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def track() -> BoxTrack:
    return truth_of(composed("house", 0), Path("house-0.flac"))


def heard_rightly(track: BoxTrack) -> TrackAnalysis:
    """What perfect ears would say."""
    grid = track.beat_grid
    return TrackAnalysis(
        track=Track(
            id="0", path=track.path, title="", duration_s=track.beats_s[-1], sample_rate_hz=44100, channels=2
        ),
        beat_grid=grid,
        is_constant_tempo=True,
        key=KeyEstimate(
            best=track.key, second=Key(tonic=(track.key.tonic + 6) % 12, mode="major"), confidence=1.0
        ),
        sections=tuple(
            Section(start_beat=s.start_beat, end_beat=s.end_beat, label=s.label, energy=0.5)
            for s in track.sections
        ),
        phrases_beats=track.phrases_beats,
        energy=np.zeros(grid.n_bars),
        band_energy=np.zeros((grid.n_bars, 3)),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        confidence=Confidence(grid=0.95, downbeat=0.95, phrase=0.9, sections=0.9),
        waveform=np.zeros(1),
        vocals=track.vocals,
    )


def on_grid(analysis: TrackAnalysis, grid: BeatGrid) -> TrackAnalysis:
    """The same hearing on another grid, without what is told bar by bar."""
    none = np.zeros(0)
    return replace(
        analysis,
        beat_grid=grid,
        energy=np.zeros(grid.n_bars),
        band_energy=np.zeros((grid.n_bars, 3)),
        vocals=none,
        chroma=none,
        bar_loudness_lufs=none,
    )


def score(calibration: ModuleType, track: BoxTrack, analysis: TrackAnalysis):  # type: ignore[no-untyped-def]
    import scores

    return scores.score_of(calibration.box_case(track), analysis)


def test_perfect_ears_are_right_in_everything(calibration: ModuleType, track: BoxTrack) -> None:
    s = score(calibration, track, heard_rightly(track))
    assert (s.beat_f, s.downbeat_f, s.phrase_hit, s.phrase_found, s.key_right, s.key_near) == (
        1,
        1,
        1,
        1,
        1,
        1,
    )
    assert s.labels_right == 1.0 and s.octave == 1.0 and abs(s.bias_ms) < 1e-6
    assert calibration.vocals_auc([s]) == 1.0


def test_ears_at_the_double_tempo_have_a_wrong_grid(calibration: ModuleType, track: BoxTrack) -> None:
    fine = track.beat_grid.time_at(np.arange(0, len(track.beats_s) - 0.5, 0.5))
    wrong = on_grid(heard_rightly(track), BeatGrid(beats_s=fine))
    s = score(calibration, track, wrong)
    assert s.octave == pytest.approx(2.0, rel=1e-3) and not s.is_grid_right


def test_ears_that_are_late_two_beats_or_half_a_beat(calibration: ModuleType, track: BoxTrack) -> None:
    grid = track.beat_grid
    right = heard_rightly(track)
    late = score(calibration, track, replace(right, beat_grid=replace(grid, beats_s=grid.beats_s + 0.012)))
    assert late.beat_f == 1.0 and late.bias_ms == pytest.approx(12.0, abs=0.1)
    off_beat = replace(right, beat_grid=replace(grid, beats_s=grid.beats_s + 0.25))
    assert score(calibration, track, off_beat).beat_f < 0.05
    two = on_grid(right, BeatGrid(beats_s=grid.beats_s[2:]))
    s = score(calibration, track, two)
    assert s.is_grid_right and s.downbeat_f == 0.0 and s.phrase_hit == 0.0


def test_reliability_counts_what_was_sure_and_wrong(calibration: ModuleType, track: BoxTrack) -> None:
    right = score(calibration, track, heard_rightly(track))
    wrong = replace(right, beat_f=0.6)
    text = calibration.reliability([right, right, right, wrong])
    assert "of those ≥ 0.9: share right 0.750, count 4 of 4" in text
    assert "expected calibration error 0.200" in text  # 0.95 said, 0.75 right
    assert "share right 1.000, count 3 of 3" in text  # downbeats where the grid is right


def test_altered_recordings_take_their_truth_along(calibration: ModuleType, tmp_path: Path) -> None:
    """A click on every beat is still on every beat after each alteration."""
    import cases
    import soundfile

    rate = 44100
    beats_s = 0.5 + np.arange(40) * 0.5
    sound = np.zeros((int(21.5 * rate), 2))
    for at in np.round(beats_s * rate).astype(int):
        sound[at : at + 400] += 0.5 * np.sin(np.arange(400) * 0.15)[:, None]
    soundfile.write(tmp_path / "clicks.wav", sound, rate)
    chart = {"file": "clicks.wav", "beats_s": beats_s.tolist(), "downbeats_s": beats_s[::4].tolist()}
    plain = cases.chart_case(tmp_path, chart)
    ways = [way for way in cases.ALTERATIONS if way != "mp3"]
    for way in ways:
        case = cases.altered(plain, way, tmp_path)
        new, new_rate = soundfile.read(case.path, always_2d=True)
        energy = np.convolve(new.mean(axis=1) ** 2, np.ones(64), "same")
        for beat in case.beats_s[1:-1]:
            around = energy[round((beat - 0.1) * new_rate) : round((beat + 0.1) * new_rate)]
            first = np.flatnonzero(around > 0.5 * around.max())[0] / new_rate - 0.1
            assert abs(first) < 0.004, (way, beat, first)
    assert len(cases.altered(plain, "cropped", tmp_path).beats_s) < len(beats_s)
