"""What is heard in a rendered transition changes its plan, and nothing else does."""

from collections.abc import Callable

import numpy as np
import pytest

from temirbek.measures import TransitionHeard
from temirbek.planning import plan_set
from temirbek.prepare.transitions import APART_MS, MOST_TRIM_DB, TOGETHER, Replanner, rehearse_transitions
from temirbek.types import SetPlan, SetWishes

from ..planning.makers import make_analysis

CRATE = [make_analysis("first", 124.0), make_analysis("second", 126.0)]
WISHES = SetWishes(keep_order=True)


def heard(
    offset_ms: float | None = 0.0,
    *,
    p95_ms: float = 1.0,
    flams: int = 0,
    residual: tuple[tuple[float, float], ...] = (),
) -> TransitionHeard:
    """What a listener would say of a transition in which only these things are remarkable."""
    return TransitionHeard(
        kick_offset_ms=offset_ms,
        kick_pairs=0 if offset_ms is None else 32,
        p95_ms=p95_ms,
        flams=flams,
        both_bass_beats=0,
        loudness_deviation_lu=max((abs(x) for _, x in residual), default=0.0),
        residual=residual,
    )


def rehearsed(listen: Callable[[SetPlan, int], TransitionHeard]) -> SetPlan:
    """The plan of two tracks (whose one transition is heard in this process)."""
    return rehearse_transitions(Replanner(CRATE, WISHES, 0), listen)


def test_kicks_that_are_together_leave_the_plan_alone() -> None:
    plan = rehearsed(lambda plan, k: heard(0.4))
    assert plan is not None and plan.plays == plan_set(CRATE, wishes=WISHES).plays
    assert not any(lane.control == "trim" for lane in plan.automation)


@pytest.mark.parametrize("late_ms", [-7.0, 4.0])
def test_the_incoming_deck_is_nudged_onto_the_kick(late_ms: float) -> None:
    def listen(plan: SetPlan, k: int) -> TransitionHeard:
        nudge_ms = 1e3 * float(plan.plays[k + 1].nudge_s_at(plan.transitions[k].swap_beat))
        return heard(late_ms + nudge_ms, p95_ms=abs(late_ms + nudge_ms) + 1.0)

    plan = rehearsed(listen)
    assert plan.transitions[0].style in TOGETHER
    assert np.isclose(float(plan.plays[1].nudge_s_at(plan.transitions[0].swap_beat)), -late_ms / 1e3)
    assert float(plan.plays[1].nudge_s_at(plan.end_beat)) == 0.0, "alone again, the track keeps its own time"


def test_what_stays_apart_is_planned_anew_in_a_simpler_style() -> None:
    first = plan_set(CRATE, wishes=WISHES)
    styles = []

    def listen(plan: SetPlan, k: int) -> TransitionHeard:
        styles.append(plan.transitions[k].style)
        return heard(0.5, p95_ms=4 * APART_MS, flams=5)

    plan = rehearsed(listen)
    assert styles[0] == first.transitions[0].style
    assert len(set(styles)) == len(styles), "no style is tried twice"
    assert plan.transitions[0].style not in TOGETHER
    assert "24 ms apart" in plan.transitions[0].reason
    assert [p.track_id for p in plan.plays] == [p.track_id for p in first.plays]


def test_unclear_kicks_are_no_reason_to_give_a_blend_up() -> None:
    plan = rehearsed(lambda plan, k: heard(None, p95_ms=0.0))
    assert plan.transitions[0].style == plan_set(CRATE, wishes=WISHES).transitions[0].style


def test_the_trim_follows_the_trend_and_spares_the_swing_of_single_bars() -> None:
    def listen(plan: SetPlan, k: int) -> TransitionHeard:
        transition = plan.transitions[k]
        beats = np.arange(transition.start_beat, transition.end_beat + 0.1, 4.0)
        trim = {lane.deck: lane for lane in plan.automation if lane.control == "trim"}
        gain_db = 20 * np.log10(trim["A"].at(beats)) if trim else np.zeros(len(beats))
        bump = 2.5 * np.sin(np.pi * (beats - beats[0]) / (beats[-1] - beats[0]))
        swing = 0.4 * (-1.0) ** np.arange(len(beats))
        return heard(residual=tuple(zip(beats.tolist(), (bump + swing + gain_db).tolist(), strict=True)))

    plan = rehearsed(listen)
    left = listen(plan, 0).residual
    assert max(abs(x) for _, x in left) < 1.3
    steps = np.abs(np.diff(20 * np.log10(next(a for a in plan.automation if a.control == "trim").values)))
    assert steps[1:-1].max() < 1.0, "no pumping"


def test_a_gain_never_rides_farther_than_its_limit() -> None:
    def listen(plan: SetPlan, k: int) -> TransitionHeard:
        transition = plan.transitions[k]
        beats = np.arange(transition.start_beat, transition.end_beat + 0.1, 4.0)
        return heard(residual=tuple((float(b), 9.0) for b in beats))

    plan = rehearsed(listen)
    trims = [a for a in plan.automation if a.control == "trim"]
    assert len(trims) == 2
    for lane in trims:
        assert 20 * np.log10(lane.values.min()) >= -MOST_TRIM_DB - 1e-6


def test_a_plan_is_remembered_until_something_is_given_up() -> None:
    replan = Replanner(CRATE, WISHES, 0)
    blended = replan({})
    assert replan({}) is blended
    style = blended.transitions[0].style
    assert replan({("first", "second"): {style: "heard to fail"}}).transitions[0].style != style
