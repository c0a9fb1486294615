"""Tapped tempos, who leads, and a deck that is kept in phase."""

import numpy as np
import pytest

from temirbek.signals.duet import Duet, Senses
from temirbek.signals.keeping import speed_for
from temirbek.signals.steady import Beat
from temirbek.signals.taps import Taps


def tapped(instants_s: list[float]) -> Taps:
    taps = Taps()
    for at_s in instants_s:
        taps = taps.tap(at_s)
    return taps


def test_four_taps_that_agree_can_be_confirmed() -> None:
    taps = tapped([0.0, 0.51, 0.99, 1.5])
    assert tapped([0.0, 0.51, 0.99]).confirmed().state == "listening"
    assert taps.state == "consistent"
    assert "confirm" in taps.words
    assert taps.confirmed().state == "confirmed"
    assert taps.beat is not None
    assert taps.beat.tempo_bpm == pytest.approx(120, rel=0.02)


def test_taps_that_do_not_agree_cannot() -> None:
    taps = tapped([0.0, 0.4, 1.1, 1.3, 2.2])
    assert taps.state == "listening"
    assert not taps.confirmed().is_confirmed


def test_a_left_out_tap_is_a_longer_gap() -> None:
    taps = tapped([0.0, 0.5, 1.0, 1.5, 2.5, 3.0])
    assert taps.numbers == (0, 1, 2, 3, 5, 6)


def test_a_pause_begins_anew() -> None:
    assert tapped([0.0, 0.5, 1.0, 1.5, 9.0]).numbers == (0,)


def test_a_hand_over_waits_for_the_phrase() -> None:
    duet = Duet().asked("human")
    senses = Senses(host_s=10.0, is_human_locked=True, next_bar_s=11.0, next_phrase_s=17.0)
    duet = duet.step(senses)
    assert (duet.leader, duet.at_s) == ("robot", 17.0)
    later = Senses(host_s=17.0, is_human_locked=True, next_bar_s=19.0, next_phrase_s=33.0)
    assert duet.step(later).leader == "human"


def test_the_humans_fader_wins() -> None:
    loud = Senses(host_s=10.0, is_human_locked=True, is_line_loud=True, next_bar_s=11.0, next_phrase_s=17.0)
    assert Duet().asked("human").step(loud).at_s == 11.0
    assert Duet().step(loud).leader == "robot"
    leads = Duet(leader="human", wanted="human")
    assert leads.step(loud).leader == "human"
    assert leads.asked("robot").step(loud).at_s == 17.0


def test_nobody_takes_over_without_a_beat() -> None:
    senses = Senses(host_s=10.0, next_bar_s=11.0, next_phrase_s=17.0)
    duet = Duet().asked("human").step(senses)
    assert (duet.leader, duet.at_s) == ("robot", None)
    assert "beat is heard" in duet.words(senses)
    unlocked = Duet(wanted="human", at_s=17.0).step(Senses(host_s=17.0))
    assert unlocked.leader == "robot"


def test_asking_the_other_way_round_takes_it_back() -> None:
    assert not Duet().asked("human").asked("robot").is_pending


@pytest.mark.parametrize("share", [1.04, 0.96])
def test_a_deck_that_answers_late_is_in_phase_within_two_bars(share: float) -> None:
    """The sound process as a model: a speed counts after 0.45 s, in steps of 1 % a quarter of a second."""
    native, step_s, dead = 124.0, 0.25, 2
    speeds = [1.0] * (dead + 1)
    deck = human = 0.0
    human_bpm = native * share
    apart = []
    for k in range(80):
        now_s = k * step_s
        heard_bpm = native if k < 2 else human_bpm  # the tempo is heard half a second late
        planned = deck + sum(speeds[:dead]) * step_s * native / 60
        at_s = now_s + dead * step_s
        line = Beat(beat=planned, host_s=at_s, tempo_bpm=native * speeds[dead])
        asked = speed_for(Beat(beat=human, host_s=now_s, tempo_bpm=heard_bpm), line, native, at_s).ratio
        speeds.append(speeds[-1] + float(np.clip(asked - speeds[-1], -0.01, 0.01)))
        deck += speeds.pop(0) * step_s * native / 60
        human += step_s * human_bpm / 60
        apart.append(abs(deck - human) * 60 / human_bpm)
    two_bars = round(8 * 60 / human_bpm / step_s)
    assert max(apart[two_bars + 1 :]) < 0.025
    assert max(abs(s - 1) for s in speeds) < 0.081


def test_half_and_double_time_count_as_the_same() -> None:
    half = Beat(beat=0.0, host_s=0.0, tempo_bpm=64.0)
    deck = Beat(beat=0.0, host_s=0.0, tempo_bpm=128.0)
    assert speed_for(half, deck, 128.0, 1.0).ratio == pytest.approx(1.0)
    far = Beat(beat=0.0, host_s=0.0, tempo_bpm=100.0)
    assert not speed_for(far, deck, 128.0, 1.0).is_in_reach
