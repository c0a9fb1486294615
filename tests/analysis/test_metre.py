"""Music on which the easy answer is wrong, and confidence that knows it."""

from dataclasses import replace
from pathlib import Path

import mir_eval
import numpy as np
import pytest
import soundfile

from temirbek.analysis import analyze
from temirbek.analysis.confidence import DOWNBEAT, GRID, OCTAVE, Logistic
from temirbek.analysis.phase import fine_energy, fine_offset_s, followed_s
from temirbek.audio import decode
from temirbek.types import TrackAnalysis

from .makers import RATE_HZ, Song, beats_of, hat, kick, recording, recording_of, snare, synthesize

APART_S = 0.012
EXACT_S = 0.001
FOLLOWED_S = 0.006


def heard(tmp_path: Path, song: Song) -> TrackAnalysis:
    return analyze(*recording(tmp_path, song))


def f_of(analysis: TrackAnalysis, truth: np.ndarray) -> float:
    beats = analysis.beat_grid.beats_s
    beats = beats[(beats > truth[0] - 0.1) & (beats < truth[-1] + 0.1)]
    return float(mir_eval.beat.f_measure(truth, beats))


def drum_loop(beats_s: np.ndarray, hat_late_s: float, hat_gain: float, seed: int = 3) -> np.ndarray:
    """Kick and snare in turn on the beats, hats in eighths, all of them early or late."""
    rng = np.random.default_rng(seed)
    sound = 1e-4 * rng.standard_normal(int((beats_s[-1] + 1.0) * RATE_HZ))
    eighth_s = float(np.median(np.diff(beats_s))) / 2
    for index, beat_s in enumerate(beats_s):
        hits = [(beat_s, kick(rng) if index % 2 == 0 else snare(rng))]
        hits += [(beat_s + late_s + hat_late_s, hat_gain * hat(rng)) for late_s in (0.0, eighth_s)]
        for at_s, what in hits:
            first = round(at_s * RATE_HZ)
            stop = min(len(sound), first + len(what))
            sound[first:stop] += what[: stop - first]
    return (0.6 * sound / np.abs(sound).max()).astype(np.float32)


# ── which octave ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("pattern", "bpm"), [("hiphop", 90.0), ("rock", 180.0)])
def test_the_same_pulse_is_slow_or_fast_by_what_is_played(tmp_path: Path, pattern: str, bpm: float) -> None:
    """A 90/180 pair: hip-hop with its snare on two and four of 90, rock on two and four of 180."""
    song = Song(bpm=bpm, pattern=pattern, bars=24)
    analysis = heard(tmp_path, song)
    assert analysis.beat_grid.tempo_bpm == pytest.approx(bpm, rel=1e-3)
    assert f_of(analysis, beats_of(song)) > 0.97


def test_a_half_time_beat_is_not_taken_twice_as_fast(tmp_path: Path) -> None:
    song = Song(bpm=71.0, pattern="hiphop", bars=20)
    assert heard(tmp_path, song).beat_grid.tempo_bpm == pytest.approx(71.0, rel=1e-3)


# ── which half, which one ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_breakdown_without_drums_keeps_the_grid(tmp_path: Path) -> None:
    drums = (1.0,) * 8 + (0.0,) * 8 + (1.0,) * 8
    song = Song(bpm=127.0, bars=24, drums=drums)
    analysis = heard(tmp_path, song)
    truth = beats_of(song)
    beats = analysis.beat_grid.beats_s
    in_break = truth[(truth > truth[36]) & (truth < truth[60])]
    assert np.abs(beats[:, None] - in_break).min(axis=0).max() < 2 * EXACT_S
    assert analysis.is_constant_tempo and f_of(analysis, truth) > 0.97


def test_a_recording_that_starts_on_an_upbeat(tmp_path: Path) -> None:
    """Cut in the middle of a beat, half a beat before "four"."""
    song = Song(bpm=118.0, bars=20, start_s=0.0)
    cut_s = 2.5 * 60 / song.bpm
    sound = synthesize(song)[round(cut_s * RATE_HZ) :]
    grid = analyze(*recording_of(tmp_path, sound)).beat_grid
    ones = beats_of(song)[4::4] - cut_s
    assert np.abs(grid.downbeats_s[:, None] - ones).min(axis=0).max() < 2 * EXACT_S


# ── where exactly ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("hat_late_s", [-APART_S, 0.0, APART_S])
@pytest.mark.parametrize("hat_gain", [0.7, 2.0])
def test_the_kick_places_the_beat_not_the_hat(hat_late_s: float, hat_gain: float) -> None:
    beats = 0.5 + 0.5 * np.arange(64)
    energy = fine_energy(drum_loop(beats, hat_late_s, hat_gain)[None], RATE_HZ)
    for moved_s in (-0.005, 0.0, 0.004):
        assert moved_s + fine_offset_s(energy, beats + moved_s) == pytest.approx(0.0, abs=EXACT_S)


