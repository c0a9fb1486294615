"""A set that goes to a human DJ and comes back: on phrases, at one tempo, with one bass."""

import numpy as np
import pytest
from tests.planning.test_live import CRATE, MOST_JUMP, opened

from temirbek.errors import InvalidInput
from temirbek.planning.live import go_on
from temirbek.planning.live_difference import first_difference
from temirbek.planning.live_handover import taken_over
from temirbek.planning.live_requests import request
from temirbek.types import TempoCurve

THEIRS_BPM = 124.0


def test_it_leaves_at_the_end_of_a_phrase_in_an_echo() -> None:
    before = opened()
    state, change = request(before, "hand_over", {"to": "human"}, 40.0, 46.0)
    assert change.is_accepted
    lanes = {(a.deck, a.control): a for a in state.plan.automation}
    assert lanes["A", "fader"].at(63.9) == 1.0
    assert lanes["A", "fader"].at(64.1) == 0.0
    assert lanes["A", "echo"].at(63.9) > 0.5
    assert lanes["A", "filter"].at(63.9) > 0.4
    assert state.plan.end_beat == 80.0, "the echo is heard out"
    assert first_difference(before.plan, state.plan) >= 46.0
    back, _ = request(state, "dj_undo", {}, 41.0, 47.0)
    assert back.plan.end_beat > 200.0
    with pytest.raises(InvalidInput, match="'human'"):
        request(before, "hand_over", {"to": "nobody"}, 40.0, 46.0)


def test_it_comes_back_at_the_humans_tempo_and_then_leads() -> None:
    left, _ = request(opened(), "hand_over", {"to": "human"}, 40.0, 46.0)
    state = taken_over(left, THEIRS_BPM)
    assert state is not None
    assert state.begun[0] != left.begun[-1]
    for _ in range(2):  # what is laid out anew later keeps it, too
        curve = TempoCurve(beats=state.plan.tempo_beats, bpm=state.plan.tempo_bpm)
        assert np.allclose(curve.bpm_at(np.arange(0.0, 64.0)), THEIRS_BPM)
        beats = np.arange(0.0, state.plan.transitions[0].start_beat - 4.0)
        assert np.abs(np.log(curve.bpm_at(beats + 4.0) / curve.bpm_at(beats))).max() <= MOST_JUMP
        low, fader = (
            next(a for a in state.plan.automation if (a.deck, a.control) == ("A", control))
            for control in ("low", "fader")
        )
        assert low.at(31.0) == 0.0
        assert low.at(33.0) == 1.0
        assert fader.at(0.0) == 0.0
        assert np.all(np.diff(fader.at(np.arange(0.0, 17.0))) > 0.0)
        state, change = request(state, "dj_next", {}, 4.0, 10.0)
        assert change.is_accepted
        assert state.plan.transitions[0].start_beat >= 64.0, "it leads before it leaves"
    beat = 10.0
    while len(state.begun) < 3:
        state, beat = go_on(state, beat), beat + 16.0


def test_nothing_is_forced_to_a_tempo_that_no_track_can_follow() -> None:
    left, _ = request(opened(), "hand_over", {"to": "human"}, 40.0, 46.0)
    assert taken_over(left, 80.0) is None
    tempi = [m.tempo_bpm for m in left.crate.values()]
    for tempo_bpm in (min(tempi) * 0.96, max(tempi) * 1.04):
        state = taken_over(left, tempo_bpm)
        assert state is not None
        first = state.crate[state.begun[0]]
        assert abs(first.tempo_bpm / tempo_bpm - 1.0) <= 0.06
    assert len(left.crate) == len(CRATE)
