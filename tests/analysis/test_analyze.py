"""The whole analysis: key, structure, energy, notes, and what is refused."""

import json
from pathlib import Path

import mir_eval
import numpy as np
import pytest

from temirbek.analysis import ANALYSIS_VERSION, analyze
from temirbek.audio import decode, resample
from temirbek.errors import AnalysisFailed
from temirbek.types import SECTION_LABELS, TrackAnalysis

from .makers import RATE_HZ, Song, recording, recording_of, synthesize

DRUMS = (0.0,) * 8 + (1.0,) * 16 + (0.0,) * 8 + (1.0,) * 16
CHORDS = (0.3,) * 8 + (1.0,) * 16 + (0.3,) * 8 + (1.0,) * 16


@pytest.fixture(scope="module")
def shaped(tmp_path_factory: pytest.TempPathFactory) -> TrackAnalysis:
    song = Song(bpm=126, bars=48, drums=DRUMS, chords=CHORDS, start_s=0.2)
    return analyze(*recording(tmp_path_factory.mktemp("shaped"), song))


def test_sections_begin_where_the_drums_do(shaped: TrackAnalysis) -> None:
    grid = shaped.beat_grid
    starts = {(s.start_beat - grid.first_downbeat) / 4 for s in shaped.sections[1:]}
    assert {8.0, 24.0, 32.0} <= starts
    labels = {round((s.start_beat - grid.first_downbeat) / 4): s.label for s in shaped.sections[1:]}
    assert shaped.sections[0].label == "intro"
    assert labels[8] == "drop" and labels[24] == "break" and labels[32] == "drop"


def test_laws_of_an_analysis(shaped: TrackAnalysis) -> None:
    grid = shaped.beat_grid
    assert shaped.sections[0].start_beat == 0 and shaped.sections[-1].end_beat == grid.n_beats - 1
    for one, next_one in zip(shaped.sections[:-1], shaped.sections[1:], strict=True):
        assert one.end_beat == next_one.start_beat
    assert all(section.label in SECTION_LABELS for section in shaped.sections)
    assert np.all(np.diff(shaped.phrases_beats) > 0)
    assert np.all((shaped.phrases_beats - grid.first_downbeat) % grid.beats_per_bar == 0)
    for values in (shaped.energy, shaped.band_energy, shaped.waveform):
        assert np.all((values >= 0) & (values <= 1))
    confidence = shaped.confidence
    for value in (confidence.grid, confidence.downbeat, confidence.phrase, confidence.sections):
        assert 0 <= value <= 1
    assert shaped.energy[10] > shaped.energy[2] + 0.2 and shaped.energy[10] > shaped.energy[28] + 0.2


def test_phrases_of_eight_bars(shaped: TrackAnalysis) -> None:
    bars = (shaped.phrases_beats - shaped.beat_grid.first_downbeat) / 4
    assert {8.0, 16.0, 24.0, 32.0, 40.0} <= set(bars)


@pytest.mark.parametrize(("tonic", "minor"), [(9, True), (0, False), (6, False), (3, True)])
def test_key(tmp_path: Path, tonic: int, minor: bool) -> None:
    # the minor loop i–VI–III–VII has the notes of the relative major and could as well be called that
    song = Song(bpm=110, bars=16, tonic=tonic, minor=minor, pattern="none")
    key = analyze(*recording(tmp_path, song)).key
    accepted = {(tonic, "minor"), ((tonic + 3) % 12, "major")} if minor else {(tonic, "major")}
    assert (key.best.tonic, key.best.mode) in accepted
    assert 0 <= key.confidence <= 1 and key.best != key.second


def test_tuning_is_heard(tmp_path: Path) -> None:
    sound = synthesize(Song(bpm=110, bars=12, pattern="none"))[None]
    sharp = resample(sound, RATE_HZ, round(RATE_HZ / 2 ** (30 / 1200)))[0]
    key = analyze(*recording_of(tmp_path, sharp)).key
    assert key.tuning_cents == pytest.approx(30, abs=6)


