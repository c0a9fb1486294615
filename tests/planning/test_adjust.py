"""Nudges and trims: there while they are needed, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.planning import adjusted, plan_set
from temirbek.types import Adjustment, Automation, SetPlan, SetWishes

from .makers import make_analysis

LONG = plan_set([make_analysis(f"t{k}", 120.0 + k) for k in range(3)])
TIGHT = plan_set(
    [make_analysis(f"t{k}", 120.0 + k, shape=(("intro", 16, 0.5), ("drop", 16, 0.5))) for k in range(4)],
    wishes=SetWishes(keep_order=True),
)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([LONG, TIGHT]),
    st.dictionaries(st.integers(0, 1), st.floats(-0.02, 0.02).map(lambda s: round(s, 4)), max_size=2),
)
def test_every_transition_is_heard_with_its_own_nudge(plan: SetPlan, nudges: dict[int, float]) -> None:
    after = adjusted(plan, {k: Adjustment(nudge_s=s) for k, s in nudges.items()})
    assert [replace(p, nudge=()) for p in after.plays] == list(plan.plays)
    assert after.transitions == plan.transitions and after.automation == plan.automation
    for k, t in enumerate(plan.transitions):
        beats = np.linspace(t.start_beat, t.end_beat, 50)
        apart = after.plays[k + 1].nudge_s_at(beats) - after.plays[k].nudge_s_at(beats)
        np.testing.assert_allclose(apart, nudges.get(k, 0.0), atol=1e-12)
    for play in after.plays:
        beats = np.arange(play.mix_from_beat, play.mix_to_beat, 0.25)
        speed = np.abs(np.diff(play.nudge_s_at(beats))) / (0.25 * 60 / 120)
        assert not len(speed) or speed.max() < 0.003


def test_a_nudge_leaves_while_the_track_is_alone() -> None:
    t = LONG.transitions[0]
    play = adjusted(LONG, {0: Adjustment(nudge_s=0.008)}).plays[1]
    assert play.nudge == ((t.end_beat, 0.008), (t.end_beat + 32.0, 0.0))


def test_trims_are_on_both_decks_and_at_rest_outside() -> None:
    t = LONG.transitions[1]
    points = ((t.start_beat, 1.0), (t.swap_beat, -2.0), (t.end_beat, 0.5))
    lanes = {
        a.deck: a for a in adjusted(LONG, {1: Adjustment(trim_db=points)}).automation if a.control == "trim"
    }
    assert set(lanes) == {"A", "B"}
    for lane in lanes.values():
        assert lane.at(t.swap_beat) == pytest.approx(10 ** (-2.0 / 20))
        assert lane.at(t.start_beat - 8) == lane.at(t.end_beat + 8) == lane.at(0.0) == 1.0


def test_a_trim_that_is_there_is_multiplied() -> None:
    t = LONG.transitions[0]
    there = Automation(deck="A", control="trim", beats=[0.0, 1000.0], values=[0.5, 0.5])
    after = adjusted(
        replace(LONG, automation=(*LONG.automation, there)),
        {0: Adjustment(trim_db=((t.start_beat, -6.0), (t.end_beat, -6.0)))},
    )
    lane = next(a for a in after.automation if (a.deck, a.control) == ("A", "trim"))
    assert lane.at(t.swap_beat) == pytest.approx(0.5 * 10 ** (-6 / 20))
    assert lane.at(t.end_beat + 20) == pytest.approx(0.5)


def test_a_transition_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidInput, match="transition 7"):
        adjusted(LONG, {7: Adjustment(nudge_s=0.01)})
