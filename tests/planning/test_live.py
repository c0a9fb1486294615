"""A live set: whatever is asked and whenever, what has sounded stays, and the beat goes on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning import laws
from tests.planning.makers import make_analysis, with_measurements

from temirbek.errors import InvalidInput, PlanImpossible
from temirbek.planning import plan_set
from temirbek.planning.live import go_on, open_set
from temirbek.planning.live_difference import first_difference
from temirbek.planning.live_order import upcoming
from temirbek.planning.live_requests import can_undo, request
from temirbek.planning.live_state import LiveSet
from temirbek.types import SetPlan, SetWishes, TempoCurve, TrackAnalysis

EARLY = 6.0
"""Beats between now and the first beat that can still be changed."""
STEP = 1e-5
MOST_JUMP = 0.025
"""Nowhere does the tempo change by more in a bar, but where nothing sounds together."""


def crate_of(n: int, seed: int = 0) -> tuple[TrackAnalysis, ...]:
    rng = np.random.default_rng(seed)
    tempi = rng.uniform(112.0, 132.0, n)
    return tuple(
        with_measurements(make_analysis(f"t{k}", float(tempo), key=(int(rng.integers(12)), "minor")), rng)
        for k, tempo in enumerate(tempi)
    )


CRATE = crate_of(7)


def opened(wishes: SetWishes = SetWishes(), crate: tuple[TrackAnalysis, ...] = CRATE) -> LiveSet:  # noqa: B008
    return open_set(crate, wishes=wishes, seed=3)


def check_live_plan(plan: SetPlan, crate: tuple[TrackAnalysis, ...] = CRATE) -> None:
    """The laws of every plan, and a tempo that people can dance to."""
    laws._check_parts(plan, {a.track.id: a for a in crate})
    laws._check_transitions(plan, {a.track.id: a for a in crate})
    laws._check_stretch(plan, {a.track.id: a for a in crate})
    laws._check_controls(plan)
    check_tempo(plan)


def check_tempo(plan: SetPlan) -> None:
    curve = TempoCurve(beats=plan.tempo_beats, bpm=plan.tempo_bpm)
    steps = [t.start_beat for t in plan.transitions if t.style in ("echo_out", "cut", "hard_cut")]
    beats = np.arange(0.0, plan.end_beat - 4.0, 0.5)
    for step in steps:
        beats = beats[(beats + 4.0 <= step + STEP) | (beats >= step + STEP)]
        beats = beats[(beats > step) | (beats + 4.0 <= step)]
    rise = np.abs(np.log(curve.bpm_at(beats + 4.0 - 1e-4) / curve.bpm_at(beats + 1e-4)))
    assert rise.max() <= MOST_JUMP


def test_without_requests_it_plays_what_was_planned_as_a_whole() -> None:
    whole = plan_set(CRATE, seed=3)
    state, beat = opened(), 0.0
    while len(state.begun) < len(CRATE) - 1:
        state, beat = go_on(state, beat + EARLY), beat + 16.0
    live = state.plan
    n = len(whole.plays) - 1  # the last one ends the whole set, and goes on in the endless one
    for a, b in zip(whole.plays[:n], live.plays[:n], strict=True):
        assert (a.track_id, a.deck, a.gain_db, a.loops) == (b.track_id, b.deck, b.gain_db, b.loops)
        assert np.allclose(
            [a.track_from_beat, a.track_to_beat, a.mix_from_beat],
            [b.track_from_beat, b.track_to_beat, b.mix_from_beat],
        )
    assert [(t.start_beat, t.swap_beat, t.style) for t in whole.transitions[: n - 1]] == [
        (t.start_beat, t.swap_beat, t.style) for t in live.transitions[: n - 1]
    ]
    beats = np.arange(0.0, whole.transitions[n - 1].start_beat - 32.0, 0.25)
    curves = [TempoCurve(beats=p.tempo_beats, bpm=p.tempo_bpm).bpm_at(beats) for p in (whole, live)]
    assert np.allclose(*curves)


def test_a_set_with_a_length_is_the_whole_plan_to_the_end() -> None:
    wishes = SetWishes(length_s=400.0)
    whole, live = plan_set(CRATE, wishes=wishes, seed=3), opened(wishes).plan
    assert [p.track_id for p in whole.plays] == [p.track_id for p in live.plays]
    assert whole.transitions == live.transitions
    assert whole.end_beat == live.end_beat


COMMANDS = st.one_of(
    st.tuples(st.sampled_from(["dj_next", "dj_hold", "dj_extend", "dj_undo"]), st.just(-1), st.just(-1)),
    st.tuples(st.sampled_from(["dj_skip", "dj_request", "dj_drop_request"]), st.integers(0, 6), st.just(-1)),
    st.tuples(st.just("dj_replace"), st.integers(0, 6), st.integers(0, 6)),
    st.tuples(st.just("dj_energy"), st.sampled_from([-10, 0, 7]), st.just(-1)),
)


def payload_of(command: str, a: int, b: int) -> dict[str, object]:
    if command == "dj_energy":
        return {"energy": a / 10}
    return {**({"track": f"t{a}"} if a >= 0 else {}), **({"by": f"t{b}"} if b >= 0 else {})}


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.floats(1.0, 60.0), COMMANDS), min_size=1, max_size=7))
def test_whatever_is_asked_what_has_sounded_stays_and_the_laws_hold(
    asked: list[tuple[float, tuple[str, int, int]]],
) -> None:
    state, now = opened(), 0.0
    for wait, (command, a, b) in asked:
        now += wait
        before = go_on(state, now + EARLY)
        assert first_difference(state.plan, before.plan) >= now + EARLY - 1e-6
        state, change = request(before, command, payload_of(command, a, b), now, now + EARLY)
        found = first_difference(before.plan, state.plan)
        assert change.words
        if not change.is_accepted:
            assert found == float("inf")
            continue
        assert found == change.from_beat >= now + EARLY - 1e-6
        assert change.effect_beat >= now + EARLY - 1e-6
        check_live_plan(state.plan)
        assert len(state.layout.slots) - len(state.begun) >= 2, "two tracks ahead"


@settings(max_examples=8, deadline=None)
@given(st.floats(10.0, 400.0), COMMANDS)
def test_what_is_taken_back_was_never_asked(now: float, asked: tuple[str, int, int]) -> None:
    state = go_on(opened(), now + EARLY)
    state = go_on(state, now + EARLY)
    after, change = request(state, asked[0], payload_of(*asked), now, now + EARLY)
    if not change.is_accepted:
        return
    back, undone = request(after, "dj_undo", {}, now, now + EARLY)
    assert undone.is_accepted
    assert can_undo(after, now + EARLY) in undone.words
    assert not back.journal
    again = request(state, "dj_undo", {}, now, now + EARLY)[1]
    assert not again.is_accepted, "there is nothing left to take back"
    assert [s.material.id for s in back.layout.slots[:4]] == [s.material.id for s in state.layout.slots[:4]]
    assert first_difference(state.plan, back.plan) >= state.layout.joints[len(state.begun)].start


def test_next_leaves_at_the_next_phrase() -> None:
    state, change = request(opened(), "dj_next", {}, 40.0, 46.0)
    assert change.is_accepted
    assert state.plan.transitions[0].start_beat in (48.0, 64.0)  # a short one ends on the phrase
    assert change.effect_beat <= 64.0


def test_a_loop_is_held_until_it_is_let_go_on_the_beat() -> None:
    held, change = request(opened(), "dj_hold", {}, 40.0, 46.0)
    assert change.effect_beat == 64.0
    play = held.plan.plays[0]
    assert np.allclose(play.track_beat_at([63.0, 64.0, 95.0, 96.0]), [63.0, 32.0, 63.0, 32.0])
    free, change = request(held, "dj_hold", {}, 130.0, 136.0)
    assert change.effect_beat == 160.0
    assert np.allclose(free.plan.plays[0].track_beat_at([159.0, 160.0]), [63.0, 64.0])
    assert first_difference(held.plan, free.plan) >= 136.0
    check_live_plan(free.plan)


def test_a_held_loop_that_nobody_lets_go_ends_by_itself() -> None:
    held, _ = request(opened(), "dj_hold", {}, 40.0, 46.0)
    assert held.plan.plays[0].mix_to_beat < 64.0 + 700.0 * held.plan.tempo_bpm[0] / 60.0


def test_extended_by_a_phrase() -> None:
    state = opened()
    planned = state.plan.transitions[0].start_beat
    longer, change = request(state, "dj_extend", {}, 10.0, 16.0)
    assert change.is_accepted
    assert longer.plan.transitions[0].start_beat == planned + 32.0


def test_a_fade_ends_the_set_within_four_bars_and_can_be_taken_back() -> None:
    state, change = request(opened(), "dj_fade", {}, 40.0, 45.0)
    assert state.plan.end_beat - change.effect_beat == 16.0
    assert change.effect_beat == 48.0
    for lane in state.plan.automation:
        if lane.control == "fader":
            assert lane.at(state.plan.end_beat) == pytest.approx(0.0, abs=1e-9)
            assert lane.at(47.9) == pytest.approx(1.0 if lane.deck == "A" else 0.0)
    refused = request(state, "dj_next", {}, 41.0, 46.0)[1]
    assert not refused.is_accepted
    back, _ = request(state, "dj_undo", {}, 41.0, 46.0)
    assert back.plan.end_beat > 200.0


def test_a_request_is_played_soon_and_only_once() -> None:
    state = opened()
    last = state.coming[-1]
    state, _ = request(state, "dj_request", {"track": last}, 10.0, 16.0)
    beat = 16.0
    while last not in state.begun:
        state, beat = go_on(state, beat), beat + 16.0
    assert 1 <= state.begun.index(last) <= 3
    assert not state.requested
    while len(state.begun) < len(CRATE):
        state, beat = go_on(state, beat), beat + 16.0
    assert sorted(state.begun) == sorted(a.track.id for a in CRATE), "nothing twice before all were played"


def test_what_is_left_out_does_not_come_back() -> None:
    state = opened()
    out = state.coming[1]
    state, _ = request(state, "dj_skip", {"track": out}, 10.0, 16.0)
    beat = 16.0
    while len(state.begun) < 2 * len(CRATE):
        state, beat = go_on(state, beat), beat + 16.0
    assert out not in state.begun
    assert all(a != b for a, b in zip(state.begun, state.begun[1:], strict=False))


def test_more_energy_brings_livelier_tracks_first() -> None:
    state = opened(SetWishes(energy_arc=((0.0, 0.5), (1.0, 0.5))))
    livelier, calmer = (request(state, "dj_energy", {"energy": e}, 10.0, 16.0)[0] for e in (1.0, -1.0))
    heights = [
        np.mean([s.crate[i].peak_energy for i in upcoming(s, s.begun[0])[:3]]) for s in (livelier, calmer)
    ]
    assert heights[0] >= heights[1]


def test_what_cannot_be_understood_is_an_error_and_what_cannot_be_done_is_said() -> None:
    state = opened()
    with pytest.raises(InvalidInput, match="does not know 'dj_dance'"):
        request(state, "dj_dance", {}, 0.0, 0.0)
    with pytest.raises(InvalidInput, match="no track 'x'"):
        request(state, "dj_skip", {"track": "x"}, 0.0, 0.0)
    with pytest.raises(InvalidInput, match="lacks 'track'"):
        request(state, "dj_request", {}, 0.0, 0.0)
    with pytest.raises(InvalidInput, match="−1 to 1"):
        request(state, "dj_energy", {"energy": 3}, 0.0, 0.0)
    same, change = request(state, "dj_skip", {"track": state.begun[0]}, 0.0, 0.0)
    assert same.plan is state.plan
    assert "sounds already" in change.words
    with pytest.raises(PlanImpossible, match="0 track"):
        open_set((), wishes=SetWishes(), seed=0)
