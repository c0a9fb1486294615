"""The key, whatever the tuning, and how sure one may be of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.analysis.key import bar_chroma, estimate_key, estimate_tuning, semitones
from temirbek.analysis.spectrum import CHROMA_BINS, spectrum
from temirbek.audio import resample
from temirbek.types import Key, KeyEstimate

from .makers import RATE_HZ, Song, synthesize

TUNING_TOLERANCE_CENTS = 5.0


def heard(song: Song, cents: float = 0.0) -> KeyEstimate:
    sound = synthesize(song)[None]
    if cents:
        sound = resample(sound, RATE_HZ, round(RATE_HZ / 2 ** (cents / 1200)))
    return estimate_key(spectrum(sound, RATE_HZ))


def same_notes(key: Key) -> set[Key]:
    relative = (
        Key(tonic=(key.tonic + 9) % 12, mode="minor")
        if key.mode == "major"
        else Key(tonic=(key.tonic + 3) % 12, mode="major")
    )
    return {key, relative}


@pytest.mark.parametrize("cents", [-45.0, -25.0, 20.0, 45.0])
@pytest.mark.parametrize(("tonic", "minor"), [(0, False), (9, True), (5, False), (11, True)])
def test_a_detuned_track_keeps_its_key(cents: float, tonic: int, minor: bool) -> None:
    estimate = heard(Song(bpm=118, bars=8, tonic=tonic, minor=minor, pattern="rock"), cents)
    assert estimate.best in same_notes(Key(tonic=tonic, mode="minor" if minor else "major"))
    assert estimate.tuning_cents == pytest.approx(cents, abs=TUNING_TOLERANCE_CENTS)
    assert estimate.confidence > 0.7 and estimate.second != estimate.best


def test_halfway_between_two_keys_either_is_right() -> None:
    estimate = heard(Song(bpm=118, bars=8, tonic=0, minor=False, pattern="none"), 50.0)
    assert abs(estimate.tuning_cents) == pytest.approx(50, abs=TUNING_TOLERANCE_CENTS)
    rounded_down = estimate.tuning_cents > 0
    assert estimate.best in same_notes(Key(tonic=0 if rounded_down else 1, mode="major"))


def test_drums_and_noise_have_no_sure_key(rng: np.random.Generator) -> None:
    drums = heard(Song(bpm=118, bars=8, chords=(0.0,) * 8))
    noise = estimate_key(spectrum(0.1 * rng.standard_normal((1, 20 * RATE_HZ)).astype(np.float32), RATE_HZ))
    song = heard(Song(bpm=118, bars=8))
    assert max(drums.confidence, noise.confidence) < 0.6 < song.confidence
    silence = estimate_key(spectrum(np.zeros((1, 10 * RATE_HZ), dtype=np.float32), RATE_HZ))
    assert silence.confidence < 0.1


@settings(max_examples=25)
@given(shift=st.integers(0, 11), seed=st.integers(0, 99))
def test_transposed_notes_are_a_transposed_key(shift: int, seed: int) -> None:
    fine = np.random.default_rng(seed).random(CHROMA_BINS)
    moved = np.roll(fine, 10 * shift)
    assert estimate_tuning(moved) == pytest.approx(estimate_tuning(fine), abs=1e-9)
    np.testing.assert_allclose(semitones(moved, 0.1), np.roll(semitones(fine, 0.1), shift), atol=1e-9)


def test_bars_have_the_chroma_of_their_chord() -> None:
    sound = synthesize(Song(bpm=120, bars=4, tonic=0, minor=False, start_s=0.0, pattern="none"))[None]
    chroma = bar_chroma(spectrum(sound, RATE_HZ), 0.0, np.arange(5) * 2.0)
    np.testing.assert_allclose(np.linalg.norm(chroma, axis=1), 1.0)
    for row, chord in zip(chroma, ({0, 4, 7}, {7, 11, 2}, {9, 0, 4}, {5, 9, 0}), strict=True):
        assert set(np.argsort(row)[-3:]) == chord
    after_the_end = bar_chroma(spectrum(sound, RATE_HZ), 0.0, np.array([100.0, 102.0]))
    assert not after_the_end.any()
