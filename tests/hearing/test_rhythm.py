"""Common claps have a tempo and a phase; single ones have none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hearing.halls import air, in_hall, told

from temirbek.demo.hall import crowd_sound
from temirbek.hearing.rhythm import LATE_S, N_FRAMES, rhythm_of
from temirbek.hearing.spectra import FRAME_S


def flux(tempo_bpm: float, newest_s: float, seed: int = 0) -> np.ndarray:
    """Claps that came each beat, the newest one so long ago; over the murmur of a hall."""
    age_s = np.arange(N_FRAMES)[::-1] * FRAME_S
    period_s = 60.0 / tempo_bpm
    off_s = (age_s - newest_s + period_s / 2) % period_s - period_s / 2
    random = np.random.default_rng(seed)
    return np.exp(-0.5 * (off_s / 0.025) ** 2) + 0.1 * random.random(N_FRAMES)


@settings(max_examples=25, deadline=None)
@given(tempo_bpm=st.floats(64, 170), share=st.floats(0, 1))
def test_tempo_and_phase_are_those_of_the_claps(tempo_bpm: float, share: float) -> None:
    period_s = 60 / tempo_bpm
    found = rhythm_of(flux(tempo_bpm, share * period_s))
    assert abs(found.tempo_bpm / tempo_bpm - 1) < 0.02
    off = (found.beat_s + LATE_S + share * period_s) / period_s
    assert abs(off - round(off)) * period_s < 0.03


def test_claps_of_nobody_in_common_have_little_contrast() -> None:
    alone = rhythm_of(np.random.default_rng(1).random(N_FRAMES))
    assert alone.contrast < 0.5 * rhythm_of(flux(110, 0.2)).contrast
    assert rhythm_of(np.zeros(N_FRAMES)).contrast == 0.0


@pytest.mark.parametrize("tempo_bpm", [84.0, 112.0, 140.0])
def test_a_hall_that_claps_along_is_told_with_its_tempo(tempo_bpm: float) -> None:
    people = in_hall(crowd_sound("clapping_along", 10.0, 30, 6, tempo_bpm=tempo_bpm), 4, 3.0, 14.0)
    sounds = told(people + air(14.0, 6), np.zeros_like(people))
    late = [one for one in sounds if one.clap_tempo_bpm and 107.5 < one.host_s < 112.5]
    assert len(late) > 5
    for one in late:
        assert one.clap_tempo_bpm and one.clap_beat_host_s
        assert abs(one.clap_tempo_bpm / tempo_bpm - 1) < 0.02
        off = (one.clap_beat_host_s - 103.0) * tempo_bpm / 60
        assert abs(off - round(off)) * 60 / tempo_bpm < 0.05