def test_kick_and_hat_apart_in_a_whole_analysis(tmp_path: Path) -> None:
    beats = 0.7 + 60 / 124 * np.arange(80)
    analysis = analyze(*recording_of(tmp_path, drum_loop(beats, -APART_S, 1.5)))
    late = [np.abs(analysis.beat_grid.beats_s - beat).min() for beat in beats]
    assert np.median(late) < EXACT_S


def test_a_drummer_who_drifts_is_followed(tmp_path: Path, rng: np.random.Generator) -> None:
    """Tempo bends by two per cent over half a minute, single hits by 4 ms."""
    index = np.arange(130)
    steps_s = 60 / (112 * (1 + 0.02 * np.sin(index / 18) + 0.01 * np.sin(index / 7)))
    truth = 0.5 + np.concatenate([[0.0], np.cumsum(steps_s)[:-1]])
    played = truth + rng.normal(0, 0.004, len(truth))
    analysis = heard(tmp_path, Song(pattern="rock", beats_s=played, bars=32))
    assert not analysis.is_constant_tempo
    assert f_of(analysis, truth) > 0.97
    beats = analysis.beat_grid.beats_s
    assert np.median(np.abs(beats[:, None] - truth).min(axis=0)) < FOLLOWED_S


def test_following_is_exact_where_players_are() -> None:
    """Twin: beats handed over late come back to the attacks, wherever the tempo goes."""
    steps_s = 0.5 * (1 + 0.03 * np.sin(np.arange(60) / 9))
    truth = 0.5 + np.cumsum(steps_s)
    energy = fine_energy(drum_loop(truth, APART_S, 0.5)[None], RATE_HZ)
    followed = followed_s(energy, truth + 0.008)
    assert np.abs(followed - truth).max() < 2 * EXACT_S


def test_an_mp3_delayed_by_its_encoder_is_heard_where_it_sounds(tmp_path: Path) -> None:
    """The grid belongs to the decoded sound, whatever the encoder put before it."""
    song = Song(bpm=122.0, bars=16)
    sound = synthesize(song)
    path = tmp_path / "coded.mp3"
    soundfile.write(path, sound, RATE_HZ, format="MP3")
    coded = decode(path)
    n = min(len(sound), coded.samples.shape[1])
    spectrum = np.fft.rfft(coded.samples.mean(axis=0)[:n], 2 * n) * np.fft.rfft(sound[:n], 2 * n).conj()
    delay = int(np.fft.irfft(spectrum).argmax())
    delay_s = (delay if delay < n else delay - 2 * n) / RATE_HZ
    beats = analyze(coded, path).beat_grid.beats_s
    truth = beats_of(song) + delay_s
    assert np.abs(beats[:, None] - truth).min(axis=0).max() < 2 * EXACT_S


# ── confidence ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ordinary_dance_music_is_certain(tmp_path: Path) -> None:
    confidence = heard(tmp_path, Song(bpm=124.0, bars=40)).confidence
    assert confidence.grid >= 0.9 and confidence.downbeat >= 0.9


def test_what_is_open_is_said_to_be(tmp_path: Path) -> None:
    """One chord and a kick on every beat: nothing tells which is the one."""
    sure = heard(tmp_path, Song(bpm=124.0, bars=24)).confidence
    beats = 0.5 + 60 / 124 * np.arange(96)
    rng = np.random.default_rng(5)
    sound = 1e-4 * rng.standard_normal(int((beats[-1] + 1) * RATE_HZ))
    for beat_s in beats:
        first = round(beat_s * RATE_HZ)
        hit = kick(rng)
        sound[first : first + len(hit)] += hit[: len(sound) - first]
    bare = analyze(*recording_of(tmp_path, (0.5 * sound).astype(np.float32))).confidence
    assert bare.downbeat < 0.75 and sure.downbeat > 0.9


@pytest.mark.parametrize("regression", [OCTAVE, GRID, DOWNBEAT])
def test_chances_stay_within_what_was_seen(regression: Logistic) -> None:
    highest = {name: 1e9 * np.sign(weight) for name, weight in regression.weights.items()}
    lowest = {name: -value for name, value in highest.items()}
    assert 0 < regression.chance(lowest) < 0.5 < regression.chance(highest) < 1
    at_limits = {n: regression.limits[n][int(v > 0)] for n, v in highest.items()}
    assert regression.chance(highest) == pytest.approx(regression.chance(at_limits))


def test_log_odds_add_up() -> None:
    one = Logistic(bias=-1.0, weights={"a": 2.0, "b": -1.0}, limits={"a": (0, 1), "b": (0, 1)})
    assert one.log_odds({"a": 0.5, "b": 1.0}) == pytest.approx(-1.0)
    assert one.chance({"a": 0.5, "b": 0.0, "c": 7.0}) == pytest.approx(0.5)
    with pytest.raises(KeyError):
        one.chance({"a": 0.5})
    assert replace(one, bias=0.0).log_odds({"a": 2.0, "b": 0.0}) == 2.0
