"""What the box of many styles promises: the truth agrees with the sound, and each style has what it claims."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.audio import integrated_lufs
from temirbek.demo import BoxTrack, write_box
from temirbek.demo.box import STYLES, truth_of
from temirbek.demo.box import composed as composed_anew
from temirbek.demo.box.desk import instants_s, performed
from temirbek.demo.box.tune import Lane, Tune
from temirbek.demo.instruments import SAMPLE_RATE_HZ
from temirbek.errors import InvalidInput

SEEDS = (0, 1, 2, 3)
WRITTEN = ("mid_bar", "upbeat", "drum_and_bass")
composed = lru_cache(maxsize=None)(composed_anew)  # a tune is frozen
HANDS_S = 0.0185  # three standard deviations of a drummer, and half a millisecond


def lane_of(tune: Tune, name: str) -> Lane:
    return next(lane for lane in tune.lanes if lane.name == name)


def beats_of(tune: Tune, name: str) -> np.ndarray:
    """Where a lane plays [beats], all parts."""
    lane = lane_of(tune, name)
    return np.concatenate(
        [
            tune.start_beat(i) + pattern.filling(tune.parts[i].bars * tune.beats_per_bar).beats
            for i, pattern in sorted(lane.plays.items())
        ]
    )


def track_of(tune: Tune) -> BoxTrack:
    return truth_of(tune, Path(f"{tune.style}.flac"))


@pytest.mark.parametrize("style", STYLES)
def test_the_truth_is_whole(style: str) -> None:
    for seed in SEEDS:
        tune = composed(style, seed)
        track = track_of(tune)
        assert 60.0 <= tune.end_s <= 150.0, (seed, tune.end_s)
        grid = track.beat_grid  # checks itself
        assert len(track.vocals) == grid.n_bars
        assert track.beats_s[0] == pytest.approx(tune.lead_in_s, abs=1e-4)
        assert track.sections[0].start_beat == 0
        assert track.sections[-1].end_beat == grid.n_beats
        ends = [s.end_beat for s in track.sections[:-1]]
        assert ends == [s.start_beat for s in track.sections[1:]]
        # Phrases and sections begin on downbeats.
        for beat in (*track.phrases_beats, *ends):
            assert (beat - track.first_downbeat) % track.beats_per_bar == 0
        samples = track.beats_s * SAMPLE_RATE_HZ
        assert np.allclose(samples, np.round(samples), atol=1e-3)


@pytest.mark.parametrize("style", STYLES)
def test_every_section_begins_on_a_phrase(style: str) -> None:
    for seed in SEEDS:
        track = track_of(composed(style, seed))
        starts = {s.start_beat for s in track.sections[1:]}
        assert starts <= set(track.phrases_beats), (seed, starts - set(track.phrases_beats))


@pytest.mark.parametrize("style", [s for s in STYLES if s != "bare"])
def test_drums_strike_where_the_truth_says(style: str) -> None:
    """Every kick that is written on a beat sounds within a drummer's unevenness of that beat."""
    tune = composed(style, 5)
    track = track_of(tune)
    kick = next(lane for lane in tune.lanes if "kick" in lane.name)
    written = beats_of(tune, kick.name)
    heard = np.concatenate(list(instants_s(tune, kick).values()))
    on_beat = (written % 1.0 == 0) & ~np.isnan(heard)
    assert on_beat.sum() >= 8
    beat = written[on_beat].astype(int) - tune.first_beat
    limit = HANDS_S if kick.jitter_s else 1e-9
    assert np.max(np.abs(heard[on_beat] - track.beats_s[beat])) <= limit


@pytest.fixture(scope="module", params=WRITTEN)
def written(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Tune, BoxTrack]:
    (track,) = write_box(tmp_path_factory.mktemp("box"), styles=(request.param,), seed=1)
    return composed(request.param, 1), track


def test_attacks_are_found_at_the_known_beats(written: tuple[Tune, BoxTrack]) -> None:
    """In the file itself: energy rises at the beats that a kick marks, far more than half a beat's third later."""
    tune, track = written
    sound, rate = soundfile.read(track.path, dtype="float64")
    assert rate == SAMPLE_RATE_HZ and sound.shape[1] == 2
    edge = np.abs(np.diff(sound.mean(axis=1), prepend=0.0))
    kick = next(lane for lane in tune.lanes if lane.is_kick)
    on_beat = np.array(
        sorted({int(b) for b in beats_of(tune, kick.name) if b % 1 == 0 and b >= tune.first_beat})
    )
    instants = track.beats_s[on_beat - tune.first_beat]

    def rise(times_s: np.ndarray) -> float:
        at = np.round(times_s * rate).astype(int)
        after = np.array([edge[a : a + 220].mean() for a in at])
        before = np.array([edge[max(0, a - 660) : max(1, a - 220)].mean() for a in at])
        return float(np.median(np.log((after + 1e-5) / (before + 1e-5))))

    elsewhere = instants + 0.37 * float(np.median(np.diff(track.beats_s)))
    assert rise(instants) > rise(elsewhere) + 0.5


