"""Cue points on phrases and sections, and a person's own among them."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.planning import cue_points
from temirbek.types import CuePoint

from .makers import SHAPE, make_analysis


def test_known_cues() -> None:
    cues = cue_points(make_analysis("a"))
    assert [(c.kind, c.name, round(c.track_s / 2.0)) for c in cues] == [
        ("mix_in", "in", 0),
        ("section", "build", 8),
        ("drop", "drop", 16),
        ("break", "break", 24),
        ("mix_out", "out", 32),
        ("section", "outro", 40),
    ], "a bar lasts two seconds; the way out has sixteen bars after it, here from the last drop"


@settings(max_examples=30, deadline=None)
@given(
    st.floats(70, 180),
    st.sampled_from([SHAPE, SHAPE[:1], SHAPE[2:3], SHAPE * 2]),
    st.floats(0, 3),
    st.sampled_from([4, 8]),
)
def test_cues_are_in_order_inside_the_track_and_on_its_bars(bpm, shape, start_s, phrase_bars) -> None:  # type: ignore[no-untyped-def]
    analysis = make_analysis("a", bpm, shape=shape, start_s=start_s, phrase_bars=phrase_bars)
    cues = cue_points(analysis)
    times = [c.track_s for c in cues]
    assert times == sorted(times) and len(set(times)) == len(times)
    assert all(0 <= t < analysis.track.duration_s for t in times)
    bars = analysis.beat_grid.beat_at(times) / 4
    np.testing.assert_allclose(bars, np.round(bars), atol=1e-6)


def test_a_persons_cues_stay_and_ours_give_way() -> None:
    own = (
        CuePoint(track_s=16.1, kind="mix_in", name="my way in"),
        CuePoint(track_s=32.05, kind="hot", name="scream", length_s=2.0),
    )
    cues = cue_points(replace(make_analysis("a"), cues=own))
    assert set(own) <= set(cues)
    assert [c for c in cues if c.kind == "mix_in"] == [own[0]]
    assert not any(c.kind == "drop" and abs(c.track_s - 32.05) < 0.25 for c in cues), (
        "the hot cue is there already"
    )
