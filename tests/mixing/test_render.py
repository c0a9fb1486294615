"""From a plan to files: decks together, levels right, the same bytes every time."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.signal
import soundfile
from tests.mixing.makers import (
    HIGH_PASS,
    RATE_HZ,
    attack_samples,
    blend_plan,
    plan_of,
    play,
    transition,
    write_clicks,
)

from temirbek.audio import integrated_lufs, source, true_peak_dbtp
from temirbek.errors import InvalidInput
from temirbek.mixing import render, render_span
from temirbek.mixing.clock import mix_clock
from temirbek.mixing.lanes import SMOOTHING, Lane
from temirbek.types import Automation, Loop, Mix, TrackAnalysis

Pair = tuple[TrackAnalysis, TrackAnalysis]
FILES = {"mix.flac", "stem_A.flac", "stem_B.flac", "plan.json", "beats.json", "mix.cue", "tracklist.txt"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("clicks")
    return write_clicks(folder, "slow", 120.0), write_clicks(folder, "fast", 126.0)


@pytest.fixture(scope="module")
def blend(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Mix:
    return render(blend_plan(*pair), pair, tmp_path_factory.mktemp("blend"), stems=True)


def sound_of(path: Path) -> np.ndarray:
    sound, rate_hz = soundfile.read(path, dtype="float64", always_2d=True)
    assert rate_hz == RATE_HZ
    return np.asarray(sound)


def test_two_tempi_align_within_two_milliseconds(blend: Mix) -> None:
    both = blend.beat_grid.time_at(np.arange(17, 32)) * RATE_HZ
    a, b = (attack_samples(sound_of(path), both) for path in blend.stem_paths)
    error_ms = np.abs(a - b) / RATE_HZ * 1e3
    assert np.median(error_ms) < 1.0
    assert error_ms.max() < 2.0


def test_beats_of_the_file_lie_on_the_grid(blend: Mix) -> None:
    beats = blend.beat_grid.time_at(np.arange(1, 47)) * RATE_HZ
    error_ms = (attack_samples(sound_of(blend.audio_path), beats) - beats) / RATE_HZ * 1e3
    assert np.abs(np.median(error_ms)) < 0.3
    assert np.abs(error_ms).max() < 2.0


def test_levels_keep_what_is_promised(blend: Mix) -> None:
    sound = sound_of(blend.audio_path).T.astype(np.float32)
    assert abs(integrated_lufs(sound, RATE_HZ) + 14.0) < 0.5
    assert true_peak_dbtp(sound) <= -1.0
    assert abs(blend.loudness_lufs - integrated_lufs(sound, RATE_HZ)) < 0.01
    assert blend.true_peak_dbtp <= -1.0


def test_the_folder_holds_everything(blend: Mix, pair: Pair) -> None:
    folder = blend.audio_path.parent
    assert {p.name for p in folder.iterdir()} == FILES
    info = soundfile.info(blend.audio_path)
    assert (info.samplerate, info.channels, info.subtype) == (48000, 2, "PCM_24")
    assert info.frames == round(blend.duration_s * RATE_HZ)
    for path in blend.stem_paths:
        assert soundfile.info(path).frames == info.frames
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert [p["title"] for p in plan["plays"]] == ["slow", "fast"]
    assert plan["transitions"][0]["swap_s"] == pytest.approx(float(blend.beat_grid.time_at(24)))
    beats = json.loads((folder / "beats.json").read_text(encoding="utf-8"))
    assert beats["beats_s"] == blend.beat_grid.beats_s.tolist()
    cue = (folder / "mix.cue").read_text(encoding="utf-8")
    assert cue.count("TRACK") == 2
    assert "INDEX 01 00:00:00" in cue
    assert "fast" in (folder / "tracklist.txt").read_text(encoding="utf-8")


def test_the_mix_knows_who_leads(blend: Mix) -> None:
    sections = [
        (s.track_id, s.section.start_beat, s.section.end_beat, s.section.label) for s in blend.sections
    ]
    assert sections == [
        ("slow", 0.0, 16.0, "build"),
        ("slow", 16.0, 24.0, "drop"),
        ("fast", 24.0, 32.0, "build"),
        ("fast", 32.0, 48.0, "drop"),
    ]
    assert blend.phrases_beats.tolist() == [0.0, 16.0, 24.0, 32.0]
    assert blend.energy.shape == (12,)
    assert blend.waveforms.shape[0] == 3
    assert blend.waveforms[1, :100].max() == 0.0
    assert blend.waveforms[2].max() > 0.5


def test_the_same_plan_gives_the_same_bytes(blend: Mix, pair: Pair, tmp_path: Path) -> None:
    render(blend_plan(*pair), pair, tmp_path, stems=True)
    for name in sorted(FILES):
        assert (tmp_path / name).read_bytes() == (blend.audio_path.parent / name).read_bytes(), name


@pytest.mark.parametrize("block", [1000, 100_000])
def test_blocks_of_another_size_give_the_same_bytes(
    blend: Mix, pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(source, "BLOCK_FRAMES", block)
    render(blend_plan(*pair), pair, tmp_path, stems=True)
    for name in ("mix.flac", "stem_A.flac", "stem_B.flac"):
        assert (tmp_path / name).read_bytes() == (blend.audio_path.parent / name).read_bytes(), name


def test_one_track_alone(pair: Pair, tmp_path: Path) -> None:
    mix = render(plan_of([play(pair[0], "A", 20, 0, stretch="varispeed")]), pair, tmp_path)
    assert mix.stem_paths == ()
    assert abs(mix.duration_s - 10.0) < 0.01
    assert not (tmp_path / "stem_A.flac").exists()


def test_progress_rises_to_one(pair: Pair, tmp_path: Path) -> None:
    shares: list[float] = []
    render(plan_of([play(pair[0], "A", 16, 0)]), pair, tmp_path, on_progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_controls_do_what_the_plan_says(pair: Pair, tmp_path: Path) -> None:
    moves = [
        Automation(deck="A", control="fader", beats=np.array([8.0, 8.0]), values=np.array([1.0, 0.25])),
        Automation(deck="A", control="high", beats=np.array([16.0, 16.0]), values=np.array([1.0, 0.0])),
    ]
    mix = render(plan_of([play(pair[0], "A", 20, 0)], automation=moves), pair, tmp_path, stems=True)
    left = sound_of(mix.stem_paths[0]).mean(axis=1)

    bright = scipy.signal.sosfiltfilt(HIGH_PASS, left)

    def level(sound: np.ndarray, beat: int) -> float:
        start, stop = (int(x) for x in mix.beat_grid.time_at([beat - 0.05, beat + 0.5]) * RATE_HZ)
        return float(np.sqrt((sound[start:stop] ** 2).mean()))

    assert level(left, 9) / level(left, 7) == pytest.approx(0.25, rel=0.06)
    assert level(bright, 17) < 0.3 * level(bright, 15)


def test_a_plan_of_unknown_tracks_is_refused(pair: Pair, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="fast"):
        render(blend_plan(*pair), pair[:1], tmp_path)


def test_stems_are_softer_together_rather_than_clipped(pair: Pair, tmp_path: Path) -> None:
    quiet_chords = replace(play(pair[1], "B", 32, 16), gain_db=-30.0)
    plan = replace(blend_plan(*pair), plays=(replace(play(pair[0], "A", 32, 0), gain_db=-30.0), quiet_chords))
    loud = Automation(
        deck="A", control="trim", beats=np.array([1.9, 1.9, 2.2, 2.2]), values=np.array([1, 30, 30, 1])
    )
    mix = render(replace(plan, automation=(loud,)), pair, tmp_path, stems=True)
    said = soundfile.SoundFile(mix.stem_paths[0]).copy_metadata()["comment"]
    softer_db = float(said.split(" dB")[0].split()[-1])
    assert softer_db < -3
    stems = np.stack([sound_of(path) for path in mix.stem_paths])
    assert 0.8 < np.abs(stems).max() < 1.0
    master = sound_of(mix.audio_path)
    untouched = slice(RATE_HZ * 4, RATE_HZ * 16)  # far from the peak that is limited
    assert np.allclose(stems.sum(axis=0)[untouched], master[untouched] * 10 ** (softer_db / 20), atol=2e-6)


def test_trim_is_a_gain_before_everything(pair: Pair, tmp_path: Path) -> None:
    half = Automation(deck="A", control="trim", beats=np.array([8.0, 8.0]), values=np.array([1.0, 0.5]))
    plan = plan_of([play(pair[0], "A", 16, 0)])
    plain = render_span(plan, pair, 0, 16).stems[0]
    trimmed = render_span(replace(plan, automation=(half,)), pair, 0, 16).stems[0]
    edge = plain.shape[1] // 2
    assert np.allclose(trimmed[:, : edge - 400], plain[:, : edge - 400])
    assert np.allclose(trimmed[:, edge + 400 :], 0.5 * plain[:, edge + 400 :], atol=1e-7)


def test_what_a_person_may_edit_stands_in_the_plan(pair: Pair, tmp_path: Path) -> None:
    looped = replace(
        play(pair[0], "A", 12, 0),
        loops=(Loop(start_beat=4.0, length_beats=4.0, times=2),),
        nudge=((0.0, 0.0), (4.0, 0.01)),
    )
    between = replace(transition(16, 4, 16), fallback="cut")
    mix = render(plan_of([looped, play(pair[1], "B", 12, 16)], [between]), pair, tmp_path)
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert plan["plays"][0]["loops"] == [{"start_beat": 4.0, "length_beats": 4.0, "times": 2}]
    assert plan["plays"][0]["nudge"] == [[0.0, 0.0], [4.0, 0.01]]
    assert plan["transitions"][0]["fallback"] == "cut"
    assert plan["plays"][0]["mix_to_beat"] == 20
    assert mix.duration_s == pytest.approx(14.0, abs=0.01)


def test_sections_and_phrases_come_again_with_a_loop(pair: Pair, tmp_path: Path) -> None:
    looped = replace(play(pair[0], "A", 32, 0), loops=(Loop(start_beat=8.0, length_beats=16.0, times=1),))
    mix = render(plan_of([looped]), pair, tmp_path)
    sections = [(s.section.start_beat, s.section.end_beat, s.section.label) for s in mix.sections]
    assert sections == [(0, 16, "build"), (16, 24, "drop"), (24, 32, "build"), (32, 48, "drop")]
    assert mix.phrases_beats.tolist() == [0, 16, 32]


def test_a_nudge_that_no_hand_can_make_is_refused(pair: Pair, tmp_path: Path) -> None:
    jerked = replace(play(pair[0], "A", 16, 0), nudge=((4.0, 0.0), (4.1, 0.02)))
    with pytest.raises(InvalidInput, match=r"20 ms from mix beat 4 to 4.1"):
        render(plan_of([jerked]), pair, tmp_path)


def test_a_lane_is_the_mean_of_its_line(pair: Pair) -> None:
    clock = mix_clock(plan_of([play(pair[0], "A", 44, 0)], tempo=[(0.0, 120.0), (44.0, 90.0)]), 4)
    moved = Automation(
        deck="A", control="fader", beats=np.array([2.0, 3.0, 3.0, 4.5]), values=np.array([0, 1, 0.2, 0.4])
    )
    lane = Lane("fader", moved, clock)
    at = np.arange(0, 5 * 24_000)
    line = moved.at(clock.beat_at(at))
    mean = np.convolve(line, np.ones(SMOOTHING) / SMOOTHING, mode="same")
    heard = np.concatenate([np.broadcast_to(lane.over(int(s), 1000), 1000) for s in at[::1000]])
    inside = slice(SMOOTHING, -SMOOTHING)
    assert np.abs(heard - mean)[inside].max() < 1e-4
    assert lane.over(0, 1000) == 0.0
    assert lane.is_zero_over(0, 1000) and not lane.is_zero_over(60_000, 1000)
