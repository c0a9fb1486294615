"""A play with loops and nudges: mix beats ⇄ track beats, mix seconds ⇄ track seconds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temirbek.types import BeatGrid, DeckMap, Loop, Play


def play(**changes: object) -> Play:
    values: dict[str, object] = {
        "track_id": "x",
        "deck": "A",
        "track_from_beat": 8.0,
        "track_to_beat": 40.0,
        "mix_from_beat": 100.0,
        "gain_db": 0.0,
    }
    return Play(**(values | changes))  # type: ignore[arg-type]


def test_a_loop_is_heard_again_and_the_rest_comes_later() -> None:
    looped = play(loops=(Loop(start_beat=32.0, length_beats=4.0, times=2),))
    assert looped.mix_to_beat == 140.0
    heard = looped.track_beat_at([100, 124, 127.5, 128, 131.5, 132, 135.5, 136, 140])
    assert heard.tolist() == [8, 32, 35.5, 32, 35.5, 32, 35.5, 36, 40]
    assert looped.mix_beat_at([8, 32, 35, 36, 40]).tolist() == [100, 124, 127, 136, 140]


def test_half_time_counts_in_the_loop_as_well() -> None:
    looped = play(beat_ratio=2.0, loops=(Loop(start_beat=32.0, length_beats=8.0, times=1),))
    assert looped.mix_to_beat == 120.0
    assert looped.track_beat_at([112, 115.5, 116, 120]).tolist() == [32, 39, 32, 40]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3)), max_size=3), st.floats(8, 40))
def test_track_beats_return(loops: list[tuple[int, int]], beat: float) -> None:
    placed = tuple(
        Loop(start_beat=8.0 + 4 * place, length_beats=4.0, times=times)
        for place, times in sorted(dict(loops).items())
    )
    looped = play(loops=placed)
    there = looped.mix_beat_at(beat)
    assert np.isclose(looped.track_beat_at(there), beat) or beat >= 40 - 1e-9


def test_loops_stay_inside_the_part_and_apart() -> None:
    with pytest.raises(ValueError, match="inside track beats"):
        play(loops=(Loop(start_beat=38.0, length_beats=4.0, times=1),))
    with pytest.raises(ValueError, match="follow each other"):
        play(
            loops=(
                Loop(start_beat=12.0, length_beats=4.0, times=1),
                Loop(start_beat=14.0, length_beats=4.0, times=1),
            )
        )


def test_a_nudged_deck_sounds_later_by_just_that() -> None:
    track, mix = BeatGrid(beats_s=np.arange(64) * 0.5), BeatGrid(beats_s=np.arange(200) * 0.48)
    plain = DeckMap(play=play(), track_grid=track, mix_grid=mix)
    nudged = DeckMap(
        play=play(nudge=((104.0, 0.0), (108.0, 0.01), (120.0, 0.01), (128.0, 0.0))),
        track_grid=track,
        mix_grid=mix,
    )
    beats_s = track.time_at([8, 22, 24, 40])
    later = nudged.mix_s_at(beats_s) - plain.mix_s_at(beats_s)
    assert np.allclose(later, [0, 0.01, 0.01, 0], atol=1e-9)
    assert np.allclose(nudged.track_s_at(nudged.mix_s_at(beats_s)), beats_s, atol=1e-5)
