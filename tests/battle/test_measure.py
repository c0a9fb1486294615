"""Measuring: what must not matter does not, and what must be told apart is."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.battle import measure_dance, measure_turn, points_of
from temirbek.demo.dancers import Camera, Dancer, phrase_of, seen_dance, tracks_of
from temirbek.errors import InvalidInput
from temirbek.types import DanceScore

BEATS = 70.0 + np.arange(33) * 60.0 / 112.0
CRITERIA = ("groove", "energy", "variety", "execution")


def scored(dancer: Dancer, camera: Camera | None = None, *, latency_s: float | None = 0.0) -> DanceScore:
    times_s, points = seen_dance(dancer, BEATS, camera)
    return measure_dance(points, times_s, BEATS, latency_s=latency_s)


def assert_alike(a: DanceScore, b: DanceScore, within: float) -> None:
    for name in CRITERIA:
        assert getattr(a, name) == pytest.approx(getattr(b, name), abs=within), name


@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from([0.4, 0.8, 1.0]),
    st.integers(0, 10**6),
    st.floats(0.4, 3.0),
    st.floats(-3.0, 3.0),
    st.floats(-1e4, 1e4),
)
def test_size_distance_and_place_do_not_matter(
    skill: float, seed: int, scale: float, place: float, later_s: float
) -> None:
    times_s, points = seen_dance(Dancer(skill=skill, seed=seed), BEATS)
    moved = points * np.array([scale, scale, 1.0]) + np.array([place, -place, 0.0])
    a = measure_dance(points, times_s, BEATS, latency_s=0.0)
    b = measure_dance(moved, times_s + later_s, BEATS + later_s, latency_s=0.0)
    assert_alike(a, b, 1e-3)


@settings(max_examples=6, deadline=None)
@given(st.floats(0.2, 1.0), st.integers(0, 10**6))
def test_a_mirror_does_not_matter(skill: float, seed: int) -> None:
    dancer, camera = Dancer(skill=skill, seed=seed), Camera(noise_m=0.0, unseen_share=0.0)
    assert_alike(scored(dancer, camera), scored(dancer, replace(camera, is_mirrored=True)), 1e-6)


@settings(max_examples=6, deadline=None)
@given(st.floats(0.0, 1.0), st.integers(0, 10**6), st.floats(0.0, 0.2))
def test_a_known_latency_does_not_matter(skill: float, seed: int, latency_s: float) -> None:
    dancer = Dancer(skill=skill, seed=seed)
    late = scored(dancer, Camera(latency_s=latency_s), latency_s=latency_s)
    assert_alike(scored(dancer), late, 1e-6)


@pytest.mark.parametrize("latency_s", [0.05, 0.15, 0.2])
def test_an_unknown_latency_changes_little(latency_s: float) -> None:
    for seed in range(3):
        dancer = Dancer(skill=0.7, seed=seed)
        late = scored(dancer, Camera(latency_s=latency_s), latency_s=None)
        assert_alike(scored(dancer, latency_s=None), late, 0.08)
        assert late.lag_s is None, "a lag is not told where it cannot be known"


@pytest.mark.parametrize("rate_hz", [15.0, 24.0, 60.0])
def test_frames_may_be_few_uneven_and_dropped(rate_hz: float) -> None:
    usual = scored(Dancer(skill=0.9, seed=4))
    rough = Camera(rate_hz=rate_hz, jitter_s=0.006, dropped_share=0.1, unseen_share=0.06, seed=9)
    found = scored(Dancer(skill=0.9, seed=4), rough)
    assert found.groove == pytest.approx(usual.groove, abs=0.12)
    assert found.variety == pytest.approx(usual.variety, abs=0.15)


OTHER_SIDE = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]


def test_sides_taken_for_each_other_are_put_right() -> None:
    times_s, points = seen_dance(Dancer(skill=0.9, seed=4), BEATS)
    wrong = points.copy()
    swapped = np.random.default_rng(0).random(len(points)) < 0.15
    wrong[swapped] = wrong[swapped][:, OTHER_SIDE]
    a = measure_dance(points, times_s, BEATS, latency_s=0.0)
    assert_alike(a, measure_dance(wrong, times_s, BEATS, latency_s=0.0), 0.05)


def test_points_that_leap_away_and_back_were_not_there() -> None:
    times_s, points = seen_dance(Dancer(skill=0.9, seed=4), BEATS)
    wrong, rng = points.copy(), np.random.default_rng(0)
    leaps = rng.random(points.shape[:2]) < 0.02
    wrong[leaps, :2] += rng.choice([-0.3, 0.3], (int(leaps.sum()), 2))
    a = measure_dance(points, times_s, BEATS, latency_s=0.0)
    b = measure_dance(wrong, times_s, BEATS, latency_s=0.0)
    assert b.groove == pytest.approx(a.groove, abs=0.1) and b.energy == pytest.approx(a.energy, rel=0.15)


def test_frames_in_any_order_and_twice_are_the_same() -> None:
    times_s, points = seen_dance(Dancer(seed=3), BEATS)
    order = np.random.default_rng(0).permutation(np.concatenate([np.arange(len(times_s)), [5, 6, 7]]))
    a = measure_dance(points, times_s, BEATS, latency_s=0.0)
    b = measure_dance(points[order], times_s[order], BEATS, latency_s=0.0)
    assert_alike(a, b, 1e-12)


def test_more_skill_is_more_groove() -> None:
    for seed in range(4):
        found = [
            scored(Dancer(skill=s, seed=10 * seed + i)).groove for i, s in enumerate((1.0, 0.7, 0.35, 0.0))
        ]
        assert all(a > b for a, b in pairwise(found)), found  # type: ignore[operator]


@pytest.mark.parametrize("latency_s", [0.0, None])
@pytest.mark.parametrize("flaw", [{"size": 0.03}, {"tempo_factor": 1.08}, {"tempo_factor": 0.91}])
def test_no_dance_has_no_groove(flaw: dict[str, float], latency_s: float | None) -> None:
    for seed in range(4):
        dancer = Dancer(skill=1.0, seed=seed, **flaw)  # type: ignore[arg-type]
        assert scored(dancer, latency_s=latency_s).groove < 0.1  # type: ignore[operator]


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_half_and_double_time_are_in_time(factor: float) -> None:
    score = scored(Dancer(skill=1.0, seed=2, tempo_factor=factor))
    assert score.groove is not None and score.groove > 0.7 and score.pulse == factor


def test_who_is_late_is_told_only_where_the_camera_is_known() -> None:
    late = Dancer(skill=1.0, seed=2, late_s=0.1)
    assert scored(late).lag_s == pytest.approx(0.1, abs=0.03)
    assert scored(replace(late, late_s=0.27)).groove < 0.1  # type: ignore[operator]
    assert scored(replace(late, late_s=0.27), latency_s=None).groove > 0.8  # type: ignore[operator]


def test_it_abstains_where_too_little_is_seen() -> None:
    times_s, points = seen_dance(Dancer(seed=1), BEATS)
    points[:, 9:, 2] = 0.1
    score = measure_dance(points, times_s, BEATS, latency_s=0.0)
    assert score.coverage < 0.7 and score.groove is None and score.copy is None
    assert set(score.missing.values()) == {"not_seen"}
    nobody = measure_dance(np.zeros((0, 17, 3)), [], BEATS, latency_s=0.0)
    assert nobody.coverage == 0.0 and nobody.groove is None


def test_half_of_a_turn_is_not_enough() -> None:
    times_s, points = seen_dance(Dancer(seed=1), BEATS)
    early = times_s < BEATS[16]
    assert measure_dance(points[early], times_s[early], BEATS, latency_s=0.0).groove is None


def test_a_copy_is_known_from_its_model_and_its_mirror_image() -> None:
    leader = Dancer(skill=1.0, seed=8)
    times_s, points = seen_dance(leader, BEATS)
    model = measure_turn(points, times_s, BEATS, latency_s=0.0).phrase
    found = []
    for error, phrase in ((0.05, phrase_of(leader, 32)), (0.35, phrase_of(leader, 32)), (0.0, None)):
        dancer = Dancer(skill=0.9, seed=9, copy_error_rad=error)
        for is_mirrored in (False, True):
            times_s, points = seen_dance(dancer, BEATS, Camera(is_mirrored=is_mirrored), phrase=phrase)
            score = measure_dance(points, times_s, BEATS, latency_s=0.0, robot_phrase=model)
            assert score.copy is not None
            found.append(score.copy)
    assert found[::2] == pytest.approx(found[1::2], abs=0.05)
    assert found[0] > 0.85 and 0.2 < found[2] < 0.7 and found[4] < 0.25, found


def test_what_was_danced_before_is_not_original() -> None:
    times_s, points = seen_dance(Dancer(skill=1.0, seed=8), BEATS)
    turn = measure_turn(points, times_s, BEATS, latency_s=0.0)
    assert turn.phrase is not None and turn.score.missing["originality"] == "nothing_before"
    again = measure_dance(points, times_s, BEATS, latency_s=0.0, earlier=[turn.phrase])
    times_s, points = seen_dance(
        Dancer(seed=5), BEATS, phrase=np.random.default_rng(5).uniform(0.0, 1.0, (32, 10)) * 0.8
    )
    other = measure_dance(points, times_s, BEATS, latency_s=0.0, earlier=[turn.phrase])
    assert again.originality < 0.05 < 0.3 < other.originality  # type: ignore[operator]


def test_tracks_are_measured_as_their_points() -> None:
    times_s, points = seen_dance(Dancer(seed=1), BEATS)
    again_s, same = points_of(tracks_of(times_s, points))
    assert np.array_equal(times_s, again_s) and np.array_equal(points, same)
    assert points_of([])[1].shape == (0, 17, 3)


def test_what_cannot_be_measured_is_refused() -> None:
    times_s, points = seen_dance(Dancer(seed=1), BEATS)
    with pytest.raises(InvalidInput, match="beats"):
        measure_dance(points, times_s, BEATS[:2], latency_s=0.0)
    with pytest.raises(InvalidInput, match="beats"):
        measure_dance(points, times_s, BEATS[::-1], latency_s=0.0)
    with pytest.raises(InvalidInput, match="shape"):
        measure_dance(points[:, :12], times_s, BEATS, latency_s=0.0)
