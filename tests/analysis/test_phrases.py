"""Phrases, sections and events of music whose form is known."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from temirbek.analysis import analyze
from temirbek.analysis.structure import KERNEL_BARS, _contrast, _near_distances, phrase_path
from temirbek.types import TrackAnalysis

from .makers import RATE_HZ, Song, recording_of, synthesize

Floats = NDArray[np.float64]

BPM = 128.0
BAR_S = 4 * 60 / BPM


def bars_of(analysis: TrackAnalysis) -> list[float]:
    """Where phrases begin, in bars of the song (which begins with the sound)."""
    starts_s = analysis.beat_grid.time_at(analysis.phrases_beats)
    return [float(bar) for bar in np.round((starts_s - 0.02) / BAR_S, 2)]


def sections_of(analysis: TrackAnalysis) -> dict[int, str]:
    grid = analysis.beat_grid
    return {round((float(grid.time_at(s.start_beat)) - 0.02) / BAR_S): s.label for s in analysis.sections}


def song(
    tmp_path: Path, drums: tuple[float, ...], chords: tuple[float, ...], extra: Floats | None = None
) -> TrackAnalysis:
    sound = synthesize(Song(bpm=BPM, bars=len(drums), drums=drums, chords=chords, start_s=0.02))
    if extra is not None:
        sound[: len(extra)] += extra.astype(np.float32)
    return analyze(*recording_of(tmp_path, sound))


def riser(from_bar: int, to_bar: int) -> Floats:
    """Noise through a high-pass that grows louder until it stops, as a rising filter sounds."""
    sound = np.zeros(int(to_bar * BAR_S * RATE_HZ))
    first = int(from_bar * BAR_S * RATE_HZ)
    n = len(sound) - first
    noise = np.diff(np.random.default_rng(3).standard_normal(n + 1))
    sound[first:] = 0.15 * np.linspace(0, 1, n) ** 2 * noise
    return sound


def test_a_breakdown_without_drums_keeps_its_bars(tmp_path: Path) -> None:
    drums = (1.0,) * 16 + (0.0,) * 8 + (1.0,) * 16
    chords = (1.0,) * 16 + (0.4,) * 8 + (1.0,) * 16
    analysis = song(tmp_path, drums, chords)
    labels = sections_of(analysis)
    assert labels[16] == "break" and labels[24] == "drop"
    assert {8.0, 16.0, 24.0, 32.0} <= set(bars_of(analysis))
    assert analysis.beat_grid.n_bars in (40, 41)
    drops = [event for event in analysis.events if event.kind == "drop"]
    assert [round(float(analysis.beat_grid.time_at(d.start_beat)) / BAR_S) for d in drops] == [24]
    assert drops[0].strength > 0.5


@pytest.mark.parametrize("intro_bars", [3, 6])
def test_phrases_count_from_where_the_music_begins_anew(tmp_path: Path, intro_bars: int) -> None:
    drums = (0.0,) * intro_bars + (1.0,) * 16 + (0.0,) * 8 + (1.0,) * 8
    chords = (0.3,) * intro_bars + (1.0,) * 16 + (0.3,) * 8 + (1.0,) * 8
    analysis = song(tmp_path, drums, chords)
    assert {float(intro_bars + k) for k in (0, 8, 16, 24)} <= set(bars_of(analysis))
    assert analysis.confidence.phrase > 0.6


def test_a_riser_makes_a_build_of_its_own_length(tmp_path: Path) -> None:
    drums = (1.0,) * 16 + (0.0,) * 8 + (1.0,) * 16
    chords = (1.0,) * 16 + (0.3,) * 8 + (1.0,) * 16
    plain = song(tmp_path, drums, chords)
    rising = song(tmp_path, drums, chords, riser(20, 24))
    assert not [event for event in plain.events if event.kind == "build"]
    builds = [event for event in rising.events if event.kind == "build"]
    assert len(builds) == 1 and builds[0].strength >= 0.5
    start_s, end_s = rising.beat_grid.time_at([builds[0].start_beat, builds[0].end_beat])
    assert end_s == pytest.approx(24 * BAR_S, abs=0.1)
    assert start_s in (pytest.approx(20 * BAR_S, abs=0.1), pytest.approx(16 * BAR_S, abs=0.1))


def test_music_that_never_changes_has_no_events_and_no_sure_phrases(tmp_path: Path) -> None:
    analysis = song(tmp_path, (1.0,) * 32, (1.0,) * 32)
    changing = song(tmp_path, (0.0,) * 8 + (1.0,) * 8 + (0.0,) * 8 + (1.0,) * 8, (0.4, *(1.0,) * 31))
    assert analysis.events == ()
    assert analysis.confidence.phrase < changing.confidence.phrase - 0.1


@settings(max_examples=30)
@given(novelty=st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_a_path_of_phrases_is_increasing_and_inside(novelty: list[float]) -> None:
    path = phrase_path(np.array(novelty))
    assert len(path) >= 1 and path[0] >= 0 and path[-1] < len(novelty)
    assert np.all(np.diff(path) >= 1) and np.all(np.diff(path) <= 12)


@settings(max_examples=30)
@given(seed=st.integers(0, 999), size=st.sampled_from(sorted(KERNEL_BARS)))
def test_the_band_of_distances_is_the_whole_matrix(seed: int, size: int) -> None:
    rows = np.random.default_rng(seed).standard_normal((24, 5))
    whole = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    bar = 12
    before, after = slice(bar - size, bar), slice(bar, bar + size)
    pairs = size * (size - 1)
    within = 0.5 * (whole[before, before].sum() / pairs + whole[after, after].sum() / pairs)
    band = _near_distances(rows, 2 * max(KERNEL_BARS))
    expected = max(0.0, float(whole[before, after].mean() - within))
    assert _contrast(band, bar, size, size) == pytest.approx(expected, abs=1e-12)
