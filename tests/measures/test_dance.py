"""Known answers for the measures of the dance."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.measures.beat_alignment import beat_alignment
from temirbek.measures.beat_error import errors_at, executed_accents, mean_speed
from temirbek.measures.dance import measure_dancer, measure_together
from temirbek.types import Accent, Choreography, Performer

from .makers import RATE_HZ, clock, dancer

PARABOLA_MS = 0.1  # what the parabola through three values at 500 Hz may miss on a smooth minimum


def planned(n: int = 60, part: str = "whole") -> tuple[Accent, ...]:
    return tuple(Accent(beat=float(b), part=part) for b in range(1, n))  # type: ignore[arg-type]


@settings(max_examples=12, deadline=None)
@given(st.floats(-60.0, 60.0))
def test_a_dancer_who_is_late_by_so_much_is_measured_late_by_so_much(late_ms: float) -> None:
    grid = clock()
    measured = measure_dancer(dancer(grid.beats_s + late_ms / 1e3), planned(), grid)
    whole = measured.whole
    assert whole.coverage == 1.0
    assert whole.mean_ms == pytest.approx(abs(late_ms), abs=PARABOLA_MS)
    assert whole.bias_ms == pytest.approx(late_ms, abs=PARABOLA_MS)
    assert whole.p95_ms == pytest.approx(abs(late_ms), abs=PARABOLA_MS)


def test_percentiles_are_those_of_the_single_errors() -> None:
    grid = clock()
    late_ms = np.where(np.arange(grid.n_beats) < 41, -4.0, 8.0)
    whole = measure_dancer(dancer(grid.beats_s + late_ms / 1e3), planned(), grid).whole
    away_from_the_jump = np.abs(np.arange(1, 60) - 40.5) > 2
    assert whole.error_ms[away_from_the_jump] == pytest.approx(
        late_ms[1:60][away_from_the_jump], abs=PARABOLA_MS
    )
    assert whole.median_ms == pytest.approx(4.0, abs=PARABOLA_MS)
    assert whole.bias_ms == pytest.approx(-4.0, abs=PARABOLA_MS)
    assert whole.p95_ms == pytest.approx(8.0, abs=PARABOLA_MS)


def test_coverage_counts_the_accents_that_were_danced() -> None:
    grid = clock()
    every_second = dancer(grid.beats_s[::2])
    whole = measure_dancer(every_second, planned(), grid).whole
    assert whole.count == 59
    assert whole.coverage == pytest.approx(29 / 59)
    assert np.isnan(whole.error_ms[0]) and not np.isnan(whole.error_ms[1])


def test_a_body_at_rest_hits_nothing() -> None:
    grid = clock()
    still = dancer(grid.beats_s, key_points_m=np.zeros((15500, 5, 3)))
    measured = measure_dancer(still, planned(), grid)
    assert measured.whole.coverage == 0.0
    assert measured.alignment_per_music_beat == 0.0
    assert measured.to_json()["at_accents"][0]["mean_ms"] is None


def test_a_part_is_judged_at_its_own_accents_and_at_those_of_the_whole_body() -> None:
    grid = clock()
    accents = (
        Accent(beat=4.0, part="whole"),
        Accent(beat=6.0, part="hands"),
        Accent(beat=7.0, part="pelvis"),
    )
    found = {e.part: e.count for e in measure_dancer(dancer(grid.beats_s), accents, grid).at_accents}
    assert found == {"whole": 1, "hands": 2, "pelvis": 2, "feet": 1}  # this body has no point on its head


def test_a_fall_is_charged_with_what_it_missed() -> None:
    grid = clock()
    motion = dancer(grid.beats_s, seconds=15.5, fell_at_s=15.4)
    measured = measure_dancer(motion, planned(), grid)
    assert measured.whole.coverage == pytest.approx(0.5, abs=0.03)
    assert measured.falls_per_minute == pytest.approx(60 / 15.5)


def test_safety_figures() -> None:
    grid = clock()
    measured = measure_dancer(dancer(grid.beats_s), planned(), grid)
    assert (measured.torque_share_peak, measured.torque_peak_joint) == (pytest.approx(0.75), "ankle")
    assert measured.cop_margin_min_m == pytest.approx(0.0)
    assert measured.cop_margin_p5_m == pytest.approx(0.005, abs=1e-5)
    assert measured.joint_error_rms_rad == pytest.approx(0.02)
    assert measured.falls_per_minute == 0.0


def test_together_is_the_difference_of_two_dancers() -> None:
    grid = clock()
    first = dancer(grid.beats_s + 0.004)
    second = dancer(grid.beats_s - 0.002, performer="gold")
    cast = tuple(Performer(id=i, name=i, robot="g1", role="dancer", mark_m=(0, 0)) for i in ("sky", "gold"))
    dance = Choreography(performers=cast, calls=(), accents={"sky": planned(), "gold": planned(40)})
    (pair,) = measure_together([first, second], dance, grid)
    assert pair.performers == ("sky", "gold")
    assert pair.shared == len(pair.difference_ms) == 39
    assert pair.mean_ms == pytest.approx(6.0, abs=0.2)
    assert np.all(pair.difference_ms < 0)


def test_beat_alignment_scores() -> None:
    """Hits d frames beside every beat score exp(−d²/18). The published code counts the speed between two frames
    as the first one's, half a frame early: a hit three frames late is scored as two and a half."""
    grid = clock(117.3)  # no minimum midway between two frames: equal neighbours are no strict minimum
    exact = dancer(grid.beats_s)
    per_motion, per_music = beat_alignment(exact.key_points_m, RATE_HZ, 0.0, grid)
    assert per_motion > 0.98 and per_music > 0.95
    late = dancer(grid.beats_s + 3 / 60)
    per_motion, _ = beat_alignment(late.key_points_m, RATE_HZ, 0.0, grid)
    assert per_motion == pytest.approx(np.exp(-(2.5**2) / 18), abs=0.02)


def test_half_speed_hits_every_second_beat_only_per_music_beat() -> None:
    grid = clock(117.3)
    slow = dancer(grid.beats_s[::2])
    per_motion, per_music = beat_alignment(slow.key_points_m, RATE_HZ, 0.0, grid)
    assert per_motion > 0.98
    assert per_music == pytest.approx(0.5, abs=0.05)


def test_minima_that_are_too_shallow_are_no_accents() -> None:
    time_s = np.arange(0, 20, 1 / RATE_HZ)
    speed = 1.0 + 0.02 * np.cos(2 * np.pi * time_s)  # 4 % deep, below the 6 % asked for
    assert len(executed_accents(speed, RATE_HZ)) == 0
    assert len(executed_accents(1.0 + 0.05 * np.cos(2 * np.pi * time_s), RATE_HZ)) == 20


def test_errors_beyond_half_a_beat_are_misses() -> None:
    grid = clock()
    planned_s = grid.beats_s[4:6]
    errors = errors_at(np.array([planned_s[0] + 0.26]), planned_s, grid)
    assert np.isnan(errors[0])
    assert errors[1] == pytest.approx(-240.0)


def test_speed_says_which_shape_it_wants() -> None:
    with pytest.raises(ValueError, match=r"expected \(n, k, 3\)"):
        mean_speed(np.zeros((10, 3)), RATE_HZ)


def test_measures_are_strict_json() -> None:
    grid = clock()
    measured = measure_dancer(dancer(grid.beats_s[::2], cop_margin_m=np.full(15500, np.nan)), planned(), grid)
    text = json.dumps(measured.to_json(), allow_nan=False)
    assert json.loads(text)["cop_margin_min_m"] is None