def test_mono_at_8_khz_is_treated_and_said(tmp_path: Path) -> None:
    song = Song(bpm=120, bars=16)
    low = resample(synthesize(song)[None], RATE_HZ, 8000)[0]
    analysis = analyze(*recording_of(tmp_path, low, rate_hz=8000))
    assert analysis.beat_grid.tempo_bpm == pytest.approx(120, rel=1e-3)
    assert any("mono" in note for note in analysis.notes) and any("8 kHz" in note for note in analysis.notes)


def test_same_sound_same_analysis(tmp_path: Path) -> None:
    song = Song(bpm=117, bars=12)
    one, two = (analyze(*recording(tmp_path, song)) for _ in range(2))
    np.testing.assert_array_equal(one.beat_grid.beats_s, two.beat_grid.beats_s)
    assert one.sections == two.sections and one.key == two.key and one.confidence == two.confidence


def speech_like(rng: np.random.Generator, seconds: float) -> np.ndarray:
    """Syllables and pauses of irregular length, each a buzzing vowel, some begun by a hiss."""
    sound = np.zeros(int(RATE_HZ * seconds))
    at_s = 0.3
    while at_s < seconds - 1.0:
        n = int(rng.lognormal(np.log(0.15), 0.4) * RATE_HZ)
        phase = 2 * np.pi * rng.uniform(100, 180) * np.arange(n) / RATE_HZ
        vowel = sum(np.sin(k * phase) / k for k in range(1, 9)) * np.hanning(n) * rng.uniform(0.3, 1)
        first = int(at_s * RATE_HZ)
        if rng.random() < 0.4:
            sound[first - 900 : first] += 0.3 * rng.standard_normal(900) * np.hanning(900)
        stop = min(len(sound), first + n)
        sound[first:stop] += vowel[: stop - first]
        gap_s = rng.lognormal(np.log(0.05), 0.6) if rng.random() < 0.85 else rng.uniform(0.3, 0.9)
        at_s += n / RATE_HZ + gap_s
    return (0.3 * sound).astype(np.float32)


def test_what_has_no_beat_is_refused_by_name(tmp_path: Path, rng: np.random.Generator) -> None:
    t = np.arange(RATE_HZ * 30) / RATE_HZ
    refused = {
        "silence": np.zeros(RATE_HZ * 20, dtype=np.float32),
        "too short": synthesize(Song(bars=2)),
        "no steady beat": (0.1 * rng.standard_normal(RATE_HZ * 30)).astype(np.float32),
        "no beat can be found": (0.3 * np.sin(2 * np.pi * 220 * t)).astype(np.float32),
    }
    for words, sound in refused.items():
        with pytest.raises(AnalysisFailed, match=words) as caught:
            analyze(*recording_of(tmp_path, sound))
        assert "song.wav" in str(caught.value)


@pytest.mark.parametrize("seconds", [10.0, 40.0])
def test_speech_is_no_music(tmp_path: Path, seconds: float, rng: np.random.Generator) -> None:
    with pytest.raises(AnalysisFailed, match="beat"):
        analyze(*recording_of(tmp_path, speech_like(rng, seconds)))


def test_version_is_part_of_the_public_names() -> None:
    assert ANALYSIS_VERSION


def test_charted_recordings(music_dir: Path) -> None:
    """The bars of the benchmark (``benchmarks/beats.py``) on three charted files."""
    charts = {chart["file"]: chart for chart in json.loads((music_dir / "beats.json").read_text())}
    for name in sorted(charts)[:3]:
        path = music_dir / name
        analysis = analyze(decode(path), path)
        truth = np.array(charts[name]["beats_s"])
        beats = analysis.beat_grid.beats_s
        beats = beats[(beats > truth[0] - 0.1) & (beats < truth[-1] + 0.1)]
        assert mir_eval.beat.f_measure(truth, beats) > 0.9, name
