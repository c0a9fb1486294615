"""Known answers for the measures of the mix."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.measures.decks import flams, read_stretch, transition_beats_s
from temirbek.measures.harmony import camelot_steps
from temirbek.measures.loudness import Levels, loudness_deviation
from temirbek.measures.mix import (
    TrackTruth,
    is_on,
    measure_mix,
    tempo_continuity,
)
from temirbek.types import BeatGrid, Key

from .makers import BEAT_S, two_decks

HEARING_MS = 0.5  # what the picking of attacks may miss on drums whose clicks differ


@pytest.mark.parametrize("late_ms", [0.0, 3.0, -12.0])
def test_a_deck_that_is_late_by_so_much_is_heard_late_by_so_much(tmp_path: Path, late_ms: float) -> None:
    mix, known = two_decks(tmp_path, late_ms=late_ms)
    (transition,) = measure_mix(mix, known).transitions
    assert transition.heard is not None
    assert len(transition.heard.error_ms) >= 28
    assert transition.heard.error_ms == pytest.approx(late_ms, abs=HEARING_MS)


def test_decks_that_need_not_be_together_are_not_compared(tmp_path: Path) -> None:
    mix, known = two_decks(tmp_path, late_ms=12.0)
    (blend,) = mix.plan.transitions
    echoed = replace(mix, plan=replace(mix.plan, transitions=(replace(blend, style="echo_out"),)))
    (transition,) = measure_mix(echoed, known).transitions
    assert transition.heard is None and transition.flams is None
    assert transition.both_bass_beats is not None


def test_flams_are_kicks_that_nearly_fall_together(tmp_path: Path) -> None:
    for late_ms, expected in ((0.0, 0), (4.0, 0), (30.0, 32), (1e3 * BEAT_S / 4, 0)):
        mix, _ = two_decks(tmp_path, late_ms=late_ms, both_basses=True)
        (transition,) = mix.plan.transitions
        stretch = read_stretch(mix, transition, 0.0)
        assert flams(stretch, transition_beats_s(mix, transition)) == pytest.approx(expected, abs=1), late_ms


def test_the_bass_has_one_owner_or_two(tmp_path: Path) -> None:
    mix, known = two_decks(tmp_path)
    (one,) = measure_mix(mix, known).transitions
    assert one.bass_clash is not None and one.bass_clash < 0.05
    assert one.both_bass_beats is not None and one.both_bass_beats <= 1
    mix, known = two_decks(tmp_path, both_basses=True)
    (two,) = measure_mix(mix, known).transitions
    assert two.bass_clash is not None and two.bass_clash > 0.9
    assert two.both_bass_beats == 32


def test_phrases_of_either_track_and_of_both(tmp_path: Path) -> None:
    mix, known = two_decks(tmp_path)
    measured = measure_mix(mix, known)
    assert measured.transitions[0].on_phrase == {
        "start": (True, True),
        "swap": (True, True),
        "end": (True, True),
    }
    mix, known = two_decks(tmp_path, start_beat=36.0)
    measured = measure_mix(mix, known)
    assert measured.transitions[0].on_phrase["start"] == (False, True)
    assert measured.transitions[0].on_phrase["swap"] == (True, False)
    assert measured.on_phrase_share("start") == 0.0
    assert is_on(1.0, np.array([1.049])) and not is_on(1.0, np.array([1.051]))


def test_known_beats_judge_the_grid_that_the_plan_used(tmp_path: Path) -> None:
    """The plan believed in a grid 10 ms late of the second track's true beats: the decks are 10 ms apart."""
    mix, known = two_decks(tmp_path)
    truths = {
        name: TrackTruth(beats_s=np.arange(n) * BEAT_S, phrases_s=np.arange(0, n, 16) * BEAT_S)
        for name, n in (("one", 96), ("two", 64))
    }
    (transition,) = measure_mix(mix, known, truths).transitions
    assert transition.true is not None
    assert transition.true.error_ms == pytest.approx(-10.0, abs=1e-6)


def test_levels_fidelity_and_keys(tmp_path: Path) -> None:
    mix, known = two_decks(tmp_path)
    measured = measure_mix(mix, known)
    assert measured.levels.true_peak_dbtp < 0.0
    assert -40.0 < measured.levels.integrated_lufs < -5.0
    assert [t.played for t in measured.tracks] == pytest.approx([64 / 96, 1.0], abs=1e-3)
    assert measured.tracks[0].tempo_change_max == pytest.approx(0.0, abs=1e-9)
    assert measured.transitions[0].key_steps == 1
    assert measured.tempo_step == pytest.approx(0.0, abs=1e-9)
    json.dumps(measured.to_json(), allow_nan=False)


def test_without_stems_what_needs_them_is_left_open(tmp_path: Path) -> None:
    mix, known = two_decks(tmp_path)
    (transition,) = measure_mix(replace(mix, stem_paths=()), known).transitions
    assert transition.heard is None and transition.flams is None and transition.bass_clash is None
    with pytest.raises(InvalidInput, match="two stems"):
        measure_mix(replace(mix, stem_paths=mix.stem_paths[:1]), known)


def test_loudness_deviation_is_the_distance_from_the_line(tmp_path: Path) -> None:
    mix, _ = two_decks(tmp_path)
    time_s = 1.5 + 0.1 * np.arange(450)
    start_s, end_s = 16.0, 32.0
    line = np.interp(time_s, [start_s, end_s], [-15.0, -13.0])
    hole = np.where((time_s > 20) & (time_s < 25), -4.0, 0.0)
    levels = Levels(
        integrated_lufs=-14.0, true_peak_dbtp=-1.0, short_term_s=time_s, short_term_lufs=line + hole
    )
    assert loudness_deviation(levels, mix.beat_grid, start_s, end_s) == pytest.approx(4.0, abs=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "steps"),
    [
        (Key(tonic=9, mode="minor"), Key(tonic=0, mode="major"), 1),
        (Key(tonic=9, mode="minor"), Key(tonic=4, mode="minor"), 1),
        (Key(tonic=0, mode="major"), Key(tonic=6, mode="major"), 6),
        (Key(tonic=11, mode="major"), Key(tonic=4, mode="major"), 1),
    ],
)
def test_camelot_steps(a: Key, b: Key, steps: int) -> None:
    assert camelot_steps(a, b) == camelot_steps(b, a) == steps


def test_tempo_continuity_of_a_jump() -> None:
    beats_s = np.concatenate([np.arange(16) * 0.5, 8.0 + np.arange(16) * 0.55])
    step, slope = tempo_continuity(BeatGrid(beats_s=beats_s))
    assert step == pytest.approx(np.log(1.1), abs=1e-6)
    assert slope == pytest.approx(np.log(1.1) / 2.0, abs=1e-6)