def test_nothing_clips_and_nothing_is_silent(written: tuple[Tune, BoxTrack]) -> None:
    tune, track = written
    sound, rate = soundfile.read(track.path, dtype="float32")
    assert 0.4 < np.max(np.abs(sound)) < 0.9
    first = int(track.beats_s[0] * rate)
    if tune.style == "mid_bar":
        assert not sound[: first - 1].any()
    assert abs(integrated_lufs(sound.T, rate) - tune.loudness_lufs) < 2.5
    assert np.max(np.abs(sound.mean(axis=0))) < 1e-3
    assert not np.allclose(sound[:, 0], sound[:, 1])


def test_same_seed_same_bytes_and_another_seed_another_piece(tmp_path: Path) -> None:
    one, two = (write_box(tmp_path / name, styles=("bare",), seed=7)[0] for name in "ab")
    other = track_of(composed("bare", 8))
    assert one.path.read_bytes() == two.path.read_bytes()
    assert list(tmp_path.glob("*/*.part")) == []
    assert (one.tempo_bpm, one.key) != (other.tempo_bpm, other.key)


def test_a_style_that_is_not_there_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"no style 'polka'.*house"):
        write_box(tmp_path / "box", styles=("house", "polka"))
    assert not (tmp_path / "box").exists()


# ── what each style claims ─────────────────────────────────────────────────────────────────────────────────────────

TEMPI = {
    "house": (118, 130),
    "techno": (126, 146),
    "drum_and_bass": (168, 178),
    "dembow": (86, 102),
    "half_time": (65, 75),
    "trap": (65, 78),
    "boom_bap": (84, 96),
    "slow_of_pair": (85, 95),
    "fast_of_pair": (166, 194),
    "waltz": (90, 184),
}


@pytest.mark.parametrize(("style", "limits"), TEMPI.items(), ids=TEMPI)
def test_tempi_at_the_felt_level(style: str, limits: tuple[float, float]) -> None:
    drawn = [track_of(composed(style, seed)).tempo_bpm for seed in range(8)]
    assert limits[0] <= min(drawn) < max(drawn) <= limits[1]
    assert len(set(drawn)) == 8


@pytest.mark.parametrize("style", ["half_time", "trap", "boom_bap", "dubstep", "rock", "drum_and_bass"])
def test_the_backbeat_is_on_two_and_four_of_the_felt_bar(style: str) -> None:
    for seed in SEEDS:
        tune = composed(style, seed)
        beats = beats_of(tune, "snare")
        loud = beats[[v >= 0.99 for v in _velocities(tune, "snare")]]
        on = loud[(loud % 1 == 0) & (loud % 4 % 2 == 1)]
        assert len(on) > 0.7 * len(loud)


def _velocities(tune: Tune, name: str) -> np.ndarray:
    lane = lane_of(tune, name)
    return np.concatenate(
        [p.filling(tune.parts[i].bars * tune.beats_per_bar).velocities for i, p in sorted(lane.plays.items())]
    )


def test_boom_bap_and_jazz_swing() -> None:
    for style, name, pair in (("boom_bap", "hats", 0.5), ("swing", "ride", 1.0), ("shuffle", "hat", 1.0)):
        tune = composed(style, 2)
        off = beats_of(tune, name) / pair % 1.0
        late = off[(off > 0.4) & (off < 0.8)]
        assert len(late) == 0 or late.min() > 0.53, style


def test_a_blues_has_phrases_of_twelve_bars_after_its_introduction() -> None:
    assert np.array_equal(track_of(composed("shuffle", 2)).phrases_beats[:3], [0, 16, 64])


def test_drops_are_events_where_they_release_something() -> None:
    for seed in SEEDS:
        track = track_of(composed("trance", seed))
        drops = [e.start_beat for e in track.events if e.kind == "drop"]
        assert drops == [s.start_beat for s in track.sections if s.label == "drop"]
        assert any(e.kind == "build" and e.end_beat in drops for e in track.events)
    assert not track_of(composed("boom_bap", 1)).events  # its high point follows a verse


def test_the_drummer_drifts_and_is_uneven() -> None:
    for seed in SEEDS:
        tune = composed("rock", seed)
        track = track_of(tune)
        gaps = np.diff(track.beats_s)
        spread = gaps.max() / gaps.min() - 1
        assert 0.005 < spread < 0.065
        assert np.max(np.abs(np.diff(gaps)) / gaps[1:]) < 0.01  # slowly
        kick = lane_of(tune, "kick")
        exact = tune.time_s(beats_of(tune, "kick"))
        uneven = np.concatenate(list(instants_s(tune, kick).values())) - exact
        assert 0.004 < np.std(uneven) < 0.008


def test_a_waltz_has_three_beats_and_the_bass_on_one() -> None:
    tune = composed("waltz", 0)
    assert track_of(tune).beats_per_bar == 3
    assert set(beats_of(tune, "bass") % 3) == {0.0}


def test_metal_has_double_kicks() -> None:
    for seed in SEEDS:
        beats = np.sort(beats_of(composed("metal", seed), "kick"))
        assert np.mean(np.diff(beats) <= 0.251) > 0.25


