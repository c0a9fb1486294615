"""Every word of the vocabulary, where it belongs."""

from dataclasses import replace

import numpy as np
import pytest

from temirbek.planning import plan_set
from temirbek.planning.material import Material
from temirbek.planning.places import loop_for, ways_in
from temirbek.planning.shapes import CUT, LADDER, SHORT_SHAPES, STEPS, Shape
from temirbek.planning.together import hear_together
from temirbek.types import CuePoint, SetPlan, SetWishes, TrackAnalysis, TransitionStyle

from .laws import check_plan
from .makers import SHAPE, make_analysis

KEPT = SetWishes(keep_order=True)
C_MAJOR, F_SHARP_MAJOR = (0, 4, 7), (6, 10, 1)


def in_chords(name: str, pitches: tuple[int, ...], **kind: object) -> TrackAnalysis:
    analysis = make_analysis(name, **kind)  # type: ignore[arg-type]
    chroma = np.zeros((len(analysis.energy), 12))
    chroma[:, list(pitches)] = 3**-0.5
    return replace(analysis, chroma=chroma)


def planned(crate: list[TrackAnalysis], wishes: SetWishes = KEPT) -> SetPlan:
    plan = plan_set(crate, wishes=wishes)
    check_plan(plan, crate)
    return plan


def test_tracks_in_harmony_blend_and_clashing_ones_are_swept() -> None:
    one = in_chords("one", C_MAJOR, key=(0, "major"))
    same = in_chords("same", C_MAJOR, key=(0, "major"))
    far = in_chords("far", F_SHARP_MAJOR, key=(6, "major"))
    assert planned([one, same]).transitions[0].style == "blend"
    swept = planned([one, far]).transitions[0]
    assert swept.style == "filter_sweep" and "their keys clash" in swept.reason
    assert swept.fallback == "short_blend"


def test_dense_tracks_are_swept() -> None:
    crate = [replace(make_analysis(name), band_energy=np.ones((48, 3))) for name in ("a", "b")]
    swept = planned(crate).transitions[0]
    assert swept.style == "filter_sweep" and "both are dense" in swept.reason


def crate_with_drops() -> list[TrackAnalysis]:
    """Two tracks that build up to a second drop."""
    shape = (("intro", 8, 0.5), ("drop", 8, 0.9), ("build", 8, 0.4), ("drop", 8, 1.0))
    return [make_analysis(name, 124.0 + k, shape=shape) for k, name in enumerate("ab")]  # type: ignore[arg-type]


def crate_with_a_short_ending() -> list[TrackAnalysis]:
    """Both sing, but for the first track's last four bars."""
    shape = (("intro", 8, 0.5), ("drop", 16, 1.0), ("outro", 4, 0.3))
    crate = [make_analysis("short", shape=shape), make_analysis("next", 121.0)]  # type: ignore[arg-type]
    return [
        replace(a, vocals=(a.energy >= loud).astype(float)) for a, loud in zip(crate, (1.0, 0.0), strict=True)
    ]


def test_a_drop_swap_lands_on_the_drops_of_both() -> None:
    plan = planned(crate_with_drops(), SetWishes(keep_order=True, length_s=62.0))
    swap = plan.transitions[0]
    assert swap.style == "drop_swap" and "where that of a would have" in swap.reason
    for play in plan.plays:
        assert float(play.track_beat_at(swap.swap_beat)) == pytest.approx(96.0)
    assert plan.plays[0].mix_to_beat == swap.swap_beat == swap.end_beat
    fader = next(lane for lane in plan.automation if (lane.deck, lane.control) == ("A", "fader"))
    assert fader.at(swap.swap_beat - 0.01) > 0.99 and fader.at(swap.swap_beat + 0.01) == 0.0


def test_an_ending_that_is_too_short_is_looped() -> None:
    plan = planned(crate_with_a_short_ending())
    looped, play = plan.transitions[0], plan.plays[0]
    assert looped.style == "loop_extend" and "its ending is short" in looped.reason
    (loop,) = play.loops
    assert loop.start_beat >= 24 * 4 and loop.end_beat <= 28 * 4
    assert play.mix_to_beat == pytest.approx(looped.end_beat)
    assert float(play.track_beat_at(play.mix_to_beat - 0.5)) <= 28 * 4


def test_a_loop_is_calm_and_nobody_sings_in_it() -> None:
    shape = (("intro", 8, 0.5), ("drop", 16, 1.0), ("outro", 4, 0.3))
    vocals = np.zeros(28)
    vocals[26:] = 1.0
    sung = replace(make_analysis("sung", shape=shape), vocals=vocals)  # type: ignore[arg-type]
    loop = loop_for(Material(analysis=sung), 96.0, 64.0)
    assert loop is not None and loop.start >= 96.0 and loop.start + loop.length <= 104.0
    assert loop.extra_beats == 48.0
    assert loop_for(Material(analysis=sung), 48.0, 64.0) is None, "there is music enough"


