"""Tempo and phase of ticks that come late, twice or not at all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.signals.pll import Pll
from temirbek.signals.steady import CHANGE_PER_S, MOST_SHARE, Beat, Steady

PER_BEAT = 24


def sent(n: int, tempo_bpm: float, later_bpm: float | None = None, at: int = 0) -> np.ndarray:
    """Instants of ticks; from one on at another tempo."""
    tempos = np.where(np.arange(n) < at, tempo_bpm, later_bpm or tempo_bpm)
    return 100.0 + np.cumsum(60 / tempos / PER_BEAT)


def late(due_s: np.ndarray, most_s: float, seed: int) -> np.ndarray:
    """The same as they arrive."""
    return np.maximum.accumulate(due_s + np.random.default_rng(seed).uniform(0, most_s, len(due_s)))


def followed(came_s: np.ndarray, due_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance of the steady beat from the true one at each tick [ms], and its tempo; NaN while it is not locked."""
    pll, steady = Pll(), Steady()
    apart, tempos = np.full(len(came_s), np.nan), np.full(len(came_s), np.nan)
    for k, now_s in enumerate(came_s.tolist()):
        pll.tick(now_s)
        beat = pll.beat()
        if beat is not None and pll.is_locked(now_s):
            here = steady.follow(beat, now_s)
            true = np.interp(now_s, due_s, np.arange(len(due_s)) / PER_BEAT)
            apart[k], tempos[k] = (here.at(now_s) - true) * 6e4 / here.tempo_bpm, here.tempo_bpm
    return apart, tempos


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), tempo_bpm=st.floats(90, 150))
def test_late_ticks_give_an_even_beat(seed: int, tempo_bpm: float) -> None:
    due_s = sent(24 * 24, tempo_bpm)
    apart, tempos = followed(late(due_s, 0.018, seed), due_s)
    settled = slice(24 * 8, -12)
    assert np.percentile(np.abs(apart[settled]), 99) < 6.0
    assert np.abs(tempos[settled] / tempo_bpm - 1).max() < 0.01


@pytest.mark.parametrize("share", [1.04, 0.96])
@pytest.mark.parametrize("jitter_s", [0.0003, 0.018])
def test_another_tempo_is_followed_within_two_bars(share: float, jitter_s: float) -> None:
    due_s = sent(24 * 32, 126.0, 126.0 * share, at=24 * 16)
    apart, tempos = followed(late(due_s, jitter_s, 7), due_s)
    assert np.abs(apart[24 * 24 : -12]).max() < 20.0
    assert np.abs(np.diff(tempos[24 * 8 :]) / tempos[24 * 8 : -1]).max() < 0.05
    assert tempos[-13] == pytest.approx(126.0 * share, rel=0.01)


def test_a_lost_and_a_repeated_tick_change_nothing() -> None:
    due_s = sent(24 * 16, 124.0)
    came_s = np.delete(late(due_s, 0.001, 3), 200)
    came_s = np.insert(came_s, 260, came_s[259] + 0.0004)
    apart, _ = followed(came_s, due_s)
    assert np.abs(apart[24 * 4 : -2]).max() < 2.0


def test_ticks_that_come_all_at_once_after_a_stall_change_little() -> None:
    due_s = sent(24 * 20, 124.0)
    came_s = late(due_s, 0.0003, 5)
    for begin, length_s in ((200, 0.09), (250, 0.05), (300, 0.12)):
        held = (came_s >= came_s[begin]) & (came_s < came_s[begin] + length_s)
        came_s[held] = came_s[begin] + length_s
    apart, _ = followed(np.maximum.accumulate(came_s), due_s)
    assert np.nanmax(np.abs(apart[24 * 4 : -6])) < 6.0


def test_a_clock_that_ends_is_not_locked() -> None:
    pll = Pll()
    for now_s in sent(100, 120.0).tolist():
        pll.tick(now_s)
    assert pll.is_locked(now_s)
    assert not pll.is_locked(now_s + 1.5)
    assert pll.confidence(now_s + 1.5) == 0.0


def test_start_and_position_name_the_beat() -> None:
    pll = Pll()
    due_s = sent(24 * 4, 120.0)
    for k, now_s in enumerate(due_s.tolist()):
        if k == 30:
            pll.start(16.0)
        pll.tick(now_s)
    beat = pll.beat()
    assert beat is not None
    assert beat.at(due_s[30]) == pytest.approx(16.0, abs=0.01)


def test_another_beat_says_which_ticks_are_beats() -> None:
    pll = Pll()
    due_s = sent(24 * 4, 120.0)
    for now_s in due_s.tolist():
        pll.tick(now_s)
    pll.align(Beat(beat=0.0, host_s=float(due_s[31]) + 0.004, tempo_bpm=120.0))
    beat = pll.beat()
    assert beat is not None
    assert abs((beat.at(due_s[31]) + 0.5) % 1.0 - 0.5) < 0.01


@settings(max_examples=20, deadline=None)
@given(lag=st.floats(-0.5, 0.5), share=st.floats(0.9, 1.1))
def test_a_steady_beat_never_jumps(lag: float, share: float) -> None:
    steady = Steady()
    steady.set(Beat(beat=0.0, host_s=0.0, tempo_bpm=120.0))
    source = Beat(beat=lag, host_s=0.0, tempo_bpm=120.0 * share)
    before = steady.now
    for k in range(1, 2000):
        now = steady.follow(source, k * 0.01)
        assert before is not None
        assert now.beat == pytest.approx(before.at(now.host_s))
        assert abs(now.tempo_bpm / before.tempo_bpm - 1) <= CHANGE_PER_S * 0.01 + 1e-9
        assert now.tempo_bpm <= max(120.0, source.tempo_bpm * (1 + MOST_SHARE)) + 1e-6
        before = now
    assert now.at(20.0) == pytest.approx(source.at(20.0), abs=0.002)
