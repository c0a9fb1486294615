"""Bars in numbers: loudness, and the beats that a person set."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from temirbek.analysis import analyze
from temirbek.analysis.bars import bar_loudness_lufs
from temirbek.audio import integrated_lufs
from temirbek.errors import InvalidInput
from temirbek.types import BeatGrid, CuePoint, TrackAnalysis

from .makers import RATE_HZ, Song, beats_of, recording, recording_of, synthesize

SONG = Song(bpm=122, bars=20)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> TrackAnalysis:
    return analyze(*recording(tmp_path_factory.mktemp("heard"), SONG))


@pytest.mark.parametrize("channels", [1, 2])
def test_a_sine_of_minus_20_dbfs_has_the_loudness_of_the_standard(channels: int) -> None:
    # BS.1770-4: a 997 Hz sine at 0 dBFS in one channel reads −3.01 LUFS; mono is played on both sides
    t = np.arange(8 * RATE_HZ) / RATE_HZ
    sine = np.tile((0.1 * np.sin(2 * np.pi * 997 * t)).astype(np.float32), (channels, 1))
    lufs = bar_loudness_lufs(sine, RATE_HZ, np.array([1.0, 2.5, 4.0, 7.9, 9.0, 11.0]))
    np.testing.assert_allclose(lufs[:3], -20.0, atol=0.05)
    assert lufs[-1] == -70.0


def test_bars_of_even_music_are_as_loud_as_the_whole(heard: TrackAnalysis) -> None:
    inner = heard.bar_loudness_lufs[2:-2]
    assert np.abs(inner - heard.loudness_lufs).max() < 2.0
    power = np.mean(10 ** (inner / 10))
    assert 10 * np.log10(power) == pytest.approx(heard.loudness_lufs, abs=0.5)


def test_bounds_between_blocks_lose_nothing(rng: np.random.Generator) -> None:
    noise = (0.1 * rng.standard_normal((2, 20 * RATE_HZ))).astype(np.float32)  # longer than a block
    lufs = bar_loudness_lufs(noise, RATE_HZ, np.linspace(0.5, 19.5, 12))
    np.testing.assert_allclose(lufs, integrated_lufs(noise, RATE_HZ), atol=0.1)


def test_a_persons_grid_is_taken_as_it_is(tmp_path: Path, heard: TrackAnalysis) -> None:
    beats_s = beats_of(SONG) + 0.031  # a little late, and its one on the third beat: a person's right
    grid = BeatGrid(beats_s=beats_s, first_downbeat=2)
    cues = (CuePoint(track_s=12.5, kind="hot", name="here"),)
    analysis = analyze(*recording(tmp_path, SONG), known_grid=grid, cues=cues)
    assert analysis.beat_grid is grid and analysis.is_grid_human and analysis.cues == cues
    assert analysis.confidence.grid == analysis.confidence.downbeat == 1.0
    assert analysis.is_constant_tempo and analysis.key == heard.key
    assert len(analysis.energy) == len(analysis.vocals) == grid.n_bars
    assert np.all((analysis.phrases_beats - 2) % 4 == 0)
    assert not heard.is_grid_human and heard.cues == ()
    assert any("person" in note for note in analysis.notes)


def test_what_has_no_beat_can_be_analysed_on_a_persons_grid(tmp_path: Path, rng: np.random.Generator) -> None:
    noise = (0.1 * rng.standard_normal(30 * RATE_HZ)).astype(np.float32)
    waltz = BeatGrid(beats_s=0.7 + 0.5 * np.arange(57) + 0.05 * np.sin(np.arange(57) / 9), beats_per_bar=3)
    analysis = analyze(*recording_of(tmp_path, noise), known_grid=waltz)
    assert analysis.beat_grid is waltz and not analysis.is_constant_tempo
    assert len(analysis.energy) == 19


def test_a_grid_beside_the_recording_is_refused(tmp_path: Path) -> None:
    song, path = recording(tmp_path, SONG)
    for beats_s in (1000 + np.arange(16) * 0.5, np.array([1.0, 1.5, 2.0])):
        with pytest.raises(InvalidInput, match=r"song\.wav.*whole bar"):
            analyze(song, path, known_grid=BeatGrid(beats_s=beats_s))


def test_a_grid_may_be_wider_than_the_recording_or_a_single_bar(tmp_path: Path) -> None:
    song, path = recording(tmp_path, SONG)
    period_s = 60 / SONG.bpm
    wide = BeatGrid(beats_s=0.5 + period_s * np.arange(-12, 120))
    analysis = analyze(song, path, known_grid=wide)
    assert len(analysis.vocals) == wide.n_bars == 33
    assert analysis.bar_loudness_lufs[0] == analysis.bar_loudness_lufs[-1] == -70.0
    assert not analysis.chroma[-1].any() and analysis.chroma[10].any()
    single = analyze(song, path, known_grid=BeatGrid(beats_s=0.5 + period_s * np.arange(4)))
    assert len(single.sections) == len(single.energy) == len(single.phrases_beats) == 1


def test_timbre_is_that_of_the_band_not_of_key_tempo_or_loudness(
    tmp_path: Path, heard: TrackAnalysis
) -> None:
    def timbre(song: Song, gain: float = 1.0) -> np.ndarray:
        return analyze(*recording_of(tmp_path, (gain * synthesize(song)).astype(np.float32))).timbre

    def apart(other: np.ndarray) -> float:
        return float(np.linalg.norm(other - heard.timbre))

    assert heard.timbre.shape == (20,)
    same = [
        timbre(SONG, 0.2),
        timbre(replace(SONG, bpm=131.0, tonic=2, seed=8)),
    ]
    other = [timbre(replace(SONG, pattern="none")), timbre(replace(SONG, chords=(0.0,) * 20))]
    assert max(map(apart, same)) < 0.25 < 0.4 < min(map(apart, other))
