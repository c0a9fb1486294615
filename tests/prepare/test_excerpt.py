"""A stretch of a mix is that stretch: its beats, sections and hands are where they were, moved to a time of its own."""

import numpy as np
import pytest
from tests.choreography.makers import make_mix

from temirbek.choreography import compose, load_moves
from temirbek.prepare.excerpt import excerpt
from temirbek.show import DEFAULT_CAST


def test_beats_and_sections_lie_where_they_lay() -> None:
    mix = make_mix()
    part = excerpt(mix, 16.0, 80.0)
    at_s = float(mix.beat_grid.time_at(16.0))
    beats = np.arange(0.0, 65.0)
    assert np.allclose(part.beat_grid.time_at(beats), mix.beat_grid.time_at(beats + 16.0) - at_s)
    assert part.duration_s == pytest.approx(float(mix.beat_grid.time_at(80.0)) - at_s)
    assert part.sections[0].section.start_beat == 0.0 and part.sections[-1].section.end_beat == 64.0
    for a, b in zip(part.sections[:-1], part.sections[1:], strict=True):
        assert a.section.end_beat == b.section.start_beat
    labels = {s.section.label for s in part.sections}
    assert labels <= {s.section.label for s in mix.sections}
    assert len(part.energy) == 16 and np.array_equal(part.energy, mix.energy[4:20])


def test_what_the_controls_do_is_moved_with_the_beats() -> None:
    mix = make_mix()
    part = excerpt(mix, 16.0, 80.0)
    for lane in part.plan.automation:
        whole = [a for a in mix.plan.automation if (a.deck, a.control) == (lane.deck, lane.control)]
        at = np.linspace(0.5, 63.5, 40)
        assert any(np.allclose(lane.at(at), a.at(at + 16.0)) for a in whole)


def test_a_rounded_excerpt_brings_everybody_home() -> None:
    mix, moves = make_mix(), load_moves()
    part = excerpt(mix, 16.0, 96.0, is_rounded=True)
    assert part.sections[-1].section.label == "outro"
    dance = compose(part, DEFAULT_CAST, moves, seed=3)
    for performer in DEFAULT_CAST:
        steps = dance.footsteps[performer.id]
        if steps:
            last = max(steps, key=lambda s: s.touch_beat)
            assert np.hypot(*(np.subtract((last.end.x_m, last.end.y_m), performer.mark_m))) < 0.05


@pytest.mark.parametrize(("a", "b"), [(16.0, 20.0), (15.0, 80.0), (16.0, 79.5)])
def test_what_begins_no_bars_is_refused(a: float, b: float) -> None:
    with pytest.raises(ValueError, match="bars"):
        excerpt(make_mix(), a, b)
