"""Twins: what is read off a bare file agrees with what is known of its making."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.errors import InvalidInput
from temirbek.measures import MixCheck, check_file, check_mix, check_stems, write_pictures
from temirbek.types import Mix, TrackAnalysis

from .twins import BEATS, OVERLAP, known, mixed

LATE_MS = 5.0
HEARING_MS = 1.2  # stretching itself moves attacks by up to a millisecond
SAME_BAR_S = 0.02


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mix, tuple[TrackAnalysis, ...]]:
    folder = tmp_path_factory.mktemp("twins")
    mix, tracks = mixed(folder, late_s=LATE_MS / 1e3)
    return mix, (*tracks, known(folder, "stranger", 7, 121.0))


@pytest.fixture(scope="module")
def by_plan(made: tuple[Mix, tuple[TrackAnalysis, ...]]) -> MixCheck:
    mix, tracks = made
    return check_mix(mix, {t.track.id: t for t in tracks})


@pytest.fixture(scope="module")
def by_ear(made: tuple[Mix, tuple[TrackAnalysis, ...]]) -> MixCheck:
    mix, tracks = made
    return check_file(mix.audio_path, tracks)


def value(check: MixCheck, name: str) -> float:
    found = next(f for f in check.figures if f.name == name)
    assert found.value is not None, name
    return found.value


def test_the_plan_and_its_stems_say_what_was_made(by_plan: MixCheck) -> None:
    assert by_plan.evidence == "plan and stems"
    assert value(by_plan, "beat_error_median") == pytest.approx(LATE_MS, abs=0.5)
    assert value(by_plan, "on_phrases") == 1.0
    assert value(by_plan, "both_bass_beats_per_transition") <= 1
    assert value(by_plan, "clicks") == 0
    assert value(by_plan, "tempo_change_max") == pytest.approx(100 * (1 - 121 / 123), abs=0.02)
    assert value(by_plan, "key_change_max") < 0.05
    failed = {f.name for f in by_plan.figures if f.ok is False}
    assert failed == {"beat_error_median"}


def test_a_bare_file_says_the_same(by_plan: MixCheck, by_ear: MixCheck) -> None:
    assert by_ear.evidence == "mix and originals"
    (plan,), (ear,) = by_plan.transitions, by_ear.transitions
    for name in ("beat_error_median", "beat_error_p95"):
        assert value(by_ear, name) == pytest.approx(value(by_plan, name), abs=HEARING_MS)
    for point in ("start_s", "swap_s", "end_s"):
        assert getattr(ear.crossing, point) == pytest.approx(getattr(plan.crossing, point), abs=SAME_BAR_S), (
            point
        )
    assert ear.on_phrase == plan.on_phrase
    assert ear.flams == plan.flams
    assert abs(ear.both_bass_beats - plan.both_bass_beats) <= 1
    assert ear.bass_clash == pytest.approx(plan.bass_clash, abs=0.05)
    assert ear.vocal_overlap_s == pytest.approx(plan.vocal_overlap_s, abs=2 * 60 / 121)
    assert ear.tonal_distance == pytest.approx(plan.tonal_distance, abs=0.01)
    assert ear.loudness_deviation_lu == pytest.approx(plan.loudness_deviation_lu, abs=0.1)
    for heard, meant in zip(by_ear.tracks, by_plan.tracks, strict=True):
        assert heard.title == meant.title
        assert heard.played == pytest.approx(meant.played, abs=0.03)
        assert heard.tempo_change_mean == pytest.approx(meant.tempo_change_mean, abs=0.001)
        assert heard.confidence > 0.9


def test_a_recording_that_is_not_there_is_not_found(by_ear: MixCheck) -> None:
    assert by_ear.notes == ("stranger was not found in mix.flac",)
    assert [t.title for t in by_ear.tracks] == ["one", "two"]


def test_a_mix_of_nothing_known_is_an_error(made: tuple[Mix, tuple[TrackAnalysis, ...]]) -> None:
    mix, tracks = made
    with pytest.raises(InvalidInput, match="none of the 1 recordings"):
        check_file(mix.audio_path, tracks[2:])
    with pytest.raises(InvalidInput, match="two decks"):
        check_stems(mix.audio_path, mix.stem_paths[:1], tracks)
    with pytest.raises(InvalidInput, match="2 times were given for 3 tracks"):
        check_file(mix.audio_path, tracks, times_s=(0.0, 30.0))


def test_json_is_strict_and_every_figure_names_its_source(by_plan: MixCheck, by_ear: MixCheck) -> None:
    for check in (by_plan, by_ear):
        told = json.loads(json.dumps(check.to_json(), allow_nan=False))
        assert told["format"] == 1 and told["evidence"] == check.evidence
        assert len({f["name"] for f in told["figures"]}) == len(told["figures"])
        assert all(
            f["source"] and f["words"].endswith(".") for f in told["figures"] if f["value"] is not None
        )
        assert len(told["transitions"][0]["beat_error"]["error_ms"]) > OVERLAP / 2
        assert told["failed"] == [f["name"] for f in told["figures"] if f["ok"] is False]


def test_a_picture_of_each_transition(by_plan: MixCheck, tmp_path: Path) -> None:
    (path,) = write_pictures(by_plan, tmp_path / "one")
    (again,) = write_pictures(by_plan, tmp_path / "two")
    data = path.read_bytes()
    assert path.name == "transition_01.png" and data == again.read_bytes()
    assert struct.unpack(">II", data[16:24]) == (1920, 1080)
    assert len(data) > 40_000, "hardly anything is drawn"


def test_panels_hold_only_the_transition_and_its_two_tracks(by_ear: MixCheck) -> None:
    (panel,) = by_ear.panels
    beat_s = 60 / 121
    assert panel.to_s - panel.from_s == pytest.approx(
        (OVERLAP + 32 + min(32, BEATS - 1 - OVERLAP)) * beat_s, abs=1.0
    )
    half = panel.incoming.waveform.shape[1] // 4
    assert not np.any(panel.incoming.waveform[:, :half]), "the incoming deck is silent before the transition"
    assert panel.incoming_bass[:20].mean() < 0.1 < 0.9 < panel.incoming_bass[-20:].mean()


def test_a_stem_of_another_rate_is_refused(
    made: tuple[Mix, tuple[TrackAnalysis, ...]], tmp_path: Path
) -> None:
    mix, tracks = made
    wrong = tmp_path / "wrong.wav"
    soundfile.write(wrong, np.zeros(4410), 44100)
    with pytest.raises(InvalidInput, match="44100 Hz; the mix has 48000"):
        check_stems(mix.audio_path, (wrong, wrong), tracks)
