"""Plans of all sorts of music."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import PlanImpossible
from temirbek.planning import plan_set
from temirbek.planning.shapes import STEPS
from temirbek.types import BeatGrid, SetWishes, TempoCurve, TrackAnalysis

from .laws import check_plan
from .makers import SHAPE, make_analysis, with_measurements


def a_crate() -> list[TrackAnalysis]:
    """Five tracks that go well together."""
    tempi = (106.0, 112.0, 118.0, 124.0, 128.0)
    keys = ((10, "major"), (5, "major"), (2, "minor"), (9, "minor"), (0, "major"))
    return [
        make_analysis(f"t{k}", bpm, key=key) for k, (bpm, key) in enumerate(zip(tempi, keys, strict=True))
    ]  # type: ignore[arg-type]


def seconds_of(plan) -> float:  # type: ignore[no-untyped-def]
    curve = TempoCurve(beats=plan.tempo_beats, bpm=plan.tempo_bpm)
    return float(curve.seconds_at(plan.end_beat) - curve.seconds_at(plan.plays[0].mix_from_beat))


tracks = st.builds(
    lambda bpm, key, mode, metre, phrase, sure, shape, start: dict(
        tempo_bpm=bpm,
        key=(key, mode),
        beats_per_bar=metre,
        phrase_bars=phrase,
        confidence=sure,
        shape=shape,
        start_s=start,
    ),
    st.floats(60.0, 200.0),
    st.integers(0, 11),
    st.sampled_from(["major", "minor"]),
    st.sampled_from([4, 4, 4, 3]),
    st.sampled_from([4, 8]),
    st.sampled_from([1.0, 0.9, 0.2]),
    st.sampled_from([SHAPE, SHAPE[:2], SHAPE[2:3], SHAPE * 3, (*SHAPE[:3], ("outro", 4, 0.3))]),
    st.floats(0.0, 3.0),
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(tracks, min_size=1, max_size=6),
    st.integers(0, 5),
    st.sampled_from([None, 60.0, 120.0]),
    st.booleans(),
    st.booleans(),
)
def test_every_plan_keeps_the_laws(kinds, seed, length_s, keep_order, is_measured) -> None:  # type: ignore[no-untyped-def]
    analyses = [make_analysis(f"t{k}", **kind) for k, kind in enumerate(kinds)]
    if is_measured:
        rng = np.random.default_rng(seed)
        analyses = [with_measurements(a, rng) for a in analyses]
    wishes = SetWishes(keep_order=keep_order, length_s=length_s)
    plan = plan_set(analyses, seed=seed, wishes=wishes)
    check_plan(plan, analyses)
    if plan.transitions:
        failing = plan.transitions[seed % len(plan.transitions)]
        pair = (plan.plays[failing.from_play].track_id, plan.plays[failing.from_play + 1].track_id)
        again = plan_set(
            analyses, seed=seed, wishes=wishes, unfit={pair: {failing.style: "it was heard to fail"}}
        )
        check_plan(again, analyses)
        assert [p.track_id for p in again.plays] == [p.track_id for p in plan.plays]
        assert failing.fallback is None or again.transitions[failing.from_play].style != failing.style


def test_a_good_crate_is_blended_on_phrases_of_both() -> None:
    for length_s, styles in ((None, {"blend"}), (120.0, {"blend", "drop_swap"})):
        plan = plan_set(a_crate(), wishes=SetWishes(length_s=length_s))
        assert len(plan.plays) == 5
        assert all(t.is_on_phrases for t in plan.transitions)
        assert {t.style for t in plan.transitions} == styles
        assert all(t.swap_beat % 4 == 0 for t in plan.transitions)


def test_tempo_climbs_with_the_evening() -> None:
    plan = plan_set(a_crate(), seed=3)
    assert [play.track_id for play in plan.plays] == ["t0", "t1", "t2", "t3", "t4"]


def test_a_short_set_lasts_about_as_long_as_asked_and_every_track_drops() -> None:
    crate = a_crate()
    drops = {a.track.id: [s.start_beat for s in a.sections if s.label == "drop"] for a in crate}
    for wished_s in (90.0, 120.0, 180.0, 240.0):
        plan = plan_set(crate, wishes=SetWishes(length_s=wished_s))
        assert abs(seconds_of(plan) - wished_s) < 16.0
        for play in plan.plays:
            assert any(play.track_from_beat <= d < play.track_to_beat for d in drops[play.track_id])


def test_a_full_set_plays_tracks_whole() -> None:
    for play in plan_set(a_crate()).plays:
        assert play.track_from_beat <= 0 and play.track_to_beat >= 48 * 4


def test_same_tracks_and_seed_give_the_same_plan_in_any_order_of_the_crate() -> None:
    one, two = plan_set(a_crate(), seed=5), plan_set(a_crate()[::-1], seed=5)
    assert one.plays == two.plays and one.transitions == two.transitions
    np.testing.assert_array_equal(one.tempo_bpm, two.tempo_bpm)


def test_the_order_given_is_kept() -> None:
    crate = [make_analysis(name, bpm) for name, bpm in (("c", 128.0), ("a", 120.0), ("b", 124.0))]
    assert [p.track_id for p in plan_set(crate, wishes=SetWishes(keep_order=True)).plays] == ["c", "a", "b"]


def test_one_track_alone() -> None:
    only = make_analysis("only")
    plan = plan_set([only], wishes=SetWishes(length_s=30.0))
    check_plan(plan, [only])
    assert plan.transitions == ()


def test_tracks_just_long_enough() -> None:
    short = [make_analysis(f"s{k}", 120.0 + k, shape=SHAPE[2:3]) for k in range(3)]
    plan = plan_set(short)
    check_plan(plan, short)
    assert len(plan.plays) == 3


def test_a_waltz_is_cut_and_keeps_the_bars_of_the_mix() -> None:
    crate = [make_analysis("a"), make_analysis("waltz", beats_per_bar=3), make_analysis("b", 122.0)]
    plan = plan_set(crate, wishes=SetWishes(keep_order=True))
    check_plan(plan, crate)
    assert [t.style for t in plan.transitions] == ["cut", "cut"]
    assert all(t.start_beat % 4 == 0 for t in plan.transitions)
    assert "3 beats a bar" in plan.transitions[0].reason or "go with 3" in plan.transitions[0].reason


def test_tempi_that_never_meet_step() -> None:
    crate = [make_analysis("slow", 90.0), make_analysis("fast", 126.0)]
    plan = plan_set(crate)
    check_plan(plan, crate)
    assert plan.transitions[0].style == "echo_out"
    assert "do not meet" in plan.transitions[0].reason


def test_half_tempo_meets() -> None:
    crate = [make_analysis("a", 86.0), make_analysis("b", 88.0), make_analysis("double", 174.0)]
    plan = plan_set(crate)
    check_plan(plan, crate)
    ratio = {p.track_id: p.beat_ratio for p in plan.plays}
    assert ratio == {"a": 1.0, "b": 1.0, "double": 2.0}
    assert all(t.style == "blend" for t in plan.transitions)


def test_tempi_ten_per_cent_apart_meet_in_the_middle() -> None:
    crate = [make_analysis("a", 110.0), make_analysis("b", 121.0)]
    plan = plan_set(crate)
    check_plan(plan, crate)
    assert plan.transitions[0].style == "blend"


def test_wide_gaps_get_room_to_ramp_even_in_a_short_set() -> None:
    crate = [make_analysis(name, bpm) for name, bpm in (("a", 100.0), ("b", 110.0), ("c", 120.0))]
    plan = plan_set(crate, wishes=SetWishes(length_s=100.0))
    check_plan(plan, crate)
    assert not any(t.style in STEPS for t in plan.transitions)


def test_uncertain_beats_are_never_laid_over_others() -> None:
    crate = [make_analysis("sure"), make_analysis("unsure", 121.0, confidence=0.2)]
    plan = plan_set(crate)
    check_plan(plan, crate)
    assert plan.transitions[0].style == "hard_cut" or plan.plays[0].track_id == "sure"
    assert "not certain" in plan.transitions[0].reason


def test_silence_and_no_tracks_are_refused_with_reasons() -> None:
    silent = make_analysis("hush", loudness_lufs=-75.0)
    with pytest.raises(PlanImpossible, match=r"hush: nearly silent \(-75 LUFS\)"):
        plan_set([silent])
    with pytest.raises(PlanImpossible, match="none was given"):
        plan_set([])
    with pytest.raises(ValueError, match="longer than 0 s"):
        plan_set([make_analysis("a")], wishes=SetWishes(length_s=0.0))
    plan = plan_set([silent, make_analysis("a")])
    assert plan.left_out[0][0] == "hush"


def test_more_tracks_than_time() -> None:
    crate = [make_analysis(f"t{k}", 118.0 + k) for k in range(12)]
    plan = plan_set(crate, wishes=SetWishes(length_s=120.0))
    check_plan(plan, crate)
    assert len(plan.plays) == 6 and len(plan.left_out) == 6


def test_loudness_is_matched() -> None:
    crate = [make_analysis("loud", loudness_lufs=-7.0), make_analysis("soft", 121.0, loudness_lufs=-20.0)]
    gains = {p.track_id: p.gain_db for p in plan_set(crate).plays}
    assert gains == {"loud": -7.0, "soft": 6.0}


def test_a_tempo_that_varies_is_followed() -> None:
    bpm = 120.0 * (1 + 0.08 * np.sin(np.arange(192) / 30))
    beats_s = np.concatenate([[0.0], np.cumsum(60.0 / bpm)])[:192]
    free = make_analysis("free", beats_s=beats_s)
    plan = plan_set([free])
    curve = TempoCurve(beats=plan.tempo_beats, bpm=plan.tempo_bpm)
    own = BeatGrid(beats_s=beats_s).tempo_at(np.arange(4.0, 188.0))
    assert np.abs(curve.bpm_at(np.arange(4.5, 188.5)) / own - 1).max() < 0.02


def test_the_demo_reads_well() -> None:
    plan = plan_set(
        [replace(a, track=replace(a.track, path=Path("x"))) for a in a_crate()],
        wishes=SetWishes(length_s=120.0),
    )
    assert all("takes the bass with its drop" in t.reason for t in plan.transitions)