def test_the_breakdown_has_32_beats_without_a_drum() -> None:
    for seed in SEEDS:
        tune = composed("breakdown", seed)
        at = next(i for i, part in enumerate(tune.parts) if part.label == "break")
        assert tune.parts[at].bars * 4 >= 32
        struck = [lane.name for lane in tune.lanes if at in lane.plays and not lane.is_voice]
        assert struck == ["pad"]


def test_a_late_kick_leaves_the_beats_bare() -> None:
    for seed in SEEDS:
        tune = composed("late_kick", seed)
        early = np.concatenate(
            [lane.plays[0].filling(tune.parts[0].bars * 4).beats for lane in tune.lanes if 0 in lane.plays]
        )
        assert len(early) and not np.any(early % 1.0 == 0)


def test_twelve_eight_has_three_to_the_beat() -> None:
    beats = beats_of(composed("twelve_eight", 0), "piano")
    assert np.allclose(beats * 3, np.round(beats * 3), atol=1e-6)
    assert set(np.round(beats * 3).astype(int) % 3) == {0, 1, 2}


def test_trap_hats_roll() -> None:
    gaps = np.diff(np.sort(beats_of(composed("trap", 1), "hats")))
    assert gaps[gaps > 1e-6].min() < 0.17


def test_an_upbeat_comes_before_the_one() -> None:
    firsts = set()
    for seed in range(8):
        tune = composed("upbeat", seed)
        track = track_of(tune)
        assert tune.first_beat < 0 and track.first_downbeat == -tune.first_beat % tune.beats_per_bar
        assert float(np.nanmin(instants_s(tune, lane_of(tune, "pick-up bass"))[0])) == track.beats_s[0]
        firsts.add(tune.first_beat)
    assert len(firsts) > 1


def test_mid_bar_starts_in_the_middle_after_silence() -> None:
    for seed in range(8):
        tune = composed("mid_bar", seed)
        track = track_of(tune)
        assert 0 < tune.first_beat < tune.beats_per_bar
        assert track.first_downbeat == tune.beats_per_bar - tune.first_beat
        assert track.beats_s[0] > 0.39
        first = min(
            np.nanmin([*np.concatenate(list(instants_s(tune, lane).values()))]) for lane in tune.lanes
        )
        assert first >= track.beats_s[0] - HANDS_S


def test_the_lead_in_is_no_whole_number_of_bars_and_not_silent() -> None:
    tune = composed("lead_in", 0)
    bar_s = 4 * 60 / float(np.median(tune.tempi_bpm))
    assert tune.lead_in_s >= 4 and abs(tune.lead_in_s / bar_s - round(tune.lead_in_s / bar_s)) > 0.01
    sound = performed(tune)
    assert (
        np.sqrt(np.mean(sound[:, SAMPLE_RATE_HZ : int((tune.lead_in_s - 0.5) * SAMPLE_RATE_HZ)] ** 2)) > 0.003
    )


def test_detuned_by_35_cents() -> None:
    assert {abs(track_of(composed("detuned", seed)).tuning_cents) for seed in SEEDS} == {35.0}
    assert {track_of(composed("house", seed)).tuning_cents for seed in SEEDS} == {0.0}


def test_kick_and_cymbals_lie_12_ms_apart() -> None:
    for seed in SEEDS:
        tune = composed("apart", seed)
        late = {round(lane.late_s, 4) for lane in tune.lanes if "hat" in lane.name or lane.name == "clap"}
        assert late <= {0.012, -0.012} and late
        assert all(lane.late_s == 0 for lane in tune.lanes if lane.is_kick)


def test_the_early_voice_begins_before_the_one() -> None:
    for seed in SEEDS:
        tune = composed("early_voice", seed)
        voice = lane_of(tune, "voice")
        for pattern in voice.plays.values():
            assert pattern.beats.min() <= -1.0
        assert track_of(tune).vocals.max() > 0.5


def test_the_truth_of_voices_is_where_somebody_sings() -> None:
    for style in ("boom_bap", "dembow", "ballad"):
        tune = composed(style, 0)
        track = track_of(tune)
        lane = next(lane for lane in tune.lanes if lane.is_voice)
        for i, part in enumerate(tune.parts):
            start = tune.start_beat(i) // tune.beats_per_bar
            bars = track.vocals[start : start + part.bars]
            assert bars.mean() > 0.4 if i in lane.plays else bars.mean() < 0.1
    assert not track_of(composed("swing", 0)).vocals.any()


def test_a_lane_in_a_part_that_is_not_there_and_a_tempo_too_few_are_refused() -> None:
    tune = composed("house", 0)
    stray = replace(tune.lanes[0], plays={9: next(iter(tune.lanes[0].plays.values()))})
    with pytest.raises(ValueError, match=r"played in parts \[9\]"):
        replace(tune, lanes=(stray,))
    with pytest.raises(ValueError, match="one a beat"):
        replace(tune, tempi_bpm=tune.tempi_bpm[1:])
