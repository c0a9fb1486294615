"""What the music box promises of its pieces."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.audio import integrated_lufs, true_peak_dbtp
from temirbek.demo import DemoTrack
from temirbek.demo.arrangement import Lane, Piece
from temirbek.demo.instruments import SAMPLE_RATE_HZ
from temirbek.demo.pieces import PIECES
from temirbek.demo.score import hits
from temirbek.demo.studio import perform
from temirbek.demo.write import truth_of, write_track

NAMES = [piece.name for piece in PIECES]
WRITTEN = ("tungi-qala", "tulpar")  # one slow, one with a broken beat: the others are made by the same hands


def short(piece: Piece, n_parts: int = 1) -> Piece:
    """The first parts of a piece."""
    parts = piece.parts[:n_parts]
    names = {part.name for part in parts}
    lanes = tuple(
        replace(
            lane,
            plays={k: v for k, v in lane.plays.items() if k in names},
            sweeps={k: v for k, v in lane.sweeps.items() if k in names},
        )
        for lane in piece.lanes
    )
    return replace(piece, parts=parts, lanes=lanes)


@pytest.fixture(scope="module", params=WRITTEN)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DemoTrack:
    return write_track(PIECES[NAMES.index(request.param)], tmp_path_factory.mktemp("demo"))


def sound_of(track: DemoTrack, section: int | None = None) -> np.ndarray:
    sound, rate = soundfile.read(track.path, dtype="float32")
    assert rate == SAMPLE_RATE_HZ
    if section is None:
        return np.asarray(sound.T)
    part = track.sections[section]
    start, end = (round(t * rate) for t in _ends_s(track, part.start_bar, part.bars))
    return np.asarray(sound.T[:, start:end])


def _ends_s(track: DemoTrack, start_bar: int, bars: int) -> tuple[float, float]:
    start, end = track.beat_grid.time_at([4.0 * start_bar, 4.0 * (start_bar + bars)])
    return float(start), float(end)


def test_five_pieces_that_can_follow_each_other() -> None:
    assert len(PIECES) >= 5
    for slow, fast in pairwise(PIECES):
        assert 1.0 < fast.tempo_bpm / slow.tempo_bpm <= 1.06
        a, b = slow.key.camelot, fast.key.camelot
        around = min((int(a[:-1]) - int(b[:-1])) % 12, (int(b[:-1]) - int(a[:-1])) % 12)
        assert around + (a[-1] != b[-1]) <= 1, (slow.name, fast.name)
    assert all(100 <= piece.tempo_bpm <= 128 for piece in PIECES)
    assert len({piece.key for piece in PIECES}) == len(PIECES)


@pytest.mark.parametrize("piece", PIECES, ids=NAMES)
def test_the_truth_is_whole(piece: Piece) -> None:
    track = truth_of(piece, Path())
    assert {s.label for s in track.sections} >= {"intro", "build", "drop", "break", "outro"}
    assert all(s.bars % track.phrase_bars == 0 for s in track.sections)
    assert [s.start_bar for s in track.sections] == list(
        np.cumsum([0, *(s.bars for s in track.sections)])[:-1]
    )
    assert len(track.beats_s) == 4 * sum(s.bars for s in track.sections)
    assert np.array_equal(track.downbeats_s, track.beats_s[::4])
    assert np.allclose(np.diff(track.beats_s), 60 / track.tempo_bpm, atol=1.01 / SAMPLE_RATE_HZ)
    assert np.allclose(track.beats_s * SAMPLE_RATE_HZ, np.round(track.beats_s * SAMPLE_RATE_HZ))
    assert np.array_equal(track.phrases_beats, np.arange(0, len(track.beats_s), 32))
    assert 60 <= track.beats_s[-1] <= 100


@pytest.mark.parametrize("piece", PIECES, ids=NAMES)
def test_kicks_begin_on_the_very_sample_of_their_beat(piece: Piece) -> None:
    kick = next(lane for lane in piece.lanes if lane.is_beat)
    part = piece.parts[0]
    alone = Lane(name="kick", voice=kick.voice, plays={part.name: hits("X...X...X...X...")}, is_beat=True)
    sound = perform(replace(piece, parts=(part,), lanes=(alone,)))[0]
    beats = np.round(truth_of(piece, Path()).beats_s[: 4 * part.bars] * SAMPLE_RATE_HZ).astype(int)
    assert np.all(sound[beats] != 0.0)
    assert np.all(sound[beats - 1] == 0.0)
    assert np.flatnonzero(sound)[0] == beats[0]


@pytest.mark.parametrize("piece", PIECES, ids=NAMES)
def test_kicks_have_no_swing_and_phrases_fit_their_parts(piece: Piece) -> None:
    assert all(lane.swing == 0.0 for lane in piece.lanes if lane.is_beat)
    for part in piece.parts:
        for lane in piece.lanes:
            if part.name in lane.plays:
                assert lane.plays[part.name].bars in (1, 2, 4, 8), (lane.name, part.name)


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    piece = short(PIECES[2])
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        write_track(piece, folder)
    name = f"{piece.name}.flac"
    assert (first / name).read_bytes() == (second / name).read_bytes()
    assert [p.name for p in first.iterdir()] == [name]


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("temirbek.demo.write.os.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_track(short(PIECES[0]), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_file_says_what_it_is(written: DemoTrack) -> None:
    with soundfile.SoundFile(written.path) as file:
        assert (file.samplerate, file.channels, file.format, file.subtype) == (44100, 2, "FLAC", "PCM_16")
        assert (file.title, file.artist, file.license) == (written.title, written.artist, "CC0-1.0")


def test_mastered_alike_and_within_limits(written: DemoTrack) -> None:
    sound = sound_of(written)
    assert integrated_lufs(sound, SAMPLE_RATE_HZ) == pytest.approx(-14.0, abs=0.2)
    assert true_peak_dbtp(sound) < -1.0
    assert np.all(np.abs(sound.mean(axis=1)) < 1e-3)
    assert np.max(np.abs(sound[:, -100:])) < 2e-3  # it ends in silence, without a click


def test_the_drop_is_the_loudest_and_follows_a_breath(written: DemoTrack) -> None:
    labels = [s.label for s in written.sections]
    loud = [integrated_lufs(sound_of(written, i), SAMPLE_RATE_HZ) for i in range(len(labels))]
    drop, calm = labels.index("drop"), labels.index("break")
    assert loud[drop] == max(loud[: drop + 1])
    assert loud[drop] > loud[calm] + 2.0
    before = sound_of(written, drop - 1)
    beat = int(SAMPLE_RATE_HZ * 60 / written.tempo_bpm)
    breath, drum = before[:, -beat:-200], sound_of(written, drop)[:, :beat]
    assert 20 * np.log10(np.std(drum) / np.std(breath)) > 6.0


def test_stereo_but_fit_for_mono(written: DemoTrack) -> None:
    sound = sound_of(written)
    middle, side = sound.mean(axis=0), (sound[0] - sound[1]) / 2
    assert 0.02 < np.std(side) / np.std(middle) < 0.6


def test_a_lane_that_plays_in_an_unknown_part_is_refused() -> None:
    piece = PIECES[0]
    with pytest.raises(ValueError, match="plays in"):
        replace(piece, lanes=(Lane(name="x", voice=piece.lanes[0].voice, plays={"coda": hits("x" * 16)}),))
