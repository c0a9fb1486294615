"""Feet with known touchdowns; and what belongs to stepping."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.measures.dance import DancerMeasures, measure_dancer
from temirbek.measures.dance_figures import performer_figures
from temirbek.measures.touchdown import is_stepping, touchdown_errors
from temirbek.types import Accent, ExecutedMotion, Footstep, Performer, Place

from .makers import RATE_HZ, clock, dancer

ROW_MS = 1e3 / RATE_HZ
SKY = Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(0, 0))
STEPS = tuple(
    Footstep(
        foot="left" if beat % 2 else "right",
        lift_beat=beat - 0.6,
        touch_beat=float(beat),
        start=Place(),
        end=Place(),
        height_m=0.05,
    )
    for beat in range(10, 20)
)


def stepper(
    late_s: dict[int, float], *, silent: tuple[int, ...] = (), seconds: float = 31.0
) -> ExecutedMotion:
    """A dancer whose feet press the ground but while they swing; ``late_s`` by beat, ``silent`` steps never lift."""
    grid = clock()
    time_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    force_n = np.full((len(time_s), 2), 150.0)
    for step in STEPS:
        beat = int(step.touch_beat)
        lift_s, touch_s = grid.time_at([step.lift_beat, step.touch_beat])
        touch_s += late_s.get(beat, 0.0)
        if beat not in silent:
            swing = (time_s > lift_s) & (time_s < touch_s - 1e-9)
            force_n[swing, 0 if step.foot == "left" else 1] = 3.0
    return dancer(grid.beats_s, seconds=seconds, foot_force_n=force_n)


@settings(max_examples=12, deadline=None)
@given(st.floats(-100.0, 140.0))
def test_feet_that_are_late_by_so_much_are_measured_late_by_so_much(late_ms: float) -> None:
    motion = stepper({int(s.touch_beat): late_ms / 1e3 for s in STEPS})
    found = touchdown_errors(motion, STEPS, clock())
    assert found.coverage == 1.0
    assert found.mean_ms == pytest.approx(abs(late_ms), abs=ROW_MS)
    assert found.bias_ms == pytest.approx(late_ms, abs=ROW_MS)


def test_each_step_has_its_own_error_and_misses_are_charged_to_coverage() -> None:
    found = touchdown_errors(stepper({12: 0.02, 13: -0.03, 15: 0.4}, silent=(17,)), STEPS, clock())
    expected = [0, 0, 20, -30, 0, np.nan, 0, np.nan, 0, 0]
    np.testing.assert_allclose(found.error_ms, expected, atol=ROW_MS)
    assert found.coverage == pytest.approx(0.8)
    assert found.p95_ms == pytest.approx(np.percentile([0, 0, 20, 30, 0, 0, 0, 0], 95), abs=ROW_MS)


def test_a_second_touch_does_not_hide_the_first() -> None:
    motion = stepper({})
    force_n = np.array(motion.foot_force_n)
    row = int(clock().time_at(12.0) * RATE_HZ)
    force_n[row + 4 : row + 20, 1] = 0.0  # it bounces
    bounced = dancer(clock().beats_s, foot_force_n=force_n)
    assert touchdown_errors(bounced, STEPS, clock()).error_ms[2] == pytest.approx(0.0, abs=ROW_MS)


def test_steps_after_the_end_of_the_motion_do_not_count() -> None:
    assert touchdown_errors(stepper({}, seconds=7.6), STEPS, clock()).count == 4


def measured(accents: tuple[Accent, ...], **facts: object) -> DancerMeasures:
    motion = stepper({})
    grid = clock()
    return measure_dancer(
        dancer(grid.beats_s, foot_force_n=motion.foot_force_n, **facts), accents, grid, STEPS
    )


def test_accents_near_a_swing_are_told_apart() -> None:
    accents = tuple(Accent(beat=float(b)) for b in range(2, 40))
    found = measured(accents)
    stepping = {b for b in range(2, 40) if 8.9 <= b <= 19.5}
    assert found.stepping_hits.count == len(stepping)
    assert found.planted_hits.count == 38 - len(stepping)
    assert found.whole.count == 38
    json.loads(json.dumps(found.to_json(), allow_nan=False))


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 30))
def test_stepping_is_half_a_beat_around_a_swing(beat: float) -> None:
    expected = any(s.lift_beat - 0.5 <= beat <= s.touch_beat + 0.5 for s in STEPS)
    assert bool(is_stepping(np.array([beat]), STEPS)[0]) is expected
    assert not is_stepping(np.array([beat]), ()).any()


def test_pressure_in_planted_moves_leaves_the_steps_out() -> None:
    beats = clock().beat_at(np.arange(15500) / RATE_HZ)
    margin = np.where((beats > 9.0) & (beats < 19.4), 0.002, 0.03)
    found = measured((), cop_margin_m=margin)
    assert found.cop_margin_planted_p5_m == pytest.approx(0.03, abs=1e-6)
    assert found.cop_margin_p5_m == pytest.approx(0.002, abs=1e-6)


def test_a_one_sided_accent_is_measured_on_that_side() -> None:
    grid = clock()
    points = np.array(dancer(grid.beats_s).key_points_m)
    late = np.array(dancer(grid.beats_s + 0.03).key_points_m)
    points[:, 0] = late[:, 0]  # the left hand comes 30 ms late
    motion = dancer(grid.beats_s, key_points_m=points)
    accents = tuple(
        Accent(beat=float(b), part=part) for b in range(2, 40) for part in ("left_hand", "right_hand")
    )
    found = {e.part: e.bias_ms for e in measure_dancer(motion, accents, grid).at_accents}
    assert found == {"left_hand": pytest.approx(30.0, abs=0.2), "right_hand": pytest.approx(0.0, abs=0.2)}


def test_figures_of_a_stepping_dancer_hold_the_bars_and_name_the_warmest_motor() -> None:
    accents = tuple(Accent(beat=float(b)) for b in range(2, 40))
    found = measured(
        accents,
        cop_margin_m=np.full(15500, 0.03),
        torque_rms_share=np.array([0.2, 0.3]),
        foot_slip_m=np.array([0.31, 0.1]),
    )
    figures = {f.name: f for f in performer_figures(found, SKY)}
    assert figures["touchdown_mean"].ok and figures["touchdown_p95"].ok
    assert figures["beat_error_mean"].ok and figures["coverage"].ok and figures["cop_margin_planted_p5"].ok
    assert "ankle" in figures["torque_rms_share"].words
    assert figures["slip_per_minute"].value == pytest.approx(0.6, abs=1e-6)
    assert "left foot" in figures["slip_per_minute"].words


def test_a_dancer_who_only_steps_is_not_judged_by_planted_accents() -> None:
    figures = {f.name: f for f in performer_figures(measured((Accent(beat=12.0),)), SKY)}
    assert figures["beat_error_mean"].ok is None
    assert "stepping_beat_error_mean" in figures
    figures = {f.name: f for f in performer_figures(measured(()), SKY)}
    assert figures["beat_error_mean"].ok is False


def test_a_fall_says_how_far_ahead_it_was_seen() -> None:
    motion = dancer(clock().beats_s, fell_at_s=20.0, fall_seen_at_s=19.6)
    figures = {f.name: f for f in performer_figures(measure_dancer(motion, (), clock()), SKY)}
    assert "seen 400 ms ahead" in figures["falls_per_minute"].words
    unseen = measure_dancer(dancer(clock().beats_s, fell_at_s=20.0), (), clock())
    assert any("nothing saw it coming" in f.words for f in performer_figures(unseen, SKY))
