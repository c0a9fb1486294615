"""What a person wishes is kept, or refused with names."""

from itertools import pairwise

import numpy as np
import pytest

from temirbek.errors import InvalidInput, PlanImpossible
from temirbek.planning import plan_set
from temirbek.planning.program import n_tracks_for
from temirbek.types import SetWishes, TrackAnalysis

from .laws import check_plan
from .makers import SHAPE, make_analysis


def a_crate(n: int = 8) -> list[TrackAnalysis]:
    return [make_analysis(f"t{k}", 118.0 + k, key=(k % 12, "minor")) for k in range(n)]


def order_of(wishes: SetWishes, n: int = 8) -> list[str]:
    crate = a_crate(n)
    plan = plan_set(crate, wishes=wishes)
    check_plan(plan, crate)
    return [p.track_id for p in plan.plays]


def test_locked_places_are_kept_from_both_ends() -> None:
    order = order_of(SetWishes(locked={0: "t7", -1: "t0", 3: "t5"}))
    assert (order[0], order[-1], order[3]) == ("t7", "t0", "t5")


def test_must_play_is_played_however_short_the_set() -> None:
    order = order_of(SetWishes(length_s=60.0, must_play=("t0", "t7")))
    assert {"t0", "t7"} <= set(order) and len(order) == 3
    kept = order_of(SetWishes(length_s=60.0, must_play=("t6",), keep_order=True))
    assert kept == ["t0", "t1", "t6"]


def test_never_after_is_never_broken_where_it_can_be_kept() -> None:
    forbidden = tuple((f"t{k}", f"t{k + 1}") for k in range(7))
    order = order_of(SetWishes(never_after=forbidden))
    assert not set(pairwise(order)) & set(forbidden)


def test_the_energy_curve_of_a_person_is_followed() -> None:
    levels = np.linspace(0.3, 1.0, 6)
    crate = [
        make_analysis(f"t{k}", shape=tuple((label, bars, level) for label, bars, _ in SHAPE))
        for k, level in enumerate(levels)
    ]
    falling = plan_set(crate, wishes=SetWishes(energy_arc=((0.0, 1.0), (1.0, 0.0))))
    assert falling.plays[0].track_id == "t5" and falling.plays[-1].track_id == "t0"


@pytest.mark.parametrize(
    ("wishes", "error", "words"),
    [
        (SetWishes(must_play=("gone",)), InvalidInput, "gone"),
        (SetWishes(never_after=(("t0", "lost"),)), InvalidInput, "lost"),
        (SetWishes(locked={9: "t1"}), InvalidInput, "t1 is locked to place 9; a set of 2 tracks"),
        (SetWishes(locked={0: "t0", -2: "t1"}), InvalidInput, "t0 and t1 are locked to one place"),
        (SetWishes(keep_order=True, locked={0: "t1"}), InvalidInput, "one or the other"),
        (SetWishes(never_after=(("t0", "t1"), ("t1", "t0"))), PlanImpossible, "never to be"),
        (SetWishes(locked={0: "t0", 1: "t1"}, never_after=(("t0", "t1"),)), PlanImpossible, "t1 after t0"),
        (SetWishes(keep_order=True, never_after=(("t0", "t1"),)), PlanImpossible, "t1 after t0"),
    ],
)
def test_wishes_that_cannot_be_kept_are_refused_by_name(
    wishes: SetWishes, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        plan_set(a_crate(2), wishes=wishes)


def test_a_track_that_must_be_played_and_cannot_be_is_an_error() -> None:
    crate = [*a_crate(2), make_analysis("hush", loudness_lufs=-80.0)]
    with pytest.raises(PlanImpossible, match="hush: nearly silent"):
        plan_set(crate, wishes=SetWishes(must_play=("hush",)))


def test_a_track_too_short_for_its_place_is_left_out_unless_it_must_be_played() -> None:
    crate = [*a_crate(2), make_analysis("blink", shape=(("drop", 2, 0.9),))]
    plan = plan_set(crate, wishes=SetWishes(keep_order=True))
    assert plan.left_out == (("blink", "too short to be mixed in and out on its phrases"),)
    with pytest.raises(PlanImpossible, match="blink: too short"):
        plan_set(crate, wishes=SetWishes(must_play=("blink",)))


def test_a_set_has_about_twenty_tracks() -> None:
    assert n_tracks_for(None, 40) == 40
    assert n_tracks_for(120.0, 40) == 6
    assert n_tracks_for(3600.0, 200) == 20
    assert n_tracks_for(7200.0, 200) == 40
    assert n_tracks_for(5.0, 3) == 1


def test_a_set_of_an_hour_from_a_crate_lasts_an_hour() -> None:
    crate = [make_analysis(f"t{k:02d}", 120.0 + k / 10, shape=SHAPE * 3) for k in range(40)]
    plan = plan_set(crate, wishes=SetWishes(length_s=3600.0))
    check_plan(plan, crate)
    seconds = sum(
        60 * (b - a) / bpm
        for a, b, bpm in zip(
            plan.tempo_beats[:-1],
            plan.tempo_beats[1:],
            (plan.tempo_bpm[1:] + plan.tempo_bpm[:-1]) / 2,
            strict=True,
        )
    )
    assert len(plan.plays) == 20 and abs(seconds - 3600) < 120
