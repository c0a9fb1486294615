"""Laws of composition."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.choreography import compose, load_moves
from temirbek.choreography.desk import CHANGE_BEATS
from temirbek.choreography.pictures import is_still, size_of
from temirbek.types import LAYERS, Choreography, MoveCall, footsteps_of, place_at

from .makers import CAST, FORM, make_mix

MOVES = load_moves()


def calls_of(dance: Choreography, performer: str) -> list[MoveCall]:
    return [c for c in dance.calls if c.performer == performer]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**31), bpm=st.floats(62.0, 195.0), bar=st.sampled_from([3, 4]))
def test_calls_of_one_layer_never_overlap_and_accents_are_kept(seed: int, bpm: float, bar: int) -> None:
    mix = make_mix(bpm, bpm, beats_per_bar=bar)
    dance = compose(mix, CAST, MOVES, seed=seed)
    for performer in CAST:
        for layer in LAYERS:
            on_layer = [c for c in calls_of(dance, performer.id) if layer in MOVES[c.move].layers]
            for a, b in pairwise(sorted(on_layer, key=lambda c: c.start_beat)):
                assert a.start_beat + a.length_beats <= b.start_beat + 1e-6
        assert all(0.0 < c.intensity <= 1.0 for c in calls_of(dance, performer.id))
        beats = [a.beat for a in dance.accents[performer.id]]
        assert beats == sorted(beats)
        assert all(0 < b < mix.beat_grid.n_beats for b in beats)


def test_the_same_seed_gives_the_same_dance_and_another_another() -> None:
    mix = make_mix()
    assert compose(mix, CAST, MOVES, seed=3) == compose(mix, CAST, MOVES, seed=3)
    assert compose(mix, CAST, MOVES, seed=3).calls != compose(mix, CAST, MOVES, seed=4).calls


def in_time(a: MoveCall, start: float, end: float) -> bool:
    return a.start_beat < end - 1e-6 and a.start_beat + a.length_beats > start + 1e-6


@pytest.mark.parametrize("bpm", [66.0, 104.0, 128.0, 174.0])
def test_bars_danced_on_planted_feet_have_two_accents_or_more(bpm: float) -> None:
    dance = compose(make_mix(bpm, bpm), CAST, MOVES, seed=1)
    checked = 0
    for performer in CAST[:3]:
        calls = calls_of(dance, performer.id)
        others = ("bows", "freezes", "greetings", "applause")
        still = [
            c
            for c in calls
            if not MOVES[c.move].accents or MOVES[c.move].steps or MOVES[c.move].family in others
        ]
        end = max(c.start_beat + c.length_beats for c in calls)
        beats = np.array([a.beat for a in dance.accents[performer.id] if a.part == "whole"])
        for bar in np.arange(4.0, end, 4.0):
            legs = [c for c in calls if "legs" in MOVES[c.move].layers and in_time(c, bar, bar + 4)]
            steps = [
                s
                for s in dance.footsteps[performer.id]
                if s.lift_beat < bar + 4.5 and s.touch_beat > bar - 0.6
            ]
            if legs and not steps and not any(in_time(c, bar, bar + 4) for c in still):
                checked += 1
                assert np.sum((beats >= bar) & (beats < bar + 4)) >= 2, (performer.id, bar)
    assert checked > 20


@settings(max_examples=5, deadline=None)
@given(
    seed=st.integers(0, 2**31), bpm=st.sampled_from([92.0, 104.0, 118.0, 132.0]), bar=st.sampled_from([3, 4])
)
def test_dancers_keep_apart_and_never_promise_a_stop_in_mid_swing(seed: int, bpm: float, bar: int) -> None:
    dance = compose(make_mix(bpm, bpm, beats_per_bar=bar), CAST, MOVES, seed=seed)
    sky, gold = CAST[:2]
    for beat in np.arange(0.0, 49.0 * bar, 1.0):
        a, b = (place_at(p, dance.footsteps[p.id], beat) for p in (sky, gold))
        assert np.hypot(a.x_m - b.x_m, a.y_m - b.y_m) >= 1.2 - 1e-6
    for performer in CAST:
        assert dance.footsteps[performer.id] == footsteps_of(performer, dance.calls, MOVES)
        whole = [a.beat for a in dance.accents[performer.id] if a.part == "whole"]
        for step in dance.footsteps[performer.id]:
            assert not any(step.lift_beat + 1e-6 < beat < step.touch_beat - 1e-6 for beat in whole)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**31), bpm=st.floats(84.0, 138.0))
def test_no_move_comes_back_within_four_bars(seed: int, bpm: float) -> None:
    dance = compose(make_mix(bpm, bpm), CAST[:2], MOVES, seed=seed)
    for dancer in ("sky", "gold"):
        ended: dict[str, float] = {}
        for call in sorted(calls_of(dance, dancer), key=lambda c: c.start_beat):
            move = MOVES[call.move]
            if move.family in ("walks", "turns", "pictures"):
                continue
            assert call.start_beat - ended.get(call.move, -99.0) >= 16.0 - 1e-6, (dancer, call)
            ended[call.move] = call.start_beat + call.length_beats


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 2**31), bpm=st.floats(84.0, 138.0))
def test_tempo_rules_and_predecessors_are_kept(seed: int, bpm: float) -> None:
    dance = compose(make_mix(bpm, bpm), CAST[:2], MOVES, seed=seed)
    before: dict[tuple[str, bool], str] = {}
    for call in dance.calls:
        move = MOVES[call.move]
        assert call.tempo_rule in (1.0, *move.tempo_rules)
        assert move.tempo_bpm[0] - 1e-6 <= bpm / call.tempo_rule <= move.tempo_bpm[1] + 1e-6, call
        where = (call.performer, "legs" in move.layers)
        if move.after and where in before and move.family not in ("pictures", "bows", "walks", "turns"):
            last = MOVES[before[where]]
            assert last.name in move.after or last.family in move.after, (call, last.name)
        before[where] = call.move


def test_stillness_before_the_drop_and_the_picture_on_it() -> None:
    dance = compose(make_mix(), CAST, MOVES, seed=1)
    drop = 4.0 * (FORM[0][2] + FORM[1][2])
    for dancer in ("sky", "gold"):
        names = {c.move: c for c in calls_of(dance, dancer) if c.start_beat in (drop - 4.0, drop)}
        assert [c.start_beat for c in names.values() if is_still(MOVES[c.move])] == [drop - 4.0]
        largest = max((m for m in MOVES.values() if m.robot == "g1" and m.family == "pictures"), key=size_of)
        assert names[largest.name].start_beat == drop
        assert names[largest.name].intensity == 1.0
    hands_up = [c for c in calls_of(dance, "temirbek") if c.move == "hands_up"]
    assert drop in [c.start_beat for c in hands_up]


def test_amplitude_follows_energy() -> None:
    dance = compose(make_mix(), CAST, MOVES, seed=1)
    calls = [c for c in calls_of(dance, "sky") if MOVES[c.move].accents]

    def level(start: float, end: float) -> float:
        return float(np.mean([c.intensity for c in calls if in_time(c, start, end)]))

    assert level(48, 64) > level(32, 44) > level(12, 28)


def test_music_that_returns_brings_its_motif_back_in_the_mirror() -> None:
    form = (("t", "verse", 8, 0.5), ("t", "break", 8, 0.3), ("t", "verse", 8, 0.5), ("t", "outro", 8, 0.4))
    dance = compose(make_mix(form=form), CAST[:1], MOVES, seed=2)  # type: ignore[arg-type]
    figures = {c.start_beat: c for c in calls_of(dance, "sky") if "legs" not in MOVES[c.move].layers}
    first, again = figures[12.0], figures[72.0]
    assert first.move == again.move
    assert first.mirrored != again.mirrored


def test_the_djs_hands_are_there_while_controls_move() -> None:
    mix = make_mix()
    dance = compose(mix, CAST, MOVES, seed=1)
    assert dance.reaches
    for course in mix.plan.automation:
        a, b = course.beats[0], course.beats[-1]
        mine = [
            r
            for r in dance.reaches
            if (r.automation_deck, r.automation_control) == (course.deck, course.control)
        ]
        covered = sum(max(0.0, min(r.end_beat, b) - max(r.start_beat, a)) for r in mine)
        assert covered >= (b - a if b - a <= 1 else 0.2 * (b - a)), (course.deck, course.control)
    for hand in ("left", "right"):
        mine = [r for r in dance.reaches if r.hand == hand]
        for r, s in pairwise(mine):
            assert s.start_beat - r.end_beat >= CHANGE_BEATS - 1e-9
