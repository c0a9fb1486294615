"""Scores are read as they are written."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temirbek.demo.score import (
    STEPS_PER_BAR,
    arpeggio,
    bass,
    chord_of,
    chords,
    held,
    hits,
    line,
    pitch_of,
    rest,
    then,
    together,
    voiced,
)


def test_drums_melodies_and_repeats() -> None:
    phrase = hits("X...x...o...g... | %")
    assert phrase.bars == 2
    assert [n.step for n in phrase.notes] == [0, 4, 8, 12, 16, 20, 24, 28]
    assert (
        phrase.notes[0].velocity
        > phrase.notes[1].velocity
        > phrase.notes[2].velocity
        > phrase.notes[3].velocity
    )
    tune = line("D4! - - .  F4+A4 - . .  . . . .  . . . C5")
    assert [(n.step, n.length, n.pitch) for n in tune.notes] == [
        (0, 3, 62),
        (4, 2, 65),
        (4, 2, 69),
        (15, 1, 72),
    ]
    assert tune.notes[0].velocity == 1.0


@pytest.mark.parametrize(("name", "midi"), [("C4", 60), ("A4", 69), ("Bb3", 58), ("F#2", 42), ("C-1", 0)])
def test_note_names(name: str, midi: int) -> None:
    assert pitch_of(name) == midi


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match="15 steps in the bar"):
        hits("X...x...o...g..")
    with pytest.raises(ValueError, match="no such note: 'H4'"):
        line("H4" + " -" * 15)
    with pytest.raises(ValueError, match="no such chord: 'Dmin'"):
        chord_of("Dmin")


@given(st.integers(1, 24))
def test_filling_fills_and_never_overflows(bars: int) -> None:
    phrase = then(hits("X...x...x...x..."), line("D4" + " -" * 15), rest(1)).filling(bars)
    assert phrase.bars == bars
    assert all(0 <= n.step < bars * STEPS_PER_BAR for n in phrase.notes)
    assert [n.step for n in phrase.notes] == sorted(n.step for n in phrase.notes)


def test_voices_lead_instead_of_leaping() -> None:
    """From chord to chord no voice moves by more than a major third."""
    voicings = voiced(["Dm7", "Bbmaj7", "F", "C", "Dm7"], 60)
    for before, after in pairwise(voicings):
        assert all(min(abs(a - b) for b in before) <= 4 for a in after)
    assert voicings == voiced(["Dm7", "Bbmaj7", "F", "C", "Dm7"], 60)


def test_chords_bass_and_arpeggio_follow_the_symbols() -> None:
    harmony = "Dm C,F"
    struck = chords(harmony, "x-------x-------")
    assert {n.pitch % 12 for n in struck.notes if n.step == 0} == {2, 5, 9}
    assert {n.pitch % 12 for n in struck.notes if n.step == 24} == {5, 9, 0}
    low = bass(harmony, "r-------r-----o-")
    assert [n.pitch for n in low.notes] == [38, 38, 50, 36, 29, 41]
    assert min(n.pitch for n in bass("E F G A B C D Eb", "r---------------").notes) == pitch_of("E1")
    run = arpeggio("Dm", "xxxxxxxxxxxxxxxx", "0123")
    assert len(run.notes) == 16 and run.notes[3].pitch == run.notes[0].pitch + 12


def test_together_repeats_the_shorter() -> None:
    both = together(hits("X..............."), held("D4", 4))
    assert both.bars == 4
    assert sum(n.step % 16 == 0 for n in both.notes) == 5
