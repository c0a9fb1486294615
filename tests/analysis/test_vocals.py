"""Voices are told from instruments, in the bars in which they sound."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from temirbek.analysis import analyze
from temirbek.analysis.spectrum import HOP, spectrum
from temirbek.analysis.vocals import VoiceListener, vocal_activity

from .makers import RATE_HZ, Song, recording_of, synthesize
from .singers import arpeggio, guitar, lead, pad, voice

Floats = NDArray[np.float64]

BAR_S = 2.0
SECONDS = 16.0
BOUNDS_S = np.arange(0, SECONDS + 0.1, BAR_S)


@pytest.fixture(scope="module")
def band() -> Floats:
    """Drums, bass and chords at 120 BPM, eight bars, RMS 1."""
    song = synthesize(Song(bpm=120, bars=8, start_s=0.0))[: int(SECONDS * RATE_HZ)].astype(float)
    return song / song.std()


def level(sound: Floats, db: float) -> Floats:
    """``sound`` at so many dB against the band."""
    return 10 ** (db / 20) * sound / max(float(sound.std()), 1e-12)


def heard(*channels: Floats) -> Floats:
    samples = 0.1 * np.array(channels, dtype=np.float32)
    sounds = spectrum(samples, RATE_HZ)
    return vocal_activity(sounds.voice, sounds.mel_rate_hz, BOUNDS_S)


@pytest.mark.parametrize("tonic_hz", [110.0, 165.0, 220.0, 330.0])
@pytest.mark.parametrize("db", [-3.0, 3.0])
def test_a_voice_over_a_band_is_heard(
    band: Floats, rng: np.random.Generator, tonic_hz: float, db: float
) -> None:
    mix = band + level(voice(rng, SECONDS, tonic_hz), db)
    assert np.median(heard(mix)) > 0.6
    assert np.median(heard(mix, mix)) > 0.6


@pytest.mark.parametrize("instrument", [lead, pad, guitar, arpeggio])
def test_instruments_are_no_voices(band: Floats, instrument: Callable[[float], Floats]) -> None:
    sound = instrument(SECONDS)
    mix = band + level(sound, 0.0)
    assert np.median(heard(mix)) < 0.4
    assert np.median(heard(level(sound, 0.0))) < 0.65  # alone, a fast arpeggio is doubtful
    assert np.median(heard(band)) < 0.3


def test_drums_alone_and_silence_are_no_voices() -> None:
    drums = synthesize(Song(bpm=120, bars=8, start_s=0.0, chords=(0.0,) * 8))[: int(SECONDS * RATE_HZ)]
    assert np.median(heard(drums)) < 0.3 and heard(drums).max() < 0.5
    assert heard(np.zeros(int(SECONDS * RATE_HZ))).max() < 0.1


def test_what_lies_at_the_sides_is_not_the_voice_in_the_middle(
    band: Floats, rng: np.random.Generator
) -> None:
    singer = level(voice(rng, SECONDS), 0.0)
    middle, side = heard(band + singer, band + singer), heard(band + singer, band - singer)
    assert np.median(side) < 0.4 < 0.6 < np.median(middle)


def test_a_voice_counts_in_the_bar_in_which_it_sounds(band: Floats, rng: np.random.Generator) -> None:
    first, last = 3 * BAR_S - 1.0, 5 * BAR_S  # it comes in two beats before bar 3
    singer = np.zeros(len(band))
    inside = slice(int(first * RATE_HZ), int(last * RATE_HZ))
    singer[inside] = voice(rng, last - first)[: inside.stop - inside.start]
    chances = heard(band + 1.2 * level(singer, 0.0) * np.sqrt((last - first) / SECONDS))
    assert chances[2] > 0.5, "the bar of the pickup"
    assert chances[3:5].min() > 0.5
    assert chances[:2].max() < 0.4 and chances[6:].max() < 0.4


def test_loudness_does_not_matter(band: Floats, rng: np.random.Generator) -> None:
    mix = band + level(voice(rng, SECONDS), 0.0)
    np.testing.assert_allclose(heard(mix), heard(0.05 * mix), atol=0.02)


@settings(max_examples=10)
@given(cuts=st.lists(st.integers(1, 119), min_size=0, max_size=6), seed=st.integers(0, 9))
def test_blocks_of_any_size_give_the_same_evidence(cuts: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    mid, side = random.random((2, 120, 1025)).astype(np.float32) ** 4
    whole = VoiceListener(RATE_HZ / 2048)
    whole.add(mid, side)
    blocks = VoiceListener(RATE_HZ / 2048)
    bounds = [0, *sorted(set(cuts)), 120]
    for a, b in itertools.pairwise(bounds):
        blocks.add(mid[a:b], side[a:b])
    np.testing.assert_array_equal(whole.finish(), blocks.finish())


def test_frames_reach_to_the_end() -> None:
    samples = np.zeros((1, 100_000), dtype=np.float32)
    sounds = spectrum(samples, RATE_HZ)
    assert len(sounds.mel_db) == len(sounds.voice) == 1 + (100_000 + 2048) // HOP - 2
    assert len(sounds.chroma) == 1 + 100_000 // 2048


def test_the_analysis_tells_it_per_bar(tmp_path: Path, rng: np.random.Generator, band: Floats) -> None:
    singer = voice(rng, SECONDS)
    singer[: len(singer) // 2] = 0
    analysis = analyze(*recording_of(tmp_path, (0.1 * (band + level(singer, 3.0))).astype(np.float32)))
    n = analysis.beat_grid.n_bars
    assert analysis.vocals.shape == (n,)
    assert analysis.vocals[n // 2 + 1 : n - 1].mean() > analysis.vocals[: n // 2 - 1].mean() + 0.4
