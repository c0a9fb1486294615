"""Second opinions: what votes change, what they must not, and how Beat This! is loaded."""

import sys
import types
from pathlib import Path

import numpy as np
import pytest

from temirbek.analysis import analyze
from temirbek.analysis.beat_this import load_voter
from temirbek.analysis.votes import Votes, agreement
from temirbek.errors import DeviceLost, InvalidInput
from temirbek.types import TrackAnalysis

from .makers import Song, beats_of, recording

# Kicks at 180 or at 90 with kicks between the beats: as likely one as the other.
OPEN = Song(bpm=180.0, pattern="house", bars=40)
PLAIN = Song(bpm=90.0, pattern="hiphop", bars=20)


class Fake:
    """A voter that has its answer ready."""

    def __init__(self, beats_s: np.ndarray, downbeats_s: np.ndarray) -> None:
        self.votes = Votes(beats_s=beats_s, downbeats_s=downbeats_s)

    def __call__(self, samples: np.ndarray, sample_rate_hz: int) -> Votes:
        assert samples.ndim == 2 and sample_rate_hz > 0
        return self.votes


def heard(tmp_path: Path, song: Song, voter: Fake | None) -> TrackAnalysis:
    return analyze(*recording(tmp_path, song), voter=voter)


def rough(beats_s: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As a network says them: in frames of 20 ms, some missing."""
    kept = beats_s[rng.random(len(beats_s)) < 0.9]
    return np.round((kept + rng.normal(0, 0.008, len(kept))) / 0.02) * 0.02


def test_votes_place_nothing(tmp_path: Path, rng: np.random.Generator) -> None:
    beats = beats_of(PLAIN)
    with_votes = heard(tmp_path, PLAIN, Fake(rough(beats, rng), rough(beats[::4], rng)))
    alone = heard(tmp_path, PLAIN, None)
    np.testing.assert_array_equal(with_votes.beat_grid.beats_s, alone.beat_grid.beats_s)
    assert with_votes.confidence.grid >= alone.confidence.grid


def test_votes_decide_what_the_sound_leaves_open(tmp_path: Path, rng: np.random.Generator) -> None:
    """The same sound, two opinions of its octave: each is taken."""
    beats = beats_of(OPEN)
    slow = heard(tmp_path, OPEN, Fake(rough(beats[::2], rng), beats[::8]))
    fast = heard(tmp_path, OPEN, Fake(rough(beats, rng), beats[::4]))
    assert slow.beat_grid.tempo_bpm == pytest.approx(90.0, rel=1e-3)
    assert fast.beat_grid.tempo_bpm == pytest.approx(180.0, rel=1e-3)


def test_the_one_that_is_voted_for(tmp_path: Path) -> None:
    """Drums alone, bars that are alike in both halves: only the votes know one from three."""
    song = Song(bpm=110.0, bars=24, chords=(0.0,) * 24)
    beats = beats_of(song)
    for first in (0, 2):
        grid = heard(tmp_path, song, Fake(beats, beats[first::4])).beat_grid
        assert int(np.abs(beats - grid.downbeats_s[2]).argmin()) % 4 == first


def test_a_voter_of_the_wrong_octave_does_not_outweigh_clear_drums(tmp_path: Path) -> None:
    song = Song(bpm=128.0, bars=24)
    beats = beats_of(song)
    analysis = heard(tmp_path, song, Fake(beats[::2], beats[::8]))
    assert analysis.beat_grid.tempo_bpm == pytest.approx(128.0, rel=1e-3)


def test_noise_changes_nothing(tmp_path: Path, rng: np.random.Generator) -> None:
    end_s = beats_of(PLAIN)[-1]
    anything = Fake(np.sort(rng.uniform(0, end_s, 80)), np.sort(rng.uniform(0, end_s, 20)))
    one, other = heard(tmp_path, PLAIN, anything), heard(tmp_path, PLAIN, None)
    np.testing.assert_array_equal(one.beat_grid.beats_s, other.beat_grid.beats_s)
    assert one.beat_grid.first_downbeat == other.beat_grid.first_downbeat


@pytest.mark.parametrize("beats_s", [np.zeros(0), np.array([3.0])])
def test_a_voter_without_an_answer(tmp_path: Path, beats_s: np.ndarray) -> None:
    analysis = heard(tmp_path, PLAIN, Fake(beats_s, np.zeros(0)))
    assert analysis.beat_grid.tempo_bpm == pytest.approx(90.0, rel=1e-3)


def test_agreement_is_a_share() -> None:
    beats = np.arange(0, 30, 0.5)
    assert agreement(beats, beats) == 1.0
    assert agreement(beats + 0.02, beats) == 1.0
    assert agreement(beats + 0.25, beats) == 0.0
    assert agreement(beats[::2], beats) == pytest.approx(2 / 3, abs=0.02)
    assert agreement(np.zeros(0), beats) == 0.0 == agreement(beats, np.zeros(0))


# ── Beat This! ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_weights_must_be_a_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="final0: no file with weights"):
        load_voter(Path("final0"))
    with pytest.raises(InvalidInput, match="no file"):
        load_voter(tmp_path)


def test_the_extra_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "small0.ckpt"
    weights.write_bytes(b"weights")
    monkeypatch.setitem(sys.modules, "beat_this", None)
    monkeypatch.setitem(sys.modules, "beat_this.inference", None)
    with pytest.raises(DeviceLost, match=r"temirbek\[beat-this\]"):
        load_voter(weights)


def test_beat_this_is_asked_in_its_own_rate_and_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module of the same shape as beat_this 1.1: ``Audio2Beats(checkpoint_path, device)(signal, sr)``."""
    asked: list[tuple[str, tuple[int, ...], int]] = []

    class Audio2Beats:
        def __init__(self, checkpoint_path: str, device: str) -> None:
            if not Path(checkpoint_path).read_bytes().startswith(b"beat this"):
                raise RuntimeError("unpickling failed")
            self.path = checkpoint_path

        def __call__(self, signal: np.ndarray, sr: int) -> tuple[np.ndarray, np.ndarray]:
            asked.append((self.path, signal.shape, sr))
            return np.array([0.5, 1.0, 1.5]), np.array([0.5])

    module = types.ModuleType("beat_this.inference")
    module.Audio2Beats = Audio2Beats  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "beat_this", types.ModuleType("beat_this"))
    monkeypatch.setitem(sys.modules, "beat_this.inference", module)
    weights = tmp_path / "small0.ckpt"
    weights.write_bytes(b"something else")
    with pytest.raises(InvalidInput, match=r"not a checkpoint of Beat This! .*unpickling"):
        load_voter(weights)
    weights.write_bytes(b"beat this")
    votes = load_voter(weights)(np.zeros((2, 44100), dtype=np.float32), 44100)
    assert asked == [(str(weights), (22050,), 22050)]
    np.testing.assert_array_equal(votes.beats_s, [0.5, 1.0, 1.5])
    np.testing.assert_array_equal(votes.downbeats_s, [0.5])