def test_voices_do_not_sing_over_each_other() -> None:
    silent, sung = np.zeros(48), np.zeros(48)
    sung[40:] = 1.0
    sung_b = np.zeros(48)
    sung_b[:8] = 1.0
    overlaps = []
    for a_voice, b_voice in ((silent, silent), (sung, sung_b)):
        crate = [
            replace(make_analysis("a"), vocals=a_voice),
            replace(make_analysis("b", 121.0), vocals=b_voice),
        ]
        plan = planned(crate)
        t = plan.transitions[0]
        bars = np.arange(t.start_beat, t.end_beat, 4.0) if t.style not in STEPS else np.zeros(0)
        heard = [np.asarray(p.track_beat_at(bars) // 4, dtype=int) for p in plan.plays]
        overlaps.append(np.minimum(sung[heard[0]], sung_b[heard[1]]).sum())
    assert overlaps[0] >= 8 and overlaps[1] == 0


def test_a_voice_that_starts_before_the_one_is_not_cut() -> None:
    vocals = np.zeros(48)
    vocals[15:24] = 1.0
    material = Material(analysis=replace(make_analysis("upbeat"), vocals=vocals))
    plain = Material(analysis=make_analysis("plain"))
    for shapes, is_cut in (((CUT,), True), (SHORT_SHAPES[:1], False)):
        worth = [ways_in(m, shapes, is_short=True) for m in (material, plain)]
        at = np.flatnonzero(worth[0].start == 64.0)[0]
        assert (worth[0].own[at] < worth[1].own[at] - 1.0) == is_cut
        assert np.all(np.delete(worth[0].own, at) == np.delete(worth[1].own, at))


def test_uncertain_beats_shorten_what_sounds_together() -> None:
    together = []
    for confidence in (1.0, 0.55):
        crate = [make_analysis(name, confidence=confidence) for name in "ab"]
        t = planned(crate).transitions[0]
        together.append(0.0 if t.style in STEPS else t.length_beats)
    assert together[1] <= together[0]
    crate = [make_analysis("sure"), make_analysis("unsure", confidence=0.2)]
    assert planned(crate).transitions[0].style == "echo_out"
    assert planned(crate[::-1]).transitions[0].style == "hard_cut"


def test_hard_cuts_come_at_the_end_of_a_section() -> None:
    crate = [make_analysis("a", confidence=0.2), make_analysis("b", confidence=0.2)]
    plan = planned(crate)
    out = plan.plays[0]
    assert plan.transitions[0].style == "hard_cut" and plan.transitions[0].fallback is None
    assert out.track_to_beat in [s.end_beat for s in crate[0].sections]


def test_a_persons_cues_are_followed() -> None:
    a, b = make_analysis("a"), make_analysis("b")
    beat_s = 0.5
    cued = [
        replace(a, cues=(CuePoint(track_s=132 * beat_s, kind="mix_out"),)),
        replace(b, cues=(CuePoint(track_s=32 * beat_s + 0.02, kind="mix_in"),)),
    ]
    for length_s in (None, 90.0):
        plan = planned(cued, SetWishes(keep_order=True, length_s=length_s))
        assert float(plan.plays[0].track_beat_at(plan.transitions[0].start_beat)) == 132.0
        assert plan.plays[1].track_from_beat == 32.0


def test_loudness_is_foreseen() -> None:
    shape = Shape(style="blend", lead_in_bars=8, tail_bars=8, cost=0.0)
    even = replace(make_analysis("even"), bar_loudness_lufs=np.full(48, -14.0))
    hole = np.full(48, -14.0)
    hole[36:] = -34.0
    dips = replace(make_analysis("dips"), bar_loudness_lufs=hole)
    first, second = Material(analysis=even), Material(analysis=dips)
    leaves, starts = np.array([64.0, 128.0]), np.array([0.0])
    assert hear_together(first, first, shape, leaves, starts).deviation_lu.max() < 0.1
    heard = hear_together(second, first, shape, leaves, starts).deviation_lu[:, 0]
    assert heard[0] < 0.1 and heard[1] > 2.5


def test_styles_that_were_heard_to_fail_give_way_to_simpler_ones_and_the_order_stays() -> None:
    crate = [make_analysis(f"t{k}", 120.0 + k, key=(k, "minor")) for k in range(4)]
    first = plan_set(crate)
    pair = (first.plays[1].track_id, first.plays[2].track_id)
    unfit: dict[TransitionStyle, str] = {}
    style, fallback = first.transitions[1].style, first.transitions[1].fallback
    seen = [style]
    while fallback is not None:
        unfit[style] = f"the kicks would have been {len(seen)} ms apart"
        plan = plan_set(crate, unfit={pair: unfit})
        check_plan(plan, crate)
        assert [p.track_id for p in plan.plays] == [p.track_id for p in first.plays]
        assert LADDER[plan.transitions[1].style] > LADDER[style]
        assert "ms apart" in plan.transitions[1].reason
        style, fallback = plan.transitions[1].style, plan.transitions[1].fallback
        seen.append(style)
    assert seen[-1] == "cut" and "short_blend" in seen


def test_what_is_left_out_of_a_track_is_said() -> None:
    whole = planned([make_analysis("a")])
    assert whole.plays[0].reason.endswith("all of it is heard")
    short = planned([make_analysis(f"t{k}") for k in range(3)], SetWishes(length_s=90.0))
    for play in short.plays:
        assert "% of it is heard, without" in play.reason


def test_a_last_chorus_is_kept_in_a_full_set() -> None:
    shape = (*SHAPE[:5], ("outro", 8, 0.3), ("drop", 8, 1.0))
    crate = [make_analysis("a", shape=shape), make_analysis("b", 121.0)]
    out = planned(crate).plays[0]
    assert out.track_to_beat >= 55 * 4 or "without" in out.reason


def test_what_fades_away_is_not_looped() -> None:
    shape = (("intro", 8, 0.5), ("drop", 16, 1.0), ("outro", 4, 0.3))
    loudness = np.full(28, -14.0)
    steady = replace(make_analysis("steady", shape=shape), bar_loudness_lufs=loudness)  # type: ignore[arg-type]
    fading = replace(steady, bar_loudness_lufs=np.where(np.arange(28) < 24, loudness, [-40.0] * 28))
    kept = loop_for(Material(analysis=steady), 96.0, 64.0)
    assert kept is not None and kept.start >= 96.0
    refused = loop_for(Material(analysis=fading), 96.0, 64.0)
    assert refused is None or refused.start + refused.length <= 96.0
